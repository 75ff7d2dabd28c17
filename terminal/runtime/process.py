"""This process: its logging, its signals, its temporary folders, its start time and its memory.

Used by the composition root. Only kind and place of an unexpected error are logged, because its
message and values may be personal data.
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
"""How often a folder is removed while a thread may still write into it."""
OUR_LOGGERS = ("terminal", "ui", "devices", "printing")
MUTE_LOGGERS = ("pyhanko", "pyhanko_certvalidator")
"""They warn with names from a document that does not verify; our own fault reports that."""


def log_to_stderr(*, verbose: bool, service: bool) -> None:
    """Log to standard error.

    A service logs what happens, without personal data. Messages of libraries below a warning are
    left out, because no one has checked them for personal data.
    """
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
    """Let standard output show file names that are not valid in the system's encoding.

    Python keeps such bytes as lone surrogates, which cannot be encoded. They are written as
    ``\\udcXX``: in JSON that is the same name, elsewhere it is readable. (Standard error does this
    by default.)
    """
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")


def name_bugs_only() -> None:
    """Log an uncaught error on any thread by its kind and place only.

    The message and values that Python would print may be personal data.
    """

    def log_place(kind: type[BaseException] | None, tb: TracebackType | None) -> None:
        while tb is not None and tb.tb_next is not None:
            tb = tb.tb_next
        place = f"{tb.tb_frame.f_code.co_filename}:{tb.tb_lineno}" if tb is not None else "?"
        name = kind.__name__ if kind is not None else "?"
        log.critical("%s: %s at %s", threading.current_thread().name, name, place)

    sys.excepthook = lambda kind, _error, tb: log_place(kind, tb)
    sys.unraisablehook = lambda what: log_place(what.exc_type, what.exc_traceback)
    threading.excepthook = lambda what: log_place(what.exc_type, what.exc_traceback)


_temporary: set[Path] = set()
"""Folders of this process that are removed when it ends."""


def temporary_folder(prefix: str) -> Path:
    """Create a folder (0700) that is removed when this process ends, even after a signal."""
    folder = Path(tempfile.gettempdir()) / f"{prefix}{secrets.token_hex(8)}"
    _temporary.add(folder)  # before creating it, so that there is no gap
    folder.mkdir(mode=0o700)
    return folder


@atexit.register
def remove_temporary_folders() -> None:
    """Remove the folders; a worker that still writes into one cannot delay this for long."""
    while _temporary:
        folder = _temporary.pop()
        for _ in range(REMOVALS):
            shutil.rmtree(folder, ignore_errors=True)
            if not folder.exists():
                break


ENDING_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
"""Signals that ask a program to end: from a supervisor, Ctrl-C, or a closed console."""
Handler = Callable[[int, FrameType | None], object]


def accept_signals() -> None:
    """Undo inherited signal settings that would keep this process from ending or from waiting.

    A new program inherits blocked and ignored signals (execve(2)). A blocked signal ends neither
    this process nor its children. If SIGCHLD is ignored, the kernel does not keep a child's exit
    code. Ignored ending signals stay ignored, because `nohup` intends that.
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

    ``at_once`` is for a process that runs Qt and includes SIGINT. An exception raised by a signal
    could get lost in a callback or interrupt Qt's initialisation, so the process ends immediately,
    and its child ends with it. Otherwise the process exits normally.
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

    It contains personal data. RLIMIT_CORE prevents a core file, but not a core dump into a pipe
    (core(5): a limit of 0 does not apply there); a process that is not dumpable produces neither.
    It also cannot be traced, except by root. A child process that runs another program is dumpable
    again and must call this itself; it inherits the limit.
    """
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        prctl(Option.DUMPABLE, 0)
    except OSError as error:
        log.warning("core dumps are not switched off: %s", error.strerror)


def process_start() -> float:
    """Return this process's start on the monotonic clock (seconds, to a hundredth; proc(5))."""
    fields = Path("/proc/self/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    ticks = int(fields[19])
    return time.monotonic() - (
        time.clock_gettime(time.CLOCK_BOOTTIME) - ticks / os.sysconf("SC_CLK_TCK")
    )


def give_back_memory() -> None:
    """Return freed memory to the system (malloc_trim(3)). Takes milliseconds; call it on a worker.

    A visit allocates and frees pages, fonts and documents in pieces of all sizes. Without this the
    heap would stay at its largest size.
    """
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # only glibc has it
    if trim is not None:
        trim(0)


def pss_mb() -> float:
    """Return this process's proportional set size in MB (proc(5), smaps_rollup)."""
    for line in Path("/proc/self/smaps_rollup").read_text(encoding="ascii").splitlines():
        if line.startswith("Pss:"):
            return round(int(line.split()[1]) / 1000, 1)
    raise OSError("smaps_rollup has no Pss line")
