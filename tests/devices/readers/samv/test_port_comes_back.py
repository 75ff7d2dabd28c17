"""A call on the port that returns just while it is reported as hung: the last state is correct."""

from __future__ import annotations

import threading
from datetime import date

import pytest
import serial

from devices.faults import READER_STUCK
from devices.health import DeviceStatus
from devices.readers.protocol import CardFailed, CardPresented, ReaderChanged, ReaderEvent
from devices.readers.samv import SamvSerialReader
from tests.devices.events import Events
from tests.devices.readers.test_never_answered import LINE, READ_TEXT_PHOTO
from tests.rig.fixtures import PresentCard
from tests.rig.samv_emulator import SamvEmulator


class Slow(Events):
    """A sink that blocks the thread which reports the failed card, and lets the hanging call return
    in the meantime. It blocks until the reader is online again, or for half a second."""

    def __init__(self) -> None:
        super().__init__()
        self.go = threading.Event()
        self._ready = threading.Event()

    def __call__(self, event: ReaderEvent) -> None:
        super().__call__(event)
        if isinstance(event, CardFailed):
            self._ready.clear()
            self.go.set()
            self._ready.wait(0.5)
        elif isinstance(event, ReaderChanged) and event.status.status is DeviceStatus.ONLINE:
            self._ready.set()


def test_a_port_that_works_again_is_not_reported_as_stuck_afterwards(
    samv: SamvEmulator, present_resident_card: PresentCard, monkeypatch: pytest.MonkeyPatch
) -> None:
    events = Slow()
    write = serial.Serial.write

    def hang_once(port: serial.Serial, data: bytes) -> int | None:
        if READ_TEXT_PHOTO in data and not events.go.is_set():
            events.go.wait(20)
        return write(port, data)

    monkeypatch.setattr(serial.Serial, "write", hang_once)
    reader = SamvSerialReader("idcard", str(samv.port), today=lambda: date(2026, 6, 1), timing=LINE)
    reader.start(events)
    try:
        events.expect_state(DeviceStatus.ONLINE)
        present_resident_card("wang")
        events.expect(CardPresented)
        events.expect(CardFailed)
        events.expect_state(DeviceStatus.HARDWARE_ERROR, READER_STUCK)
        events.expect_state(DeviceStatus.ONLINE)
        assert reader.status().status is DeviceStatus.ONLINE
    finally:
        events.go.set()
        reader.stop()
