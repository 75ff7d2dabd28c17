"""The reported state stays correct while a call to a card hangs."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import date

import pytest

from devices.faults import READER_STUCK, READER_UNPLUGGED, SERVICE_DOWN
from devices.health import DeviceStatus
from devices.readers.pcsc import PcscReader
from devices.readers.protocol import CardFailed, CardPresented, ReaderChanged, ReaderStatus
from tests.devices.events import Events
from tests.devices.readers.pcsc.test_faults import QUICK, FakeService
from tests.rig.people import social_security_card

SLOT = "Desk 00"


@pytest.fixture
def service(events: Events) -> Iterator[FakeService]:
    """A service with a card whose call hangs; the reader has abandoned the call's thread."""
    go = threading.Event()
    service = FakeService(SLOT)
    service.before["transmit"] = lambda: go.wait(20)
    reader = PcscReader(
        "desk", timing=QUICK, library=lambda: service, today=lambda: date(2026, 6, 1)
    )
    reader.start(events)
    events.expect_state(DeviceStatus.ONLINE)
    service.present(SLOT, social_security_card("wang"))
    events.expect(CardPresented)
    events.expect(CardFailed)
    events.expect_state(DeviceStatus.HARDWARE_ERROR, READER_STUCK)
    yield service
    go.set()
    reader.stop()


def test_a_restarted_service_is_not_reported_as_down_while_a_card_hangs(
    service: FakeService, events: Events
) -> None:
    service.codes["wait"] = 0x8010001D
    events.expect_state(DeviceStatus.OFFLINE, SERVICE_DOWN)
    service.codes.clear()
    events.expect_state(DeviceStatus.HARDWARE_ERROR, READER_STUCK)
    service.before.clear()
    service.remove(SLOT)
    events.expect_state(DeviceStatus.ONLINE)


def test_a_reader_unplugged_with_a_hanging_card_is_not_reported_as_ready(
    service: FakeService, events: Events
) -> None:
    service.unplug(SLOT)
    states: list[ReaderStatus] = []
    while not states or states[-1].status is not DeviceStatus.NO_DEVICE:
        event = events.next()
        assert isinstance(event, ReaderChanged)
        states.append(event.status)
    assert READER_UNPLUGGED.same_as(states[-1].fault)
    assert DeviceStatus.ONLINE not in [each.status for each in states]
    service.before.clear()
    service.plug(SLOT)
    events.expect_state(DeviceStatus.ONLINE)
