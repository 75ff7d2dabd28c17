"""A card under which a call hangs, and what else happens while it does: the state stays true."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import date

import pytest

from devices.faults import READER_STUCK, READER_UNPLUGGED, SERVICE_DOWN
from devices.health import DeviceStatus
from devices.readers.pcsc import PcscReader
from devices.readers.protocol import CardFailed, CardLaid, ReaderChanged, ReaderStatus
from tests.devices.events import Events
from tests.devices.readers.pcsc.test_faults import QUICK, FakeService
from tests.rig.people import social_security_card

SLOT = "Desk 00"


@pytest.fixture
def service(events: Events) -> Iterator[FakeService]:
    """A service with a card that hung a call, which was given up and has not come back."""
    go = threading.Event()
    service = FakeService(SLOT)
    service.before["transmit"] = lambda: go.wait(20)
    reader = PcscReader(
        "desk", timing=QUICK, library=lambda: service, today=lambda: date(2026, 6, 1)
    )
    reader.start(events)
    events.expect_state(DeviceStatus.ONLINE)
    service.lay(SLOT, social_security_card("wang"))
    events.expect(CardLaid)
    events.expect(CardFailed)
    events.expect_state(DeviceStatus.HARDWARE_ERROR, READER_STUCK)
    yield service
    go.set()
    reader.stop()


def test_a_service_that_is_back_is_not_told_to_be_down(
    service: FakeService, events: Events
) -> None:
    service.codes["wait"] = 0x8010001D
    events.expect_state(DeviceStatus.OFFLINE, SERVICE_DOWN)
    service.codes.clear()
    events.expect_state(DeviceStatus.HARDWARE_ERROR, READER_STUCK)
    service.before.clear()
    service.lift(SLOT)
    events.expect_state(DeviceStatus.ONLINE)


def test_a_reader_unplugged_with_its_card_is_never_told_to_be_ready(
    service: FakeService, events: Events
) -> None:
    service.unplug(SLOT)
    told: list[ReaderStatus] = []
    while not told or told[-1].status is not DeviceStatus.NO_DEVICE:
        event = events.next()
        assert isinstance(event, ReaderChanged)
        told.append(event.status)
    assert READER_UNPLUGGED.same_as(told[-1].fault)
    assert DeviceStatus.ONLINE not in [each.status for each in told]
    service.before.clear()
    service.plug(SLOT)
    events.expect_state(DeviceStatus.ONLINE)
