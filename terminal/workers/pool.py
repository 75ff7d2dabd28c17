"""Threads that run given tasks from a queue and never keep the process from exiting.

Used by the runtime and the records. An exception ends its task, never the thread. It is logged by
its type alone, because its message may hold personal data, and passed to the caller's ``failed``.
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
    """Do nothing more: the log entry is enough."""


class Workers:
    """``count`` threads that share one queue. A single thread runs the tasks in the given order.

    They are daemon threads. The interpreter joins a ``concurrent.futures`` pool at exit, so one
    hanging call would keep a stopped terminal alive forever.
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
        """Run ``task`` on a thread; if it raises, call ``failed`` there. Ignored after ``stop``."""
        if not self._stopped:
            self._tasks.put((task, failed))

    def stop(self, timeout_s: float) -> bool:
        """Finish the queued tasks and stop; return whether all threads ended in time."""
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
            # A task may hold a PIN or a document. Do not keep it while waiting for the next task.
            del given

    def _do(self, task: Task, failed: Failed) -> None:
        try:
            task()
        except Exception as error:  # last resort: keep the thread alive
            log.error("%s: %s in a task", self._name, type(error).__name__)
            self._report(failed, error)

    def _report(self, failed: Failed, error: Exception) -> None:
        try:
            failed(error)
        except Exception as worse:  # the callback itself failed
            log.error("%s: %s in a failure callback", self._name, type(worse).__name__)
