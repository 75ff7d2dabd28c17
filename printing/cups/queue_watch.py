"""The queue looked at again and again: whether it serves, and what stands in it.

Serves the CUPS printer, on its thread. A cupsd that restarts is no fault; a job that nobody waits
for is cancelled, because whatever stays in the queue is printed some day.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Generator
from concurrent.futures import Future
from typing import Any

from devices.health import Fault

from ..faults import QUEUE_DOWN, QUEUE_MISSING, QUEUE_UNSAFE
from ..ipp.client import JobState
from ..job import PrinterTiming
from .follower import Follower
from .loop import Task
from .queue import CupsQueue, Problem, QueueFailure, QueueState
from .verdict import QueueJob

log = logging.getLogger(__name__)

_STOPPED = 5
"""printer-state (RFC 8011 §5.4.11)."""


class QueueWatch:
    """One queue. ``fault`` is what the printer's status shows of it."""

    def __init__(self, queue: CupsQueue, timing: PrinterTiming) -> None:
        self._queue = queue
        self._timing = timing
        self._down_since: float | None = None
        self._held_since: dict[tuple[int, str], float] = {}
        """Since when another program's jobs stand held, by their numbers in cupsd (which begin anew
        with the spool) and names."""
        self.fault: Fault | None = None
        self.cautions: tuple[Fault, ...] = ()
        """For maintainers: how the queue is set (``QueueState.cautions``)."""

    @property
    def down(self) -> bool:
        """Whether cupsd did not answer the last time: ask again soon."""
        return self._down_since is not None

    def look(self) -> Generator[Future[Any] | float, Any, QueueState | None]:
        """The queue's own state, ``None`` if there was no answer."""
        answer: QueueState | QueueFailure = yield self._queue.state()
        self._note(answer)
        if isinstance(answer, QueueFailure):
            if answer.problem is Problem.MISSING:
                self.fault = QUEUE_MISSING.with_detail(answer.detail)
            return None
        words = " ".join(answer.cautions)
        self.cautions = (QUEUE_UNSAFE.with_detail(words),) if words else ()
        stopped = answer.state == _STOPPED or not answer.accepting
        self.fault = QUEUE_DOWN.with_detail("queue stopped") if stopped else None
        return answer

    def look_at_job(self, follower: Follower) -> Task:
        """What cupsd says of the job that is followed."""
        # By name, not by number: numbers begin anew when a spool on tmpfs is gone.
        found: tuple[QueueJob, ...] | QueueFailure = yield self._queue.find(follower.record.job)
        self._note(found)
        follower.note_queue_jobs(found)
        if follower.will_run_again and isinstance(follower.queue, QueueJob):
            # cupsd was restarted and would print it again; the device's own job goes on.
            yield self._queue.cancel(follower.queue.id)

    def cancel_strays(self, current: set[str], knows: Callable[[str], bool]) -> Task:
        """What is this terminal's own and nobody waits for is cancelled, never printed; and what
        another program has left held."""
        answer: tuple[QueueJob, ...] | QueueFailure = yield self._queue.open_jobs()
        if isinstance(answer, QueueFailure):
            return
        now = time.monotonic()
        strays = [each for each in answer if each.name not in current and knows(each.name)]
        held = [each for each in answer if each.state is JobState.HELD and not knows(each.name)]
        known = ((each.id, each.name) for each in held)
        self._held_since = {each: self._held_since.get(each, now) for each in known}
        late = now - self._timing.orphan_s
        orphans = [number for (number, _), since in self._held_since.items() if since <= late]
        for number in (*(each.id for each in strays), *orphans):
            yield self._queue.cancel(number)

    def cancel_named(self, name: str) -> Task:
        """Cancel every job of this name, asking until cupsd has answered (or cannot any more)."""
        while True:
            found: tuple[QueueJob, ...] | QueueFailure = yield self._queue.find(name)
            if not isinstance(found, QueueFailure):
                again = False
                for job in found:
                    if not job.state.ended:
                        answer: QueueFailure | None = yield self._queue.cancel(job.id)
                        again = again or (answer is not None and answer.problem is Problem.DOWN)
                if not again:
                    return
            elif found.problem is not Problem.DOWN:
                return
            yield self._timing.queue_retry_pause_s

    def failed(self, error: Exception) -> None:
        """A bug ended this round of looking: a fault until a round gets through."""
        log.error("looking at the queue: %s", type(error).__name__)
        self.fault = QUEUE_DOWN.with_detail(type(error).__name__)

    def _note(self, answer: object) -> None:
        """A queue that refuses for a few seconds is restarting; for longer it is down."""
        now = time.monotonic()
        if not isinstance(answer, QueueFailure) or answer.problem in (
            Problem.TOO_LATE,
            Problem.MISSING,
        ):
            self._down_since = None
            return
        self._down_since = now if self._down_since is None else self._down_since
        late = now - self._down_since >= self._timing.queue_retry_s
        if late or answer.problem is Problem.STUCK:
            self.fault = QUEUE_DOWN.with_detail(answer.detail)
