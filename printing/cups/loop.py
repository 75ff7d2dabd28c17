"""One thread that runs several slow tasks in turn, so that none of them blocks the others.

Used by the printers of this package. A task is a generator. It yields a future (an answer of cupsd
that may take long) or a number of seconds to sleep. An exception ends its task, not the thread.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Generator
from concurrent.futures import Future
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import Any

log = logging.getLogger(__name__)

Task = Generator["Future[Any] | float", Any, None]
"""Yields a future, whose result is sent back to it, or a number of seconds to sleep."""


@dataclass(slots=True)
class _Running:
    task: Task
    waits_for: Future[Any] | None = None
    waiting_since: float = 0.0
    not_before: float = 0.0


class TaskLoop:
    """The thread that runs the tasks and polls.

    ``poll()`` is called when it is due and returns the seconds until its next call.
    ``overdue(future)`` is called for a future that takes longer than ``call_limit_s``; it must give
    the future a result. ``failed(error)`` is called for every exception; the task that raised it
    has ended.
    """

    def __init__(
        self,
        poll: Callable[[], float],
        *,
        call_limit_s: float,
        overdue: Callable[[Future[Any]], None],
        failed: Callable[[Exception], None],
    ) -> None:
        self._poll = poll
        self._call_limit_s = call_limit_s
        self._overdue = overdue
        self._failed = failed
        self._inbox: SimpleQueue[Callable[[], None]] = SimpleQueue()
        self._tasks: list[_Running] = []
        self._next_poll = 0.0
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self, name: str) -> None:
        """Start the thread; ``RuntimeError`` on a second call."""
        if self._thread is not None:
            raise RuntimeError("started twice")
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def stop(self, timeout_s: float) -> None:
        """End the thread after its current step; wait at most ``timeout_s`` for it."""
        self._stopping.set()
        self.wake()
        if self._thread is not None:
            self._thread.join(timeout_s)

    def post(self, call: Callable[[], None]) -> None:
        """Run ``call`` on the loop's thread. May be called from any thread."""
        self._inbox.put(call)

    def wake(self) -> None:
        """Make the loop check whether something is due. May be called from any thread."""
        self._inbox.put(lambda: None)

    def begin(self, task: Task) -> None:
        """Add a task. Call it on the loop's thread only."""
        self._tasks.append(_Running(task))

    def poll_now(self) -> None:
        """Make the next poll due now. Call it on the loop's thread only."""
        self._next_poll = 0.0

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self._run_posted()
                self._step_tasks()
                if time.monotonic() >= self._next_poll:
                    # Set before the poll, so that a poll that fails is not repeated at once.
                    self._next_poll = time.monotonic() + 1.0
                    self._next_poll = time.monotonic() + self._poll()
            except Exception as error:  # the thread's outermost handler
                self._report_failure(error)

    def _report_failure(self, error: Exception) -> None:
        """Log the error and pass it to ``failed``.

        Only the type is logged: a message might quote the document.
        """
        log.error("%s: %s", threading.current_thread().name, type(error).__name__)
        try:
            self._failed(error)
        except Exception as worse:  # the loop must go on and poll the device
            name = threading.current_thread().name
            log.error("%s: %s in the error handler", name, type(worse).__name__)

    def _run_posted(self) -> None:
        """Wait for a posted call or until something is due, then run all posted calls."""
        due = self._next_poll
        for running in self._tasks:
            waits = running.waits_for is not None
            due = min(
                due, running.waiting_since + self._call_limit_s if waits else running.not_before
            )
        try:
            wait = due - time.monotonic()
            call = self._inbox.get(timeout=wait) if wait > 0 else self._inbox.get_nowait()
            while True:
                call()
                call = self._inbox.get_nowait()
        except Empty:
            return

    def _step_tasks(self) -> None:
        for running in list(self._tasks):
            answer: object = None
            if running.waits_for is not None:
                late = time.monotonic() - running.waiting_since >= self._call_limit_s
                if late and not running.waits_for.done():
                    self._overdue(running.waits_for)
                if not running.waits_for.done():
                    continue
                answer = running.waits_for.result()
            elif time.monotonic() < running.not_before:
                continue
            self._step(running, answer)

    def _step(self, running: _Running, answer: object) -> None:
        running.waits_for = None
        try:
            wanted = running.task.send(answer)
        except StopIteration:
            self._tasks.remove(running)
        except Exception:
            self._tasks.remove(running)
            raise
        else:
            if isinstance(wanted, Future):
                running.waits_for, running.waiting_since = wanted, time.monotonic()
                wanted.add_done_callback(lambda _done: self.wake())
            else:
                running.not_before = time.monotonic() + wanted
