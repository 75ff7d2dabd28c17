"""This process: what it logs, how its bugs are told, how it ends, since when and how large it is.

For the composition root. What is told of a bug is its kind and place; its message and values may
be a resident's.
"""

from __future__ import annotations

import atexit
import contextlib
import ctypes
import io
import logging
import os
import resource
import secrets
import shutil
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from types import FrameType, TracebackType

from devices.system.prctl import Option, prctl

log = logging.getLogger(__name__)

REMOVALS = 3
"""Times that a folder is removed while somebody may still write into it."""
OUR_LOGGERS = ("terminal", "ui", "devices", "printing")
MUTE_LOGGERS = ("pyhanko", "pyhanko_certvalidator")
"""They warn of a document that does not verify, with names out of it; our fault says that."""


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
    for name in MUTE_LOGGERS:
        logging.getLogger(name).setLevel(logging.CRITICAL)


def show_any_name() -> None:
    """Let standard output show file names that are not text in the system's encoding.

    Python holds such bytes as lone surrogates, which no encoding writes. They are written as
    ``\\udcXX``: in JSON that is the same name, for other output it is readable. (Standard error
    does so by itself.)
    """
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")


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


_temporary: set[Path] = set()
"""Folders of this process that go with it."""


def temporary_folder(prefix: str) -> Path:
    """A new folder (0700) that is gone when this process ends, however orderly that is."""
    folder = Path(tempfile.gettempdir()) / f"{prefix}{secrets.token_hex(8)}"
    _temporary.add(folder)  # before it is made, so that no instant is left
    folder.mkdir(mode=0o700)
    return folder


@atexit.register
def remove_temporary_folders() -> None:
    """Take them away; a worker that still writes into one does not hinder it for long."""
    while _temporary:
        folder = _temporary.pop()
        for _ in range(REMOVALS):
            shutil.rmtree(folder, ignore_errors=True)
            if not folder.exists():
                break


ENDING_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
"""Signals that ask a program to end: a supervisor's, Ctrl-C's, a closed console's."""
Handler = Callable[[int, FrameType | None], object]


def accept_signals() -> None:
    """Undo what a parent left over that would keep this process from ending or from waiting.

    A new program inherits blocked and ignored signals (execve(2)). A blocked signal ends neither
    this process nor its children. While SIGCHLD is ignored, the kernel does not keep the exit code
    of a child. Ignored ending signals stay ignored: `nohup` means it.
    """
    signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDING_SIGNALS)
    if signal.getsignal(signal.SIGCHLD) == signal.SIG_IGN:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)


@contextlib.contextmanager
def handling(numbers: Iterable[signal.Signals], handler: Handler) -> Iterator[None]:
    """Handle these signals, except those that this process was started to ignore (`nohup`, `&`)."""
    before = {
        number: signal.signal(number, handler)
        for number in numbers
        if signal.getsignal(number) != signal.SIG_IGN
    }
    try:
        yield
    finally:
        for number, previous in before.items():
            signal.signal(number, previous)


@contextlib.contextmanager
def ended_in_order(*, at_once: bool) -> Iterator[None]:
    """End a demo on SIGTERM and SIGHUP (a closed console) without leaving files behind.

    ``at_once`` is for a process that runs Qt, and covers SIGINT, too: an exception that a signal
    raises may be lost in a callback or may meet a half-made Qt, so the process ends on the spot;
    its child ends with it. Otherwise it ends as an exit does.
    """

    def end(number: int, _frame: FrameType | None) -> None:
        if at_once:
            remove_temporary_folders()
            os._exit(128 + number)
        raise SystemExit(128 + number)

    numbers = ENDING_SIGNALS if at_once else (signal.SIGTERM, signal.SIGHUP)
    with handling(numbers, end):
        yield


def keep_memory_private() -> None:
    """Keep this process's memory out of core dumps, and from other processes of its user.

    A resident's data is in it. RLIMIT_CORE stops a core file, but not a core dump into a pipe
    (core(5): a limit of 0 does not apply there); a process that is not dumpable leaves neither.
    It also cannot be traced, except by root. A child that runs another program is dumpable again
    and has to call this itself; it inherits the limit.
    """
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        prctl(Option.DUMPABLE, 0)
    except OSError as error:
        log.warning("core dumps are not switched off: %s", error.strerror)


def process_start() -> float:
    """When this process began, on the monotonic clock (seconds, to a hundredth; proc(5))."""
    fields = Path("/proc/self/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    ticks = int(fields[19])
    return time.monotonic() - (
        time.clock_gettime(time.CLOCK_BOOTTIME) - ticks / os.sysconf("SC_CLK_TCK")
    )


def give_back_memory() -> None:
    """Give the system back what was freed (malloc_trim(3)); some milliseconds, on a worker.

    Pages, fonts and documents of a visit come and go in pieces of all sizes: without it the heap
    stays as large as its largest moment.
    """
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # glibc alone has it
    if trim is not None:
        trim(0)


def pss_mb() -> float:
    """This process's proportional set size in MB (proc(5), smaps_rollup)."""
    for line in Path("/proc/self/smaps_rollup").read_text(encoding="ascii").splitlines():
        if line.startswith("Pss:"):
            return round(int(line.split()[1]) / 1000, 1)
    raise OSError("smaps_rollup tells no Pss")
