"""What an earlier run or visit left: resolved at the start, cleared away at a session's end.

Serves the CUPS printer, on its thread. It must never print anything, nor let a new job begin
while it is under way, nor take a list for empty that the device has not shown to be.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator
from concurrent.futures import Future
from typing import Any

from devices.health import Fault

from ..faults import JOB_ABORTED
from ..ipp.client import JobState
from ..job import PrinterTiming
from ..outcome import Evidence, Outcome
from ..printer import JobRecord, JobStage
from .device import DeviceWatch
from .follower import Follower
from .jobs import Job, PrinterJobs
from .loop import Task
from .queue import CupsQueue, QueueFailure
from .queue_watch import QueueWatch
from .verdict import QueueJob


class Recovery:
    """``look()`` looks at the device once, ``show()`` tells its state, ``cancel(name)`` and
    ``end(job, …)`` are the printer's own; ``over()``: what waits may begin.
    """

    def __init__(
        self,
        queue: CupsQueue,
        device: DeviceWatch,
        jobs: PrinterJobs,
        watch: QueueWatch,
        timing: PrinterTiming,
        *,
        look: Callable[[], None],
        show: Callable[[], None],
        cancel: Callable[[str], None],
        end: Callable[[Job, Outcome, Evidence, Fault | None], None],
        over: Callable[[], None],
    ) -> None:
        self._queue = queue
        self._device = device
        self._jobs = jobs
        self._watch = watch
        self._timing = timing
        self._look = look
        self._show = show
        self._cancel = cancel
        self._end = end
        self._over = over
        self._blocks = 0
        self.unresolved: set[str] = set()
        """The names of an earlier run's jobs whose end is not known yet."""

    @property
    def under_way(self) -> bool:
        """Whether no job may begin now."""
        return self._blocks > 0

    def expect(self, records: tuple[JobRecord, ...]) -> None:
        """These were left open by an earlier run: not leftovers, until they are resolved."""
        self.unresolved = {each.job for each in records}
        for name in self.unresolved:
            self._device.expect(name)

    def resolve(self, records: tuple[JobRecord, ...]) -> Task:
        """Every job an earlier run left open, one by one. No new one begins from now on, before
        the first step is taken."""
        self._blocks += 1
        return self._resolve_all(records)

    def _resolve_all(self, records: tuple[JobRecord, ...]) -> Task:
        try:
            for record in records:
                # First of all nothing more may print.
                yield from self._watch.cancel_named(record.job)
            for record in records:
                yield from self._resolve(record)
                self.unresolved.discard(record.job)
        except Exception:
            self._blocks -= 1
            self.unresolved.clear()
            raise
        self._blocks -= 1
        self._over()

    def _resolve(self, record: JobRecord) -> Task:
        job = Job(record, b"", cancelled_in_queue=True)
        if record.stage is not JobStage.RELEASED:
            self._end(job, Outcome.QUEUED, Evidence.CANCELLED, JOB_ABORTED)
            return
        one_way, now = self._device.one_way, time.monotonic()
        job.follower = Follower(record, self._timing, now, one_way=one_way, recovering=True)
        self._jobs.current = job
        while self._jobs.current is job:
            yield self._timing.busy_poll_s

    def clear(self, done: Callable[[bool], None]) -> Task:
        """Cancel every job that we have now; ``done(True)`` once the device's own list is empty.
        One that is given later waits, and is printed afterwards."""
        self._blocks += 1
        waiting = {each.record.job for each in self._jobs.waiting}
        return self._clear(waiting | self._jobs.current_name, done)

    def _clear(self, names: set[str], done: Callable[[bool], None]) -> Task:
        try:
            for name in names:
                self._cancel(name)
            empty = yield from self._empty_out()
        except Exception:
            self._blocks -= 1
            done(False)
            raise
        self._blocks -= 1
        self._show()
        done(empty)
        self._over()

    def _empty_out(self) -> Generator[Future[Any] | float, Any, bool]:
        until = time.monotonic() + self._timing.clear_s
        while time.monotonic() < until:
            queued: tuple[QueueJob, ...] | QueueFailure = yield self._queue.open_jobs()
            # A job that another program holds there cannot print; one that it let go is waited for.
            coming = [
                each
                for each in (() if isinstance(queued, QueueFailure) else queued)
                if self._jobs.knows(each.name) or each.state is not JobState.HELD
            ]
            for each in coming:
                if self._jobs.knows(each.name):
                    yield self._queue.cancel(each.id)
            self._look()
            asked = not isinstance(queued, QueueFailure)
            if asked and not coming and self._device.jobs == () and not self._jobs.current:
                return self._device.leftovers.fault() is None
            yield self._timing.busy_poll_s
        self._device.leftovers.not_cleared(foreign=self._device.foreign)
        return False
