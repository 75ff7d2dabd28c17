"""The terminal's one window: header, page, foot. It shows the current state and posts events.

It never blocks, makes no decisions and uses no device. In production a user cannot leave it: it has
no window frame, cursor, shortcuts or close button.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QColor, QGuiApplication, QKeyEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from terminal import session
from terminal.session.deadline import deadline
from terminal.session.model import Look
from terminal.session.states import InVisit, State, Waits

from .look.metrics import Screen
from .pages import page_for
from .pages.base import Page
from .widgets.button import ARROWS, DELETE, Button
from .widgets.frame import Foot, Header, TrialMark
from .widgets.kit import Kit, Place, Post, RepeatGuard
from .widgets.overlay import Overlay
from .widgets.text import forget_text

if TYPE_CHECKING:
    from .widgets.banner import Banner
    from .widgets.focus_frame import FocusFrame
    from .widgets.waiting import WaitStrip

TOUCHED_EVERY_S = 1.0
"""Minimum time between two ``Touched`` events, so that a moving finger posts one per second."""
WATCH_MS = 250
"""Interval between two checks of clock, deadline and waiting time, so that what belongs to a second
is never shown half a second late."""
LAST_WARNING_S = 10.0
"""The voice repeats the warning when so much time is left."""
SQUEEZES = (
    *((factor, False) for factor in (1.0, 0.88, 0.76, 0.64, 0.52, 0.4)),
    *((factor, True) for factor in (0.76, 0.52, 0.4)),
)
"""Factors by which a page's spacing is reduced, one after the other, until the page fits; and
whether the page leaves out what is not necessary (`Kit.sparse`)."""
TERSE_SQUEEZES = ((1.0, False), (0.7, False), (0.4, False), (0.7, True), (0.4, True))
"""The same if type is very large for the screen (`Kit.terse`). Most pages then need the last steps,
and each step takes time."""
HELD_TOUCH_S = 10.0
"""A touch held longer is an object or moisture, not a finger: its moves do not count as activity. A
resident who reads a page with a finger on it lifts the finger earlier than that."""
DOUBLE_TOUCH_S = 0.35
"""A second touch this soon after a page changed was meant for the previous page (trembling
hands)."""

_ACTIVITY = frozenset(
    {
        QEvent.Type.MouseButtonPress, QEvent.Type.MouseMove, QEvent.Type.Wheel,
        QEvent.Type.TouchBegin, QEvent.Type.TouchUpdate, QEvent.Type.KeyPress,
    }
)  # fmt: skip
_PRESSES = frozenset({QEvent.Type.MouseButtonPress, QEvent.Type.TouchBegin})
_RELEASES = frozenset(
    {QEvent.Type.MouseButtonRelease, QEvent.Type.TouchEnd, QEvent.Type.TouchCancel}
)
_DESKTOP_EVENTS = frozenset(
    {QEvent.Type.ContextMenu, QEvent.Type.Shortcut, QEvent.Type.WhatsThis, QEvent.Type.ToolTip}
)
_KEYS = frozenset(
    {
        Qt.Key.Key_Tab, Qt.Key.Key_Backtab, Qt.Key.Key_Return, Qt.Key.Key_Enter,
        Qt.Key.Key_Space, *ARROWS,
    }
)  # fmt: skip
"""Keys of a tactile keypad that move the focus and choose."""
_ENTRIES = {
    **{Qt.Key(Qt.Key.Key_0 + digit): str(digit) for digit in range(10)},
    Qt.Key.Key_Backspace: DELETE, Qt.Key.Key_Delete: DELETE,
}  # fmt: skip
"""Keys that press a key of the keypad on the page: which one (`Button.key`)."""
HELP_KEY = "F1"
"""The key for help if the configuration names no other."""


class Warned(NamedTuple):
    """The warning that is shown: beside the page or on it, and whether its last seconds have begun.

    ``final``: the longest visit is over, and no touch prolongs it.
    """

    beside: bool
    final: bool
    last: bool


class TerminalWindow(QWidget):
    """The window. ``post`` is called with events on the UI thread; ``clock`` returns local time."""

    turned = Signal(object)
    """The page shows other services than before, in the same state (``State``)."""
    warned = Signal(object)
    """The warning has appeared, has reached its last seconds, or has gone (``State``). The voice
    says `warning` then, and it interrupts what it was saying: time is short."""

    def __init__(
        self,
        screen: Screen,
        post: Post,
        place: Place,
        *,
        production: bool,
        guarded: bool | None = None,
        help_key: str = HELP_KEY,
        clock: Callable[[], datetime] = lambda: datetime.now().astimezone(),
    ) -> None:
        """``guarded`` ignores an identical second press that comes too soon; by default in
        production only, because tests press faster than hands do."""
        super().__init__()
        self._screen, self._post, self._place, self._clock = screen, post, place, clock
        self.production = production
        self._guard = RepeatGuard() if (production if guarded is None else guarded) else None
        self._help_key = Qt.Key[f"Key_{help_key}"]
        self._frame: FocusFrame | None = None
        self._ground = ""
        self._band: TrialMark | None = None
        self._state: State | None = None
        self._kit: Kit | None = None
        self._page: Page[Any] | None = None
        self._header: Header | None = None
        self._foot: Foot | None = None
        self._overlay: Overlay | None = None
        self._speaks = True
        """Whether a voice speaks the language of the page."""
        self._banner: Banner | None = None
        self._waiting: WaitStrip | None = None
        self._warned: Warned | None = None
        self._touched_at = 0.0
        self._pressed_at: float | None = None
        self._swapped_at = 0.0
        self.double_touch_s = DOUBLE_TOUCH_S if production else 0.0
        self.setObjectName("terminal")
        self.setWindowTitle(place.station_name)
        self.setFixedSize(screen.width_px, screen.height_px)
        self._box = QVBoxLayout(self)
        self._box.setContentsMargins(0, 0, 0, screen.below_reach_px)
        self._box.setSpacing(0)
        if production:
            self.setWindowFlags(
                Qt.WindowType.FramelessWindowHint
                | Qt.WindowType.WindowStaysOnTopHint
                | Qt.WindowType.Window
            )
            self.setCursor(Qt.CursorShape.BlankCursor)
        self._watch = QTimer(self)
        self._watch.setInterval(WATCH_MS)
        self._watch.timeout.connect(self._look_at_clock)
        self._watch.start()
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        app.installEventFilter(self)
        app.focusChanged.connect(self._focus_moved)

    # -- showing -------------------------------------------------------------------------

    @property
    def current_page(self) -> Page[Any]:
        """The page that is shown."""
        assert self._page is not None, "no state was shown yet"
        return self._page

    @property
    def warning(self) -> Warned | None:
        """The warning that is shown now."""
        return self._warned

    @property
    def state(self) -> State | None:
        """The state that is shown."""
        return self._state

    def present(self) -> None:
        """Open the window: full screen in production, otherwise in its own size."""
        if self.production:
            # Without a window manager showFullScreen alone does not resize.
            self.setGeometry(QGuiApplication.primaryScreen().geometry())
            self.showFullScreen()
        else:
            self.show()

    def show_state(self, state: State) -> None:
        """Show ``state``; called on the UI thread whenever it changes."""
        before, self._state = self._state, state
        speaks = state.station.speaks(state.look.language)
        new_look = self._kit is None or self._kit.look != state.look or self._speaks != speaks
        self._speaks = speaks
        page = self._page
        # If ``entered`` differs, it is another situation, perhaps of another person: states between
        # the two may have been skipped.
        same = type(before) is type(state) and before.entered == state.entered
        goes_on = page is not None and same and page.key(before) == page.key(state)
        if new_look or not goes_on:
            focused = self._focused_by_key()
            self.setUpdatesEnabled(False)
            if new_look:
                self._apply_look(state.look)
            kept = page is not None and same and page.keeps(before, state)
            carried = page.carry() if page is not None and kept else None
            self._put_page(state, carried)
            if focused and same:
                self._focus_on(focused)
            self.setUpdatesEnabled(True)
            if isinstance(before, InVisit) and not isinstance(state, InVisit):
                forget_text()
        elif page is not None:
            page.refresh(state)
        self._look_at_clock()

    def _apply_look(self, look: Look) -> None:
        """Make header and foot for another mode or language."""
        self._kit = Kit(self._screen, look, self._post, self._place, guard=self._guard)
        self._ground = self._kit.theme.page
        for old in (
            self._band, self._header, self._foot, self._overlay, self._banner, self._waiting,
        ):  # fmt: skip
            if old is not None:
                old.hide()
                self._box.removeWidget(old)
                old.deleteLater()
        mark = TrialMark(self._kit) if self._place.trial else None
        self._band = mark if self._kit.portrait else None
        # What is too high for a control shows only the station's name and the time.
        self._header = Header(self._kit, self._clock, None if self._kit.portrait else mark)
        self._foot = Foot(self._kit, speaks=self._speaks)
        self._overlay = Overlay(self._kit, self)
        self._banner = self._waiting = None
        parts: list[Header | TrialMark | Foot]
        parts = [part for part in (self._header, self._band) if part is not None]
        for index, part in enumerate(parts):
            self._box.insertWidget(index, part)
        self._box.addWidget(self._foot)
        parts.append(self._foot)
        for part in parts:
            part.setFixedHeight(part.needed_height(self.width()))
            # Show it now and not from the event loop, so that nothing flickers.
            part.show()

    def _put_page(self, state: State, carried: object) -> None:
        assert self._kit is not None
        assert self._foot is not None
        old = self._page
        if self._waiting is None and state.waits_for is not Waits.NOBODY:
            self._make_strips()
        # Their height belongs to the page or not, so they are decided before it is fitted.
        self._foot.show_exit(state.may_end)
        self._page = self._fitted_page(state, carried)
        if old is not None:
            old.hide()
            self._box.removeWidget(old)
            old.forget()
            old.deleteLater()
        self._box.insertWidget(self._box.indexOf(self._waiting or self._foot), self._page, 1)
        if self._waiting is not None:
            self._begin_waiting(self._waiting, self._page, state)
        self._page.turned.connect(lambda: self.turned.emit(self._state))
        self._foot.show_back(self._page.back)
        self._page.show()
        self._box.activate()
        self._order_focus()
        self._swapped_at = time.monotonic()

    def _fitted_page(self, state: State, carried: object) -> Page[Any]:
        """Return the page, with tighter spacing if needed; type never falls below its minimum."""
        assert self._kit is not None
        assert self._header is not None
        assert self._foot is not None
        band = 0 if self._band is None else self._band.height()
        free_px = self.height() - band - self._header.height() - self._foot.height()
        if self._banner is not None and state.acts_outside and deadline(state) is not None:
            # The page must fit with the warning beside it, too.
            free_px -= self._banner.height()
        if self._waiting is not None and state.working:
            free_px -= self._waiting.height()
        free_px -= self._screen.below_reach_px
        make = page_for(type(state))
        steps = TERSE_SQUEEZES if self._kit.terse else SQUEEZES
        for step in steps:
            squeeze, sparse = step
            page = make(self._kit.squeezed(squeeze, sparse=sparse), state, carried)
            if page.fits(self.width(), free_px):
                break
            if step is not steps[-1]:
                page.forget()
                page.deleteLater()
        return page

    def _make_strips(self) -> None:
        """Make the strips above and below the page. The first page needs none."""
        from .widgets.banner import Banner
        from .widgets.waiting import WaitStrip

        assert self._kit is not None
        assert self._foot is not None
        self._banner, self._waiting = Banner(self._kit), WaitStrip(self._kit)
        foot = self._box.indexOf(self._foot)
        above = foot if self._page is None else self._box.indexOf(self._page)
        self._box.insertWidget(foot, self._waiting)
        self._box.insertWidget(above, self._banner)
        for strip in (self._banner, self._waiting):
            strip.setFixedHeight(strip.needed_height(self.width()))

    def _begin_waiting(self, strip: WaitStrip, page: Page[Any], state: State) -> None:
        """Prepare the strip for the work of this page; hide it if no machine works."""
        assert self._kit is not None
        strip.setVisible(state.working)
        if not state.working:
            return
        stop = page.stop
        if stop is None and state.may_end and page.offers_stop:
            stop = ("working.leave", "waiting.stop", self._end_visit)
        strip.begin(self._kit.say(page.still_key), stop, bar=not page.own_progress)

    def _end_visit(self) -> None:
        self._post(session.events.EndPressed())

    # -- the focus -----------------------------------------------------------------------

    def _order_focus(self) -> None:
        """Order the Tab key: through the page from top to bottom, then through the foot."""
        assert self._page is not None
        assert self._foot is not None
        warning = [] if self._banner is None else self._banner.findChildren(Button)
        waiting = [] if self._waiting is None else self._waiting.findChildren(Button)
        stops = [
            *_in_reading_order(self._page), *warning, *waiting, *_in_reading_order(self._foot),
        ]  # fmt: skip
        for one, other in pairwise(stops):
            QWidget.setTabOrder(one, other)
        self.setFocus()

    def _stops(self) -> list[Button]:
        """Return the buttons that can be chosen now, in the order of the keys."""
        overlay = self._overlay
        covered = overlay is not None and overlay.isVisible()
        banner = self._banner if self._banner is not None and self._banner.isVisible() else None
        parts = (overlay if covered else self._page, banner, self._waiting, self._foot)
        placed = [
            button for part in parts if part is not None for button in _in_reading_order(part)
        ]
        return [button for button in placed if button.isEnabled()]

    def _move_focus(self, by: int) -> None:
        """Move the focus to the next or previous button; without a focus, to the first one."""
        stops = self._stops()
        here = next((i for i, button in enumerate(stops) if button.hasFocus()), None)
        if stops:
            reason = Qt.FocusReason.TabFocusReason if by > 0 else Qt.FocusReason.BacktabFocusReason
            stops[0 if here is None else (here + by) % len(stops)].setFocus(reason)

    def _focused_by_key(self) -> str:
        """Return the name of the button that a key has brought the focus to; empty if none."""
        button = self.focusWidget()
        return button.objectName() if isinstance(button, Button) and button.focused_by_key else ""

    def _focus_on(self, name: str) -> None:
        """Give the focus to the button of this name, if it is here, as a key would do."""
        button = next((each for each in self._stops() if each.objectName() == name), None)
        if button is not None:
            button.setFocus(Qt.FocusReason.TabFocusReason)

    def _focus_moved(self, _before: QWidget | None, now: QWidget | None) -> None:
        """Show the frame around the button that has the focus, if a key brought it there."""
        framed = isinstance(now, Button) and self.isAncestorOf(now) and now.focused_by_key
        if self._kit is None or not (framed or self._frame is not None):
            return
        if self._frame is None:
            # Not needed for the first page.
            from .widgets.focus_frame import FocusFrame

            self._frame = FocusFrame(self)
        self._frame.surround(now if framed else None, self._kit)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Handle what the button with the focus does not: arrows, digits, and the key for help."""
        key = Qt.Key(event.key())
        if key in ARROWS:
            self._move_focus(1 if key in (Qt.Key.Key_Right, Qt.Key.Key_Down) else -1)
        elif key == self._help_key:
            self._press(lambda button: button.objectName() == "foot.help")
        elif key in _ENTRIES:
            self._press(lambda button: button.key == _ENTRIES[key])
        else:
            super().keyPressEvent(event)

    def _press(self, wanted: Callable[[Button], bool]) -> None:
        for button in self._stops():
            if wanted(button):
                button.click()
                return

    def _look_at_clock(self) -> None:
        """Update the time of day, the warning before the page ends, and the signs of waiting."""
        if self._header is not None:
            self._header.tick()
        if self._state is None or self._page is None:
            return
        now = time.monotonic()
        self._show_warning(self._state, self._page, now)
        self._show_age(self._state, now)

    def _show_warning(self, state: State, page: Page[Any], now: float) -> None:
        """Show or hide the warning: beside the page if it must stay readable, otherwise on it."""
        assert self._overlay is not None
        limit = deadline(state)
        warned = limit is not None and now >= limit.warn_at
        beside = warned and state.acts_outside
        covered = warned and not beside
        focused = self._focused_by_key()
        # Disable the covered page, so that keys and screen readers cannot reach it either.
        page.setEnabled(not covered)
        if self._banner is not None and self._banner.isVisibleTo(self) is not beside:
            self._banner.setVisible(beside)
            self._box.activate()
        page.warn_beside(beside)
        appears = covered and not self._overlay.isVisible()
        self._overlay.setVisible(covered)
        phase = None
        if limit is not None and warned:
            left = limit.end_at - now
            shown = self._banner if beside and self._banner is not None else self._overlay
            shown.count(left, final=limit.final)
            phase = Warned(beside=beside, final=limit.final, last=left <= LAST_WARNING_S)
        if covered:
            self._overlay.setGeometry(page.geometry())
            self._overlay.raise_()
        if appears and focused:
            self.setFocus()
            self._move_focus(1)
        if phase != self._warned:
            self._warned = phase
            self.warned.emit(state)

    def _show_age(self, state: State, now: float) -> None:
        """Show how long a machine has worked, if one works."""
        if self._waiting is not None and state.working:
            self._waiting.show_age(now - state.working_since, stoppable=state.may_stop(now))

    # -- blocking exits, and noticing activity ---------------------------------------------

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if kind in _RELEASES:
            self._pressed_at = None
        elif kind in _ACTIVITY or (self.production and kind in _DESKTOP_EVENTS):
            return self._filtered(watched, event)
        return False

    def _filtered(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if not isinstance(watched, QWidget) or not (watched is self or self.isAncestorOf(watched)):
            return False
        now = time.monotonic()
        held = self._held(event, now)
        if kind in _ACTIVITY and not held and now - self._touched_at >= TOUCHED_EVERY_S:
            self._touched_at = now
            self._post(session.events.Touched())
        if not self.production:
            return False
        if kind in _DESKTOP_EVENTS:
            return True
        if isinstance(event, QKeyEvent):
            return held or not self._keypad_sends(event.key())
        return (
            kind in (QEvent.Type.MouseButtonPress, QEvent.Type.TouchBegin)
            and now - self._swapped_at < self.double_touch_s
        )

    def _keypad_sends(self, key: int) -> bool:
        """Return whether a tactile keypad may send this key; all others are ignored."""
        return key in _KEYS or key in _ENTRIES or key == self._help_key

    def _held(self, event: QEvent, now: float) -> bool:
        """Return whether the event comes from a key or a touch that is held down too long."""
        if isinstance(event, QKeyEvent):
            return event.isAutoRepeat()
        if event.type() in _PRESSES:
            self._pressed_at = now
        return self._pressed_at is not None and now - self._pressed_at >= HELD_TOUCH_S

    def closeEvent(self, event: QCloseEvent) -> None:
        if self.production:
            event.ignore()
            return
        super().closeEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._look_at_clock()

    def paintEvent(self, _event: object) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(self._ground))
        painter.end()


def _in_reading_order(part: QWidget) -> list[Button]:
    """Return the buttons of a part from top to bottom, and from left to right within a row."""
    placed = [
        (button, QRect(button.mapTo(part, QPoint(0, 0)), button.size()))
        for button in part.findChildren(Button)
        if button.isVisibleTo(part)
    ]
    # Buttons form one row if their centres differ in height by less than a third of a button.
    placed.sort(key=lambda place: (place[1].top(), place[1].left()))
    rows: list[list[tuple[Button, QRect]]] = []
    for button, rect in placed:
        last = rows[-1][0][1] if rows else None
        if last is not None and abs(rect.center().y() - last.center().y()) * 3 < last.height():
            rows[-1].append((button, rect))
        else:
            rows.append([(button, rect)])
    return [button for row in rows for button, _ in sorted(row, key=lambda p: p[1].left())]
