"""The project's own line icons: 24 × 24, one stroke width, coloured when they are drawn.

Used for buttons, cards and notices. An icon never carries a meaning alone: there are words beside
it.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QImage, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

FOLDER = Path(__file__).parent
FALLBACK = "document"
"""Icon for an item of the catalogue whose own icon this version does not have."""


def exists(name: str) -> bool:
    """Return whether there is an icon of this name."""
    return (FOLDER / f"{name}.svg").is_file()


@cache
def icon(name: str, px: int, colour: str) -> QPixmap:
    """Return the icon ``name``, ``px`` pixels square, in ``colour``."""
    source = FOLDER / f"{name if exists(name) else FALLBACK}.svg"
    drawing = source.read_text(encoding="utf-8").replace("currentColor", colour)
    image = QImage(px, px, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    QSvgRenderer(QByteArray(drawing.encode())).render(painter, QRectF(0, 0, px, px))
    painter.end()
    return QPixmap.fromImage(image)
