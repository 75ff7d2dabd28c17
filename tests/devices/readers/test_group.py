"""Several readers: the first card begins the visit, and later cards are passed on to it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import date

import pytest

from devices.faults import CARD_DAMAGED, CARD_NEEDS_SAM, NO_READER, SERVICE_DOWN
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
    ReaderEvent,
    ReaderStatus,
    Sink,
)
from devices.readers.simulated import SampleCard, SimulatedReader
from tests.devices.events import Events

MADE: list[Identity] = []
STAFF = OperatorCard(Role.STAFF, "S-1", "00112233445566ff", date(2026, 1, 1), date(2099, 1, 1))


def made(name: str) -> Identity:
    MADE.append(Identity(PersonalRecord(CardKind.RESIDENT_ID, name=name), Assurance.CARD_SECURE))
    return MADE[-1]


def person(name: str) -> SampleCard:
    return SampleCard(name, CardKind.RESIDENT_ID, name, lambda: made(name))


TRAY = (
    person("wang"),
    person("li"),
    SampleCard("plain", CardKind.RESIDENT_ID, "x", CARD_NEEDS_SAM),
)


@pytest.fixture
def left() -> SimulatedReader:
    return SimulatedReader("left", TRAY)


@pytest.fixture
def right() -> SimulatedReader:
    return SimulatedReader("right", TRAY)


@pytest.fixture
def group(left: SimulatedReader, right: SimulatedReader, events: Events) -> Iterator[ReaderGroup]:
    MADE.clear()
    group = ReaderGroup([left, right])
    group.start(events)
    for _ in range(2):
        assert isinstance(events.next(), ReaderChanged)
    yield group
    group.stop()


def barrier(reader: SimulatedReader, events: Events) -> None:
    """Wait until the reader has done everything so far. A group reports each change of state."""
    reader.break_down(SERVICE_DOWN)
    reader.repair()
    events.expect_state(DeviceStatus.OFFLINE, SERVICE_DOWN)
    events.expect_state(DeviceStatus.ONLINE)


def test_a_card_on_the_other_reader_is_passed_on_during_the_visit(
    group: ReaderGroup, left: SimulatedReader, right: SimulatedReader, events: Events
) -> None:
    left.present("wang")
    assert events.expect(CardPresented).reader == "left"
    kept = events.expect(CardRead).identity
    right.present("li")
    assert events.expect(CardPresented).reader == "right"
    other = events.expect(CardRead)
    assert (other.reader, other.identity.record.name) == ("right", "li")
    assert (kept.record.name, kept.wiped) == ("wang", False)
    right.remove()
    assert events.expect(CardRemoved).reader == "right"
    left.remove()
    assert events.expect(CardRemoved).reader == "left"


def both_reading(events: Events, first_fails: bool) -> tuple[ReaderGroup, SimulatedReader]:
    """Return a group in which the first card is still being read when the second one was read."""
    slow = SimulatedReader("slow", TRAY, delay_s=0.3)
    quick = SimulatedReader("quick", TRAY)
    group = ReaderGroup([slow, quick])
    group.start(events)
    for _ in range(2):
        events.next()
    slow.present("plain" if first_fails else "wang")
    assert events.expect(CardPresented).reader == "slow"
    quick.present("li")
    return group, quick


def test_a_card_that_is_read_sooner_waits_for_the_card_presented_first(events: Events) -> None:
    MADE.clear()
    group, _ = both_reading(events, first_fails=False)
    try:
        assert events.expect(CardRead).identity.record.name == "wang"
        assert events.expect(CardPresented).reader == "quick"
        assert events.expect(CardRead).identity.record.name == "li"
        assert not any(identity.wiped for identity in MADE)
    finally:
        group.stop()


def test_a_waiting_card_begins_the_visit_if_the_first_one_fails(events: Events) -> None:
    group, _ = both_reading(events, first_fails=True)
    try:
        assert events.expect(CardFailed).reader == "slow"
        assert events.expect(CardPresented).reader == "quick"
        assert events.expect(CardRead).identity.record.name == "li"
        assert group.chosen == "quick"
    finally:
        group.stop()


@pytest.mark.parametrize("how", ["removed", "released", "stopped"])
def test_a_waiting_card_is_wiped(how: str, events: Events) -> None:
    MADE.clear()
    group, quick = both_reading(events, first_fails=False)
    barrier(quick, events)
    assert [identity.record.name for identity in MADE] == ["li"]
    if how == "removed":
        quick.remove()
    elif how == "released":
        group.release()
    else:
        group.stop()
    until = time.monotonic() + 5
    while not MADE[0].wiped:
        assert time.monotonic() < until, "the waiting card's data is still held"
        time.sleep(0.005)
    group.stop()


class ScriptedReader:
    """A reader whose events the test reports, such as one that cannot see a removal."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.report: Sink = lambda _event: None

    def status(self) -> ReaderStatus:
        return ReaderStatus(DeviceStatus.ONLINE)

    def start(self, sink: Sink) -> None:
        self.report = sink

    def stop(self, timeout_s: float = 2.0) -> None:
        pass


@pytest.mark.parametrize(
    "later",
    [
        CardFailed("second", CARD_DAMAGED, presence_known=False),
        OperatorCardRead("second", STAFF, presence_known=False),
    ],
    ids=["unreadable", "operator"],
)
def test_a_waiting_card_that_another_one_replaced_is_wiped(
    later: ReaderEvent, events: Events
) -> None:
    MADE.clear()
    first, second = ScriptedReader("first"), ScriptedReader("second")
    group = ReaderGroup([first, second])
    group.start(events)
    first.report(CardPresented("first", 0.0))
    second.report(CardPresented("second", 0.0))
    second.report(CardRead("second", made("li"), False, 0.0, 0.0))
    second.report(CardPresented("second", 0.0))
    second.report(later)
    assert [identity.wiped for identity in MADE] == [True]
    first.report(CardRead("first", made("wang"), True, 0.0, 0.0))
    assert events.expect(CardPresented).reader == "first"
    if isinstance(later, OperatorCardRead):
        assert events.expect(OperatorCardRead) == later
    assert events.expect(CardRead).identity.record.name == "wang"
    assert events.empty
    group.stop()


def test_a_card_that_cannot_be_read_chooses_no_reader(
    group: ReaderGroup, left: SimulatedReader, right: SimulatedReader, events: Events
) -> None:
    left.present("plain")
    events.expect(CardPresented)
    assert events.expect(CardFailed).fault == CARD_NEEDS_SAM
    right.present("wang")
    assert events.expect(CardPresented).reader == "right"
    assert events.expect(CardRead).reader == "right"
    left.remove()
    assert events.expect(CardRemoved).reader == "left"


def test_a_second_card_on_the_chosen_reader_is_read(
    group: ReaderGroup, left: SimulatedReader, events: Events
) -> None:
    left.present("wang")
    events.expect(CardPresented)
    events.expect(CardRead)
    left.present("li")
    events.expect(CardRemoved)
    events.expect(CardPresented)
    assert events.expect(CardRead).identity.record.name == "li"


def test_a_card_whose_presentation_was_held_back_is_reported_as_presented_first(
    events: Events,
) -> None:
    """Two cards are presented at nearly the same time. The first fails, then the second is read."""
    slow = SimulatedReader("slow", TRAY, delay_s=0.2)
    quick = SimulatedReader("quick", TRAY, delay_s=0.05)
    group = ReaderGroup([slow, quick])
    group.start(events)
    try:
        for _ in range(2):
            events.next()
        quick.present("plain")
        assert events.expect(CardPresented).reader == "quick"
        slow.present("wang")
        assert events.expect(CardFailed).reader == "quick"
        assert events.expect(CardPresented).reader == "slow"
        assert events.expect(CardRead).reader == "slow"
    finally:
        group.stop()


def test_the_group_is_online_while_one_reader_is(
    group: ReaderGroup, left: SimulatedReader, right: SimulatedReader, events: Events
) -> None:
    left.break_down(NO_READER)
    events.expect_state(DeviceStatus.OFFLINE, NO_READER)
    assert group.status().status is DeviceStatus.ONLINE
    right.break_down(SERVICE_DOWN)
    events.expect_state(DeviceStatus.OFFLINE, SERVICE_DOWN)
    assert group.status().fault == SERVICE_DOWN


def test_two_readers_of_the_same_name_are_refused(left: SimulatedReader) -> None:
    with pytest.raises(ValueError, match="same name"):
        ReaderGroup([left, SimulatedReader("left", TRAY)])


def test_a_group_without_readers_has_no_device() -> None:
    assert ReaderGroup([]).status().status is DeviceStatus.NO_DEVICE
