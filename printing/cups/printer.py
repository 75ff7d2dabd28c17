"""The printer on a CUPS queue: cupsd takes the jobs, and the device itself reports their results.

Used by the session through ``printer.Printer``. One thread owns everything here; calls to cupsd run
on a thread of their own. Recovery never prints. A job is never reported as printed without the
device's own count, and the pages of an old job must never reach the next resident.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import assert_never

from devices.health import DeviceStatus, Fault

from ..faults import JOB_ABORTED, JOB_CANCELLED
from ..ipp.client import IppClient, speaks_ipp
from ..ipp.status import by_priority, from_reasons
from ..job import JOB_NAME, PrinterTiming, Sides, sheets, sides_for
from ..media import A4, is_roll, strip_of
from ..outcome import Evidence, Outcome, PrintEnded, PrintProgress
from ..pdf.pages import page_sizes
from ..printer import (
    ONLY_PRINTER,
    JobJournal,
    JobRecord,
    JobStage,
    PaperState,
    PrinterChanged,
    PrinterStatus,
    Sink,
)
from .device import DeviceWatch, JobNames
from .follower import Follower
from .jobs import Job, PrinterJobs
from .loop import Task, TaskLoop
from .paper_supply import LOW_SHEETS, SupplyFile
from .queue import CupsQueue, user_name
from .queue_watch import QueueWatch
from .recovery import Recovery
from .submission import Submission
from .verdict import InProgress, Verdict


class CupsPrinter:
    """A CUPS queue and the device behind it, which is polled by IPP at ``device_uri``.

    If ``device_uri`` is ``None`` or has another scheme (``usb://``), the device is one-way and
    cannot be asked: its jobs end as *unknown*, and its state is the one that cupsd reports.

    ``cups_server`` is a socket path or ``host:port``; ``None`` means this machine's cupsd.
    ``ca_file`` holds the CA certificates for an ``ipps`` device. ``media`` is the paper of the
    queue. With ``duplex``, a document of two or more pages is printed on both sides if the device
    can do that. ``supply_file`` keeps the count of sheets, and whether staff must check the output
    tray. ``names`` is shared by all printers of a terminal. ``queues`` is passed to one printer
    only and names the queues of all: that printer also resolves the jobs that an earlier run left
    on any other queue.
    """

    def __init__(
        self,
        queue: str,
        device_uri: str | None,
        journal: JobJournal,
        *,
        timing: PrinterTiming = PrinterTiming(),
        cups_server: str | None = None,
        media: str = A4,
        duplex: bool = False,
        ca_file: str | None = None,
        supply_file: Path | None = None,
        names: JobNames | None = None,
        queues: Collection[str] = (),
    ) -> None:
        self._queues = queues
        self._queue = CupsQueue(queue, server=cups_server, media=media)
        self._duplex = duplex
        self._timing = timing
        self._sink: Sink | None = None
        self._loop = TaskLoop(
            self._poll,
            call_limit_s=timing.queue_call_s,
            overdue=self._queue.worker.abandon,
            failed=self._on_error,
        )
        self._media = media
        self._status = PrinterStatus(DeviceStatus.UNKNOWN, media=media)

        # Everything below belongs to the printer's thread.
        user = user_name()
        client = (
            IppClient(device_uri, user=user or "station", ca_file=ca_file)
            if device_uri is not None and speaks_ipp(device_uri)
            else None
        )
        names = names if names is not None else JobNames()
        self._jobs = PrinterJobs(journal, names, self._emit)
        self._device = DeviceWatch(client, names, self._jobs.knows, user)
        self._supply = SupplyFile(supply_file)
        self._device.leftovers.tray_suspect = self._supply.now.tray_suspect
        self._watch = QueueWatch(self._queue, timing)
        self._submission = Submission(
            self._queue,
            self._device,
            self._jobs,
            timing,
            sides=self._sides,
            media=self._paper,
            released=self._loop.poll_now,
            unreleased=self._end_unreleased,
        )
        self._recovery = Recovery(
            self._queue,
            self._device,
            self._jobs,
            self._watch,
            timing,
            look=self._look,
            show=self._show_status,
            cancel=self._cancel,
            end=self._end,
            over=self._start_next,
        )

    # ------------------------------------------------------------ any thread

    def start(self, sink: Sink) -> None:
        """Resolve the jobs of an earlier run without printing; then poll device and queue."""
        self._sink = sink
        self._loop.post(self._reconcile)
        self._loop.start("printer")

    def status(self) -> PrinterStatus:
        """Return the last known status; never blocks."""
        return self._status

    def statuses(self) -> tuple[tuple[str, PrinterStatus], ...]:
        """Return the status of this one printer, as ``ONLY_PRINTER``."""
        return ((ONLY_PRINTER, self.status()),)

    @property
    def needs_restart(self) -> bool:
        """Whether so many libcups calls hang that only a new process can print."""
        return self._queue.worker.exhausted

    def submit(self, job: str, document: bytes, pages: int, service: str = "") -> None:
        """Print ``document`` (a PDF of ``pages`` pages) once.

        :raises ValueError: the name does not match ``JOB_NAME``, or ``pages`` is below 1.
        """
        if not JOB_NAME.match(job) or pages < 1:
            raise ValueError("a job needs an opaque name and at least one page")
        record = JobRecord(job, JobStage.PLANNED, pages, self._queue.name, service)
        self._loop.post(partial(self._enqueue, Job(record, document)))

    def cancel(self, job: str) -> None:
        """Cancel the job. Its ``PrintEnded`` reports the pages that are known to have come out."""
        self._loop.post(partial(self._cancel, job))

    def clear(self, done: Callable[[bool], None]) -> None:
        """Cancel every job of ours and call ``done(True)`` once the device's own list is empty."""
        self._loop.post(lambda: self._loop.begin(self._recovery.clear(done)))

    def tray_checked(self) -> None:
        """Note that staff have checked the output tray."""
        self._loop.post(self._tray_checked)

    def close(self, timeout_s: float = 2.0) -> None:
        """Stop the threads. Cancels and prints nothing."""
        self._loop.stop(timeout_s)
        self._queue.worker.close()
        self._device.close()

    # ------------------------------------------------------------ the thread

    def _poll(self) -> float:
        """Look at the device once and return the seconds until the next look."""
        self._look()
        busy = self._jobs.current is not None or self._jobs.waiting or self._recovery.under_way
        busy = busy or self._device.failed_once
        return self._timing.busy_poll_s if busy else self._timing.idle_poll_s

    def _look(self) -> None:
        self._device.look()
        paper = self._device.status.paper
        if paper in (PaperState.OUT, PaperState.LOW, PaperState.FULL):
            self._supply.save(self._supply.now.paper(paper is PaperState.OUT))
        job = self._jobs.current
        if job is not None and job.follower is not None:
            self._follow(job, job.follower, time.monotonic())
        self._device.look_for_leftovers(self._jobs.current_name | self._recovery.unresolved)
        self._show_status()

    def _show_status(self) -> None:
        base, leftovers = self._device.status, self._device.leftovers
        supply = replace(self._supply.now, tray_suspect=leftovers.tray_suspect)
        self._supply.save(supply)
        few = supply.left is not None and supply.left < LOW_SHEETS
        extra = (self._watch.fault, leftovers.fault())
        status = replace(
            base,
            paper=PaperState.LOW if few and base.paper is PaperState.FULL else base.paper,
            faults=by_priority([*base.faults, *(each for each in extra if each is not None)]),
            cautions=self._watch.cautions,
            media=self._media,
            two_sided=self._duplex and Sides.LONG_EDGE in self._device.sides,
            sheets_since_refill=supply.since_refill,
            sheets_left=supply.left,
        )
        if status != self._status:
            self._status = status
            self._emit(PrinterChanged(status))

    def _tray_checked(self) -> None:
        self._device.leftovers.tray_checked()
        self._show_status()

    def _on_error(self, error: Exception) -> None:
        """End the current job on an unexpected error; the printer's thread continues.

        Such an error is a journal that cannot be written, or a bug.
        """
        job = self._jobs.current
        if job is None:
            self._start_next()
            return
        job.cancelled = True  # if another task has failed, the submission must end as well
        self._loop.begin(self._watch.cancel_named(job.record.job))
        released = job.record.stage is JobStage.RELEASED
        outcome = Outcome.UNKNOWN if released else Outcome.QUEUED
        evidence = Evidence.NONE if released else Evidence.CANCELLED
        fault = JOB_ABORTED.with_detail(type(error).__name__)
        self._jobs.end(job, outcome, evidence, fault)
        self._start_next()

    def _emit(self, event: PrintProgress | PrintEnded | PrinterChanged) -> None:
        if self._sink is not None:
            self._sink(event)

    # ------------------------------------------------------------ a job under way

    def _follow(self, job: Job, follower: Follower, now: float) -> None:
        before = follower.record.pages_done
        self._device.follow(follower, now)
        if follower.record.pages_done != before:
            sides = job.sides or self._sides(job)
            used = sheets(follower.record.pages_done, sides)
            self._supply.save(self._supply.now.printed(used - sheets(before, sides)))
            self._jobs.update_count(job, replace(follower.record, sheets=used))
        if follower.overdue(now):
            follower.cancel(now, timed_out=True)
        if follower.cancel_asked and not job.cancelled_in_queue:
            job.cancelled_in_queue = True
            self._loop.begin(self._watch.cancel_named(follower.record.job))
        judged = follower.judge(now)
        match judged:
            case InProgress(outcome=outcome):
                waiting = next(iter(self._device.status.faults), None)
                self._jobs.progress(job, outcome, waiting)
            case Verdict(outcome=outcome, evidence=evidence, fault=fault):
                self._device.finish(follower)
                if self._device.one_way and evidence is Evidence.NONE:
                    # The job was cut off, and a one-way device cannot be asked what it still holds.
                    self._device.leftovers.suspect_tray()
                self._show_status()  # the device's faults must be known before the job's end
                self._end(job, outcome, evidence, fault)
            case _:
                assert_never(judged)

    def _sides(self, job: Job) -> Sides:
        if not self._duplex or job.record.pages < 2:
            return Sides.ONE
        sizes = page_sizes(job.document) if job.document else ()
        landscape = not isinstance(sizes, Fault) and bool(sizes) and sizes[0].landscape
        return sides_for(job.record.pages, landscape=landscape, supported=self._device.sides)

    def _paper(self, job: Job) -> str:
        sizes = page_sizes(job.document) if is_roll(self._media) else ()
        return self._media if isinstance(sizes, Fault) or not sizes else strip_of(sizes)

    # ------------------------------------------------------------ the queue

    def _watch_queue(self) -> Task:
        """Watch the queue until the thread stops. An error in one round does not end this task:
        without it, no failure of cupsd would be noticed."""
        while True:
            try:
                yield from self._look_at_queue()
            except Exception as error:  # the task's outermost handler
                self._watch.failed(error)
                yield self._timing.queue_idle_poll_s

    def _look_at_queue(self) -> Task:
        """Do one round and wait: ask cupsd for the followed job, or for the queue if none runs."""
        timing, follower = self._timing, self._jobs.follower
        if follower is not None:
            yield from self._watch.look_at_job(follower)
        if follower is None or self._device.one_way:
            state = yield from self._watch.look()
            if self._device.one_way and state is not None:
                self._device.status = from_reasons(state.state, state.reasons)
        if follower is None:
            yield from self._watch.cancel_strays(self._jobs.current_name, self._jobs.knows)
        pause = timing.queue_idle_poll_s if follower is None else timing.queue_poll_s
        pause = timing.queue_retry_pause_s if self._watch.down else pause
        until = time.monotonic() + pause
        while time.monotonic() < until and self._jobs.follower is follower:
            yield min(pause, timing.queue_retry_pause_s)

    # ------------------------------------------------------------ a job

    def _end(self, job: Job, outcome: Outcome, evidence: Evidence, fault: Fault | None) -> None:
        if outcome is not Outcome.PRINTED and not job.cancelled_in_queue:
            self._loop.begin(self._watch.cancel_named(job.record.job))
        self._jobs.end(job, outcome, evidence, fault)
        self._start_next()

    def _enqueue(self, job: Job) -> None:
        self._device.expect(job.record.job)
        if self._jobs.add(job):
            self._start_next()

    def _start_next(self) -> None:
        jobs = self._jobs
        if jobs.current is None and jobs.waiting and not self._recovery.under_way:
            jobs.current = jobs.waiting.popleft()
            self._loop.poll_now()
            self._loop.begin(self._submission.run(jobs.current))

    def _cancel(self, name: str) -> None:
        jobs = self._jobs
        for waiting in [each for each in jobs.waiting if each.record.job == name]:
            jobs.waiting.remove(waiting)
            self._end(waiting, Outcome.QUEUED, Evidence.CANCELLED, JOB_CANCELLED)
        job = jobs.current
        if job is not None and job.record.job == name:
            job.cancelled = True
            if job.follower is not None:
                job.follower.cancel(time.monotonic())
            self._loop.poll_now()

    def _end_unreleased(self, job: Job, fault: Fault) -> None:
        """End a job that was not released, so no page came out.

        A held job in cupsd cannot print; it is cancelled there as soon as cupsd answers.
        """
        self._end(job, Outcome.QUEUED, Evidence.CANCELLED, fault)

    # ------------------------------------------------------------ recovery

    def _reconcile(self) -> None:
        """Start watching the queue, and resolve the jobs of an earlier run before any new one."""
        self._loop.begin(self._watch_queue())
        records = self._jobs.open_jobs(self._queue.name, self._queues)
        self._recovery.expect(records)
        if records:
            self._loop.begin(self._recovery.resolve(records))
