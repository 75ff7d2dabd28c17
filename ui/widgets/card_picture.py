"""A picture of the card and where to present it: which kind, and on which side of the machine.

Used by the welcome page and the pages about cards. At most one card goes to the reader. Only the
arrow moves, slowly.
"""

from __future__ import annotations

import math
import time
from enum import StrEnum
from typing import assert_never

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt, QTimer
from PySide6.QtGui import QColor, QPainter, QPen

from terminal.session.model import CardSide

from ..look.icons import icon
from ..look.metrics import Role
from .kit import Kit
from .pictures import Picture, step_label
from .surface import rounded
from .text import Block

BREATH_S = 4.0
"""Period of the arrow's movement in seconds."""
BREATH_MS = 100
"""Milliseconds between two frames of the arrow: ten a second are smooth enough for so slow a
move."""
PULSES = 3
PULSE_S = 1.0
"""How often and how long the card zone lights up: far below three flashes a second (WCAG 2.3.1)."""
_ZONE_MARGIN = 0.07
"""Free margin inside the edge of the card zone, as a share of its height."""
_ZONE_TEXT_SHARE = 0.9
"""Width of the text in the card zone, as a share of the zone's width."""
_CARD_RATIO = 1.586
"""Width by height of ISO/IEC 7810 ID-1: 85.60 by 53.98 mm."""
_WAYS = {
    CardSide.RIGHT: QPointF(1, 0),
    CardSide.LEFT: QPointF(-1, 0),
    CardSide.BELOW: QPointF(0, 1),
    CardSide.ABOVE: QPointF(0, -1),
}
"""Direction in which the card goes, by the configuration's ``card.side``; y points down."""


_RESTING_SHARE = 0.8
"""Size of the card at rest, as a share of the card that goes to the reader."""


def _around(middle: QPointF, size: QSizeF) -> QRectF:
    return QRectF(
        middle.x() - size.width() / 2, middle.y() - size.height() / 2, size.width(), size.height()
    )


class Card(StrEnum):
    """The look of a card, so that people find it in their purse."""

    IDENTITY = "identity"
    """A photo at the right: the resident identity card and similar cards."""
    CHIP = "chip"
    """A chip at the left: the social security card and staff cards."""
    PLAIN = "plain"
    """No photo and no chip, if the kind of card is not known."""


class Act(StrEnum):
    """What the picture asks a person to do."""

    PLACE = "place"
    """Place one card; any other kind that the station reads is at rest, after the word "or"."""
    ONLY_ONE = "only_one"
    """Place one card; a second one is crossed out."""
    TURN = "turn"
    """Turn the card over and place it with its other face to the reader."""
    TAKE = "take"
    """Take the card: the arrow points from the reader to the card."""


class CardPicture(Picture):
    """Shows one act with a card: see `Act`. Only the first of ``cards`` has an arrow.

    If ``step`` is set, the picture has this number, for an act that is part of a sequence. If
    ``present`` is set, a card is there already, and no card or arrow is drawn. If ``pulse`` is set,
    the card zone lights up a few times, to answer a touch elsewhere.
    """

    def __init__(
        self,
        kit: Kit,
        cards: tuple[Card, ...] = (Card.IDENTITY,),
        *,
        act: Act = Act.PLACE,
        step: int = 0,
        present: bool = False,
        pulse: bool = False,
    ) -> None:
        super().__init__(kit, 44, 158)
        self._cards = cards
        self._act = act
        self._step = step
        self._present = present
        self._pulse_until = (
            time.monotonic() + PULSES * PULSE_S if pulse and kit.place.motion else 0.0
        )
        self._way = _WAYS[kit.place.card_side]
        self.keep_height(self._least_height())
        words = kit.say(self._words_key(), side=kit.say(f"side.{kit.place.card_side}"))
        self.setAccessibleName(kit.say("picture.step", n=step, text=words) if step else words)
        self._breath = QTimer(self)
        self._breath.setInterval(BREATH_MS)
        self._breath.timeout.connect(self._breathe)

    def showEvent(self, _event: object) -> None:
        if not self._present and self.kit.place.motion:
            self._breath.start()

    def _breathe(self) -> None:
        area = self._arrow_area()
        # One frame more than the pulses, so that the last one is erased.
        if time.monotonic() < self._pulse_until + PULSE_S:
            area = area.united(self._zone())
        self.update(area.toAlignedRect())

    def hideEvent(self, _event: object) -> None:
        self._breath.stop()

    def _words_key(self) -> str:
        """Return the id of the words that say what the picture shows."""
        match self._act:
            case Act.PLACE:
                return "picture.card" if len(self._cards) == 1 else "picture.either_card"
            case Act.ONLY_ONE:
                return "picture.only_one"
            case Act.TURN:
                return "picture.turn"
            case Act.TAKE:
                return "picture.take"
        assert_never(self._act)

    def moving_card(self) -> tuple[Card, QRectF]:
        """Return the card to which the arrow belongs, and its place."""
        return self._cards[0], self._card()

    def resting_card(self) -> tuple[Card, QRectF] | None:
        """Return the second drawn card and its place: another kind, the card that is too many, or
        the card before it is turned over."""
        if self._present:
            return None
        match self._act:
            case Act.PLACE:
                return (self._cards[1], self._places()[2]) if len(self._cards) > 1 else None
            case Act.ONLY_ONE:
                return self._cards[-1], self._places()[2]
            case Act.TURN:
                return self._cards[0], self._places()[2]
            case Act.TAKE:
                return None
        assert_never(self._act)

    def crossed_out(self) -> bool:
        """Return whether the resting card is crossed out."""
        return self._act is Act.ONLY_ONE

    def turning_sign(self) -> QRectF | None:
        """Return the place of the sign between the two faces of a card that is to be turned."""
        return self._places()[1] if self._act is Act.TURN else None

    # Everything is drawn in a box in the middle, so that the parts stay together on wide screens.

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
        # In a low picture the zone becomes wider than high, so that no word is torn. Beside a card,
        # less than half of the width is free.
        words = self.kit.block(self._zone_words(), Role.SMALL, bold=True)
        most = stage.width() * (1.0 if self._upright else 0.46)
        width = min(most, max(side, words.least_width() / _ZONE_TEXT_SHARE))
        return self._at_end(stage, QSizeF(width, side), self._way)

    def _zone_words(self) -> str:
        return self.kit.say("picture.reader" if self._act is Act.TAKE else "picture.zone")

    def _least_height(self) -> int:
        """Return the height at which the zone's text fits into the zone, in pixels."""
        words = self.kit.block(self.kit.say("picture.zone"), Role.SMALL, bold=True)
        side = words.least_width() / 0.9
        side = max(side, words.height(side * 0.9) / (1 - 2 * _ZONE_MARGIN))
        # The zone's share of the picture's height, by `_stage` and `_zone`.
        return math.ceil(side / ((0.48 * 0.82) if self._upright else (2.2 * 0.38 * 0.8)))

    def _card(self) -> QRectF:
        if self._present or self._act is Act.TAKE:
            return self._single()
        if self._act is Act.PLACE and len(self._cards) == 1:
            return self._single()
        return self._places()[0]

    def _places(self) -> tuple[QRectF, QRectF, QRectF]:
        """Return the places of the card that goes to the reader, of what is between the cards, and
        of the card at rest, which is smaller.

        The cards are below each other if the reader is at a side of the screen, and beside each
        other if it is above or below. The first one is always opposite to the reader.
        """
        stage, single = self._stage(), self._single()
        between = self._between_size()
        if self._upright:
            free = stage.width() / 2 - between.width()
            width = min(single.width(), free / (0.5 + _RESTING_SHARE))
        else:
            free = (stage.height() - between.height()) / (1 + _RESTING_SHARE)
            width = min(single.width() * 0.9, free * _CARD_RATIO)
        size = QSizeF(width, width / _CARD_RATIO)
        first = self._at_end(stage, size, -self._way)
        rest = size * _RESTING_SHARE
        if self._upright:
            middle = QPointF(first.right() + between.width() / 2, first.center().y())
            second = QPointF(first.right() + between.width() + rest.width() / 2, middle.y())
        else:
            height = size.height() + between.height() + rest.height()
            first.moveTop(stage.center().y() - height / 2)
            middle = QPointF(first.center().x(), first.bottom() + between.height() / 2)
            second = QPointF(middle.x(), first.bottom() + between.height() + rest.height() / 2)
        return first, _around(middle, between), _around(second, rest)

    def _between_size(self) -> QSizeF:
        """Return the size of the word or sign between two cards, with its margins."""
        stage = self._stage()
        if self._act is Act.TURN:
            side = min(stage.height(), stage.width()) * 0.22
            return QSizeF(side, side)
        if self._act is Act.ONLY_ONE:
            side = min(stage.height(), stage.width()) * 0.12
            return QSizeF(side, side)
        word = self._or_word()
        # At both sides a quarter of an em, and space for the corners of tilted cards.
        return QSizeF(word.natural_width() + word.px * 1.2, word.height(1e6) + word.px * 0.5)

    def _or_word(self) -> Block:
        return self.kit.block(
            self.kit.say("picture.or"), Role.BODY, colour=self.colours.ground.ink, bold=True,
            align=Qt.AlignmentFlag.AlignHCenter,
        )  # fmt: skip

    def _single(self) -> QRectF:
        """Return the place of a card that is the only one."""
        stage = self._stage()
        if self._upright:
            width = min(stage.width() * 0.6, stage.height() * 0.31 * _CARD_RATIO)
        else:
            width = min(stage.width() * 0.47, stage.height() * 1.25)
        return self._at_end(stage, QSizeF(width, width / _CARD_RATIO), -self._way)

    @staticmethod
    def _at_end(stage: QRectF, size: QSizeF, way: QPointF) -> QRectF:
        """Return a box of ``size`` at the end of the stage to which ``way`` points."""
        x = stage.center().x() + way.x() * (stage.width() - size.width()) / 2
        y = stage.center().y() + way.y() * (stage.height() - size.height()) / 2
        return QRectF(x - size.width() / 2, y - size.height() / 2, size.width(), size.height())

    def _arrow(self) -> tuple[QPointF, QPointF]:
        """Return start and tip of the resting arrow: the tip is inside the zone, or just before
        it."""
        card, zone, way = self._card(), self._zone(), self._way
        reach = QPointF(card.width() / 2 * way.x(), card.height() / 2 * way.y())
        gap = zone.width() * 0.05
        into = zone.width() * (-0.06 if self._upright else 0.13)
        start = card.center() + reach + way * gap
        edge = (zone.height() if self._upright else zone.width()) / 2
        tip = zone.center() - way * (edge - into)
        # The arrow is straight, so it goes into the zone at the height of the card.
        tip = QPointF(start.x(), tip.y()) if self._upright else QPointF(tip.x(), start.y())
        return (tip, start) if self._act is Act.TAKE else (start, tip)

    def _arrow_area(self) -> QRectF:
        start, tip = self._arrow()
        grow = self._zone().width() * 0.2
        return QRectF(start, tip).normalized().adjusted(-grow, -grow, grow, grow)

    def labels(self) -> list[tuple[Block, QRectF, str]]:
        kit = self.kit
        zone = self._zone()
        middle = Qt.AlignmentFlag.AlignHCenter
        role = Role.HEADING if zone.width() > kit.sizes.type_px(Role.HEADING) * 5 else Role.BODY
        words = self._zone_words()
        ink = self.colours.ground.ink
        zone_words = kit.block(words, role, colour=ink, bold=True, align=middle)
        if zone_words.natural_width() > zone.width() * _ZONE_TEXT_SHARE:
            zone_words = kit.block(words, Role.SMALL, colour=ink, bold=True, align=middle)
        height = zone_words.height(zone.width() * _ZONE_TEXT_SHARE)
        # In a small zone the text moves up, and the icon becomes smaller.
        lowest = zone.bottom() - zone.height() * _ZONE_MARGIN - height
        top = min(zone.center().y() + zone.height() * 0.13, lowest)
        left, width = zone.left() + zone.width() * 0.05, zone.width() * _ZONE_TEXT_SHARE
        ground = self.colours.ground.ground
        made = [(zone_words, QRectF(left, top, width, height), ground)]
        if self._act is Act.PLACE and self.resting_card() is not None:
            word, place = self._or_word(), self._places()[1]
            high = word.height(1e6)
            made.append(
                (
                    word,
                    QRectF(place.left(), place.center().y() - high / 2, place.width(), high),
                    ground,
                )
            )
        if self._step:
            made.append(step_label(self, self._step, self.colours.ground))
        return made

    def _zone_icon(self, words_top: float) -> QRectF | None:
        """Return the place of the icon above the text; ``None`` if it would be too small to
        recognise."""
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
            painter, QRectF(self.rect()), self.radius(1.4), self.colours.ground.ground, None, 0
        )  # fmt: skip
        zone = self._zone()
        dashes = QPen(QColor(self.colours.pointer), self.mm(1.0 * self.kit.screen.scale))
        if not self._present:
            dashes.setDashPattern([3.2, 2.0])
        dashes.setCapStyle(Qt.PenCapStyle.FlatCap)
        painter.setPen(dashes)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        radius = zone.width() * 0.11
        painter.drawRoundedRect(zone, radius, radius)
        labels = self.labels()
        place = self._zone_icon(labels[0][1].top())
        if place is not None:
            drawn = icon("id-card", round(place.width()), self.colours.ground.ink)
            painter.drawPixmap(round(place.left()), round(place.top()), drawn)
        for block, rect, _ in labels:
            block.paint(painter, rect)
        if not self._present:
            self._draw_cards(painter)

    def _draw_cards(self, painter: QPainter) -> None:
        resting = self.resting_card()
        lean = 7 if self._way.x() < 0 else -7
        moving, place = self.moving_card()
        if resting is None:
            self._draw_card(painter, moving, place, lean)
            return
        # Cards that share the space are straight, so that they stay clear of each other.
        self._draw_card(painter, moving, place, 0, back=self._act is Act.TURN)
        self._draw_card(painter, *resting, 0)
        if self.crossed_out():
            self._draw_cross(painter, resting[1])
        sign = self.turning_sign()
        if sign is not None:
            self._draw_turning(painter, sign)

    def _draw_cross(self, painter: QPainter, card: QRectF) -> None:
        inset = card.height() * 0.1
        box = card.adjusted(inset, inset, -inset, -inset)
        # The wide stroke in the card's colour keeps the cross clear of the lines on the card.
        for colour, share in ((self.colours.identity, 0.24), (self.colours.cross, 0.14)):
            pen = QPen(QColor(colour), card.height() * share)
            pen.setCapStyle(Qt.PenCapStyle.RoundCap)
            painter.setPen(pen)
            painter.drawLine(box.topLeft(), box.bottomRight())
            painter.drawLine(box.topRight(), box.bottomLeft())

    def _draw_turning(self, painter: QPainter, place: QRectF) -> None:
        """Draw two arrows that go round in a circle."""
        radius = min(place.width(), place.height()) * 0.3
        middle = place.center()
        pen = QPen(QColor(self.colours.pointer), radius * 0.24)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(pen)
        circle = QRectF(middle.x() - radius, middle.y() - radius, 2 * radius, 2 * radius)
        head = radius * 0.5
        for turn in (0, 180):
            painter.save()
            painter.translate(middle)
            painter.rotate(turn)
            painter.translate(-middle)
            # From the left over the top to the right; Qt counts sixteenths of a degree.
            painter.drawArc(circle, 15 * 16, 140 * 16)
            tip = middle + QPointF(
                radius * math.cos(math.radians(15)), -radius * math.sin(math.radians(15))
            )
            painter.drawPolyline(
                [tip + QPointF(-head, -head * 0.35), tip, tip + QPointF(head * 0.5, -head)]
            )
            painter.restore()

    def _draw_card(
        self, painter: QPainter, kind: Card, card: QRectF, lean: float, *, back: bool = False
    ) -> None:
        painter.save()
        painter.translate(card.center())
        painter.rotate(lean)
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
        ground = self.colours.chip if kind is Card.CHIP else self.colours.identity
        rounded(painter, card, card.width() * 0.055, ground, None, 0)
        if back:
            self._draw_back(painter, card)
        elif kind is Card.IDENTITY:
            self._draw_identity(painter, card)
        elif kind is Card.CHIP:
            self._draw_chip(painter, card)
        else:
            self._draw_title(painter, card, 46)
            self._draw_bars(painter, card, ((8, 24, 62), (8, 36, 50), (8, 48, 56)))
        painter.restore()

    def _draw_back(self, painter: QPainter, card: QRectF) -> None:
        unit = card.width() / 100
        painter.setBrush(QColor(self.colours.mark))
        painter.drawRect(QRectF(card.left(), card.top() + 9 * unit, card.width(), 11 * unit))
        self._draw_bars(painter, card, ((8, 30, 70), (8, 40, 48)))

    def _draw_bars(
        self, painter: QPainter, card: QRectF, bars: tuple[tuple[float, float, float], ...]
    ) -> None:
        """Draw lines of dummy text, in hundredths of the card's width: left, top, length."""
        unit = card.width() / 100
        painter.setBrush(QColor(self.colours.bars))
        for left, top, length in bars:
            painter.drawRoundedRect(
                QRectF(
                    card.left() + left * unit, card.top() + top * unit, length * unit, 4.2 * unit
                ),
                2.1 * unit, 2.1 * unit,
            )  # fmt: skip

    def _draw_title(self, painter: QPainter, card: QRectF, length: float) -> None:
        unit = card.width() / 100
        painter.setBrush(QColor(self.colours.mark))
        painter.drawRoundedRect(
            QRectF(card.left() + 8 * unit, card.top() + 9 * unit, length * unit, 5.2 * unit),
            2.6 * unit, 2.6 * unit,
        )  # fmt: skip

    def _draw_identity(self, painter: QPainter, card: QRectF) -> None:
        self._draw_title(painter, card, 40)
        self._draw_bars(painter, card, ((8, 22, 44), (8, 31.2, 36), (8, 40.4, 44), (8, 49.6, 28)))
        unit = card.width() / 100
        photo = QRectF(card.left() + 64 * unit, card.top() + 13 * unit, 27 * unit, 36 * unit)
        painter.drawRoundedRect(photo, 3 * unit, 3 * unit)
        painter.setBrush(QColor(self.colours.bar_title))
        painter.drawEllipse(
            QPointF(photo.center().x(), photo.top() + 12.5 * unit), 6 * unit, 6 * unit
        )
        body = QRectF(photo.center().x() - 10 * unit, photo.top() + 21 * unit, 20 * unit, 24 * unit)
        painter.setClipRect(
            QRectF(photo.left(), photo.top(), photo.width(), photo.height() - 3 * unit)
        )
        painter.drawEllipse(body)

    def _draw_chip(self, painter: QPainter, card: QRectF) -> None:
        self._draw_title(painter, card, 52)
        self._draw_bars(painter, card, ((8, 45, 62), (8, 53.5, 40)))
        unit = card.width() / 100
        chip = QRectF(card.left() + 9 * unit, card.top() + 21 * unit, 20 * unit, 16 * unit)
        pen = QPen(QColor(self.colours.mark), 1.1 * unit)
        painter.setPen(pen)
        painter.setBrush(QColor(self.colours.bars))
        painter.drawRoundedRect(chip, 3 * unit, 3 * unit)
        middle = QRectF(0, 0, 7 * unit, 7 * unit)
        middle.moveCenter(chip.center())
        for y in (middle.top(), middle.bottom()):
            painter.drawLine(QPointF(chip.left(), y), QPointF(middle.left(), y))
            painter.drawLine(QPointF(middle.right(), y), QPointF(chip.right(), y))
        painter.drawRoundedRect(middle, 1.5 * unit, 1.5 * unit)

    def draw_moving(self, painter: QPainter) -> None:
        if self._present:
            return
        left_s = self._pulse_until - time.monotonic()
        if left_s > 0:
            light = QColor(self.colours.pointer)
            light.setAlphaF(0.3 * math.sin(math.pi * (left_s % PULSE_S) / PULSE_S))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(light)
            radius = self._zone().width() * 0.11
            painter.drawRoundedRect(self._zone(), radius, radius)
            painter.setBrush(Qt.BrushStyle.NoBrush)
        moves = self.kit.place.motion
        phase = math.sin(time.monotonic() * 2 * math.pi / BREATH_S) if moves else 0.0
        zone, way = self._zone(), self._way
        shift = way * (phase * zone.width() * 0.035)
        start, tip = (point + shift for point in self._arrow())
        pen = QPen(QColor(self.colours.pointer), self.mm(2.2 * self.kit.screen.scale))
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.setPen(pen)
        if self._act is Act.TAKE:
            way = -way
        head = zone.width() * 0.11
        across = QPointF(-way.y(), way.x()) * head
        painter.drawLine(start, tip)
        painter.drawPolyline([tip - way * head + across, tip, tip - way * head - across])
