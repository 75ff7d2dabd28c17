"""This process: what it logs, how its bugs are told, how it ends, since when and how large it is.

For the composition root. What is told of a bug is its kind and place; its message and values may
be a resident's.
"""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from types import FrameType, TracebackType

log = logging.getLogger(__name__)

OUR_LOGGERS = ("terminal", "ui", "devices", "printing")


def log_to_stderr(*, verbose: bool, service: bool) -> None:
    """To standard error. A station's journal tells what it went through, and a resident's data
    stands in none of our lines; what libraries say below a warning nobody has looked through."""
    logging.basicConfig(
        level=logging.WARNING,
        stream=sys.stderr,
        format="%(asctime)s %(levelname)s %(name)s: %(message)s",
    )
    level = logging.DEBUG if verbose else logging.INFO if service else logging.WARNING
    for name in OUR_LOGGERS:
        logging.getLogger(name).setLevel(level)


def name_bugs_only() -> None:
    """A bug that no edge has caught is told by its kind and place, on any thread: the message and
    the values that Python would print may be a resident's."""

    def tell(kind: type[BaseException] | None, tb: TracebackType | None) -> None:
        while tb is not None and tb.tb_next is not None:
            tb = tb.tb_next
        place = f"{tb.tb_frame.f_code.co_filename}:{tb.tb_lineno}" if tb is not None else "?"
        name = kind.__name__ if kind is not None else "?"
        log.critical("%s: %s at %s", threading.current_thread().name, name, place)

    sys.excepthook = lambda kind, _error, tb: tell(kind, tb)
    sys.unraisablehook = lambda what: tell(what.exc_type, what.exc_traceback)
    threading.excepthook = lambda what: tell(what.exc_type, what.exc_traceback)


@contextlib.contextmanager
def ended_in_order() -> Iterator[None]:
    """SIGTERM and SIGHUP (the window of the console is closed) end it as an exit does, so that a
    demo leaves nothing behind. A signal that is ignored (nohup) stays so."""

    def end(number: int, _frame: FrameType | None) -> None:
        raise SystemExit(128 + number)

    numbers = (signal.SIGTERM, signal.SIGHUP)
    before = {n: signal.signal(n, end) for n in numbers if signal.getsignal(n) != signal.SIG_IGN}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def process_start() -> float:
    """When this process began, on the monotonic clock (seconds, to a hundredth; proc(5))."""
    fields = Path("/proc/self/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    ticks = int(fields[19])
    return time.monotonic() - (
        time.clock_gettime(time.CLOCK_BOOTTIME) - ticks / os.sysconf("SC_CLK_TCK")
    )


def pss_mb() -> float:
    """This process's proportional set size in MB (proc(5), smaps_rollup)."""
    for line in Path("/proc/self/smaps_rollup").read_text(encoding="ascii").splitlines():
        if line.startswith("Pss:"):
            return round(int(line.split()[1]) / 1000, 1)
    raise OSError("smaps_rollup tells no Pss")
