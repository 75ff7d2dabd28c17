"""A reader without hardware: a tray of sample cards, for the demo and tests of the layers above.

It speaks the same events as any reader, from a thread of its own. It is no part of a real station
and never pretends to be one: its name and its cards say what they are.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ..cards.reading import READ_LIMIT_S, not_in_time
from ..faults import CARD_PULLED
from ..health import DeviceStatus, Fault
from ..identity import Identity
from ..operator import OperatorCard
from .protocol import (
    CardFailed,
    CardLaid,
    CardLifted,
    CardRead,
    OperatorCardRead,
    ReaderChanged,
    ReaderStatus,
    Sink,
)


@dataclass(frozen=True, slots=True)
class SampleCard:
    """A card of the tray.

    ``name`` is its key ("wang"), ``kind`` what sort of card it is, ``title`` what the tray shows.
    ``make`` gives a new identity at each reading; an operator's card or a fault in its place is
    what the reading gives.
    """

    name: str
    kind: str
    title: str
    make: Callable[[], Identity] | OperatorCard | Fault

    @property
    def for_operators(self) -> bool:
        """Whether it is a card of the terminal's own, not a resident's."""
        return isinstance(self.make, OperatorCard)


@dataclass(frozen=True, slots=True)
class _Lay:
    card: SampleCard
    lifted: threading.Event


@dataclass(frozen=True, slots=True)
class _Lift:
    pass


@dataclass(frozen=True, slots=True)
class _BreakDown:
    fault: Fault | None
    """``None`` mends."""


class SimulatedReader:
    """A reader whose cards are presented by calls. ``delay_s`` stands for the card's own time; a
    reading that takes longer than ``limit_s`` fails, as on every reader."""

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
        self._acts: queue.Queue[_Lay | _Lift | _BreakDown | None] = queue.Queue()
        self._status = ReaderStatus(DeviceStatus.UNKNOWN)
        self._thread: threading.Thread | None = None
        self._lifted = threading.Event()
        """Set once the card last laid on is to be taken away (one event a laying-on)."""
        self._lies = False

    @property
    def name(self) -> str:
        """The reader's name in configuration and in events."""
        return self._name

    @property
    def tray(self) -> tuple[SampleCard, ...]:
        """The cards that can be laid on."""
        return tuple(self._tray.values())

    def status(self) -> ReaderStatus:
        """The state as last known; never blocks."""
        return self._status

    def start(self, sink: Sink) -> None:
        """Begin to watch; events come to ``sink`` on the reader's own thread."""
        if self._thread is not None:
            raise RuntimeError("the reader runs already")
        self._acts = queue.Queue()
        self._thread = threading.Thread(
            target=self._run, args=(sink, self._acts), name=self._name, daemon=True
        )
        self._thread.start()

    def stop(self, timeout_s: float = 2.0) -> None:
        """Stop watching; waits ``timeout_s`` at most."""
        thread, self._thread = self._thread, None
        if thread is not None:
            self._lifted.set()
            self._acts.put(None)
            thread.join(timeout_s)

    def lay(self, name: str) -> None:
        """Lay a card of the tray on, lifting one that lies there; ``KeyError`` for no such card."""
        card = self._tray[name]
        self._lifted.set()
        self._lifted = threading.Event()
        self._acts.put(_Lay(card, self._lifted))

    def lift(self) -> None:
        """Take the card away; nothing happens where there is none."""
        self._lifted.set()
        self._acts.put(_Lift())

    def break_down(self, fault: Fault) -> None:
        """Let the reader fail with ``fault`` until it is mended; cards go unnoticed meanwhile."""
        self._acts.put(_BreakDown(fault))

    def mend(self) -> None:
        """Let the reader work again."""
        self._acts.put(_BreakDown(None))

    def _run(self, sink: Sink, acts: queue.Queue[_Lay | _Lift | _BreakDown | None]) -> None:
        self._lies = False
        self._set_status(sink, None)
        while True:
            act = acts.get()
            match act:
                case None:
                    return
                case _BreakDown(fault=fault):
                    self._set_status(sink, fault)
                case _Lift():
                    self._lift(sink)
                case _Lay(card=card, lifted=lifted):
                    self._lift(sink)
                    if self._status.fault is None:
                        self._read(sink, card, lifted)

    def _read(self, sink: Sink, card: SampleCard, lifted: threading.Event) -> None:
        noticed = time.monotonic()
        self._lies = True
        sink(CardLaid(self._name, noticed))
        if self._delay_s and lifted.wait(min(self._delay_s, self._limit_s)):
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

    def _lift(self, sink: Sink) -> None:
        if self._lies:
            self._lies = False
            sink(CardLifted(self._name))

    def _set_status(self, sink: Sink, fault: Fault | None) -> None:
        status = DeviceStatus.ONLINE if fault is None else DeviceStatus.OFFLINE
        after = ReaderStatus(status, fault, fault.detail if fault else "")
        changed = after != self._status
        self._status = after
        if changed:
            sink(ReaderChanged(self._name, after))
