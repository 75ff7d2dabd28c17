"""Passes the newest state from the runtime's thread to the UI thread.

Used by the window. The runtime never waits for painting, and the UI thread never waits for the
runtime: there is one slot between them, which holds only the newest state.

A page that says that the terminal is busy appears only if the work takes a moment. Most work is
over sooner: then the next page follows at once, nothing flickers, and the UI thread does not
compete with the work for the processor.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

from terminal.session.state import InVisit, Waits

if TYPE_CHECKING:
    from terminal.session.events import Event
    from terminal.session.states import State

BUSY_AFTER_MS = 50
"""How long the previous page stays while the terminal works. With the time to paint a page (30 ms)
it stays under the 100 ms within which a touch must be answered."""


class Runtime(Protocol):
    """The part of the runtime that the UI uses."""

    def post(self, event: Event) -> None:
        """Accept an event from any thread; never block."""
        ...

    def subscribe(self, callback: Callable[[State], None]) -> None:
        """Call ``callback`` with the current state and then with each new one, on the runtime's
        thread."""
        ...


class Bridge(QObject):
    """Passes the runtime's states to the UI thread, and emits ``shown`` after each one is shown.

    It belongs to the thread that creates it. If several states arrive while a page is painted, only
    the newest is shown. A state in which the terminal works is shown after `BUSY_AFTER_MS`, unless
    another one has followed.
    """

    shown = Signal(object)
    """The state that the screen now shows (``State``)."""
    _arrived = Signal()

    def __init__(
        self, runtime: Runtime, show: Callable[[State], None], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._show = show
        self._lock = threading.Lock()
        self._newest: State | None = None
        self._closed = False
        self._on_screen: type[State] | None = None
        self._held: State | None = None
        self._busy = QTimer(self)
        self._busy.setSingleShot(True)
        self._busy.setInterval(BUSY_AFTER_MS)
        self._busy.timeout.connect(self._show_held)
        self._arrived.connect(self._deliver, Qt.ConnectionType.QueuedConnection)
        runtime.subscribe(self._take)

    def close(self) -> None:
        """Show nothing more, even if further states arrive."""
        with self._lock:
            self._closed = True
            self._newest = None
        self._busy.stop()
        self._held = None

    def _take(self, state: State) -> None:
        with self._lock:
            if self._closed:
                return
            waiting = self._newest is not None
            self._newest = state
            if not waiting:
                # Emit while holding the lock, so that nothing is emitted after ``close`` has
                # returned.
                self._arrived.emit()

    @Slot()
    def _deliver(self) -> None:
        with self._lock:
            state, self._newest = self._newest, None
        if state is None:
            return
        self._held = state
        if state.waits_for is not Waits.MACHINE or not self._may_stay(state):
            self._show_held()
        elif not self._busy.isActive():
            self._busy.start()

    def _may_stay(self, state: State) -> bool:
        """Return whether the page on the screen may stay for a moment, although ``state`` is the
        session's state now. No page of a visit stays after the visit."""
        shown = self._on_screen
        if shown is None or shown is type(state):
            return False
        return isinstance(state, InVisit) or not issubclass(shown, InVisit)

    def _show_held(self) -> None:
        state, self._held = self._held, None
        self._busy.stop()
        if state is not None:
            self._on_screen = type(state)
            self._show(state)
            self.shown.emit(state)
