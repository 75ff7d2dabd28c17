"""The loop: facts in order, effects carried out, and what a bug in any part of it does."""

from __future__ import annotations

import itertools
import logging
import subprocess
import sys
import threading
import weakref
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from devices.health import Fault
from printing.faults import JOB_ABORTED, JOB_CANCELLED
from printing.outcome import Evidence, Outcome, PrintEnded
from printing.printer import PrinterChanged
from terminal.faults import JOURNAL_FULL, WORKER_FAILED
from terminal.runtime.loop import Runtime
from terminal.runtime.parts import Parts
from terminal.session import effects as ef
from terminal.session import events as ev
from terminal.session import model as m
from terminal.session import states as st
from terminal.workers.pool import Workers
from tests.terminal.session_world import DESK, FREE, NO_PAPER, document, identity, person, station
from tests.terminal.terminal_world import READY, Notes, Paper, Watch, reader, until

SECRET = "王建明 100101195803120216"
"""What an exception's message might hold, and no log ever may."""


class Clock:
    """Seconds that only the test moves."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Answers:
    """A platform that answers as the free item needs it; ``instead`` comes first."""

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
    """A runtime with parts that note what they are told."""

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
            Parts((reader(),), self.paper, self.answers, self.notes, self.test_page, self.report)  # type: ignore[arg-type]
        )

    def tell(self, *facts: object) -> None:
        for fact in facts:
            self.runtime.post(fact)

    def preview(self) -> st.Previewing:
        """A resident as far as the preview."""
        self.tell(ev.CardRead("aa", DESK, identity(), True), ev.Consented())
        self.watch.wait(st.Choosing)
        self.tell(ev.ServiceChosen("free"))
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


def test_a_subscriber_hears_the_situation_now_and_each_new_one(stage: Stage) -> None:
    later = Watch(stage.runtime)
    assert [type(state) for state in later.seen] == [st.Welcome]
    stage.tell(ev.MaintenancePressed())
    later.wait(st.Unlocking)
    assert [type(state) for state in later.seen] == [st.Welcome, st.Unlocking]


def test_a_fact_that_changes_nothing_wakes_nobody(stage: Stage) -> None:
    stage.tell(PrinterChanged(READY), PrinterChanged(READY), ev.MaintenancePressed())
    stage.watch.wait(st.Unlocking)
    assert len(stage.watch.seen) == 2


def test_whoever_subscribes_in_the_midst_of_changes_is_never_left_with_an_old_one(
    stage: Stage,
) -> None:
    over = threading.Event()

    def change() -> None:
        while not over.is_set():
            stage.tell(PrinterChanged(NO_PAPER), PrinterChanged(READY))

    changing = threading.Thread(target=change)
    changing.start()
    watches = [Watch(stage.runtime) for _ in range(300)]
    over.set()
    changing.join()
    stage.tell(ev.MaintenancePressed())
    stage.watch.wait(st.Unlocking)
    for watch in watches:
        watch.wait(st.Unlocking)
        flips = [state.station.printer == READY for state in watch.seen[:-1]]
        assert all(one != other for one, other in itertools.pairwise(flips))


# -- bugs -------------------------------------------------------------------------------------


def broken(*_given: object) -> None:
    raise RuntimeError(SECRET)


def test_a_bug_in_a_subscriber_ends_the_process_and_tells_no_secret(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    calls: list[object] = []

    def subscriber(state: st.State) -> None:
        calls.append(state)
        if len(calls) > 1:
            broken()

    stage.runtime.subscribe(subscriber)
    with caplog.at_level(logging.DEBUG):
        stage.tell(ev.MaintenancePressed())
        until(lambda: stage.crashes, "the crash")
    assert "RuntimeError" in caplog.text
    assert "test_loop.py" in caplog.text
    assert SECRET not in caplog.text


def test_a_bug_in_an_effect_ends_the_process_and_tells_no_secret(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    stage.notes.help_called = broken  # type: ignore[method-assign]
    stage.equip()
    with caplog.at_level(logging.DEBUG):
        stage.tell(ev.HelpPressed())
        until(lambda: stage.crashes, "the crash")
    assert "RuntimeError" in caplog.text
    assert SECRET not in caplog.text


def test_something_that_is_no_fact_ends_the_process(stage: Stage) -> None:
    stage.tell("not a fact")
    until(lambda: stage.crashes, "the crash")


def test_the_process_that_ends_by_a_bug_says_so_by_its_exit_code() -> None:
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


def test_the_first_page_loads_no_state_but_its_own() -> None:
    code = (
        "import sys, terminal.runtime.loop\n"
        "print(*(name for name in sys.modules if name.startswith('terminal.session.')))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    loaded = set(done.stdout.split())
    states = {name.rpartition(".")[2] for name in loaded if ".session.states." in name}
    assert states == {"welcome", "out_of_service", "identifying"}
    assert not loaded & {"terminal.session.table", "terminal.session.flows"}


def test_a_bug_in_asking_is_a_page_of_trouble_and_tells_no_secret(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    stage.answers.instead = broken
    stage.equip()
    with caplog.at_level(logging.DEBUG):
        stage.tell(ev.CardRead("aa", DESK, identity(), True), ev.Consented())
        trouble = stage.watch.wait(st.Trouble)
    assert trouble.fault.same_as(WORKER_FAILED)
    assert trouble.fault.detail == "RuntimeError"
    assert SECRET not in caplog.text
    assert stage.notes.of("fault") == [("fault", WORKER_FAILED, "Recognising")]
    stage.answers.instead = None
    stage.tell(ev.RetryPressed())
    stage.watch.wait(st.Choosing)
    assert stage.crashes == []


def test_a_bug_in_the_printer_is_told_instead_of_waited_for(stage: Stage) -> None:
    stage.paper.refuses = ValueError(SECRET)

    def planned(effect: ef.Print, then: Callable[[Fault | None], None]) -> None:
        """As the records' worker does it."""
        try:
            then(None)
        except ValueError:
            then(WORKER_FAILED)

    stage.notes.print_planned = planned  # type: ignore[method-assign]
    stage.equip()
    stage.preview()
    stage.tell(ev.PrintPressed())
    assert stage.watch.wait(st.Trouble).fault.same_as(WORKER_FAILED)


def test_a_test_page_that_cannot_be_set_is_told(stage: Stage) -> None:
    stage.test_page = broken  # type: ignore[assignment]
    stage.equip()
    stage.tell(ev.MaintenancePressed(), ev.PinEntered("1"))
    stage.watch.wait(st.Maintenance)
    stage.tell(ev.TestPagePressed())
    shown = stage.watch.wait(st.Maintenance, lambda page: isinstance(page.test, PrintEnded))
    assert isinstance(shown.test, PrintEnded)
    assert shown.test.outcome is Outcome.QUEUED
    assert shown.test.fault is not None
    assert shown.test.fault.same_as(WORKER_FAILED)


# -- time -------------------------------------------------------------------------------------


def test_time_passes_however_fast_facts_come(stage: Stage) -> None:
    stage.tell(ev.ModeChosen(m.Mode.ELDER))
    stage.watch.wait(st.Welcome, lambda page: page.look.mode is m.Mode.ELDER)
    stage.clock.now += 10_000
    over = threading.Event()

    def one_more(state: st.State) -> None:
        """Each fact is followed by the next: the queue is never empty."""
        if not over.is_set():
            dry = state.station.printer == NO_PAPER
            stage.tell(PrinterChanged(READY if dry else NO_PAPER))

    stage.runtime.subscribe(one_more)
    try:
        stage.watch.wait(st.Welcome, lambda page: page.look.mode is m.Mode.STANDARD)
    finally:
        over.set()


# -- printing -----------------------------------------------------------------------------------


def test_what_is_journalled_is_printed_once_with_the_bytes_that_were_shown(stage: Stage) -> None:
    stage.equip()
    shown = stage.preview().document
    stage.tell(ev.PrintPressed())
    stage.watch.wait(st.Printing)
    until(lambda: ("print_planned", "aa-1") in stage.notes.told, "the plan")
    submitted = [told for told in stage.paper.told if told[0] == "submit"]
    assert submitted == [("submit", "aa-1", shown.pdf, 2, "free")]


def test_what_cannot_be_journalled_is_not_printed(stage: Stage) -> None:
    stage.notes.hold = []
    stage.equip()
    stage.preview()
    stage.tell(ev.PrintPressed())
    until(lambda: stage.notes.hold, "the plan")
    stage.notes.hold[0](JOURNAL_FULL)
    trouble = stage.watch.wait(st.Trouble)
    assert trouble.fault is JOURNAL_FULL
    assert not [told for told in stage.paper.told if told[0] == "submit"]
    confirmed = stage.notes.of("printed")
    assert confirmed == [("printed", ef.ConfirmPrinted("aa-1", "free", "queued", 0, "none"))]


def test_what_is_cancelled_while_it_is_journalled_is_never_printed(stage: Stage) -> None:
    stage.notes.hold = []
    stage.equip()
    stage.preview()
    stage.tell(ev.PrintPressed(), ev.LeavePressed())
    stage.watch.wait(st.Printing, lambda page: page.cancelling is m.EndReason.LEFT)
    until(lambda: stage.notes.hold, "the plan")
    stage.notes.hold[0](None)
    assert stage.watch.wait(st.Ending).reason is m.EndReason.LEFT
    until(lambda: ("clear",) in stage.paper.told, "the clearing")
    assert not [told for told in stage.paper.told if told[0] in ("submit", "cancel")]
    assert stage.notes.of("printed") == [
        ("printed", ef.ConfirmPrinted("aa-1", "free", "queued", 0, Evidence.NONE.value))
    ]


def test_a_job_that_ends_after_its_visit_is_recorded(stage: Stage) -> None:
    stage.equip()
    late = PrintEnded("bb-1", Outcome.UNKNOWN, 1, 2, Evidence.DEVICE_PARTLY, JOB_ABORTED)
    stage.tell(late)
    until(lambda: stage.notes.of("printed"), "the record")
    assert stage.notes.of("printed") == [
        ("printed", ef.ConfirmPrinted("bb-1", "", "unknown", 1, "device-partly"))
    ]


def test_a_cancelled_job_of_the_printer_is_the_printers_to_cancel(stage: Stage) -> None:
    stage.equip()
    stage.preview()
    stage.tell(ev.PrintPressed(), ev.LeavePressed())
    until(lambda: ("cancel", "aa-1") in stage.paper.told, "the cancelling")
    stage.tell(PrintEnded("aa-1", Outcome.QUEUED, 0, 2, Evidence.CANCELLED, JOB_CANCELLED))
    assert stage.watch.wait(st.Ending).reason is m.EndReason.LEFT


# -- before it is equipped, and after it was stopped ----------------------------------------------


def test_help_before_there_is_anything_is_told_as_not_reached(stage: Stage) -> None:
    stage.tell(ev.HelpPressed())
    assert stage.watch.wait(st.Assisted, lambda page: page.reached is not None).reached is False
    stage.equip()
    stage.tell(ev.HelpDismissed(), ev.HelpPressed())
    until(lambda: any(note[0] == "help_called" for note in stage.notes.told), "the second call")


def test_a_pin_before_there_is_a_journal_lets_nobody_in_and_may_be_tried_again(
    stage: Stage,
) -> None:
    stage.tell(ev.MaintenancePressed(), ev.PinEntered("135790"))
    page = stage.watch.wait(st.Unlocking, lambda page: page.refused)
    assert (page.checking, page.locked_s > 0) == (False, True)


def test_a_card_read_before_it_is_equipped_is_wiped_when_it_is_refused(stage: Stage) -> None:
    stage.tell(ev.MaintenancePressed())
    read = identity()
    stage.tell(ev.CardRead("aa", DESK, read, True))
    until(lambda: read.wiped, "the wiping")


def test_what_is_equipped_after_stopping_is_never_started(stage: Stage) -> None:
    stage.runtime.stop()
    assert stage.equip() is False
    assert stage.paper.told == []


def test_stopping_before_starting_is_allowed() -> None:
    runtime = Runtime(station())
    runtime.stop()
    runtime.start()
    assert type(runtime.state) is st.Welcome


def test_devices_are_known_before_their_first_change_and_noted(stage: Stage) -> None:
    assert stage.equip()
    until(lambda: len(stage.notes.of("device_changed")) >= 2, "the devices")
    assert ("device_changed", "printer", READY.status, "") in stage.notes.told
    stage.runtime.stop()
    assert stage.paper.told == [("start",), ("close",)]


def test_a_question_that_never_ends_keeps_nobody_from_stopping() -> None:
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


def test_a_worker_keeps_nothing_of_what_it_has_done() -> None:
    """A task may hold a PIN; an idle worker must not hold the task."""

    class Pin:
        def used(self) -> None:
            """What a task does with it."""

    workers, gone = Workers(1, "journal"), threading.Event()
    try:
        pin = Pin()
        weakref.finalize(pin, gone.set)
        workers.submit(pin.used)
        del pin
        assert gone.wait(5)
    finally:
        workers.stop(1.0)


def test_the_repeated_identification_asks_again(stage: Stage) -> None:
    stage.answers.instead = lambda ask: ev.PlatformFailed(ask.request, WORKER_FAILED)
    stage.equip()
    stage.tell(ev.CardRead("aa", DESK, identity(), True), ev.Consented())
    stage.watch.wait(st.Trouble)
    stage.tell(ev.RetryPressed())
    until(lambda: len(stage.notes.of("visit_began")) == 2, "the second beginning")
