"""Submission of one job to cupsd: create it held, journal, send the document, journal, release.

Used by the CUPS printer, on its thread. In this order, a kill at any instant neither loses a job
nor prints it twice. A job is never released if its device does not answer, or if it was cancelled
in the meantime.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator
from concurrent.futures import Future
from dataclasses import replace
from typing import Any

from devices.health import Fault

from ..faults import JOB_CANCELLED, PRINTER_UNREACHABLE, QUEUE_DOWN, QUEUE_MISSING, SPOOL_FULL
from ..job import PrinterTiming, Sides
from ..outcome import Outcome
from ..printer import JobStage
from .device import DeviceWatch
from .follower import Follower
from .jobs import Job, PrinterJobs
from .loop import Task
from .queue import CupsQueue, Problem, QueueFailure, QueueState
from .verdict import QueueJob

_UNABLE = {Problem.MISSING: QUEUE_MISSING, Problem.FULL: SPOOL_FULL}


class Submission:
    """Submits jobs to one queue.

    ``unreleased(job, fault)`` is called for a job that ends before its release: no page came out,
    and a held job in cupsd cannot print. ``released()`` is called once the job has its follower.
    ``sides(job)`` and ``media(job)`` return how the job is printed and on which paper.
    """

    def __init__(
        self,
        queue: CupsQueue,
        device: DeviceWatch,
        jobs: PrinterJobs,
        timing: PrinterTiming,
        *,
        sides: Callable[[Job], Sides],
        media: Callable[[Job], str],
        released: Callable[[], None],
        unreleased: Callable[[Job, Fault], None],
    ) -> None:
        self._queue = queue
        self._device = device
        self._jobs = jobs
        self._timing = timing
        self._sides = sides
        self._media = media
        self._released = released
        self._unreleased = unreleased

    def run(self, job: Job) -> Task:
        """Return the task that submits one job."""
        until = time.monotonic() + self._timing.queue_retry_s
        again = False
        while True:
            failure = yield from self._load(job, again=again)
            if job.cancelled:
                self._unreleased(job, JOB_CANCELLED)
                return
            if failure is None:
                break
            again = failure.problem is Problem.DOWN and time.monotonic() < until
            if not again:
                fault = _UNABLE.get(failure.problem, QUEUE_DOWN)
                self._unreleased(job, fault.with_detail(failure.detail))
                return
            yield self._timing.queue_retry_pause_s
        awake = time.monotonic() + self._timing.wake_s
        while not self._device.answers():
            if job.cancelled or time.monotonic() >= awake:
                self._unreleased(job, JOB_CANCELLED if job.cancelled else PRINTER_UNREACHABLE)
                return
            yield self._timing.busy_poll_s
        yield from self._release(job)

    def _load(
        self, job: Job, *, again: bool
    ) -> Generator[Future[Any] | float, Any, QueueFailure | None]:
        """Create a held job in cupsd and send its document. Journal each step before the next."""
        state: QueueState | QueueFailure = yield self._queue.state()
        if isinstance(state, QueueFailure):
            return state
        if again:
            # The failed attempt may have left an incomplete, held job. Cancel it before the retry.
            incomplete: tuple[QueueJob, ...] | QueueFailure = yield self._queue.find(job.record.job)
            if isinstance(incomplete, QueueFailure):
                return incomplete
            for each in incomplete:
                yield self._queue.cancel(each.id)
        job.sides = self._sides(job)
        made: int | QueueFailure = yield self._queue.create(
            job.record.job, job.sides, self._media(job)
        )
        if isinstance(made, QueueFailure):
            return made
        self._jobs.record(job, replace(job.record, stage=JobStage.HELD, cups_job=made))
        if job.cancelled:
            return None  # cupsd does not need the document of a cancelled job
        sent: QueueFailure | None = yield self._queue.send(made, job.record.job, job.document)
        if isinstance(sent, QueueFailure):
            return sent
        self._jobs.record(job, replace(job.record, stage=JobStage.LOADED))
        return None

    def _release(self, job: Job) -> Task:
        job.document = b""
        cups_job = job.record.cups_job
        assert cups_job is not None
        self._jobs.record(job, replace(job.record, stage=JobStage.RELEASED))
        one_way = self._device.one_way
        follower = Follower(
            job.record, self._timing, time.monotonic(), one_way=one_way, sides=job.sides
        )
        until = time.monotonic() + self._timing.queue_retry_s
        answer: QueueFailure | None = yield self._queue.release(cups_job)
        if answer is not None and answer.problem is Problem.MISSING:
            # cupsd has lost its spool and the job with it, so the job was never released.
            self._unreleased(job, QUEUE_DOWN.with_detail("job lost"))
            return
        while answer is not None and answer.problem is Problem.DOWN and not job.cancelled:
            if time.monotonic() >= until:
                break
            yield self._timing.queue_retry_pause_s
            answer = yield self._queue.release(cups_job)
        if answer is not None and answer.problem is Problem.TOO_LATE:
            # cupsd restarted while it answered and has finished the job: an earlier call had
            # released it.
            answer = None
        if job.over:
            yield self._queue.cancel(cups_job)
            return
        job.follower = follower
        self._released()
        if job.cancelled or answer is not None:
            # It is not certain whether the job was released. Cancel it; the reports of the device
            # and the queue decide its verdict.
            follower.cancel(time.monotonic(), timed_out=not job.cancelled)
        self._jobs.progress(job, Outcome.SENT)
