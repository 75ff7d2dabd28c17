"""Signals that ask a process to end.

Used by the composition root and by the commands that must finish their work first.
"""

from __future__ import annotations

import contextlib
import signal
from collections.abc import Callable, Iterable, Iterator
from types import FrameType

from .temporary_folders import end_without_folders

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
            end_without_folders(128 + number)
        raise SystemExit(128 + number)

    numbers = ENDING_SIGNALS if at_once else (signal.SIGTERM, signal.SIGHUP)
    with handling(numbers, end):
        yield
