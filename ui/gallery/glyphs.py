"""Finds characters that no font has. They would be shown as boxes, which residents must never see.

Used by the gallery, which checks every text.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from PySide6.QtGui import QFont, QTextLayout

_INVISIBLE = ("Cc", "Cf", "Zs", "Zl", "Zp")
_NOT_CHARACTERS = ("Cn", "Co", "Cs")
"""Unassigned, private use, surrogate. Even if a font draws a glyph for them, they are not
characters."""


def missing(text: str, font: QFont) -> str:
    """Return the characters of ``text`` that neither ``font`` nor its fallbacks have."""
    key = font.toString()
    return "".join(char for char in dict.fromkeys(text) if _lacks(char, key))


@lru_cache(maxsize=8192)
def _lacks(char: str, font: str) -> bool:
    category = unicodedata.category(char)
    if category in _INVISIBLE:
        return False
    if category in _NOT_CHARACTERS:
        return True
    made = QFont()
    made.fromString(font)
    layout = QTextLayout(char, made)
    layout.beginLayout()
    layout.createLine()
    layout.endLayout()
    runs = layout.glyphRuns()
    # Glyph 0 is .notdef in every font; Qt's own box engine has no family at all.
    return not runs or any(
        0 in run.glyphIndexes() or not run.rawFont().familyName() for run in runs
    )
