"""The frame of every page: the station's header, and the foot, which never changes its place.

Used by the window. Help always has the same colour and the same corner. The foot of pages
with large type also has "back". The language can be changed with one touch in every mode.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Qt, QTimer
from PySide6.QtGui import QColor, QMouseEvent, QPainter
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from terminal import session
from terminal.words import words

from ..look.metrics import Role
from ..look.theme import Tone
from .button import Button, Shape
from .kit import Kit
from .text import Text

if TYPE_CHECKING:
    from terminal.session.events import Event

LONG_PRESS_MS = 3000
"""Long press in the top left corner that opens maintenance; visitors do not hold a finger so
long."""
CORNER_MM = 40.0
"""Side of that corner."""

Back = tuple[str, Callable[[], None]]
"""Object name and action of the page's back button."""


def clock_text(now: datetime) -> str:
    """Return the time of day as text."""
    return now.strftime("%H:%M")


def date_text(kit: Kit, now: datetime) -> str:
    """Return the date, as it is written in the language of the page."""
    weekday = kit.say(f"weekday.{now.isoweekday()}")
    return kit.say(
        "header.date", month=kit.say(f"month.{now.month}"), day=now.day, weekday=weekday
    )  # fmt: skip


class _Strip(QWidget):
    """A part of the frame that is as high as its text needs."""

    def needed_height(self, width: int) -> int:
        """Return its height in pixels at this width."""
        layout = self.layout()
        assert layout is not None
        if layout.hasHeightForWidth():
            return int(layout.totalMinimumHeightForWidth(width))
        return layout.totalMinimumSize().height()


class TrialMark(_Strip):
    """The mark of a trial on every page: 试用 and Trial, and what that means.

    In portrait it is a band under the header. In landscape there is no height to spare, so it is
    part of the header, without the sentence if the header is a single line.
    """

    def __init__(self, kit: Kit) -> None:
        super().__init__()
        sizes = kit.sizes
        row = QHBoxLayout(self)
        band = kit.portrait
        side, top = sizes.space(14 if band else 5), 0 if kit.terse else sizes.space(2.0)
        row.setContentsMargins(side, top, side, top)
        row.setSpacing(sizes.space(6))
        # Show both languages on each page: a reader may not have chosen the language.
        both = f"{words('zh').text('trial.mark')} {words('en').text('trial.mark')}"
        self._tile = kit.theme.trial
        text = partial(kit.text, colour=self._tile.ink, ground=self._tile.ground)
        mark = text(both, Role.BUTTON, bold=True, name="trial.mark")
        mark.fit_text()
        row.addWidget(mark)
        if not one_line(kit):
            notice = text(kit.say("trial.notice"), Role.SMALL, name="trial.notice")
            row.addWidget(notice, 1)
            if not band:
                notice.fit_text()
        across = QSizePolicy.Policy.Expanding if band else QSizePolicy.Policy.Fixed
        self.setSizePolicy(across, QSizePolicy.Policy.Fixed)

    def paintEvent(self, _event: object) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(self._tile.ground))
        painter.end()


def one_line(kit: Kit) -> bool:
    """Return whether the header is a single line, so that a low screen has more height for the
    page."""
    return kit.compact or (kit.large and not kit.portrait)


class Header(_Strip):
    """Station, place, time. A long press in its left corner asks for maintenance.

    ``mark`` is shown within it; in a single-line header it replaces the place's name.
    """

    def __init__(
        self, kit: Kit, clock: Callable[[], datetime], mark: TrialMark | None = None
    ) -> None:
        super().__init__()
        self._kit, self._clock = kit, clock
        sizes = kit.sizes
        row = QHBoxLayout(self)
        side, top = sizes.space(14), sizes.space(5.0 if not kit.compact else 3.2)
        row.setContentsMargins(side, top, side, top)
        row.setSpacing(sizes.space(8))
        tile = kit.theme.header
        text = partial(kit.text, colour=tile.ink, ground=tile.ground)
        name = text(kit.place.station_name, Role.BODY, bold=True, name="header.station")
        place = text(kit.place.location, Role.SMALL, name="header.place")
        self._time = text("00:00", Role.CLOCK, name="header.time")
        self._date = text("", Role.SMALL, align=Qt.AlignmentFlag.AlignRight, name="header.date")
        if one_line(kit):
            self._fill_line(row, name, place, mark)
            self._time.fit_text()
            row.addWidget(self._time)
        else:
            left = QVBoxLayout()
            left.setSpacing(0)
            left.addWidget(name)
            left.addWidget(place)
            row.addLayout(left, 1)
            if mark is not None:
                row.addWidget(mark)
            both = QVBoxLayout()
            both.setSpacing(0)
            time_row = QHBoxLayout()
            time_row.addStretch(1)
            self._time.fit_text()
            time_row.addWidget(self._time)
            both.addLayout(time_row)
            both.addWidget(self._date)
            row.addLayout(both, 1)
        self.tick()
        extra = kit.screen.above_reach_px - self.needed_height(kit.screen.width_px)
        if extra > 0:
            # In low reach it fills all that is too high for a control.
            row.setContentsMargins(side, top + extra, side, top)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._press = QTimer(self)
        self._press.setSingleShot(True)
        self._press.setInterval(LONG_PRESS_MS)
        self._press.timeout.connect(lambda: kit.post(session.events.MaintenancePressed()))

    def _fill_line(self, row: QHBoxLayout, name: Text, place: Text, mark: TrialMark | None) -> None:
        """Fill a single line, except for the time."""
        if self._kit.terse:
            # There is space for one of the two.
            shown, *hidden = (name,) if mark is None else (mark, name)
            row.addWidget(shown)
            row.addStretch(1)
            for left_out in (*hidden, place, self._date):
                left_out.setParent(self)
                left_out.hide()
            return
        name.fit_text()
        row.addWidget(name)
        if mark is None:
            row.addWidget(place, 1)
        else:
            row.addWidget(mark)
        row.addWidget(self._date, 1)

    def tick(self) -> None:
        """Show the current time."""
        now = self._clock()
        self._time.say(clock_text(now))
        self._date.say(date_text(self._kit, now))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        side = self._kit.sizes.mm(CORNER_MM)
        at = event.position()
        if at.x() < side and at.y() < side:
            self._press.start()

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        self._press.stop()

    def paintEvent(self, _event: object) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(self._kit.theme.header.ground))
        painter.end()


class Foot(_Strip):
    """The exit of a visit, text size, voice, language, help; on pages with large type also "back".

    The exit is always at the left, and help at the right.
    If ``speaks`` is false, no voice speaks this language, and the voice button says so.
    """

    def __init__(self, kit: Kit, *, speaks: bool = True) -> None:
        super().__init__()
        self._kit = kit
        self._speaks = speaks
        sizes, look = kit.sizes, kit.look
        self._row = QHBoxLayout(self)
        side, top = sizes.space(10), sizes.space(6 if not kit.compact else 3)
        self._row.setContentsMargins(side, top, side, top)
        self._row.setSpacing(sizes.gap(4.5))
        self._height = (31.0 if kit.portrait else 27.0) if not kit.compact else 17.0
        self._shape = Shape.STRIP if kit.terse else Shape.STACK
        self._end = self._add(
            "foot.end", "exit", lambda: session.events.EndPressed(), 5 if kit.large else 4
        )
        self._end.hide()
        self._back_slot = QWidget()
        self._back_slot.hide()
        self._back_button: Button | None = None
        if kit.large:
            box = QHBoxLayout(self._back_slot)
            box.setContentsMargins(0, 0, 0, 0)
            # The slot is as wide with its button as without.
            back = self._back("", lambda: None)
            self._row.addWidget(self._back_slot, back.natural_width() if kit.terse else 4)
            back.deleteLater()
        mode = look.mode.following
        self._add("foot.size", "text-size", lambda: session.events.ModeChosen(mode), 4)
        self._add_voice()
        following = look.language.following
        self._add(
            "foot.language",
            "globe",
            lambda: session.events.LanguageChosen(following),
            4,
            following.own_name,
        )
        self._add(
            "foot.help",
            "headset",
            lambda: session.events.HelpPressed(),
            6 if kit.large else 5,
            tone=kit.theme.help,
        )
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def _add_voice(self) -> None:
        on = self._kit.look.voice
        if self._kit.large:
            # If it is pressed while the voice is on, the page is spoken once more.
            key, icon_name, wanted = ("foot.again" if on else "foot.voice"), "speaker", True
        else:
            key, wanted = ("foot.voice_off" if on else "foot.voice"), not on
            icon_name = "speaker-off" if on else "speaker"
        if not self._speaks:
            key, icon_name = "foot.voice_none", "speaker-off"
        self._add(
            "foot.voice",
            icon_name,
            lambda: session.events.VoiceChosen(wanted),
            5 if self._kit.large else 4,
            self._kit.say(key),
            enabled=self._speaks,
        )

    def _add(
        self,
        name: str,
        icon_name: str,
        event: Callable[[], Event],
        stretch: int,
        text: str = "",
        tone: Tone | None = None,
        *,
        enabled: bool = True,
    ) -> Button:
        kit = self._kit
        button = Button(
            kit, name, text or kit.say(name), lambda: kit.post(event()),
            tone=tone, shape=self._shape,
            icon_name="" if kit.terse else icon_name, height_mm=self._height, enabled=enabled,
        )  # fmt: skip
        self._row.addWidget(button, button.natural_width() if kit.terse else stretch)
        return button

    def needed_height(self, width: int) -> int:
        """Return its height at this width with all its buttons, so that it is always the same."""
        back, shown = self._back_button, self._end.isVisibleTo(self)
        self.show_exit(True)
        self.show_back(("foot.back", lambda: None))
        height = super().needed_height(width)
        self.show_exit(shown)
        self.show_back(None)
        assert back is None, "the height is measured before a page is shown"
        return height

    def show_exit(self, shown: bool) -> None:
        """Show the button that ends the visit, or give its place to the others."""
        self._end.setVisible(shown)

    def show_back(self, back: Back | None) -> None:
        """Show the page's back button, or give its place to the others if the page has none."""
        if not self._kit.large:
            return
        if self._back_button is not None:
            self._back_button.hide()
            self._back_button.deleteLater()
            self._back_button = None
        self._back_slot.setVisible(back is not None)
        if back is None:
            return
        name, act = back
        self._back_button = self._back(name, act)
        layout = self._back_slot.layout()
        assert layout is not None
        layout.addWidget(self._back_button)
        self._back_button.show()

    def _back(self, name: str, act: Callable[[], None]) -> Button:
        return Button(
            self._kit, name, self._kit.say("foot.back"), act, shape=self._shape,
            icon_name="" if self._kit.terse else "back", height_mm=self._height,
        )  # fmt: skip

    def paintEvent(self, _event: object) -> None:
        painter, theme = QPainter(self), self._kit.theme
        painter.fillRect(self.rect(), QColor(theme.foot))
        line = QRectF(0, 0, self.width(), self._kit.sizes.hairline)
        painter.fillRect(line, QColor(theme.line))
        painter.end()
