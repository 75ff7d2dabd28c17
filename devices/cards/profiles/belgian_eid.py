"""The Belgian electronic identity card: identity and address files, readable without a key.

For stations abroad, and as an example of a small profile. Recognised by its file 3F00/DF01.
Source: Belgian eID file structure 4.x (FedICT): TLV with one-byte tags, UTF-8. The photo and the
signatures over the files are not read, so the level is ``CARD_FREE``. If only the holder's year of
birth is known, the card has the year alone.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from ...faults import CARD_DAMAGED
from ...health import Fault
from ...identity import Assurance, CardKind, Identity, PersonalRecord, Sex
from ..apdu import Response, StatusWord, command, describe, exchange
from ..channel import CardChannel
from ..fields.record import Fields
from ..fields.text import CardText, TextProblem, clean

_IDENTITY = bytes.fromhex("3F00DF014031")
_ADDRESS = bytes.fromhex("3F00DF014033")
_CHUNK = 0xFF
_MAX_FILE = 4096
"""Maximum number of bytes read from one file. Both files have a few hundred."""

_VALID_FROM, _VALID_TO, _NUMBER, _SURNAME, _GIVEN = 0x03, 0x04, 0x06, 0x07, 0x08
_NATIONALITY, _BIRTH, _SEX = 0x0A, 0x0C, 0x0D
_MONTHS = {
    **dict.fromkeys(("JAN",), 1), **dict.fromkeys(("FEV", "FEB"), 2),
    **dict.fromkeys(("MARS", "MAAR", "MÄR"), 3), **dict.fromkeys(("AVR", "APR"), 4),
    **dict.fromkeys(("MAI", "MEI"), 5), **dict.fromkeys(("JUIN", "JUN"), 6),
    **dict.fromkeys(("JUIL", "JUL"), 7), **dict.fromkeys(("AOUT", "AUG"), 8),
    **dict.fromkeys(("SEPT", "SEP"), 9), **dict.fromkeys(("OCT", "OKT"), 10),
    **dict.fromkeys(("NOV",), 11), **dict.fromkeys(("DEC", "DEZ"), 12),
}  # fmt: skip
"""Months as the card writes them, in French, Dutch and German."""
_REQUIRED = (_VALID_FROM, _VALID_TO, _NUMBER, _SURNAME, _GIVEN)
"""Items that every identity file has. An item that does not apply to the holder is empty."""
_SEXES = {"M": Sex.MALE, "F": Sex.FEMALE, "V": Sex.FEMALE, "W": Sex.FEMALE}


def read(channel: CardChannel) -> Identity | Fault | None:
    """Read card and holder; ``None`` if there is no identity file."""
    if not _select(channel, _IDENTITY).ok:
        return None
    identity = _read_items(channel, "identity")
    if isinstance(identity, Fault):
        return identity
    for tag in _REQUIRED:
        if tag not in identity:
            return CARD_DAMAGED.with_detail(f"tag {tag:02X}: absent")
    selected = _select(channel, _ADDRESS).sw
    if selected in (StatusWord.FILE_NOT_FOUND, StatusWord.RECORD_NOT_FOUND):
        return parse(identity, {})
    if selected != StatusWord.OK:
        return CARD_DAMAGED.with_detail(f"address: {describe(selected)}")
    address = _read_items(channel, "address")
    return address if isinstance(address, Fault) else parse(identity, address)


def parse(identity: Mapping[int, bytes], address: Mapping[int, bytes]) -> Identity | Fault:
    """Return the identity for the items of both files (tag to value).

    For any bytes the result is an identity or ``CARD_DAMAGED``.
    """
    fields = Fields()

    def text(items: Mapping[int, bytes], tag: int) -> str:
        return fields.text(f"tag {tag:02X}", _decode(items.get(tag, b""))) or ""

    surname = text(identity, _SURNAME)
    name = " ".join(part for part in (text(identity, _GIVEN), surname) if part)
    record = PersonalRecord(
        CardKind.BELGIAN_EID,
        name=name,
        name_latin=name,
        nationality=text(identity, _NATIONALITY) or None,
        sex=fields.sex(text(identity, _SEX).upper() or None, _SEXES),
        address=", ".join(filter(None, (text(address, tag) for tag in (1, 2, 3)))) or None,
    )
    if _VALID_FROM in identity:
        first = _day_first(text(identity, _VALID_FROM))
        record.valid_from = fields.required_date("valid_from", first)
    if _VALID_TO in identity:
        record.valid_to = fields.required_date("valid_to", _day_first(text(identity, _VALID_TO)))
    born = text(identity, _BIRTH)
    if born:
        record.birth = fields.birth("birth", _day_first(born))
    number = text(identity, _NUMBER)
    if not _is_number(number):
        fields.damaged("number", "check digits")
    if not surname:
        fields.damaged("surname", "blank")
    record.id_number = number
    record.warnings = fields.warnings
    return fields.fault or Identity(record, Assurance.CARD_FREE)


def tlv(data: bytes) -> dict[int, bytes] | None:
    """Split ``data`` into items: a tag byte, length bytes, and the value.

    A length byte of FF means that the next byte is added to the length. Zeros after the last item
    are padding. ``None`` if an item is truncated or a tag occurs twice.
    """
    items: dict[int, bytes] = {}
    at = 0
    while data[at:].strip(b"\0"):
        tag, at = data[at], at + 1
        length = 0
        while True:
            if at >= len(data):
                return None
            length += data[at]
            at += 1
            if data[at - 1] != 0xFF:
                break
        value = data[at : at + length]
        if len(value) != length or tag in items:
            return None
        items[tag] = value
        at += length
    return items


def _select(channel: CardChannel, path: bytes) -> Response:
    return exchange(channel, command(0x00, 0xA4, 0x08, 0x0C, path))


def _read_items(channel: CardChannel, name: str) -> dict[int, bytes] | Fault:
    """Read the selected file to its end and return its items."""
    data = b""
    while len(data) < _MAX_FILE:
        part = exchange(channel, command(0x00, 0xB0, len(data) >> 8, len(data) & 0xFF, le=_CHUNK))
        if part.sw == StatusWord.WRONG_P1_P2 or (part.ok and not part.data):
            items = tlv(data)
            return CARD_DAMAGED.with_detail(f"{name}: items") if items is None else items
        if not part.ok:
            return CARD_DAMAGED.with_detail(f"{name}: {describe(part.sw)}")
        data += part.data
    return CARD_DAMAGED.with_detail(f"{name}: more than {_MAX_FILE} bytes")


def _decode(field: bytes) -> CardText | TextProblem:
    try:
        return clean(field.decode("utf-8"))
    except UnicodeDecodeError:
        return TextProblem.UNDECODABLE


def _day_first(text: str) -> str:
    """Convert ``31.12.1990`` or ``31 DEC 1990`` to ``19901231``, and ``1990`` to ``19900000``.

    Return any other text unchanged; the date parser then refuses it.
    """
    if re.fullmatch("[0-9]{4}", text):
        return f"{text}0000"
    found = re.fullmatch(r"([0-9]{1,2})[ .]+([0-9]{1,2}|[^\W\d_]+)[ .]+([0-9]{4})", text)
    if found is None:
        return text
    day, month, year = found.groups()
    number = int(month) if month[0] in "0123456789" else _MONTHS.get(month.upper())
    return text if number is None else f"{year}{number:02}{int(day):02}"


def _is_number(number: str) -> bool:
    """Whether this is a national number: eleven digits with correct check digits.

    The last two digits are 97 minus the first nine modulo 97. For holders born from 2000 on, a 2
    is put before the nine digits.
    """
    if len(number) != 11 or not (number.isascii() and number.isdigit()):
        return False
    check = int(number[9:])
    return check in (97 - int(number[:9]) % 97, 97 - int("2" + number[:9]) % 97)
