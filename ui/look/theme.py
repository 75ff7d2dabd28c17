"""The one place for colour, radius and rhythm.

For every widget; it names what a colour is for, so that meaning never rests on the hue alone.
Each pair of text and ground here has a contrast of 7:1 or more (WCAG 1.4.6); a test computes it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Colour(StrEnum):
    """The palette."""

    PAPER = "#F6F3EC"
    """The ground of every page."""
    INK = "#14212B"
    WATER = "#0E3A4F"
    """The station itself: header, pictures, outlines of what can be touched."""
    WATER_DEEP = "#092B3B"
    MIST = "#DDEAED"
    """Behind icons; a pale tint of water."""
    GREEN = "#0B5D4B"
    """Go on."""
    GREEN_DEEP = "#084839"
    LEAF = "#E3F0EA"
    """Behind what is done."""
    EARTH = "#8A3410"
    """Help and trouble."""
    EARTH_DEEP = "#6E280B"
    CLAY = "#FDF0E8"
    """Behind trouble."""
    OCHRE = "#F2B84B"
    """A pointer, and the ground of the trial's mark."""
    HONEY = "#FFF6DF"
    """Behind something to remember."""
    WHITE = "#FFFFFF"
    SAND = "#DCD5C4"
    """Hairlines around what is only to be read."""
    STONE = "#EBE6DA"
    """Behind what cannot be chosen now."""
    SLATE = "#3A454E"
    """Quieter text, still 7:1 on every light ground."""


@dataclass(frozen=True, slots=True)
class Tone:
    """A surface: its ground, the text on it, its edge, and its ground while pressed."""

    ground: Colour
    text: Colour
    edge: Colour | None
    pressed: Colour
    quiet: Colour
    """For the second line on this ground."""


PRIMARY = Tone(Colour.GREEN, Colour.WHITE, None, Colour.GREEN_DEEP, Colour.WHITE)
SECONDARY = Tone(Colour.WHITE, Colour.WATER, Colour.WATER, Colour.MIST, Colour.SLATE)
STATION = Tone(Colour.WATER, Colour.WHITE, None, Colour.WATER_DEEP, Colour.WHITE)
HELP = Tone(Colour.EARTH, Colour.WHITE, None, Colour.EARTH_DEEP, Colour.WHITE)
ABSENT = Tone(Colour.STONE, Colour.SLATE, None, Colour.STONE, Colour.SLATE)
"""What cannot be chosen now: no edge, nothing that invites a finger."""

HERE = Tone(Colour.MIST, Colour.WATER, None, Colour.MIST, Colour.WATER)
"""The one of several that is open already: no edge, for a touch would change nothing."""

PLAIN = Tone(Colour.WHITE, Colour.INK, Colour.SAND, Colour.WHITE, Colour.SLATE)
TROUBLE = Tone(Colour.CLAY, Colour.INK, Colour.EARTH, Colour.CLAY, Colour.INK)
REMEMBER = Tone(Colour.HONEY, Colour.INK, Colour.OCHRE, Colour.HONEY, Colour.INK)
DONE = Tone(Colour.LEAF, Colour.INK, Colour.GREEN, Colour.LEAF, Colour.INK)

RADIUS_MM = 5.8
"""Of cards and buttons."""
EDGE_MM = 0.75
"""Of what can be touched."""
HAIRLINE_MM = 0.35
LINE_SPACING = 1.42
"""Distance of two lines of reading text, in em (the reference asks for 1.3 and 1.5)."""
TITLE_SPACING = 1.22


def luminance(colour: str) -> float:
    """Relative luminance of ``#RRGGBB`` (WCAG 2.2)."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast of two colours, 1 to 21 (WCAG 2.2, 1.4.6)."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)
