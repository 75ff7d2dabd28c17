"""The enquiries against the real sandbox: fetched, cached, dropped when expired, bounded."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, cast

import pytest

from devices.health import Fault
from terminal.faults import WORKER_FAILED
from terminal.platform import faults
from terminal.platform.client import PlatformClient
from terminal.platform.kinds import HelpProgress
from terminal.platform.wire import HelpReason
from terminal.sandbox.process import SandboxProcess
from terminal.session import events as ev
from terminal.workers import cache_file, enquiries
from terminal.workers.enquiries import Enquiries
from tests.sandbox_fixture import ClientMaker
from tests.terminal.line_world import ONCE, Recording
from tests.terminal.terminal_world import until

FILES = ["notices.json", "nearby.json"]


@dataclass
class Desk:
    """Enquiries and everything around them."""

    folder: Path
    client: Recording
    events: list[Any] = field(default_factory=list)
    recorded: list[str] = field(default_factory=list)
    made: list[Enquiries] = field(default_factory=list)
    ahead: timedelta = timedelta()
    waiting: int = 0

    def fault(self, fault: Fault, page: str = "") -> Fault | None:
        self.recorded.append(fault.code)
        return None

    def start(self, client: Callable[[], Any] | None = None) -> Enquiries:
        started = Enquiries(
            client or (lambda: cast(PlatformClient, self.client)), self, self.events.append,
            lambda: self.waiting, folder=self.folder,
            now=lambda: datetime.now().astimezone() + self.ahead,
        )  # fmt: skip
        self.made.append(started)
        started.start()
        return started

    def notices(self) -> list[int]:
        """Return the number of notices after each change."""
        return [len(each.notices) for each in list(self.events)
                if isinstance(each, ev.NoticesArrived)]  # fmt: skip

    def stations(self) -> list[int]:
        return [len(each.stations) for each in list(self.events)
                if isinstance(each, ev.NearbyArrived)]  # fmt: skip

    def answers(self) -> list[tuple[int, HelpProgress]]:
        return [(each.call, each.answer.progress) for each in list(self.events)
                if isinstance(each, ev.HelpAnswered)]  # fmt: skip

    def until_both(self) -> None:
        until(lambda: self.notices() and self.stations(), "notices and stations")

    def restart(self) -> None:
        """Stop, as at the end of an earlier run, and forget what was posted."""
        self.made.pop().stop()
        self.events.clear()
        self.client.calls.clear()

    def until_calls(self, name: str, number: int) -> None:
        until(lambda: len(self.client.of(name)) >= number, name)


@pytest.fixture
def desk(
    new_client: ClientMaker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Desk]:
    """Enquiries that ask again at once, so that tests are fast."""
    for name in ("FETCH_AGAIN_S", "CLOCK_S", "HELP_FIRST_S", "HELP_POLL_S"):
        monkeypatch.setattr(enquiries, name, 0.05)
    made = Desk(tmp_path, Recording(new_client(timeouts=ONCE)))
    yield made
    for each in made.made:
        each.stop()


def test_both_lists_are_fetched_once_at_the_start(desk: Desk, sandbox: SandboxProcess) -> None:
    sandbox.control()
    desk.start()
    desk.until_both()
    until(lambda: all((desk.folder / name).exists() for name in FILES), "the caches")
    assert (desk.notices(), desk.stations()) == ([2], [3])
    assert len(desk.client.of("notices", "nearby")) == 2
    assert desk.recorded == []


def test_lists_are_fetched_again_after_the_interval(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(enquiries, "FETCH_S", 0.05)
    desk.start()
    desk.until_calls("notices", 3)
    desk.until_calls("nearby", 3)
    assert desk.notices() == [2]  # unchanged information is posted once


def test_cached_information_is_shown_without_a_network(desk: Desk, sandbox: SandboxProcess) -> None:
    desk.start()
    desk.until_both()
    until(lambda: (desk.folder / "nearby.json").exists(), "the cache")
    desk.restart()
    sandbox.control(fault="absent")
    desk.start()
    desk.until_both()
    desk.until_calls("nearby", 2)
    assert (desk.notices(), desk.stations()) == ([2], [3])
    assert desk.recorded == []  # the heartbeat reports that the platform is away


def test_information_is_dropped_when_it_expires(desk: Desk, sandbox: SandboxProcess) -> None:
    desk.start()
    desk.until_both()
    sandbox.control(fault="absent")
    desk.ahead = timedelta(days=8)
    until(lambda: desk.notices()[-1] == 0 and desk.stations()[-1] == 0, "the end")


def test_expired_cache_is_not_shown_but_keeps_its_version(
    desk: Desk, sandbox: SandboxProcess
) -> None:
    desk.start()
    desk.until_both()
    until(lambda: all((desk.folder / name).exists() for name in FILES), "the caches")
    desk.restart()
    sandbox.control(notices="older", nearby="older")
    desk.ahead = timedelta(days=8)
    desk.start()
    until(lambda: len(desk.recorded) >= 2, "the refusals")
    desk.until_calls("nearby", 3)
    assert desk.events == []
    assert desk.recorded == [faults.INFORMATION_REFUSED.code] * 2  # each once, despite the tries


@pytest.mark.parametrize("what", ["garbage", "folder", "other", "huge"])
def test_invalid_cache_is_ignored_and_replaced(
    desk: Desk, sandbox: SandboxProcess, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    desk.start()
    desk.until_both()
    until(lambda: all((desk.folder / name).exists() for name in FILES), "the caches")
    desk.restart()
    notices, nearby = (desk.folder / name for name in FILES)
    if what == "garbage":
        notices.write_bytes(b"\x00 no notices")
    elif what == "folder":
        notices.unlink()
        notices.mkdir()
    elif what == "other":
        notices.write_bytes(nearby.read_bytes())  # genuine, but another kind
    else:
        notices.write_bytes(notices.read_bytes() + b" " * 4096)
        monkeypatch.setattr(cache_file, "MAX_BYTES", 4096)
    sandbox.control(fault="absent", only=["notices"])
    desk.start()
    until(desk.stations, "the other list")
    desk.until_calls("notices", 2)
    assert desk.notices() == []
    sandbox.control()
    until(desk.notices, "the new notices")


@pytest.mark.parametrize(
    ("switch", "code"),
    [("bad_signature", faults.INFORMATION_REFUSED.code), ("hostile", faults.GARBAGE.code)],
)
def test_bad_information_replaces_nothing_and_is_recorded_once(
    desk: Desk, sandbox: SandboxProcess, monkeypatch: pytest.MonkeyPatch, switch: str, code: str
) -> None:
    desk.start()
    desk.until_both()
    until(lambda: (desk.folder / "notices.json").exists(), "the cache")
    kept = (desk.folder / "notices.json").read_bytes()
    desk.restart()
    sandbox.control(notices=switch)
    desk.start()
    desk.until_both()
    desk.until_calls("notices", 3)
    assert desk.notices() == [2]
    assert desk.recorded == [code]
    assert (desk.folder / "notices.json").read_bytes() == kept


def test_unexpected_error_does_not_end_the_thread(desk: Desk) -> None:
    tries: list[int] = []

    def client() -> Any:
        tries.append(1)
        if len(tries) <= 3:
            raise LookupError("personal")
        return desk.client

    desk.start(client)
    desk.until_both()
    assert desk.recorded == [WORKER_FAILED.code]


# -- the answer to a call for staff ---------------------------------------------------------------


def called(desk: Desk, key: str = "d4", number: int = 1) -> Enquiries:
    """Call staff, and have a resident wait for them."""
    desk.client.call_help(key, HelpReason.RESIDENT_ASKS, "Choosing")
    started = desk.start()
    desk.waiting = number
    started.watch(key, number)
    return started


def test_answer_is_posted_when_it_changes(desk: Desk, sandbox: SandboxProcess) -> None:
    sandbox.control(help="waiting")
    called(desk)
    until(lambda: desk.answers() == [(1, HelpProgress.WAITING)], "the first answer")
    desk.until_calls("help_answer", 4)
    assert len(desk.answers()) == 1  # the same answer is posted once
    sandbox.control(help="coming")
    until(lambda: desk.answers()[-1] == (1, HelpProgress.COMING), "the second answer")
    (coming,) = [each.answer for each in desk.events if isinstance(each, ev.HelpAnswered)][1:]
    assert (coming.staff_number, coming.minutes) == ("1001", 5)
    sandbox.control(help="not_coming")
    until(lambda: desk.answers()[-1] == (1, HelpProgress.NOT_COMING), "the third answer")


def test_no_more_is_asked_after_staff_arrived(
    desk: Desk, sandbox: SandboxProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(enquiries, "FETCH_S", 0.05)
    sandbox.control(help="arrived")
    called(desk)
    until(desk.answers, "the answer")
    # As many fetches prove that a question would have been due several times.
    desk.until_calls("notices", len(desk.client.of("notices")) + 5)
    assert len(desk.client.of("help_answer")) == 1


def test_nothing_is_asked_while_no_resident_waits(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(enquiries, "FETCH_S", 0.05)
    desk.client.call_help("d4", HelpReason.RESIDENT_ASKS, "Choosing")
    started = desk.start()
    started.watch("d4", 1)
    desk.until_calls("notices", 5)
    assert desk.client.of("help_answer") == []
    desk.waiting = 1  # the next resident opens the help page
    until(desk.answers, "the answer")


def test_call_that_the_platform_does_not_have_yet_is_asked_again(desk: Desk) -> None:
    started = desk.start()
    desk.waiting = 1
    started.watch("d4", 1)
    desk.until_calls("help_answer", 2)
    desk.client.call_help("d4", HelpReason.RESIDENT_ASKS, "Choosing")
    until(desk.answers, "the answer")
    assert desk.recorded == []


def test_questions_about_a_call_are_bounded(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(enquiries, "HELP_WATCH_S", 0.3)
    monkeypatch.setattr(enquiries, "FETCH_S", 0.05)
    called(desk)
    desk.until_calls("help_answer", 1)
    began = time.monotonic()
    until(lambda: time.monotonic() - began > 0.3, "the end of the watch")
    desk.until_calls("notices", len(desk.client.of("notices")) + 2)
    asked = len(desk.client.of("help_answer"))
    desk.until_calls("notices", len(desk.client.of("notices")) + 4)
    assert len(desk.client.of("help_answer")) == asked


def test_hostile_answer_is_recorded_once_and_not_shown(desk: Desk, sandbox: SandboxProcess) -> None:
    sandbox.control(help="hostile")
    called(desk)
    desk.until_calls("help_answer", 3)
    assert desk.answers() == []
    assert desk.recorded == [faults.GARBAGE.code]


def test_slow_list_is_fetched_after_a_waiting_residents_question(
    desk: Desk, sandbox: SandboxProcess
) -> None:
    sandbox.control(slow_s=1.0, only=["notices", "nearby"])
    called(desk)
    until(desk.answers, "the answer")
    # Between the two slow lists the answer is asked for again, at the latest.
    until(desk.stations, "the stations")
    names = [name for name, _ in desk.client.calls if name != "call_help"]
    first, second = names.index("notices"), names.index("nearby")
    assert "help_answer" in names[first:second]


def test_stopping_does_not_wait_for_a_slow_platform(desk: Desk, sandbox: SandboxProcess) -> None:
    sandbox.control(slow_s=15.0)
    desk.start()
    desk.until_calls("notices", 1)
    began = time.monotonic()
    desk.made.pop().stop()
    assert time.monotonic() - began < enquiries.STOP_S + 3.0
