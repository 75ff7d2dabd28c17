"""The look of the demonstration seal: a red ring with text around 样张 in the middle.

Used by `signing`. It is drawn as outlines, so that its text is not part of the document's text. It
has no star and no office's name, so that it cannot be mistaken for the seal of an authority.
"""

from __future__ import annotations

import math
from typing import Any

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.content import PdfContent
from pyhanko.pdf_utils.layout import (
    AxisAlignment,
    BoxConstraints,
    Margins,
    SimpleBoxLayoutRule,
)
from pyhanko.stamp import StaticStampStyle

from printing.typesetting.font_chain import FontChain
from printing.typesetting.sheet import outline_path

SIZE = 1000.0
"""Side of the square in which the seal is drawn, in its own units."""

_AROUND = "便民服务终端演示平台"
_MIDDLE = "样张"
_BELOW = "不具法律效力"
_RED = "0.82 0.09 0.09"
_KAPPA = 0.5523
"""Bézier control length for a quarter circle, as a fraction of its radius."""


def _circle(radius: float) -> str:
    r, k, c = radius, radius * _KAPPA, SIZE / 2
    arcs = (
        (c + r, c + k, c + k, c + r, c, c + r),
        (c - k, c + r, c - r, c + k, c - r, c),
        (c - r, c - k, c - k, c - r, c, c - r),
        (c + k, c - r, c + r, c - k, c + r, c),
    )
    curves = " ".join(" ".join(f"{v:.0f}" for v in arc) + " c" for arc in arcs)
    return f"{c + r:.0f} {c:.0f} m {curves} s"


def _placed(path: str, x: float, y: float, size: float, angle: float = 0.0) -> str:
    scale = size / 1000
    cosine, sine = math.cos(angle) * scale, math.sin(angle) * scale
    return f"q {cosine:.4f} {sine:.4f} {-sine:.4f} {cosine:.4f} {x:.1f} {y:.1f} cm {path} Q"


def _arc(chain: FontChain, text: str, radius: float, size: float, spread: float) -> list[str]:
    """Place ``text`` along the upper arc, facing outwards, over ``spread`` radians."""
    parts = []
    step = spread / (len(text) - 1)
    for place, character in enumerate(text):
        angle = spread / 2 - place * step  # from the vertical; the first is on the left
        x = SIZE / 2 - radius * math.sin(angle) - size / 2 * math.cos(angle)
        y = SIZE / 2 + radius * math.cos(angle) - size / 2 * math.sin(angle)
        parts.append(_placed(outline_path(chain, character), x, y, size, angle))
    return parts


def _straight(chain: FontChain, text: str, y: float, size: float) -> str:
    x = (SIZE - size * len(text)) / 2
    return _placed(outline_path(chain, text), x, y, size)


def seal_drawing(chain: FontChain) -> bytes:
    """Return the seal as PDF operators in a square of `SIZE` units."""
    parts = [
        f"q {_RED} rg {_RED} RG 26 w {_circle(482)} 7 w {_circle(452)}",
        *_arc(chain, _AROUND, 340, 98, 2.75),
        _straight(chain, _MIDDLE, 555, 165),
        _straight(chain, _BELOW, 160, 66),
        "Q",
    ]
    return " ".join(parts).encode("ascii")


class _Drawing(PdfContent):
    """The drawing as a separate compressed form; pyHanko would write it uncompressed."""

    def __init__(self, operators: bytes) -> None:
        super().__init__(box=BoxConstraints(SIZE, SIZE))
        self._operators = operators

    def render(self) -> bytes:
        """Called once by pyHanko to create the appearance (its objects have no type hints)."""
        pdf: Any = generic
        entries = {
            "/Type": pdf.NameObject("/XObject"),
            "/Subtype": pdf.NameObject("/Form"),
            "/BBox": pdf.ArrayObject(pdf.NumberObject(v) for v in (0, 0, int(SIZE), int(SIZE))),
            "/Resources": pdf.DictionaryObject(),
        }
        form = pdf.StreamObject(
            {pdf.NameObject(key): value for key, value in entries.items()},
            stream_data=self._operators,
        )
        form.compress()
        writer: Any = self.writer
        self.resources.xobject["/Seal"] = writer.add_object(form)
        return b"/Seal Do"


def stamp_style(drawing: bytes) -> StaticStampStyle:
    """Return the style of one signature. pyHanko stores the signed file in it: use it only once."""
    return StaticStampStyle(
        border_width=0,
        background=_Drawing(drawing),
        background_layout=SimpleBoxLayoutRule(
            x_align=AxisAlignment.ALIGN_MID,
            y_align=AxisAlignment.ALIGN_MID,
            margins=Margins(0, 0, 0, 0),
        ),
        background_opacity=1.0,
    )
