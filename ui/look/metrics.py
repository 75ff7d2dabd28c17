"""Sizes in millimetres on the real screen, and the type scale of each mode.

For every page and widget: nothing here or above it is sized in pixels of somebody's desk. The
floors come from the accessibility reference and are never undercut, however small the screen.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

from terminal.session.model import Mode

STANDARD_FLOOR_MM = 6.6
"""Smallest em in standard mode: its Latin capitals are 4.8 mm high (EN 301 549, 402.4)."""
ELDER_FLOOR_MM = 8.5
"""Smallest em in elder mode (24 pt): read whole at 20/100 from 600 mm."""
TOUCH_MM = 12.7
"""Smallest side of a touch target (VVSG practice)."""
ELDER_TOUCH_MM = 18.0
TOUCH_GAP_MM = 2.54
"""Smallest gap between two targets (VVSG practice)."""

_PORTRAIT_WIDTH_MM = 268.0
"""Of the 21.5" portrait screen, on which the scale's base sizes were drawn."""
_LANDSCAPE_HEIGHT_MM = 330.0
"""Height at which a landscape page has room for the base sizes."""
_TYPE_YIELDS = 0.6
"""Type gives way more slowly than space does."""
_ROOM_LEAST = 0.62
_ROOM_MOST = 1.15


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
        """Whether it stands upright."""
        return self.height_px > self.width_px

    def mm(self, length: float) -> int:
        """A length of ``length`` millimetres in whole pixels, at least one."""
        return max(1, round(length * self.px_per_mm))

    def em(self, size: float) -> int:
        """A type size of ``size`` millimetres in pixels; rounded up, so no floor is undercut."""
        return max(1, math.ceil(size * self.px_per_mm - 1e-6))

    @property
    def room(self) -> float:
        """How much of the base sizes this screen has room for (1: the 21.5" portrait screen)."""
        if self.portrait:
            room = min(self.width_mm / _PORTRAIT_WIDTH_MM, self.height_mm / 420.0)
        else:
            room = min(self.height_mm / _LANDSCAPE_HEIGHT_MM, self.width_mm / 400.0)
        return min(_ROOM_MOST, max(_ROOM_LEAST, room))

    @property
    def compact(self) -> bool:
        """Whether pages must give up what is pleasant for what is needed (a 15" screen)."""
        return self.room < 0.75


class Role(StrEnum):
    """What a piece of text is on its page; each has one size a mode."""

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


# Base sizes in millimetres (em), at room 1.
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
    """The sizes of one mode on one screen; everything in pixels is made here."""

    screen: Screen
    mode: Mode
    squeeze: float = 1.0
    """Under 1 where a page has more to say than its screen has room for; floors hold."""

    @property
    def elder(self) -> bool:
        """Whether these are the elder pages."""
        return self.mode is Mode.ELDER

    @property
    def floor_mm(self) -> float:
        """The smallest em of this mode."""
        return ELDER_FLOOR_MM if self.elder else STANDARD_FLOOR_MM

    def type_mm(self, role: Role) -> float:
        """The em of ``role`` in millimetres."""
        base = (_ELDER if self.elder else _STANDARD)[role]
        yielding: float = self.squeeze**_TYPE_YIELDS
        return max(self.floor_mm, base * self.screen.room * yielding)

    def type_px(self, role: Role) -> int:
        """The em of ``role`` in pixels."""
        return self.screen.em(self.type_mm(role))

    def mm(self, length: float) -> int:
        """Millimetres to pixels, as they are (hairlines, minima)."""
        return self.screen.mm(length)

    def space(self, length: float) -> int:
        """A distance of ``length`` millimetres at room 1, less where there is less room."""
        return self.screen.mm(length * self.screen.room * self.squeeze)

    def gap(self, length: float) -> int:
        """A distance between touch targets: as ``space``, but never under the minimum."""
        return self.screen.mm(max(TOUCH_GAP_MM, length * self.screen.room * self.squeeze))

    def touch(self, length: float) -> int:
        """The side of a touch target: as ``space``, but never under the minimum of the mode."""
        least = ELDER_TOUCH_MM if self.elder else TOUCH_MM
        return self.screen.mm(max(least, length * self.screen.room * self.squeeze))
