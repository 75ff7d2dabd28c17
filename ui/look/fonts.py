"""The typefaces of the screen: one family, two weights, and fallbacks for rare characters.

Used for all text that is painted. The families are in order of preference, and Qt loads a fallback
only if a character needs it: each large CJK typeface in use costs some megabytes.
"""

from __future__ import annotations

from functools import cache

from PySide6.QtGui import QFont, QFontMetricsF

FAMILIES = ["Noto Sans CJK SC", "BabelStone Han", "HanaMinA", "HanaMinB"]
"""Debian packages: fonts-noto-cjk, fonts-babelstone-han, fonts-hanazono. Their digits all have the
same width."""


@cache
def font(px: int, bold: bool = False) -> QFont:
    """Return the screen's font at an em of ``px`` pixels."""
    made = QFont()
    made.setFamilies(FAMILIES)
    made.setPixelSize(px)
    made.setWeight(QFont.Weight.Bold if bold else QFont.Weight.Normal)
    made.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return made


@cache
def metrics(px: int, bold: bool = False) -> QFontMetricsF:
    """Return the metrics of ``font(px, bold)``."""
    return QFontMetricsF(font(px, bold))
