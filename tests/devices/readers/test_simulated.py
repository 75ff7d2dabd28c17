"""The simulated reader reports the same events as a real one."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from devices.faults import CARD_DAMAGED, CARD_PULLED, READER_UNPLUGGED
from devices.health import DeviceStatus
from devices.identity import Assurance, CardKind, Identity, PersonalRecord
from devices.readers.protocol import CardFailed, CardPresented, CardRead, CardRemoved
from devices.readers.simulated import SampleCard, SimulatedReader
from tests.devices.events import Events


def wang() -> Identity:
    record = PersonalRecord(CardKind.SOCIAL_SECURITY, name="王建明", card_number="A10010011")
    return Identity(record, Assurance.CARD_FREE)


TRAY = (
    SampleCard("wang", CardKind.SOCIAL_SECURITY, "王建明", wang),
    SampleCard("broken", CardKind.SOCIAL_SECURITY, "坏卡", CARD_DAMAGED),
)


@pytest.fixture
def reader(events: Events) -> Iterator[SimulatedReader]:
    reader = SimulatedReader("tray", TRAY)
    reader.start(events)
    events.expect_state(DeviceStatus.ONLINE)
    yield reader
    reader.stop()


def test_a_presented_card_is_read_and_its_removal_reported(
    reader: SimulatedReader, events: Events
) -> None:
    reader.present("wang")
    assert events.expect(CardPresented).reader == "tray"
    read = events.expect(CardRead)
    assert (read.identity.record.name, read.presence_known) == ("王建明", True)
    reader.remove()
    events.expect(CardRemoved)
    reader.remove()
    reader.present("broken")
    events.expect(CardPresented)
    assert events.expect(CardFailed).fault == CARD_DAMAGED


def test_each_reading_makes_a_new_identity(reader: SimulatedReader, events: Events) -> None:
    reader.present("wang")
    events.expect(CardPresented)
    first = events.expect(CardRead).identity
    first.wipe()
    reader.present("wang")
    events.expect(CardRemoved)
    events.expect(CardPresented)
    assert events.expect(CardRead).identity.record.name == "王建明"


def test_a_card_removed_during_its_reading_fails(events: Events) -> None:
    reader = SimulatedReader("tray", TRAY, delay_s=60)
    reader.start(events)
    try:
        reader.present("wang")
        events.expect(CardPresented)
        reader.remove()
        assert events.expect(CardFailed).fault == CARD_PULLED
        events.expect(CardRemoved)
    finally:
        reader.stop()


def test_a_broken_reader_reports_its_fault_until_it_is_repaired(
    reader: SimulatedReader, events: Events
) -> None:
    reader.break_down(READER_UNPLUGGED)
    events.expect_state(DeviceStatus.OFFLINE, READER_UNPLUGGED)
    assert reader.status().fault == READER_UNPLUGGED
    reader.present("wang")
    reader.repair()
    events.expect_state(DeviceStatus.ONLINE)
    reader.present("wang")
    events.expect(CardPresented)


def test_a_card_that_is_not_in_the_tray_raises(reader: SimulatedReader) -> None:
    with pytest.raises(KeyError):
        reader.present("nobody")


def test_thousands_of_cycles_leave_no_thread(reader: SimulatedReader, events: Events) -> None:
    threads = threading.active_count()
    for _ in range(2000):
        reader.present("wang")
        events.expect(CardPresented)
        events.expect(CardRead)
        reader.remove()
        events.expect(CardRemoved)
    assert threading.active_count() == threads
