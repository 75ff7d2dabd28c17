"""The PC/SC reader on a fake library: the fault for every return code, and their precedence.

The fake replaces the lowest layer. It returns each code of establish, wait, connect and transmit,
swaps a card without a trace, and makes calls raise or hang. The rig tests provoke every fault with
real software, too; see ``docs/cards.md``.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import date

import pytest

from devices.faults import (
    ACCESS_DENIED,
    CARD_MUTE,
    CARD_PULLED,
    NO_READER,
    READER_FAILED,
    READER_NO_DRIVER,
    READER_STUCK,
    READER_UNPLUGGED,
    SERVICE_DOWN,
    SERVICE_MISMATCH,
)
from devices.health import DeviceStatus, Fault
from devices.readers.pcsc import PcscReader, Timing
from devices.readers.pcsc.library import PNP_NOTIFICATION, card_fault, service_fault
from devices.readers.pcsc.reader import MAX_ABANDONED
from devices.readers.pcsc.watch import MAX_REAPPEARANCES
from devices.readers.protocol import CardFailed, CardPresented, CardRead, CardRemoved, ReaderChanged
from tests.devices.events import Events
from tests.rig.people import social_security_card
from tests.rig.vcard import Card

EMPTY, PRESENT, CHANGED = 0x10, 0x20, 0x2
QUICK = Timing(
    slice_ms=20,
    retry=0.01,
    grace=0.05,
    busy=0.05,
    settle=0.05,
    connect_retry=0.01,
    stuck=0.2,
    reappear=0.05,
)


class FakeService:
    """A PC/SC service in memory. ``codes`` sets the return code of a call; ``before`` runs before
    the call."""

    def __init__(self, *readers: str) -> None:
        self._changed = threading.Condition()
        self._states = dict.fromkeys(readers, EMPTY)
        self._cards: dict[str, Card] = {}
        self.codes: dict[str, int] = {}
        self.before: dict[str, Callable[[], object]] = {}
        self.contexts = 0
        self.most_contexts = 0

    def present(self, reader: str, card: Card) -> None:
        """Present a card. It replaces a card that is present, without an empty slot in between."""
        with self._changed:
            came = 2 if reader in self._cards else 1
            self._cards[reader] = card
            self._states[reader] = PRESENT | ((self._count(reader) + came) << 16)
            self._changed.notify_all()

    def remove(self, reader: str) -> None:
        with self._changed:
            del self._cards[reader]
            self._states[reader] = EMPTY | ((self._count(reader) + 1) << 16)
            self._changed.notify_all()

    def unplug(self, reader: str) -> None:
        with self._changed:
            self._states.pop(reader)
            self._cards.pop(reader, None)
            self._changed.notify_all()

    def plug(self, reader: str) -> None:
        with self._changed:
            self._states[reader] = EMPTY
            self._changed.notify_all()

    def _count(self, reader: str) -> int:
        return self._states[reader] >> 16

    def _call(self, name: str) -> int:
        if name in self.before:
            self.before[name]()
        return self.codes.get(name, 0)

    def establish(self) -> tuple[int, int]:
        code = self._call("establish")
        if code == 0:
            self.contexts += 1
            self.most_contexts = max(self.most_contexts, self.contexts)
        return code, 7

    def release(self, context: int) -> int:
        code = self._call("release")
        self.contexts -= 1
        return code

    def readers(self, context: int) -> tuple[int, list[str]]:
        code = self._call("readers")
        with self._changed:
            return (code, list(self._states)) if self._states else (0x8010002E, [])

    def wait(
        self, context: int, timeout_ms: int, known: Sequence[tuple[str, int]]
    ) -> tuple[int, list[tuple[str, int, bytes]]]:
        code = self._call("wait")
        if code:
            return code, []
        assert known[-1][0] == PNP_NOTIFICATION
        with self._changed:
            if not self._changed.wait_for(lambda: self._differs(known), timeout_ms / 1000):
                return 0x8010000A, []
            answer = []
            for name, state in known[:-1]:
                now = self._states.get(name, 0x0C)
                answer.append((name, now | (CHANGED if now != state else 0), b"\x3b\x00"))
            return 0, answer

    def _differs(self, known: Sequence[tuple[str, int]]) -> bool:
        readers = dict(known[:-1])
        return readers != self._states or known[-1][1] >> 16 != len(self._states)

    def connect(self, context: int, reader: str) -> tuple[int, int, int]:
        code = self._call("connect")
        return code, list(self._states).index(reader), 1

    def transmit(self, handle: int, protocol: int, apdu: bytes) -> tuple[int, bytes]:
        code = self._call("transmit")
        card = self._cards.get(list(self._states)[handle])
        return (code, card.answer(apdu)) if card is not None else (0x80100069, b"")

    def disconnect(self, handle: int) -> int:
        return self._call("disconnect")


@pytest.fixture
def service() -> FakeService:
    return FakeService("Desk 00")


Start = Callable[..., PcscReader]


@pytest.fixture
def start(service: FakeService, events: Events) -> Iterator[Start]:
    """Start a reader on the fake service."""
    started: list[PcscReader] = []

    def make(match: str | None = None) -> PcscReader:
        reader = PcscReader(
            "desk", match, today=lambda: date(2026, 6, 1), timing=QUICK, library=lambda: service
        )
        reader.start(events)
        started.append(reader)
        return reader

    yield make
    for reader in started:
        reader.stop()


@pytest.mark.parametrize(
    ("code", "fault"),
    [
        (0x8010001D, SERVICE_DOWN),
        (0x8010001E, SERVICE_MISMATCH),
        (0x8010006A, ACCESS_DENIED),
        (0x80100027, ACCESS_DENIED),
        (0x80100013, SERVICE_DOWN),
        (0x80109999, SERVICE_DOWN),
    ],
)
def test_a_service_that_refuses_is_reported_and_retried(
    start: Start, service: FakeService, events: Events, code: int, fault: Fault
) -> None:
    service.codes["establish"] = code
    reader = start()
    events.expect_state(DeviceStatus.OFFLINE, fault)
    assert f"{code:08X}" in reader.status().detail
    service.codes.clear()
    events.expect_state(DeviceStatus.ONLINE)


def test_a_service_that_ends_during_a_request_is_reported_as_down(
    start: Start, service: FakeService, events: Events
) -> None:
    """A daemon that ends closes the new connection, exactly as it does to refuse one."""
    asked: list[int] = []

    def die() -> None:
        asked.append(1)
        service.codes["establish"] = 0x8010006A if len(asked) == 1 else 0x8010001D

    service.before["establish"] = die
    start()
    change = events.next()
    assert isinstance(change, ReaderChanged)
    assert SERVICE_DOWN.same_as(change.status.fault)


@pytest.mark.parametrize("call", ["readers", "wait"])
def test_any_error_code_leads_to_a_new_context(
    start: Start, service: FakeService, events: Events, call: str
) -> None:
    start()
    events.expect_state(DeviceStatus.ONLINE)
    for code in (0x80100013, 0x80100003, 0x80100001, 0x8010006A, 0x80100009):
        service.codes[call] = code
        fault = READER_UNPLUGGED if code == 0x80100009 else SERVICE_DOWN
        events.expect_state(DeviceStatus.OFFLINE, fault)
        service.codes.clear()
        events.expect_state(DeviceStatus.ONLINE)
    assert service.most_contexts == 1


def test_an_empty_list_of_readers_is_reported_until_one_is_attached(
    start: Start, service: FakeService, events: Events, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("devices.readers.pcsc.watch.smart_card_devices", list)
    service.unplug("Desk 00")
    start()
    events.expect_state(DeviceStatus.NO_DEVICE, NO_READER)
    service.plug("Desk 00")
    events.expect_state(DeviceStatus.ONLINE)


def test_a_usb_reader_without_a_driver_is_reported(
    start: Start, service: FakeService, events: Events, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("devices.readers.pcsc.watch.smart_card_devices", lambda: ["1a2b:3c4d"])
    service.unplug("Desk 00")
    reader = start()
    events.expect_state(DeviceStatus.NO_DEVICE, READER_NO_DRIVER)
    assert reader.status().detail == "1a2b:3c4d"


def test_only_cards_in_matching_readers_are_read(
    start: Start, service: FakeService, events: Events
) -> None:
    service.plug("Other 00")
    start("Other")
    events.expect_state(DeviceStatus.ONLINE)
    service.present("Desk 00", social_security_card("wang"))
    service.present("Other 00", social_security_card("li"))
    events.expect(CardPresented)
    assert events.expect(CardRead).identity.record.name == "李秀英"


def test_a_removal_is_not_reported_while_the_reader_is_unplugged(
    start: Start, service: FakeService, events: Events
) -> None:
    """The removal was not seen, so it is reported only when the reader is back and empty."""
    start()
    events.expect_state(DeviceStatus.ONLINE)
    service.present("Desk 00", social_security_card("wang"))
    events.expect(CardPresented)
    events.expect(CardRead)
    service.unplug("Desk 00")
    events.expect_state(DeviceStatus.NO_DEVICE, READER_UNPLUGGED)
    service.plug("Desk 00")
    events.expect_state(DeviceStatus.ONLINE)
    events.expect(CardRemoved)


def test_a_card_swapped_between_two_waits_is_read(
    start: Start, service: FakeService, events: Events
) -> None:
    start()
    events.expect_state(DeviceStatus.ONLINE)
    service.present("Desk 00", social_security_card("wang"))
    events.expect(CardPresented)
    assert events.expect(CardRead).identity.record.name == "王建明"
    service.present("Desk 00", social_security_card("li"))
    events.expect(CardRemoved)
    events.expect(CardPresented)
    assert events.expect(CardRead).identity.record.name == "李秀英"


@pytest.mark.parametrize(
    ("call", "code", "fault"),
    [
        ("connect", 0x80100066, CARD_MUTE),
        ("connect", 0x80100067, CARD_MUTE),
        ("connect", 0x8010000C, CARD_PULLED),
        ("transmit", 0x80100069, CARD_PULLED),
        ("transmit", 0x80100068, CARD_PULLED),
        ("transmit", 0x8010006A, SERVICE_DOWN),
        ("transmit", 0x8010001F, READER_FAILED),
    ],
)
def test_an_error_code_for_a_card_is_reported_as_its_fault(
    start: Start, service: FakeService, events: Events, call: str, code: int, fault: Fault
) -> None:
    start()
    events.expect_state(DeviceStatus.ONLINE)
    service.codes[call] = code
    service.present("Desk 00", social_security_card("wang"))
    events.expect(CardPresented)
    failed = events.expect(CardFailed).fault
    assert failed.same_as(fault)
    assert f"{code:08X}" in failed.detail
    service.codes.clear()
    service.remove("Desk 00")
    events.expect(CardRemoved)
    service.present("Desk 00", social_security_card("li"))
    events.expect(CardPresented)
    events.expect(CardRead)


def test_a_card_that_keeps_breaking_off_is_not_read_for_ever(
    start: Start, service: FakeService, events: Events
) -> None:
    start()
    events.expect_state(DeviceStatus.ONLINE)
    service.codes["transmit"] = 0x80100016
    service.present("Desk 00", social_security_card("wang"))
    for _ in range(MAX_REAPPEARANCES):
        events.expect(CardPresented)
        assert events.expect(CardFailed).fault.same_as(CARD_PULLED)
        events.expect(CardRemoved)
    events.expect(CardPresented)
    events.expect(CardFailed)
    service.codes.clear()
    service.remove("Desk 00")
    events.expect(CardRemoved)
    service.present("Desk 00", social_security_card("li"))
    events.expect(CardPresented)
    assert events.expect(CardRead).identity.record.name == "李秀英"


def test_a_card_that_is_mute_while_it_is_inserted_is_read(
    start: Start, service: FakeService, events: Events
) -> None:
    tries: list[int] = []

    def settle() -> None:
        tries.append(1)
        if len(tries) == 3:
            service.codes.clear()

    start()
    events.expect_state(DeviceStatus.ONLINE)
    service.codes["connect"] = 0x80100066
    service.before["connect"] = settle
    service.present("Desk 00", social_security_card("wang"))
    events.expect(CardPresented)
    read = events.expect(CardRead)
    assert (len(tries), read.identity.record.name) == (3, "王建明")
    assert read.card_ms >= 2 * QUICK.connect_retry * 1000


def test_a_code_without_a_name_is_described_in_hex() -> None:
    assert service_fault(0x80101234, connected=True).detail == "80101234"
    assert card_fault(0x80100069).detail == "80100069 REMOVED_CARD"


def test_an_exception_of_the_library_is_a_fault_and_the_reader_goes_on(
    start: Start, service: FakeService, events: Events
) -> None:
    def broken() -> None:
        raise OverflowError("secret 100101195803120216")

    service.before["wait"] = broken
    reader = start()
    events.expect_state(DeviceStatus.HARDWARE_ERROR, READER_FAILED)
    assert reader.status().detail == "OverflowError"
    service.before.clear()
    events.expect_state(DeviceStatus.ONLINE)
    assert service.most_contexts == 1


def test_a_library_that_cannot_be_loaded_is_tried_again(
    service: FakeService, events: Events
) -> None:
    service.plug("desk")
    there = threading.Event()

    def load() -> FakeService:
        if not there.is_set():
            raise ImportError("libpcsclite.so.1")
        return service

    reader = PcscReader("desk", timing=QUICK, library=load)
    reader.start(events)
    try:
        events.expect_state(DeviceStatus.HARDWARE_ERROR, READER_FAILED)
        assert reader.status().detail == "ImportError"
        there.set()
        events.expect_state(DeviceStatus.ONLINE)
    finally:
        reader.stop()


def test_the_number_of_abandoned_threads_is_limited(
    start: Start, service: FakeService, events: Events
) -> None:
    go = threading.Event()
    before = threading.active_count()
    service.before["readers"] = lambda: go.wait() and None
    reader = start()
    until = time.monotonic() + 10
    while not reader.needs_restart:
        assert time.monotonic() < until
        time.sleep(0.01)
    for _ in range(MAX_ABANDONED):
        events.expect_state(DeviceStatus.HARDWARE_ERROR, READER_STUCK)
    assert "restart" in reader.status().detail
    assert threading.active_count() <= before + 1 + MAX_ABANDONED
    go.set()
    service.before.clear()
    events.expect_state(DeviceStatus.ONLINE)
    assert not reader.needs_restart


def test_a_card_that_hangs_is_not_read_again_until_it_is_removed(
    start: Start, service: FakeService, events: Events
) -> None:
    go = threading.Event()
    calls: list[int] = []

    def hang() -> None:
        calls.append(1)
        go.wait()

    start()
    events.expect_state(DeviceStatus.ONLINE)
    service.before["transmit"] = hang
    service.present("Desk 00", social_security_card("wang"))
    events.expect(CardPresented)
    assert events.expect(CardFailed).fault.same_as(READER_STUCK)
    events.expect_state(DeviceStatus.HARDWARE_ERROR, READER_STUCK)
    service.remove("Desk 00")
    events.expect_state(DeviceStatus.ONLINE)
    assert len(calls) == 1
    events.expect(CardRemoved)
    service.before.clear()
    service.present("Desk 00", social_security_card("li"))
    events.expect(CardPresented)
    assert events.expect(CardRead).identity.record.name == "李秀英"
    go.set()


def test_many_cards_use_one_context(start: Start, service: FakeService, events: Events) -> None:
    start()
    events.expect_state(DeviceStatus.ONLINE)
    threads = threading.active_count()
    for _ in range(500):
        service.present("Desk 00", social_security_card("wang"))
        events.expect(CardPresented)
        events.expect(CardRead)
        service.remove("Desk 00")
        events.expect(CardRemoved)
    assert threading.active_count() == threads
    assert (service.contexts, service.most_contexts) == (1, 1)


def test_a_second_start_raises(start: Start, events: Events) -> None:
    reader = start()
    with pytest.raises(RuntimeError):
        reader.start(events)
