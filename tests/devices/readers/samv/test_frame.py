"""SAM_V frames byte by byte, and the parser with noise in the stream."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devices.faults import CARD_DAMAGED, CARD_PULLED, CARD_UNSUPPORTED, READER_FAILED
from devices.health import Fault
from devices.readers.samv.frame import (
    MAX_LENGTH,
    Command,
    Frame,
    FrameError,
    FrameParser,
    Sw3,
    request,
    sam_id,
)
from devices.readers.samv.payload import Payload, parse_payload, status_fault
from tests.rig.people import PHOTO, resident_text
from tests.rig.samv_emulator import read_frame, status_frame

PREAMBLE = bytes.fromhex("AAAAAA9669")


@pytest.mark.parametrize(
    ("command", "after_preamble"),
    [
        (Command.RESET, "00 03 10 FF EC"),
        (Command.STATUS, "00 03 11 FF ED"),
        (Command.SAM_ID, "00 03 12 FF EE"),
        (Command.FIND, "00 03 20 01 22"),
        (Command.SELECT, "00 03 20 02 21"),
        (Command.READ_TEXT_PHOTO, "00 03 30 01 32"),
        (Command.READ_TEXT_PHOTO_FINGERPRINT, "00 03 30 10 23"),
        (Command.READ_APPENDED_ADDRESS, "00 03 30 03 30"),
        (Command.READ_CARD_NUMBER, "00 03 30 05 36"),
        (Command.BAUD_115200, "00 03 60 00 63"),
        (Command.BAUD_9600, "00 03 60 04 67"),
    ],
)
def test_requests_equal_those_of_the_standard(command: Command, after_preamble: str) -> None:
    assert request(command) == PREAMBLE + bytes.fromhex(after_preamble)


@pytest.mark.parametrize(
    ("after_preamble", "sw3", "data"),
    [
        ("00 08 00 00 9F 00 00 00 00 97", Sw3.CARD_FOUND, bytes(4)),
        ("00 0C 00 00 90 00 00 00 00 00 00 00 00 9C", Sw3.OK, bytes(8)),
        ("00 04 00 00 80 84", Sw3.NO_CARD, b""),
        ("00 04 00 00 41 45", Sw3.READ_FAILED, b""),
    ],
)
def test_responses_of_the_standard_are_parsed(after_preamble: str, sw3: Sw3, data: bytes) -> None:
    frames = FrameParser().feed(PREAMBLE + bytes.fromhex(after_preamble))
    assert frames == [Frame(0, 0, sw3, data)]


def test_a_read_is_1295_bytes_on_the_wire() -> None:
    wire = read_frame(resident_text("wang"), PHOTO)
    assert len(wire) == 1295
    (frame,) = FrameParser().feed(wire)
    assert isinstance(frame, Frame)
    assert parse_payload(frame.data) == Payload(resident_text("wang"), PHOTO, b"")


def test_a_payload_with_fingerprint_is_split() -> None:
    data = bytes.fromhex("0100 0400 0200") + bytes(256) + bytes(1024) + b"\x01" * 512
    assert parse_payload(data, fingerprint=True) == Payload(bytes(256), bytes(1024), b"\x01" * 512)
    none = parse_payload(bytes.fromhex("0100 0400 0000") + bytes(1280), fingerprint=True)
    assert none == Payload(bytes(256), bytes(1024), b"")


@pytest.mark.parametrize("data", [b"", b"\x01", bytes.fromhex("01000400"), bytes(1285)])
def test_a_payload_with_wrong_lengths_is_damaged(data: bytes) -> None:
    result = parse_payload(data)
    assert isinstance(result, Fault)
    assert result.same_as(CARD_DAMAGED)


def test_the_sam_number_is_formatted_as_printed_on_readers() -> None:
    data = bytes.fromhex("0500 0100 89EB3201 1AEB0300 0B5B0500")
    assert sam_id(data) == "05012011431300002567940000350987"
    assert sam_id(data[:15]) is None


WHOLE = PREAMBLE + bytes.fromhex("00 08 00 00 9F 00 00 00 00 97")


@pytest.mark.parametrize("size", [1, 2, 3, 7, 100])
def test_frames_in_pieces_are_found(size: int) -> None:
    parser = FrameParser()
    wire = WHOLE + read_frame(resident_text("li"), PHOTO) + WHOLE
    found = [x for at in range(0, len(wire), size) for x in parser.feed(wire[at : at + size])]
    assert [type(x) for x in found] == [Frame, Frame, Frame]
    assert parser.pending == 0


@pytest.mark.parametrize(
    "garbage",
    ["00", "AA", "AAAA", "AAAAAA96", "AAAAAAAAAA", "FF" * 300, "AAAAAA9600", "9669AAAAAA"],
)
def test_garbage_before_a_frame_is_skipped(garbage: str) -> None:
    found = FrameParser().feed(bytes.fromhex(garbage) + WHOLE)
    assert found == [FrameError.GARBAGE, Frame(0, 0, 0x9F, bytes(4))]


def test_a_preamble_after_similar_noise_is_found() -> None:
    assert Frame(0, 0, 0x9F, bytes(4)) in FrameParser().feed(b"\xaa\xaa" + WHOLE)


def test_a_wrong_check_byte_is_reported_and_the_next_frame_found() -> None:
    broken = WHOLE[:-1] + b"\x00"
    found = FrameParser().feed(broken + WHOLE)
    assert found[0] is FrameError.CHECKSUM
    assert found[-1] == Frame(0, 0, 0x9F, bytes(4))


@pytest.mark.parametrize("cut", range(1, len(WHOLE)))
def test_the_frame_after_a_truncated_one_is_found(cut: int) -> None:
    """When as many bytes have come as the truncated frame announced, all later frames are found."""
    parser = FrameParser()
    found = parser.feed(WHOLE[:cut] + WHOLE + read_frame(resident_text("li"), PHOTO) + WHOLE)
    frames = [x.sw3 for x in found if isinstance(x, Frame)]
    assert frames == [Sw3.CARD_FOUND, Sw3.OK, Sw3.CARD_FOUND]


@pytest.mark.parametrize("length", [0, 1, 3, MAX_LENGTH + 1, 0xFFFF])
def test_an_invalid_length_is_reported(length: int) -> None:
    found = FrameParser().feed(PREAMBLE + length.to_bytes(2, "big") + WHOLE)
    assert found[0] is FrameError.LENGTH
    assert found[-1] == Frame(0, 0, 0x9F, bytes(4))


def test_no_more_than_the_longest_frame_is_kept() -> None:
    parser = FrameParser()
    noise = random.Random(7).randbytes(200_000)
    for at in range(0, len(noise), 1000):
        parser.feed(noise[at : at + 1000] + PREAMBLE + b"\x0f\xff")
        assert parser.pending <= len(PREAMBLE) + 2 + MAX_LENGTH


@settings(max_examples=300, deadline=None)
@given(st.lists(st.binary(max_size=40) | st.just(WHOLE) | st.just(PREAMBLE)))
def test_a_frame_after_any_bytes_is_found(pieces: list[bytes]) -> None:
    parser = FrameParser()
    for piece in pieces:
        for found in parser.feed(piece):
            assert isinstance(found, (Frame, FrameError))
    parser.reset()
    assert parser.pending == 0
    assert parser.feed(WHOLE) == [Frame(0, 0, 0x9F, bytes(4))]


@pytest.mark.parametrize(
    ("sw3", "fault"),
    [
        (0x90, None), (0x9F, None),
        (0x10, READER_FAILED), (0x11, READER_FAILED), (0x21, READER_FAILED),
        (0x23, READER_FAILED), (0x24, READER_FAILED), (0x3F, READER_FAILED),
        (0x60, READER_FAILED), (0x66, READER_FAILED),
        (0x31, CARD_DAMAGED), (0x32, CARD_DAMAGED), (0x33, CARD_DAMAGED),
        (0x37, CARD_DAMAGED), (0x91, CARD_DAMAGED),
        (0x40, CARD_UNSUPPORTED),
        (0x41, CARD_PULLED), (0x47, CARD_PULLED), (0x80, CARD_PULLED), (0x81, CARD_PULLED),
        (0x77, READER_FAILED),
    ],
)  # fmt: skip
def test_every_status_has_its_fault(sw3: int, fault: Fault | None) -> None:
    (frame,) = FrameParser().feed(status_frame(0x00, 0x00, sw3))
    assert isinstance(frame, Frame)
    got = status_fault(frame)
    assert (got is None) if fault is None else fault.same_as(got)
    if got is not None:
        assert f"0000{sw3:02X}" in got.detail


def test_only_the_third_status_byte_counts() -> None:
    (frame,) = FrameParser().feed(status_frame(0x12, 0x34, 0x41))
    assert isinstance(frame, Frame)
    assert frame.status == "123441 READ_FAILED"
    assert CARD_PULLED.same_as(status_fault(frame))
