"""A sink that keeps a reader's events and lets a test wait for the next one of a kind."""

from __future__ import annotations

import queue
import time
from typing import TypeVar

from devices.health import DeviceStatus, Fault
from devices.readers.protocol import ReaderChanged, ReaderEvent

Event = TypeVar("Event")


class Events:
    """A sink. A test takes its events in order; ``at`` is when the one taken last was reported
    (``time.monotonic()`` seconds)."""

    def __init__(self) -> None:
        self._queue: queue.Queue[tuple[float, ReaderEvent]] = queue.Queue()
        self.at = 0.0

    def __call__(self, event: ReaderEvent) -> None:
        self._queue.put((time.monotonic(), event))

    def next(self, within_s: float = 10.0) -> ReaderEvent:
        """Take the next event of any kind."""
        self.at, event = self._queue.get(timeout=within_s)
        return event

    def expect(self, kind: type[Event], within_s: float = 10.0) -> Event:
        """Take the next event, skipping changes of state; it must be of this kind."""
        until = time.monotonic() + within_s
        while True:
            event = self.next(max(0.0, until - time.monotonic()))
            if isinstance(event, kind):
                return event
            assert isinstance(event, ReaderChanged), f"{event} instead of {kind.__name__}"

    def expect_any(self, kinds: tuple[type[Event], ...], within_s: float = 10.0) -> Event:
        """Take the next event, skipping changes of state; it must be of one of these kinds."""
        until = time.monotonic() + within_s
        while True:
            event = self.next(max(0.0, until - time.monotonic()))
            if isinstance(event, kinds):
                return event
            assert isinstance(event, ReaderChanged), f"{event} instead of {kinds}"

    def expect_state(
        self, status: DeviceStatus, fault: Fault | None = None, within_s: float = 10.0
    ) -> None:
        """Take changes of state until this one; no other event may come before it."""
        until = time.monotonic() + within_s
        while True:
            event = self.next(max(0.0, until - time.monotonic()))
            assert isinstance(event, ReaderChanged), event
            code = event.status.fault.code if event.status.fault else None
            if event.status.status is status and code == (fault.code if fault else None):
                return

    @property
    def empty(self) -> bool:
        """Whether no event is left to take."""
        return self._queue.empty()
