"""The printer on a CUPS queue: cupsd takes the job, the device itself tells what became of it.

Serves the session (jobs in, truth out) through ``printer.Printer``. One thread owns everything
here; cupsd is asked on a worker of its own. It must never print on recovery, never call a job
printed without the device's count, and never let an old job meet the next person.
"""

from __future__ import annotations

import contextlib
import os
import pwd
import time
from collections import deque
from collections.abc import Callable, Generator
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any, assert_never

from devices.health import DeviceStatus, Fault

from .cups_device import DeviceWatch, JobNames
from .cups_follow import Follower
from .cups_queue import CupsQueue, Problem, QueueFailure, QueueState
from .cups_watch import QueueWatch
from .faults import (
    JOB_ABORTED,
    JOB_CANCELLED,
    PRINTER_UNREACHABLE,
    QUEUE_DOWN,
    QUEUE_MISSING,
    SPOOL_FULL,
)
from .ipp.client import IppClient, speaks_ipp
from .ipp.status import from_reasons, in_order
from .job import (
    DUPLEX_FROM_PAGES,
    JOB_NAME,
    Going,
    PrinterTiming,
    QueueJob,
    Verdict,
    sheets,
)
from .job_loop import Act, ActLoop
from .outcome import Evidence, Outcome, PrintEnded, PrintProgress
from .printer import (
    JobJournal,
    JobRecord,
    JobStage,
    PaperState,
    PrinterChanged,
    PrinterStatus,
    Sink,
)
from .supply import LOW_SHEETS, SupplyFile

_UNABLE = {Problem.MISSING: QUEUE_MISSING, Problem.FULL: SPOOL_FULL}


@dataclass(slots=True)
class _Job:
    """A job that was submitted and is not over."""

    record: JobRecord
    document: bytes = field(repr=False)
    cancelled: bool = False
    cancelled_in_queue: bool = False
    follower: Follower | None = None
    shown: PrintProgress | None = None


def _user() -> str:
    """The name under which libcups hands our jobs in; empty where this user has none."""
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return ""


class CupsPrinter:
    """A CUPS queue, and the device behind it asked by IPP at ``device_uri``.

    ``device_uri`` of ``None`` or of another scheme (``usb://``) is a device that cannot be asked:
    its jobs end *unknown*, and its states are cupsd's. ``cups_server`` is libcups' default, a
    socket's path, or ``host:port``; ``ca_file`` the anchor of an ``ipps`` device. ``duplex``: long
    documents take both sides, where the device can. ``supply_file`` keeps the count of sheets and
    the word that the tray must be looked at; ``names`` is shared by all printers of a terminal.
    """

    def __init__(
        self,
        queue: str,
        device_uri: str | None,
        journal: JobJournal,
        *,
        timing: PrinterTiming = PrinterTiming(),  # noqa: B008 (frozen)
        cups_server: str | None = None,
        media: str = "iso_a4_210x297mm",
        duplex: bool = False,
        ca_file: str | None = None,
        supply_file: Path | None = None,
        names: JobNames | None = None,
    ) -> None:
        self._queue = CupsQueue(queue, server=cups_server, media=media)
        self._duplex = duplex
        self._names = names if names is not None else JobNames()
        self._journal = journal
        self._timing = timing
        self._sink: Sink | None = None
        self._loop = ActLoop(
            self._turn,
            patience_s=timing.queue_call_s,
            overdue=self._queue.worker.abandon,
            failed=self._gave_up,
        )
        self._status = PrinterStatus(DeviceStatus.UNKNOWN)

        # Everything below belongs to the printer's thread.
        user = _user()
        client = (
            IppClient(device_uri, user=user or "station", ca_file=ca_file)
            if device_uri is not None and speaks_ipp(device_uri)
            else None
        )
        self._device = DeviceWatch(client, user, self._names)
        self._supply = SupplyFile(supply_file)
        self._device.leftovers.tray_suspect = self._supply.now.tray_suspect
        self._watch = QueueWatch(self._queue, timing)
        self._waiting: deque[_Job] = deque()
        self._job: _Job | None = None
        self._blocks = 0
        self._unresolved: set[str] = set()

    # ------------------------------------------------------------ any thread

    def start(self, sink: Sink) -> None:
        """Resolve what an earlier run left, without printing; then watch."""
        self._sink = sink
        self._loop.post(self._reconcile)
        self._loop.start("printer")

    def status(self) -> PrinterStatus:
        """The state as last known; never blocks."""
        return self._status

    @property
    def needs_restart(self) -> bool:
        """Whether libcups has kept so many threads that only a new process can print."""
        return self._queue.worker.worn_out

    def submit(self, job: str, document: bytes, pages: int, service: str = "") -> None:
        """Print ``document`` (a PDF of ``pages`` sides) once. ``ValueError``: not an opaque name,
        or no page."""
        if not JOB_NAME.match(job) or pages < 1:
            raise ValueError("a job needs an opaque name and at least one page")
        record = JobRecord(job, JobStage.PLANNED, pages, self._queue.name, service)
        self._loop.post(partial(self._enqueue, _Job(record, document)))

    def cancel(self, job: str) -> None:
        """Cancel it; its ``PrintEnded`` says what is known to have come out."""
        self._loop.post(partial(self._cancel, job))

    def clear(self, done: Callable[[bool], None]) -> None:
        """Cancel every job of ours; ``done(True)`` once the device's own list is empty."""
        self._loop.post(lambda: self._loop.begin(self._clear(done)))

    def tray_checked(self) -> None:
        """Staff have looked into the output tray."""
        self._loop.post(self._tray_checked)

    def close(self, timeout_s: float = 2.0) -> None:
        """Stop the threads; cancels and prints nothing."""
        self._loop.stop(timeout_s)
        self._queue.worker.close()
        self._device.close()

    # ------------------------------------------------------------ the thread

    def _turn(self) -> float:
        """One look at the device; the seconds until the next."""
        self._look()
        busy = self._job is not None or self._waiting or self._blocks
        return self._timing.busy_poll_s if busy else self._timing.idle_poll_s

    def _look(self) -> None:
        self._device.look()
        paper = self._device.status.paper
        if paper in (PaperState.OUT, PaperState.LOW, PaperState.FULL):
            self._supply.keep(self._supply.now.paper(paper is PaperState.OUT))
        job = self._job
        if job is not None and job.follower is not None:
            self._follow(job, job.follower, time.monotonic())
        current = {self._job.record.job} if self._job is not None else set()
        self._device.look_for_leftovers(current | self._unresolved)
        self._show_status()

    def _show_status(self) -> None:
        base, leftovers = self._device.status, self._device.leftovers
        supply = replace(self._supply.now, tray_suspect=leftovers.tray_suspect)
        self._supply.keep(supply)
        few = supply.left is not None and supply.left < LOW_SHEETS
        extra = (self._watch.fault, leftovers.fault())
        status = replace(
            base,
            paper=PaperState.LOW if few and base.paper is PaperState.FULL else base.paper,
            faults=in_order([*base.faults, *(each for each in extra if each is not None)]),
            reasons=(*base.reasons, *self._watch.cautions),
            sheets_since_refill=supply.since_refill,
            sheets_left=supply.left,
        )
        if status != self._status:
            self._status = status
            self._emit(PrinterChanged(status))

    def _tray_checked(self) -> None:
        self._device.leftovers.tray_checked()
        self._show_status()

    def _gave_up(self, error: Exception) -> None:
        """What no rule foresaw (a journal that cannot be written, a bug) ends the job, not us."""
        job, self._job = self._job, None
        if job is None:
            return
        self._loop.begin(self._watch.cancel_named(job.record.job))
        released = job.record.stage is JobStage.RELEASED
        outcome = Outcome.UNKNOWN if released else Outcome.QUEUED
        evidence = Evidence.NONE if released else Evidence.CANCELLED
        fault = JOB_ABORTED.with_detail(type(error).__name__)
        self._close_record(job.record, outcome, evidence)
        self._emit_end(job.record, outcome, evidence, fault)

    def _emit(self, event: PrintProgress | PrintEnded | PrinterChanged) -> None:
        if self._sink is not None:
            self._sink(event)

    # ------------------------------------------------------------ a job under way

    def _follow(self, job: _Job, follower: Follower, now: float) -> None:
        before = follower.counted
        self._device.follow(follower, now)
        if follower.counted != before:
            duplex = self._both_sides(job)
            more = sheets(follower.counted, duplex=duplex) - sheets(before, duplex=duplex)
            self._supply.keep(self._supply.now.printed(more))
            job.record = follower.record
            with contextlib.suppress(OSError):  # the count is known, written or not
                self._journal.record(job.record)
        if follower.overdue(now):
            follower.cancel(now, timed_out=True)
        if follower.cancel_asked and not job.cancelled_in_queue:
            job.cancelled_in_queue = True
            self._loop.begin(self._watch.cancel_named(follower.record.job))
        judged = follower.judge(now)
        match judged:
            case Going(outcome=outcome):
                waiting = next(iter(self._device.status.faults), None)
                self._progress(job, outcome, waiting)
            case Verdict(outcome=outcome, evidence=evidence, fault=fault):
                self._device.account(follower)
                if self._device.mute and evidence is Evidence.NONE:
                    # Cut off in the middle, and the device cannot be asked what it still holds.
                    self._device.leftovers.pages_may_lie()
                self._end(job, outcome, evidence, fault)
            case _:
                assert_never(judged)

    def _both_sides(self, job: _Job) -> bool:
        return self._duplex and self._device.duplex and job.record.pages >= DUPLEX_FROM_PAGES

    # ------------------------------------------------------------ the queue

    def _followed(self) -> Follower | None:
        return self._job.follower if self._job is not None else None

    def _watch_queue(self) -> Act:
        """For ever: our job in cupsd while one runs, the queue itself otherwise."""
        timing = self._timing
        while True:
            follower = self._followed()
            if follower is not None:
                yield from self._watch.look_at_job(follower)
            if follower is None or self._device.mute:
                state = yield from self._watch.look()
                if self._device.mute and state is not None:
                    self._device.status = from_reasons(state.state, state.reasons)
            if follower is None:
                ours = {self._job.record.job} if self._job is not None else set()
                yield from self._watch.cancel_all_but(ours)
            pause = timing.queue_idle_poll_s if follower is None else timing.queue_poll_s
            pause = timing.queue_retry_pause_s if self._watch.down else pause
            until = time.monotonic() + pause
            while time.monotonic() < until and self._followed() is follower:
                yield min(pause, timing.queue_retry_pause_s)

    # ------------------------------------------------------------ a job

    def _record(self, job: _Job, record: JobRecord) -> None:
        """Journal it, then believe it."""
        self._journal.record(record)
        job.record = record
        if job.follower is not None:
            job.follower.record = record

    def _progress(self, job: _Job, outcome: Outcome, waiting: Fault | None = None) -> None:
        record = job.record
        shown = PrintProgress(record.job, outcome, record.pages_done, record.pages, waiting)
        if shown != job.shown:
            job.shown = shown
            self._emit(shown)

    def _close_record(self, record: JobRecord, outcome: Outcome, evidence: Evidence) -> None:
        """A job that cannot be closed stays open in the journal, and is resolved at the start."""
        closed = replace(record, stage=JobStage.CLOSED, outcome=outcome, evidence=evidence)
        with contextlib.suppress(OSError):
            self._journal.record(closed)

    def _emit_end(
        self, record: JobRecord, outcome: Outcome, evidence: Evidence, fault: Fault | None
    ) -> None:
        self._names.discard(record.job)
        done, pages = record.pages_done, record.pages
        self._emit(PrintEnded(record.job, outcome, done, pages, evidence, fault))

    def _end(self, job: _Job, outcome: Outcome, evidence: Evidence, fault: Fault | None) -> None:
        self._close_record(job.record, outcome, evidence)
        if job is self._job:
            self._job = None
        if outcome is not Outcome.PRINTED and not job.cancelled_in_queue:
            self._loop.begin(self._watch.cancel_named(job.record.job))
        self._emit_end(job.record, outcome, evidence, fault)
        self._start_next()

    def _enqueue(self, job: _Job) -> None:
        self._device.expect(job.record.job)
        self._names.add(job.record.job)
        try:
            self._record(job, job.record)
        except OSError as error:  # what cannot be journalled is not printed
            fault = JOB_ABORTED.with_detail(type(error).__name__)
            self._emit_end(job.record, Outcome.QUEUED, Evidence.CANCELLED, fault)
            return
        self._waiting.append(job)
        self._progress(job, Outcome.QUEUED)
        self._start_next()

    def _start_next(self) -> None:
        if self._job is None and self._waiting and not self._blocks:
            self._job = self._waiting.popleft()
            self._loop.hurry()
            self._loop.begin(self._hand_over(self._job))

    def _cancel(self, name: str) -> None:
        for waiting in [each for each in self._waiting if each.record.job == name]:
            self._waiting.remove(waiting)
            self._end(waiting, Outcome.QUEUED, Evidence.CANCELLED, JOB_CANCELLED)
        job = self._job
        if job is not None and job.record.job == name:
            job.cancelled = True
            if job.follower is not None:
                job.follower.cancel(time.monotonic())
            self._loop.hurry()

    def _end_unreleased(self, job: _Job, fault: Fault) -> None:
        """It ends before its release: surely nothing came out. What is held in cupsd cannot
        print, and is cancelled there as soon as cupsd answers."""
        self._end(job, Outcome.QUEUED, Evidence.CANCELLED, fault)

    def _hand_over(self, job: _Job) -> Act:
        """Held, journalled, sent, journalled, released: a kill loses and doubles nothing."""
        until = time.monotonic() + self._timing.queue_retry_s
        again = False
        while True:
            failure = yield from self._load(job, again=again)
            if job.cancelled:
                self._end_unreleased(job, JOB_CANCELLED)
                return
            if failure is None:
                break
            again = failure.problem is Problem.DOWN and time.monotonic() < until
            if not again:
                fault = _UNABLE.get(failure.problem, QUEUE_DOWN)
                self._end_unreleased(job, fault.with_detail(failure.detail))
                return
            yield self._timing.queue_retry_pause_s
        awake = time.monotonic() + self._timing.wake_s
        while not self._device.answers():
            if job.cancelled or time.monotonic() >= awake:
                self._end_unreleased(job, JOB_CANCELLED if job.cancelled else PRINTER_UNREACHABLE)
                return
            yield self._timing.busy_poll_s
        yield from self._release(job)

    def _load(
        self, job: _Job, *, again: bool
    ) -> Generator[Future[Any] | float, Any, QueueFailure | None]:
        """A held job with its document in cupsd, each step journalled before the next."""
        state: QueueState | QueueFailure = yield self._queue.state()
        if isinstance(state, QueueFailure):
            return state
        if again:
            # Half a job may stand there: it is held, and it goes before the next try.
            half: tuple[QueueJob, ...] | QueueFailure = yield self._queue.find(job.record.job)
            if isinstance(half, QueueFailure):
                return half
            for each in half:
                yield self._queue.cancel(each.id)
        made: int | QueueFailure = yield self._queue.create(
            job.record.job, duplex=self._both_sides(job)
        )
        if isinstance(made, QueueFailure):
            return made
        self._record(job, replace(job.record, stage=JobStage.HELD, cups_job=made))
        sent: QueueFailure | None = yield self._queue.send(made, job.record.job, job.document)
        if isinstance(sent, QueueFailure):
            return sent
        self._record(job, replace(job.record, stage=JobStage.LOADED))
        return None

    def _release(self, job: _Job) -> Act:
        job.document = b""
        cups_job = job.record.cups_job
        assert cups_job is not None
        self._record(job, replace(job.record, stage=JobStage.RELEASED))
        mute = self._device.mute
        follower = Follower(job.record, self._timing, time.monotonic(), mute=mute)
        until = time.monotonic() + self._timing.queue_retry_s
        answer: QueueFailure | None = yield self._queue.release(cups_job)
        if answer is not None and answer.problem is Problem.MISSING:
            # cupsd has lost its spool with the job in it: nothing was ever released.
            self._end_unreleased(job, QUEUE_DOWN.with_detail("job lost"))
            return
        while answer is not None and answer.problem is Problem.DOWN and not job.cancelled:
            if time.monotonic() >= until:
                break
            yield self._timing.queue_retry_pause_s
            answer = yield self._queue.release(cups_job)
        job.follower = follower
        self._loop.hurry()
        if job.cancelled or answer is not None:
            # Whether it was released is not known for sure: it ends by what device and queue say.
            follower.cancel(time.monotonic(), timed_out=not job.cancelled)
        self._progress(job, Outcome.SENT)

    # ------------------------------------------------------------ recovery and the end

    def _reconcile(self) -> None:
        """Every job an earlier run left open is resolved, one by one, before any new one."""
        self._loop.begin(self._watch_queue())
        ours = self._queue.name
        records = tuple(each for each in self._journal.open_jobs() if each.queue == ours)
        self._unresolved = {each.job for each in records}
        for name in self._unresolved:
            self._device.expect(name)
            self._names.add(name)
        if records:
            self._loop.begin(self._resolve_all(records))

    def _resolve_all(self, records: tuple[JobRecord, ...]) -> Act:
        self._blocks += 1
        try:
            for record in records:
                # First of all nothing more may print.
                yield from self._watch.cancel_named(record.job)
            for record in records:
                yield from self._resolve(record)
                self._unresolved.discard(record.job)
        except Exception:
            self._blocks -= 1
            self._unresolved.clear()
            raise
        self._blocks -= 1
        self._start_next()

    def _resolve(self, record: JobRecord) -> Act:
        job = _Job(record, b"", cancelled_in_queue=True)
        if record.stage is not JobStage.RELEASED:
            self._end(job, Outcome.QUEUED, Evidence.CANCELLED, JOB_ABORTED)
            return
        mute, now = self._device.mute, time.monotonic()
        job.follower = Follower(record, self._timing, now, mute=mute, recovering=True)
        self._job = job
        while self._job is job:
            yield self._timing.busy_poll_s

    def _clear(self, done: Callable[[bool], None]) -> Act:
        self._blocks += 1
        try:
            empty = yield from self._empty_out()
        except Exception:
            self._blocks -= 1
            done(False)
            raise
        self._blocks -= 1
        self._show_status()
        done(empty)
        self._start_next()

    def _empty_out(self) -> Generator[Future[Any] | float, Any, bool]:
        until = time.monotonic() + self._timing.clear_s
        for name in [each.record.job for each in self._waiting]:
            self._cancel(name)
        if self._job is not None:
            self._cancel(self._job.record.job)
        while time.monotonic() < until:
            queued: tuple[QueueJob, ...] | QueueFailure = yield self._queue.open_jobs()
            for each in () if isinstance(queued, QueueFailure) else queued:
                yield self._queue.cancel(each.id)
            self._look()
            if queued == () and self._device.jobs == () and self._job is None:
                return self._device.leftovers.fault() is None
            yield self._timing.busy_poll_s
        self._device.leftovers.not_cleared()
        return False
