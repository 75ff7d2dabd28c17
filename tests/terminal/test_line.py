"""The line to the platform: heartbeat, catalogue and outbox against the real sandbox."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from devices.faults import READER_UNPLUGGED
from devices.health import DeviceStatus, Fault
from devices.identity import Assurance
from printing.faults import PAPER_OUT
from printing.outcome import Outcome
from terminal import faults as own
from terminal import line as line_module
from terminal.asks import issue_key
from terminal.journal import Journal
from terminal.line import Line
from terminal.platform import faults
from terminal.platform.client import PlatformClient, Timeouts
from terminal.platform.wire import (
    Catalogue,
    CatalogueEnvelope,
    DeviceState,
    HelpReason,
    Hours,
    canonical,
)
from terminal.sandbox.items import DEPOSIT, INSURANCE, ITEMS, VERSION
from terminal.sandbox.process import SandboxProcess
from terminal.session import events as ev
from tests.sandbox_fixture import ClientMaker, sample_identity
from tests.terminal.session_world import NO_PAPER, UNPLUGGED, station
from tests.terminal.terminal_world import until

OFFERED = [item.code for item in ITEMS]
ONCE = Timeouts(connect_s=10.0, read_s=20.0, total_s=20.0, retry_after_s=())
"""Long, for several test runs may share the machine; and no call is made twice by itself."""


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """The line tries again at once, so that a test need not wait for it."""
    monkeypatch.setattr(line_module, "RETRY_S", 0.05)


class Recording:
    """A client that notes which calls were made, in order, and makes them."""

    def __init__(self, client: PlatformClient) -> None:
        self._client = client
        self.calls: list[tuple[str, tuple[Any, ...]]] = []

    def __getattr__(self, name: str) -> Callable[..., Any]:
        call = getattr(self._client, name)

        def noted(*given: Any, **named: Any) -> Any:
            self.calls.append((name, given))
            return call(*given, **named)

        return noted

    def of(self, *names: str) -> list[tuple[Any, ...]]:
        return [given for name, given in list(self.calls) if name in names]


@dataclass
class Post:
    """A line with everything around it; ``told`` are the facts that it posted."""

    folder: Path
    client: Recording
    journal: Journal
    key: bytes
    told: list[Any] = field(default_factory=list)
    ahead: timedelta = timedelta()
    station: Any = field(default_factory=station)
    lines: list[Line] = field(default_factory=list)

    @property
    def cache(self) -> Path:
        return self.folder / "catalogue.json"

    def line(self, client: Callable[[], Any] | None = None, *, start: bool = True) -> Line:
        made = Line(
            client or (lambda: self.client), self.journal, self.told.append, lambda: self.station,
            region="100101", catalogue_key=lambda: self.key, cache=self.cache,
            now=lambda: datetime.now().astimezone() + self.ahead,
        )  # fmt: skip
        self.lines.append(made)
        if start:
            made.start()
        return made

    def platform(self) -> list[Fault | None]:
        return [fact.fault for fact in list(self.told) if isinstance(fact, ev.PlatformChanged)]

    def items(self) -> list[list[str]]:
        """What was offered, each time that it changed."""
        arrived = [fact for fact in list(self.told) if isinstance(fact, ev.CatalogueArrived)]
        return [[item.id for item in fact.items] for fact in arrived]

    def beats(self, more: int) -> None:
        """Wait for so many heartbeats more."""
        until_now = len(self.client.of("heartbeat"))
        until(lambda: len(self.client.of("heartbeat")) >= until_now + more, "heartbeats")

    def faults(self) -> list[str]:
        return [fault.code for fault in self.journal.last_faults()]


@pytest.fixture
def post(new_client: ClientMaker, sandbox: SandboxProcess, tmp_path: Path) -> Iterator[Post]:
    journal = Journal.open(tmp_path / "journal", bytes(32))
    assert isinstance(journal, Journal)
    client = Recording(new_client(timeouts=ONCE))
    made = Post(tmp_path, client, journal, sandbox.catalogue_key)
    yield made
    for line in made.lines:
        line.stop()
    made.journal.close()


def until_offered(post: Post) -> None:
    until(post.items, "the catalogue")


def cached(post: Post) -> None:
    """A catalogue is in the cache, as an earlier run leaves it."""
    post.line()
    until_offered(post)
    until(post.cache.exists, "the cache")
    post.lines.pop().stop()
    post.told.clear()
    post.client.calls.clear()


# -- the platform away, and back -------------------------------------------------------------


def test_the_platform_goes_and_comes_back_and_each_is_told_once(
    post: Post, sandbox: SandboxProcess
) -> None:
    sandbox.control(fault="absent")
    post.line()
    until(post.platform, "the platform's absence")
    post.beats(3)
    assert [fault and fault.code for fault in post.platform()] == [faults.UNREACHABLE.code]
    sandbox.control()
    until_offered(post)
    assert post.platform()[1:] == [None]
    assert post.items() == [OFFERED]


def test_a_bug_on_the_way_is_a_fault_and_heals(post: Post) -> None:
    broken = [True]

    def client() -> Any:
        if broken[0]:
            raise RuntimeError("secret")
        return post.client

    post.line(client)
    until(post.platform, "the fault")
    (fault,) = post.platform()
    assert fault is not None
    assert (fault.code, fault.detail) == (own.WORKER_FAILED.code, "RuntimeError")
    broken[0] = False
    until_offered(post)
    assert post.platform()[1:] == [None]


def test_a_client_that_never_comes_keeps_neither_the_catalogue_nor_the_stopping(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(line_module, "HELP_ANSWER_S", 0.1)
    monkeypatch.setattr(line_module, "STOP_S", 0.1)
    cached(post)
    never = threading.Event()
    line = post.line(lambda: never.wait(30))
    until_offered(post)
    assert post.items() == [OFFERED]
    heard: list[tuple[bool, str]] = []
    line.expect_help("ab", lambda *how: heard.append(how))
    until(lambda: heard, "an answer about the call")
    assert heard == [(False, "")]
    began = time.monotonic()
    line.stop()
    assert time.monotonic() - began < 5
    never.set()


def test_a_line_that_was_stopped_before_it_began_stays_silent(post: Post) -> None:
    line = post.line(start=False)
    line.stop()
    line.start()
    assert not line._thread.is_alive()
    assert post.client.calls == []


# -- the heartbeat ------------------------------------------------------------------------------


def test_the_heartbeat_carries_the_state_of_each_device(post: Post) -> None:
    post.station = station(readers=(("front", UNPLUGGED),), printer=NO_PAPER)
    post.line()
    until(lambda: post.client.of("heartbeat"), "a heartbeat")
    in_service, version, devices = post.client.of("heartbeat")[0]
    assert (in_service, version) == (False, 0)
    assert devices == (
        DeviceState("front", DeviceStatus.NO_DEVICE, READER_UNPLUGGED.code),
        DeviceState("printer", DeviceStatus.ONLINE, PAPER_OUT.code),
    )


def test_a_line_that_was_down_does_not_make_the_terminal_unable(post: Post) -> None:
    post.station = station(platform=faults.UNREACHABLE)
    post.line()
    until(lambda: post.client.of("heartbeat"), "a heartbeat")
    assert post.client.of("heartbeat")[0][0] is True


# -- the catalogue ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("switch", "fault"),
    [("bad_signature", faults.CATALOGUE_UNSIGNED), ("expired", faults.CATALOGUE_EXPIRED)],
)
def test_without_a_good_catalogue_nothing_is_offered_until_there_is_one(
    post: Post, sandbox: SandboxProcess, switch: str, fault: Fault
) -> None:
    sandbox.control(catalogue=switch)
    post.line()
    until(post.platform, "the fault")
    post.beats(2)
    assert [each and each.code for each in post.platform()] == [fault.code]
    assert post.items() == []
    assert post.faults() == [fault.code]  # once, however often it is tried
    assert not post.cache.exists()
    sandbox.control()
    until_offered(post)
    assert post.platform()[-1] is None


@pytest.mark.parametrize(
    ("switch", "fault"),
    [("bad_signature", faults.CATALOGUE_UNSIGNED), ("older", faults.CATALOGUE_OLDER)],
)
def test_a_bad_catalogue_does_not_take_the_good_one_away(
    post: Post, sandbox: SandboxProcess, switch: str, fault: Fault
) -> None:
    cached(post)
    kept = post.cache.read_bytes()
    sandbox.control(catalogue=switch)
    post.ahead = timedelta(days=7, minutes=-30)  # it ends soon: fetched anew
    post.line()
    until(lambda: post.client.of("catalogue"), "the fetching")
    until(post.faults, "the fault in the journal")
    assert post.faults() == [fault.code]
    assert post.platform() == []
    assert post.items() == [OFFERED]
    assert post.cache.read_bytes() == kept


def test_an_expired_catalogue_is_not_offered_and_an_older_one_does_not_replace_it(
    post: Post, sandbox: SandboxProcess
) -> None:
    cached(post)
    sandbox.control(catalogue="older")
    post.ahead = timedelta(days=8)
    post.line()
    until(post.platform, "the fault")
    assert [each and each.code for each in post.platform()] == [faults.CATALOGUE_OLDER.code]
    assert OFFERED not in post.items()


def test_a_catalogue_that_ends_while_the_terminal_runs_is_renewed(post: Post) -> None:
    cached(post)
    post.ahead = timedelta(days=7, minutes=-30)
    before = post.cache.stat().st_mtime_ns  # within a second the bytes are the same
    post.line()
    until(lambda: post.client.of("catalogue"), "the fetching")
    until(lambda: post.cache.stat().st_mtime_ns != before, "the new one in the cache")
    assert post.platform() == []


def test_the_cache_is_offered_before_the_platform_answers(
    post: Post, sandbox: SandboxProcess
) -> None:
    cached(post)
    sandbox.control(fault="absent")
    post.line()
    until(post.platform, "the platform's absence")
    assert isinstance(post.told[0], ev.CatalogueArrived)
    assert post.items() == [OFFERED]


@pytest.mark.parametrize("what", ["garbage", "folder", "stranger"])
def test_a_cache_that_is_no_catalogue_of_the_platforms_is_passed_over(
    post: Post, sandbox: SandboxProcess, what: str
) -> None:
    if what == "garbage":
        post.cache.write_bytes(b"\x00 no catalogue")
    elif what == "folder":
        post.cache.mkdir()
    else:
        post.cache.write_bytes(signed(Ed25519PrivateKey.generate(), hours=()))
    sandbox.control(slow_s=0.2, only=["heartbeat"])
    post.line()
    until_offered(post)
    assert len(post.client.of("catalogue")) == 1
    assert post.platform() == []


def signed(key: Ed25519PrivateKey, hours: tuple[Hours, ...]) -> bytes:
    """A catalogue as the platform signs it, of one item with these hours."""
    item = msgspec.structs.replace(ITEMS[0], hours=hours)
    now = int(time.time())
    payload = canonical(Catalogue(VERSION, now, now + 86_400, (item,)))
    return msgspec.json.encode(CatalogueEnvelope(payload, key.sign(payload)))


@pytest.mark.parametrize("away", [False, True], ids=["platform there", "platform away"])
def test_an_item_opens_and_closes_by_the_clock_while_the_terminal_runs(
    post: Post, sandbox: SandboxProcess, monkeypatch: pytest.MonkeyPatch, away: bool
) -> None:
    monkeypatch.setattr(line_module, "HEARTBEAT_S", 0.05)
    key = Ed25519PrivateKey.generate()
    raw = key.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    post.key = raw
    now = datetime.now().astimezone()
    # An hour that is not now, reached by a clock that the test sets.
    opens = (now + timedelta(hours=2)).replace(minute=0)
    hours = Hours((1, 2, 3, 4, 5, 6, 7), f"{opens:%H:%M}", f"{opens:%H}:59")
    post.cache.write_bytes(signed(key, (hours,)))
    if away:
        sandbox.control(fault="absent")
    post.line()
    until_offered(post)

    def closed() -> list[bool]:
        facts = [fact for fact in list(post.told) if isinstance(fact, ev.CatalogueArrived)]
        return [fact.items[0].closed is not None for fact in facts]

    assert closed() == [True]
    post.ahead = opens - now + timedelta(minutes=1)
    until(lambda: len(closed()) == 2, "the opening")
    post.ahead += timedelta(hours=1)
    until(lambda: len(closed()) == 3, "the closing")
    assert closed() == [True, False, True]


def test_what_the_platform_closes_is_closed(post: Post, sandbox: SandboxProcess) -> None:
    sandbox.control(closed_items=[DEPOSIT])
    post.line()
    until_offered(post)
    (fact,) = [fact for fact in post.told if isinstance(fact, ev.CatalogueArrived)]
    assert [(item.id, item.closed) for item in fact.items] == [
        (code, faults.ITEM_CLOSED if code == DEPOSIT else None) for code in OFFERED
    ]


# -- the outbox ------------------------------------------------------------------------------------


def document(post: Post, sandbox: SandboxProcess, visit: str = "a1") -> str:
    """A document that the platform issued in this visit; its number."""
    client = post.client
    found = client.identify(sample_identity(assurance=Assurance.CARD_SECURE))
    issued = client.issue(found.person, INSURANCE, issue_key(visit, INSURANCE))
    client.calls.clear()
    sandbox.control()
    number = issued.document_number
    assert isinstance(number, str)
    return number


def unsettled(post: Post) -> list[str]:
    return [letter.key for letter in post.journal.unsettled()]


def test_letters_go_in_the_order_written_and_once(post: Post, sandbox: SandboxProcess) -> None:
    number = document(post, sandbox)
    post.journal.outcome_known("a1-1", number, Outcome.QUEUED, 0, "cancelled")
    post.journal.help_called("b2", HelpReason.RESIDENT_ASKS, "Choosing")
    post.journal.outcome_known("a1-2", number, Outcome.PRINTED, 1, "device-impressions")
    line = post.line()
    until(lambda: not unsettled(post), "the sending")
    line.wake()
    post.journal.help_called("c3", HelpReason.FAULT, "Printing", "PRN-201")
    line.wake()
    until(lambda: not unsettled(post), "the sending")
    assert [given[0] for given in post.client.of("confirm_printed", "call_help")] == [
        "a1-1", "b2", "a1-2", "c3",
    ]  # fmt: skip


def test_what_was_not_acknowledged_is_sent_again_by_the_same_key_after_a_restart(
    post: Post, sandbox: SandboxProcess
) -> None:
    number = document(post, sandbox)
    # The platform takes it; its answer breaks off.
    sandbox.control(fault="truncated", only=["confirm_printed"])
    post.journal.outcome_known("a1-1", number, Outcome.PRINTED, 1, "device-impressions")
    post.line()
    until(lambda: sandbox.counts().get("confirm_printed"), "the first sending")
    post.lines.pop().stop()
    assert unsettled(post) == ["a1-1"]
    post.journal.close()
    again = Journal.open(post.folder / "journal", bytes(32))
    assert isinstance(again, Journal)
    post.journal = again
    sandbox.control()
    post.line()
    until(lambda: not unsettled(post), "the second sending")
    sent = post.client.of("confirm_printed")
    assert len(sent) >= 2
    assert set(sent) == {("a1-1", number, Outcome.PRINTED, 1)}
    assert faults.KEY_REUSED.code not in answers(post)


def answers(post: Post) -> list[str]:
    rows = post.journal._connection.execute("SELECT answer FROM outbox ORDER BY id").fetchall()
    return [answer for (answer,) in rows]


def test_what_the_platform_refuses_for_good_does_not_hold_up_the_rest(
    post: Post, sandbox: SandboxProcess
) -> None:
    number = document(post, sandbox)
    post.journal.outcome_known("a1-1", "NO-SUCH", Outcome.PRINTED, 1, "device-impressions")
    post.journal.outcome_known("a1-2", number, Outcome.PRINTED, 1, "device-impressions")
    post.line()
    until(lambda: not unsettled(post), "both being settled")
    assert answers(post) == [faults.REQUEST_REFUSED.code, ""]


@pytest.mark.parametrize("fault", ["garbage", "error_500", "error_503", "absent", "content_type"])
def test_what_fails_on_the_way_is_kept(post: Post, sandbox: SandboxProcess, fault: str) -> None:
    number = document(post, sandbox)
    sandbox.control(fault=fault, only=["confirm_printed"])
    post.journal.outcome_known("a1-1", number, Outcome.PRINTED, 1, "device-impressions")
    post.line()
    until(lambda: len(post.client.of("confirm_printed")) >= 2, "the trying again")
    assert unsettled(post) == ["a1-1"]
    sandbox.control()
    until(lambda: not unsettled(post), "the sending")
    assert answers(post) == [""]


def test_a_letter_that_is_a_bug_does_not_hold_up_the_rest(
    post: Post, sandbox: SandboxProcess
) -> None:
    number = document(post, sandbox)

    def confirm_printed(key: str, *given: Any) -> Any:
        if key == "a1-1":
            raise ValueError("secret")
        return post.client._client.confirm_printed(key, *given)

    post.client.confirm_printed = confirm_printed  # type: ignore[attr-defined]
    for job in ("a1-1", "a1-2"):
        post.journal.outcome_known(job, number, Outcome.PRINTED, 1, "device-impressions")
    post.line()
    until(lambda: unsettled(post) == ["a1-1"], "the second being settled")


@pytest.mark.parametrize(
    "fault", [faults.SERVER_ERROR, faults.GARBAGE, faults.ITEM_CLOSED], ids=lambda each: each.code
)
@pytest.mark.parametrize("bad", [1, 7])
def test_letters_that_the_platform_fails_at_do_not_hold_up_the_rest(
    post: Post, sandbox: SandboxProcess, fault: Fault, bad: int
) -> None:
    """However many they are, and however long it goes on failing at them."""
    number = document(post, sandbox)
    failing = [f"b{each}-1" for each in range(bad)]

    def confirm_printed(key: str, *given: Any) -> Any:
        return fault if key in failing else post.client._client.confirm_printed(key, *given)

    post.client.confirm_printed = confirm_printed  # type: ignore[attr-defined]
    for job in (*failing, "a1-1"):
        post.journal.outcome_known(job, number, Outcome.PRINTED, 1, "device-impressions")
    post.journal.help_called("b2", HelpReason.RESIDENT_ASKS, "Choosing")
    post.line()
    until(lambda: unsettled(post) == failing, "the others being settled")
    kept, failing = failing, []
    until(lambda: not unsettled(post), f"the sending of {kept}")


def test_a_platform_that_fails_at_everything_is_asked_a_few_times_a_turn(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(line_module, "RETRY_S", 60.0)

    def confirm_printed(*_given: Any) -> Fault:
        asked.append(None)
        return faults.SERVER_ERROR

    asked: list[None] = []
    post.client.confirm_printed = confirm_printed  # type: ignore[attr-defined]
    for each in range(20):
        post.journal.outcome_known(f"a{each}-1", "N-1", Outcome.PRINTED, 1, "device-impressions")
    line = post.line()
    heard = call(post, line)
    until(lambda: heard, "the call, which is not behind them")
    assert heard == [(True, "0001")]
    line.stop()
    assert 0 < len(asked) <= 2 * line_module.FAILURES  # before the call and after it


# -- calls for help ------------------------------------------------------------------------------


def call(post: Post, line: Line, key: str = "d4") -> list[tuple[bool, str]]:
    """Staff are called as the records do it; what the page hears."""
    heard: list[tuple[bool, str]] = []
    line.expect_help(key, lambda *how: heard.append(how))
    post.journal.help_called(key, HelpReason.RESIDENT_ASKS, "Choosing")
    line.wake()
    return heard


def test_a_call_that_is_taken_is_told_with_its_number(post: Post) -> None:
    line = post.line()
    until_offered(post)
    heard = call(post, line)
    until(lambda: heard, "the answer")
    assert heard == [(True, "0001")]
    assert answers(post) == ["0001"]


def test_a_call_does_not_wait_for_all_that_was_written_while_the_platform_was_away(
    post: Post, sandbox: SandboxProcess
) -> None:
    number = document(post, sandbox)
    for each in range(12):
        post.journal.outcome_known(f"a1-{each}", number, Outcome.PRINTED, 1, "device-impressions")
    begun, go_on = threading.Event(), threading.Event()

    def confirm_printed(*given: Any) -> Any:
        begun.set()
        assert go_on.wait(20)
        return post.client._client.confirm_printed(*given)

    post.client.confirm_printed = confirm_printed  # type: ignore[attr-defined]
    line = post.line()
    assert begun.wait(20)
    left: list[int] = []
    line.expect_help("d4", lambda *_how: left.append(len(unsettled(post))))
    post.journal.help_called("d4", HelpReason.RESIDENT_ASKS, "Choosing")
    line.wake()
    go_on.set()
    until(lambda: left, "the answer")
    assert left == [11]  # all but the one that was under way
    until(lambda: not unsettled(post), "the others")


def test_a_call_that_cannot_be_made_is_told_and_made_later(
    post: Post, sandbox: SandboxProcess
) -> None:
    line = post.line()
    until_offered(post)
    sandbox.control(fault="absent")
    heard = call(post, line)
    until(lambda: heard, "the answer")
    assert heard == [(False, "")]
    sandbox.control()
    until(lambda: not unsettled(post), "the call")
    assert answers(post) == ["0001"]
    assert heard == [(False, "")]
