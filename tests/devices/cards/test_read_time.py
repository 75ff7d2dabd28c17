"""A reading of a card ends within its time limit, even if the card, line or library hangs."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
import serial

from devices.cards.operator.card import NO_ISSUERS
from devices.cards.profiles import NATIONAL_PROFILES
from devices.cards.reading import READ_LIMIT_S, Reading
from devices.cards.registry import profiles_for, read_card
from devices.faults import CARD_DAMAGED, READER_STUCK
from devices.health import DeviceStatus, Fault
from devices.identity import CardKind, Identity
from devices.readers.pcsc import PcscReader, Timing
from devices.readers.protocol import CardFailed, CardPresented, CardRead, CardRemoved, ReaderChanged
from devices.readers.samv import SamvSerialReader
from devices.readers.simulated import SampleCard, SimulatedReader
from tests.devices.events import Events
from tests.devices.readers.pcsc.test_faults import QUICK, FakeService
from tests.devices.readers.samv.test_serial_reader import QUICK as QUICK_LINE
from tests.rig.fixtures import PresentCard
from tests.rig.national_cards import BELGIAN_FILES
from tests.rig.people import social_security_card
from tests.rig.processes import wait_until
from tests.rig.samv_emulator import Orders, SamvEmulator, status_frame
from tests.rig.vcard import Card

pytestmark = pytest.mark.slow(reason="waits until limits of time have passed")

TODAY = date(2026, 6, 1)
SLOT = "Desk 00"
SHORT = replace(QUICK, stuck=30.0, reading=1.0)
"""A long limit for a single call, and a short one for the whole reading."""
ALL = (*profiles_for(NO_ISSUERS), *NATIONAL_PROFILES)


def is_late(fault: object) -> bool:
    """Whether this is the fault of a card that was not read in time."""
    return isinstance(fault, Fault) and fault.same_as(CARD_DAMAGED) and "within" in fault.detail


class Trickling:
    """A card that answers every command immediately, with one byte each, without end."""

    atr = bytes.fromhex("3B9813400AA503010101AD1311")

    def __init__(self) -> None:
        self.commands = 0

    def answer(self, apdu: bytes) -> bytes:
        self.commands += 1
        threading.Event().wait(0.002)
        if apdu[:4] == b"\x00\xa4\x08\x0c" and apdu[5:] in BELGIAN_FILES:
            return b"\x90\x00"
        if apdu[:2] == b"\x00\xb0":
            return b"\x01\x90\x00"
        return b"\x6a\x82"

    def transceive(self, apdu: bytes) -> tuple[bytes, int]:
        answer = self.answer(apdu)
        return answer[:-2], int.from_bytes(answer[-2:], "big")


def test_a_card_that_answers_byte_by_byte_fails_at_the_limit() -> None:
    card = Trickling()
    assert is_late(read_card(card, TODAY, ALL, Reading(0.2)))
    assert card.commands < 200


def test_a_card_whose_answer_comes_too_late_is_not_accepted() -> None:
    """The answer that completes the identity arrives after the limit."""
    card = social_security_card("wang")
    reading = Reading(0.2)

    class Late:
        atr = card.atr
        commands = 0

        def transceive(self, apdu: bytes) -> tuple[bytes, int]:
            self.commands += 1
            if self.commands == 15:
                wait_until(lambda: reading.overdue, 10, "the limit to pass")
            answer = card.answer(apdu)
            return answer[:-2], int.from_bytes(answer[-2:], "big")

    late = Late()
    assert is_late(read_card(late, TODAY, ALL, reading))
    assert late.commands == 15


def test_a_reading_has_one_outcome() -> None:
    reading = Reading(5.0)
    reported: list[str] = []
    assert reading.settle(lambda: reported.append("first"))
    assert not reading.settle(lambda: reported.append("second"))
    assert reported == ["first"]


# --- PC/SC


@pytest.fixture
def service() -> FakeService:
    return FakeService(SLOT)


Start = Callable[[Timing], PcscReader]


@pytest.fixture
def go() -> Iterator[threading.Event]:
    """An event that ends the hanging calls of a test."""
    event = threading.Event()
    yield event
    event.set()


@pytest.fixture
def start(service: FakeService, events: Events, go: threading.Event) -> Iterator[Start]:
    """Start a reader on the fake service."""
    started: list[PcscReader] = []

    def make(timing: Timing) -> PcscReader:
        reader = PcscReader(
            "desk", profiles=ALL, today=lambda: TODAY, timing=timing, library=lambda: service
        )
        reader.start(events)
        started.append(reader)
        events.expect_state(DeviceStatus.ONLINE)
        return reader

    yield make
    go.set()
    for reader in started:
        reader.stop()


def next_card_is_read(service: FakeService, events: Events) -> None:
    service.before.clear()
    service.remove(SLOT)
    events.expect(CardRemoved)
    service.present(SLOT, social_security_card("li"))
    events.expect(CardPresented)
    assert events.expect(CardRead).identity.record.name == "李秀英"
    assert events.empty


@pytest.mark.parametrize("card", [social_security_card("wang"), Trickling()])
def test_a_slow_card_fails_and_the_reader_stays_ready(
    start: Start, service: FakeService, events: Events, card: Card
) -> None:
    reader = start(SHORT)
    service.before["transmit"] = lambda: threading.Event().wait(0.15)
    service.present(SLOT, card)
    events.expect(CardPresented)
    assert is_late(events.expect(CardFailed).fault)
    assert reader.status().status is DeviceStatus.ONLINE
    next_card_is_read(service, events)


@pytest.mark.parametrize("call", ["connect", "transmit"])
def test_a_card_fails_at_the_limit_while_its_call_still_runs(
    start: Start, service: FakeService, events: Events, go: threading.Event, call: str
) -> None:
    """The result of the call is discarded when it returns, because the card has failed."""
    reader = start(SHORT)
    service.before[call] = lambda: go.wait(30)
    service.present(SLOT, social_security_card("wang"))
    events.expect(CardPresented)
    assert is_late(events.expect(CardFailed).fault)
    assert not go.is_set()
    assert reader.status().status is DeviceStatus.ONLINE
    go.set()
    next_card_is_read(service, events)


def test_a_call_that_never_returns_fails_the_card_once_and_then_the_reader(
    start: Start, service: FakeService, events: Events, go: threading.Event
) -> None:
    start(replace(SHORT, stuck=2.0))
    service.before["transmit"] = lambda: go.wait(30)
    service.present(SLOT, social_security_card("wang"))
    events.expect(CardPresented)
    assert is_late(events.expect(CardFailed).fault)
    stuck = events.next()
    assert isinstance(stuck, ReaderChanged)
    assert READER_STUCK.same_as(stuck.status.fault)
    go.set()
    events.expect_state(DeviceStatus.ONLINE)


def test_a_hanging_call_fails_the_reader_if_its_limit_comes_first(
    start: Start, service: FakeService, events: Events, go: threading.Event
) -> None:
    start(replace(SHORT, stuck=0.2, reading=30.0))
    service.before["transmit"] = lambda: go.wait(30)
    service.present(SLOT, social_security_card("wang"))
    events.expect(CardPresented)
    assert events.expect(CardFailed).fault.same_as(READER_STUCK)


# --- SAM_V


@pytest.fixture
def line(samv: SamvEmulator, events: Events) -> Iterator[SamvSerialReader]:
    """A SAM_V reader that is online, with a short limit for a reading."""
    timing = replace(QUICK_LINE, answer=1.0, read=1.0, reading=1.5, stuck=30.0, gap=0.2)
    reader = SamvSerialReader("idcard", str(samv.port), today=lambda: TODAY, timing=timing)
    reader.start(events)
    events.expect_state(DeviceStatus.ONLINE)
    yield reader
    samv.orders = Orders()
    reader.stop()


def next_resident_is_read(samv: SamvEmulator, events: Events, present: PresentCard) -> None:
    samv.remove()
    samv.orders = Orders()
    enough = samv.requests.count("find") + 2
    wait_until(lambda: samv.requests.count("find") >= enough, 10, "the module to be asked again")
    present("li")
    events.expect(CardPresented)
    assert events.expect(CardRead).identity.record.name == "李秀英"
    assert events.empty


def test_a_module_that_answers_byte_by_byte_fails_the_card_at_the_limit(
    line: SamvSerialReader, samv: SamvEmulator, events: Events, present_resident_card: PresentCard
) -> None:
    samv.orders = Orders(trickle_s=0.02)
    present_resident_card("wang")
    events.expect(CardPresented)
    assert is_late(events.expect(CardFailed).fault)
    assert line.status().status is DeviceStatus.ONLINE
    next_resident_is_read(samv, events, present_resident_card)


def test_a_module_that_is_slow_at_every_try_fails_the_card_at_the_limit(
    line: SamvSerialReader, samv: SamvEmulator, events: Events, present_resident_card: PresentCard
) -> None:
    spoilt = status_frame(0, 0, 0x10)
    samv.orders = Orders(once={"read": [spoilt, spoilt]}, delay_s=0.6)
    present_resident_card("wang")
    events.expect(CardPresented)
    assert is_late(events.expect(CardFailed).fault)
    next_resident_is_read(samv, events, present_resident_card)


def test_a_port_that_hangs_during_a_reading_fails_the_card_at_the_limit(
    line: SamvSerialReader, samv: SamvEmulator, events: Events, present_resident_card: PresentCard,
    go: threading.Event, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    write = serial.Serial.write

    def hang(port: serial.Serial, data: bytes, *rest: Any) -> Any:
        if bytes.fromhex("00033001") in data:
            go.wait(30)
        return write(port, data, *rest)

    monkeypatch.setattr(serial.Serial, "write", hang)
    present_resident_card("wang")
    events.expect(CardPresented)
    failed = events.expect(CardFailed)
    assert is_late(failed.fault)
    assert not failed.presence_known
    assert not go.is_set()
    go.set()
    next_resident_is_read(samv, events, present_resident_card)


# --- the simulated reader


@pytest.mark.parametrize(("delay_s", "late"), [(30.0, True), (0.02, False)])
def test_a_sample_card_has_the_same_limit(events: Events, delay_s: float, late: bool) -> None:
    def make() -> Identity:
        result = read_card(_Direct(social_security_card("wang")), TODAY)
        assert isinstance(result, Identity)
        return result

    tray = [SampleCard("wang", CardKind.SOCIAL_SECURITY, "a card", make)]
    reader = SimulatedReader("tray", tray, delay_s, limit_s=0.1)
    reader.start(events)
    try:
        reader.present("wang")
        events.expect(CardPresented)
        if late:
            assert is_late(events.expect(CardFailed).fault)
        else:
            assert events.expect(CardRead).identity.record.name == "王建明"
    finally:
        reader.stop()


class _Direct:
    def __init__(self, card: Card) -> None:
        self._card = card
        self.atr = card.atr

    def transceive(self, apdu: bytes) -> tuple[bytes, int]:
        answer = self._card.answer(apdu)
        return answer[:-2], int.from_bytes(answer[-2:], "big")


def test_each_reader_has_this_limit_by_default() -> None:
    from devices.readers.samv.timing import Timing as LineTiming

    assert (Timing().reading, LineTiming().reading) == (READ_LIMIT_S, READ_LIMIT_S)
    assert Reading().limit_s == READ_LIMIT_S
