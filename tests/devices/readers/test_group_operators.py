"""A group of readers passes on an operator card from any reader, and it chooses no reader."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from devices.faults import CARD_MUTE, OPERATOR_CARD_REFUSED, SERVICE_DOWN
from devices.health import DeviceStatus
from devices.identity import Assurance, CardKind, Identity, PersonalRecord
from devices.operator import OperatorCard, Role
from devices.readers.group import ReaderGroup
from devices.readers.protocol import (
    CardFailed,
    CardPresented,
    CardRead,
    CardRemoved,
    OperatorCardRead,
    ReaderChanged,
)
from devices.readers.simulated import OtherCard, SampleCard, SimulatedReader
from tests.devices.events import Events

STAFF = OperatorCard(Role.STAFF, "S-1", "00112233445566ff", date(2026, 1, 1), date(2099, 1, 1))


def resident() -> Identity:
    return Identity(PersonalRecord(CardKind.RESIDENT_ID, name="王建明"), Assurance.CARD_SECURE)


TRAY = (
    SampleCard("wang", CardKind.RESIDENT_ID, "王建明", resident),
    SampleCard("staff", OtherCard.OPERATOR, "工作人员卡", STAFF),
    SampleCard("mute", OtherCard.UNKNOWN, "x", CARD_MUTE),
    SampleCard("refused", OtherCard.OPERATOR, "x", OPERATOR_CARD_REFUSED),
)


@pytest.fixture
def left() -> SimulatedReader:
    return SimulatedReader("left", TRAY)


@pytest.fixture
def right() -> SimulatedReader:
    return SimulatedReader("right", TRAY)


@pytest.fixture
def group(left: SimulatedReader, right: SimulatedReader, events: Events) -> Iterator[ReaderGroup]:
    group = ReaderGroup([left, right])
    group.start(events)
    for _ in range(2):
        assert isinstance(events.next(), ReaderChanged)
    yield group
    group.stop()


def quiet(reader: SimulatedReader, events: Events) -> None:
    """Wait until the reader has done everything so far; fail if the group reported any of it."""
    reader.break_down(SERVICE_DOWN)
    reader.repair()
    events.expect_state(DeviceStatus.OFFLINE, SERVICE_DOWN)
    events.expect_state(DeviceStatus.ONLINE)
    assert events.empty


def test_an_operator_card_chooses_no_reader(
    group: ReaderGroup, left: SimulatedReader, right: SimulatedReader, events: Events
) -> None:
    left.present("staff")
    assert events.expect(CardPresented).reader == "left"
    read = events.expect(OperatorCardRead)
    assert (read.reader, read.card, read.presence_known) == ("left", STAFF, True)
    assert group.chosen is None
    right.present("wang")
    events.expect(CardPresented)
    assert events.expect(CardRead).reader == "right"
    left.remove()
    assert events.expect(CardRemoved).reader == "left"
    assert group.chosen == "right"


def test_an_operator_card_on_another_reader_is_reported_without_its_presence(
    group: ReaderGroup, left: SimulatedReader, right: SimulatedReader, events: Events
) -> None:
    left.present("wang")
    events.expect(CardPresented)
    events.expect(CardRead)
    right.present("staff")
    assert events.expect(OperatorCardRead).reader == "right"
    right.remove()
    quiet(right, events)
    assert group.chosen == "left"


def test_an_operator_card_does_not_release_the_chosen_reader(
    group: ReaderGroup, left: SimulatedReader, right: SimulatedReader, events: Events
) -> None:
    """On one reader the resident's card is replaced by a staff card, and then presented again."""
    left.present("wang")
    events.expect(CardPresented)
    events.expect(CardRead)
    left.present("staff")
    events.expect(CardRemoved)
    events.expect(CardPresented)
    events.expect(OperatorCardRead)
    assert group.chosen == "left"
    left.present("wang")
    events.expect(CardRemoved)
    events.expect(CardPresented)
    events.expect(CardRead)


def test_a_card_that_cannot_be_read_does_not_release_the_chosen_reader(
    group: ReaderGroup, left: SimulatedReader, right: SimulatedReader, events: Events
) -> None:
    left.present("wang")
    events.expect(CardPresented)
    events.expect(CardRead)
    left.present("mute")
    events.expect(CardRemoved)
    events.expect(CardPresented)
    events.expect(CardFailed)
    assert group.chosen == "left"
    right.present("mute")
    assert events.expect(CardFailed).reader == "right"
    right.remove()
    quiet(right, events)
    right.present("wang")
    assert events.expect(CardPresented).reader == "right"
    events.expect(CardRead)


def test_a_refused_staff_card_on_another_reader_is_reported(
    group: ReaderGroup, left: SimulatedReader, right: SimulatedReader, events: Events
) -> None:
    """The page that waits for staff must show that this card was refused."""
    left.present("wang")
    events.expect(CardPresented)
    events.expect(CardRead)
    right.present("refused")
    failed = events.expect(CardFailed)
    assert (failed.reader, failed.fault) == ("right", OPERATOR_CARD_REFUSED)
    right.remove()
    quiet(right, events)
    assert group.chosen == "left"
