"""How often a trembling finger presses another control than the one at which it is aimed.

Used by the gallery. A touch is aimed at the middle of a control and lands beside it with a normal
distribution in both directions. A touch that lands on no control is a miss: nothing happens and the
person tries again. A touch that lands on another control is wrong.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from .findings import Box, ControlSeen

SIGMA_MM = 4.0
"""Standard deviation of where the finger lands. Misses at the ages of 67 to 81 average 3.4 mm
(accessibility reference)."""


class Wrong(NamedTuple):
    """The share of touches aimed at ``control`` that press another one, most of them ``other``."""

    control: ControlSeen
    other: ControlSeen
    share: float


def wrong_touches(controls: Sequence[ControlSeen], mm_per_px: float) -> list[Wrong]:
    """Return the share of wrong touches for each control that can be pressed, 0 to 1."""
    pressable = [control for control in controls if control.enabled]
    found = []
    for aimed in pressable:
        shares = [
            (_share(aimed.box, other.box, mm_per_px), other)
            for other in pressable
            if other is not aimed
        ]
        if shares:
            _, most = max(shares, key=lambda each: each[0])
            found.append(Wrong(aimed, most, sum(share for share, _ in shares)))
    return found


def _share(aimed: Box, other: Box, mm_per_px: float) -> float:
    """Return the share of touches aimed at the middle of one box that land in the other."""
    x, y = aimed.x + aimed.w / 2, aimed.y + aimed.h / 2
    across = _below((other.x + other.w - x) * mm_per_px) - _below((other.x - x) * mm_per_px)
    down = _below((other.y + other.h - y) * mm_per_px) - _below((other.y - y) * mm_per_px)
    return across * down


def _below(distance_mm: float) -> float:
    """Return the share of touches that land less far than this in one direction."""
    return (1 + math.erf(distance_mm / (SIGMA_MM * math.sqrt(2)))) / 2
