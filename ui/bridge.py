"""Passes the newest state from the runtime's thread to the UI thread.

Used by the window. The runtime never waits for painting, and the UI thread never waits for the
runtime: there is one slot between them, which holds only the newest state.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QObject, Qt, Signal, Slot

if TYPE_CHECKING:
    from terminal.session.events import Event
    from terminal.session.states import State


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
    the newest is shown.
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
        self._arrived.connect(self._deliver, Qt.ConnectionType.QueuedConnection)
        runtime.subscribe(self._take)

    def close(self) -> None:
        """Show nothing more, even if further states arrive."""
        with self._lock:
            self._closed = True
            self._newest = None

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
        if state is not None:
            self._show(state)
            self.shown.emit(state)
