"""The jobs of one CUPS printer: who waits, whose turn it is, what is written and told of each.

Serves the CUPS printer, on its thread. A job is believed to have got somewhere only once the
journal has it; what cannot be journalled is not printed.
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
    """How it is printed; ``None`` before that is decided, and of a job of an earlier run."""
    follower: Follower | None = None
    shown: PrintProgress | None = None


class PrinterJobs:
    """``current`` is the job whose turn it is; ``waiting`` those after it, oldest first.

    ``names`` are the jobs under way of every printer of this terminal.
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
        """Of the current job, once it was released."""
        return self.current.follower if self.current is not None else None

    @property
    def current_name(self) -> set[str]:
        """The current job's name, as the set that it is for lists of jobs."""
        return {self.current.record.job} if self.current is not None else set()

    def open_jobs(self, queue: str, queues: Collection[str]) -> tuple[JobRecord, ...]:
        """What an earlier run left open on this queue, or (where ``queues`` names any) on one that
        is none of these."""
        found = tuple(
            each
            for each in self._journal.open_jobs()
            if each.queue == queue or (queues and each.queue not in queues)
        )
        for record in found:
            self._names.add(record.job)
        return found

    def take(self, job: Job) -> bool:
        """Journal it and let it wait; ``False`` and its end, if it cannot be journalled."""
        self._names.add(job.record.job)
        self._known.pop(job.record.job, None)
        try:
            self.record(job, job.record)
        except OSError as error:  # what cannot be journalled is not printed
            fault = JOB_ABORTED.with_detail(type(error).__name__)
            self.report_end(job.record, Outcome.QUEUED, Evidence.CANCELLED, fault)
            return False
        except ValueError:  # a bug of ours, and nobody waits for ever because of it
            self.report_end(job.record, Outcome.QUEUED, Evidence.CANCELLED, JOB_ABORTED)
            raise
        self.waiting.append(job)
        self.progress(job, Outcome.QUEUED)
        return True

    def record(self, job: Job, record: JobRecord) -> None:
        """Journal it, then believe it. ``OSError`` where it cannot be journalled."""
        if job.over:
            return  # closed is closed, whatever a step under way has still learned
        self._journal.record(record)
        job.record = record
        if job.follower is not None:
            job.follower.record = record

    def knows(self, name: str) -> bool:
        """Whether a job of this name is this terminal's own: others' are never cancelled."""
        known = self._known.get(name)
        if known is None:
            try:
                known = self._journal.knows(name)
            except OSError:
                return False  # asked again the next time
            if len(self._known) >= NAMES_KEPT:
                self._known.clear()
            self._known[name] = known
        return known

    def counted(self, job: Job, record: JobRecord) -> None:
        """The device has counted on: that is known, written or not."""
        job.record = record
        if job.follower is not None:
            job.follower.record = record
        with contextlib.suppress(OSError):
            self._journal.record(record)

    def progress(self, job: Job, outcome: Outcome, waiting: Fault | None = None) -> None:
        """Tell where it stands, if that is new."""
        record = job.record
        shown = PrintProgress(record.job, outcome, record.pages_done, record.pages, waiting)
        if shown != job.shown:
            job.shown = shown
            self._emit(shown)

    def end(self, job: Job, outcome: Outcome, evidence: Evidence, fault: Fault | None) -> None:
        """It is over. One that cannot be closed stays open in the journal, and is resolved at the
        next start."""
        if job.over:
            return
        job.over = True
        record = job.record
        closed = replace(record, stage=JobStage.CLOSED, outcome=outcome, evidence=evidence)
        try:
            with contextlib.suppress(OSError):
                self._journal.record(closed)
        finally:
            # Whatever a bug there raises: nobody waits for ever, and the next one has its turn.
            if job is self.current:
                self.current = None
            self.report_end(record, outcome, evidence, fault)

    def report_end(
        self, record: JobRecord, outcome: Outcome, evidence: Evidence, fault: Fault | None
    ) -> None:
        """Tell that it is over, without a word in the journal."""
        self._names.discard(record.job)
        done, pages = record.pages_done, record.pages
        self._emit(PrintEnded(record.job, outcome, done, pages, evidence, fault))
