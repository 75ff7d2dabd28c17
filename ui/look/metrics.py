"""Sizes in millimetres on the real screen, and the type sizes of each mode.

Used by every page and widget; none of them gives a size in pixels. The minimum sizes come from the
accessibility reference and hold on every screen, however small.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

from terminal.session.model import Mode

STANDARD_FLOOR_MM = 6.6
"""Smallest em in standard mode: its Latin capitals are 4.8 mm high (EN 301 549, 402.4)."""
ELDER_FLOOR_MM = 8.5
"""Smallest em in elder mode (24 pt): readable at 20/100 from 600 mm."""
TOUCH_MM = 12.7
"""Smallest side of a touch target (VVSG practice)."""
ELDER_TOUCH_MM = 18.0
TOUCH_GAP_MM = 2.54
"""Smallest gap between two targets (VVSG practice)."""

_PORTRAIT_WIDTH_MM = 268.0
"""Width of the 21.5" portrait screen, for which the base sizes were designed."""
_LANDSCAPE_HEIGHT_MM = 330.0
"""Height at which a landscape page has space for the base sizes."""
_TYPE_YIELDS = 0.6
"""Exponent for type when a page is squeezed: type shrinks less than space does."""
_LEAST_SCALE = 0.62
_MOST_SCALE = 1.15


@dataclass(frozen=True, slots=True)
class Screen:
    """A screen: its pixels, and how many of them make a millimetre of the real one."""

    width_px: int
    height_px: int
    px_per_mm: float

    @property
    def width_mm(self) -> float:
        """Width in millimetres."""
        return self.width_px / self.px_per_mm

    @property
    def height_mm(self) -> float:
        """Height in millimetres."""
        return self.height_px / self.px_per_mm

    @property
    def portrait(self) -> bool:
        """Whether the screen is taller than wide."""
        return self.height_px > self.width_px

    def mm(self, length: float) -> int:
        """Return ``length`` millimetres in whole pixels, at least one."""
        return max(1, round(length * self.px_per_mm))

    def em(self, size: float) -> int:
        """Return a type size in pixels, rounded up so that it never falls below its minimum."""
        return max(1, math.ceil(size * self.px_per_mm - 1e-6))

    @property
    def scale(self) -> float:
        """Factor for the base sizes on this screen (1: the 21.5" portrait screen)."""
        if self.portrait:
            scale = min(self.width_mm / _PORTRAIT_WIDTH_MM, self.height_mm / 420.0)
        else:
            scale = min(self.height_mm / _LANDSCAPE_HEIGHT_MM, self.width_mm / 400.0)
        return min(_MOST_SCALE, max(_LEAST_SCALE, scale))

    @property
    def compact(self) -> bool:
        """Whether pages must leave out what is not necessary (a 15" screen)."""
        return self.scale < 0.75


class Role(StrEnum):
    """The role of a text on its page; each role has one size per mode."""

    TITLE = "title"
    HEADLINE = "headline"
    """The title inside a notice."""
    HEADING = "heading"
    LEDE = "lede"
    BODY = "body"
    BUTTON = "button"
    SMALL = "small"
    FOOT = "foot"
    CLOCK = "clock"
    DIGIT = "digit"


# Base sizes in millimetres (em), at scale 1.
_STANDARD = {
    Role.TITLE: 19.5,
    Role.HEADLINE: 15.5,
    Role.HEADING: 11.8,
    Role.LEDE: 10.2,
    Role.BODY: 9.0,
    Role.BUTTON: 11.4,
    Role.SMALL: 7.2,
    Role.FOOT: 7.6,
    Role.CLOCK: 11.0,
    Role.DIGIT: 16.0,
}
_ELDER = {
    Role.TITLE: 22.0,
    Role.HEADLINE: 18.0,
    Role.HEADING: 15.5,
    Role.LEDE: 12.4,
    Role.BODY: 11.4,
    Role.BUTTON: 15.0,
    Role.SMALL: 9.2,
    Role.FOOT: 9.6,
    Role.CLOCK: 12.0,
    Role.DIGIT: 18.0,
}


@dataclass(frozen=True, slots=True)
class Sizes:
    """The sizes of one mode on one screen, converted to pixels."""

    screen: Screen
    mode: Mode
    squeeze: float = 1.0
    """Below 1 if the page has more content than the screen has space for; the minimum sizes still
    hold."""

    @property
    def elder(self) -> bool:
        """Whether these are the elder pages."""
        return self.mode is Mode.ELDER

    @property
    def floor_mm(self) -> float:
        """The smallest em of this mode, in millimetres."""
        return ELDER_FLOOR_MM if self.elder else STANDARD_FLOOR_MM

    def type_mm(self, role: Role) -> float:
        """Return the em of ``role`` in millimetres."""
        base = (_ELDER if self.elder else _STANDARD)[role]
        yielding: float = self.squeeze**_TYPE_YIELDS
        return max(self.floor_mm, base * self.screen.scale * yielding)

    def type_px(self, role: Role) -> int:
        """Return the em of ``role`` in pixels."""
        return self.screen.em(self.type_mm(role))

    def mm(self, length: float) -> int:
        """Convert millimetres to pixels without scaling (hairlines, minimum sizes)."""
        return self.screen.mm(length)

    def space(self, length: float) -> int:
        """Return a distance in pixels: ``length`` millimetres at scale 1, adapted to the screen and
        the squeeze."""
        return self.screen.mm(length * self.screen.scale * self.squeeze)

    def gap(self, length: float) -> int:
        """Return the distance between two touch targets: as ``space``, but at least the minimum."""
        return self.screen.mm(max(TOUCH_GAP_MM, length * self.screen.scale * self.squeeze))

    def touch(self, length: float) -> int:
        """Return the side of a touch target: as ``space``, but at least the minimum of the mode."""
        least = ELDER_TOUCH_MM if self.elder else TOUCH_MM
        return self.screen.mm(max(least, length * self.screen.scale * self.squeeze))
