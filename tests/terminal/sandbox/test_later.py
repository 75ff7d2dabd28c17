"""Issued documents stay available: the same bytes in a later visit, and a page for each code."""

from __future__ import annotations

import http.client
import ssl
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

import msgspec
import pytest

from devices.identity import Assurance, CardKind
from printing.media import Edition
from terminal.platform import wire
from terminal.platform.client import PlatformClient
from terminal.platform.wire import ErrorCode
from terminal.sandbox import items
from terminal.sandbox.process import SandboxProcess
from terminal.sandbox.refusal import Refusal
from terminal.sandbox.service import PERSON_LIFE_S, Service
from terminal.sandbox.state import State
from terminal.sandbox.switches import Switches
from tests.sandbox_fixture import sample_identity

WANG, LI = "100101195803120216", "10010119430905014X"
NOON = 1_767_585_600.0
"""2026-01-05 12:00 in China."""
DAY_S = 86_400
HERE, ELSEWHERE = "T-0001", "T-0002"


class Clock:
    """A clock that only the test moves."""

    now = NOON

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def state(tmp_path: Path, clock: Clock) -> State:
    return State(tmp_path / "state", "https://127.0.0.1:1", clock=clock)


def person(service: Service, number: str = WANG) -> str:
    shown = wire.Identify(CardKind.RESIDENT_ID, Assurance.CARD_SECURE, number)
    answer = service.identify(shown, HERE)
    assert isinstance(answer, wire.Identified)
    return answer.person


@pytest.mark.parametrize("edition", list(Edition))
def test_later_visit_fetches_the_same_bytes(state: State, clock: Clock, edition: Edition) -> None:
    """An issued document is available with a new token, the next day, at another terminal, with
    the quota used up and the item closed."""
    service = state.service
    asked = wire.Issue("key-1", person(service), items.CONTRIBUTION, edition)
    first = service.issue(asked, HERE)
    assert isinstance(first, wire.Issued)
    clock.now += DAY_S
    lapsed = service.issue(asked, HERE)
    assert isinstance(lapsed, Refusal)
    assert lapsed.code is ErrorCode.PERSON_LAPSED
    state.board.turn(Switches(quota=0, closed_items=(items.CONTRIBUTION,)))
    later = person(service)
    assert later != asked.person
    again = service.issue(wire.Issue("key-1", later, items.CONTRIBUTION, edition), ELSEWHERE)
    assert isinstance(again, wire.Issued)
    assert again.document == first.document
    assert again.document_number == first.document_number
    offered = service.copy(wire.AskCopy(later, first.document_number), ELSEWHERE)
    assert isinstance(offered, wire.CopyOffered)
    other = service.issue(
        wire.Issue("key-1", person(service, LI), items.CONTRIBUTION, edition), HERE
    )
    assert isinstance(other, Refusal)
    assert other.code is ErrorCode.KEY_REUSED


def test_later_visit_needs_the_same_assurance(state: State, clock: Clock) -> None:
    service = state.service
    token = person(service)
    proved = service.check_staff(wire.CheckStaff(token, items.DEPOSIT, "1001", "2468"), HERE)
    assert isinstance(proved, wire.Proved)
    asked = wire.Issue("key-1", token, items.DEPOSIT)
    assert isinstance(service.issue(asked, HERE), wire.Issued)
    clock.now += PERSON_LIFE_S
    later = service.issue(wire.Issue("key-1", person(service), items.DEPOSIT), HERE)
    assert isinstance(later, Refusal)
    assert later.code is ErrorCode.ASSURANCE_TOO_LOW


def test_edition_that_an_item_lacks_is_refused(
    state: State, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = tuple(
        msgspec.structs.replace(item, editions=(Edition.STANDARD,)) for item in items.ITEMS
    )
    monkeypatch.setattr(items, "ITEMS", plain)
    token = person(state.service)
    large = wire.Issue("key-1", token, items.INSURANCE, Edition.LARGE)
    answer = state.service.issue(large, HERE)
    assert isinstance(answer, Refusal)
    assert answer.code is ErrorCode.BAD_REQUEST


@pytest.mark.parametrize("item", items.ITEMS, ids=lambda each: each.document_type)
def test_anyone_can_look_up_a_verification_code(
    client: PlatformClient, sandbox: SandboxProcess, item: wire.Item
) -> None:
    holder = items.holders(item.code, date(2026, 1, 5))[0]
    who = client.identify(sample_identity(holder.name, holder.id_number))
    assert isinstance(who, wire.Identified)
    assert isinstance(client.check_staff(who.person, item.code, "1001", "2468"), wire.Proved)
    issued = client.issue(who.person, item.code, "key-1", Edition.LARGE)
    assert isinstance(issued, wire.Issued), issued
    peer = urlsplit(sandbox.address)
    context = ssl.create_default_context(cafile=str(sandbox.ca_file))
    connection = http.client.HTTPSConnection(
        str(peer.hostname), peer.port, timeout=5, context=context
    )
    connection.request("GET", f"/v/{issued.verification_code}")
    response = connection.getresponse()
    page = response.read().decode()
    connection.close()
    assert response.status == 200
    assert item.title.zh in page
    assert item.title.en in page
    assert issued.document_number in page
    assert f"{holder.name[0]}**" in page
    assert holder.name not in page
