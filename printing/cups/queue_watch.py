"""Watching the cupsd queue: whether it works, and which jobs it holds.

Used by the CUPS printer, on its thread. A cupsd that restarts is not a fault. A job that the
terminal no longer waits for is cancelled, because cupsd would print it sooner or later.
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
"""The value of printer-state for a stopped queue (RFC 8011 §5.4.11)."""


class QueueWatch:
    """Watches one queue. ``fault`` is the queue's fault in the printer's status."""

    def __init__(self, queue: CupsQueue, timing: PrinterTiming) -> None:
        self._queue = queue
        self._timing = timing
        self._down_since: float | None = None
        self._held_since: dict[tuple[int, str], float] = {}
        """Since when each job of another program has been held, by its id in cupsd and its name.
        The ids start from 1 again with a new spool."""
        self.fault: Fault | None = None
        self.cautions: tuple[Fault, ...] = ()
        """Unsafe settings of the queue, for maintainers (``QueueState.cautions``)."""

    @property
    def down(self) -> bool:
        """Whether cupsd did not answer the last request. It is then asked again soon."""
        return self._down_since is not None

    def look(self) -> Generator[Future[Any] | float, Any, QueueState | None]:
        """Return the queue's own state; ``None`` if cupsd did not answer."""
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
        """Pass cupsd's report of the followed job to ``follower``."""
        # By name: cupsd gives the same ids again after a spool on tmpfs was lost.
        found: tuple[QueueJob, ...] | QueueFailure = yield self._queue.find(follower.record.job)
        self._note(found)
        follower.note_queue_jobs(found)
        if follower.will_run_again and isinstance(follower.queue, QueueJob):
            # Cancels it in cupsd only. The device's own job continues.
            yield self._queue.cancel(follower.queue.id)

    def cancel_strays(self, current: set[str], knows: Callable[[str], bool]) -> Task:
        """Cancel the terminal's own jobs that are not ``current``, before they print.

        Also cancel another program's job that has been held for ``orphan_s``.
        """
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
        """Cancel every job of this name. Retry until cupsd has answered or its answer is final."""
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
        """Note that a bug ended this round. It is a fault until a round succeeds."""
        log.error("watching the queue: %s", type(error).__name__)
        self.fault = QUEUE_DOWN.with_detail(type(error).__name__)

    def _note(self, answer: object) -> None:
        """Set ``QUEUE_DOWN`` if cupsd has not answered for ``queue_retry_s`` or a call hangs.

        A cupsd that does not answer for a shorter time is taken to be restarting.
        """
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
