"""The jobs of one CUPS printer: the current one, those that wait, their journal and their events.

Used by the CUPS printer, on its thread. A job's new stage is written to the journal first and takes
effect after that. A job that cannot be journalled is not printed.
"""

from __future__ import annotations

import contextlib
from collections import deque
from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace

from devices.health import Fault

from ..faults import JOB_ABORTED
from ..job import Sides
from ..outcome import Evidence, Outcome, PrintEnded, PrintProgress
from ..printer import JobJournal, JobRecord, JobStage
from .device import NAMES_KEPT, JobNames
from .follower import Follower


@dataclass(slots=True)
class Job:
    """A job that was submitted and is not over."""

    record: JobRecord
    document: bytes = field(repr=False)
    cancelled: bool = False
    cancelled_in_queue: bool = False
    over: bool = False
    sides: Sides | None = None
    """The sides it is printed on; ``None`` before that is decided, and for a job of an earlier
    run."""
    follower: Follower | None = None
    shown: PrintProgress | None = None


class PrinterJobs:
    """The open jobs of one printer.

    ``current`` is the job that is being submitted or printed; ``waiting`` are the jobs after it,
    oldest first. ``names`` are the running jobs of all printers of this terminal.
    """

    def __init__(
        self,
        journal: JobJournal,
        names: JobNames,
        emit: Callable[[PrintProgress | PrintEnded], None],
    ) -> None:
        self._journal = journal
        self._names = names
        self._emit = emit
        self.waiting: deque[Job] = deque()
        self.current: Job | None = None
        self._known: dict[str, bool] = {}

    @property
    def follower(self) -> Follower | None:
        """The current job's follower; ``None`` before its release."""
        return self.current.follower if self.current is not None else None

    @property
    def current_name(self) -> set[str]:
        """The current job's name as a set, empty if there is no current job."""
        return {self.current.record.job} if self.current is not None else set()

    def open_jobs(self, queue: str, queues: Collection[str]) -> tuple[JobRecord, ...]:
        """Return the jobs that an earlier run left open on ``queue``.

        If ``queues`` is not empty, add those on any queue that is not in ``queues``.
        """
        found = tuple(
            each
            for each in self._journal.open_jobs()
            if each.queue == queue or (queues and each.queue not in queues)
        )
        for record in found:
            self._names.add(record.job)
        return found

    def add(self, job: Job) -> bool:
        """Journal a new job and add it to the waiting ones.

        If it cannot be journalled, report its end and return ``False``.
        """
        self._names.add(job.record.job)
        self._known.pop(job.record.job, None)
        try:
            self.record(job, job.record)
        except OSError as error:
            fault = JOB_ABORTED.with_detail(type(error).__name__)
            self.report_end(job.record, Outcome.QUEUED, Evidence.CANCELLED, fault)
            return False
        except ValueError:  # a bug in the terminal; the visit must still get the job's end
            self.report_end(job.record, Outcome.QUEUED, Evidence.CANCELLED, JOB_ABORTED)
            raise
        self.waiting.append(job)
        self.progress(job, Outcome.QUEUED)
        return True

    def record(self, job: Job, record: JobRecord) -> None:
        """Write the record to the journal, then use it for the job.

        :raises OSError: it cannot be written.
        """
        if job.over:
            return  # an unfinished step must not reopen a job that has ended
        self._journal.record(record)
        job.record = record
        if job.follower is not None:
            job.follower.record = record

    def knows(self, name: str) -> bool:
        """Whether a job of this name is this terminal's own. Others' jobs are never cancelled."""
        known = self._known.get(name)
        if known is None:
            try:
                known = self._journal.knows(name)
            except OSError:
                return False  # not remembered, so the journal is asked again the next time
            if len(self._known) >= NAMES_KEPT:
                self._known.clear()
            self._known[name] = known
        return known

    def update_count(self, job: Job, record: JobRecord) -> None:
        """Use the device's new count, even if it cannot be written to the journal."""
        job.record = record
        if job.follower is not None:
            job.follower.record = record
        with contextlib.suppress(OSError):
            self._journal.record(record)

    def progress(self, job: Job, outcome: Outcome, waiting: Fault | None = None) -> None:
        """Report the job's progress if it has changed."""
        record = job.record
        shown = PrintProgress(record.job, outcome, record.pages_done, record.pages, waiting)
        if shown != job.shown:
            job.shown = shown
            self._emit(shown)

    def end(self, job: Job, outcome: Outcome, evidence: Evidence, fault: Fault | None) -> None:
        """End the job and report it.

        If the end cannot be journalled, the job stays open there and is resolved at the next start.
        """
        if job.over:
            return
        job.over = True
        record = job.record
        closed = replace(record, stage=JobStage.CLOSED, outcome=outcome, evidence=evidence)
        try:
            with contextlib.suppress(OSError):
                self._journal.record(closed)
        finally:
            # Even if the journal raises because of a bug, the end is reported and the next job
            # can start.
            if job is self.current:
                self.current = None
            self.report_end(record, outcome, evidence, fault)

    def report_end(
        self, record: JobRecord, outcome: Outcome, evidence: Evidence, fault: Fault | None
    ) -> None:
        """Report that the job is over; the journal is not changed."""
        self._names.discard(record.job)
        done, pages = record.pages_done, record.pages
        self._emit(PrintEnded(record.job, outcome, done, pages, evidence, fault))
