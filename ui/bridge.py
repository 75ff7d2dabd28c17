"""From the runtime's thread to the screen's: the newest situation, never an older one.

For the window, which shows what arrives here. It must never make the runtime wait for painting,
and never the screen wait for the runtime: between them lies one slot, which only the newest
state holds.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import QObject, Qt, Signal, Slot

from terminal.session.events import Event
from terminal.session.states import State


class Runtime(Protocol):
    """What the screen needs of the runtime."""

    def post(self, event: Event) -> None:
        """Take a fact, from any thread; never blocks."""
        ...

    def subscribe(self, callback: Callable[[State], None]) -> None:
        """Call back with the present state and then with each new one, on the runtime's thread."""
        ...


class Bridge(QObject):
    """Brings the runtime's states to the UI thread, where ``shown`` follows each one shown.

    Lives on the thread that makes it. States that pile up while a page is painted are skipped:
    a page that is no longer true is not shown.
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
        """Show nothing more, whatever still arrives."""
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
                # Within the lock, so that nothing is emitted once ``close`` has returned.
                self._arrived.emit()

    @Slot()
    def _deliver(self) -> None:
        with self._lock:
            state, self._newest = self._newest, None
        if state is not None:
            self._show(state)
            self.shown.emit(state)
