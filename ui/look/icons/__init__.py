"""Our own line icons: 24 × 24, one stroke weight, tinted when they are drawn.

For buttons, cards and notices. A picture never stands alone for a meaning: words are beside it.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QImage, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

FALLBACK = "document"
"""For an item of the catalogue whose icon this version does not have."""


def exists(name: str) -> bool:
    """Whether there is an icon of this name."""
    return files(__package__).joinpath(f"{name}.svg").is_file()


@cache
def icon(name: str, px: int, colour: str) -> QPixmap:
    """The icon ``name``, ``px`` pixels square, in ``colour``."""
    source = files(__package__).joinpath(f"{name if exists(name) else FALLBACK}.svg")
    drawing = source.read_text(encoding="utf-8").replace("currentColor", colour)
    image = QImage(px, px, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    QSvgRenderer(QByteArray(drawing.encode())).render(painter, QRectF(0, 0, px, px))
    painter.end()
    return QPixmap.fromImage(image)
