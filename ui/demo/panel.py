"""The demo's control panel: sample cards, the printer's paper, the phone, the platform.

For people who try the terminal without its devices. The panel is a separate window and not part of
the product's pages. It uses only ``DemoControls``. Those may block, so they are called on a thread
that belongs to the panel.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import Qt, QTimer, QUrl, Signal, Slot
from PySide6.QtGui import QCloseEvent, QDesktopServices, QFontMetrics
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from terminal.session.model import Theme
from terminal.words import words

from ..look.fonts import FAMILIES, font
from ..look.theme import PALETTES

COLOURS = PALETTES[Theme.STANDARD]
"""The panel stands beside the terminal and does not change with its theme."""
WIDTH_PX = 392
"""Width that fits beside a terminal scaled to the rest of a 1366 × 768 screen."""
HEIGHT_PX = 700
"""Height of a 768-pixel screen without the desktop's panel and the window's title bar."""
CARD_PX = 12
"""Type size of the cards' titles; at this size seventeen of them fit in two columns."""
CODE_PX = 30
PHONE_MS = 700
"""Interval between two queries of the phone's code. A code shown within a second feels
immediate."""


class PlatformMode(StrEnum):
    """How the demo's platform behaves."""

    NORMAL = "normal"
    SLOW = "slow"
    DOWN = "down"


class DemoControls(Protocol):
    """Actions of the person who tries the demo. Any method may block."""

    @property
    def folder(self) -> Path:
        """The folder into which the printer writes its PDFs."""
        ...

    def cards(self) -> list[tuple[str, str]]:
        """Return the sample cards: name, and title for the screen."""
        ...

    def present_card(self, name: str) -> None:
        """Present this card to the reader."""
        ...

    def remove_card(self) -> None:
        """Remove the card from the reader."""
        ...

    def paper_out(self) -> None:
        """Make the printer run out of paper."""
        ...

    def refill(self) -> None:
        """Refill the printer with paper."""
        ...

    def jam(self) -> None:
        """Jam the sheet that is being printed, so that its job fails."""
        ...

    def last_code(self) -> str:
        """Return the last code that was sent to the phone; empty if none was sent."""
        ...

    def platform(self, mode: PlatformMode) -> None:
        """Make the platform slow, unreachable, or normal."""
        ...


def both(key: str) -> str:
    """Return a message in both languages, one below the other."""
    return f"{words('zh').text(key)}\n{words('en').text(key)}"


class DemoPanel(QWidget):
    """The panel. ``closed`` is emitted when its window is closed."""

    closed = Signal()
    _done = Signal(object)

    def __init__(self, controls: DemoControls) -> None:
        super().__init__()
        self._controls = controls
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="demo")
        self._asking = False
        self._presented = ""
        self._done.connect(self._finished, Qt.ConnectionType.QueuedConnection)
        self.setObjectName("demo")
        self.setWindowTitle(words("zh").text("demo.title"))
        self.setFixedWidth(WIDTH_PX)
        self.setStyleSheet(_STYLE)

        self._cards = QButtonGroup(self)
        self._cards.setExclusive(False)
        self._remove = QPushButton(_line("demo.remove"))
        self._remove.setObjectName("demo.remove")
        self._remove.setEnabled(False)
        self._remove.clicked.connect(self._remove_card)
        self._code = QLabel()
        self._code.setObjectName("demo.code")
        self._code.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._code.setAlignment(Qt.AlignmentFlag.AlignCenter)
        # Keep the height with and without a code, so that nothing below it moves.
        self._code.setFixedHeight(CODE_PX * 3 // 2)
        self._show_code("")

        column = QVBoxLayout(self)
        column.setContentsMargins(14, 10, 14, 12)
        column.setSpacing(6)
        column.addWidget(_heading())
        column.addWidget(self._card_box(), 1)
        column.addWidget(self._phone_box())
        column.addWidget(self._printer_box())
        column.addWidget(self._platform_box())

        self._phone = QTimer(self)
        self._phone.setInterval(PHONE_MS)
        self._phone.timeout.connect(self._look_at_phone)
        self._phone.start()

    # -- parts -------------------------------------------------------------------------------

    def _card_box(self) -> QFrame:
        frame, layout = _box("demo.cards")
        grid = QGridLayout()
        grid.setHorizontalSpacing(6)
        grid.setVerticalSpacing(3)
        for i, (name, title) in enumerate(self._controls.cards()):
            card = QPushButton()
            card.setObjectName(f"demo.card.{name}")
            card.setCheckable(True)
            card.setProperty("part", "card")
            card.setToolTip(title)
            card.setAccessibleName(title)
            width = (WIDTH_PX - 2 * (14 + 12) - 6) // 2 - 20
            middle = Qt.TextElideMode.ElideMiddle
            card.setText(QFontMetrics(font(CARD_PX)).elidedText(title, middle, width))
            card.clicked.connect(self._presenting(name))
            self._cards.addButton(card)
            grid.addWidget(card, i // 2, i % 2)
        layout.addLayout(grid, 1)
        layout.addWidget(self._remove)
        return frame

    def _phone_box(self) -> QFrame:
        frame, layout = _box("demo.phone")
        layout.addWidget(self._code)
        return frame

    def _printer_box(self) -> QFrame:
        frame, layout = _box("demo.printer")
        row = QHBoxLayout()
        row.setSpacing(6)
        for key, act in (
            ("demo.paper_out", self._controls.paper_out),
            ("demo.refill", self._controls.refill),
            ("demo.jam", self._controls.jam),
        ):
            button = _button(key, key)
            button.clicked.connect(self._doing(act))
            row.addWidget(button)
        folder = _button("demo.folder", "demo.folder")
        folder.setToolTip(str(self._controls.folder))
        folder.clicked.connect(self._open_folder)
        row.addWidget(folder)
        layout.addLayout(row)
        return frame

    def _platform_box(self) -> QFrame:
        frame, layout = _box("demo.platform")
        row = QHBoxLayout()
        row.setSpacing(6)
        group = QButtonGroup(self)
        for mode in PlatformMode:
            button = _button(f"demo.platform.{mode}", f"demo.platform.{mode}")
            button.setCheckable(True)
            button.setChecked(mode is PlatformMode.NORMAL)
            button.clicked.connect(self._doing(partial(self._controls.platform, mode)))
            group.addButton(button)
            row.addWidget(button)
        layout.addLayout(row)
        return frame

    # -- actions -----------------------------------------------------------------------------

    def _presenting(self, name: str) -> Callable[[], None]:
        def present() -> None:
            if self._presented == name:
                self._remove_card()
                return
            if self._presented:
                self._do(self._controls.remove_card)
            self._presented = name
            self._do(lambda: self._controls.present_card(name))
            self._show_presented()

        return present

    def _remove_card(self) -> None:
        self._presented = ""
        self._do(self._controls.remove_card)
        self._show_presented()

    def _show_presented(self) -> None:
        for card in self._cards.buttons():
            card.setChecked(card.objectName() == f"demo.card.{self._presented}")
        self._remove.setEnabled(bool(self._presented))

    def _doing(self, act: Callable[[], None]) -> Callable[[], None]:
        return lambda: self._do(act)

    def _do(self, act: Callable[[], object], then: Callable[[object], None] | None = None) -> None:
        future = self._worker.submit(act)
        future.add_done_callback(lambda done: self._emit_done(done, then))

    def _emit_done(self, done: Future[object], then: Callable[[object], None] | None) -> None:
        if not done.cancelled():
            self._done.emit((done, then))

    @Slot(object)
    def _finished(self, what: tuple[Future[object], Callable[[object], None] | None]) -> None:
        done, then = what
        if isinstance(done.exception(), OSError):
            # The sandbox is busy or gone. The terminal's own page reports that; the panel goes on.
            self._asking = False
            return
        result = done.result()
        if then is not None:
            then(result)

    def _look_at_phone(self) -> None:
        if self._asking:
            return
        self._asking = True
        self._do(self._controls.last_code, self._phone_said)

    def _phone_said(self, code: object) -> None:
        self._asking = False
        self._show_code(str(code))

    def _show_code(self, code: str) -> None:
        self._code.setText(code or words("zh").text("demo.no_code"))
        self._code.setProperty("part", "code" if code else "none")
        self._code.style().polish(self._code)

    def _open_folder(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._controls.folder)))

    def closeEvent(self, event: QCloseEvent) -> None:
        self._phone.stop()
        self._worker.shutdown(wait=False, cancel_futures=True)
        self.closed.emit()
        super().closeEvent(event)


def _heading() -> QWidget:
    made = QLabel(both("demo.title"))
    made.setProperty("part", "title")
    return made


def _line(key: str) -> str:
    return both(key).replace("\n", "　")


def _box(key: str) -> tuple[QFrame, QVBoxLayout]:
    frame = QFrame()
    frame.setProperty("part", "box")
    layout = QVBoxLayout(frame)
    layout.setContentsMargins(12, 6, 12, 8)
    layout.setSpacing(5)
    title = QLabel(_line(key))
    title.setProperty("part", "heading")
    layout.addWidget(title)
    return frame, layout


def _button(key: str, name: str) -> QPushButton:
    made = QPushButton(both(key))
    made.setObjectName(name)
    made.setProperty("part", "two")
    return made


_STYLE = f"""
QWidget {{ font-family: "{FAMILIES[0]}"; font-size: 13px; color: {COLOURS.text}; }}
#demo {{ background: {COLOURS.absent.ground}; }}
QLabel[part="title"] {{ font-size: 15px; font-weight: bold; color: {COLOURS.secondary.text}; }}
QLabel[part="heading"] {{ font-weight: bold; color: {COLOURS.quiet}; }}
QFrame[part="box"] {{ background: {COLOURS.plain.ground}; border: 1px solid {COLOURS.line};
  border-radius: 10px; }}
QPushButton {{ background: {COLOURS.plain.ground}; border: 1px solid {COLOURS.secondary.text};
  border-radius: 7px; padding: 3px 8px; color: {COLOURS.secondary.text}; min-height: 22px; }}
QPushButton:pressed {{ background: {COLOURS.secondary.pressed}; }}
QPushButton:checked {{ background: {COLOURS.secondary.text}; color: {COLOURS.plain.ground}; }}
QPushButton:disabled {{ border-color: {COLOURS.line}; color: {COLOURS.quiet};
  background: {COLOURS.absent.ground}; }}
QPushButton[part="card"] {{ background: {COLOURS.page}; border-color: {COLOURS.line};
  text-align: left; padding: 2px 9px; font-size: {CARD_PX}px; }}
QPushButton[part="two"] {{ min-height: 40px; padding: 1px 4px; }}
QPushButton[part="card"]:checked {{ background: {COLOURS.primary.ground};
  border-color: {COLOURS.primary.ground}; }}
QLabel[part="code"] {{ font-size: {CODE_PX}px; font-weight: bold; letter-spacing: 6px;
  color: {COLOURS.secondary.text}; }}
QLabel[part="none"] {{ font-size: 13px; color: {COLOURS.quiet}; }}
"""
