"""Several readers as one: the first card laid on any of them is the one that counts.

For stations with more than one reader. From the first card until ``release`` the others are quiet;
what they read meanwhile is forgotten at once. A card of the terminal's own always gets through.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from .faults import precedence
from .health import DeviceStatus
from .reader import (
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
    """Readers whose card was told above, and whose lifting will be."""


class ReaderGroup:
    """The readers of a station behind one ``Reader``; events keep the name of theirs.

    The chosen reader stays chosen until ``release`` (the session's end). A card that cannot be
    read chooses nothing: the person may lay it on the next reader. A card that lies on a quiet
    reader has to be laid on anew after ``release``: it may be one that was left behind.

    An operator's card gets through from any reader at any time. It chooses no reader and releases
    none, and on a quiet reader its laying on and its lifting stay untold. That a card could not be
    read there is told within a visit: staff whose card is refused must hear why.
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
        until = time.monotonic() + timeout_s
        for reader in self._readers:
            reader.stop(max(0.0, until - time.monotonic()))

    def release(self, unless: Callable[[], bool] = lambda: False) -> None:
        """The session is over: the next card on any reader counts.

        ``unless`` is asked where no event can come in between: true while one that was told is not
        taken in yet, so that the card it is about may count already.
        """
        with self._lock:
            if not unless():
                self._state.chosen, self._state.settled = None, False

    def _pass(self, event: ReaderEvent, sink: Sink) -> None:
        # The sink is called under the lock, so that events of two readers do not interleave; a sink
        # only queues (see Reader), so nobody waits for long.
        with self._lock:
            for told in self._judge(event):
                sink(told)

    def _judge(self, event: ReaderEvent) -> list[ReaderEvent]:
        """What is told above of an event: it, nothing, or a laying-on that was kept quiet first."""
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
            case CardRead(reader=reader, identity=identity):
                if state.chosen not in (None, reader):
                    identity.wipe()
                    return []
                state.chosen, state.settled = reader, True
                return [*self._announce(reader), event]
            case OperatorCardRead(reader=reader):
                self._unchoose(reader)
                return [event]
            case CardFailed(reader=reader):
                if state.chosen not in (None, reader):
                    # Once the visit has begun: it may be the staff card that the visit waits for.
                    return [event] if state.settled else []
                self._unchoose(reader)
                return [*self._announce(reader), event]
            case CardLifted(reader=reader):
                if reader not in state.announced:
                    return []
                state.announced.discard(reader)
                return [event]

    def _unchoose(self, reader: str) -> None:
        """The card that chose ``reader`` by being laid on is no resident's, or not readable."""
        if self._state.chosen == reader and not self._state.settled:
            self._state.chosen = None

    def _announce(self, reader: str) -> list[ReaderEvent]:
        """The laying-on of a card that was quiet when it was laid on, and counts now."""
        if reader in self._state.announced:
            return []
        self._state.announced.add(reader)
        return [CardLaid(reader, time.monotonic())]
