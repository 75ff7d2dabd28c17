"""The CUPS printer's parts without a CUPS: the worker, the device's watch, and failing journals."""

from __future__ import annotations

import os
import secrets
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from devices.health import DeviceStatus
from printing import cups_queue
from printing import faults as f
from printing.cups_device import NAMES_KEPT, DeviceWatch, JobNames
from printing.cups_follow import Follower
from printing.cups_printer import CupsPrinter
from printing.cups_queue import CupsWorker, Problem, QueueFailure
from printing.ipp.client import DeviceJob, IppFailure, JobState, Reason
from printing.ipp.codec import Attribute, Group, Tag, Value
from printing.job import Going, PrinterTiming, QueueJob, Silence, Verdict
from printing.job_loop import Act, ActLoop
from printing.outcome import Evidence, Outcome
from printing.printer import JobRecord, JobStage
from tests.rig.print_fixtures import Heard, wait_until

NAME = "0123456789abcdef"
OLDER = "earlier-run-1234"
"""Of a job that only the journal knows."""
TIMING = PrinterTiming()


def job(state: JobState, count: int | None = 0, *, number: int = 7, name: str = NAME) -> DeviceJob:
    return DeviceJob(number, name, "root", state, (), count)


# ---------------------------------------------------------------- the worker


@pytest.fixture
def worker(monkeypatch: pytest.MonkeyPatch) -> Iterator[CupsWorker]:
    monkeypatch.setattr(CupsWorker, "_connect", lambda self, cups: "connection")
    worker = CupsWorker()
    yield worker
    worker.close()


def test_answers_come_in_order_and_errors_as_values(worker: CupsWorker) -> None:
    import cups

    def refuse(error: Exception) -> Any:
        def call(_connection: Any) -> None:
            raise error

        return worker.call(call)

    assert worker.call(lambda connection: connection).result(5) == "connection"
    expected = {
        cups.IPPError(0x0406, "not found"): Problem.MISSING,
        cups.IPPError(0x0404, "not possible"): Problem.TOO_LATE,
        cups.IPPError(0x0409, "too large"): Problem.FULL,
        cups.IPPError(0x0502, "unavailable"): Problem.DOWN,
        cups.IPPError(0x0401, "forbidden"): Problem.REFUSED,
        cups.HTTPError(500): Problem.DOWN,
        RuntimeError("failed to connect to server"): Problem.DOWN,
        OSError("broken pipe"): Problem.DOWN,
    }
    for error, problem in expected.items():
        failure = refuse(error).result(5)
        assert isinstance(failure, QueueFailure)
        assert failure.problem is problem
        # What cupsd says of a job does not go into a detail.
        assert "not found" not in failure.detail


def test_a_call_that_hangs_fails_with_those_behind_it_and_another_thread_goes_on(
    worker: CupsWorker,
) -> None:
    let_go, ran = threading.Event(), []
    hung = worker.call(lambda _connection: let_go.wait(30))
    behind: Future[Any] = worker.call(lambda _connection: ran.append("behind"))
    worker.abandon(hung)
    for future in (hung, behind):
        assert future.result(1) == QueueFailure(Problem.STUCK, "no answer in time")
    assert worker.call(lambda _connection: "fresh").result(5) == "fresh"
    # Abandoning what has its answer already costs no thread.
    worker.abandon(hung)
    assert worker.stuck_calls == 1
    let_go.set()
    assert worker.call(lambda _connection: "still").result(5) == "still"
    assert ran == []


def test_abandoned_threads_have_a_cap(worker: CupsWorker) -> None:
    let_go = threading.Event()
    for _ in range(cups_queue.MAX_STUCK_CALLS):
        worker.abandon(worker.call(lambda _connection: let_go.wait(30)))
    refused = worker.call(lambda _connection: "never").result(1)
    let_go.set()
    assert isinstance(refused, QueueFailure)
    assert refused.problem is Problem.STUCK


# ---------------------------------------------------------------- the loop


def test_an_act_that_fails_ends_alone() -> None:
    told: list[object] = []
    done = threading.Event()

    def good() -> Act:
        for _ in range(3):
            yield 0.01
        told.append("good")
        done.set()

    def bad() -> Act:
        yield 0.001
        raise ValueError("a bug")

    loop = ActLoop(
        lambda: 1.0,
        patience_s=1.0,
        overdue=lambda future: future.set_result("late"),
        failed=lambda error: told.append(str(error)),
    )

    def waits() -> Act:
        told.append((yield Future()))

    def begin() -> None:
        loop.begin(bad())
        loop.begin(good())

    loop.post(begin)
    loop.start("test")
    try:
        assert done.wait(5)
        assert told == ["a bug", "good"]
        loop.post(lambda: loop.begin(waits()))
        wait_until(lambda: "late" in told, 5, "the overdue future's result")
        with pytest.raises(RuntimeError, match="twice"):
            loop.start("again")
    finally:
        loop.stop(2)


def test_a_bug_is_logged_by_its_type_and_also_telling_of_it_may_fail(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def bad() -> None:
        raise ValueError("王建明")

    def failed(error: Exception) -> None:
        raise KeyError(str(error))

    done = threading.Event()
    loop = ActLoop(lambda: 1.0, patience_s=1.0, overdue=lambda _future: None, failed=failed)
    loop.post(bad)
    loop.start("printer")
    try:
        wait_until(lambda: "KeyError" in caplog.text, 5, "both are logged")
        loop.post(done.set)
        assert done.wait(5)
    finally:
        loop.stop(2)
    assert "printer: ValueError" in caplog.text
    assert "王建明" not in caplog.text


# ---------------------------------------------------------------- the device's watch


class FakeDevice:
    """An IPP client whose answers the test sets."""

    def __init__(self) -> None:
        self.active: tuple[DeviceJob, ...] | IppFailure = ()
        self.ended: tuple[DeviceJob, ...] | IppFailure = ()
        self.there = True
        self.reason = Reason.UNREACHABLE
        self.cancelled: list[int] = []

    def printer_attributes(self) -> Group | IppFailure:
        if not self.there:
            return IppFailure(self.reason)
        return Group(
            Tag.PRINTER,
            (
                Attribute("printer-state", (Value(Tag.ENUM, 3),)),
                Attribute("printer-state-reasons", (Value(Tag.KEYWORD, "none"),)),
            ),
        )

    def jobs(self, *, completed: bool = False) -> tuple[DeviceJob, ...] | IppFailure:
        return self.ended if completed else self.active

    def job(self, job_id: int) -> DeviceJob | IppFailure | None:
        known = (*self.active, *self.ended)  # type: ignore[misc]
        return next((each for each in known if each.id == job_id), None)

    def cancel(self, job_id: int) -> None:
        self.cancelled.append(job_id)


@pytest.fixture
def device() -> FakeDevice:
    return FakeDevice()


@pytest.fixture
def watch(device: FakeDevice) -> DeviceWatch:
    watch = DeviceWatch(device, JobNames(), lambda name: name == OLDER)  # type: ignore[arg-type]
    watch.expect(NAME)
    return watch


def look(watch: DeviceWatch, *current: str) -> None:
    watch.look()
    watch.look_for_leftovers(set(current))


def test_one_refused_connection_is_not_a_device_that_is_gone(
    watch: DeviceWatch, device: FakeDevice
) -> None:
    look(watch)
    device.there = False
    look(watch)
    assert watch.status.status is DeviceStatus.ONLINE
    # But its list is not taken to be empty.
    assert isinstance(watch.jobs, IppFailure)
    look(watch)
    assert watch.status.status is DeviceStatus.UNKNOWN
    device.there = True
    look(watch)
    device.there, device.reason = False, Reason.TIMED_OUT
    look(watch)
    assert watch.status.status is DeviceStatus.UNKNOWN


def test_a_strangers_job_is_left_alone_and_ours_is_cancelled(
    watch: DeviceWatch, device: FakeDevice
) -> None:
    # The same user: another program of this computer, not another person.
    stranger = DeviceJob(1, "somebody's letter", "station", JobState.PROCESSING, (), 0)
    mine = DeviceJob(2, OLDER, "station", JobState.PENDING, (), 0)
    device.active = (stranger, mine, job(JobState.PROCESSING, number=3))
    look(watch, NAME)
    assert device.cancelled == [2]
    assert watch.leftovers.kept == (2,)
    look(watch)
    assert device.cancelled == [2, 2, 3]


def test_a_job_of_our_name_that_was_there_before_us_keeps_people_out_and_is_not_cancelled(
    device: FakeDevice,
) -> None:
    """A journal that was lost knows no earlier job; its pages must not meet the next person."""
    watch = DeviceWatch(device, JobNames(), lambda _name: False, "station")  # type: ignore[arg-type]
    before = DeviceJob(1, "nobody-knows-0001", "station", JobState.PROCESSING, (), 1)
    device.active = (before,)
    look(watch)
    assert watch.leftovers.kept == (1,)
    later = DeviceJob(2, "nobody-knows-0002", "station", JobState.PENDING, (), 0)
    device.active = (before, later)
    look(watch)
    assert watch.leftovers.kept == (1,)
    assert watch.foreign
    assert device.cancelled == []
    device.active, device.ended = (), (replace(before, state=JobState.COMPLETED, impressions=2),)
    look(watch)
    # It printed on: staff look into the tray first.
    assert f.LEFTOVER_JOB.same_as(watch.leftovers.fault())
    watch.leftovers.tray_checked()
    assert watch.leftovers.fault() is None


def test_a_second_copy_that_ended_between_two_looks_is_noticed_once(
    watch: DeviceWatch, device: FakeDevice
) -> None:
    follower = Follower(JobRecord(NAME, JobStage.RELEASED, 2, "q"), TIMING, 0.0, mute=False)
    device.ended = (job(JobState.COMPLETED, 2, number=1),)
    watch.look()
    watch.follow(follower, 0.1)
    assert isinstance(follower.judge(0.1), Verdict)
    watch.account(follower)
    look(watch)
    assert watch.leftovers.fault() is None
    device.ended = (job(JobState.COMPLETED, 2, number=2), *device.ended)
    look(watch)
    assert f.LEFTOVER_JOB.same_as(watch.leftovers.fault())
    watch.leftovers.tray_checked()
    look(watch)
    assert watch.leftovers.fault() is None


def test_pages_after_we_gave_up_on_a_device_are_noticed(
    watch: DeviceWatch, device: FakeDevice
) -> None:
    follower = Follower(JobRecord(NAME, JobStage.RELEASED, 3, "q"), TIMING, 0.0, mute=False)
    device.active = (job(JobState.PROCESSING, 1),)
    watch.look()
    watch.follow(follower, 0.1)
    device.there = False
    watch.look()
    watch.follow(follower, 0.2)
    verdict = follower.judge(0.2 + TIMING.gone_s)
    assert isinstance(verdict, Verdict)
    assert (verdict.outcome, verdict.evidence) == (Outcome.UNKNOWN, Evidence.DEVICE_PARTLY)
    watch.account(follower)
    device.there, device.active = True, ()
    device.ended = (job(JobState.COMPLETED, 1),)
    look(watch)
    assert watch.leftovers.fault() is None
    device.ended = (job(JobState.COMPLETED, 3),)
    look(watch)
    assert f.LEFTOVER_JOB.same_as(watch.leftovers.fault())


def test_a_number_that_begins_anew_is_another_job(watch: DeviceWatch, device: FakeDevice) -> None:
    follower = Follower(JobRecord(NAME, JobStage.RELEASED, 2, "q"), TIMING, 0.0, mute=False)
    device.active = (job(JobState.PROCESSING, 1),)
    watch.look()
    watch.follow(follower, 0.1)
    device.active, device.ended = (), (job(JobState.COMPLETED, 2, name="another-job-0001"),)
    watch.look()
    watch.follow(follower, 0.2)
    assert follower.device is Silence.ABSENT
    assert follower.cancel_asked
    assert follower.judge(0.2) == Going(Outcome.PRINTING, settling=True)
    verdict = follower.judge(0.3 + TIMING.settle_s)
    assert isinstance(verdict, Verdict)
    assert verdict.outcome is Outcome.UNKNOWN


def test_names_do_not_pile_up(watch: DeviceWatch, device: FakeDevice) -> None:
    for number in range(NAMES_KEPT):
        watch.expect(f"later-job-{number:06d}")
    device.ended = (job(JobState.COMPLETED, 2),)
    look(watch)
    assert watch.leftovers.fault() is None


# ---------------------------------------------------------------- the follower's clocks


def followed(now: float = 0.0, **timing: float) -> Follower:
    record = JobRecord(NAME, JobStage.RELEASED, 3, "q")
    return Follower(record, replace(TIMING, **timing), now, mute=False)


def test_nothing_moving_is_overdue_and_any_page_begins_anew() -> None:
    follower = followed(stall_s=10.0)
    follower.device_said((job(JobState.PROCESSING, 0),), 1.0)
    assert not follower.overdue(10.9)
    assert follower.overdue(11.1)
    follower.device_said((job(JobState.PROCESSING, 1),), 11.2)
    assert not follower.overdue(12.0)
    assert follower.overdue(21.3)
    follower.cancel(21.3, timed_out=True)
    assert not follower.overdue(22.0)
    follower.device_said((job(JobState.CANCELED, 1),), 22.0)
    follower.judge(22.0)
    verdict = follower.judge(22.0 + TIMING.settle_s)
    assert verdict == Verdict(Outcome.UNKNOWN, Evidence.DEVICE_PARTLY, f.JOB_TIMED_OUT)


def test_a_job_that_creeps_is_overdue_as_a_whole() -> None:
    follower = followed(stall_s=10.0, job_s=15.0)
    for second in range(15):
        follower.device_said((job(JobState.PROCESSING, second),), float(second))
        assert not follower.overdue(float(second))
    assert follower.overdue(15.5)


def test_a_job_that_will_not_end_is_given_up_after_its_time() -> None:
    follower = followed(cancel_s=5.0)
    follower.device_said((job(JobState.PROCESSING, 0),), 1.0)
    follower.cancel(2.0)
    assert isinstance(follower.judge(6.9), Going)
    verdict = follower.judge(7.0)
    assert verdict == Verdict(Outcome.UNKNOWN, Evidence.NONE, f.JOB_CANCELLED)


def test_at_start_an_old_job_waits_for_its_device_however_long() -> None:
    record = JobRecord(NAME, JobStage.RELEASED, 3, "q", pages_done=1)
    follower = Follower(record, TIMING, 0.0, mute=False, recovering=True)
    for hour in range(10):
        follower.device_said(IppFailure(Reason.UNREACHABLE), hour * 3600.0)
        assert isinstance(follower.judge(hour * 3600.0), Going)
    follower.device_said((job(JobState.COMPLETED, 3),), 36_001.0)
    verdict = follower.judge(36_001.0)
    assert isinstance(verdict, Verdict)
    assert verdict.outcome is Outcome.PRINTED


def test_started_once_and_pending_means_to_print_again() -> None:
    follower = followed()
    pending = QueueJob(3, NAME, JobState.PENDING, started=False)
    follower.queue_said((pending,))
    assert not follower.will_run_again
    follower.queue_said((replace(pending, started=True),))
    assert follower.will_run_again
    follower.queue_said(())
    assert not follower.will_run_again
    assert follower.queue is Silence.ABSENT


# ---------------------------------------------------------------- a journal that fails


class BrokenJournal:
    """A journal on a full disk."""

    def record(self, job: JobRecord) -> None:
        raise OSError(28, os.strerror(28))

    def open_jobs(self) -> tuple[JobRecord, ...]:
        return ()

    def knows(self, job: str) -> bool:
        raise OSError(5, os.strerror(5))


def test_what_cannot_be_journalled_is_not_printed(tmp_path: Path) -> None:
    heard, name = Heard(), secrets.token_hex(16)
    printer = CupsPrinter(
        "nowhere",
        "ipp://127.0.0.1:1/ipp/print",
        BrokenJournal(),
        cups_server=str(tmp_path / "no.sock"),
    )
    printer.start(heard)
    printer.submit(name, b"%PDF", 1)
    ended = heard.ended(name, 5)
    assert (ended.outcome, ended.evidence) == (Outcome.QUEUED, Evidence.CANCELLED)
    assert f.JOB_ABORTED.same_as(ended.fault)
    began = time.monotonic()
    printer.close()
    assert time.monotonic() - began < 2.0
    mine = {"printer", "cups"}
    wait_until(
        lambda: not any(each.name in mine for each in threading.enumerate()), 5, "threads gone"
    )
