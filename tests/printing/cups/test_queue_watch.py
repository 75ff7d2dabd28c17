"""Watching the queue: it continues after an unexpected error, and reports unsafe settings."""

from __future__ import annotations

import contextlib
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from printing import faults as f
from printing.cups.device import JobNames
from printing.cups.jobs import Job, PrinterJobs
from printing.cups.printer import CupsPrinter
from printing.cups.queue import KEEPS_DOCUMENTS, RETRIES, CupsQueue, QueueState
from printing.cups.queue_watch import QueueWatch
from printing.cups.verdict import QueueJob
from printing.ipp.client import JobState
from printing.job import PrinterTiming
from printing.outcome import Evidence, Outcome, PrintEnded
from printing.printer import JobRecord, JobStage, PrinterChanged
from tests.rig.print_fixtures import Heard, wait_until
from tests.rig.print_journal import FileJournal

TIMING = PrinterTiming(
    idle_poll_s=0.02, busy_poll_s=0.02, queue_idle_poll_s=0.02, queue_poll_s=0.02,
    queue_retry_pause_s=0.02, wake_s=0.1,
)  # fmt: skip


def done(answer: Any) -> Future[Any]:
    future: Future[Any] = Future()
    future.set_result(answer)
    return future


class FakeQueue:
    """Replaces the requests of ``CupsQueue`` by set answers."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.cautions: tuple[str, ...] = ()
        self.breaks: Exception | None = None
        self.looks = 0
        self.jobs: tuple[QueueJob, ...] = ()
        self.cancelled: list[int] = []
        monkeypatch.setattr(CupsQueue, "state", lambda _queue: self.state())
        monkeypatch.setattr(CupsQueue, "open_jobs", lambda _queue: done(self.jobs))
        monkeypatch.setattr(CupsQueue, "find", lambda _queue, _name: done(()))
        monkeypatch.setattr(CupsQueue, "cancel", lambda _queue, number: self.cancel(number))

    def state(self) -> Future[Any]:
        self.looks += 1
        if self.breaks is not None:
            raise self.breaks
        return done(QueueState(3, (), True, self.cautions))

    def cancel(self, number: int) -> Future[Any]:
        self.cancelled.append(number)
        return done(None)


@pytest.fixture
def queue(monkeypatch: pytest.MonkeyPatch) -> FakeQueue:
    return FakeQueue(monkeypatch)


@pytest.fixture
def journal(tmp_path: Path) -> FileJournal:
    return FileJournal(tmp_path / "journal")


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest.fixture
def printer(queue: FakeQueue, journal: FileJournal, heard: Heard) -> Iterator[CupsPrinter]:
    printer = CupsPrinter("q", "usb://Maker/Model", journal, timing=TIMING)
    printer.start(heard)
    yield printer
    printer.close()


def test_bug_in_the_queue_watch_is_a_fault_until_a_round_succeeds(
    printer: CupsPrinter, queue: FakeQueue, heard: Heard, caplog: pytest.LogCaptureFixture
) -> None:
    wait_until(lambda: printer.status().can_print, 5, "a good state at first")
    queue.breaks = KeyError("of a document: 王建明")
    wait_until(
        lambda: any(f.QUEUE_DOWN.same_as(each) for each in printer.status().faults), 5, "the fault"
    )
    fault = next(each for each in printer.status().faults if f.QUEUE_DOWN.same_as(each))
    assert fault.detail == "KeyError"
    assert "王建明" not in caplog.text
    looks = queue.looks
    wait_until(lambda: queue.looks > looks + 3, 5, "more rounds")
    queue.breaks = None
    wait_until(lambda: printer.status().can_print, 5, "a good state again")


def test_unsafe_queue_settings_are_cautions_and_do_not_stop_printing(
    printer: CupsPrinter, queue: FakeQueue, heard: Heard
) -> None:
    wait_until(lambda: printer.status().can_print, 5, "a good state at first")
    assert printer.status().cautions == ()
    queue.cautions = (KEEPS_DOCUMENTS, RETRIES)
    changed = heard.wait(PrinterChanged, lambda e: e.status.cautions != ())
    assert isinstance(changed, PrinterChanged)
    (caution,) = changed.status.cautions
    assert f.QUEUE_UNSAFE.same_as(caution)
    assert caution.detail.split() == [KEEPS_DOCUMENTS, RETRIES]
    assert changed.status.can_print
    queue.cautions = ()
    wait_until(lambda: printer.status().cautions == (), 5, "no caution")


def test_only_journalled_jobs_are_cancelled_in_the_queue(
    printer: CupsPrinter, queue: FakeQueue, journal: FileJournal
) -> None:
    ours = secrets.token_hex(16)
    journal.record(JobRecord(ours, JobStage.CLOSED, 1, "q"))
    queue.jobs = (
        QueueJob(1, "other-program-0001", JobState.PENDING, started=False),
        QueueJob(2, ours, JobState.PENDING, started=False),
    )
    wait_until(lambda: len(queue.cancelled) >= 2, 5, "strays cancelled")
    assert set(queue.cancelled) == {2}


@pytest.mark.parametrize(("orphan_s", "goes"), [(0.1, [1]), (60.0, [])])
def test_held_job_of_another_program_is_cancelled_after_its_limit(
    queue: FakeQueue, journal: FileJournal, orphan_s: float, goes: list[int]
) -> None:
    """Its document must not stay in the spool. A job that is being submitted has its time."""
    printer = CupsPrinter("q", None, journal, timing=replace(TIMING, orphan_s=orphan_s))
    queue.jobs = (
        QueueJob(1, "other-program-0001", JobState.HELD, started=False),
        QueueJob(2, "other-program-0002", JobState.PENDING, started=False),
    )
    printer.start(Heard())
    try:
        wait_until(lambda: queue.looks > 10 and (not goes or queue.cancelled != []), 5, "looks")
    finally:
        printer.close()
    assert sorted(set(queue.cancelled)) == goes


def test_job_counts_as_foreign_while_the_journal_cannot_be_read(journal: FileJournal) -> None:
    class Unreadable(FileJournal):
        broken = True

        def knows(self, job: str) -> bool:
            if self.broken:
                raise OSError(5, "input/output error")
            return super().knows(job)

    unreadable = Unreadable(journal._path)
    journal.record(JobRecord("0123456789", JobStage.CLOSED, 1, "q"))
    jobs = PrinterJobs(unreadable, JobNames(), lambda _event: None)
    assert not jobs.knows("0123456789")
    unreadable.broken = False
    assert jobs.knows("0123456789")
    assert not jobs.knows("9876543210")


def test_job_ended_by_an_error_during_submission_is_never_released(
    printer: CupsPrinter,
    queue: FakeQueue,
    journal: FileJournal,
    heard: Heard,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    slow: Future[Any] = Future()
    asked = threading.Event()
    acts: list[str] = []

    def create(_queue: CupsQueue, *_wanted: object) -> Future[Any]:
        asked.set()
        return slow

    def noted(act: str) -> Callable[..., Future[None]]:
        def note(*_given: object) -> Future[None]:
            acts.append(act)
            return done(None)

        return note

    def fail() -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(CupsQueue, "create", create)
    monkeypatch.setattr(CupsQueue, "send", noted("send"))
    monkeypatch.setattr(CupsQueue, "release", noted("release"))
    first, second = secrets.token_hex(16), secrets.token_hex(16)
    printer.submit(first, b"%PDF", 1)
    printer.submit(second, b"%PDF", 1)
    assert asked.wait(5)
    printer._loop.post(fail)
    ended = heard.ended(first, 5)
    assert (ended.outcome, ended.evidence) == (Outcome.QUEUED, Evidence.CANCELLED)
    assert ended.fault is not None
    assert ended.fault.detail == "ZeroDivisionError"
    slow.set_result(7)
    # The second job is printed; nothing of the first is sent to the device.
    wait_until(lambda: "release" in acts, 5, "the second released")
    assert acts == ["send", "release"]
    assert journal.all()[second].stage is JobStage.RELEASED
    assert journal.all()[first].stage is JobStage.CLOSED
    ends = [each for each in heard.events if isinstance(each, PrintEnded) and each.job == first]
    assert len(ends) == 1


def test_job_ends_only_once(journal: FileJournal) -> None:
    events: list[object] = []
    jobs = PrinterJobs(journal, JobNames(), events.append)
    job = Job(JobRecord("0123456789", JobStage.LOADED, 1, "q"), b"")
    jobs.end(job, Outcome.QUEUED, Evidence.CANCELLED, f.JOB_ABORTED)
    jobs.end(job, Outcome.UNKNOWN, Evidence.NONE, f.JOB_CANCELLED)
    assert [each.outcome for each in events if isinstance(each, PrintEnded)] == [Outcome.QUEUED]
    assert journal.all()["0123456789"].outcome is Outcome.QUEUED


def test_reused_id_of_a_held_job_has_its_own_time_limit(
    queue: FakeQueue, monkeypatch: pytest.MonkeyPatch
) -> None:
    """cupsd was restarted without its spool, so the held job with that id is another job."""
    now = [1000.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    watch = QueueWatch(CupsQueue("q"), replace(TIMING, orphan_s=60.0))

    def look(*jobs: QueueJob) -> None:
        queue.jobs = jobs
        task = watch.cancel_strays(set(), lambda _name: False)
        answer: object = None
        with contextlib.suppress(StopIteration):
            while True:
                asked = task.send(answer)
                assert isinstance(asked, Future)
                answer = asked.result(0)

    one = QueueJob(1, "other-program-0001", JobState.HELD, started=False)
    other = replace(one, name="other-program-0002")
    look(one)
    now[0] += 50
    look(other)
    now[0] += 50
    look(other)
    assert queue.cancelled == []
    now[0] += 10
    look(other)
    assert queue.cancelled == [1]
