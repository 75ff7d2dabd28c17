"""The event loop: order of events, effects, and the result of an exception in each part."""

from __future__ import annotations

import itertools
import logging
import subprocess
import sys
import threading
import weakref
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, NoReturn

import pytest

from devices.health import Fault
from printing.faults import JOB_ABORTED, JOB_CANCELLED
from printing.outcome import Evidence, Outcome, PrintEnded
from printing.printer import PrinterChanged
from terminal.faults import JOURNAL_FULL, WORKER_FAILED
from terminal.runtime.loop import Runtime
from terminal.session import effects as ef
from terminal.session import events as ev
from terminal.session import model as m
from terminal.session import states as st
from terminal.workers.pool import Workers
from tests.terminal.session_world import DESK, FREE, NO_PAPER, document, identity, person, station
from tests.terminal.terminal_world import READY, Notes, Paper, Watch, parts, reader, until

SECRET = "王建明 100101195803120216"
"""Personal data in an exception's message, which must never be logged."""


class Clock:
    """A clock that only the test moves."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Answers:
    """A platform that answers requests for the free item; ``instead`` replaces its answers."""

    instead: Callable[[Any], object] | None = None
    asked: list[object] = field(default_factory=list)

    def answer(self, ask: Any) -> object:
        self.asked.append(ask)
        if self.instead is not None:
            return self.instead(ask)
        match ask:
            case ef.AskIdentify(request):
                return ev.PersonKnown(request, person())
            case ef.AskIssue(request):
                return ev.DocumentReady(request, document())
        raise AssertionError(ask)


@dataclass
class Stage:
    """A runtime with parts that record their calls."""

    runtime: Runtime
    clock: Clock
    crashes: list[bool]
    watch: Watch
    answers: Answers = field(default_factory=Answers)
    paper: Paper = field(default_factory=Paper)
    notes: Notes = field(default_factory=Notes)
    test_page: Callable[[m.Station], bytes | Fault] = lambda _station: b"%PDF"
    report: Callable[[m.Station], bytes | Fault] = lambda _station: b"%PDF"

    def equip(self) -> bool:
        return self.runtime.equip(
            parts((reader(),), self.paper, self.answers, self.notes, self.test_page, self.report)
        )

    def post(self, *events: object) -> None:
        for event in events:
            self.runtime.post(event)

    def preview(self) -> st.Previewing:
        """Bring a resident's visit to the preview."""
        self.post(ev.CardRead("aa", DESK, identity(), True), ev.Consented())
        self.watch.wait(st.Choosing)
        self.post(ev.ServiceChosen("free"))
        return self.watch.wait(st.Previewing)


@pytest.fixture
def stage() -> Iterator[Stage]:
    clock, crashes = Clock(), []
    runtime = Runtime(station(items=(FREE,)), clock=clock, crashed=lambda: crashes.append(True))
    made = Stage(runtime, clock, crashes, Watch(runtime))
    runtime.start()
    yield made
    runtime.stop()


# -- subscribers ------------------------------------------------------------------------------


def test_subscriber_gets_the_current_and_each_new_state(stage: Stage) -> None:
    later = Watch(stage.runtime)
    assert [type(state) for state in later.seen] == [st.Welcome]
    stage.post(ev.MaintenancePressed())
    later.wait(st.Unlocking)
    assert [type(state) for state in later.seen] == [st.Welcome, st.Unlocking]


def test_event_without_a_change_notifies_no_subscriber(stage: Stage) -> None:
    stage.post(PrinterChanged(READY), PrinterChanged(READY), ev.MaintenancePressed())
    stage.watch.wait(st.Unlocking)
    assert len(stage.watch.seen) == 2


@pytest.mark.slow(reason="thousands of changes on several threads")
def test_subscriber_added_during_changes_gets_the_latest_state(
    stage: Stage,
) -> None:
    over = threading.Event()

    def change() -> None:
        while not over.is_set():
            stage.post(PrinterChanged(NO_PAPER), PrinterChanged(READY))

    changing = threading.Thread(target=change)
    changing.start()
    watches = [Watch(stage.runtime) for _ in range(300)]
    over.set()
    changing.join()
    stage.post(ev.MaintenancePressed())
    stage.watch.wait(st.Unlocking)
    for watch in watches:
        watch.wait(st.Unlocking)
        flips = [state.station.printer == READY for state in watch.seen[:-1]]
        assert all(one != other for one, other in itertools.pairwise(flips))


# -- bugs -------------------------------------------------------------------------------------


def broken(*_given: object) -> NoReturn:
    raise RuntimeError(SECRET)


def test_exception_in_a_subscriber_ends_the_process_and_logs_no_secret(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    calls: list[object] = []

    def subscriber(state: st.State) -> None:
        calls.append(state)
        if len(calls) > 1:
            broken()

    stage.runtime.subscribe(subscriber)
    with caplog.at_level(logging.DEBUG):
        stage.post(ev.MaintenancePressed())
        until(lambda: stage.crashes, "the crash")
    assert "RuntimeError" in caplog.text
    assert "test_loop.py" in caplog.text
    assert SECRET not in caplog.text


def test_exception_in_an_effect_ends_the_process_and_logs_no_secret(
    stage: Stage, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stage.notes, "help_called", broken)
    stage.equip()
    with caplog.at_level(logging.DEBUG):
        stage.post(ev.HelpPressed())
        until(lambda: stage.crashes, "the crash")
    assert "RuntimeError" in caplog.text
    assert SECRET not in caplog.text


def test_invalid_event_ends_the_process(stage: Stage) -> None:
    stage.post("not a fact")
    until(lambda: stage.crashes, "the crash")


@pytest.mark.process
def test_exception_ends_the_process_with_exit_code_70() -> None:
    code = (
        "import logging, threading; logging.basicConfig()\n"
        "from terminal.runtime.loop import Runtime\n"
        "from terminal.session.model import Station\n"
        "runtime = Runtime(Station((), (), None))\n"
        "runtime.start(); runtime.post('not a fact'); threading.Event().wait(30)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.returncode == 70
    assert "KeyError" in done.stderr


@pytest.mark.process
def test_runtime_loads_no_state_before_one_is_shown() -> None:
    code = (
        "import sys, terminal.runtime.loop\n"
        "print(*(name for name in sys.modules if name.startswith('terminal.session.')))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    parts = {
        name.removeprefix("terminal.session.").partition(".")[0] for name in done.stdout.split()
    }
    assert parts == {"home", "model", "state", "states"}
    assert "terminal.session.states." not in done.stdout


def test_exception_in_a_request_shows_a_fault_and_logs_no_secret(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    stage.answers.instead = broken
    stage.equip()
    with caplog.at_level(logging.DEBUG):
        stage.post(ev.CardRead("aa", DESK, identity(), True), ev.Consented())
        failure = stage.watch.wait(st.ServiceFailure)
    assert failure.fault.same_as(WORKER_FAILED)
    assert failure.fault.detail == "RuntimeError"
    assert SECRET not in caplog.text
    assert stage.notes.of("fault") == [("fault", WORKER_FAILED, "Recognising")]
    stage.answers.instead = None
    stage.post(ev.RetryPressed())
    stage.watch.wait(st.Choosing)
    assert stage.crashes == []


def test_exception_in_the_printer_is_reported_at_once(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage.paper.refuses = ValueError(SECRET)

    def planned(effect: ef.Print, then: Callable[[Fault | None], None]) -> None:
        """Do what the records' worker does."""
        try:
            then(None)
        except ValueError:
            then(WORKER_FAILED)

    monkeypatch.setattr(stage.notes, "print_planned", planned)
    stage.equip()
    stage.preview()
    stage.post(ev.PrintPressed())
    assert stage.watch.wait(st.ServiceFailure).fault.same_as(WORKER_FAILED)


def test_test_page_that_cannot_be_typeset_is_reported(stage: Stage) -> None:
    stage.test_page = broken
    stage.equip()
    stage.post(ev.MaintenancePressed(), ev.PinEntered("1"))
    stage.watch.wait(st.Maintenance)
    stage.post(ev.TestPagePressed())
    shown = stage.watch.wait(st.Maintenance, lambda page: isinstance(page.test, PrintEnded))
    assert isinstance(shown.test, PrintEnded)
    assert shown.test.outcome is Outcome.QUEUED
    assert shown.test.fault is not None
    assert shown.test.fault.same_as(WORKER_FAILED)


# -- time -------------------------------------------------------------------------------------


def test_time_advances_while_events_keep_coming(stage: Stage) -> None:
    stage.post(ev.ModeChosen(m.Mode.ELDER))
    stage.watch.wait(st.Welcome, lambda page: page.look.mode is m.Mode.ELDER)
    stage.clock.now += 10_000
    over = threading.Event()

    def one_more(state: st.State) -> None:
        """Answer each event with the next one, so that the queue is never empty."""
        if not over.is_set():
            dry = state.station.printer == NO_PAPER
            stage.post(PrinterChanged(READY if dry else NO_PAPER))

    stage.runtime.subscribe(one_more)
    try:
        stage.watch.wait(st.Welcome, lambda page: page.look.mode is m.Mode.STANDARD)
    finally:
        over.set()


# -- printing -----------------------------------------------------------------------------------


def test_recorded_job_is_printed_once_with_the_previewed_bytes(stage: Stage) -> None:
    stage.equip()
    shown = stage.preview().document
    stage.post(ev.PrintPressed())
    stage.watch.wait(st.Printing)
    until(lambda: ("print_planned", "aa-1") in stage.notes.calls, "the plan")
    submitted = [call for call in stage.paper.calls if call[0] == "submit"]
    assert submitted == [("submit", "aa-1", shown.pdf, 2, "free")]


def test_job_that_cannot_be_recorded_is_not_printed(stage: Stage) -> None:
    stage.notes.hold = []
    stage.equip()
    stage.preview()
    stage.post(ev.PrintPressed())
    until(lambda: stage.notes.hold, "the plan")
    stage.notes.hold[0](JOURNAL_FULL)
    failure = stage.watch.wait(st.ServiceFailure)
    assert failure.fault is JOURNAL_FULL
    assert not [call for call in stage.paper.calls if call[0] == "submit"]
    confirmed = stage.notes.of("printed")
    assert confirmed == [
        ("printed", ef.ConfirmPrinted("aa-1", "free", Outcome.QUEUED, 0, Evidence.NONE))
    ]


def test_job_cancelled_while_being_recorded_is_not_printed(stage: Stage) -> None:
    stage.notes.hold = []
    stage.equip()
    stage.preview()
    stage.post(ev.PrintPressed(), ev.LeavePressed())
    stage.watch.wait(st.Printing, lambda page: page.cancelling is m.EndReason.LEFT)
    until(lambda: stage.notes.hold, "the plan")
    stage.notes.hold[0](None)
    assert stage.watch.wait(st.Ending).reason is m.EndReason.LEFT
    until(lambda: ("clear",) in stage.paper.calls, "the clearing")
    assert not [call for call in stage.paper.calls if call[0] in ("submit", "cancel")]
    assert stage.notes.of("printed") == [
        ("printed", ef.ConfirmPrinted("aa-1", "free", Outcome.QUEUED, 0, Evidence.NONE))
    ]


def test_job_that_ends_after_its_visit_is_recorded(stage: Stage) -> None:
    stage.equip()
    late = PrintEnded("bb-1", Outcome.UNKNOWN, 1, 2, Evidence.DEVICE_PARTLY, JOB_ABORTED)
    stage.post(late)
    until(lambda: stage.notes.of("printed"), "the record")
    assert stage.notes.of("printed") == [
        ("printed", ef.ConfirmPrinted("bb-1", "", Outcome.UNKNOWN, 1, Evidence.DEVICE_PARTLY))
    ]


def test_job_that_the_printer_has_is_cancelled_by_the_printer(stage: Stage) -> None:
    stage.equip()
    stage.preview()
    stage.post(ev.PrintPressed(), ev.LeavePressed())
    until(lambda: ("cancel", "aa-1") in stage.paper.calls, "the cancelling")
    stage.post(PrintEnded("aa-1", Outcome.QUEUED, 0, 2, Evidence.CANCELLED, JOB_CANCELLED))
    assert stage.watch.wait(st.Ending).reason is m.EndReason.LEFT


# -- before it is equipped, and after it was stopped ----------------------------------------------


def test_call_for_staff_before_equipping_is_reported_as_not_reached(stage: Stage) -> None:
    stage.post(ev.HelpPressed())
    assert stage.watch.wait(st.Assisted, lambda page: page.reached is not None).reached is False
    stage.equip()
    stage.post(ev.HelpDismissed(), ev.HelpPressed())
    until(lambda: any(note[0] == "help_called" for note in stage.notes.calls), "the second call")


def test_pin_before_the_journal_is_open_is_refused_and_may_be_retried(
    stage: Stage,
) -> None:
    stage.post(ev.MaintenancePressed(), ev.PinEntered("135790"))
    page = stage.watch.wait(st.Unlocking, lambda page: page.refused)
    assert (page.checking, page.locked_s > 0) == (False, True)


def test_refused_card_is_wiped_before_equipping(stage: Stage) -> None:
    stage.post(ev.MaintenancePressed())
    read = identity()
    stage.post(ev.CardRead("aa", DESK, read, True))
    until(lambda: read.wiped, "the wiping")


def test_parts_are_not_started_after_stop(stage: Stage) -> None:
    stage.runtime.stop()
    assert stage.equip() is False
    assert stage.paper.calls == []


def test_runtime_may_be_stopped_before_start() -> None:
    runtime = Runtime(station())
    runtime.stop()
    runtime.start()
    assert type(runtime.state) is st.Welcome


def test_initial_device_states_are_posted_and_recorded(stage: Stage) -> None:
    assert stage.equip()
    until(lambda: len(stage.notes.of("device_changed")) >= 2, "the devices")
    assert ("device_changed", "printer", READY.status, "") in stage.notes.calls
    stage.runtime.stop()
    assert stage.paper.calls == [("start",), ("close",)]


@pytest.mark.process
def test_hanging_task_does_not_block_stop() -> None:
    code = (
        "import threading, time\n"
        "from terminal.workers.pool import Workers\n"
        "workers = Workers(1, 'network')\n"
        "workers.submit(threading.Event().wait)\n"
        "began = time.monotonic()\n"
        "assert not workers.stop(0.1)\n"
        "assert time.monotonic() - began < 2\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=20)
    assert (done.returncode, done.stderr) == (0, "")


def test_idle_worker_keeps_no_finished_task() -> None:
    """A task may hold a PIN, so an idle worker must not keep the task."""

    class Pin:
        def used(self) -> None:
            """Stands for a task that uses the PIN."""

    workers, gone = Workers(1, "journal"), threading.Event()
    try:
        pin = Pin()
        weakref.finalize(pin, gone.set)
        workers.submit(pin.used)
        del pin
        assert gone.wait(5)
    finally:
        workers.stop(1.0)


def test_retry_sends_the_identification_again(stage: Stage) -> None:
    stage.answers.instead = lambda ask: ev.PlatformFailed(ask.request, WORKER_FAILED)
    stage.equip()
    stage.post(ev.CardRead("aa", DESK, identity(), True), ev.Consented())
    stage.watch.wait(st.ServiceFailure)
    stage.post(ev.RetryPressed())
    until(lambda: len(stage.notes.of("visit_began")) == 2, "the second beginning")
