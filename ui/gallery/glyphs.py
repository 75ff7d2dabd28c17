"""Characters that no font has. Such a one shows as a box, and must never reach the screen.

For the gallery's check of every text.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from PySide6.QtGui import QFont, QTextLayout

_SILENT = ("Cc", "Cf", "Zs", "Zl", "Zp")
_NOBODYS = ("Cn", "Co", "Cs")
"""Unassigned, private, half a pair: whatever a font draws there, it is not a character."""


def missing(text: str, font: QFont) -> str:
    """The characters of ``text`` that neither ``font`` nor a fallback of it has."""
    key = font.toString()
    return "".join(char for char in dict.fromkeys(text) if _lacks(char, key))


@lru_cache(maxsize=8192)
def _lacks(char: str, font: str) -> bool:
    category = unicodedata.category(char)
    if category in _SILENT:
        return False
    if category in _NOBODYS:
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
