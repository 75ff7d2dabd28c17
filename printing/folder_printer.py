"""The demo's printer: it writes each printed PDF to a folder, and can run out of paper.

Used by `station demo` and the tests. It is the device itself, so its count is evidence. It writes
the whole document when the last page "came out", or nothing.
"""

from __future__ import annotations

import contextlib
import os
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from devices.health import DeviceStatus, Fault

from .cups.loop import Task, TaskLoop
from .faults import JOB_ABORTED, JOB_CANCELLED, PAPER_OUT, PRINTER_ERROR
from .job import JOB_NAME
from .outcome import Evidence, Outcome, PrintEnded, PrintProgress
from .printer import (
    ONLY_PRINTER,
    JobJournal,
    JobRecord,
    JobStage,
    PaperState,
    PrinterChanged,
    PrinterStatus,
    Sink,
    TonerState,
)

SHEETS = 250
"""Sheets in a common cassette."""
LOW_SHEETS = 25
"""Fewer sheets than this are *low*: a tenth of the cassette, as with real trays."""
LOOK_S = 0.05
"""Seconds between two checks of a job that waits for paper."""


@dataclass(slots=True)
class _Job:
    record: JobRecord
    document: bytes = field(repr=False)
    cancelled: bool = False
    fault: Fault = JOB_CANCELLED
    """The fault that is reported if the job ends early."""
    shown: PrintProgress | None = None


class FolderPrinter:
    """A printer whose output tray is ``folder``: each job is written as ``<job>.pdf``.

    The folder is created if it does not exist. ``seconds_per_page`` is how long one page takes;
    ``sheets`` is the number of sheets in its tray at the start.
    """

    def __init__(
        self,
        folder: Path,
        journal: JobJournal,
        *,
        seconds_per_page: float = 1.0,
        sheets: int = SHEETS,
    ) -> None:
        self._folder = folder
        self._journal = journal
        self._seconds = seconds_per_page
        self._sheets = sheets
        self._tray = threading.Lock()
        self._sink: Sink | None = None
        self._loop = TaskLoop(self._poll, call_limit_s=1.0, overdue=_never, failed=self._on_error)
        self._fault: Fault | None = None
        self._waiting: deque[_Job] = deque()
        self._job: _Job | None = None
        self._status = self._status_now()

    # ------------------------------------------------------------ the tray

    @property
    def sheets(self) -> int:
        """Sheets in the tray."""
        return self._sheets

    def load(self, sheets: int) -> None:
        """Set the number of sheets in the tray. May be called from any thread."""
        with self._tray:
            self._sheets = max(0, sheets)
        self._loop.post(self._show_status)

    def empty(self) -> None:
        """Remove all paper."""
        self.load(0)

    def refill(self, sheets: int = SHEETS) -> None:
        """Fill the tray."""
        self.load(sheets)

    def jam(self) -> None:
        """Jam the current sheet. The job ends, as on a device that aborts it."""
        self._loop.post(self._jam)

    # ------------------------------------------------------------ Printer

    def start(self, sink: Sink) -> None:
        """Resolve the jobs of an earlier run without printing; then wait for jobs."""
        self._sink = sink
        self._loop.post(self._reconcile)
        self._loop.start("folder-printer")

    def status(self) -> PrinterStatus:
        """Return the present status; never blocks."""
        return self._status

    def statuses(self) -> tuple[tuple[str, PrinterStatus], ...]:
        """Return the status of this one printer, as ``ONLY_PRINTER``."""
        return ((ONLY_PRINTER, self.status()),)

    @property
    def needs_restart(self) -> bool:
        """Return ``False``: no call of this printer can hang."""
        return False

    def submit(self, job: str, document: bytes, pages: int, service: str = "") -> None:
        """Print ``document`` once.

        :raises ValueError: the name does not match ``JOB_NAME``, or ``pages`` is below 1.
        """
        if not JOB_NAME.match(job) or pages < 1:
            raise ValueError("a job needs an opaque name and at least one page")
        record = JobRecord(job, JobStage.PLANNED, pages, "folder", service)
        self._loop.post(partial(self._enqueue, _Job(record, document)))

    def cancel(self, job: str) -> None:
        """Cancel the job. Its ``PrintEnded`` reports how many pages had come out."""
        self._loop.post(partial(self._cancel, job))

    def clear(self, done: Callable[[bool], None]) -> None:
        """Cancel every job and call ``done(True)`` once none is left."""
        self._loop.post(lambda: self._loop.begin(self._clear(done)))

    def tray_checked(self) -> None:
        """Do nothing: this device never keeps a job, so it has no leftover pages."""

    def close(self, timeout_s: float = 2.0) -> None:
        """Stop the thread. Cancels and prints nothing."""
        self._loop.stop(timeout_s)

    # ------------------------------------------------------------ the thread

    def _poll(self) -> float:
        self._show_status()
        return 1.0

    def _status_now(self) -> PrinterStatus:
        sheets, jobs = self._sheets, len(self._waiting) + (self._job is not None)
        if self._fault is not None:
            state = DeviceStatus.HARDWARE_ERROR
        else:
            state = DeviceStatus.ONLINE if self._job is None else DeviceStatus.BUSY
        out = () if sheets else (PAPER_OUT,)
        faults: tuple[Fault, ...] = out if self._fault is None else (self._fault, *out)
        paper = PaperState.OUT if not sheets else PaperState.LOW
        paper = PaperState.FULL if sheets >= LOW_SHEETS else paper
        reasons = () if sheets else ("media-empty",)
        return PrinterStatus(state, paper, TonerState.NOT_SUPPORTED, faults, reasons, jobs)

    def _show_status(self) -> None:
        status = self._status_now()
        if status != self._status:
            self._status = status
            self._emit(PrinterChanged(status))

    def _emit(self, event: PrintProgress | PrintEnded | PrinterChanged) -> None:
        if self._sink is not None:
            self._sink(event)

    def _progress(self, job: _Job, outcome: Outcome, waiting: Fault | None = None) -> None:
        record = job.record
        shown = PrintProgress(record.job, outcome, record.pages_done, record.pages, waiting)
        if shown != job.shown:
            job.shown = shown
            self._emit(shown)

    def _record(self, job: _Job, record: JobRecord) -> None:
        self._journal.record(record)
        job.record = record

    def _end(
        self, record: JobRecord, outcome: Outcome, evidence: Evidence, fault: Fault | None
    ) -> None:
        closed = replace(record, stage=JobStage.CLOSED, outcome=outcome, evidence=evidence)
        with contextlib.suppress(OSError):  # the job stays open and is resolved at the next start
            self._journal.record(closed)
        done, pages = record.pages_done, record.pages
        self._emit(PrintEnded(record.job, outcome, done, pages, evidence, fault))

    def _end_early(self, record: JobRecord, fault: Fault) -> None:
        """End a job before its last page, or before its first."""
        if record.stage is not JobStage.RELEASED:
            self._end(record, Outcome.QUEUED, Evidence.CANCELLED, fault)
        else:
            partly = Evidence.DEVICE_PARTLY if record.pages_done else Evidence.DEVICE_NONE
            self._end(record, Outcome.UNKNOWN, partly, fault)

    def _on_error(self, error: Exception) -> None:
        """End the current job on an error: a journal or a folder that cannot be written, or a
        bug."""
        self._fault = PRINTER_ERROR.with_detail(type(error).__name__)
        job, self._job = self._job, None
        self._show_status()
        if job is not None:
            record = job.record
            released = record.stage is JobStage.RELEASED
            outcome = Outcome.UNKNOWN if released else Outcome.QUEUED
            evidence = Evidence.NONE if released else Evidence.CANCELLED
            done, pages = record.pages_done, record.pages
            self._emit(PrintEnded(record.job, outcome, done, pages, evidence, self._fault))
            self._start_next()

    def _reconcile(self) -> None:
        """Resolve the jobs of an earlier run: a document in the folder was printed, others not."""
        self._folder.mkdir(parents=True, exist_ok=True)
        for part in self._folder.glob(".*.part"):
            part.unlink()
        for record in self._journal.open_jobs():
            if (self._folder / f"{record.job}.pdf").exists():
                whole = replace(record, pages_done=record.pages, sheets=record.pages)
                self._end(whole, Outcome.PRINTED, Evidence.DEVICE_IMPRESSIONS, None)
            else:
                self._end_early(record, JOB_ABORTED)

    def _enqueue(self, job: _Job) -> None:
        try:
            self._record(job, job.record)
        except OSError as error:  # a job that cannot be journalled is not printed
            fault = JOB_ABORTED.with_detail(type(error).__name__)
            record = job.record
            self._emit(
                PrintEnded(record.job, Outcome.QUEUED, 0, record.pages, Evidence.CANCELLED, fault)
            )
            return
        self._waiting.append(job)
        self._progress(job, Outcome.QUEUED)
        self._start_next()

    def _start_next(self) -> None:
        if self._job is None and self._waiting:
            self._job = self._waiting.popleft()
            self._loop.begin(self._print(self._job))

    def _cancel(self, name: str) -> None:
        for waiting in [each for each in self._waiting if each.record.job == name]:
            self._waiting.remove(waiting)
            self._end_early(waiting.record, JOB_CANCELLED)
        if self._job is not None and self._job.record.job == name:
            self._job.cancelled = True

    def _jam(self) -> None:
        if self._job is not None and not self._job.cancelled:
            self._job.fault = JOB_ABORTED
            self._job.cancelled = True

    def _print(self, job: _Job) -> Task:
        self._show_status()
        self._record(job, replace(job.record, stage=JobStage.RELEASED))
        self._progress(job, Outcome.SENT)
        while job.record.pages_done < job.record.pages and not job.cancelled:
            if not self._sheets:
                self._progress(job, Outcome.PRINTING, PAPER_OUT)
                yield LOOK_S
                continue
            self._progress(job, Outcome.PRINTING)
            yield from self._page_time(job)
            if not job.cancelled and self._take_sheet():
                done = job.record.pages_done + 1
                if done == job.record.pages:
                    self._save(job)
                self._record(job, replace(job.record, pages_done=done, sheets=done))
                self._progress(job, Outcome.PRINTING)
                self._show_status()
        self._job = None
        if job.record.pages_done == job.record.pages:
            self._end(job.record, Outcome.PRINTED, Evidence.DEVICE_IMPRESSIONS, None)
        else:
            self._end_early(job.record, job.fault)
        self._show_status()
        self._start_next()

    def _take_sheet(self) -> bool:
        with self._tray:
            taken = self._sheets > 0
            self._sheets -= int(taken)
        return taken

    def _page_time(self, job: _Job) -> Task:
        left = self._seconds
        while left > 0 and not job.cancelled:
            yield min(left, LOOK_S)
            left -= LOOK_S

    def _save(self, job: _Job) -> None:
        """Write the document to the folder in one step, so that it is there completely or not."""
        part = self._folder / f".{job.record.job}.part"
        with part.open("wb") as file:
            file.write(job.document)
            file.flush()
            os.fsync(file.fileno())
        part.rename(self._folder / f"{job.record.job}.pdf")

    def _clear(self, done: Callable[[bool], None]) -> Task:
        names = {each.record.job for each in self._waiting}
        if self._job is not None:
            names.add(self._job.record.job)
        for name in names:
            self._cancel(name)
        while self._job is not None and self._job.record.job in names:
            yield LOOK_S
        done(True)


def _never(_future: object) -> None:
    """Do nothing: no task of this printer waits for a future."""
