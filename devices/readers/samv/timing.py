"""The delays of the serial SAM_V reader, each with its unit and reason, all injectable.

For ``SamvSerialReader`` and its tests.
"""

from __future__ import annotations

from dataclasses import dataclass

from devices.cards.reading import READ_LIMIT_S


@dataclass(frozen=True, slots=True)
class Timing:
    """Seconds. Transmission at the line's rate is added to ``answer`` and ``read``."""

    find: float = 0.3
    """Between two questions for a card: a person does not notice it, the module stays cool."""
    answer: float = 1.0
    """First byte of an answer to anything but a read: modules answer within 0.3 s."""
    read: float = 3.0
    """First byte of text and photo: the module reads the whole card first, 1 to 1.5 s."""
    gap: float = 0.25
    """Silence within a frame after which the rest will not come (USB bridges pause up to 0.1)."""
    probe: float = 0.3
    """Answer to the status command while the line's rate is being looked for."""
    retry: float = 0.5
    """Between two attempts to open the port or to find the module."""
    stuck: float = 10.0
    """A call on the port that lasts longer hangs in the driver: all of ours end within 5."""
    reading: float = READ_LIMIT_S
    """A card's whole reading, whatever each answer takes and however often it is asked for."""
    slice: float = 0.05
    """Longest single wait on the port, so that ``stop`` is heard."""
