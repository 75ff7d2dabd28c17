"""The delays of the PC/SC reader, each with its unit and reason, and all of them injectable.

For ``PcscReader`` and its tests.
"""

from __future__ import annotations

from dataclasses import dataclass

from devices.cards.reading import READ_LIMIT_S


@dataclass(frozen=True, slots=True)
class Timing:
    """Seconds unless the name says otherwise."""

    slice_ms: int = 200
    """Longest single wait for a change. Slices instead of SCardCancel: cancelling opens a second
    connection, which blocks when the service is wedged, and is lost when it comes between two
    waits. Five wake-ups a second cost nothing; ``stop`` takes one slice at most."""
    retry: float = 0.25
    """Between two attempts to reach the service: noticed within 1 s, ready within 2 s."""
    grace: float = 1.0
    """A fresh service may not have found its readers yet; only then is an empty list a fault."""
    busy: float = 3.0
    """How long another program may hold the card before it is called busy."""
    settle: float = 0.6
    """How long a card may be mute while a hand still pushes it into the contacts."""
    connect_retry: float = 0.1
    """Between two attempts to connect, where another one may help."""
    reappear: float = 1.0
    """A card that was pulled while it was read, and that the service never saw leave, lies there
    again (readers look for a card two or three times a second): it is read anew after this."""
    stuck: float = 10.0
    """A library call that lasts longer will not come back: connecting was seen to take 7 s."""
    reading: float = READ_LIMIT_S
    """A card's whole reading, connecting included, whatever each call takes."""
    join: float = 2.0
    """How long the supervisor waits, once told to stop, for the thread that watches."""
