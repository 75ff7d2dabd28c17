"""The delays and time limits of the serial SAM_V reader, each with its unit and reason.

For ``SamvSerialReader``; tests pass shorter ones.
"""

from __future__ import annotations

from dataclasses import dataclass

from ...cards.reading import READ_LIMIT_S


@dataclass(frozen=True, slots=True)
class Timing:
    """In seconds. The transmission time of the line is added to ``answer`` and ``read``."""

    find: float = 0.3
    """Between two searches for a card. Short enough that a person notices no delay, and long
    enough that the module does not get warm."""
    answer: float = 1.0
    """Limit for the first byte of an answer, except to a read. Modules answer within 0.3 s."""
    read: float = 3.0
    """Limit for the first byte of text and photo. The module reads the whole card first, which
    takes 1 to 1.5 s."""
    gap: float = 0.25
    """Silence within a frame after which it is considered truncated. USB bridges pause for up to
    0.1 s."""
    probe: float = 0.3
    """Limit for the answer to the status command while the line rate is searched for."""
    retry: float = 0.5
    """Between two attempts to open the port or to find the module."""
    stuck: float = 10.0
    """A call on the port that takes longer is considered hung in the driver. Every call of this
    package ends within 5 s otherwise."""
    reading: float = READ_LIMIT_S
    """The whole reading of a card, with all retries."""
    slice: float = 0.05
    """Longest single wait on the port, and so the longest delay of ``stop``."""
