"""What every reader is to the rest of the terminal: a few events and a state.

A reader owns its thread and its library. It turns every exception into an event with a fault;
none of its methods but ``stop`` may block the caller.
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
    """A reader's state now. ``fault`` says why it is not ``ONLINE``; ``detail`` is for staff."""

    status: DeviceStatus
    fault: Fault | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class ReaderChanged:
    """The reader's own state changed."""

    reader: str
    status: ReaderStatus


@dataclass(frozen=True, slots=True)
class CardLaid:
    """A card was noticed; reading it has begun. ``at`` is ``time.monotonic()`` seconds."""

    reader: str
    at: float


@dataclass(frozen=True, slots=True)
class CardRead:
    """The card was read.

    ``presence_known`` is false where lifting cannot be noticed (SAM_V after a read).
    ``card_ms`` is the time inside the card's own commands, ``own_ms`` the rest, both from the
    moment the card was noticed.
    """

    reader: str
    identity: Identity
    presence_known: bool
    card_ms: float
    own_ms: float


@dataclass(frozen=True, slots=True)
class OperatorCardRead:
    """A card of the terminal's own was read, in place of ``CardRead``.

    ``again``: it was told before and never seen to leave (the service or the reader came back
    under it), so nobody has laid it on.
    """

    reader: str
    card: OperatorCard
    presence_known: bool
    again: bool = False


@dataclass(frozen=True, slots=True)
class CardFailed:
    """The card could not be read, and why; ``presence_known`` as of ``CardRead``."""

    reader: str
    fault: Fault
    presence_known: bool = True


@dataclass(frozen=True, slots=True)
class CardLifted:
    """The card was taken away."""

    reader: str


ReaderEvent = ReaderChanged | CardLaid | CardRead | OperatorCardRead | CardFailed | CardLifted
Sink = Callable[[ReaderEvent], None]


class Reader(Protocol):
    """A reader of any kind (PC/SC, SAM_V over serial, simulated)."""

    @property
    def name(self) -> str:
        """The reader's name in configuration and in events."""
        ...

    def status(self) -> ReaderStatus:
        """The state as last known; never blocks."""
        ...

    def start(self, sink: Sink) -> None:
        """Begin to watch; events come to ``sink`` on the reader's own thread."""
        ...

    def stop(self, timeout_s: float = 2.0) -> None:
        """Stop watching and release the device; waits ``timeout_s`` at most."""
        ...


@runtime_checkable
class WearsOut(Protocol):
    """A device whose library can hang for ever: each such call costs a thread, up to a cap."""

    @property
    def needs_restart(self) -> bool:
        """Whether the cap is reached, so that only a restart of the terminal helps."""
        ...
