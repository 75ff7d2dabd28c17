"""The interface of every card reader: its events and its state.

A reader owns its threads and its library. It turns every exception into an event with a fault. Only
``stop`` may block the caller.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from ..health import DeviceStatus, Fault
from ..identity import Identity
from ..operator import OperatorCard


@dataclass(frozen=True, slots=True)
class ReaderStatus:
    """A reader's current state. ``fault`` is why it is not ``ONLINE``; ``detail`` is for staff."""

    status: DeviceStatus
    fault: Fault | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class ReaderChanged:
    """The reader's state changed."""

    reader: str
    status: ReaderStatus


@dataclass(frozen=True, slots=True)
class CardPresented:
    """A card was presented and is being read. ``at`` is when it was noticed, in seconds of
    ``time.monotonic()``."""

    reader: str
    at: float


@dataclass(frozen=True, slots=True)
class CardRead:
    """The card was read.

    ``presence_known`` is false if the reader cannot notice a removal (SAM_V after a read).
    ``card_ms`` is the time that the card's commands took since the card was noticed; ``own_ms`` is
    the rest of the time until it was read.
    """

    reader: str
    identity: Identity
    presence_known: bool
    card_ms: float
    own_ms: float


@dataclass(frozen=True, slots=True)
class OperatorCardRead:
    """An operator card was read; reported instead of ``CardRead``.

    ``again``: this card was reported before, and its removal was not seen (the service or the
    reader was restarted while it was present). So it was not presented a second time.
    """

    reader: str
    card: OperatorCard
    presence_known: bool
    again: bool = False


@dataclass(frozen=True, slots=True)
class CardFailed:
    """The card could not be read, because of ``fault``. ``presence_known``: as in ``CardRead``."""

    reader: str
    fault: Fault
    presence_known: bool = True


@dataclass(frozen=True, slots=True)
class CardRemoved:
    """The card was removed."""

    reader: str


ReaderEvent = ReaderChanged | CardPresented | CardRead | OperatorCardRead | CardFailed | CardRemoved
Sink = Callable[[ReaderEvent], None]


class Reader(Protocol):
    """A reader of any kind (PC/SC, SAM_V over serial, simulated)."""

    @property
    def name(self) -> str:
        """The reader's name in configuration and in events."""
        ...

    def status(self) -> ReaderStatus:
        """Return the last known state; never blocks."""
        ...

    def start(self, sink: Sink) -> None:
        """Begin to watch. ``sink`` gets the events on a thread of the reader."""
        ...

    def stop(self, timeout_s: float = 2.0) -> None:
        """Stop watching and release the device; wait ``timeout_s`` at most."""
        ...


@runtime_checkable
class MayNeedRestart(Protocol):
    """A device whose library can hang for ever. Each such call costs a thread, up to a limit."""

    @property
    def needs_restart(self) -> bool:
        """Whether the limit is reached: the device works again only after a restart."""
        ...
