"""Sizes in millimetres on the real screen: one table of them for each mode.

Used by every page and widget; none of them gives a size in pixels. The minimum sizes come from the
accessibility reference and hold on every screen, however small.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from terminal.session.model import Mode

VIEWING_DISTANCE_MM = 600.0
"""Distance from the eyes to the screen if the configuration gives no other."""
LOWER_EDGE_MM = 700.0
"""Height of the screen's lower edge above the floor if the configuration gives no other."""
REACH_MM = (380.0, 1120.0)
"""Least and greatest height of a control above the floor in low reach (EN 301 549, 8.3.4: over an
obstruction such as a shelf)."""
CAPITAL_EM = 0.733
"""Height of a capital H in em (Noto Sans CJK)."""
LEAST_ANGLE_DEG = 0.7
"""Least angle under which a capital H is seen (EN 301 549, 5.1.4)."""

TERSE_EM = 20.0
"""Least height of a screen in em of its smallest type. Header and foot take half of a lower one,
if they are not single lines."""
_PORTRAIT_WIDTH_MM = 268.0
"""Width of the 21.5" portrait screen, for which the base sizes were designed."""
_LANDSCAPE_HEIGHT_MM = 330.0
"""Height at which a landscape page has space for the base sizes."""
_TYPE_YIELDS = 0.6
"""Exponent for type when a page is squeezed: type shrinks less than space does."""
_LEAST_SCALE = 0.62
_MOST_SCALE = 1.15

PROSE_EM = 34
"""Longest line of continuous text, in characters (WCAG 1.4.8 allows 40)."""


@dataclass(frozen=True, slots=True)
class Screen:
    """A screen: its pixels, and how many of them make a millimetre of the real one."""

    width_px: int
    height_px: int
    px_per_mm: float
    viewing_distance_mm: float = VIEWING_DISTANCE_MM
    lower_edge_mm: float = LOWER_EDGE_MM
    """Height of its lower edge above the floor."""
    low_reach: bool = False
    """Whether all controls must be within reach of a person in a wheelchair."""

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

    @property
    def above_reach_px(self) -> int:
        """Height of the part at the top that may have no control."""
        too_high_mm = self.lower_edge_mm + self.height_mm - REACH_MM[1]
        return math.ceil(max(0.0, too_high_mm) * self.px_per_mm) if self.low_reach else 0

    @property
    def below_reach_px(self) -> int:
        """Height of the part at the bottom that may have no control."""
        too_low_mm = REACH_MM[0] - self.lower_edge_mm
        return math.ceil(max(0.0, too_low_mm) * self.px_per_mm) if self.low_reach else 0

    @property
    def free_height_px(self) -> int:
        """Height of the part where controls may be."""
        return self.height_px - self.above_reach_px - self.below_reach_px

    def mm(self, length: float) -> int:
        """Return ``length`` millimetres in whole pixels, at least one."""
        return max(1, round(length * self.px_per_mm))

    def em(self, size: float) -> int:
        """Return a type size in pixels, rounded up so that it never falls below its minimum."""
        return max(1, math.ceil(size * self.px_per_mm - 1e-6))

    def angle_deg(self, em_mm: float) -> float:
        """Return the angle under which a capital H of this em is seen."""
        return math.degrees(2 * math.atan(em_mm * CAPITAL_EM / 2 / self.viewing_distance_mm))

    def em_mm_at(self, angle_deg: float) -> float:
        """Return the em whose capital H is seen under this angle."""
        return 2 * self.viewing_distance_mm * math.tan(math.radians(angle_deg) / 2) / CAPITAL_EM

    @property
    def scale(self) -> float:
        """Factor for the base sizes on this screen (1: the 21.5" portrait screen)."""
        height_mm = self.free_height_px / self.px_per_mm
        if self.portrait:
            scale = min(self.width_mm / _PORTRAIT_WIDTH_MM, height_mm / 420.0)
        else:
            scale = min(height_mm / _LANDSCAPE_HEIGHT_MM, self.width_mm / 400.0)
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


@dataclass(frozen=True, slots=True)
class ModeSizes:
    """The sizes of one mode in millimetres. Minima hold on every screen; the others at scale 1."""

    floor_mm: float
    """Smallest em."""
    angle_deg: float
    """Least angle under which a capital H is seen; 0: the floor alone decides."""
    touch_mm: float
    """Smallest side of a touch target."""
    gap_mm: float
    """Smallest gap between two targets."""
    type_mm: Mapping[Role, float]
    """Em of each role."""
    tremor_share: float = 0.001
    """Largest share of touches with a trembling finger that may press another control, 0 to 1."""
    line_spacing: float = 1.42
    """Distance of two lines of reading text, in em (the reference asks for 1.3 and 1.5)."""
    title_spacing: float = 1.22
    radius_mm: float = 5.8
    """Corner radius of cards and buttons."""
    edge_mm: float = 0.75
    """Width of the edge of controls."""
    strong_edge_mm: float = 0.6
    """Width of the edge of surfaces that must be noticed."""
    hairline_mm: float = 0.35
    """Width of the edge of other surfaces."""
    focus_mm: float = 2.2
    """Width of the frame around the control that has the focus: half of it for each tone. It must
    be 2 mm at least, and smaller than the gap."""


SIZES: Mapping[Mode, ModeSizes] = {
    # 3 %: a target of the least size between two others is missed for one of them by 2.6 %.
    # 6.6 mm: Latin capitals are then 4.8 mm high (EN 301 549, 402.4). 12.7 and 2.54 mm: VVSG
    # practice.
    Mode.STANDARD: ModeSizes(6.6, 0.0, 12.7, 2.54, {
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
    }, tremor_share=0.03),
    # 8.5 mm (24 pt) is readable at 20/100 from 600 mm. 20 and 4 mm: hands that tremble by 4 mm
    # still hit the right target.
    Mode.ELDER: ModeSizes(8.5, 0.0, 20.0, 4.0, {
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
    }),
    # 12 mm (34 pt) is readable at 20/200, the line of legal blindness.
    Mode.EXTRA_LARGE: ModeSizes(12.0, LEAST_ANGLE_DEG, 20.0, 4.0, {
        Role.TITLE: 25.0,
        Role.HEADLINE: 21.0,
        Role.HEADING: 18.5,
        Role.LEDE: 16.0,
        Role.BODY: 14.5,
        Role.BUTTON: 18.5,
        Role.SMALL: 12.4,
        Role.FOOT: 12.4,
        Role.CLOCK: 14.5,
        Role.DIGIT: 22.0,
    }),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sizes:
    """The sizes of one mode on one screen, converted to pixels."""

    screen: Screen
    mode: Mode
    squeeze: float = 1.0
    """Below 1 if the page has more content than the screen has space for; the minimum sizes still
    hold."""

    @property
    def table(self) -> ModeSizes:
        """The table of this mode."""
        return SIZES[self.mode]

    @property
    def floor_mm(self) -> float:
        """The smallest em of this mode, in millimetres."""
        return max(self.table.floor_mm, self.screen.em_mm_at(self.table.angle_deg))

    @property
    def terse(self) -> bool:
        """Whether type is so large for the screen that header and foot must be single lines, and
        pages may only say what is necessary."""
        return self.screen.height_mm < TERSE_EM * self.floor_mm

    def type_mm(self, role: Role) -> float:
        """Return the em of ``role`` in millimetres."""
        base = self.table.type_mm[role]
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
        """Return the distance between two touch targets: as ``space``, but at least the minimum of
        the mode."""
        return self._at_least(self.table.gap_mm, length)

    def touch(self, length: float) -> int:
        """Return the side of a touch target: as ``space``, but at least the minimum of the mode."""
        return self._at_least(self.table.touch_mm, length)

    def _at_least(self, least: float, length: float) -> int:
        # A minimum is rounded up, so that it is not missed by a part of a pixel.
        return max(self.screen.em(least), self.space(length))

    def radius(self, share: float = 1.0) -> int:
        """Return ``share`` of the corner radius, in pixels."""
        return self.screen.mm(self.table.radius_mm * share * self.screen.scale)

    @property
    def focus(self) -> int:
        """Width of the frame around the control that has the focus, in pixels, rounded up."""
        return self.screen.em(self.table.focus_mm)

    @property
    def edge(self) -> float:
        """Width of the edge of controls, in pixels."""
        return max(1.0, self.screen.px_per_mm * self.table.edge_mm)

    @property
    def strong_edge(self) -> float:
        """Width of the edge of surfaces that must be noticed, in pixels."""
        return max(1.0, self.screen.px_per_mm * self.table.strong_edge_mm)

    @property
    def hairline(self) -> float:
        """Width of the edge of other surfaces, in pixels."""
        return max(1.0, self.screen.px_per_mm * self.table.hairline_mm)
