"""The Belgian electronic identity card: identity and address files, freely readable.

For stations abroad and as proof that a profile is a small thing. Recognised by its file 3F00/DF01.
Source: Belgian eID file structure 4.x (FedICT): TLV with one-byte tags, UTF-8. The photo and the
signatures over the files are not read, so the level is that of a card that reads freely.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from devices.apdu import StatusWord, command, describe, exchange
from devices.faults import CARD_DAMAGED
from devices.health import Fault
from devices.identity import Assurance, CardKind, Identity, PersonalRecord, Sex
from devices.reader import CardChannel
from devices.text import CardText, TextProblem, map_private_use

from .record import Fields

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
_SEXES = {"M": Sex.MALE, "F": Sex.FEMALE, "V": Sex.FEMALE, "W": Sex.FEMALE}


def read(channel: CardChannel) -> Identity | Fault | None:
    """Read card and holder; ``None`` where the identity file is not there."""
    identity = _read_file(channel, _IDENTITY)
    if identity is None:
        return None
    if isinstance(identity, int):
        return CARD_DAMAGED.with_detail(f"identity: {describe(identity)}")
    address = _read_file(channel, _ADDRESS)
    # A card without a readable address is still a card: the address is no part of who it is.
    return parse(tlv(identity), tlv(address if isinstance(address, bytes) else b""))


def parse(identity: Mapping[int, bytes], address: Mapping[int, bytes]) -> Identity | Fault:
    """Items of both files (tag to value) as an identity; any bytes give one or ``CARD_DAMAGED``."""
    fields = Fields()

    def text(items: Mapping[int, bytes], tag: int) -> str:
        return fields.text(f"tag {tag:02X}", _decode(items.get(tag, b""))) or ""

    name = " ".join(part for part in (text(identity, _GIVEN), text(identity, _SURNAME)) if part)
    record = PersonalRecord(
        CardKind.BELGIAN_EID,
        name=name,
        name_latin=name,
        nationality=text(identity, _NATIONALITY) or None,
        sex=_SEXES.get(text(identity, _SEX).upper(), Sex.UNKNOWN),
        valid_from=fields.date("valid_from", _day_first(text(identity, _VALID_FROM))),
        valid_to=fields.date("valid_to", _day_first(text(identity, _VALID_TO))),
        birth=fields.date("birth", _day_first(text(identity, _BIRTH))),
        address=", ".join(filter(None, (text(address, tag) for tag in (1, 2, 3)))) or None,
    )
    number = text(identity, _NUMBER)
    if not _is_number(number):
        fields.damaged("number", "check digits")
    if not name:
        fields.damaged("name", "blank")
    record.id_number = number
    record.warnings = fields.warnings
    return fields.fault or Identity(record, Assurance.CARD_FREE)


def tlv(data: bytes) -> dict[int, bytes]:
    """Tag, length, value, one byte each (a length byte of FF goes on in the next); the first of a
    tag counts, and what is cut off at the end is dropped."""
    items: dict[int, bytes] = {}
    at = 0
    while at + 1 < len(data):
        tag, at = data[at], at + 1
        length = 0
        while at < len(data):
            length += data[at]
            at += 1
            if data[at - 1] != 0xFF:
                break
        value = data[at : at + length]
        if len(value) == length:
            items.setdefault(tag, value)
        at += length
    return items


def _read_file(channel: CardChannel, path: bytes) -> bytes | int | None:
    """A whole transparent file, a status word, or ``None`` where there is no such file."""
    if not exchange(channel, command(0x00, 0xA4, 0x08, 0x0C, path)).ok:
        return None
    data = b""
    while len(data) < _MAX_FILE:
        part = exchange(channel, command(0x00, 0xB0, len(data) >> 8, len(data) & 0xFF, le=_CHUNK))
        if part.sw == StatusWord.WRONG_P1_P2:
            break
        if not part.ok:
            return part.sw
        data += part.data
        if len(part.data) < _CHUNK:
            break
    return data


def _decode(field: bytes) -> CardText | TextProblem:
    try:
        return map_private_use(field.decode("utf-8").strip(" \0"))
    except UnicodeDecodeError:
        return TextProblem.UNDECODABLE


def _day_first(text: str) -> str:
    """``31.12.1990`` or ``31 DEC 1990`` as ``19901231``; blank stays blank, the rest is refused."""
    found = re.fullmatch(r"([0-9]{1,2})[ .]+([0-9]{1,2}|[^\W\d_]+)[ .]+([0-9]{4})", text)
    if found is None:
        return text
    day, month, year = found.groups()
    number = int(month) if month[0] in "0123456789" else _MONTHS.get(month.upper(), 0)
    return f"{year}{number:02}{int(day):02}"


def _is_number(number: str) -> bool:
    """Eleven digits, the last two 97 less the rest modulo 97 (with a 2 before it from 2000 on)."""
    if len(number) != 11 or not (number.isascii() and number.isdigit()):
        return False
    check = int(number[9:])
    return check in (97 - int(number[:9]) % 97, 97 - int("2" + number[:9]) % 97)
