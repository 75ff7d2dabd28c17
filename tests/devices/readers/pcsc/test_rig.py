"""The PC/SC reader with the real pcscd and emulated cards."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from devices.faults import (
    ACCESS_DENIED,
    CARD_DAMAGED,
    CARD_EXPIRED,
    CARD_MUTE,
    CARD_NEEDS_SAM,
    CARD_NOT_YET_VALID,
    CARD_PULLED,
    CARD_UNSUPPORTED,
    NO_READER,
    READER_BUSY,
    READER_STUCK,
    READER_UNPLUGGED,
    SERVICE_DOWN,
    TWO_CARDS,
)
from devices.health import DeviceStatus, Fault
from devices.identity import Assurance, Identity
from devices.readers.pcsc import PcscReader, Timing
from devices.readers.protocol import CardFailed, CardPresented, CardRead, CardRemoved, ReaderChanged
from tests.devices.events import Events
from tests.rig.fixtures import PresentCard
from tests.rig.pcscd import Pcscd
from tests.rig.people import PEOPLE, PHOTO, resident_text, social_security_card
from tests.rig.vcard import (
    MIFARE_ATR,
    Card,
    Faults,
    MuteCard,
    SamEquippedCard,
    StorageCard,
    UnknownCard,
    VirtualSlot,
)

pytestmark = [pytest.mark.rig, pytest.mark.xdist_group("pcsc")]

TODAY = date(2026, 6, 1)
COMMANDS_OF_A_READ = 15
"""Number of commands for one complete reading of a 2.0 card."""


@pytest.fixture
def reader(pcscd: Pcscd, slot: VirtualSlot, events: Events) -> Iterator[PcscReader]:
    """A PC/SC reader that is online."""
    reader = PcscReader(today=lambda: TODAY)
    reader.start(events)
    events.expect_state(DeviceStatus.ONLINE)
    yield reader
    reader.stop()


def read_identity(events: Events) -> Identity:
    events.expect(CardPresented)
    return events.expect(CardRead).identity


def failure(events: Events) -> Fault:
    events.expect(CardPresented)
    return events.expect(CardFailed).fault


@pytest.mark.parametrize("key", ["wang", "rare", "long"])
def test_a_card_is_read_and_its_removal_reported(
    reader: PcscReader, events: Events, present_card: PresentCard, slot: VirtualSlot, key: str
) -> None:
    present_card(key)
    presented = events.expect(CardPresented)
    read = events.expect(CardRead)
    record = read.identity.record
    assert (record.name, record.id_number) == (PEOPLE[key].name, PEOPLE[key].number)
    assert (read.reader, presented.reader) == ("pcsc", "pcsc")
    assert read.presence_known
    assert read.card_ms > 0
    assert 0 < read.own_ms < 1000
    assert len(slot.commands) == COMMANDS_OF_A_READ
    slot.remove()
    events.expect(CardRemoved)
    assert events.empty


def test_a_3_0_card_gives_its_number_only(
    reader: PcscReader, events: Events, present_card: PresentCard
) -> None:
    present_card("three")
    identity = read_identity(events)
    assert identity.record.card_number == "A10010055"
    assert (identity.record.name, identity.assurance) == (None, Assurance.CARD_FREE)


def test_a_resident_card_is_read_through_a_security_module(
    reader: PcscReader, events: Events, present_card: PresentCard
) -> None:
    present_card(SamEquippedCard(resident_text("rare"), PHOTO))
    identity = read_identity(events)
    assert (identity.record.name, identity.assurance) == ("𠮷㛃䶮𬀩", Assurance.CARD_SECURE)


WANG = social_security_card("wang")


@pytest.mark.provokes("CRD-201", "rig", "Emulated card.")
@pytest.mark.provokes("CRD-202", "rig", "Emulated card.")
@pytest.mark.provokes("CRD-203", "rig", "Emulated card.")
@pytest.mark.provokes("CRD-205", "rig", "Emulated card.")
@pytest.mark.provokes("CRD-206", "rig", "Emulated card.")
@pytest.mark.provokes("CRD-207", "rig", "Emulated card.")
@pytest.mark.parametrize(
    ("card", "fault"),
    [
        (replace(WANG, ef06={**WANG.ef06, 0x09: b"\x80" * 30}), CARD_DAMAGED),
        (replace(WANG, ef06={**WANG.ef06, 0x08: b"100101195803120217"}), CARD_DAMAGED),
        (replace(WANG, ef05={**WANG.ef05, 0x06: bytes.fromhex("20260531")}), CARD_EXPIRED),
        (replace(WANG, ef05={**WANG.ef05, 0x05: bytes.fromhex("20260602")}), CARD_NOT_YET_VALID),
        (UnknownCard(), CARD_UNSUPPORTED),
        (StorageCard(atr=MIFARE_ATR), CARD_UNSUPPORTED),
        (StorageCard(), CARD_NEEDS_SAM),
        (MuteCard(), CARD_MUTE),
    ],
    ids=["damaged", "check-digit", "expired", "not-yet", "unknown", "bus-pass", "no-sam", "mute"],
)
def test_a_card_that_cannot_be_read_gives_its_fault(
    reader: PcscReader,
    events: Events,
    present_card: PresentCard,
    slot: VirtualSlot,
    card: Card,
    fault: Fault,
) -> None:
    present_card(card)
    assert failure(events).same_as(fault)
    slot.remove()
    events.expect(CardRemoved)
    present_card("wang")
    assert read_identity(events).record.name == "王建明"


@pytest.mark.provokes("CRD-204", "rig", "The card is removed before each command.")
@pytest.mark.parametrize("at", range(COMMANDS_OF_A_READ))
def test_a_card_removed_at_any_command_fails_and_the_next_is_read(
    reader: PcscReader, events: Events, present_card: PresentCard, at: int
) -> None:
    present_card("wang", Faults(pull_before=at))
    assert failure(events).same_as(CARD_PULLED)
    events.expect(CardRemoved)
    present_card("li")
    assert read_identity(events).record.name == "李秀英"


def test_a_swapped_card_is_read(
    reader: PcscReader, events: Events, present_card: PresentCard, slot: VirtualSlot
) -> None:
    present_card("wang")
    assert read_identity(events).record.name == "王建明"
    present_card("li")  # removes the first card and presents the second immediately
    events.expect(CardRemoved)
    assert read_identity(events).record.name == "李秀英"


@pytest.mark.parametrize("at", [0, 4, 12])
def test_a_swap_during_a_reading_that_the_service_does_not_see_is_noticed(
    reader: PcscReader, events: Events, present_card: PresentCard, at: int
) -> None:
    present_card("wang", Faults(swap_before=(at, social_security_card("li"))))
    assert failure(events).same_as(CARD_PULLED)
    events.expect(CardRemoved)
    assert read_identity(events).record.name == "李秀英"


def test_a_second_slot_is_ignored_until_the_first_card_is_removed(
    reader: PcscReader,
    events: Events,
    present_card: PresentCard,
    slot: VirtualSlot,
    second_slot: VirtualSlot,
) -> None:
    present_card("wang")
    assert read_identity(events).record.name == "王建明"
    second_slot.present(social_security_card("li"))
    slot.remove()
    events.expect(CardRemoved)
    assert read_identity(events).record.name == "李秀英"


@pytest.mark.provokes("CRD-208", "rig", "A card in both slots of the virtual reader.")
def test_two_cards_at_once(
    pcscd: Pcscd,
    events: Events,
    slot: VirtualSlot,
    second_slot: VirtualSlot,
    present_card: PresentCard,
) -> None:
    present_card("wang")
    second_slot.present(social_security_card("li"))
    _wait_until_both_are_seen()
    reader = PcscReader(today=lambda: TODAY)
    reader.start(events)
    try:
        assert failure(events).same_as(TWO_CARDS)
        second_slot.remove()
        events.expect(CardRemoved)
        assert read_identity(events).record.name == "王建明"
    finally:
        reader.stop()


def _wait_until_both_are_seen() -> None:
    from smartcard import scard

    _, context = scard.SCardEstablishContext(scard.SCARD_SCOPE_SYSTEM)
    states = [(f"Virtual PCD 00 0{n}", scard.SCARD_STATE_EMPTY) for n in range(2)]
    until = time.monotonic() + 10
    while not all(state & scard.SCARD_STATE_PRESENT for _, state in states):
        assert time.monotonic() < until
        _, answer = scard.SCardGetStatusChange(context, 1000, states)
        states = [(name, state) for name, state, _ in answer]
    scard.SCardReleaseContext(context)


def test_a_card_held_by_another_program(
    pcscd: Pcscd, events: Events, present_card: PresentCard
) -> None:
    from smartcard import scard

    reader = PcscReader(today=lambda: TODAY, timing=Timing(busy=0.5))
    present_card("wang")
    _, context = scard.SCardEstablishContext(scard.SCARD_SCOPE_SYSTEM)
    until = time.monotonic() + 10
    code = -1
    while code != scard.SCARD_S_SUCCESS:
        assert time.monotonic() < until
        code, handle, _ = scard.SCardConnect(
            context, "Virtual PCD 00 00", scard.SCARD_SHARE_EXCLUSIVE, scard.SCARD_PROTOCOL_T0
        )
    reader.start(events)
    try:
        assert failure(events).same_as(READER_BUSY)
    finally:
        scard.SCardDisconnect(handle, scard.SCARD_LEAVE_CARD)
        scard.SCardReleaseContext(context)
        reader.stop()


@pytest.mark.provokes("CRD-101", "rig", "pcscd is killed, and stopped properly.")
def test_the_service_is_killed_and_restarted_under_a_running_reader(
    reader: PcscReader, events: Events, pcscd: Pcscd, present_card: PresentCard, slot: VirtualSlot
) -> None:
    for round_number in range(5):
        if round_number % 2:
            pcscd.stop()
        else:
            pcscd.kill()
        ended = time.monotonic()
        change = events.next()
        assert isinstance(change, ReaderChanged)
        assert SERVICE_DOWN.same_as(change.status.fault), change
        assert events.at - ended <= 1.0
        pcscd.start()
        returned = time.monotonic()
        events.expect_state(DeviceStatus.ONLINE)
        assert events.at - returned <= 2.0
        present_card("wang")
        assert read_identity(events).record.name == "王建明"
        slot.remove()
        events.expect(CardRemoved)


def test_a_service_that_starts_later_is_used(
    pcscd: Pcscd, events: Events, slot: VirtualSlot, present_card: PresentCard
) -> None:
    pcscd.stop()
    reader = PcscReader(today=lambda: TODAY)
    started = time.monotonic()
    reader.start(events)
    try:
        events.expect_state(DeviceStatus.OFFLINE, SERVICE_DOWN)
        assert events.at - started <= 1.0
        pcscd.start()
        returned = time.monotonic()
        events.expect_state(DeviceStatus.ONLINE)
        assert events.at - returned <= 2.0
        present_card("rare")
        assert read_identity(events).record.name == "𠮷㛃䶮𬀩"
    finally:
        reader.stop()


@pytest.mark.provokes("CRD-104", "rig", "pcscd has an empty configuration.")
@pytest.mark.provokes("CRD-105", "rig", "pcscd comes back without its reader.")
def test_a_service_without_a_reader(
    pcscd: Pcscd, events: Events, slot: VirtualSlot, tmp_path: Path
) -> None:
    pcscd.stop()
    pcscd.launch(config=tmp_path)
    reader = PcscReader(today=lambda: TODAY)
    reader.start(events)
    try:
        events.expect_state(DeviceStatus.NO_DEVICE, NO_READER)
        pcscd.stop()
        events.expect_state(DeviceStatus.OFFLINE, SERVICE_DOWN)
        pcscd.start()
        events.expect_state(DeviceStatus.ONLINE)
        pcscd.stop()
        events.expect_state(DeviceStatus.OFFLINE, SERVICE_DOWN)
        pcscd.launch(config=tmp_path)
        events.expect_state(DeviceStatus.NO_DEVICE, READER_UNPLUGGED)
    finally:
        reader.stop()
        pcscd.stop()


@pytest.mark.provokes("CRD-103", "rig", "All contexts are in use.")
def test_a_service_that_gives_no_more_contexts(pcscd: Pcscd, events: Events) -> None:
    from smartcard import scard

    contexts = []
    code = scard.SCARD_S_SUCCESS
    while code == scard.SCARD_S_SUCCESS:
        code, context = scard.SCardEstablishContext(scard.SCARD_SCOPE_SYSTEM)
        contexts.append(context)
        assert len(contexts) < 1000
    reader = PcscReader(today=lambda: TODAY)
    reader.start(events)
    try:
        events.expect_state(DeviceStatus.OFFLINE, ACCESS_DENIED)
        for context in contexts[:-1]:
            scard.SCardReleaseContext(context)
        events.expect_state(DeviceStatus.ONLINE)
    finally:
        reader.stop()


def test_a_card_swapped_during_a_restart_of_the_service_is_read(
    reader: PcscReader, events: Events, pcscd: Pcscd, present_card: PresentCard
) -> None:
    present_card("wang")
    assert read_identity(events).record.name == "王建明"
    pcscd.kill()
    events.expect_state(DeviceStatus.OFFLINE, SERVICE_DOWN)
    pcscd.start()
    events.expect_state(DeviceStatus.ONLINE)
    present_card("li")
    assert events.expect(CardRemoved) is not None
    assert read_identity(events).record.name == "李秀英"


def test_a_service_that_ends_during_a_reading_fails_the_card(
    reader: PcscReader, events: Events, pcscd: Pcscd, present_card: PresentCard, slot: VirtualSlot
) -> None:
    present_card("wang", Faults(hang_at=5))
    events.expect(CardPresented)
    until = time.monotonic() + 10
    while len(slot.commands) < 6:
        assert time.monotonic() < until
        time.sleep(0.01)
    pcscd.kill()
    assert events.expect(CardFailed).fault.same_as(SERVICE_DOWN)
    slot.remove()
    pcscd.start()
    events.expect_state(DeviceStatus.ONLINE)
    present_card("li")
    events.expect(CardRemoved)
    assert read_identity(events).record.name == "李秀英"


@pytest.mark.provokes("CRD-108", "rig", "A card does not answer a command.")
def test_a_call_that_hangs_is_given_up_and_the_reader_comes_back(
    pcscd: Pcscd, events: Events, present_card: PresentCard, slot: VirtualSlot
) -> None:
    before = threading.active_count()
    reader = PcscReader(today=lambda: TODAY, timing=Timing(stuck=1.0))
    reader.start(events)
    try:
        events.expect_state(DeviceStatus.ONLINE)
        present_card("wang", Faults(hang_at=3))
        events.expect(CardPresented)
        assert events.expect(CardFailed).fault.same_as(READER_STUCK)
        events.expect_state(DeviceStatus.HARDWARE_ERROR, READER_STUCK)
        assert not reader.needs_restart
        slot.remove()
        events.expect_state(DeviceStatus.ONLINE)
        events.expect(CardRemoved)
        present_card("li")
        assert read_identity(events).record.name == "李秀英"
    finally:
        reader.stop()
    slot.remove()
    until = time.monotonic() + 5
    while threading.active_count() > before:
        assert time.monotonic() < until, threading.enumerate()
        time.sleep(0.01)


@pytest.mark.provokes("CRD-108", "rig", "pcscd is stopped (SIGSTOP).")
def test_a_service_that_hangs_is_noticed_and_survived(
    pcscd: Pcscd, events: Events, present_card: PresentCard
) -> None:
    reader = PcscReader(today=lambda: TODAY, timing=Timing(stuck=0.5))
    reader.start(events)
    try:
        events.expect_state(DeviceStatus.ONLINE)
        pcscd.pause()
        events.expect_state(DeviceStatus.HARDWARE_ERROR, READER_STUCK)
        until = time.monotonic() + 10
        while not reader.needs_restart:
            assert time.monotonic() < until
            time.sleep(0.01)
        pcscd.resume()
        events.expect_state(DeviceStatus.ONLINE)
        hangs: bool = reader.needs_restart
        assert not hangs
        present_card("wang")
        assert read_identity(events).record.name == "王建明"
    finally:
        pcscd.resume()
        reader.stop()


@pytest.mark.parametrize("faults", [Faults(slow_s=0.4), Faults(hang_at=3)])
def test_a_card_that_takes_too_long_fails_and_the_reader_stays_ready(
    pcscd: Pcscd, events: Events, present_card: PresentCard, slot: VirtualSlot, faults: Faults
) -> None:
    reader = PcscReader(today=lambda: TODAY, timing=Timing(reading=2.0))
    reader.start(events)
    try:
        events.expect_state(DeviceStatus.ONLINE)
        present_card("wang", faults)
        events.expect(CardPresented)
        late = events.expect(CardFailed).fault
        assert late.same_as(CARD_DAMAGED)
        assert "within 2 s" in late.detail
        assert reader.status().status is DeviceStatus.ONLINE
        slot.remove()
        events.expect(CardRemoved)
        present_card("li")
        assert read_identity(events).record.name == "李秀英"
    finally:
        reader.stop()


def test_stopping_is_quick_and_starting_again_works(
    pcscd: Pcscd, events: Events, present_card: PresentCard
) -> None:
    reader = PcscReader(today=lambda: TODAY)
    for _ in range(2):
        reader.start(events)
        events.expect_state(DeviceStatus.ONLINE)
        started = time.monotonic()
        reader.stop()
        assert time.monotonic() - started <= 2.0


@pytest.mark.timeout(300)
def test_a_hundred_cards_leave_nothing_behind(
    reader: PcscReader, events: Events, present_card: PresentCard, slot: VirtualSlot
) -> None:
    def cycle() -> None:
        present_card("wang")
        identity = read_identity(events)
        assert identity.record.name == "王建明"
        identity.wipe()
        slot.remove()
        events.expect(CardRemoved)

    cycle()
    threads, descriptors = threading.active_count(), len(os.listdir("/proc/self/fd"))
    for _ in range(100):
        cycle()
    assert threading.active_count() == threads
    assert len(os.listdir("/proc/self/fd")) == descriptors
