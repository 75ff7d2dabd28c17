"""The buttons: large, with an edge or a strong background, and a text.

Used by every page and the foot. A press is a touch and its release; Enter and Space do the same. No
button is smaller than the minimum touch target.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

from PySide6.QtCore import QEvent, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter
from PySide6.QtWidgets import QPushButton, QSizePolicy

from ..look.icons import icon
from ..look.line_breaking import plain
from ..look.metrics import Role
from ..look.theme import Tone
from .kit import Kit
from .surface import paint_tile, rounded
from .text import Block, Run

REPEAT_S = 0.5
"""An identical second press within this time is ignored (EN 301 549, 5.8)."""
KEY_REPEAT_S = 0.2
"""The same for the keys of a keypad. A code may have the same digit twice, and a quick typist
presses it four times a second; a trembling finger or a bouncing contact repeats within 0.15 s."""
DELETE = "delete"
"""``Button.key`` of the key that deletes the last digit."""


class Shape(StrEnum):
    """The arrangement of icon and text."""

    ROW = "row"
    """Icon and text side by side in the middle."""
    CHOICE = "choice"
    """Icon tile at the left, title and second line beside it."""
    STACK = "stack"
    """Icon above the text: the foot."""
    STRIP = "strip"
    """As a row, with little space around: the foot if it must be a single line."""
    KEY = "key"
    """A key of the keypad: one digit, or an icon."""


ARROWS = frozenset({Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down})
_BY_KEY = frozenset({Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason})
_KEEPS_FRAME = frozenset({Qt.FocusReason.ActiveWindowFocusReason, Qt.FocusReason.PopupFocusReason})
"""Reasons for which the focus returns to where it was."""


_BESIDE = (Shape.ROW, Shape.STRIP, Shape.CHOICE)
"""Shapes with the icon beside the text."""


class Button(QPushButton):
    """A button. ``name`` is a fixed object name for drivers and tests.

    ``key`` is the digit (or ``DELETE``) of a real keypad that presses it too.
    """

    def __init__(
        self,
        kit: Kit,
        name: str,
        title: str,
        pressed: Callable[[], None],
        *,
        tone: Tone | None = None,
        shape: Shape = Shape.ROW,
        icon_name: str = "",
        second: str = "",
        role: Role | None = None,
        height_mm: float = 22.0,
        enabled: bool = True,
        second_role: Role = Role.BODY,
        key: str = "",
    ) -> None:
        super().__init__()
        self.setObjectName(name)
        self._kit, self._shape, self._icon = kit, shape, icon_name
        self._tone = tone or kit.theme.secondary
        self.key = key
        if role is None:
            role = {
                Shape.ROW: Role.BUTTON, Shape.CHOICE: Role.HEADING, Shape.STACK: Role.FOOT,
                Shape.STRIP: Role.FOOT, Shape.KEY: Role.DIGIT,
            }[shape]  # fmt: skip
        self._role, self._second_role = role, second_role
        self._title: Block | None = None
        self._second: Block | None = None
        self._least = kit.sizes.touch(height_mm)
        self._radius = kit.sizes.radius()
        self._edge = kit.sizes.edge
        self._by_key = False
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setEnabled(enabled)
        self.label(title, second)
        self._pressed = pressed
        self.clicked.connect(self._press)

    def _press(self) -> None:
        guard = self._kit.guard
        least_s = KEY_REPEAT_S if self.key else REPEAT_S
        if guard is None or guard.accepts(self.objectName(), least_s):
            self._pressed()

    @property
    def focused_by_key(self) -> bool:
        """Whether it has the focus, and a key brought it there: then a frame shows it."""
        return self._by_key and self.hasFocus()

    # -- text ----------------------------------------------------------------------------

    def label(self, title: str, second: str = "") -> None:
        """Set the button's text."""
        self._words = (title, second)
        middle = self._shape is not Shape.CHOICE
        align = Qt.AlignmentFlag.AlignHCenter if middle else Qt.AlignmentFlag.AlignLeft
        tone = self.tone
        self._title = self._kit.block(title, self._role, colour=tone.text, align=align)
        self._second = (
            self._kit.block(second, self._second_role, colour=tone.quiet, align=align)
            if second
            else None
        )
        self.setText(plain(title))
        self.setAccessibleName(plain(title))
        self.setAccessibleDescription(plain(second))
        self.updateGeometry()
        self.update()

    @property
    def tone(self) -> Tone:
        """The current tone: a disabled button does not look touchable."""
        return self._tone if self.isEnabled() else self._kit.theme.absent

    @property
    def ground(self) -> str:
        """The colour behind the text."""
        return self.tone.pressed if self.isDown() else self.tone.ground

    def set_tone(self, tone: Tone) -> None:
        """Set another tone and keep the text."""
        self._tone = tone
        self.label(*self._words)

    def set_icon(self, name: str) -> None:
        """Set another icon, or none."""
        self._icon = name
        self.label(*self._words)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() is QEvent.Type.EnabledChange and self._title is not None:
            self.label(*self._words)
        super().changeEvent(event)

    # -- sizes ---------------------------------------------------------------------------

    @property
    def _pad(self) -> int:
        pads = {Shape.CHOICE: 11.0, Shape.STACK: 1.6, Shape.STRIP: 2.0, Shape.KEY: 1.0}
        return self._kit.sizes.space(pads.get(self._shape, 6.0))

    def _icon_side(self) -> int:
        assert self._title is not None
        if not self._icon:
            return 0
        em = self._title.px
        if self._shape is Shape.CHOICE:
            return round(em * 2.3)
        return round(em * (1.5 if self._shape is Shape.STACK else 1.35))

    def _gap(self) -> int:
        if not self._icon:
            return 0
        factor = {Shape.CHOICE: 8.0, Shape.STACK: 0.8, Shape.STRIP: 2.0}.get(self._shape, 4.0)
        return self._kit.sizes.space(factor)

    def _text_width(self, width: int) -> int:
        beside = self._icon_side() + self._gap() if self._shape in _BESIDE else 0
        if self._shape is Shape.KEY and self._icon:
            return 0
        return max(1, width - 2 * self._pad - beside)

    def _text_height(self, width: int) -> int:
        assert self._title is not None
        height = self._title.height(width) if self._title.markup else 0
        if self._second is not None:
            height += self._second.height(width)
        return height

    def heightForWidth(self, width: int) -> int:
        height = self._text_height(self._text_width(width))
        if self._shape is Shape.STACK:
            height += self._icon_side() + self._gap()
        elif self._shape is Shape.CHOICE:
            height = max(height, self._icon_side())
        padding = self._kit.sizes.space(2.4 if self._shape is not Shape.CHOICE else 4.2)
        return max(self._least, height + 2 * padding)

    def hasHeightForWidth(self) -> bool:
        return self.sizePolicy().hasHeightForWidth()

    def natural_width(self) -> int:
        """Return the width at which the text needs no line break."""
        assert self._title is not None
        words = self._title.natural_width()
        if self._second is not None:
            words = max(words, self._second.natural_width())
        beside = self._icon_side() + self._gap() if self._shape in _BESIDE else 0
        return words + beside + 2 * self._pad

    def sizeHint(self) -> QSize:
        width = max(self._least, self.natural_width())
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        """Return a size at which no word is broken."""
        assert self._title is not None
        if self._shape is Shape.KEY:
            return QSize(self._least, self._least)
        beside = self._icon_side() + self._gap() if self._shape in _BESIDE else 0
        width = self._title.least_width() + beside + 2 * self._pad
        return QSize(max(self._least, width), self._least)

    def tall(self, most_mm: float) -> Button:
        """Allow the button to grow in height up to ``most_mm`` at scale 1."""
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setMaximumHeight(max(self._kit.sizes.touch(most_mm), self._least))
        return self

    # -- painting ------------------------------------------------------------------------

    def _places(self) -> tuple[QRectF | None, QRectF, QRectF | None]:
        """Return the places of icon, title and second line."""
        assert self._title is not None
        area = QRectF(self.rect()).adjusted(self._pad, 0, -self._pad, 0)
        side, gap = self._icon_side(), self._gap()
        width = self._text_width(self.width())
        title_height = self._title.height(width) if self._title.markup else 0
        second_height = self._second.height(width) if self._second else 0
        words = title_height + second_height
        middle = area.center().y()
        mark: QRectF | None = None
        if self._shape is Shape.STACK:
            top = middle - (side + gap + words) / 2
            mark = QRectF(area.center().x() - side / 2, top, side, side)
            left, top = area.left(), top + side + gap
        elif self._shape is Shape.KEY and side:
            mark = QRectF(area.center().x() - side / 2, middle - side / 2, side, side)
            left, top = area.left(), middle
        elif self._shape in (Shape.ROW, Shape.STRIP) and side:
            lines = self._title.lines(width)
            inked = max(line.width for line in lines)
            left = area.center().x() - (side + gap + inked) / 2
            mark = QRectF(left, middle - side / 2, side, side)
            left, top, width = left + side + gap, middle - words / 2, int(inked + 1.99)
        else:
            left, top = area.left(), middle - words / 2
            if side:
                mark = QRectF(left, middle - side / 2, side, side)
                left += side + gap
        title = QRectF(left, top, width, title_height)
        second = QRectF(left, top + title_height, width, second_height) if self._second else None
        return mark, title, second

    def paintEvent(self, _event: object) -> None:
        assert self._title is not None
        painter = QPainter(self)
        tone = self.tone
        rounded(painter, QRectF(self.rect()), self._radius, self.ground, tone.edge, self._edge)
        mark, title, second = self._places()
        if mark is not None:
            self._paint_icon(painter, mark)
        if title.height():
            self._title.paint(painter, title)
        if second is not None and self._second is not None:
            self._second.paint(painter, second)
        painter.end()

    def _paint_icon(self, painter: QPainter, at: QRectF) -> None:
        if self._shape is Shape.CHOICE:
            paint_tile(painter, at, self._icon, self.tone.tile, self._radius * 0.7)
        else:
            drawn = icon(self._icon, round(at.width()), self.tone.text)
            painter.drawPixmap(round(at.left()), round(at.top()), drawn)

    def runs(self) -> list[Run]:
        """Return the lines of text as they are now."""
        assert self._title is not None
        _, title, second = self._places()
        bounds = self.rect()
        made = self._block_runs(self._title, title, bounds) if title.height() else []
        if second is not None and self._second is not None:
            made += self._block_runs(self._second, second, bounds)
        return made

    def _block_runs(self, block: Block, rect: QRectF, bounds: QRect) -> list[Run]:
        return block.runs(rect, self.ground, bounds)

    # -- keys ----------------------------------------------------------------------------

    def focusInEvent(self, event: QFocusEvent) -> None:
        if event.reason() not in _KEEPS_FRAME:
            self._by_key = event.reason() in _BY_KEY
        super().focusInEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.isEnabled():
            self.click()
            return
        if event.key() in ARROWS:
            # The window moves the focus through the whole page.
            event.ignore()
            return
        super().keyPressEvent(event)
