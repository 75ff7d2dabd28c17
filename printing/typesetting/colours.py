"""The colours of printed guides: those of the screen's standard theme (docs/design-language.md).

Each keeps a contrast of at least 7:1 to the ground on which it is used, also without colour.
"""

from __future__ import annotations

from .sheet import Colour

WHITE: Colour = (0xFF, 0xFF, 0xFF)
GROUND: Colour = (0xF6, 0xF3, 0xEC)
"""Behind what belongs together."""
INK: Colour = (0x14, 0x21, 0x2B)
WATER: Colour = (0x0E, 0x3A, 0x4F)
"""The station itself."""
GREEN: Colour = (0x0B, 0x5D, 0x4B)
"""What to do next."""
EARTH: Colour = (0x8A, 0x34, 0x10)
"""Help."""
