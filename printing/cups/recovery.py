"""Recovery: resolve the jobs of an earlier run at the start, cancel all jobs at a session's end.

Used by the CUPS printer, on its thread. Recovery never prints, and no new job starts while it runs.
The device's list of jobs counts as empty only if the device itself has returned an empty list.
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
    """Resolves and clears the jobs of one printer.

    The callbacks are the printer's: ``look()`` polls the device once, ``show()`` publishes the
    printer's status, ``cancel(name)`` cancels a job, ``end(job, …)`` ends one, and ``over()`` is
    called when waiting jobs may start.
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
        """Names of the jobs of an earlier run whose outcome is not known yet."""

    @property
    def under_way(self) -> bool:
        """Whether recovery is running, so that no job may start."""
        return self._blocks > 0

    def expect(self, records: tuple[JobRecord, ...]) -> None:
        """Note the open jobs of an earlier run. They are not leftovers until they are resolved."""
        self.unresolved = {each.job for each in records}
        for name in self.unresolved:
            self._device.expect(name)

    def resolve(self, records: tuple[JobRecord, ...]) -> Task:
        """Return the task that resolves every open job of an earlier run, one after the other.

        From this call on, before the task takes its first step, no new job starts.
        """
        self._blocks += 1
        return self._resolve_all(records)

    def _resolve_all(self, records: tuple[JobRecord, ...]) -> Task:
        try:
            for record in records:
                # Cancel all of them first, so that none prints while another is resolved.
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
        """Return the task that cancels all present jobs and waits for an empty device.

        ``done(True)`` is called once the device's own list of jobs is empty. A job that is
        submitted in the meantime waits and is printed afterwards.
        """
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
            # Wait for another program's job if it can print. A held job cannot.
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
