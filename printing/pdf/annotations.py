"""Decide which annotations are drawn: one rule for the seal check and for the preview.

For `printing.seal.whitelist` and `printing.seal.preview`. The preview must show what the printer
draws. So the seal check refuses an annotation that screen and paper could show differently.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntFlag
from typing import Any


class Flag(IntFlag):
    """Annotation flags (ISO 32000-1, table 165)."""

    INVISIBLE = 1 << 0
    HIDDEN = 1 << 1
    PRINT = 1 << 2
    NO_ZOOM = 1 << 3
    NO_ROTATE = 1 << 4
    NO_VIEW = 1 << 5
    READ_ONLY = 1 << 6
    LOCKED = 1 << 7
    TOGGLE_NO_VIEW = 1 << 8
    LOCKED_CONTENTS = 1 << 9


HARMLESS = Flag.READ_ONLY | Flag.LOCKED | Flag.LOCKED_CONTENTS
"""Flags that restrict changes to the annotation and do not affect how it is drawn."""
_DRAWN_FLAGS = int(Flag.PRINT | HARMLESS)
"""An `int`, because the complement of an `IntFlag` contains only the named bits."""
_WITH_APPEARANCE = frozenset({"/Widget", "/Stamp", "/Watermark"})


@dataclass(frozen=True, slots=True)
class Annotation:
    """The properties that determine whether an annotation is drawn."""

    subtype: str
    flags: int
    has_area: bool
    """Whether the width and the height of its rectangle are greater than 0."""
    has_appearance: bool
    """Whether it has an appearance form with a box and operators."""
    has_border: bool
    """Whether a reader may draw a line around it."""

    @classmethod
    def read(
        cls,
        *,
        subtype: Any,
        flags: Any,
        rectangle: Any,
        form_box: Any,
        form_is_empty: bool,
        border: Any,
        border_style: Any,
    ) -> Annotation:
        """Build the annotation from the values of its entries; ``None`` for a missing entry.

        :raises ValueError: a value does not have the type that the standard requires.
        """
        return cls(
            str(subtype),
            _whole(flags),
            _area(rectangle) > 0,
            form_box is not None and not form_is_empty and _area(form_box) > 0,
            _border_width(border, border_style) > 0,
        )


def is_drawn(annotation: Annotation) -> bool:
    """Return whether the paper and the preview show the annotation."""
    return (
        annotation.subtype in _WITH_APPEARANCE
        and annotation.has_area
        and annotation.has_appearance
        and bool(annotation.flags & Flag.PRINT)
        and not annotation.flags & (Flag.HIDDEN | Flag.NO_VIEW | Flag.INVISIBLE)
    )


def difference(annotation: Annotation) -> str | None:
    """Return why screen and paper could show ``annotation`` differently, or ``None``.

    An annotation with an appearance is printed and shown. It must have the print flag, and may have
    `HARMLESS` flags. An annotation without an appearance is never drawn, so its flags do not
    matter. The same is true for one without area that does not print. Links are never drawn.
    """
    if annotation.subtype == "/Link":
        if annotation.flags & Flag.PRINT and annotation.has_border and annotation.has_area:
            return "a link with a border that prints"
        return None
    if annotation.subtype not in _WITH_APPEARANCE:
        return "an annotation of a kind that is not accepted"
    if not annotation.has_area:
        if annotation.has_appearance and annotation.flags & Flag.PRINT:
            # Ghostscript draws the form in its own size at the corner of the page.
            return "an annotation without area that prints"
        return None
    if not annotation.has_appearance:
        # For a stamp without an appearance, each reader draws its own picture.
        return None if annotation.subtype == "/Widget" else "a stamp without an appearance"
    if not annotation.flags & Flag.PRINT:
        return "an annotation that does not print"
    if annotation.flags & ~_DRAWN_FLAGS:
        return "an annotation flag that makes screen and paper differ"
    return None


def _whole(flags: Any) -> int:
    if flags is None:
        return 0
    if isinstance(flags, bool) or not isinstance(flags, int) or flags < 0:
        raise ValueError("annotation flags")
    return int(flags)


def _area(box: Any) -> float:
    if box is None or len(box) != 4:
        raise ValueError("a rectangle")
    left, bottom, right, top = (float(side) for side in box)
    return abs(right - left) * abs(top - bottom)


def _border_width(border: Any, style: Any) -> float:
    """Return the width of the border in points; 1 if there is no entry for it (12.5.4)."""
    if style is not None:
        return float(style)
    if border is None or len(border) < 3:
        return 1.0
    return float(border[2])
