"""Text on the screen: broken into even lines, painted, and able to report where each line is.

Used for all text of a page. For screen readers and tests it is a ``QLabel``, but it paints itself.
Text is never truncated or condensed; text that does not fit is reported as clipped.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache
from unicodedata import east_asian_width

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from terminal.session.model import Language
from terminal.words import words

from ..look.fonts import font, metrics
from ..look.line_breaking import Line, break_lines, plain

LONGEST_EM = 39.5
"""Longest line: 40 Chinese characters (WCAG 2.2, 1.4.8), less what rounding to pixels takes."""
LINE_SPACING = 1.42
"""Distance of two lines, in em, of a text that is not made by a kit."""


@dataclass(frozen=True, slots=True)
class Run:
    """A painted line: for the gallery's measurements and for tests.

    ``rect`` is in the widget's pixels, ``px`` is the em. ``fits`` is false if the line extends
    beyond the space it was given.
    """

    text: str
    rect: QRect
    px: int
    colour: str
    ground: str
    fits: bool


@lru_cache(maxsize=4096)
def _width(text: str, px: int, bold: bool) -> float:
    return metrics(px, bold).horizontalAdvance(text)


@cache
def kept_words(language: Language) -> tuple[str, ...]:
    """Return the words of this language that no line break may split."""
    return tuple(words(language).text("type.keep").split())


@dataclass(frozen=True, slots=True)
class Block:
    """A text with its type: measures, breaks and paints it."""

    markup: str
    px: int
    colour: str
    bold: bool = False
    spacing: float = LINE_SPACING
    align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft
    language: Language = Language.ZH

    def lines(self, width: float) -> list[Line]:
        """Return the lines at this width."""
        width = min(width, LONGEST_EM * self.px)
        return _lines(self.markup, width, self.px, self.bold, self.language)

    @property
    def line_height(self) -> float:
        """Distance from one line to the next."""
        return self.px * self.spacing

    def height(self, width: float) -> int:
        """Return the height at this width, in pixels; half of the leading is above, half below."""
        return round(len(self.lines(width)) * self.line_height + 0.49)

    def natural_width(self) -> int:
        """Return the width without line breaks, except those in the text itself."""
        lines = _lines(self.markup, 1e7, self.px, self.bold, self.language)
        return int(max(line.width for line in lines) + 1.99)

    def least_width(self) -> int:
        """Return the width of its longest word; a word with Chinese characters can be broken, and
        counts with four of them at most."""
        parts = plain(self.markup).split()
        return int(max((self._least(part) for part in parts), default=0.0) + 1.99)

    def _least(self, word: str) -> float:
        width = _width(word, self.px, self.bold)
        chinese = any(east_asian_width(character) in "FW" for character in word)
        return min(width, self.px * 4.0) if chinese else width

    def place(self, rect: QRectF) -> list[tuple[Line, QRectF]]:
        """Return each line and its rectangle; the text is centred if ``rect`` is taller than
        needed."""
        lines = self.lines(rect.width())
        top = rect.top() + (rect.height() - len(lines) * self.line_height) / 2
        placed = []
        for i, line in enumerate(lines):
            left = rect.left()
            if self.align is Qt.AlignmentFlag.AlignHCenter:
                left += (rect.width() - line.width) / 2
            elif self.align is Qt.AlignmentFlag.AlignRight:
                left += rect.width() - line.width
            placed.append(
                (line, QRectF(left, top + i * self.line_height, line.width, self.line_height))
            )
        return placed

    def paint(self, painter: QPainter, rect: QRectF) -> None:
        """Paint the text into ``rect``."""
        painter.setPen(QColor(self.colour))
        for line, place in self.place(rect):
            at = place.left()
            for piece in line.pieces:
                bold = self.bold or piece.bold
                metric = metrics(self.px, bold)
                base = place.top() + (self.line_height + metric.capHeight()) / 2
                painter.setFont(font(self.px, bold))
                painter.drawText(QPointF(at, base), piece.text)
                at += _width(piece.text, self.px, bold)

    def runs(self, rect: QRectF, ground: str, bounds: QRect) -> list[Run]:
        """Return the lines that ``paint`` paints into ``rect``; ``bounds`` is the whole widget."""
        made = []
        for line, place in self.place(rect):
            if not line.text:
                continue
            ink = QRectF(place.left(), place.center().y() - self.px / 2, line.width, self.px)
            fits = (
                line.width <= rect.width() + 1
                and ink.top() >= bounds.top() - 1
                and ink.bottom() <= bounds.bottom() + 2
            )
            made.append(
                Run(line.text, ink.toAlignedRect(), self.px, str(self.colour), ground, fits)
            )
        return made


@lru_cache(maxsize=2048)
def _lines(markup: str, width: float, px: int, bold: bool, language: str) -> list[Line]:
    return break_lines(
        markup, width, lambda text, weight: _width(text, px, bold or weight), kept_words(language)
    )


def forget_text() -> None:
    """Clear the cache of measured text: it may contain a resident's name."""
    from ..look.line_breaking import forget_breaks

    _width.cache_clear()
    _lines.cache_clear()
    forget_breaks()


class Text(QLabel):
    """A block of text as a widget."""

    def __init__(self, block: Block, ground: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._block = block
        self.ground = ground
        self.setTextFormat(Qt.TextFormat.PlainText)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        super().setText(plain(block.markup))

    @property
    def block(self) -> Block:
        """The text that is painted, with its type."""
        return self._block

    def say(self, markup: str) -> None:
        """Show another text in the same type."""
        if markup == self._block.markup:
            return
        block = self._block
        self._block = Block(
            markup, block.px, block.colour, block.bold, block.spacing, block.align, block.language
        )
        super().setText(plain(markup))
        self.updateGeometry()
        self.update()

    def fit_text(self) -> None:
        """Make the widget exactly as wide as its text."""
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.updateGeometry()

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        # A layout asks for its own width, even if this is wider than the text may be.
        return self._block.height(min(width, self.maximumWidth()))

    def sizeHint(self) -> QSize:
        width = self._block.natural_width()
        return QSize(width, self._block.height(width))

    def minimumSizeHint(self) -> QSize:
        if self.sizePolicy().horizontalPolicy() is QSizePolicy.Policy.Fixed:
            return self.sizeHint()
        return QSize(self._block.px * 2, round(self._block.line_height))

    def paintEvent(self, _event: object) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
        self._block.paint(painter, QRectF(self.rect()))
        painter.end()

    def runs(self) -> list[Run]:
        """Return the lines as they are now."""
        return self._block.runs(QRectF(self.rect()), self.ground, self.rect())
