"""Notices, nearby stations and the answer to a help call: limits, signature, and the client."""

from __future__ import annotations

import time
from typing import Any

import msgspec
import pytest

from devices.health import Fault
from terminal.platform import faults, wire
from terminal.platform.client import PlatformClient, SignedCopy
from terminal.platform.information import open_information
from terminal.platform.wire import HelpProgress, HelpReason, NoticeKind
from terminal.sandbox.process import SandboxProcess
from tests.sandbox_fixture import ClientMaker

TITLE = {"zh": "全天开放", "en": "Open day and night"}
NOTICE: dict[str, Any] = {"title": TITLE, "body": TITLE, "valid_from": 1, "valid_until": 2}
STATION: dict[str, Any] = {
    "station": "S-2", "name": TITLE, "address": TITLE, "distance_m": 1, "items": ["X-1"],
}  # fmt: skip
HEAD: dict[str, Any] = {"terminal": "T-0001", "version": 1, "expires_at": 1}
CALLS = ["notices", "nearby"]


def decoded(kind: type[msgspec.Struct], body: dict[str, Any]) -> msgspec.Struct:
    return msgspec.json.decode(msgspec.json.encode(body), type=kind)


def titled(text: str) -> dict[str, Any]:
    return {**NOTICE, "title": {**TITLE, "en": text}}


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "\u3000", "two\nlines", "nul\x00", "<b>bold</b>", "a<br>", "\u202eeerf",
        "zero\u200bwidth", "\ufeffmark", "soft\u00adhyphen", " edge", "edge ", "end\n",
        "z\u0334\u0335\u0336\u0337", "\u0301a", "x" * 61, "half\ufffd", "\u2028line",
    ],
    ids=ascii,
)  # fmt: skip
def test_text_that_a_screen_cannot_show_as_written_is_refused(text: str) -> None:
    with pytest.raises(msgspec.ValidationError):
        decoded(wire.Notice, titled(text))


@pytest.mark.parametrize(
    "text", ["a", "8:30-17:30", "𠮷㛃䶮𬀩", "ئۇيغۇر", "བོད་ཡིག", "Tiếng Việt", "a & b", "x" * 60]
)
def test_text_of_any_script_is_accepted(text: str) -> None:
    notice = decoded(wire.Notice, titled(text))
    assert isinstance(notice, wire.Notice)
    assert notice.title.en == text
    assert notice.kind is None


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        (wire.Notice, NOTICE | {"valid_from": 2}),
        (wire.Notice, NOTICE | {"valid_from": -1}),
        (wire.Notice, NOTICE | {"kind": "advertisement"}),
        (wire.Notice, NOTICE | {"body": {"zh": "只有中文"}}),
        (wire.Notice, NOTICE | {"body": {**TITLE, "zh": "长" * 241}}),
        (wire.Notices, HEAD | {"notices": [NOTICE] * 9}),
        (wire.Notices, HEAD | {"notices": [NOTICE], "about": "nearby"}),
        (wire.Notices, HEAD | {"notices": [NOTICE], "version": 2**53}),
        (wire.Nearby, HEAD | {"stations": [STATION, STATION]}),
        (wire.Nearby, HEAD | {"stations": [STATION | {"station": f"S-{n}"} for n in range(11)]}),
        (wire.NearbyStation, STATION | {"distance_m": -1}),
        (wire.NearbyStation, STATION | {"distance_m": 50_001}),
        (wire.NearbyStation, STATION | {"distance_m": 1.5}),
        (wire.NearbyStation, STATION | {"items": ["a/b"]}),
        (wire.NearbyStation, STATION | {"hours": [{"days": [0], "opens": "08:00",
                                                   "closes": "09:00"}]}),
        (wire.HelpAnswer, {"progress": "late"}),
        (wire.HelpAnswer, {"progress": "coming", "expected_s": -1}),
        (wire.HelpAnswer, {"progress": "coming", "expected_s": 86_401}),
        (wire.HelpAnswer, {"progress": "coming", "staff_number": "王 1001"}),
        (wire.HelpAnswer, {"progress": "coming", "role": {**TITLE, "zh": "<i>"}}),
        (wire.AskHelpAnswer, {"idempotency_key": "k", "terminal": "T-0002"}),
    ],
)  # fmt: skip
def test_value_outside_its_limits_is_not_decoded(
    kind: type[msgspec.Struct], body: dict[str, Any]
) -> None:
    with pytest.raises(msgspec.ValidationError):
        decoded(kind, body)


def test_fullest_lists_are_decoded() -> None:
    notices = decoded(wire.Notices, HEAD | {"notices": [NOTICE] * wire.MAX_NOTICES})
    assert isinstance(notices, wire.Notices)
    stations = [STATION | {"station": f"S-{n}"} for n in range(wire.MAX_NEARBY)]
    nearby = decoded(wire.Nearby, HEAD | {"stations": stations})
    assert isinstance(nearby, wire.Nearby)
    assert all(each.open_at(7, "03:00") for each in nearby.stations)


def fetch(client: PlatformClient, call: str, newer_than: int = 0) -> Any:
    return client.notices(newer_than) if call == "notices" else client.nearby(newer_than)


def test_notices_are_fetched_with_their_texts(client: PlatformClient) -> None:
    got = client.notices()
    assert isinstance(got, SignedCopy)
    kinds = [notice.kind for notice in got.information.notices]
    assert kinds == [NoticeKind.NEW_SERVICE, NoticeKind.SERVICE_HOURS, NoticeKind.WARNING]


def test_nearby_stations_are_fetched_with_their_services(client: PlatformClient) -> None:
    got = client.nearby()
    assert isinstance(got, SignedCopy)
    first, second, _ = got.information.stations
    assert first.distance_m < second.distance_m
    assert (first.open_at(1, "03:00"), second.open_at(1, "03:00")) == (False, True)
    assert set(second.items) >= {"100101-SI-0101"}


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize(
    ("switch", "fault", "detail"),
    [
        ("bad_signature", faults.INFORMATION_REFUSED, "not genuine"),
        ("expired", faults.INFORMATION_REFUSED, "expired"),
        ("older", faults.INFORMATION_REFUSED, "version"),
        ("other_terminal", faults.INFORMATION_REFUSED, "of another terminal"),
        ("other_kind", faults.GARBAGE, "ValidationError"),
        ("too_many", faults.GARBAGE, "ValidationError"),
        ("hostile", faults.GARBAGE, "ValidationError"),
    ],
)
def test_wrong_information_is_refused(
    client: PlatformClient, sandbox: SandboxProcess, call: str, switch: str, fault: Fault,
    detail: str,
) -> None:  # fmt: skip
    held = fetch(client, call)
    assert isinstance(held, SignedCopy)
    sandbox.control(**{call: switch})
    got = fetch(client, call, held.information.version)
    assert isinstance(got, Fault)
    assert got.same_as(fault)
    assert detail in got.detail
    assert "elsewhere" not in got.detail


@pytest.mark.parametrize("call", CALLS)
def test_list_may_be_empty(client: PlatformClient, sandbox: SandboxProcess, call: str) -> None:
    sandbox.control(**{call: "empty"})
    assert isinstance(fetch(client, call), SignedCopy)


@pytest.mark.parametrize("call", CALLS)
def test_information_is_for_the_terminal_that_asked(new_client: ClientMaker, call: str) -> None:
    other = fetch(new_client(terminal_id="T-0002"), call)
    assert isinstance(other, SignedCopy)
    assert other.information.terminal == "T-0002"


@pytest.mark.parametrize(
    "envelope", [b"", b"{}", b"\xff", b"[" * 5000, b'{"payload":"e30=","signature":""}']
)
def test_broken_envelope_is_a_fault(sandbox: SandboxProcess, envelope: bytes) -> None:
    got = open_information(
        envelope, sandbox.catalogue_key, wire.Notices, terminal="T-0001", now=time.time()
    )
    assert isinstance(got, Fault)


def test_catalogue_is_not_accepted_as_information(
    client: PlatformClient, sandbox: SandboxProcess
) -> None:
    signed = client.catalogue()
    assert not isinstance(signed, Fault)
    envelope = msgspec.json.decode(signed.envelope, type=wire.CatalogueEnvelope)
    disguised = wire.SignedInformation(envelope.catalogue, envelope.signature)
    got = open_information(
        msgspec.json.encode(disguised), sandbox.catalogue_key, wire.Notices,
        terminal="T-0001", now=time.time(),
    )  # fmt: skip
    assert isinstance(got, Fault)
    assert got.same_as(faults.GARBAGE)


def test_answer_to_a_call_counts_down(client: PlatformClient, sandbox: SandboxProcess) -> None:
    client.call_help("k", HelpReason.RESIDENT_ASKS, "Choosing")
    answer = client.help_answer("k")
    assert isinstance(answer, wire.HelpAnswer)
    assert answer.progress is HelpProgress.COMING
    assert answer.staff_number == "1001"
    sandbox.control(clock_offset_s=120)
    later = client.help_answer("k")
    assert isinstance(later, wire.HelpAnswer)
    assert answer.expected_s is not None
    assert later.expected_s is not None
    assert answer.expected_s - later.expected_s >= 119


@pytest.mark.parametrize("switch", ["waiting", "not_coming", "arrived"])
def test_answer_to_a_call_changes(
    client: PlatformClient, sandbox: SandboxProcess, switch: str
) -> None:
    client.call_help("k", HelpReason.RESIDENT_ASKS, "Choosing")
    sandbox.control(help=switch)
    answer = client.help_answer("k")
    assert isinstance(answer, wire.HelpAnswer)
    assert answer.progress == switch


def test_hostile_role_is_refused(client: PlatformClient, sandbox: SandboxProcess) -> None:
    client.call_help("k", HelpReason.RESIDENT_ASKS, "Choosing")
    sandbox.control(help="hostile")
    answer = client.help_answer("k")
    assert isinstance(answer, Fault)
    assert answer.same_as(faults.GARBAGE)


def test_answer_is_only_for_the_terminal_that_called(
    client: PlatformClient, new_client: ClientMaker
) -> None:
    client.call_help("k", HelpReason.RESIDENT_ASKS, "Choosing")
    for answer in (client.help_answer("other"), new_client(terminal_id="T-0002").help_answer("k")):
        assert isinstance(answer, Fault)
        assert answer.same_as(faults.REQUEST_REFUSED)
