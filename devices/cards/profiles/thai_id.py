"""บัตรประจำตัวประชาชน, the Thai national identity card (contact).

For stations abroad, and as an example of a small profile. Recognised by its application.
Source: the Ministry of Interior's application A000000054480001 as read by public programs; offsets
and lengths in ``_ITEMS``. If the month or the day of birth is not known, the card has 00 there. The
photo (a JPEG) is not read. The nationality stays unknown: residents who are not Thai have the same
card, and no item that is read shows the difference.
"""

from __future__ import annotations

import re

from ...faults import CARD_DAMAGED
from ...health import Fault
from ...identity import Assurance, CardKind, Identity, PersonalRecord
from ..apdu import StatusWord, command, describe, exchange
from ..channel import CardChannel
from ..fields.record import Fields
from ..fields.text import CardText, TextProblem, clean

APPLICATION = bytes.fromhex("A000000054480001")
BUDDHIST_ERA = 543
"""Years of the Buddhist calendar are this much ahead (2569 is 2026)."""

_FOR_EVER = "99999999"
"""Written in place of the last day if the card has none."""

_ITEMS = {
    "number": (0x0004, 0x0D),
    "name": (0x0011, 0x64),
    "name_latin": (0x0075, 0x64),
    "birth": (0x00D9, 0x08),
    "sex": (0x00E1, 0x01),
    "issuer": (0x00F6, 0x64),
    "issued": (0x0167, 0x08),
    "expires": (0x016F, 0x08),
    "address": (0x1579, 0x64),
}


def read(channel: CardChannel) -> Identity | Fault | None:
    """Read card and holder; ``None`` if the card does not have the application."""
    # Cards whose ATR begins with 3B 67 need another P2 in GET RESPONSE.
    p2 = 0x01 if channel.atr.startswith(b"\x3b\x67") else 0x00
    selected = exchange(channel, command(0x00, 0xA4, 0x04, 0x00, APPLICATION), get_response_p2=p2)
    if not selected.ok:
        return None
    items: dict[str, bytes] = {}
    for name, (offset, length) in _ITEMS.items():
        ask = command(0x80, 0xB0, offset >> 8, offset & 0xFF, bytes((0x00, length)))
        answer = exchange(channel, ask, get_response_p2=p2)
        if answer.sw != StatusWord.OK:
            return CARD_DAMAGED.with_detail(f"{name}: {describe(answer.sw)}")
        if len(answer.data) != length:
            return CARD_DAMAGED.with_detail(f"{name}: {len(answer.data)} bytes")
        items[name] = answer.data
    return parse(items)


def parse(items: dict[str, bytes]) -> Identity | Fault:
    """Return the identity for the items, by name (TIS-620, ``#`` between parts, Buddhist years).

    For any bytes the result is an identity or ``CARD_DAMAGED``.
    """
    fields = Fields()
    text = {name: fields.text(name, _decode(items.get(name, b""))) or "" for name in _ITEMS}
    record = PersonalRecord(
        CardKind.THAI_ID,
        name=text["name"] or None,
        name_latin=fields.form("name_latin", text["name_latin"] or None, "[ -~]+"),
        sex=fields.sex(text["sex"] or None),
        birth=fields.birth("birth", _gregorian(text["birth"])),
        issuer=text["issuer"] or None,
        valid_from=fields.required_date("issued", _gregorian(text["issued"])),
        valid_to=fields.last_day("expires", _gregorian(text["expires"]), for_ever=_FOR_EVER),
        address=text["address"] or None,
    )
    number = text["number"]
    if not _is_number(number):
        fields.damaged("number", "check digit")
    if not record.name:
        fields.damaged("name", "blank")
    record.id_number = number
    record.warnings = fields.warnings
    return fields.fault or Identity(record, Assurance.CARD_FREE)


def _decode(field: bytes) -> CardText | TextProblem:
    """Decode TIS-620. ``#`` separates the parts of a name or address; a space replaces it."""
    try:
        text = field.decode("tis-620")
    except UnicodeDecodeError:
        return TextProblem.UNDECODABLE
    return clean(" ".join(re.split("[# ]+", text)))


def _gregorian(buddhist: str) -> str:
    """Convert the Buddhist year of a ``YYYYMMDD`` to a Gregorian one.

    Return any other text unchanged; the date parser then refuses it.
    """
    if re.fullmatch("[0-9]{8}", buddhist) is None or buddhist == _FOR_EVER:
        return buddhist
    return f"{int(buddhist[:4]) - BUDDHIST_ERA:04}{buddhist[4:]}"


def _is_number(number: str) -> bool:
    """Whether this is a Thai ID number: thirteen digits, the last a check digit (weights 13 to 2,
    modulo 11)."""
    if len(number) != 13 or not (number.isascii() and number.isdigit()):
        return False
    total = sum(int(digit) * (13 - at) for at, digit in enumerate(number[:12]))
    return (11 - total % 11) % 10 == int(number[12])
