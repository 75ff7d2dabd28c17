"""A reader without hardware: a tray of sample cards, for the demo and for tests.

It reports the same events as any reader, on its own thread. It is never used on a real station; its
name and its cards show that they are samples.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from ..cards.reading import READ_LIMIT_S, not_in_time
from ..faults import CARD_PULLED
from ..health import DeviceStatus, Fault
from ..identity import CardKind, Identity
from ..operator import OperatorCard
from .protocol import (
    CardFailed,
    CardPresented,
    CardRead,
    CardRemoved,
    OperatorCardRead,
    ReaderChanged,
    ReaderStatus,
    Sink,
)


class OtherCard(StrEnum):
    """The kind of a sample card that is not a resident's card."""

    OPERATOR = "operator"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class SampleCard:
    """A card of the tray.

    ``name`` is its key ("wang"), ``title`` the text that the tray shows.
    ``make`` returns a new identity for each reading. If it is an operator card or a fault instead,
    that is the result of the reading.
    """

    name: str
    kind: CardKind | OtherCard
    title: str
    make: Callable[[], Identity] | OperatorCard | Fault

    @property
    def for_operators(self) -> bool:
        """Whether it is an operator card, not a resident's."""
        return isinstance(self.make, OperatorCard)


@dataclass(frozen=True, slots=True)
class _Present:
    card: SampleCard
    removed: threading.Event


@dataclass(frozen=True, slots=True)
class _Remove:
    pass


@dataclass(frozen=True, slots=True)
class _BreakDown:
    fault: Fault | None
    """``None`` ends the fault."""


class SimulatedReader:
    """A reader whose cards are presented by calls. ``delay_s`` is the simulated duration of a
    reading; if it is longer than ``limit_s``, the reading fails, as on every reader."""

    def __init__(
        self,
        name: str,
        tray: Sequence[SampleCard],
        delay_s: float = 0.0,
        limit_s: float = READ_LIMIT_S,
    ) -> None:
        self._name = name
        self._tray = {card.name: card for card in tray}
        self._delay_s = delay_s
        self._limit_s = limit_s
        self._acts: queue.Queue[_Present | _Remove | _BreakDown | None] = queue.Queue()
        self._status = ReaderStatus(DeviceStatus.UNKNOWN)
        self._thread: threading.Thread | None = None
        self._removed = threading.Event()
        """Set when the card that was presented last is removed. Each presentation has its own."""
        self._reported = False
        """Whether a card was reported whose removal was not."""

    @property
    def name(self) -> str:
        """The reader's name in configuration and in events."""
        return self._name

    @property
    def tray(self) -> tuple[SampleCard, ...]:
        """The cards that can be presented."""
        return tuple(self._tray.values())

    def status(self) -> ReaderStatus:
        """Return the last known state; never blocks."""
        return self._status

    def start(self, sink: Sink) -> None:
        """Begin to watch. ``sink`` gets the events on the reader's thread."""
        if self._thread is not None:
            raise RuntimeError("the reader is already running")
        self._acts = queue.Queue()
        self._thread = threading.Thread(
            target=self._run, args=(sink, self._acts), name=self._name, daemon=True
        )
        self._thread.start()

    def stop(self, timeout_s: float = 2.0) -> None:
        """Stop watching; wait ``timeout_s`` at most."""
        thread, self._thread = self._thread, None
        if thread is not None:
            self._removed.set()
            self._acts.put(None)
            thread.join(timeout_s)

    def present(self, name: str) -> None:
        """Present a card of the tray. A card that is present is removed first.

        :raises KeyError: the tray has no such card.
        """
        card = self._tray[name]
        self._removed.set()
        self._removed = threading.Event()
        self._acts.put(_Present(card, self._removed))

    def remove(self) -> None:
        """Remove the card; does nothing if there is none."""
        self._removed.set()
        self._acts.put(_Remove())

    def break_down(self, fault: Fault) -> None:
        """Make the reader fail with ``fault`` until ``repair``. Until then it notices no card."""
        self._acts.put(_BreakDown(fault))

    def repair(self) -> None:
        """Make the reader work again."""
        self._acts.put(_BreakDown(None))

    def _run(self, sink: Sink, acts: queue.Queue[_Present | _Remove | _BreakDown | None]) -> None:
        self._reported = False
        self._set_status(sink, None)
        while True:
            act = acts.get()
            match act:
                case None:
                    return
                case _BreakDown(fault=fault):
                    self._set_status(sink, fault)
                case _Remove():
                    self._remove(sink)
                case _Present(card=card, removed=removed):
                    self._remove(sink)
                    if self._status.fault is None:
                        self._read(sink, card, removed)

    def _read(self, sink: Sink, card: SampleCard, removed: threading.Event) -> None:
        noticed = time.monotonic()
        self._reported = True
        sink(CardPresented(self._name, noticed))
        if self._delay_s and removed.wait(min(self._delay_s, self._limit_s)):
            sink(CardFailed(self._name, CARD_PULLED))
            return
        if self._delay_s > self._limit_s:
            sink(CardFailed(self._name, not_in_time(self._limit_s)))
            return
        made = time.monotonic()
        if isinstance(card.make, Fault):
            sink(CardFailed(self._name, card.make))
            return
        if isinstance(card.make, OperatorCard):
            sink(OperatorCardRead(self._name, card.make, True))
            return
        identity = card.make()
        own = (time.monotonic() - made) * 1000
        sink(CardRead(self._name, identity, True, (made - noticed) * 1000, own))

    def _remove(self, sink: Sink) -> None:
        if self._reported:
            self._reported = False
            sink(CardRemoved(self._name))

    def _set_status(self, sink: Sink, fault: Fault | None) -> None:
        status = DeviceStatus.ONLINE if fault is None else DeviceStatus.OFFLINE
        after = ReaderStatus(status, fault, fault.detail if fault else "")
        changed = after != self._status
        self._status = after
        if changed:
            sink(ReaderChanged(self._name, after))
