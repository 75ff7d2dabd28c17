"""Threads that do in turn what they are given, and never keep the process from ending.

For the runtime and the records. A task's exception ends the task, never the thread: it is logged
by its type alone (its message may be a resident's) and told to whoever gave the task.
"""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Callable

log = logging.getLogger(__name__)

Task = Callable[[], None]
Failed = Callable[[Exception], None]


def _nothing_more(_error: Exception) -> None:
    """The log is all that is needed."""


class Workers:
    """``count`` threads on one queue; with one, tasks are done in the order given.

    They are daemons (a pool of ``concurrent.futures`` is joined when the interpreter ends, so one
    call that hangs would keep a stopped terminal alive for ever).
    """

    def __init__(self, count: int, name: str) -> None:
        self._name = name
        self._tasks: queue.SimpleQueue[tuple[Task, Failed] | None] = queue.SimpleQueue()
        self._stopped = False
        self._threads = [
            threading.Thread(target=self._run, name=f"{name}-{number}", daemon=True)
            for number in range(count)
        ]
        for thread in self._threads:
            thread.start()

    def submit(self, task: Task, failed: Failed = _nothing_more) -> None:
        """Do ``task`` on a thread; ``failed`` is told there of a bug in it. Not once stopped."""
        if not self._stopped:
            self._tasks.put((task, failed))

    def stop(self, timeout_s: float) -> bool:
        """Take nothing more, do what waits, and end; whether that was done within ``timeout_s``."""
        self._stopped = True
        for _ in self._threads:
            self._tasks.put(None)
        until = time.monotonic() + timeout_s
        for thread in self._threads:
            if thread is not threading.current_thread():
                thread.join(max(0.0, until - time.monotonic()))
        return not any(thread.is_alive() for thread in self._threads)

    def _run(self) -> None:
        while (given := self._tasks.get()) is not None:
            self._do(*given)
            # A task may hold a PIN or a document: it does not wait here for the next one.
            del given

    def _do(self, task: Task, failed: Failed) -> None:
        try:
            task()
        except Exception as error:  # the thread's outermost edge
            log.error("%s: %s in a task", self._name, type(error).__name__)
            self._tell(failed, error)

    def _tell(self, failed: Failed, error: Exception) -> None:
        try:
            failed(error)
        except Exception as worse:  # the edge of the edge
            log.error("%s: %s in telling of it", self._name, type(worse).__name__)
