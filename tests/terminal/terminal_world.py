"""Fixtures for the tests of the running terminal: a recorder of its states, and its parts.

For tests only. Nothing here waits for a fixed time: it waits for a condition, with a limit.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TypeVar, cast

from devices.health import DeviceStatus, Fault
from devices.readers.protocol import Reader
from devices.readers.simulated import SampleCard, SimulatedReader
from printing.printer import ONLY_PRINTER, PaperState, Printer, PrinterStatus, Sink, TonerState
from terminal.runtime.loop import Runtime
from terminal.runtime.parts import Asker, Parts
from terminal.session.effects import Print
from terminal.session.model import NO_TOTALS, Station, Totals
from terminal.session.states import State
from terminal.workers.journal_writer import Records

WITHIN_S = 20.0
READY = PrinterStatus(DeviceStatus.ONLINE, PaperState.FULL, TonerState.FULL)
S = TypeVar("S", bound=State)


def until(met: Callable[[], object], what: str, within_s: float = WITHIN_S) -> None:
    """Wait until the condition is met."""
    end = time.monotonic() + within_s
    pause = threading.Event()
    while not met():
        assert time.monotonic() < end, f"not within {within_s} s: {what}"
        pause.wait(0.005)


class Watch:
    """Records every state of a runtime, in order."""

    def __init__(self, runtime: Runtime) -> None:
        self.seen: list[State] = []
        runtime.subscribe(self.seen.append)

    def wait(self, kind: type[S], met: Callable[[S], object] = lambda _: True) -> S:
        """Wait until the current state is of this kind and meets the condition."""

        def now() -> State:
            return self.seen[-1]

        until(
            lambda: isinstance(found := now(), kind) and met(found),
            f"{kind.__name__}; it was {' '.join(type(each).__name__ for each in self.seen)}",
        )
        found = now()
        assert isinstance(found, kind)
        return found


class Paper:
    """A printer that records its calls and does nothing."""

    def __init__(self) -> None:
        self.calls: list[tuple[object, ...]] = []
        self.sink: Sink | None = None
        self.refuses: Exception | None = None

    def start(self, sink: Sink) -> None:
        self.sink = sink
        self.calls.append(("start",))

    @property
    def needs_restart(self) -> bool:
        return False

    def status(self) -> PrinterStatus:
        return READY

    def statuses(self) -> tuple[tuple[str, PrinterStatus], ...]:
        return ((ONLY_PRINTER, self.status()),)

    def submit(self, job: str, document: bytes, pages: int, service: str = "") -> None:
        if self.refuses is not None:
            raise self.refuses
        self.calls.append(("submit", job, document, pages, service))

    def cancel(self, job: str) -> None:
        self.calls.append(("cancel", job))

    def clear(self, done: Callable[[bool], None]) -> None:
        self.calls.append(("clear",))
        done(True)

    def tray_checked(self) -> None:
        self.calls.append(("tray_checked",))

    def close(self, timeout_s: float = 2.0) -> None:
        self.calls.append(("close",))


class Notes:
    """Records that note each call and give any answer at once."""

    def __init__(self) -> None:
        self.calls: list[tuple[object, ...]] = []
        self.hold: list[Callable[[Fault | None], None]] | None = None
        """If this is a list, the answers of ``print_planned`` are kept in it."""

    def print_planned(self, effect: Print, then: Callable[[Fault | None], None]) -> None:
        self.calls.append(("print_planned", effect.job))
        if self.hold is None:
            then(None)
        else:
            self.hold.append(then)

    def help_called(self, call: object, done: Callable[[bool, str], None]) -> None:
        self.calls.append(("help_called", call))
        done(True, "0001")

    def check_pin(self, _pin: str, done: Callable[[bool, int], None]) -> None:
        done(True, 0)

    def history(self, done: Callable[[tuple[object, ...], Totals], None]) -> None:
        done((), NO_TOTALS)

    def __getattr__(self, name: str) -> Callable[..., None]:
        return lambda *given: self.calls.append((name, *given))

    def of(self, name: str) -> list[tuple[object, ...]]:
        """Return every call of this name."""
        return [each for each in list(self.calls) if each[0] == name]


def parts(
    readers: tuple[Reader, ...],
    printer: Printer,
    asks: Asker,
    notes: Notes,
    test_page: Callable[[Station], bytes | Fault] = lambda _station: b"",
    report: Callable[[Station], bytes | Fault] = lambda _station: b"",
) -> Parts:
    """Return the parts of a runtime whose records are only noted."""
    return Parts(readers, printer, asks, cast(Records, notes), test_page, report)


def reader(*cards: SampleCard) -> SimulatedReader:
    """Return a reader with these cards."""
    return SimulatedReader("tray", cards)
