"""One thread that does several slow things in turn, without any of them blocking the others.

Serves the printers of this package: each task is a generator that yields a future (an answer of
cupsd that may take long) or seconds to be left alone. An exception ends its task, not the thread.
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
"""Yields a future to be given its result, or seconds to be left alone."""


@dataclass(slots=True)
class _Running:
    task: Task
    waits_for: Future[Any] | None = None
    waiting_since: float = 0.0
    not_before: float = 0.0


class TaskLoop:
    """The thread. ``turn`` runs after each round and says in how many seconds it wants to again.

    ``overdue(future)`` is called for a future that took longer than ``call_limit_s``; it must see
    to it that the future gets a result. ``failed(error)`` is told of any exception, which ends
    the task that raised it.
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
        """Begin; ``RuntimeError`` the second time."""
        if self._thread is not None:
            raise RuntimeError("started twice")
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def stop(self, timeout_s: float) -> None:
        """End after the step under way; waits ``timeout_s`` at most."""
        self._stopping.set()
        self.wake()
        if self._thread is not None:
            self._thread.join(timeout_s)

    def post(self, call: Callable[[], None]) -> None:
        """Run ``call`` on the thread; from any thread."""
        self._inbox.put(call)

    def wake(self) -> None:
        """Make the thread look whether something is due; from any thread."""
        self._inbox.put(lambda: None)

    def begin(self, task: Task) -> None:
        """Add an act; on the thread only."""
        self._tasks.append(_Running(task))

    def poll_now(self) -> None:
        """Take the next turn at once; on the thread only."""
        self._next_poll = 0.0

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self._run_posted()
                self._step_tasks()
                if time.monotonic() >= self._next_poll:
                    # Set before the turn, so that a turn that fails is not repeated at once.
                    self._next_poll = time.monotonic() + 1.0
                    self._next_poll = time.monotonic() + self._poll()
            except Exception as error:  # the thread's outermost edge
                self._report_failure(error)

    def _report_failure(self, error: Exception) -> None:
        """Types only: a message might quote what is printed."""
        log.error("%s: %s", threading.current_thread().name, type(error).__name__)
        try:
            self._failed(error)
        except Exception as worse:  # the edge of the edge: the device is watched all the same
            log.error("%s: %s in telling", threading.current_thread().name, type(worse).__name__)

    def _run_posted(self) -> None:
        """Wait for a call, or until something is due; take all that there are."""
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
