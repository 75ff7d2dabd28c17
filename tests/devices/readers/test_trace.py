"""A trace shows commands and the status of answers, and no personal data."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from devices.cards.apdu import ChannelError
from devices.cards.registry import read_card
from devices.health import DeviceStatus
from devices.identity import Identity
from devices.readers.pcsc import PcscReader
from devices.readers.protocol import CardPresented, CardRead
from devices.readers.samv import SamvSerialReader
from devices.readers.trace import TracedChannel, TraceLine, masked_atr, masked_command
from tests.devices.channels import DirectChannel
from tests.devices.events import Events
from tests.devices.readers.samv.test_serial_reader import QUICK
from tests.rig.fixtures import PresentCard
from tests.rig.pcscd import Pcscd
from tests.rig.people import PEOPLE, PHOTO, resident_text, social_security_card
from tests.rig.samv_emulator import ResidentCard, SamvEmulator

TODAY = date(2026, 6, 1)


def _personal(key: str) -> Iterator[str]:
    """Return the personal data that must not be in a trace, as text and in hex of each encoding."""
    person = PEOPLE[key]
    for text in (person.name, person.number, person.card_number, person.address, person.birth):
        yield text
        for encoding in ("gb18030", "utf-16-le", "utf-8"):
            yield text.encode(encoding).hex().upper()
    yield person.birth.encode().hex().upper()
    yield person.birth


def _assert_clean(text: str, key: str) -> None:
    for secret in _personal(key):
        assert secret not in text
        assert secret not in text.replace(" ", "")


@pytest.mark.parametrize("key", list(PEOPLE))
def test_a_trace_of_a_reading_holds_no_personal_data(key: str) -> None:
    lines: list[TraceLine] = []
    channel = TracedChannel(DirectChannel(social_security_card(key)), lines.append)
    assert isinstance(read_card(channel, TODAY), Identity)
    text = "\n".join(str(line) for line in lines)
    _assert_clean(text, key)
    assert "00A40000 02EF05" in text
    assert "00B207000B" in text
    assert "11 bytes, 9000 OK" in text
    assert all(line.ms >= 0 for line in lines)


def test_the_search_would_find_a_leak() -> None:
    channel = DirectChannel(social_security_card("wang"))
    answers: list[str] = []
    for command in ("00A4000002EF06", "00B2090020"):
        data, _ = channel.transceive(bytes.fromhex(command))
        answers.append(data.hex().upper())
    with pytest.raises(AssertionError):
        _assert_clean(" ".join(answers), "wang")


def test_the_data_of_a_command_is_only_counted() -> None:
    assert masked_command(bytes.fromhex("0020000004 31323334")) == "00200000 (4 bytes)"
    assert masked_command(bytes.fromhex("00A4000002EF05")) == "00A40000 02EF05"
    assert masked_command(bytes.fromhex("00B207000B")) == "00B207000B"
    assert masked_command(bytes.fromhex("00200080")) == "00200080"


def test_the_serial_number_in_an_atr_is_masked() -> None:
    atr = bytes.fromhex("3B6D000000905431168660130425001C4E")
    assert masked_atr(atr) == "3B6D000000905431168660" + "··" * 6
    assert masked_atr(bytes.fromhex("3B80800101")) == "3B80800101"


def test_a_failed_command_is_traced_with_its_fault() -> None:
    lines: list[TraceLine] = []
    channel = TracedChannel(
        DirectChannel(social_security_card("wang"), pull_before=0), lines.append
    )
    with pytest.raises(ChannelError):
        channel.transceive(bytes.fromhex("00B207000B"))
    assert lines[-1].answer == "CRD-204"


def test_a_trace_of_a_serial_reader_holds_no_personal_data(
    samv: SamvEmulator, events: Events
) -> None:
    lines: list[TraceLine] = []
    reader = SamvSerialReader(
        "idcard", str(samv.port), today=lambda: TODAY, timing=QUICK, trace=lines.append
    )
    reader.start(events)
    try:
        events.expect_state(DeviceStatus.ONLINE)
        samv.present(ResidentCard(resident_text("rare"), PHOTO))
        events.expect(CardPresented)
        events.expect(CardRead)
    finally:
        reader.stop()
    text = "\n".join(str(line) for line in lines)
    _assert_clean(text, "rare")
    assert "READ_TEXT_PHOTO at 115200" in text
    assert "1284 bytes, 000090 OK" in text


@pytest.mark.rig
@pytest.mark.xdist_group("pcsc")
def test_a_trace_of_a_pcsc_reader_holds_no_personal_data(
    pcscd: Pcscd, present_card: PresentCard, events: Events
) -> None:
    lines: list[TraceLine] = []
    reader = PcscReader(today=lambda: TODAY, trace=lines.append)
    reader.start(events)
    try:
        events.expect_state(DeviceStatus.ONLINE)
        present_card("rare")
        events.expect(CardPresented)
        events.expect(CardRead)
    finally:
        reader.stop()
    _assert_clean("\n".join(str(line) for line in lines), "rare")
    assert len(lines) == 16
