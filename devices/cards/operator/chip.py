"""The number of a card's chip, to which an operator card's record is bound.

For the operator cards. A number that may change between two readings is not used. The number is
never stored, shown or logged on its own.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum

from ..apdu import command, exchange
from ..channel import CardChannel

UID_LENGTHS = (7, 10)
"""Lengths in bytes of a contactless chip's fixed UID (ISO/IEC 14443-3, double and triple size). A
UID of four bytes is not used: it may be random at each activation (08 xx xx xx, and type B)."""
CPLC_CHIP_BYTES = 10

_GET_UID = bytes.fromhex("FFCA000000")
"""GET DATA, addressed to the reader itself (PC/SC part 3, 3.2.2.1.3)."""
_CPLC_TAG = 0x9F7F
_CPLC_BYTES = 42


class ChipKind(IntEnum):
    """Where the chip's number comes from. The values are stored on cards."""

    NONE = 0
    CONTACTLESS = 1
    """The UID, from a contactless reader."""
    CPLC = 2
    """A Java Card's production data: fabricator, type, batch and serial number of the chip."""


@dataclass(frozen=True, slots=True)
class Chip:
    """A chip, identified by its number."""

    kind: ChipKind
    number: bytes = field(repr=False)


NO_CHIP = Chip(ChipKind.NONE, b"")
"""A chip without a number that can be read."""


def identify(channel: CardChannel) -> Chip:
    """Return the chip by the first kind of number that it has. May select another application."""
    for kind in (ChipKind.CONTACTLESS, ChipKind.CPLC):
        number = chip_number(channel, kind)
        if number is not None:
            return Chip(kind, number)
    return NO_CHIP


def chip_number(channel: CardChannel, kind: ChipKind) -> bytes | None:
    """Return the chip's number of this kind; ``None`` if it has none.

    :raises ChannelError: the card or its reader was removed.
    """
    match kind:
        case ChipKind.NONE:
            return None
        case ChipKind.CONTACTLESS:
            return _uid(channel)
        case ChipKind.CPLC:
            return _cplc_chip(channel)


def is_contactless(atr: bytes) -> bool:
    """Whether a contactless reader generated this ATR (PC/SC part 3, 3.1.3.2.3).

    Only then may commands of class FF be sent: the reader itself answers them. A contact card
    would receive them; they are invalid there and may make the card stop responding.
    """
    return len(atr) >= 4 and atr[0] == 0x3B and atr[1] >> 4 == 0x8 and atr[2:4] == b"\x80\x01"


def _uid(channel: CardChannel) -> bytes | None:
    if not is_contactless(channel.atr):
        return None
    response = exchange(channel, _GET_UID)
    if not response.ok or len(response.data) not in UID_LENGTHS:
        return None
    return response.data


def _cplc_chip(channel: CardChannel) -> bytes | None:
    """Read the chip's production data with GET DATA 9F7F from the issuer security domain.

    SELECT with an empty name selects that domain (GlobalPlatform Card Specification 2.3, 11.3 and
    11.9). The layout is that of Visa's card production data.
    """
    exchange(channel, bytes((0x00, 0xA4, 0x04, 0x00, 0x00)))
    response = exchange(channel, command(0x80, 0xCA, _CPLC_TAG >> 8, _CPLC_TAG & 0xFF, le=256))
    data = response.data
    if data[:3] == bytes((_CPLC_TAG >> 8, _CPLC_TAG & 0xFF, _CPLC_BYTES)):
        data = data[3:]
    if not response.ok or len(data) != _CPLC_BYTES:
        return None
    fabricator_and_type, serial, batch = data[0:4], data[12:16], data[16:18]
    if set(serial) in ({0x00}, {0xFF}):
        return None  # not personalised: all chips of this type have the same number
    return fabricator_and_type + batch + serial
