"""Surfaces: rounded backgrounds for text and pictures, none of which looks touchable.

Used by pages. A surface that is only read has a thin edge or none; controls are buttons.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from ..look.icons import icon
from ..look.metrics import Role
from ..look.theme import Tile, Tone
from .kit import Kit
from .text import Text


def rounded(
    painter: QPainter, rect: QRectF, radius: float, ground: str, edge: str | None, width: float
) -> None:
    """Paint a filled rounded rectangle with an edge of ``width`` pixels inside ``rect``."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    half = width / 2 if edge else 0.0
    painter.setPen(QPen(QColor(edge), width) if edge else Qt.PenStyle.NoPen)
    painter.setBrush(QColor(ground))
    painter.drawRoundedRect(rect.adjusted(half, half, -half, -half), radius, radius)


class Panel(QWidget):
    """A surface with its own layout."""

    def __init__(self, kit: Kit, tone: Tone, *, across: bool = False, pad_mm: float = 6.0) -> None:
        super().__init__()
        self.tone = tone
        self.ground = tone.ground
        self._radius = kit.sizes.radius()
        self._edge = kit.sizes.strong_edge if tone.strong else kit.sizes.hairline
        layout = QHBoxLayout(self) if across else QVBoxLayout(self)
        pad = kit.sizes.space(pad_mm)
        layout.setContentsMargins(pad, pad, pad, pad)
        layout.setSpacing(kit.sizes.space(4.0))
        self.box = layout

    def paintEvent(self, _event: object) -> None:
        painter = QPainter(self)
        rounded(painter, QRectF(self.rect()), self._radius, self.ground, self.tone.edge, self._edge)
        painter.end()


class IconTile(QWidget):
    """An icon on a small background; ``side`` in pixels."""

    def __init__(
        self, kit: Kit, name: str, side: int, tile: Tile | None = None, *, share: float = 0.6
    ) -> None:
        super().__init__()
        self._name, self._side, self._share = name, side, share
        self._tile = tile or kit.theme.icon
        self._radius = kit.sizes.radius(0.7)
        self.setFixedSize(side, side)

    def paintEvent(self, _event: object) -> None:
        painter = QPainter(self)
        paint_tile(painter, QRectF(self.rect()), self._name, self._tile, self._radius, self._share)
        painter.end()

    def sizeHint(self) -> QSize:
        return QSize(self._side, self._side)


def paint_tile(
    painter: QPainter, rect: QRectF, name: str, tile: Tile, radius: float, share: float = 0.6
) -> None:
    """Paint an icon in the middle of a rounded background; the icon takes ``share`` of its side."""
    rounded(painter, rect, radius, tile.ground, None, 0)
    side = round(rect.width() * share)
    at = rect.center()
    drawn = icon(name, side, tile.ink)
    painter.drawPixmap(round(at.x() - side / 2), round(at.y() - side / 2), drawn)


def headline(kit: Kit, tone: Tone, name: str, title: str, body: str = "") -> Panel:
    """Return a notice with the page's situation in its largest type."""
    return notice(kit, tone, name, title, body, large=True)


def notice(
    kit: Kit,
    tone: Tone,
    name: str,
    heading: str,
    body: str = "",
    *,
    large: bool = False,
    object_name: str = "",
) -> Panel:
    """Return a notice: an icon, a heading, and a sentence below it; either may be empty."""
    panel = Panel(kit, tone, across=True, pad_mm=8.5 if large else 5.5)
    panel.setObjectName(object_name)
    side = kit.sizes.space(24 if large else 16 if heading and body else 13)
    # If type shrinks less than space, the icon stays in proportion to the text.
    side = max(side, round(kit.sizes.type_px(Role.BODY) * 1.5))
    panel.box.setSpacing(kit.sizes.space(6))
    panel.box.addWidget(IconTile(kit, name, side, tone.tile), 0, Qt.AlignmentFlag.AlignVCenter)
    words = QVBoxLayout()
    words.setSpacing(kit.sizes.space(1.6))
    if heading:
        role = Role.HEADLINE if large else Role.HEADING
        words.addWidget(kit.text(heading, role, ground=panel.ground))
    if body:
        role = Role.LEDE if large else Role.BODY
        words.addWidget(kit.text(body, role, ground=panel.ground))
    panel.box.addLayout(words, 1)
    panel.setSizePolicy(_tall_as_needed())
    return panel


def step_row(kit: Kit, mark: str, body: str, *, done: bool = False) -> Panel:
    """Return one step: a large digit (or a tick, if it is done) and its sentence."""
    return _row(kit, body, done, lambda side, ground: figure(kit, mark, side, ground))


def fact_row(kit: Kit, name: str, body: str, *, done: bool = False) -> Panel:
    """Return one fact: its icon (or a tick, if it is done) and its sentence. Facts have no order,
    so that they have no number."""
    return _row(kit, body, done, lambda side, _ground: IconTile(kit, name, side))


def _row(kit: Kit, body: str, done: bool, mark: Callable[[int, str], QWidget]) -> Panel:
    tone = kit.theme.done if done else kit.theme.plain
    panel = Panel(kit, tone, across=True, pad_mm=8.0 if kit.portrait else 5.0)
    panel.box.setSpacing(kit.sizes.space(5))
    # Spaces shrink on a full page; the icon stays as large as the sentence beside it.
    side = max(kit.sizes.space(11), kit.sizes.type_px(Role.LEDE))
    tile = IconTile(kit, "check", side, tone.tile) if done else mark(side, panel.ground)
    panel.box.addWidget(tile, 0, Qt.AlignmentFlag.AlignVCenter)
    panel.box.addWidget(kit.text(body, Role.LEDE, ground=panel.ground), 1)
    panel.setSizePolicy(_tall_as_needed())
    return panel


def figure(kit: Kit, mark: str, side: int, ground: str) -> Text:
    """Return a large digit in the colour of the buttons that continue the visit."""
    text = kit.text(
        mark, Role.HEADING, colour=kit.theme.accent, ground=ground,
        align=Qt.AlignmentFlag.AlignHCenter,
    )  # fmt: skip
    text.setFixedWidth(max(side, text.sizeHint().width()))
    return text


def _tall_as_needed() -> QSizePolicy:
    policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
    policy.setHeightForWidth(True)
    return policy
