"""Defines all colours, radii and line distances.

Used by every widget. A colour is named for its purpose, and no meaning depends on the hue alone.
Each pair of text and background here has a contrast of 7:1 or more (WCAG 1.4.6), which a test
computes.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Colour(StrEnum):
    """The palette."""

    PAPER = "#F6F3EC"
    """Background of every page."""
    INK = "#14212B"
    WATER = "#0E3A4F"
    """The station itself: header, pictures, outlines of controls."""
    WATER_DEEP = "#092B3B"
    MIST = "#DDEAED"
    """Background of icons; a pale tint of ``WATER``."""
    GREEN = "#0B5D4B"
    """Buttons that continue the visit."""
    GREEN_DEEP = "#084839"
    LEAF = "#E3F0EA"
    """Background of what is done."""
    EARTH = "#8A3410"
    """Help and faults."""
    EARTH_DEEP = "#6E280B"
    CLAY = "#FDF0E8"
    """Background of faults."""
    OCHRE = "#F2B84B"
    """Arrows and the focus, and the background of the trial's mark."""
    HONEY = "#FFF6DF"
    """Background of reminders."""
    WHITE = "#FFFFFF"
    SAND = "#DCD5C4"
    """Thin edges around surfaces that are only read."""
    STONE = "#EBE6DA"
    """Background of what cannot be chosen now."""
    SLATE = "#3A454E"
    """Secondary text; it still has 7:1 on every light background."""


@dataclass(frozen=True, slots=True)
class Tone:
    """Colours of a surface: background, text, edge, and background while pressed."""

    ground: Colour
    text: Colour
    edge: Colour | None
    pressed: Colour
    quiet: Colour
    """Text colour of the second line."""


PRIMARY = Tone(Colour.GREEN, Colour.WHITE, None, Colour.GREEN_DEEP, Colour.WHITE)
SECONDARY = Tone(Colour.WHITE, Colour.WATER, Colour.WATER, Colour.MIST, Colour.SLATE)
STATION = Tone(Colour.WATER, Colour.WHITE, None, Colour.WATER_DEEP, Colour.WHITE)
HELP = Tone(Colour.EARTH, Colour.WHITE, None, Colour.EARTH_DEEP, Colour.WHITE)
ABSENT = Tone(Colour.STONE, Colour.SLATE, None, Colour.STONE, Colour.SLATE)
"""For controls that cannot be chosen now. They have no edge, so that they do not look touchable."""

CURRENT = Tone(Colour.MIST, Colour.WATER, None, Colour.MIST, Colour.WATER)
"""The one of several choices that is open already. It has no edge, because pressing it changes
nothing."""

PLAIN = Tone(Colour.WHITE, Colour.INK, Colour.SAND, Colour.WHITE, Colour.SLATE)
FAILURE = Tone(Colour.CLAY, Colour.INK, Colour.EARTH, Colour.CLAY, Colour.INK)
REMEMBER = Tone(Colour.HONEY, Colour.INK, Colour.OCHRE, Colour.HONEY, Colour.INK)
DONE = Tone(Colour.LEAF, Colour.INK, Colour.GREEN, Colour.LEAF, Colour.INK)

RADIUS_MM = 5.8
"""Corner radius of cards and buttons."""
EDGE_MM = 0.75
"""Width of the edge of controls."""
HAIRLINE_MM = 0.35
LINE_SPACING = 1.42
"""Distance between two lines of reading text, in em (the reference asks for 1.3 and 1.5)."""
TITLE_SPACING = 1.22


def luminance(colour: str) -> float:
    """Return the relative luminance of ``#RRGGBB`` (WCAG 2.2)."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours, 1 to 21 (WCAG 2.2, 1.4.6)."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)
