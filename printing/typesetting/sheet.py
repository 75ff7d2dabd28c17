"""Draw one page: text, rules, boxes and images, in millimetres from the top left corner.

Used by `layout`, `table` and the slips. A sheet only collects PDF operators; it knows nothing about
documents.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from functools import lru_cache
from typing import TYPE_CHECKING

from .font_chain import FontChain
from .line_breaking import wrap
from .tags import Element, Structure

if TYPE_CHECKING:
    from .typeface import Typeface

MM = 72 / 25.4
"""Points in a millimetre."""

HAIRLINE = 0.25
"""Width of the inner rules of a table, in points: the thinnest that a 600 dpi printer draws solid.
"""
RULE = 0.6
"""Width of the outer rules of a table, in points."""
Colour = tuple[int, int, int]
"""Red, green and blue of sRGB, 0 to 255."""
_ARM = 0.5523
"""Length of the control arms of a Bézier curve that is nearly a quarter of a circle of radius 1."""
# Simulated bold: the outline of each glyph is stroked too, this fraction of the type size wide.
# No Chinese face of the chain has a bold version.
_BOLD = 0.028
MEDIUM = 0.012
"""The same for text in large print, whose thin strokes weak eyes lose, and for white text."""


class Align(Enum):
    """Horizontal position of a text relative to its x."""

    LEFT = 0.0
    CENTRE = 0.5
    RIGHT = 1.0


class Sheet:
    """A page of ``width`` × ``height`` mm."""

    def __init__(
        self, typeface: Typeface, structure: Structure, number: int, width: float, height: float
    ) -> None:
        """``number``: index of the page in the document, used by the tags of its text."""
        self.typeface = typeface
        self.width, self.height = width, height
        self._structure, self._number = structure, number
        self._marks = 0
        self._marked: Element | None = None
        self._under: list[str] = []
        self._rules: dict[float, list[str]] = {}
        self._text: list[str] = []
        self._font: tuple[str, float] | None = None
        self._bold = 0.0
        self._ink = _gray_ink(0.0)
        self._spacing = 0.0
        self._x = self._last_y = 0

    def _y(self, y: float) -> float:
        return (self.height - y) * MM

    def text(
        self,
        x: float,
        y: float,
        text: str,
        size: float,
        align: Align = Align.LEFT,
        *,
        bold: bool = False,
        gray: float = 0.0,
        spacing: float = 0.0,
        colour: Colour | None = None,
        weight: float = 0.0,
    ) -> None:
        """Set ``text`` with its baseline at ``y``; ``size`` and letter ``spacing`` in points.

        ``colour`` replaces ``gray``. ``weight`` makes text heavier that is not ``bold``
        (`MEDIUM`).
        """
        if not text:
            return
        left = x * MM
        if align is not Align.LEFT:
            width = self.typeface.width(text, size) + spacing * (len(text) - 1)
            left -= width * align.value
        add = self._text.append
        element = self._structure.current
        if element is not self._marked or not self._text:
            self._mark(element)
        stroke = size * (_BOLD if bold else weight)
        if stroke != self._bold:
            add(f"2 Tr {stroke:.2f} w" if stroke else "0 Tr")
            self._bold = stroke
        ink = _gray_ink(gray) if colour is None else f"{_rgb(colour)} rg {_rgb(colour)} RG"
        if ink != self._ink:
            add(ink)
            self._ink = ink
        if spacing != self._spacing:
            add(f"{spacing:.2f} Tc")
            self._spacing = spacing
        # Positions are relative to the previous text, in whole hundredths of a point. Rows repeat
        # the same relative moves, so they compress better than absolute positions.
        place_x, place_y = round(left * 100), round((self.height - y) * MM * 100)
        add(f"{(place_x - self._x) / 100:g} {(place_y - self._last_y) / 100:g} Td")
        self._x, self._last_y = place_x, place_y
        for font, codes in self.typeface.runs(text):
            if self._font != (font, size):
                self._font = (font, size)
                add(f"/{font} {size:g} Tf")
            add(f"<{codes}>Tj")

    def _mark(self, element: Element | None) -> None:
        """Assign the following text to ``element``; ``None``: to an artifact."""
        end = "EMC " if self._text else ""
        self._marked = element
        if element is None:
            self._text.append(f"{end}/Artifact BMC")
            return
        self._text.append(f"{end}/{element.role} <</MCID {self._marks}>>BDC")
        element.kids.append((self._number, self._marks))
        self._marks += 1

    def block(
        self,
        x: float,
        y: float,
        lines: Sequence[str],
        size: float,
        leading: float,
        align: Align = Align.LEFT,
        *,
        gray: float = 0.0,
        colour: Colour | None = None,
    ) -> None:
        """Set ``lines`` below each other, ``leading`` mm apart; ``y`` is the first baseline."""
        for number, line in enumerate(lines):
            self.text(x, y + number * leading, line, size, align, gray=gray, colour=colour)

    def wrap(self, text: str, width: float, size: float) -> list[str]:
        """Break ``text`` into lines of at most ``width`` mm; ``size`` in points."""
        measure = self.typeface.width
        if "\n" not in text and measure(text, size) <= width * MM:
            return [text.strip(" ")]
        return wrap(text, width * MM, lambda piece: measure(piece, size))

    def horizontal(self, x: float, y: float, length: float, weight: float = HAIRLINE) -> None:
        """Draw a horizontal rule of ``length`` mm, ``weight`` points thick."""
        self._line(x, y, x + length, y, weight)

    def vertical(self, x: float, y: float, length: float, weight: float = HAIRLINE) -> None:
        """Draw a vertical rule of ``length`` mm downwards, ``weight`` points thick."""
        self._line(x, y, x, y + length, weight)

    def _line(self, x1: float, y1: float, x2: float, y2: float, weight: float) -> None:
        self._rules.setdefault(weight, []).append(
            f"{x1 * MM:.2f} {self._y(y1):.2f} m {x2 * MM:.2f} {self._y(y2):.2f} l"
        )

    def dashed(self, x: float, y: float, length: float) -> None:
        """Draw a dashed horizontal rule, used as a tear line."""
        self._under.append(
            f"q [3 2] 0 d {RULE:g} w {x * MM:.2f} {self._y(y):.2f} m "
            f"{(x + length) * MM:.2f} {self._y(y):.2f} l S Q"
        )

    def frame(self, x: float, y: float, width: float, height: float, weight: float = RULE) -> None:
        """Draw the outline of a box."""
        self._rules.setdefault(weight, []).append(
            f"{x * MM:.2f} {self._y(y + height):.2f} {width * MM:.2f} {height * MM:.2f} re"
        )

    def tint(self, x: float, y: float, width: float, height: float, gray: float) -> None:
        """Draw a box filled with ``gray`` (1 is white), below all text and rules."""
        self._under.append(
            f"{gray:.3f} g {x * MM:.2f} {self._y(y + height):.2f} "
            f"{width * MM:.2f} {height * MM:.2f} re f"
        )

    def panel(
        self, x: float, y: float, width: float, height: float, colour: Colour, radius: float = 0.0
    ) -> None:
        """Draw a box filled with ``colour``, with round corners, below all text and rules."""
        left, bottom, right, top = self.rectangle(x, y, width, height)
        inset = radius * MM
        path = f"{left + inset:.2f} {bottom:.2f} m "
        # Each corner: where its curve begins, where the two sides would meet, where it ends.
        for (x1, y1), (cx, cy), (x2, y2) in (
            ((right - inset, bottom), (right, bottom), (right, bottom + inset)),
            ((right, top - inset), (right, top), (right - inset, top)),
            ((left + inset, top), (left, top), (left, top - inset)),
            ((left, bottom + inset), (left, bottom), (left + inset, bottom)),
        ):
            path += (
                f"{x1:.2f} {y1:.2f} l {x1 + _ARM * (cx - x1):.2f} {y1 + _ARM * (cy - y1):.2f} "
                f"{x2 + _ARM * (cx - x2):.2f} {y2 + _ARM * (cy - y2):.2f} {x2:.2f} {y2:.2f} c "
            )
        self._under.append(f"q {_rgb(colour)} rg {path}h f Q")

    def figure(
        self, path: str, x: float, y: float, scale: float, turn: tuple[float, float]
    ) -> None:
        """Draw ``path``, which sets its own colour, below all text and rules.

        ``scale``: points per unit of the path. ``turn``: cosine and sine of the angle of rotation,
        counter-clockwise.
        """
        cosine, sine = (scale * part for part in turn)
        self._under.append(
            f"q {cosine:.5f} {sine:.5f} {-sine:.5f} {cosine:.5f} "
            f"{x * MM:.2f} {self._y(y):.2f} cm {path} Q"
        )

    def image(
        self,
        name: str,
        x: float,
        y: float,
        width: float,
        height: float,
        figure: Element | None = None,
    ) -> None:
        """Draw the document's XObject ``name``, with its top left corner at ``x``, ``y``.

        ``figure``: the element of the tags that the image belongs to; ``None``: an artifact.
        """
        drawn = (
            f"q 0 g {width * MM:.2f} 0 0 {height * MM:.2f} {x * MM:.2f} "
            f"{self._y(y + height):.2f} cm /{name} Do Q"
        )
        if figure is not None:
            drawn = f"EMC /{figure.role} <</MCID {self._marks}>>BDC {drawn} EMC /Artifact BMC"
            figure.kids.append((self._number, self._marks))
            self._marks += 1
        self._under.append(drawn)

    def rectangle(self, x: float, y: float, width: float, height: float) -> list[float]:
        """Return the box as a PDF rectangle in points."""
        return [x * MM, self._y(y + height), (x + width) * MM, self._y(y)]

    def operators(self) -> str:
        """Return the content stream of the page."""
        parts = ["/Artifact BMC", *self._under]
        for weight, lines in self._rules.items():
            parts += [f"{weight:g} w", *lines, "S"]
        parts.append("EMC")
        if self._text:
            parts += ["BT 0 g 0 G", *self._text, "EMC ET"]
        return "\n".join(parts)


def _gray_ink(gray: float) -> str:
    return f"{gray:.2f} g {gray:.2f} G"


def _rgb(colour: Colour) -> str:
    return " ".join(f"{part / 255:.3f}" for part in colour)


@lru_cache(maxsize=64)
def outline_path(chain: FontChain, text: str, spacing: float = 1000) -> str:
    """Return the outlines of ``text`` as a filled path, in thousandths of an em.

    For watermarks and stamps, which must not appear among the words when text is extracted.
    """
    parts = []
    for place, character in enumerate(text):
        found = chain.find(character)
        if found is None:
            raise ValueError("a mark's character has no glyph")
        shift = place * spacing
        contours = chain.faces[found.face].contours(found.glyph)
        parts += [_contour(contour, shift) for contour in contours]
    return " ".join(parts) + " f"


def _contour(points: list[tuple[float, float, bool]], shift: float) -> str:
    """Convert one quadratic contour to the cubic curves of PDF."""
    count = len(points)
    start = next((i for i in range(count) if points[i][2]), None)
    if start is None:  # no point is on the curve: start midway between two of them
        (x0, y0, _), (x1, y1, _) = points[-1], points[0]
        points = [((x0 + x1) / 2, (y0 + y1) / 2, True), *points]
        start, count = 0, count + 1
    ring = [points[(start + i) % count] for i in range(count + 1)]
    x, y, _ = ring[0]
    written = [f"{x + shift:.0f} {y:.0f} m"]
    control: tuple[float, float] | None = None
    for px, py, on_curve in ring[1:]:
        if on_curve and control is None:
            written.append(f"{px + shift:.0f} {py:.0f} l")
            x, y = px, py
        elif on_curve and control is not None:
            written.append(_quadratic((x, y), control, (px, py), shift))
            x, y, control = px, py, None
        else:
            if control is not None:
                middle = ((control[0] + px) / 2, (control[1] + py) / 2)
                written.append(_quadratic((x, y), control, middle, shift))
                x, y = middle
            control = (px, py)
    if control is not None:
        written.append(_quadratic((x, y), control, ring[0][:2], shift))
    return " ".join(written) + " h"


def _quadratic(
    start: tuple[float, float], control: tuple[float, float], end: tuple[float, float], shift: float
) -> str:
    x1, y1 = (s + 2 * (c - s) / 3 for s, c in zip(start, control, strict=True))
    x2, y2 = (e + 2 * (c - e) / 3 for e, c in zip(end, control, strict=True))
    return (
        f"{x1 + shift:.0f} {y1:.0f} {x2 + shift:.0f} {y2:.0f} {end[0] + shift:.0f} {end[1]:.0f} c"
    )
