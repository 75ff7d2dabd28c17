"""The content of a SAM_V answer: text and photo, or the fault that its status stands for.

For the serial reader. Every length is checked against the number of bytes received.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import assert_never

from ...cards.profiles.resident_id import PHOTO_BYTES, TEXT_BYTES
from ...faults import (
    CARD_DAMAGED,
    CARD_PULLED,
    CARD_UNSUPPORTED,
    READER_FAILED,
)
from ...health import Fault
from .frame import Frame, Sw3


@dataclass(frozen=True, slots=True, repr=False)
class Payload:
    """The three blocks of a read; this module does not interpret them."""

    text: bytes
    photo: bytes
    fingerprint: bytes

    def __repr__(self) -> str:
        return f"<Payload {len(self.text)}+{len(self.photo)}+{len(self.fingerprint)} bytes>"


def parse_payload(data: bytes, *, fingerprint: bool = False) -> Payload | Fault:
    """Split the data of a read into its blocks; ``CARD_DAMAGED`` if the lengths are wrong.

    The data begins with the blocks' lengths, two bytes each, big-endian: two lengths, or three
    with ``fingerprint``. Text and photo have the same length on every card (GA 467-2013).
    """
    count = 3 if fingerprint else 2
    if len(data) < 2 * count:
        return CARD_DAMAGED.with_detail(f"payload of {len(data)} bytes")
    lengths = [int.from_bytes(data[2 * i : 2 * i + 2], "big") for i in range(count)]
    known = lengths[:2] == [TEXT_BYTES, PHOTO_BYTES]
    if not known or 2 * count + sum(lengths) != len(data):
        return CARD_DAMAGED.with_detail(f"payload of {len(data)} bytes, lengths {lengths}")
    blocks: list[bytes] = []
    at = 2 * count
    for length in lengths:
        blocks.append(data[at : at + length])
        at += length
    return Payload(blocks[0], blocks[1], blocks[2] if fingerprint else b"")


def status_fault(frame: Frame) -> Fault | None:
    """Return the fault for the status of an answer to a read; ``None`` if the read succeeded."""
    try:
        status = Sw3(frame.sw3)
    except ValueError:
        return READER_FAILED.with_detail(frame.status)
    match status:
        case Sw3.OK | Sw3.CARD_FOUND:
            return None
        case Sw3.READ_FAILED | Sw3.RANDOM_NUMBER_FAILED | Sw3.NO_CARD | Sw3.SELECT_FAILED:
            fault = CARD_PULLED
        case Sw3.UNKNOWN_CARD_TYPE:
            fault = CARD_UNSUPPORTED
        case (
            Sw3.CARD_REJECTS_SAM
            | Sw3.SAM_REJECTS_CARD
            | Sw3.VERIFY_ERROR
            | Sw3.FINGERPRINT_VERIFY_FAILED
            | Sw3.ITEM_ABSENT
        ):
            fault = CARD_DAMAGED
        case (
            Sw3.CHECKSUM_ERROR
            | Sw3.LENGTH_ERROR
            | Sw3.BAD_COMMAND
            | Sw3.NO_PRIVILEGE
            | Sw3.UNKNOWN_ERROR
            | Sw3.LENGTH_ERROR_IN_DATA
            | Sw3.SELF_TEST_FAILED
            | Sw3.NOT_AUTHORISED
        ):
            fault = READER_FAILED
        case _:
            assert_never(status)
    return fault.with_detail(frame.status)
