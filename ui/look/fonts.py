"""The typefaces of the screen: one family, two weights, and fallbacks for rare characters.

For every text that is painted. Families are named in order, so that Qt loads a fallback only
when a character needs it (memory: each big CJK face touched costs some megabytes).
"""

from __future__ import annotations

from functools import cache

from PySide6.QtGui import QFont, QFontMetricsF

FAMILIES = ["Noto Sans CJK SC", "BabelStone Han", "HanaMinA", "HanaMinB"]
"""Debian: fonts-noto-cjk, fonts-babelstone-han, fonts-hanazono. Figures in it are tabular."""


@cache
def font(px: int, bold: bool = False) -> QFont:
    """The screen's font at an em of ``px`` pixels."""
    made = QFont()
    made.setFamilies(FAMILIES)
    made.setPixelSize(px)
    made.setWeight(QFont.Weight.Bold if bold else QFont.Weight.Normal)
    made.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return made


@cache
def metrics(px: int, bold: bool = False) -> QFontMetricsF:
    """Its metrics."""
    return QFontMetricsF(font(px, bold))
