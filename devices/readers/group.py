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
    CardPresented,
    CardRead,
    CardRemoved,
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
    """The name of the chosen reader, whose card the visit belongs to."""
    settled: bool = False
    """Whether a card was read on the chosen reader. Until then, the reader is chosen only because a
    card was presented to it."""
    announced: set[str] = field(default_factory=set)
    """Readers whose card was reported, so that its removal must be reported too."""
    waiting: dict[str, CardRead] = field(default_factory=dict)
    """Cards read on other readers while the chosen reader is still reading, by reader."""


class ReaderGroup:
    """All readers of a station as one ``Reader``. Each event keeps the name of its own reader.

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
            raise ValueError("two readers have the same name")
        self._readers = tuple(readers)
        self._name = name
        self._lock = threading.RLock()
        self._state = _State()

    @property
    def name(self) -> str:
        """The group's name. Events carry the name of the reader, not this one."""
        return self._name

    @property
    def readers(self) -> tuple[Reader, ...]:
        """The readers, in the order of the constructor."""
        return self._readers

    @property
    def chosen(self) -> str | None:
        """The name of the chosen reader; ``None`` if none is chosen."""
        return self._state.chosen

    def status(self) -> ReaderStatus:
        """Return ``ONLINE`` if any reader is online, else the state with the fault of the highest
        precedence."""
        states = [reader.status() for reader in self._readers]
        for state in states:
            if state.status is DeviceStatus.ONLINE:
                return state
        if not states:
            return ReaderStatus(DeviceStatus.NO_DEVICE)
        return min(states, key=lambda state: precedence(state.fault))

    def start(self, sink: Sink) -> None:
        """Start every reader. ``sink`` gets one event at a time."""
        self._state = _State()
        for reader in self._readers:
            reader.start(lambda event: self._pass(event, sink))

    def stop(self, timeout_s: float = 2.0) -> None:
        """Stop every reader, within ``timeout_s`` for all of them together."""
        with self._lock:  # before stopping: the chosen reader may report its card while it stops
            self._forget_waiting()
        until = time.monotonic() + timeout_s
        for reader in self._readers:
            reader.stop(max(0.0, until - time.monotonic()))
        with self._lock:
            self._forget_waiting()

    def release(self, unless: Callable[[], bool] = lambda: False) -> None:
        """Release the chosen reader at the end of a visit; the next card may come on any reader.

        ``unless`` is called under the lock, so that no event is reported between the call and the
        release. If it returns true, nothing is released: an event that was reported has not been
        processed yet, and its card may begin the next visit.
        """
        with self._lock:
            if not unless():
                self._state.chosen, self._state.settled = None, False
                self._forget_waiting()

    def _pass(self, event: ReaderEvent, sink: Sink) -> None:
        # The sink is called under the lock, so that events of two readers do not interleave. A sink
        # only adds the event to a queue, so the lock is held briefly.
        with self._lock:
            for reported in self._judge(event):
                sink(reported)

    def _judge(self, event: ReaderEvent) -> list[ReaderEvent]:
        """Return the events to report for ``event``: none, or itself and those that waited."""
        state = self._state
        match event:
            case ReaderChanged():
                return [event]
            case CardPresented(reader=reader):
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
                    # During a visit this may be a staff card that the visit waits for.
                    return [event] if state.settled else []
                return [*self._announce(reader), event, *self._unchoose(reader)]
            case CardRemoved(reader=reader):
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
        """Return the events of the cards that waited: for each, that it is present and was read."""
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
        """Return the event of a card's presentation if it was not reported at the time."""
        if reader in self._state.announced:
            return []
        self._state.announced.add(reader)
        return [CardPresented(reader, time.monotonic())]
