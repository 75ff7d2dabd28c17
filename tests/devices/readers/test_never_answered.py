"""A reader whose library or port hangs is reported as stuck and does not stay "unknown" for ever.

The tests replace the lowest layer below each reader: the calls of the PC/SC library and of the
serial library.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
import serial

from devices.faults import NO_READER, READER_STUCK
from devices.health import DeviceStatus
from devices.readers.pcsc import PcscReader
from devices.readers.pcsc.library import Library
from devices.readers.protocol import CardFailed, CardPresented, CardRead
from devices.readers.samv import SamvSerialReader
from tests.devices.events import Events
from tests.devices.readers.pcsc.test_faults import QUICK, FakeService
from tests.devices.readers.samv.test_serial_reader import QUICK as QUICK_LINE
from tests.rig.fixtures import PresentCard
from tests.rig.people import social_security_card
from tests.rig.processes import wait_until
from tests.rig.samv_emulator import OK, Orders, SamvEmulator

pytestmark = pytest.mark.slow(reason="waits until limits of time have passed")

LINE = replace(QUICK_LINE, stuck=1.0)
TODAY = date(2026, 6, 1)
READ_TEXT_PHOTO = bytes.fromhex("00033001")
Run = Callable[[PcscReader | SamvSerialReader], None]


@pytest.fixture
def go() -> Iterator[threading.Event]:
    """An event that ends the hanging calls of a test."""
    event = threading.Event()
    yield event
    event.set()


@pytest.fixture
def run(events: Events) -> Iterator[Run]:
    """Start a reader, and stop it at the end of the test."""
    started: list[PcscReader | SamvSerialReader] = []

    def start(reader: PcscReader | SamvSerialReader) -> None:
        assert reader.status().status is DeviceStatus.UNKNOWN
        reader.start(events)
        started.append(reader)

    yield start
    for reader in started:
        reader.stop()


def test_a_library_whose_loading_hangs_is_a_stuck_reader(
    run: Run, events: Events, go: threading.Event
) -> None:
    service = FakeService("Desk 00")

    def load() -> Library:
        go.wait(20)
        return service

    run(PcscReader("desk", timing=QUICK, library=load))
    events.expect_state(DeviceStatus.HARDWARE_ERROR, READER_STUCK)
    go.set()
    events.expect_state(DeviceStatus.ONLINE)


def test_a_release_that_hangs_is_a_stuck_reader(
    run: Run, events: Events, go: threading.Event
) -> None:
    """The daemon does not answer the request to release a context."""
    service = FakeService("Desk 00")
    service.before["release"] = lambda: go.wait(20)
    run(PcscReader("desk", timing=QUICK, library=lambda: service))
    events.expect_state(DeviceStatus.ONLINE)
    service.codes["wait"] = 0x80100013
    events.expect_state(DeviceStatus.HARDWARE_ERROR, READER_STUCK)
    service.codes.clear()
    go.set()
    events.expect_state(DeviceStatus.ONLINE)
    wait_until(lambda: service.contexts == 1, 10, "the other contexts to be released")


def test_a_restarted_reader_stays_stuck_while_a_card_hangs(
    events: Events, go: threading.Event
) -> None:
    service = FakeService("Desk 00")
    service.before["transmit"] = lambda: go.wait(20)
    reader = PcscReader("desk", timing=QUICK, library=lambda: service, today=lambda: TODAY)
    reader.start(events)
    events.expect_state(DeviceStatus.ONLINE)
    service.present("Desk 00", social_security_card("wang"))
    events.expect(CardPresented)
    events.expect(CardFailed)
    events.expect_state(DeviceStatus.HARDWARE_ERROR, READER_STUCK)
    reader.stop()
    again = Events()
    reader.start(again)
    try:
        again.expect_state(DeviceStatus.HARDWARE_ERROR, READER_STUCK)
        service.before.clear()
        service.remove("Desk 00")
        again.expect_state(DeviceStatus.ONLINE)
    finally:
        reader.stop()


@pytest.fixture
def hang_once(monkeypatch: pytest.MonkeyPatch, go: threading.Event) -> Callable[..., None]:
    """Make the next call of this name on a serial port hang in its driver. With ``carried``, make
    the next call hang whose data contains these bytes."""

    def order(name: str, carried: bytes = b"") -> None:
        real = getattr(serial.Serial, name)
        left = [True]

        def call(port: serial.Serial, *given: Any, **named: Any) -> object:
            if left and (not carried or carried in given[0]):
                left.clear()
                go.wait(20)
            return real(port, *given, **named)

        monkeypatch.setattr(serial.Serial, name, call)

    return order


def line_reader(samv: SamvEmulator) -> SamvSerialReader:
    return SamvSerialReader("idcard", str(samv.port), today=lambda: TODAY, timing=LINE)


@pytest.mark.parametrize("call", ["open", "write", "read"])
def test_a_port_whose_first_call_hangs_is_a_stuck_reader(
    run: Run, events: Events, samv: SamvEmulator, present_resident_card: PresentCard,
    go: threading.Event, hang_once: Callable[..., None], call: str,
) -> None:  # fmt: skip
    hang_once(call)
    reader = line_reader(samv)
    run(reader)
    events.expect_state(DeviceStatus.HARDWARE_ERROR, READER_STUCK)
    assert str(samv.port) in reader.status().detail
    go.set()
    events.expect_state(DeviceStatus.ONLINE)
    present_resident_card("wang")
    events.expect(CardPresented)
    assert events.expect(CardRead).identity.record.name == "王建明"


def test_a_port_that_hangs_during_a_reading_fails_the_card_and_the_reader(
    run: Run, events: Events, samv: SamvEmulator, present_resident_card: PresentCard,
    go: threading.Event, hang_once: Callable[..., None],
) -> None:  # fmt: skip
    run(line_reader(samv))
    events.expect_state(DeviceStatus.ONLINE)
    hang_once("write", READ_TEXT_PHOTO)
    present_resident_card("wang")
    events.expect(CardPresented)
    assert events.expect(CardFailed).fault.same_as(READER_STUCK)
    events.expect_state(DeviceStatus.HARDWARE_ERROR, READER_STUCK)
    samv.remove()
    go.set()
    events.expect_state(DeviceStatus.ONLINE)
    present_resident_card("li")
    events.expect(CardPresented)
    assert events.expect(CardRead).identity.record.name == "李秀英"


def test_a_module_that_stops_after_its_first_answer_is_absent(
    run: Run, events: Events, samv: SamvEmulator, present_resident_card: PresentCard
) -> None:
    """The module answers the search for its rate each time, but not the status command after it."""
    samv.orders = Orders(once={"status": [OK, b""] * 100})
    run(line_reader(samv))
    events.expect_state(DeviceStatus.NO_DEVICE, NO_READER)
    samv.orders = Orders()
    events.expect_state(DeviceStatus.ONLINE)
    present_resident_card("li")
    events.expect(CardPresented)
    events.expect(CardRead)
    assert events.empty


def test_stopping_does_not_wait_for_a_port_that_hangs(
    events: Events, samv: SamvEmulator, go: threading.Event, hang_once: Callable[..., None]
) -> None:
    before = threading.active_count()
    hang_once("open")
    reader = line_reader(samv)
    reader.start(events)
    events.expect_state(DeviceStatus.HARDWARE_ERROR, READER_STUCK)
    reader.stop(1.0)
    assert threading.active_count() == before + 1, "only the hanging thread may be left"
    go.set()
    for thread in threading.enumerate():
        if thread.name == "idcard":
            thread.join(10)
    assert threading.active_count() == before
    assert events.empty
