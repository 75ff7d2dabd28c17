"""The number that a chip shows of itself, where it does: what an operator's card is bound to.

For the operator cards. A number that may change between two readings is none; and it is never
kept, shown or logged by itself.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum

from devices.cards.apdu import command, exchange
from devices.cards.channel import CardChannel

UID_LENGTHS = (7, 10)
"""Bytes of a contactless chip's UID that its maker fixed (ISO/IEC 14443-3, double and triple size).
One of four bytes may be drawn anew at each activation (08 xx xx xx, and type B), and is no name."""
CPLC_CHIP_BYTES = 10

_GET_UID = bytes.fromhex("FFCA000000")
"""PC/SC part 3, 3.2.2.1.3: GET DATA to the reader itself."""
_CPLC_TAG = 0x9F7F
_CPLC_BYTES = 42


class ChipKind(IntEnum):
    """How the chip shows its number; the values stand in records."""

    NONE = 0
    CONTACTLESS = 1
    """The UID that a contactless reader tells."""
    CPLC = 2
    """A Java Card's production data: fabricator, type, batch and serial number of the chip."""


@dataclass(frozen=True, slots=True)
class Chip:
    """A chip by the number it shows."""

    kind: ChipKind
    number: bytes = field(repr=False)


NO_CHIP = Chip(ChipKind.NONE, b"")
"""A chip that shows no number of its own."""


def identify(channel: CardChannel) -> Chip:
    """The chip, by the first kind of number it shows. May select another application."""
    for kind in (ChipKind.CONTACTLESS, ChipKind.CPLC):
        number = chip_number(channel, kind)
        if number is not None:
            return Chip(kind, number)
    return NO_CHIP


def chip_number(channel: CardChannel, kind: ChipKind) -> bytes | None:
    """The number of this kind; ``None`` where the chip shows none. ``ChannelError`` may pass."""
    match kind:
        case ChipKind.NONE:
            return None
        case ChipKind.CONTACTLESS:
            return _uid(channel)
        case ChipKind.CPLC:
            return _cplc_chip(channel)


def is_contactless(atr: bytes) -> bool:
    """Whether a contactless reader made this ATR up (PC/SC part 3, 3.1.3.2.3): then commands of
    class FF are the reader's own. Sent to a contact card they are invalid, and may end it."""
    return len(atr) >= 4 and atr[0] == 0x3B and atr[1] >> 4 == 0x8 and atr[2:4] == b"\x80\x01"


def _uid(channel: CardChannel) -> bytes | None:
    if not is_contactless(channel.atr):
        return None
    response = exchange(channel, _GET_UID)
    if not response.ok or len(response.data) not in UID_LENGTHS:
        return None
    return response.data


def _cplc_chip(channel: CardChannel) -> bytes | None:
    """GET DATA 9F7F of the issuer security domain, which an empty name selects (GlobalPlatform
    Card Specification 2.3, 11.3 and 11.9); its bytes are those of Visa's card production data."""
    exchange(channel, bytes((0x00, 0xA4, 0x04, 0x00, 0x00)))
    response = exchange(channel, command(0x80, 0xCA, _CPLC_TAG >> 8, _CPLC_TAG & 0xFF, le=256))
    data = response.data
    if data[:3] == bytes((_CPLC_TAG >> 8, _CPLC_TAG & 0xFF, _CPLC_BYTES)):
        data = data[3:]
    if not response.ok or len(data) != _CPLC_BYTES:
        return None
    fabricator_and_type, serial, batch = data[0:4], data[12:16], data[16:18]
    if set(serial) in ({0x00}, {0xFF}):
        return None  # never personalised, so shared by all of its kind
    return fabricator_and_type + batch + serial
