"""MyKad, the Malaysian identity card: file 1 of its JPN application, readable without a key.

For stations abroad, and as an example of a small profile. Recognised by its application.
Source: the JPN application's commands as published (select, set length, select range, read);
offsets and lengths in ``_ITEMS``. The nationality stays unknown: permanent residents carry a card
with the same application (MyPR), and no item that is read distinguishes the two.
"""

from __future__ import annotations

import re

from ...faults import CARD_DAMAGED
from ...health import Fault
from ...identity import Assurance, CardKind, Identity, PersonalRecord, Sex
from ..apdu import StatusWord, command, describe, exchange
from ..channel import CardChannel
from ..fields.record import Fields
from ..fields.text import decode_ascii

APPLICATION = bytes.fromhex("A0000000744A504E0010")
_FILE_1 = bytes.fromhex("01000100")
"""File number 1 of group 1, both little-endian."""

_ITEMS = {"name": (3, 150), "number": (273, 13), "sex": (286, 1), "birth": (295, 4)}
"""Offset and length in file 1."""
_SEXES = {"P": Sex.FEMALE, "L": Sex.MALE}
"""Perempuan, Lelaki."""
_LENGTH_SET = 0x9108
"""Status word of the command that sets the length."""
_RANGE_READY = 0x94
"""First byte of the status word of the command that selects a range. The second byte is the number
of bytes in the range."""


def read(channel: CardChannel) -> Identity | Fault | None:
    """Read the holder; ``None`` if the card does not have the application."""
    selected = exchange(channel, command(0x00, 0xA4, 0x04, 0x00, APPLICATION))
    if not selected.ok:
        return None
    items: dict[str, bytes] = {}
    for name, (offset, length) in _ITEMS.items():
        answer = _range(channel, offset, length)
        if isinstance(answer, int):
            return CARD_DAMAGED.with_detail(f"{name}: {describe(answer)}")
        items[name] = answer
    return parse(items)


def parse(items: dict[str, bytes]) -> Identity | Fault:
    """Return the identity for the items, by name (ASCII; the date of birth is BCD).

    For any bytes the result is an identity or ``CARD_DAMAGED``.
    """
    fields = Fields()
    name = fields.required_text("name", decode_ascii(items.get("name", b"")))
    number = fields.required_text("number", decode_ascii(items.get("number", b"")))
    sex = fields.text("sex", decode_ascii(items.get("sex", b"")))
    birth = fields.date("birth", items.get("birth", b"").hex())
    record = PersonalRecord(
        CardKind.MYKAD,
        name=name,
        name_latin=name,
        id_number=number,
        sex=fields.sex(sex, _SEXES),
        birth=birth,
    )
    if re.fullmatch("[0-9]{12}", number) is None:
        fields.damaged("number", "not twelve digits")
    elif birth is not None and number[:6] != f"{birth:%y%m%d}":
        fields.warn(["birth-differs-from-number"])
    record.warnings = fields.warnings
    return fields.fault or Identity(record, Assurance.CARD_FREE)


def _range(channel: CardChannel, offset: int, length: int) -> bytes | int:
    """Read a range of file 1 (252 bytes at most); return its bytes or the refusing status word."""
    size = length.to_bytes(2, "little")
    sw = exchange(channel, command(0xC8, 0x32, 0x00, 0x00, bytes.fromhex("080000") + size)).sw
    if sw not in (_LENGTH_SET, StatusWord.OK):
        return sw
    select = command(0xCC, 0x00, 0x00, 0x00, _FILE_1 + offset.to_bytes(2, "little") + size)
    sw = exchange(channel, select).sw
    if sw >> 8 != _RANGE_READY and sw != StatusWord.OK:
        return sw
    answer = exchange(channel, command(0xCC, 0x06, 0x00, 0x00, le=length))
    if not answer.ok:
        return answer.sw
    return answer.data if len(answer.data) == length else StatusWord.WRONG_LENGTH
