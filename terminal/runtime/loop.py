"""The terminal's event loop: takes events, asks the session's table, gives effects to workers.

The composition gives it its parts; the screen subscribes to it. One thread runs the session and
never waits for a device, the network or the disk. Workers post their results back as events.

Crash-only: an unexpected error on the session's thread (in the table, an effect or a subscriber)
ends the process, and the watchdog restarts it on the welcome page, so that a screen never shows an
outdated state. The log gets the exception's type and place, never its message or values. An
unexpected error on a worker ends its task and becomes an event with a fault.
"""

from __future__ import annotations

import logging
import os
import queue
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from .. import session
from ..process.exit_codes import SharedExit
from ..session import states as st
from ..session.home import home

if TYPE_CHECKING:
    from devices.readers.group import ReaderGroup
    from devices.readers.protocol import ReaderEvent

    from ..session.model import Station
    from ..session.states import State
    from ..workers.pool import Workers
    from .effects_runner import EffectRunner
    from .parts import Parts

log = logging.getLogger(__name__)

TICK_S = 0.5
"""How often a ``Tick`` event is posted. The shortest limit of the session is 4 s."""
STOP_S = 2.0
"""How long each worker may take to stop; after that the process exits without waiting for it."""
NETWORK_WORKERS = 2
"""One visit sends one request at a time; the second worker is for a request of an ended visit."""

Subscriber = Callable[["State"], None]


def end_process() -> None:
    """End the process at once, like the watchdog or a power cut, but flush the log first."""
    logging.shutdown()
    os._exit(SharedExit.CRASHED)


class Runtime:
    """Runs the session. ``post`` and ``subscribe`` may be called from any thread.

    ``crashed`` is called on the session's thread after an unexpected error, as its last action.
    """

    def __init__(
        self,
        station: Station,
        clock: Callable[[], float] = time.monotonic,
        *,
        crashed: Callable[[], None] = end_process,
    ) -> None:
        self._parts: Parts | None = None
        self._readers: ReaderGroup | None = None
        self._clock = clock
        self._events: queue.SimpleQueue[object] = queue.SimpleQueue()
        self._subscribers: list[Subscriber] = []
        self._state = home(station, clock())
        self._crashed = crashed
        self._network: Workers | None = None
        self._thread = threading.Thread(target=self._run, name="session", daemon=True)
        self._publishing = threading.RLock()
        self._equipping = threading.Lock()
        self._stopping = threading.Event()

    @property
    def state(self) -> State:
        """The current state."""
        return self._state

    def subscribe(self, subscriber: Subscriber) -> None:
        """Call ``subscriber`` with the current state now, and with each new state in order.

        Later calls come on the session's thread. It must not block.
        """
        with self._publishing:
            self._subscribers.append(subscriber)
            subscriber(self._state)

    def post(self, event: object) -> None:
        """Add an event to the queue."""
        self._events.put(event)

    def start(self) -> None:
        """Start the session's thread and the network's; the first page is already shown."""
        from ..workers.pool import Workers

        if not self._stopping.is_set():
            self._network = Workers(NETWORK_WORKERS, "network")
            self._thread.start()

    def equip(self, parts: Parts) -> bool:
        """Set the parts and start the devices here, so that no device event comes earlier.

        Return ``False`` if the runtime was stopped before or during this; then nothing is running.
        """
        # Not needed for the first page.
        from devices.readers.group import ReaderGroup
        from devices.readers.protocol import ReaderChanged
        from printing.printer import PrinterChanged

        with self._equipping:
            if self._stopping.is_set():
                return False
            self._parts = parts
            readers = self._readers = ReaderGroup(parts.readers)
            # Post the known states first; later events then follow in order.
            for name, status in parts.printer.statuses():
                self.post(PrinterChanged(status, name))
            for reader in parts.readers:
                self.post(ReaderChanged(reader.name, reader.status()))
            parts.printer.start(self.post)
            readers.start(self._from_reader)
            if self._stopping.is_set():  # stopped during this, perhaps without waiting
                self._stop_devices(parts)
                self._parts = None
        return self._parts is not None

    def stop(self) -> None:
        """Stop the devices, then the loop. Stopping prints nothing and cancels nothing.

        May be called at any time, also twice, before ``start`` or during ``equip``.
        """
        if self._stopping.is_set():
            return
        self._stopping.set()
        # The time limit is needed because a device's start may hang in its driver.
        if self._equipping.acquire(timeout=STOP_S):
            try:
                if self._parts is not None:
                    self._stop_devices(self._parts)
            finally:
                self._equipping.release()
        self._events.put(None)
        if self._thread.is_alive() and self._thread is not threading.current_thread():
            self._thread.join(STOP_S)
        if self._network is not None:
            self._network.stop(0.0)

    def _stop_devices(self, parts: Parts) -> None:
        if self._readers is not None:
            self._readers.stop(STOP_S)
        parts.printer.close(STOP_S)

    def crash(self, error: Exception) -> None:
        """Log where an unexpected error occurred and end the process."""
        log.critical("the session failed: %s at %s", type(error).__name__, _place(error))
        if not self._stopping.is_set():
            self._crashed()

    def restart(self, why: str) -> None:
        """Restart the process if no one is being served; ``why`` goes to the log."""
        if not self._stopping.is_set() and isinstance(self._state, st.Welcome | st.OutOfService):
            log.warning("restarting: %s", why)
            self._crashed()

    def _from_reader(self, event: ReaderEvent) -> None:
        from devices.readers import protocol

        from ..journal.ids import opaque_id

        ev = session.events
        match event:
            case protocol.CardRead():
                known = event.presence_known
                self.post(ev.CardRead(opaque_id(), event.reader, event.identity, known))
            case protocol.OperatorCardRead():
                self.post(ev.OperatorCardRead(opaque_id(), event.reader, event.card, event.again))
            case _:
                self.post(event)

    def _run(self) -> None:
        try:
            self._loop()
        except Exception as error:  # last resort: crash-only
            self.crash(error)

    def _loop(self) -> None:
        # Slow to import, not needed for the first page, and now it is painted.
        from ..session import events as ev
        from .effects_runner import EffectRunner

        assert self._network is not None
        runner = EffectRunner(self._network, self.post, lambda: self._state.station)
        tick_at = time.monotonic() + TICK_S
        while True:
            try:
                event = self._events.get(timeout=max(0.0, tick_at - time.monotonic()))
            except queue.Empty:
                event = ev.Tick()
            if event is None:
                return
            self._take_in(event, runner)
            if time.monotonic() >= tick_at:
                # Handle a tick even if events come faster than ticks: time limits must be checked.
                tick_at = time.monotonic() + TICK_S
                if not isinstance(event, ev.Tick):
                    self._take_in(ev.Tick(), runner)

    def _take_in(self, event: object, runner: EffectRunner) -> None:
        from ..session.table import advance
        from .effects_runner import record_device

        state, effects = advance(self._state, event, self._clock())
        # Compare before replacing the state: an event that changes nothing notifies no subscriber.
        changed = state is not self._state and state != self._state
        if type(state) is not type(self._state):
            log.info("%s -> %s", self._state.name, state.name)
        parts = self._parts
        if parts is not None:
            record_device(event, parts)
        for effect in effects:
            runner.run(effect, parts)
        with self._publishing:
            self._state = state
            for subscriber in self._subscribers if changed else ():
                subscriber(state)
        if self._readers is not None and not _serving(state):
            # A card that could not be served must not keep the other readers paused either.
            self._readers.release(unless=lambda: not self._events.empty())


def _serving(state: State) -> bool:
    """Whether a card is being read or a visit is active; the other readers are paused then."""
    if isinstance(state, st.Wrapping):
        return _serving(state.before)
    return isinstance(state, st.Identifying | st.InVisit)


def _place(error: Exception) -> str:
    """Return the file and line at which the exception was raised."""
    tb = error.__traceback__
    while tb is not None and tb.tb_next is not None:
        tb = tb.tb_next
    return f"{tb.tb_frame.f_code.co_filename}:{tb.tb_lineno}" if tb is not None else "?"
