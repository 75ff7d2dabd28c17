"""Handing one job to cupsd: held, journalled, sent, journalled, released.

Serves the CUPS printer, on its thread. In this order a kill at any instant loses and doubles
nothing. It must never release to a device that is not there, nor what was cancelled meanwhile.
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
    """``unreleased(job, fault)`` is told of a job that ends before its release: surely nothing
    came out, and what is held in cupsd cannot print. ``released()``: the job has its follower.
    ``sides(job)``, ``media(job)``: how it is to be printed, and on what.
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
        """The whole way of one job."""
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
        job.sides = self._sides(job)
        made: int | QueueFailure = yield self._queue.create(
            job.record.job, job.sides, self._media(job)
        )
        if isinstance(made, QueueFailure):
            return made
        self._jobs.record(job, replace(job.record, stage=JobStage.HELD, cups_job=made))
        if job.cancelled:
            return None  # it is to end: the document need not go to cupsd at all
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
            # cupsd has lost its spool with the job in it: nothing was ever released.
            self._unreleased(job, QUEUE_DOWN.with_detail("job lost"))
            return
        while answer is not None and answer.problem is Problem.DOWN and not job.cancelled:
            if time.monotonic() >= until:
                break
            yield self._timing.queue_retry_pause_s
            answer = yield self._queue.release(cups_job)
        if answer is not None and answer.problem is Problem.TOO_LATE:
            # cupsd restarted as it answered, and is through with the job: it was released before.
            answer = None
        if job.over:
            yield self._queue.cancel(cups_job)
            return
        job.follower = follower
        self._released()
        if job.cancelled or answer is not None:
            # Whether it was released is not known for sure: it ends by what device and queue say.
            follower.cancel(time.monotonic(), timed_out=not job.cancelled)
        self._jobs.progress(job, Outcome.SENT)
