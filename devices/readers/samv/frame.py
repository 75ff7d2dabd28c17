"""SAM_V frames: build requests, and find responses in a stream of bytes.

For the serial reader. The parser accepts any bytes in pieces of any size and returns frames or
typed errors. It never raises, and never keeps more bytes than the longest frame has.
Source: GA 467-2013, serial protocol; checked against the vendors' frames.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, IntEnum
from functools import reduce
from operator import xor

PREAMBLE = bytes.fromhex("AAAAAA9669")
_LENGTH_BYTES = 2

MAX_LENGTH = 4096
"""Largest length field that is accepted. The longest known answer (text, photo, two fingerprints)
has 2315 bytes. A greater length is noise; waiting for that many bytes would block the reader."""
MIN_RESPONSE_LENGTH = 4
"""SW1 SW2 SW3 and the check byte."""


class Command(Enum):
    """CMD and PARA of each request."""

    RESET = (0x10, 0xFF)
    STATUS = (0x11, 0xFF)
    SAM_ID = (0x12, 0xFF)
    FIND = (0x20, 0x01)
    SELECT = (0x20, 0x02)
    READ_TEXT_PHOTO = (0x30, 0x01)
    READ_APPENDED_ADDRESS = (0x30, 0x03)
    READ_CARD_NUMBER = (0x30, 0x05)
    READ_TEXT_PHOTO_FINGERPRINT = (0x30, 0x10)
    BAUD_115200 = (0x60, 0x00)
    BAUD_57600 = (0x60, 0x01)
    BAUD_38400 = (0x60, 0x02)
    BAUD_19200 = (0x60, 0x03)
    BAUD_9600 = (0x60, 0x04)


class Sw3(IntEnum):
    """The third status byte."""

    CHECKSUM_ERROR = 0x10
    LENGTH_ERROR = 0x11
    BAD_COMMAND = 0x21
    NO_PRIVILEGE = 0x23
    UNKNOWN_ERROR = 0x24
    CARD_REJECTS_SAM = 0x31
    SAM_REJECTS_CARD = 0x32
    VERIFY_ERROR = 0x33
    FINGERPRINT_VERIFY_FAILED = 0x37
    LENGTH_ERROR_IN_DATA = 0x3F
    UNKNOWN_CARD_TYPE = 0x40
    READ_FAILED = 0x41
    RANDOM_NUMBER_FAILED = 0x47
    SELF_TEST_FAILED = 0x60
    NOT_AUTHORISED = 0x66
    NO_CARD = 0x80
    SELECT_FAILED = 0x81
    OK = 0x90
    ITEM_ABSENT = 0x91
    CARD_FOUND = 0x9F


@dataclass(frozen=True, slots=True, repr=False)
class Frame:
    """A response whose check byte is correct."""

    sw1: int
    sw2: int
    sw3: int
    data: bytes

    @property
    def status(self) -> str:
        """The three status bytes in hex and their name, if known: ``000041 READ_FAILED``."""
        raw = f"{self.sw1:02X}{self.sw2:02X}{self.sw3:02X}"
        try:
            return f"{raw} {Sw3(self.sw3).name}"
        except ValueError:
            return raw

    def __repr__(self) -> str:
        return f"<Frame {self.status}, {len(self.data)} bytes>"


class FrameError(Enum):
    """Why received bytes are not a frame."""

    CHECKSUM = "checksum"
    """The frame is complete, but its check byte is wrong."""
    LENGTH = "length"
    """The length field is outside the valid range."""
    GARBAGE = "garbage"
    """The bytes belong to no frame and were skipped."""


def request(command: Command, data: bytes = b"") -> bytes:
    """Return the bytes of a request: preamble, length, CMD, PARA, data, check byte."""
    body = bytes(command.value) + data
    length = (len(body) + 1).to_bytes(_LENGTH_BYTES, "big")
    return PREAMBLE + length + body + check_byte(length + body)


def check_byte(data: bytes) -> bytes:
    """Return the XOR of ``data``: all bytes between the preamble and the check byte."""
    return bytes((reduce(xor, data, 0),))


def sam_id(data: bytes) -> str | None:
    """Return the SAM's number as printed on readers; ``None`` if ``data`` is under 16 bytes.

    Little-endian u16, u16, u32, u32, u32, shown as 2, 2, 8, 10 and 10 digits.
    """
    if len(data) < 16:
        return None
    fields = (data[0:2], data[2:4], data[4:8], data[8:12], data[12:16])
    numbers = [int.from_bytes(field, "little") for field in fields]
    return "{:02}{:02}{:08}{:010}{:010}".format(*numbers)


class FrameParser:
    """Finds frames in a stream of bytes.

    After an error it searches for the next preamble from the second byte of the failed frame on,
    so that the frame after a truncated one is not lost.
    """

    def __init__(self) -> None:
        self._buffer = bytearray()

    @property
    def pending(self) -> int:
        """Number of bytes kept for a frame that is not complete yet."""
        return len(self._buffer)

    def reset(self) -> None:
        """Discard the pending bytes, before the next request."""
        self._wipe(len(self._buffer))

    def feed(self, data: bytes) -> list[Frame | FrameError]:
        """Add ``data``; return the frames and errors that are complete now, in order."""
        self._buffer += data
        found: list[Frame | FrameError] = []
        while self._skip_to_preamble(found):
            result = self._take()
            if result is None:
                break
            found.append(result)
        return found

    def _skip_to_preamble(self, found: list[Frame | FrameError]) -> bool:
        """Discard bytes that cannot begin a frame; return whether a whole preamble is next."""
        at = self._buffer.find(PREAMBLE)
        if at < 0:
            at = len(self._buffer) - _overlap(self._buffer)
        if at > 0:
            self._wipe(at)
            if not found or not isinstance(found[-1], FrameError):
                found.append(FrameError.GARBAGE)
        return len(self._buffer) >= len(PREAMBLE)

    def _take(self) -> Frame | FrameError | None:
        """Take the frame at the start of the buffer; return ``None`` if it is incomplete."""
        start = len(PREAMBLE) + _LENGTH_BYTES
        if len(self._buffer) < start:
            return None
        length = int.from_bytes(self._buffer[len(PREAMBLE) : start], "big")
        if not MIN_RESPONSE_LENGTH <= length <= MAX_LENGTH:
            self._wipe(1)
            return FrameError.LENGTH
        end = start + length
        if len(self._buffer) < end:
            return None
        checked = bytes(self._buffer[len(PREAMBLE) : end])
        if check_byte(checked) != b"\x00":
            self._wipe(1)
            return FrameError.CHECKSUM
        self._wipe(end)
        body = checked[_LENGTH_BYTES:-1]
        return Frame(body[0], body[1], body[2], body[3:])

    def _wipe(self, count: int) -> None:
        """Overwrite bytes at the start, then discard them: they may be personal data."""
        self._buffer[:count] = bytes(count)
        del self._buffer[:count]


def _overlap(buffer: bytearray) -> int:
    """Return how many bytes at the end may be the beginning of a preamble."""
    for count in range(min(len(PREAMBLE) - 1, len(buffer)), 0, -1):
        if buffer.endswith(PREAMBLE[:count]):
            return count
    return 0
