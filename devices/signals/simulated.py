"""Sensors that a test or a demonstration sets by hand."""

from __future__ import annotations

import threading

from .protocol import Headset, HeadsetChanged, Sink, Someone, SomeoneChanged


class SimulatedSignals:
    """A headset jack and a presence sensor. Changes are reported on the caller's thread."""

    def __init__(
        self, headset: Headset = Headset.UNPLUGGED, someone: Someone = Someone.AWAY
    ) -> None:
        self._headset, self._someone = headset, someone
        self._sink: Sink | None = None
        self._lock = threading.RLock()
        """Held while reporting, so that changes arrive in order and none after ``stop``. It is
        reentrant, because a sink may set a sensor."""

    @property
    def headset(self) -> Headset:
        """The state of the jack."""
        return self._headset

    @property
    def someone(self) -> Someone:
        """The state of the presence sensor."""
        return self._someone

    def start(self, sink: Sink) -> None:
        """Report the present states, then each change."""
        with self._lock:
            self._sink = sink
            sink(HeadsetChanged(self._headset))
            sink(SomeoneChanged(self._someone))

    def stop(self) -> None:
        """Report nothing more."""
        with self._lock:
            self._sink = None

    def set_headset(self, headset: Headset) -> None:
        """Plug the headset in or out."""
        with self._lock:
            if headset is not self._headset:
                self._headset = headset
                if self._sink is not None:
                    self._sink(HeadsetChanged(headset))

    def set_someone(self, someone: Someone) -> None:
        """Let someone come or leave."""
        with self._lock:
            if someone is not self._someone:
                self._someone = someone
                if self._sink is not None:
                    self._sink(SomeoneChanged(someone))
