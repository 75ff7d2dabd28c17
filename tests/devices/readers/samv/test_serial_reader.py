"""The serial SAM_V reader with an emulated module on a pty."""

from __future__ import annotations

import os
import random
import threading
import time
from collections.abc import Callable, Iterator
from datetime import date
from math import inf
from pathlib import Path
from typing import Any

import pytest

from devices.faults import (
    ACCESS_DENIED,
    CARD_DAMAGED,
    CARD_EXPIRED,
    CARD_PULLED,
    CARD_UNSUPPORTED,
    NO_READER,
    READER_BUSY,
    READER_FAILED,
    READER_UNPLUGGED,
)
from devices.health import DeviceStatus, Fault
from devices.identity import Assurance
from devices.readers.protocol import CardFailed, CardPresented, CardRead, CardRemoved
from devices.readers.samv import SamvSerialReader
from devices.readers.samv.frame import Command, Frame
from devices.readers.samv.link import NoAnswer, SamvLink
from devices.readers.samv.timing import Timing
from tests.devices.events import Events
from tests.rig.fixtures import PresentCard
from tests.rig.people import PEOPLE, PHOTO, resident_text
from tests.rig.samv_emulator import Orders, ResidentCard, SamvEmulator, status_frame

QUICK = Timing(find=0.01, answer=0.3, read=0.5, gap=0.05, probe=0.1, retry=0.05, slice=0.02)
TODAY = date(2026, 6, 1)


def make_reader(
    samv: SamvEmulator, *, probe: bool = False, today: date = TODAY
) -> SamvSerialReader:
    return SamvSerialReader(
        "idcard", str(samv.port), today=lambda: today, probe=probe, timing=QUICK
    )


@pytest.fixture
def reader(samv: SamvEmulator, events: Events) -> Iterator[SamvSerialReader]:
    """A SAM_V reader that is online."""
    reader = make_reader(samv)
    reader.start(events)
    events.expect_state(DeviceStatus.ONLINE)
    yield reader
    reader.stop()


def read_name(events: Events) -> str | None:
    events.expect(CardPresented)
    return events.expect(CardRead).identity.record.name


def until_asked(samv: SamvEmulator, request: str, times: int = 1) -> None:
    """Wait until the module has received this request ``times`` more times."""
    enough = samv.requests.count(request) + times
    until = time.monotonic() + 10
    while samv.requests.count(request) < enough:
        assert time.monotonic() < until
        time.sleep(0.005)


@pytest.mark.parametrize("key", list(PEOPLE))
def test_a_card_is_read(
    reader: SamvSerialReader, events: Events, present_resident_card: PresentCard, key: str
) -> None:
    present_resident_card(key)
    events.expect(CardPresented)
    read = events.expect(CardRead)
    record = read.identity.record
    assert (record.name, record.id_number) == (PEOPLE[key].name, PEOPLE[key].number)
    assert record.photo == bytearray(PHOTO)
    assert read.identity.assurance is Assurance.CARD_SECURE
    assert not read.presence_known
    assert read.card_ms > 0
    assert 0 < read.own_ms < 1000


def test_the_status_shows_the_modules_number(reader: SamvSerialReader) -> None:
    assert reader.status().detail == "05012011431300002567940000350987"


def test_a_card_presented_again_is_read_again(
    reader: SamvSerialReader, events: Events, samv: SamvEmulator, present_resident_card: PresentCard
) -> None:
    present_resident_card("wang")
    assert read_name(events) == "王建明"
    until_asked(samv, "find", 3)
    assert events.empty
    present_resident_card("wang")
    assert read_name(events) == "王建明"
    present_resident_card("li")
    assert read_name(events) == "李秀英"


def test_a_card_that_the_module_keeps_finding_is_reported_once(
    reader: SamvSerialReader, events: Events, samv: SamvEmulator, present_resident_card: PresentCard
) -> None:
    samv.orders = Orders(found_again=True)
    present_resident_card("wang")
    assert read_name(events) == "王建明"
    until_asked(samv, "read", 3)
    assert events.empty
    present_resident_card("li")
    assert read_name(events) == "李秀英"


def test_a_removal_is_reported_if_the_module_supports_the_probe(
    samv: SamvEmulator, events: Events, present_resident_card: PresentCard
) -> None:
    reader = make_reader(samv, probe=True)
    reader.start(events)
    try:
        events.expect_state(DeviceStatus.ONLINE)
        for address in (None, b" \0" * 35):
            samv.present(ResidentCard(resident_text("wang"), PHOTO, address))
            events.expect(CardPresented)
            assert events.expect(CardRead).presence_known
            until_asked(samv, "address", 2)
            assert events.empty
            samv.remove()
            events.expect(CardRemoved)
    finally:
        reader.stop()


@pytest.mark.parametrize("request_name", ["select", "read"])
@pytest.mark.parametrize(
    ("sw3", "fault"),
    [
        (0x10, READER_FAILED), (0x11, READER_FAILED), (0x21, READER_FAILED),
        (0x23, READER_FAILED), (0x24, READER_FAILED), (0x3F, READER_FAILED),
        (0x31, CARD_DAMAGED), (0x32, CARD_DAMAGED), (0x33, CARD_DAMAGED),
        (0x37, CARD_DAMAGED), (0x91, CARD_DAMAGED), (0x40, CARD_UNSUPPORTED),
        (0x41, CARD_PULLED), (0x47, CARD_PULLED), (0x80, CARD_PULLED), (0x81, CARD_PULLED),
        (0x60, READER_FAILED), (0x66, READER_FAILED),
    ],
)  # fmt: skip
def test_a_failed_card_gives_its_fault_and_the_next_card_is_read(
    reader: SamvSerialReader,
    events: Events,
    samv: SamvEmulator,
    present_resident_card: PresentCard,
    request_name: str,
    sw3: int,
    fault: Fault,
) -> None:
    samv.orders = Orders(statuses={request_name: status_frame(0x01, 0x02, sw3)})
    present_resident_card("wang")
    events.expect(CardPresented)
    assert events.expect(CardFailed).fault.same_as(fault)
    samv.remove()
    until_asked(samv, "find", 2)
    samv.orders = Orders()
    present_resident_card("li")
    assert read_name(events) == "李秀英"


@pytest.mark.provokes("CRD-109", "pty", "The module fails its self-test.")
@pytest.mark.parametrize("sw3", [0x60, 0x66])
def test_a_module_that_fails_its_self_test_is_a_failed_reader(
    samv: SamvEmulator, events: Events, sw3: int
) -> None:
    samv.orders = Orders(statuses={"status": status_frame(0, 0, sw3)})
    reader = make_reader(samv)
    reader.start(events)
    try:
        events.expect_state(DeviceStatus.HARDWARE_ERROR, READER_FAILED)
        assert "reset" in samv.requests
        samv.orders = Orders()
        events.expect_state(DeviceStatus.ONLINE)
    finally:
        reader.stop()


@pytest.mark.parametrize("garbage", ["00", "AAAAAA96", "AAAAAA", "FF" * 200, "AAAAAA96690005"])
def test_garbage_before_every_answer_is_ignored(
    reader: SamvSerialReader,
    events: Events,
    samv: SamvEmulator,
    present_resident_card: PresentCard,
    garbage: str,
) -> None:
    samv.orders = Orders(garbage=bytes.fromhex(garbage))
    present_resident_card("rare")
    assert read_name(events) == "𠮷㛃䶮𬀩"


CUTS = [0, 1, 4, 5, 6, 7, 9, 10, 14, 15, 270, 271, 1293, 1294]
CUTS += sorted(random.Random(1295).sample(range(1295), 36))


@pytest.mark.provokes("CRD-204", "pty", "The card is removed in the middle of a frame.")
@pytest.mark.parametrize("cut", CUTS)
def test_a_card_removed_during_its_answer_fails(
    reader: SamvSerialReader,
    events: Events,
    samv: SamvEmulator,
    present_resident_card: PresentCard,
    cut: int,
) -> None:
    samv.orders = Orders(cut_read_at=cut)
    present_resident_card("wang")
    events.expect(CardPresented)
    assert events.expect(CardFailed).fault.same_as(CARD_PULLED)
    samv.orders = Orders()
    until_asked(samv, "find", 2)
    present_resident_card("li")
    assert read_name(events) == "李秀英"


def test_a_frame_cut_by_the_line_is_read_again(
    reader: SamvSerialReader, events: Events, samv: SamvEmulator, present_resident_card: PresentCard
) -> None:
    samv.orders = Orders(cut_once_at=700)
    present_resident_card("wang")
    assert read_name(events) == "王建明"


BROKEN = status_frame(0, 0, 0x90)[:-1] + b"\x00"
"""A complete frame with a wrong check byte."""


@pytest.mark.parametrize(
    "answers", [[status_frame(0, 0, 0x10)] * 2, [BROKEN], [b""], [BROKEN, status_frame(0, 0, 0x10)]]
)
def test_a_read_damaged_by_the_line_is_repeated(
    reader: SamvSerialReader,
    events: Events,
    samv: SamvEmulator,
    present_resident_card: PresentCard,
    answers: list[bytes],
) -> None:
    samv.orders = Orders(once={"read": list(answers)})
    present_resident_card("wang")
    assert read_name(events) == "王建明"
    assert samv.requests.count("read") == len(answers) + 1


@pytest.mark.parametrize("request_name", ["select", "read"])
def test_a_module_that_does_not_answer_for_a_card_fails_it(
    reader: SamvSerialReader,
    events: Events,
    samv: SamvEmulator,
    present_resident_card: PresentCard,
    request_name: str,
) -> None:
    samv.orders = Orders(statuses={request_name: b""})
    present_resident_card("wang")
    events.expect(CardPresented)
    assert events.expect(CardFailed).fault.same_as(CARD_PULLED)
    samv.orders = Orders()
    assert read_name(events) == "王建明"


def test_a_module_that_fails_its_self_test_later_is_reported(
    reader: SamvSerialReader, events: Events, samv: SamvEmulator
) -> None:
    not_authorised = status_frame(0, 0, 0x66)
    samv.orders = Orders(statuses={"find": not_authorised, "status": not_authorised})
    events.expect_state(DeviceStatus.HARDWARE_ERROR, READER_FAILED)
    samv.orders = Orders()
    events.expect_state(DeviceStatus.ONLINE)


def test_a_port_without_permission_is_reported(
    samv: SamvEmulator, events: Events, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The serial library is replaced, because root has permission to open any port."""

    def refuse(*_: object, **__: Any) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("devices.readers.samv.link.serial.Serial", refuse)
    reader = make_reader(samv)
    reader.start(events)
    try:
        events.expect_state(DeviceStatus.OFFLINE, ACCESS_DENIED)
        assert reader.status().detail == str(samv.port)
        monkeypatch.undo()
        events.expect_state(DeviceStatus.ONLINE)
    finally:
        reader.stop()


@pytest.mark.slow(reason="waits until limits of time have passed")
def test_a_module_that_stops_answering_the_probe_reports_no_removal(
    samv: SamvEmulator, events: Events, present_resident_card: PresentCard
) -> None:
    reader = make_reader(samv, probe=True)
    reader.start(events)
    try:
        events.expect_state(DeviceStatus.ONLINE)
        present_resident_card("wang")
        assert read_name(events) == "王建明"
        samv.orders = Orders(silent=True)
        events.expect_state(DeviceStatus.NO_DEVICE, READER_UNPLUGGED)
    finally:
        reader.stop()


def test_damaged_and_expired_cards_are_refused(
    reader: SamvSerialReader, events: Events, samv: SamvEmulator
) -> None:
    text = bytearray(resident_text("wang"))
    text[122 + 34 : 122 + 36] = b"7\0"
    samv.present(ResidentCard(bytes(text), PHOTO))
    events.expect(CardPresented)
    damaged = events.expect(CardFailed)
    assert damaged.fault.same_as(CARD_DAMAGED)
    assert not damaged.presence_known  # no ``CardRemoved`` will follow
    samv.remove()
    until_asked(samv, "find", 2)
    text = bytearray(resident_text("wang"))
    text[204:220] = "20260531".encode("utf-16-le")
    samv.present(ResidentCard(bytes(text), PHOTO))
    events.expect(CardPresented)
    assert events.expect(CardFailed).fault == CARD_EXPIRED


@pytest.mark.provokes("CRD-105", "pty", "The port disappears.")
def test_the_port_goes_and_comes_back(
    reader: SamvSerialReader, events: Events, samv: SamvEmulator, present_resident_card: PresentCard
) -> None:
    for _ in range(3):
        samv.unplug()
        events.expect_state(DeviceStatus.NO_DEVICE, READER_UNPLUGGED)
        samv.plug()
        events.expect_state(DeviceStatus.ONLINE)
        present_resident_card("wang")
        assert read_name(events) == "王建明"


@pytest.fixture
def unplug_at_read(monkeypatch: pytest.MonkeyPatch, samv: SamvEmulator) -> Callable[[], None]:
    """Return a function that makes the module be unplugged when the next card is to be read."""
    ask = SamvLink.ask

    def unplugged(
        link: SamvLink, command: Command, limit_s: float | None = None, until: float = inf
    ) -> Frame | NoAnswer:
        if command is Command.READ_TEXT_PHOTO:
            monkeypatch.undo()
            samv.unplug()
        return ask(link, command, limit_s, until)

    return lambda: monkeypatch.setattr(SamvLink, "ask", unplugged)


def test_a_card_fails_if_the_reader_is_unplugged_during_its_reading(
    reader: SamvSerialReader, events: Events, samv: SamvEmulator,
    present_resident_card: PresentCard, unplug_at_read: Callable[[], None],
) -> None:  # fmt: skip
    unplug_at_read()
    present_resident_card("wang")
    events.expect(CardPresented)
    assert events.expect(CardFailed).fault.same_as(READER_UNPLUGGED)
    events.expect_state(DeviceStatus.NO_DEVICE, READER_UNPLUGGED)
    samv.remove()
    samv.plug()
    events.expect_state(DeviceStatus.ONLINE)
    present_resident_card("li")
    assert read_name(events) == "李秀英"


def test_a_card_that_was_read_before_does_not_fail_when_the_reader_is_unplugged(
    reader: SamvSerialReader, events: Events, samv: SamvEmulator,
    present_resident_card: PresentCard, unplug_at_read: Callable[[], None],
) -> None:  # fmt: skip
    """The module keeps finding the card. The reader reads it repeatedly, but reports it once."""
    samv.orders = Orders(found_again=True)
    present_resident_card("wang")
    assert read_name(events) == "王建明"
    unplug_at_read()
    events.expect_state(DeviceStatus.NO_DEVICE, READER_UNPLUGGED)


@pytest.mark.slow(reason="waits until limits of time have passed")
def test_a_module_that_stops_answering_for_a_while_works_again(
    reader: SamvSerialReader, events: Events, samv: SamvEmulator, present_resident_card: PresentCard
) -> None:
    samv.orders = Orders(silent=True)
    events.expect_state(DeviceStatus.NO_DEVICE, READER_UNPLUGGED)
    samv.orders = Orders()
    events.expect_state(DeviceStatus.ONLINE)
    present_resident_card("li")
    assert read_name(events) == "李秀英"


def test_a_port_that_appears_later_is_used(samv: SamvEmulator, events: Events) -> None:
    samv.unplug()
    reader = make_reader(samv)
    reader.start(events)
    try:
        events.expect_state(DeviceStatus.NO_DEVICE, NO_READER)
        samv.plug()
        events.expect_state(DeviceStatus.ONLINE)
    finally:
        reader.stop()


@pytest.mark.provokes("CRD-107", "pty", "Another program has opened the port.")
def test_a_port_held_by_another_program(samv: SamvEmulator, events: Events) -> None:
    import serial

    other = serial.Serial(str(samv.port), exclusive=True)
    reader = make_reader(samv)
    reader.start(events)
    try:
        events.expect_state(DeviceStatus.BUSY, READER_BUSY)
        other.close()
        events.expect_state(DeviceStatus.ONLINE)
    finally:
        reader.stop()


@pytest.mark.parametrize("rate", [57600, 38400, 19200, 9600])
@pytest.mark.parametrize("follows", [True, False])
def test_a_module_at_another_rate_is_found(
    tmp_path: Path, events: Events, rate: int, follows: bool
) -> None:
    samv = SamvEmulator(tmp_path, rate)
    samv.orders = Orders(follows_rate=follows)
    reader = make_reader(samv)
    reader.start(events)
    try:
        events.expect_state(DeviceStatus.ONLINE)
        assert samv.rate == (115200 if follows else rate)
        samv.present(ResidentCard(resident_text("rare"), PHOTO))
        assert read_name(events) == "𠮷㛃䶮𬀩"
    finally:
        reader.stop()
        samv.unplug()


def test_stopping_leaves_no_thread_and_no_descriptor(
    samv: SamvEmulator, events: Events, present_resident_card: PresentCard
) -> None:
    threads, descriptors = threading.active_count(), len(os.listdir("/proc/self/fd"))
    for _ in range(20):
        reader = make_reader(samv)
        reader.start(events)
        present_resident_card("wang")
        events.expect(CardPresented)
        events.expect(CardRead)
        started = time.monotonic()
        reader.stop()
        assert time.monotonic() - started <= 2.0
    assert threading.active_count() == threads
    assert len(os.listdir("/proc/self/fd")) == descriptors
