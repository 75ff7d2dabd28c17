"""The Belgian electronic identity card: identity and address files, freely readable.

For stations abroad and as proof that a profile is a small thing. Recognised by its file 3F00/DF01.
Source: Belgian eID file structure 4.x (FedICT): TLV with one-byte tags, UTF-8. The photo and the
signatures over the files are not read, so the level is that of a card that reads freely. Of some
holders only the year of birth is known; the card then has that alone.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from devices.cards.apdu import Response, StatusWord, command, describe, exchange
from devices.cards.channel import CardChannel
from devices.cards.fields.text import CardText, TextProblem, clean
from devices.faults import CARD_DAMAGED
from devices.health import Fault
from devices.identity import Assurance, CardKind, Identity, PersonalRecord, Sex

from ..fields.record import Fields

_IDENTITY = bytes.fromhex("3F00DF014031")
_ADDRESS = bytes.fromhex("3F00DF014033")
_CHUNK = 0xFF
_MAX_FILE = 4096
"""Bytes read of one file at most; both have a few hundred."""

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
"""Items of every identity file; one that its holder does not have is there and empty."""
_SEXES = {"M": Sex.MALE, "F": Sex.FEMALE, "V": Sex.FEMALE, "W": Sex.FEMALE}


def read(channel: CardChannel) -> Identity | Fault | None:
    """Read card and holder; ``None`` where the identity file is not there."""
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
    """Items of both files (tag to value) as an identity; any bytes give one or ``CARD_DAMAGED``."""
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
    """Tag, length, value, one byte each (a length byte of FF goes on in the next).

    Zeros after the last item are padding. ``None`` if the bytes are no such list: an item is cut
    off, or a tag is there twice.
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
    """The items of the selected file, which is read until the card says that it has ended."""
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
    """``31.12.1990`` or ``31 DEC 1990`` as ``19901231``, a year alone as ``19900000``; the rest
    stays, and is refused as a date."""
    if re.fullmatch("[0-9]{4}", text):
        return f"{text}0000"
    found = re.fullmatch(r"([0-9]{1,2})[ .]+([0-9]{1,2}|[^\W\d_]+)[ .]+([0-9]{4})", text)
    if found is None:
        return text
    day, month, year = found.groups()
    number = int(month) if month[0] in "0123456789" else _MONTHS.get(month.upper())
    return text if number is None else f"{year}{number:02}{int(day):02}"


def _is_number(number: str) -> bool:
    """Eleven digits, the last two 97 less the rest modulo 97 (with a 2 before it from 2000 on)."""
    if len(number) != 11 or not (number.isascii() and number.isdigit()):
        return False
    check = int(number[9:])
    return check in (97 - int(number[:9]) % 97, 97 - int("2" + number[:9]) % 97)
