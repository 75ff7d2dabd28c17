"""The delays and time limits of the PC/SC reader, each with its unit and reason.

For ``PcscReader``; tests pass shorter ones.
"""

from __future__ import annotations

from dataclasses import dataclass

from ...cards.reading import READ_LIMIT_S


@dataclass(frozen=True, slots=True)
class Timing:
    """In seconds, unless the name has another unit."""

    slice_ms: int = 200
    """Longest single wait for a change, and so the longest delay of ``stop``. SCardCancel is not
    used: it opens a second connection, which blocks if the service hangs, and it has no effect
    between two waits. Five wake-ups a second cost nothing measurable."""
    retry: float = 0.25
    """Between two attempts to reach the service. A service that starts is noticed within 1 s and
    the reader is ready within 2 s."""
    grace: float = 1.0
    """Time for a service that has just started to find its readers. An empty list is a fault only
    after that."""
    busy: float = 3.0
    """How long another program may use the card before the reader is reported as busy."""
    settle: float = 0.6
    """How long a card may not respond because it is not yet fully inserted."""
    connect_retry: float = 0.1
    """Between two attempts to connect, after a code that may be temporary."""
    reappear: float = 1.0
    """When to read a card again whose reading broke off, if the service reports no removal. The
    card was removed and inserted between two polls: readers poll two or three times a second."""
    stuck: float = 10.0
    """A library call that takes longer is considered hung. Connecting was seen to take 7 s."""
    reading: float = READ_LIMIT_S
    """The whole reading of a card: connecting and all commands together."""
    join: float = 2.0
    """How long the supervisor, when it stops, waits for the watching thread to end."""
