"""Pictures of the real thing: the card and where it goes, the sheet and where it comes out.

For Welcome, the card's pages and printing. Rest before motion: the arrow breathes slowly, the
sheet moves only as pages are really counted. Still parts are drawn once and kept.
"""

from __future__ import annotations

import math
import time

from PySide6.QtCore import (
    QEasingCurve,
    QPointF,
    QRectF,
    QSize,
    QSizeF,
    Qt,
    QTimer,
    QVariantAnimation,
)
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QSizePolicy, QWidget

from ..icons import icon
from ..kit import Kit
from ..metrics import Role
from ..theme import HAIRLINE_MM, RADIUS_MM, Colour
from .surface import rounded
from .text import Block, Run

BREATH_S = 4.0
"""Seconds of one breath of the arrow."""
BREATH_MS = 100
"""Milliseconds between two pictures of it: ten a second are smooth enough for so slow a move."""
SLIDE_MS = 900
"""Milliseconds in which a counted sheet slides out."""
_ZONE_MARGIN = 0.07
"""Of the card zone's height, free within its edge."""
_BARS = "#CFDCE1"
"""Lines of writing that nobody is to read."""
_BAR_TITLE = "#8FA3AD"
_SHEET_LINES = ((10, 44), (10, 66), (10, 80), (10, 60), (10, 80), (10, 72), (10, 80), (27, 46))
"""Where they begin and how long they are, in hundredths of the sheet, from its foot upwards."""


class Picture(QWidget):
    """A drawing that fills its room; its still part is kept as a pixmap."""

    def __init__(self, kit: Kit, least_mm: float, most_mm: float) -> None:
        super().__init__()
        self.kit = kit
        self._still: QPixmap | None = None
        self.setMinimumHeight(kit.sizes.space(least_mm))
        self.setMaximumHeight(kit.sizes.space(most_mm))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def mm(self, length: float) -> float:
        """Millimetres of the real screen in pixels, not rounded."""
        return length * self.kit.screen.px_per_mm

    def sizeHint(self) -> QSize:
        return QSize(self.kit.sizes.space(120), self.maximumHeight())

    def draw_still(self, painter: QPainter) -> None:
        """Draw what does not move."""
        raise NotImplementedError

    def draw_moving(self, painter: QPainter) -> None:
        """Draw what moves, over the still part."""

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
        """Draw the still part anew."""
        self._still = None
        self.update()

    def labels(self) -> list[tuple[Block, QRectF, str]]:
        """The words in the picture, where they stand and on what ground."""
        return []

    def runs(self) -> list[Run]:
        """Its lines of words."""
        return [
            run
            for block, rect, ground in self.labels()
            for run in block.runs(rect, ground, self.rect())
        ]


_CARD_RATIO = 1.586
"""ISO/IEC 7810 ID-1: 85.60 by 53.98 mm."""
_WAYS = {
    "right": QPointF(1, 0),
    "left": QPointF(-1, 0),
    "below": QPointF(0, 1),
    "above": QPointF(0, -1),
}
"""Where the card goes, by the configuration's ``card.side``; y points down."""


class CardPicture(Picture):
    """Lay *this* card on *this* side. ``lying``: it lies there already, and nothing points."""

    def __init__(self, kit: Kit, *, lying: bool = False) -> None:
        super().__init__(kit, 44, 158)
        self._lying = lying
        self._way = _WAYS[kit.card_side]
        self.setAccessibleName(kit.say("picture.card", side=kit.say(f"side.{kit.card_side}")))
        self._breath = QTimer(self)
        self._breath.setInterval(BREATH_MS)
        self._breath.timeout.connect(lambda: self.update(self._arrow_area().toAlignedRect()))

    def showEvent(self, _event: object) -> None:
        if not self._lying:
            self._breath.start()

    def hideEvent(self, _event: object) -> None:
        self._breath.stop()

    # Everything stands in a box in the middle, so that wide rooms do not tear it apart.

    @property
    def _upright(self) -> bool:
        return self._way.y() != 0

    def _stage(self) -> QRectF:
        area = QRectF(self.rect())
        pad = min(area.width(), area.height()) * (0.09 if self._upright else 0.10)
        area = area.adjusted(pad, pad, -pad, -pad)
        if self._upright:
            width, height = min(area.width(), area.height() * 1.3), area.height()
        else:
            width = min(area.width(), area.height() * 2.2)
            height = min(area.height(), width / 1.55)
        return QRectF(area.center().x() - width / 2, area.center().y() - height / 2, width, height)

    def _zone(self) -> QRectF:
        stage = self._stage()
        share = (0.48, 0.55) if self._upright else (1.0, 0.38)
        side = min(stage.height() * share[0], stage.width() * share[1])
        return self._at_end(stage, QSizeF(side, side), self._way)

    def _card(self) -> QRectF:
        stage = self._stage()
        if self._upright:
            width = min(stage.width() * 0.6, stage.height() * 0.31 * _CARD_RATIO)
        else:
            width = min(stage.width() * 0.47, stage.height() * 1.25)
        return self._at_end(stage, QSizeF(width, width / _CARD_RATIO), -self._way)

    @staticmethod
    def _at_end(stage: QRectF, size: QSizeF, way: QPointF) -> QRectF:
        """A box of ``size`` at that end of the stage which ``way`` points to."""
        x = stage.center().x() + way.x() * (stage.width() - size.width()) / 2
        y = stage.center().y() + way.y() * (stage.height() - size.height()) / 2
        return QRectF(x - size.width() / 2, y - size.height() / 2, size.width(), size.height())

    def _arrow(self) -> tuple[QPointF, QPointF]:
        """From where to where the arrow points at rest: into the zone's edge, or up to it."""
        card, zone, way = self._card(), self._zone(), self._way
        reach = QPointF(card.width() / 2 * way.x(), card.height() / 2 * way.y())
        gap = zone.width() * 0.05
        into = zone.width() * (-0.06 if self._upright else 0.13)
        start = card.center() + reach + way * gap
        tip = zone.center() - way * (zone.width() / 2 - into)
        return start, tip

    def _arrow_area(self) -> QRectF:
        start, tip = self._arrow()
        grow = self._zone().width() * 0.2
        return QRectF(start, tip).normalized().adjusted(-grow, -grow, grow, grow)

    def labels(self) -> list[tuple[Block, QRectF, str]]:
        kit = self.kit
        zone = self._zone()
        middle = Qt.AlignmentFlag.AlignHCenter
        role = Role.HEADING if zone.width() > kit.sizes.type_px(Role.HEADING) * 5 else Role.BODY
        words = kit.say("picture.zone")
        zone_words = kit.block(words, role, colour=Colour.WHITE, bold=True, align=middle)
        if zone_words.natural_width() > zone.width() * 0.9:
            zone_words = kit.block(words, Role.SMALL, colour=Colour.WHITE, bold=True, align=middle)
        height = zone_words.height(zone.width() * 0.9)
        # In a small zone the words move up, and the icon gives way to them.
        lowest = zone.bottom() - zone.height() * _ZONE_MARGIN - height
        top = min(zone.center().y() + zone.height() * 0.13, lowest)
        left, width = zone.left() + zone.width() * 0.05, zone.width() * 0.9
        return [(zone_words, QRectF(left, top, width, height), str(Colour.WATER))]

    def _zone_icon(self, words_top: float) -> QRectF | None:
        """Where the icon stands above the words; ``None`` where it would be too small to know."""
        zone = self._zone()
        side = zone.width() * 0.36
        top = zone.center().y() - side * 0.82
        if top + side > words_top:
            top = zone.top() + zone.height() * _ZONE_MARGIN
            side = words_top - top
        if side < zone.width() * 0.18:
            return None
        return QRectF(zone.center().x() - side / 2, top, side, side)

    def draw_still(self, painter: QPainter) -> None:
        rounded(
            painter, QRectF(self.rect()), self.mm(RADIUS_MM * 1.4 * self.kit.screen.room),
            Colour.WATER, None, 0,
        )  # fmt: skip
        zone = self._zone()
        dashes = QPen(QColor(Colour.OCHRE), self.mm(1.0 * self.kit.screen.room))
        if not self._lying:
            dashes.setDashPattern([3.2, 2.0])
        dashes.setCapStyle(Qt.PenCapStyle.FlatCap)
        painter.setPen(dashes)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        radius = zone.width() * 0.11
        painter.drawRoundedRect(zone, radius, radius)
        labels = self.labels()
        place = self._zone_icon(labels[0][1].top())
        if place is not None:
            drawn = icon("id-card", round(place.width()), Colour.WHITE)
            painter.drawPixmap(round(place.left()), round(place.top()), drawn)
        for block, rect, _ in labels:
            block.paint(painter, rect)
        if not self._lying:
            self._draw_card(painter)

    def _draw_card(self, painter: QPainter) -> None:
        card = self._card()
        painter.save()
        painter.translate(card.center())
        painter.rotate(7 if self._way.x() < 0 else -7)
        painter.translate(-card.center())
        for i in range(6):
            shade = QColor(0, 0, 0, 14)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(shade)
            spread = self.mm(0.55) * (6 - i) * 0.5
            painter.drawRoundedRect(
                card.adjusted(-spread, -spread + self.mm(1.4), spread, spread + self.mm(1.4)),
                card.width() * 0.06, card.width() * 0.06,
            )  # fmt: skip
        rounded(painter, card, card.width() * 0.055, "#FBF9F4", None, 0)
        unit = card.width() / 100
        left, top = card.left(), card.top()
        painter.setBrush(QColor(Colour.WATER))
        painter.drawRoundedRect(
            QRectF(left + 8 * unit, top + 9 * unit, 40 * unit, 5.2 * unit), 2.6 * unit, 2.6 * unit
        )
        painter.setBrush(QColor(_BARS))
        for i, width in enumerate((44, 36, 44, 28)):
            painter.drawRoundedRect(
                QRectF(left + 8 * unit, top + (22 + i * 9.2) * unit, width * unit, 4.2 * unit),
                2.1 * unit, 2.1 * unit,
            )  # fmt: skip
        photo = QRectF(left + 64 * unit, top + 13 * unit, 27 * unit, 36 * unit)
        painter.drawRoundedRect(photo, 3 * unit, 3 * unit)
        painter.setBrush(QColor(_BAR_TITLE))
        painter.drawEllipse(
            QPointF(photo.center().x(), photo.top() + 12.5 * unit), 6 * unit, 6 * unit
        )
        body = QRectF(photo.center().x() - 10 * unit, photo.top() + 21 * unit, 20 * unit, 24 * unit)
        painter.setClipRect(
            QRectF(photo.left(), photo.top(), photo.width(), photo.height() - 3 * unit)
        )
        painter.drawEllipse(body)
        painter.restore()

    def draw_moving(self, painter: QPainter) -> None:
        if self._lying:
            return
        phase = math.sin(time.monotonic() * 2 * math.pi / BREATH_S)
        zone, way = self._zone(), self._way
        shift = way * (phase * zone.width() * 0.035)
        start, tip = (point + shift for point in self._arrow())
        pen = QPen(QColor(Colour.OCHRE), self.mm(2.2 * self.kit.screen.room))
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.setPen(pen)
        head = zone.width() * 0.11
        across = QPointF(-way.y(), way.x()) * head
        painter.drawLine(start, tip)
        painter.drawPolyline([tip - way * head + across, tip, tip - way * head - across])


class SheetPicture(Picture):
    """The outlet, and the sheet that comes out by as many pages as were counted."""

    def __init__(self, kit: Kit) -> None:
        super().__init__(kit, 40, 230)
        self._done, self._pages = 0, 1
        self._shown = 0.0
        self._slide = QVariantAnimation(self)
        self._slide.setDuration(SLIDE_MS)
        self._slide.setEasingCurve(QEasingCurve.Type.InOutCubic)
        self._slide.valueChanged.connect(self._slid)
        self.setAccessibleName(kit.say("picture.sheet"))

    def count(self, done: int, pages: int, *, at_once: bool = False) -> None:
        """``done`` of ``pages`` have come out."""
        target = done / max(1, pages)
        self._done, self._pages = done, pages
        if at_once or not self.isVisible():
            self._slide.stop()
            self._shown = target
            self.update()
        elif abs(target - self._shown) > 1e-6:
            self._slide.stop()
            self._slide.setStartValue(self._shown)
            self._slide.setEndValue(target)
            self._slide.start()

    def _slid(self, value: object) -> None:
        self._shown = float(value)  # type: ignore[arg-type]
        self.update()

    def _outlet(self) -> QRectF:
        area = QRectF(self.rect())
        width = min(area.width() * 0.72, self.mm(180 * self.kit.screen.room))
        height = max(
            self.mm(26 * self.kit.screen.room), self._outlet_words().height(width * 0.7) * 1.5
        )
        return QRectF(
            area.center().x() - width / 2, area.top() + area.height() * 0.09, width, height
        )

    def _outlet_words(self) -> Block:
        return self.kit.block(
            self.kit.say("picture.outlet"), Role.BODY, colour=Colour.WHITE, bold=True
        )

    def labels(self) -> list[tuple[Block, QRectF, str]]:
        outlet = self._outlet()
        block = self._outlet_words()
        natural = min(block.natural_width(), outlet.width() * 0.7)
        side = block.px * 1.7
        left = outlet.center().x() - (natural + side * 1.4) / 2 + side * 1.4
        height = block.height(natural)
        return [
            (
                block,
                QRectF(left, outlet.center().y() - height / 2, natural, height),
                str(Colour.WATER),
            )
        ]

    def draw_still(self, painter: QPainter) -> None:
        rounded(
            painter, QRectF(self.rect()), self.mm(RADIUS_MM * 1.4 * self.kit.screen.room),
            Colour.WHITE, Colour.SAND, max(1.0, self.mm(HAIRLINE_MM)),
        )  # fmt: skip

    def draw_moving(self, painter: QPainter) -> None:
        outlet = self._outlet()
        area = QRectF(self.rect())
        width = outlet.width() * 0.72
        room = area.bottom() - area.height() * 0.08 - outlet.bottom()
        height = min(width * 1.414, max(room, 1.0))
        out = min(room, height * 0.985) * (0.14 + 0.86 * self._shown)
        sheet = QRectF(
            outlet.center().x() - width / 2, outlet.bottom() - height + out, width, height
        )
        painter.save()
        painter.setClipRect(
            QRectF(area.left(), outlet.bottom() - self.mm(2.5), area.width(), area.height())
        )
        for i in range(5):
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(20, 33, 43, 7))
            spread = self.mm(0.5) * (5 - i)
            painter.drawRect(sheet.adjusted(-spread, 0, spread, spread + self.mm(1)))
        painter.setPen(QPen(QColor(Colour.SAND), max(1.0, self.mm(HAIRLINE_MM))))
        painter.setBrush(QColor("#FCFBF8"))
        painter.drawRect(sheet)
        painter.setPen(Qt.PenStyle.NoPen)
        unit = width / 100
        bottom = sheet.bottom()
        for i, (left, length) in enumerate(_SHEET_LINES):
            title = i == len(_SHEET_LINES) - 1
            painter.setBrush(QColor(_BAR_TITLE if title else _BARS))
            high = (4.4 if title else 3.4) * unit
            top = bottom - (14 + i * 10) * unit
            painter.drawRoundedRect(
                QRectF(sheet.left() + left * unit, top, length * unit, high), high / 2, high / 2
            )
        painter.restore()
        rounded(painter, outlet, self.mm(RADIUS_MM * self.kit.screen.room), Colour.WATER, None, 0)
        painter.setBrush(QColor(Colour.WATER_DEEP))
        slot = QRectF(
            outlet.left() + outlet.width() * 0.1,
            outlet.bottom() - self.mm(3.2),
            outlet.width() * 0.8,
            self.mm(1.7),
        )
        painter.drawRoundedRect(slot, slot.height() / 2, slot.height() / 2)
        for block, rect, _ in self.labels():
            side = round(block.px * 1.7)
            painter.drawPixmap(
                round(rect.left() - side * 1.4), round(rect.center().y() - side / 2),
                icon("printer", side, Colour.WHITE),
            )  # fmt: skip
            block.paint(painter, rect)


class Emblem(QWidget):
    """A large icon on a round ground: the state of a calm page, seen from afar."""

    def __init__(
        self, kit: Kit, name: str, *, ground: str = Colour.MIST, colour: str = Colour.WATER,
        size_mm: float = 54.0,
    ) -> None:  # fmt: skip
        super().__init__()
        self._name, self._ground, self._colour = name, str(ground), str(colour)
        side = kit.sizes.space(size_mm)
        self.setFixedSize(side, side)

    def paintEvent(self, _event: object) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._ground))
        painter.drawEllipse(QRectF(self.rect()))
        side = round(self.width() * 0.52)
        at = (self.width() - side) // 2
        painter.drawPixmap(at, at, icon(self._name, side, self._colour))
        painter.end()
