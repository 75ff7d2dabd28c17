"""The keypad and the boxes that it fills.

Used for the code from the phone and for PINs. What is entered is kept only until it is posted. The
keys are well above the minimum touch target, and in the order of a telephone, which people know
from banks.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QWidget

from ..look.metrics import Role
from ..look.theme import Tile
from .button import DELETE, Button, Shape
from .kit import Kit
from .surface import rounded
from .text import Block, Run

DOT = "●"
MOST_MM = 40.0
"""Largest height of a key, at scale 1."""


class Keypad(QWidget):
    """Ten digits and "delete", named ``<prefix>.key.0`` to ``.9`` and ``<prefix>.key.delete``."""

    def __init__(
        self, kit: Kit, prefix: str, typed: Callable[[str], None], deleted: Callable[[], None],
        *, enabled: bool = True,
    ) -> None:  # fmt: skip
        super().__init__()
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(kit.sizes.gap(4.5))
        height = 24.0

        def key(digit: str) -> Button:
            made = Button(
                kit, f"{prefix}.key.{digit}", digit, lambda: typed(digit),
                shape=Shape.KEY, height_mm=height, enabled=enabled, key=digit,
            )  # fmt: skip
            return made.tall(MOST_MM)

        for i, digit in enumerate("123456789"):
            grid.addWidget(key(digit), i // 3, i % 3)
        grid.addWidget(key("0"), 3, 1)
        delete = Button(
            kit, f"{prefix}.key.delete", "", deleted, shape=Shape.KEY, icon_name="backspace",
            height_mm=height, enabled=enabled, key=DELETE,
        )  # fmt: skip
        delete.setAccessibleName(kit.say("keypad.delete"))
        grid.addWidget(delete.tall(MOST_MM), 3, 2)
        least = 3 * kit.sizes.touch(1.0) + 2 * grid.spacing()
        self.setMaximumWidth(max(kit.sizes.space(225), least))
        self.setMaximumHeight(4 * kit.sizes.touch(MOST_MM) + 3 * grid.spacing())


class Boxes(QWidget):
    """A box for each digit; the box to be filled next has a coloured edge."""

    def __init__(self, kit: Kit, count: int, *, secret: bool = False, name: str = "") -> None:
        super().__init__()
        self._kit, self._count, self._secret = kit, count, secret
        self._value = ""
        self._quiet = False
        self.setObjectName(name)
        em = kit.sizes.type_px(Role.DIGIT)
        self._side = (round(em * (1.1 if secret else 1.5)), round(em * (1.5 if secret else 1.85)))
        self._gap = kit.sizes.space(3.4)
        self._radius = kit.sizes.radius(0.8)
        self._edge = kit.sizes.edge
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.show_value("")

    def sizeHint(self) -> QSize:
        width, height = self._side
        return QSize(width * self._count + self._gap * (self._count - 1), height)

    def show_value(self, value: str, *, quiet: bool = False) -> None:
        """Show what has been entered; ``quiet`` means that no entry is expected now."""
        self._value, self._quiet = value, quiet
        self.setAccessibleName(self._kit.say("keypad.entered", done=len(value), of=self._count))
        self.update()

    def make_secret(self) -> None:
        """From now on show only that a digit has been entered, not which."""
        self._secret = True
        self.update()

    @property
    def _tile(self) -> Tile:
        theme = self._kit.theme
        return theme.entry_closed if self._quiet else theme.entry

    def _rect(self, i: int) -> QRectF:
        width, height = self._side
        return QRectF(i * (width + self._gap), 0, width, height)

    def _block(self, i: int) -> Block:
        shown = DOT if self._secret else self._value[i]
        px = self._kit.sizes.type_px(Role.DIGIT)
        return self._kit.block(
            shown, Role.DIGIT, colour=self._tile.ink, bold=True,
            align=Qt.AlignmentFlag.AlignHCenter, px=round(px * 0.6) if self._secret else px,
        )  # fmt: skip

    def paintEvent(self, _event: object) -> None:
        painter, theme = QPainter(self), self._kit.theme
        for i in range(self._count):
            rect = self._rect(i)
            filled, here = i < len(self._value), i == len(self._value) and not self._quiet
            edge = theme.entry_edge if filled or here else theme.line
            rounded(painter, rect, self._radius, self._tile.ground, edge, self._edge)
            if filled:
                self._block(i).paint(painter, rect)
            elif here:
                inset = rect.width() * 0.2
                painter.setPen(QPen(QColor(theme.cursor), self._edge * 2))
                y = rect.bottom() - rect.height() * 0.2
                painter.drawLine(QPointF(rect.left() + inset, y), QPointF(rect.right() - inset, y))
        painter.end()

    def runs(self) -> list[Run]:
        """Return the digits that are shown."""
        if self._secret:
            return []
        return [
            run
            for i in range(len(self._value))
            for run in self._block(i).runs(self._rect(i), self._tile.ground, self.rect())
        ]
