"""The base of all pictures, the picture of a sheet that comes out of the printer, and emblems.

Used by the pages; pictures of cards are in `card_picture`. The sheet moves only when the device
counts a page. Parts that do not move are drawn once and kept.
"""

from __future__ import annotations

from PySide6.QtCore import (
    QEasingCurve,
    QPointF,
    QRectF,
    QSize,
    Qt,
    QVariantAnimation,
)
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QSizePolicy, QWidget

from terminal.session.model import TraySide

from ..look.icons import icon
from ..look.metrics import Role
from ..look.theme import PictureColours, Tile
from .kit import Kit
from .surface import rounded
from .text import Block, Run

SLIDE_MS = 900
"""Milliseconds in which a counted sheet slides out."""
_SHEET_LINES = ((10, 44), (10, 66), (10, 80), (10, 60), (10, 80), (10, 72), (10, 80), (27, 46))
"""Start and length of those lines, in hundredths of the sheet's width, from its foot upwards."""


TRAY_WAYS = {
    TraySide.RIGHT: QPointF(1, 0),
    TraySide.LEFT: QPointF(-1, 0),
    TraySide.BELOW: QPointF(0, 1),
    TraySide.ABOVE: QPointF(0, -1),
    TraySide.BEHIND: None,
}
"""Direction of the output tray, by ``tray.side`` of the configuration; y points down. No arrow can
point behind the screen."""


def draw_arrow(
    painter: QPainter, middle: QPointF, way: QPointF, length: float, colour: str
) -> None:
    """Draw an arrow of ``length`` pixels around ``middle`` that points in the direction ``way``."""
    tip, tail = middle + way * (length / 2), middle - way * (length / 2)
    across = QPointF(-way.y(), way.x()) * (length * 0.32)
    back = tip - way * (length * 0.36)
    pen = QPen(QColor(colour), length * 0.13)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.save()
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawLine(tail, tip)
    painter.drawPolyline([back + across, tip, back - across])
    painter.restore()


class Picture(QWidget):
    """A drawing that fills its widget; the part that does not move is kept as a pixmap."""

    def __init__(self, kit: Kit, least_mm: float, most_mm: float) -> None:
        super().__init__()
        self.kit = kit
        self._still: QPixmap | None = None
        self.setMinimumHeight(kit.sizes.space(least_mm))
        self.setMaximumHeight(kit.sizes.space(most_mm))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def keep_height(self, least: int) -> None:
        """Be at least ``least`` pixels high, so that the inscription has space."""
        self.setMinimumHeight(max(self.minimumHeight(), least))
        self.setMaximumHeight(max(self.maximumHeight(), least))

    @property
    def colours(self) -> PictureColours:
        """The colours of drawings in this theme."""
        return self.kit.theme.picture

    def mm(self, length: float) -> float:
        """Convert millimetres of the real screen to pixels, not rounded."""
        return length * self.kit.screen.px_per_mm

    def radius(self, share: float) -> float:
        """Return ``share`` of the corner radius in pixels, not rounded."""
        return self.mm(self.kit.sizes.table.radius_mm * share * self.kit.screen.scale)

    def sizeHint(self) -> QSize:
        return QSize(self.kit.sizes.space(120), self.maximumHeight())

    def draw_still(self, painter: QPainter) -> None:
        """Draw what does not move."""
        raise NotImplementedError

    def draw_moving(self, painter: QPainter) -> None:
        """Draw what moves, over the other part."""

    def paintEvent(self, _event: object) -> None:
        if self._still is None or self._still.size() != self.size():
            self._still = QPixmap(self.size())
            self._still.fill(Qt.GlobalColor.transparent)
            still = QPainter(self._still)
            still.setRenderHint(QPainter.RenderHint.Antialiasing)
            self.draw_still(still)
            still.end()
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._still)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.draw_moving(painter)
        painter.end()

    def redraw(self) -> None:
        """Discard the kept part and draw it again."""
        self._still = None
        self.update()

    def labels(self) -> list[tuple[Block, QRectF, str]]:
        """Return the texts in the picture, each with its place and background."""
        return []

    def runs(self) -> list[Run]:
        """Return the lines of text in the picture."""
        return [
            run
            for block, rect, ground in self.labels()
            for run in block.runs(rect, ground, self.rect())
        ]


def step_label(picture: Picture, step: int, tile: Tile) -> tuple[Block, QRectF, str]:
    """Return the number of a picture in a sequence, for its top left corner."""
    block = picture.kit.block(str(step), Role.HEADING, colour=tile.ink, bold=True)
    edge = block.px * 0.5
    width = block.natural_width()
    return block, QRectF(edge, edge * 0.5, width, block.height(width)), tile.ground


class SheetPicture(Picture):
    """The output tray, and a sheet that comes out in proportion to the pages counted.

    If ``step`` is set, the picture has this number, for an act that is part of a sequence.
    """

    def __init__(self, kit: Kit, *, step: int = 0) -> None:
        super().__init__(kit, 40, 230)
        self._step = step
        self._done, self._pages = 0, 1
        self._shown = 0.0
        self._slide = QVariantAnimation(self)
        self._slide.setDuration(SLIDE_MS)
        self._slide.setEasingCurve(QEasingCurve.Type.InOutCubic)
        self._slide.valueChanged.connect(self._slid)
        side = kit.say(f"side.{kit.place.tray_side}")
        self._tray_text = kit.say("picture.output_tray", side=side)
        words = kit.say("picture.sheet", tray=self._tray_text)
        self.setAccessibleName(kit.say("picture.step", n=step, text=words) if step else words)
        self._room = 1.2 if kit.sparse else 1.5
        # The width is not known yet: in landscape the picture has half of the screen.
        share = 0.9 if kit.portrait else 0.42
        width = min(kit.screen.width_px * share * 0.72, self.mm(180 * kit.screen.scale))
        self.keep_height(round(self._tray_words().height(width * 0.7) * self._room / 0.82))

    def count(self, done: int, pages: int, *, at_once: bool = False) -> None:
        """Show that ``done`` of ``pages`` have come out."""
        target = done / max(1, pages)
        self._done, self._pages = done, pages
        if at_once or not self.isVisible() or not self.kit.place.motion:
            self._slide.stop()
            self._shown = target
            self.update()
        elif abs(target - self._shown) > 1e-6:
            self._slide.stop()
            self._slide.setStartValue(self._shown)
            self._slide.setEndValue(target)
            self._slide.start()

    def _slid(self, value: float) -> None:
        self._shown = value
        self.update()

    def _tray(self) -> QRectF:
        area = QRectF(self.rect())
        width = min(area.width() * 0.72, self.mm(180 * self.kit.screen.scale))
        height = max(
            self.mm(26 * self.kit.screen.scale), self._tray_words().height(width * 0.7) * self._room
        )
        return QRectF(
            area.center().x() - width / 2, area.top() + area.height() * 0.09, width, height
        )

    def _tray_words(self) -> Block:
        return self.kit.block(self._tray_text, Role.BODY, colour=self.colours.tray.ink, bold=True)

    def labels(self) -> list[tuple[Block, QRectF, str]]:
        tray = self._tray()
        block = self._tray_words()
        natural = min(block.natural_width(), tray.width() * 0.7)
        side = block.px * 1.7
        left = tray.center().x() - (natural + side * 1.4) / 2 + side * 1.4
        height = block.height(natural)
        place = QRectF(left, tray.center().y() - height / 2, natural, height)
        made = [(block, place, self.colours.tray.ground)]
        if self._step:
            stage = Tile(self.colours.stage, self.colours.stage_ink)
            made.append(step_label(self, self._step, stage))
        return made

    def draw_still(self, painter: QPainter) -> None:
        rounded(
            painter, QRectF(self.rect()), self.radius(1.4), self.colours.stage,
            self.colours.stage_edge, self.kit.sizes.hairline,
        )  # fmt: skip

    def draw_moving(self, painter: QPainter) -> None:
        tray = self._tray()
        area = QRectF(self.rect())
        width = tray.width() * 0.72
        free = area.bottom() - area.height() * 0.08 - tray.bottom()
        height = min(width * 1.414, max(free, 1.0))
        out = min(free, height * 0.985) * (0.14 + 0.86 * self._shown)
        sheet = QRectF(tray.center().x() - width / 2, tray.bottom() - height + out, width, height)
        painter.save()
        painter.setClipRect(
            QRectF(area.left(), tray.bottom() - self.mm(2.5), area.width(), area.height())
        )
        shadow = QColor(self.colours.shadow)
        shadow.setAlpha(7)
        for i in range(5):
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(shadow)
            spread = self.mm(0.5) * (5 - i)
            painter.drawRect(sheet.adjusted(-spread, 0, spread, spread + self.mm(1)))
        painter.setPen(QPen(QColor(self.colours.sheet_edge), self.kit.sizes.hairline))
        painter.setBrush(QColor(self.colours.sheet))
        painter.drawRect(sheet)
        painter.setPen(Qt.PenStyle.NoPen)
        unit = width / 100
        bottom = sheet.bottom()
        for i, (left, length) in enumerate(_SHEET_LINES):
            title = i == len(_SHEET_LINES) - 1
            painter.setBrush(QColor(self.colours.bar_title if title else self.colours.bars))
            high = (4.4 if title else 3.4) * unit
            top = bottom - (14 + i * 10) * unit
            painter.drawRoundedRect(
                QRectF(sheet.left() + left * unit, top, length * unit, high), high / 2, high / 2
            )
        painter.restore()
        rounded(painter, tray, self.radius(1.0), self.colours.tray.ground, None, 0)
        painter.setBrush(QColor(self.colours.slot))
        slot = QRectF(
            tray.left() + tray.width() * 0.1,
            tray.bottom() - self.mm(3.2),
            tray.width() * 0.8,
            self.mm(1.7),
        )
        painter.drawRoundedRect(slot, slot.height() / 2, slot.height() / 2)
        tray_label, *others = self.labels()
        for block, rect, _ in others:
            block.paint(painter, rect)
        for block, rect, _ in (tray_label,):
            side = round(block.px * 1.7)
            at = QPointF(rect.left() - side * 0.9, rect.center().y())
            way = TRAY_WAYS[self.kit.place.tray_side]
            if way is None:
                painter.drawPixmap(
                    round(at.x() - side / 2), round(at.y() - side / 2),
                    icon("printer", side, self.colours.tray.ink),
                )  # fmt: skip
            else:
                draw_arrow(painter, at, way, side, self.colours.pointer)
            block.paint(painter, rect)


class Emblem(QWidget):
    """A large icon on a round background: shows the situation of a page from afar."""

    def __init__(
        self, kit: Kit, name: str, tile: Tile | None = None, *, size_mm: float = 54.0
    ) -> None:
        super().__init__()
        self._name, self._tile = name, tile or kit.theme.icon
        side = kit.sizes.space(size_mm)
        self.setFixedSize(side, side)

    def paintEvent(self, _event: object) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._tile.ground))
        painter.drawEllipse(QRectF(self.rect()))
        side = round(self.width() * 0.52)
        at = (self.width() - side) // 2
        painter.drawPixmap(at, at, icon(self._name, side, self._tile.ink))
        painter.end()
