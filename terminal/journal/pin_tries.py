"""Wrong tries of the maintenance PIN, as the journal keeps them.

For the journal, which stores them, and for `terminal.staff.pin`, which counts them and locks.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PinTries:
    """The stored number of wrong tries. ``at`` is the last wrong try in Unix seconds."""

    wrong: int = 0
    at: float = 0.0
