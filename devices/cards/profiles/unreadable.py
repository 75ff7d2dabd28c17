"""Recognise a resident ID card in a reader without a security module, which cannot read it.

For the PC/SC readers. A second-generation resident ID card is ISO 14443 type B without part 4. An
ordinary reader sees no card, an ATR of a storage card (PC/SC part 3, §3.1.3.2.3), or an 8-byte
chip serial.
"""

from __future__ import annotations

from ...faults import CARD_NEEDS_SAM
from ...health import Fault
from ..apdu import command, exchange
from ..channel import CardChannel

_STORAGE_MARK = bytes.fromhex("804F0CA000000306")
"""Historical bytes of a storage card: category 80, AID 4F of the PC/SC workgroup's RID."""
_TYPE_B_OR_UNKNOWN = frozenset({b"\x00", b"\x05", b"\x06", b"\x07"})
"""Values of the SS byte (standard of the card): no information, ISO 14443 B parts 1 to 3."""
_SERIAL_BYTES = 8


def read(channel: CardChannel) -> Fault | None:
    """Return ``CARD_NEEDS_SAM`` for a resident ID card, ``None`` for any other card."""
    at = channel.atr.find(_STORAGE_MARK)
    standard_at = at + len(_STORAGE_MARK)
    if at >= 0 and channel.atr[standard_at : standard_at + 1] in _TYPE_B_OR_UNKNOWN:
        return CARD_NEEDS_SAM
    response = exchange(channel, command(0x00, 0x36, 0x00, 0x00, le=_SERIAL_BYTES))
    if response.ok and len(response.data) == _SERIAL_BYTES:
        return CARD_NEEDS_SAM
    return None
