"""Several readers as one: the first card presented to any of them begins the visit.

For stations with more than one reader. While the first card is being read, the other readers wait.
Once it is read, every card is passed on: the session ends the visit when the card is another
person's. Operator cards always pass.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from ..faults import precedence
from ..health import DeviceStatus
from .protocol import (
    CardFailed,
    CardLaid,
    CardLifted,
    CardRead,
    OperatorCardRead,
    Reader,
    ReaderChanged,
    ReaderEvent,
    ReaderStatus,
    Sink,
)


@dataclass(slots=True)
class _State:
    """Guarded by the group's lock."""

    chosen: str | None = None
    """The reader whose card counts."""
    settled: bool = False
    """Whether a card of the chosen reader was read; until then its being laid on chose it."""
    announced: set[str] = field(default_factory=set)
    """Readers whose card was reported, so that its removal must be reported too."""
    waiting: dict[str, CardRead] = field(default_factory=dict)
    """Cards read on other readers while the chosen reader is still reading, by reader."""


class ReaderGroup:
    """The readers of a station behind one ``Reader``; events keep the name of theirs.

    The chosen reader stays chosen until ``release`` (the end of the visit). A card that cannot be
    read chooses nothing: the person may present it to the next reader.

    A card that is read on another reader during the visit is passed on, with its presence; the
    session compares the two persons. If the chosen reader is still reading, that card waits until
    the reading ends, so that the first card is always the one that begins the visit.

    An operator card passes from any reader at any time. It neither chooses nor releases a reader.
    A failed reading on another reader is passed on during a visit only: staff must learn why their
    card was refused.
    """

    def __init__(self, readers: Sequence[Reader], name: str = "readers") -> None:
        if len({reader.name for reader in readers}) != len(readers):
            raise ValueError("two readers of one name")
        self._readers = tuple(readers)
        self._name = name
        self._lock = threading.RLock()
        self._state = _State()

    @property
    def name(self) -> str:
        """The group's name; events carry those of its readers."""
        return self._name

    @property
    def readers(self) -> tuple[Reader, ...]:
        """The readers, in the order given."""
        return self._readers

    @property
    def chosen(self) -> str | None:
        """The name of the reader whose card counts now."""
        return self._state.chosen

    def status(self) -> ReaderStatus:
        """``ONLINE`` while any reader is; else the state whose fault comes first in precedence."""
        states = [reader.status() for reader in self._readers]
        for state in states:
            if state.status is DeviceStatus.ONLINE:
                return state
        if not states:
            return ReaderStatus(DeviceStatus.NO_DEVICE)
        return min(states, key=lambda state: precedence(state.fault))

    def start(self, sink: Sink) -> None:
        """Start every reader; events come to ``sink`` one at a time."""
        self._state = _State()
        for reader in self._readers:
            reader.start(lambda event: self._pass(event, sink))

    def stop(self, timeout_s: float = 2.0) -> None:
        """Stop every reader, ``timeout_s`` for all of them together."""
        with self._lock:  # first: the chosen reader may still report its card while it stops
            self._forget_waiting()
        until = time.monotonic() + timeout_s
        for reader in self._readers:
            reader.stop(max(0.0, until - time.monotonic()))
        with self._lock:
            self._forget_waiting()

    def release(self, unless: Callable[[], bool] = lambda: False) -> None:
        """The session is over: the next card on any reader counts.

        ``unless`` is asked where no event can come in between: true while one that was told is not
        taken in yet, so that the card it is about may count already.
        """
        with self._lock:
            if not unless():
                self._state.chosen, self._state.settled = None, False
                self._forget_waiting()

    def _pass(self, event: ReaderEvent, sink: Sink) -> None:
        # The sink is called under the lock, so that events of two readers do not interleave; a sink
        # only queues (see Reader), so nobody waits for long.
        with self._lock:
            for told in self._judge(event):
                sink(told)

    def _judge(self, event: ReaderEvent) -> list[ReaderEvent]:
        """Return what to report for ``event``: nothing, or it with events that waited for it."""
        state = self._state
        match event:
            case ReaderChanged():
                return [event]
            case CardLaid(reader=reader):
                if state.chosen not in (None, reader):
                    return []
                state.chosen = reader
                state.announced.add(reader)
                return [event]
            case CardRead(reader=reader):
                if state.chosen not in (None, reader) and not state.settled:
                    self._forget_waiting(reader)
                    state.waiting[reader] = event
                    return []
                state.chosen, state.settled = reader, True
                return [*self._announce(reader), event, *self._waited()]
            case OperatorCardRead(reader=reader):
                self._forget_waiting(reader)
                return [event, *self._unchoose(reader)]
            case CardFailed(reader=reader):
                # A reader that does not see removals reports only what replaced a waiting card.
                self._forget_waiting(reader)
                if state.chosen not in (None, reader):
                    # During a visit: it may be the staff card that the visit waits for.
                    return [event] if state.settled else []
                return [*self._announce(reader), event, *self._unchoose(reader)]
            case CardLifted(reader=reader):
                self._forget_waiting(reader)
                if reader not in state.announced:
                    return []
                state.announced.discard(reader)
                return [event]

    def _unchoose(self, reader: str) -> list[ReaderEvent]:
        """Release ``reader``, whose card is an operator's or unreadable; pass on a waiting card."""
        state = self._state
        if state.chosen != reader or state.settled:
            return []
        state.chosen = None
        return self._waited()

    def _waited(self) -> list[ReaderEvent]:
        """Return the cards that waited for the chosen reader, each with its presence."""
        state = self._state
        passed: list[ReaderEvent] = []
        for reader, event in state.waiting.items():
            state.chosen, state.settled = reader, True
            passed += [*self._announce(reader), event]
        state.waiting.clear()
        return passed

    def _forget_waiting(self, reader: str | None = None) -> None:
        """Wipe the waiting card of ``reader``, or of every reader."""
        waiting = self._state.waiting
        for name in [reader] if reader is not None else list(waiting):
            if name in waiting:
                waiting.pop(name).identity.wipe()

    def _announce(self, reader: str) -> list[ReaderEvent]:
        """Return the presence of a card that was not reported when it was presented."""
        if reader in self._state.announced:
            return []
        self._state.announced.add(reader)
        return [CardLaid(reader, time.monotonic())]
