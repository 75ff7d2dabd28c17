"""One thread that does several slow things in turn, without any of them blocking the others.

Serves the printers of this package: each act is a generator that yields a future (an answer of
cupsd that may take long) or seconds to be left alone. An exception ends its act, not the thread.
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

Act = Generator["Future[Any] | float", Any, None]
"""Yields a future to be given its result, or seconds to be left alone."""


@dataclass(slots=True)
class _Running:
    act: Act
    waits_for: Future[Any] | None = None
    asked_at: float = 0.0
    not_before: float = 0.0


class ActLoop:
    """The thread. ``turn`` runs after each round and says in how many seconds it wants to again.

    ``overdue(future)`` is called for a future that took longer than ``patience_s``; it must see
    to it that the future gets a result. ``failed(error)`` is told of any exception, which ends
    the act that raised it.
    """

    def __init__(
        self,
        turn: Callable[[], float],
        *,
        patience_s: float,
        overdue: Callable[[Future[Any]], None],
        failed: Callable[[Exception], None],
    ) -> None:
        self._turn = turn
        self._patience_s = patience_s
        self._overdue = overdue
        self._failed = failed
        self._inbox: SimpleQueue[Callable[[], None]] = SimpleQueue()
        self._acts: list[_Running] = []
        self._next_turn = 0.0
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

    def post(self, order: Callable[[], None]) -> None:
        """Run ``order`` on the thread; from any thread."""
        self._inbox.put(order)

    def wake(self) -> None:
        """Make the thread look whether something is due; from any thread."""
        self._inbox.put(lambda: None)

    def begin(self, act: Act) -> None:
        """Add an act; on the thread only."""
        self._acts.append(_Running(act))

    def hurry(self) -> None:
        """Take the next turn at once; on the thread only."""
        self._next_turn = 0.0

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self._take_orders()
                self._step_acts()
                if time.monotonic() >= self._next_turn:
                    # Set before the turn, so that a turn that fails is not repeated at once.
                    self._next_turn = time.monotonic() + 1.0
                    self._next_turn = time.monotonic() + self._turn()
            except Exception as error:  # the thread's outermost edge
                self._tell(error)

    def _tell(self, error: Exception) -> None:
        """Types only: a message might quote what is printed."""
        log.error("%s: %s", threading.current_thread().name, type(error).__name__)
        try:
            self._failed(error)
        except Exception as worse:  # the edge of the edge: the device is watched all the same
            log.error("%s: %s in telling", threading.current_thread().name, type(worse).__name__)

    def _take_orders(self) -> None:
        """Wait for an order, or until something is due; take all that there are."""
        due = self._next_turn
        for running in self._acts:
            waits = running.waits_for is not None
            due = min(due, running.asked_at + self._patience_s if waits else running.not_before)
        try:
            wait = due - time.monotonic()
            order = self._inbox.get(timeout=wait) if wait > 0 else self._inbox.get_nowait()
            while True:
                order()
                order = self._inbox.get_nowait()
        except Empty:
            return

    def _step_acts(self) -> None:
        for running in list(self._acts):
            answer: object = None
            if running.waits_for is not None:
                late = time.monotonic() - running.asked_at >= self._patience_s
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
            wanted = running.act.send(answer)
        except StopIteration:
            self._acts.remove(running)
        except Exception:
            self._acts.remove(running)
            raise
        else:
            if isinstance(wanted, Future):
                running.waits_for, running.asked_at = wanted, time.monotonic()
                wanted.add_done_callback(lambda _done: self.wake())
            else:
                running.not_before = time.monotonic() + wanted
