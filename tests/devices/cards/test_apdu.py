"""Commands, status words, 61xx and 6Cxx."""

from __future__ import annotations

import pytest

from devices.cards.apdu import MAX_FOLLOW_UPS, Response, command, describe, exchange
from tests.devices.channels import ScriptedChannel


def test_command_builds_short_apdus() -> None:
    assert command(0x00, 0xA4, 0x04, 0x00, b"\xa0\x00") == bytes.fromhex("00A4040002A000")
    assert command(0x00, 0xB2, 0x07, 0x00, le=11) == bytes.fromhex("00B207000B")
    assert command(0x00, 0xB0, 0, 0, le=256) == bytes.fromhex("00B0000000")
    assert command(0x00, 0x20, 0, 0) == bytes.fromhex("00200000")
    with pytest.raises(ValueError, match="short"):
        command(0, 0, 0, 0, bytes(256))


def test_a_status_word_is_described_in_hex() -> None:
    assert describe(0x6A82) == "6A82 FILE_NOT_FOUND"
    assert describe(0x9504) == "9504"


def test_data_after_61xx_is_fetched_and_joined() -> None:
    channel = ScriptedChannel(b"\x61\x03", b"abc\x61\x02", b"de\x90\x00")
    response = exchange(channel, bytes.fromhex("00A4040000"))
    assert response == Response(b"abcde", 0x9000)
    assert channel.commands[1:] == [bytes.fromhex("00C0000003"), bytes.fromhex("00C0000002")]


def test_6cxx_repeats_the_command_with_that_length() -> None:
    channel = ScriptedChannel(b"\x6c\x04", b"abcd\x90\x00")
    assert exchange(channel, bytes.fromhex("00B2070020")).data == b"abcd"
    assert channel.commands[1] == bytes.fromhex("00B2070004")


@pytest.mark.parametrize(
    ("sent", "again"),
    [("00A40000", "00A4000004"), ("00A4000002EF05", "00A4000002EF0504"),
     ("00A4000002EF0500", "00A4000002EF0504")],
)  # fmt: skip
def test_6cxx_sets_le_in_every_case_of_command(sent: str, again: str) -> None:
    channel = ScriptedChannel(b"\x6c\x04", b"abcd\x90\x00")
    exchange(channel, bytes.fromhex(sent))
    assert channel.commands[1] == bytes.fromhex(again)


def test_6cxx_after_61xx_repeats_get_response() -> None:
    channel = ScriptedChannel(b"\x61\x20", b"\x6c\x02", b"ab\x90\x00")
    assert exchange(channel, bytes.fromhex("00A4040000")).data == b"ab"
    assert channel.commands[2] == bytes.fromhex("00C0000002")


@pytest.mark.parametrize("answer", [b"\x61\x10", b"\x6c\x10"])
def test_an_endless_chain_of_61xx_or_6cxx_ends(answer: bytes) -> None:
    channel = ScriptedChannel(answer)
    response = exchange(channel, bytes.fromhex("00B2070020"))
    assert response.sw == int.from_bytes(answer, "big")
    assert len(channel.commands) == 1 + MAX_FOLLOW_UPS
