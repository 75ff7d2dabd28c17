"""居民身份证 and its variants: the 256-byte text that a SAM_V module returns.

For the SAM_V readers (serial, and in a PC/SC reader). The photo has a proprietary format; it is
never decoded, shown or stored here.
Source: GA 467-2013 and the vendors' text tables (UTF-16LE, space padded).
"""

from __future__ import annotations

from dataclasses import dataclass

from ...faults import CARD_DAMAGED, CARD_UNSUPPORTED
from ...health import Fault
from ...identity import Assurance, CardKind, Identity, PersonalRecord
from ..fields.codes import ethnic_name
from ..fields.id_number import NumberKind
from ..fields.record import Fields
from ..fields.text import CardText, TextProblem, decode_utf16

TEXT_BYTES = 256
PHOTO_BYTES = 1024
HEADER = TEXT_BYTES.to_bytes(2, "big") + PHOTO_BYTES.to_bytes(2, "big")
"""The two lengths that precede text and photo."""

_TYPE_OFFSET = 248
_LATIN_ITEMS = ("name_latin", "name_latin_rest")


@dataclass(frozen=True, slots=True)
class Layout:
    """The position of each item in a card's text: name to (offset, length), both in bytes."""

    kind: CardKind
    items: dict[str, tuple[int, int]]
    numbers: tuple[NumberKind, ...]
    """The kinds of ID number that this card may have."""


_RESIDENT_ITEMS = {
    "name": (0, 30),
    "sex": (30, 2),
    "ethnic": (32, 4),
    "birth": (36, 16),
    "address": (52, 70),
    "number": (122, 36),
    "issuer": (158, 30),
    "valid_from": (188, 16),
    "valid_to": (204, 16),
}

LAYOUTS: dict[str, Layout] = {
    "": Layout(
        CardKind.RESIDENT_ID,
        _RESIDENT_ITEMS,
        # The area code of a citizen's number is not checked, so 81 to 83 (PERMIT) are allowed too.
        (NumberKind.CITIZEN, NumberKind.PERMIT),
    ),
    "J": Layout(
        CardKind.RESIDENCE_PERMIT,
        _RESIDENT_ITEMS | {"pass_number": (220, 18), "issue_count": (238, 4)},
        (NumberKind.PERMIT,),
    ),
    "I": Layout(
        CardKind.FOREIGN_PERMANENT_2017,
        {
            "name_latin": (0, 120),
            "sex": (120, 2),
            "number": (122, 30),
            "nationality": (152, 6),
            "name": (158, 30),
            "valid_from": (188, 16),
            "valid_to": (204, 16),
            "birth": (220, 16),
            "version": (236, 4),
            "authority": (240, 8),
        },
        (NumberKind.FOREIGN_2017,),
    ),
    "Y": Layout(
        CardKind.FOREIGN_PERMANENT_2023,
        {
            "name": (0, 30),
            "sex": (30, 2),
            "renewal_count": (32, 4),
            "birth": (36, 16),
            "name_latin": (52, 70),
            "number": (122, 36),
            "valid_from": (188, 16),
            "valid_to": (204, 16),
            "name_latin_rest": (220, 22),
            "nationality": (242, 6),
            "old_number_link": (250, 6),
        },
        (NumberKind.FOREIGN_2023,),
    ),
}
"""The layouts by the character at offset 248, which is blank on the resident ID card itself."""


def layout_of(text: bytes) -> Layout | None:
    """Return the layout of this text; ``None`` if its card type is unknown."""
    mark = decode_utf16(text[_TYPE_OFFSET : _TYPE_OFFSET + 2])
    return LAYOUTS.get(mark.text) if isinstance(mark, CardText) else None


def items_of(text: bytes, layout: Layout) -> dict[str, CardText | TextProblem]:
    """Return every item of the layout, decoded and without padding."""
    return {
        name: decode_utf16(text[offset : offset + length])
        for name, (offset, length) in layout.items.items()
    }


def parse_text(text: bytes, photo: bytes | None = None) -> Identity | Fault:
    """Return the identity for a text (256 bytes) and a photo (1024 bytes, not interpreted).

    Its level is ``CARD_SECURE``. An item of blanks only is absent. Date of birth, number, both days
    of validity and a name must be present.

    For any bytes the result is an identity, ``CARD_UNSUPPORTED`` (unknown card type) or
    ``CARD_DAMAGED``.
    """
    if len(text) != TEXT_BYTES:
        return CARD_DAMAGED.with_detail(f"text of {len(text)} bytes")
    layout = layout_of(text)
    if photo is not None and len(photo) != PHOTO_BYTES:
        return CARD_DAMAGED.with_detail(f"photo of {len(photo)} bytes")
    if layout is None:
        return CARD_UNSUPPORTED.with_detail("resident ID text of an unknown type")
    items = items_of(text, layout)
    fields = Fields()

    def optional(name: str) -> str | None:
        return fields.text(name, items[name]) if name in items else None

    def required(name: str) -> str:
        return fields.required_text(name, items[name])

    record = PersonalRecord(layout.kind)
    record.name_latin = _latin_name(fields, text, layout)
    record.name = optional("name")
    if record.name is None and record.name_latin is None:
        fields.damaged("name", "blank")
    record.sex = fields.sex(optional("sex"))
    record.ethnic = ethnic_name(fields.form("ethnic", optional("ethnic"), "[0-9]{2}") or "")
    birth = fields.required_date("birth", required("birth"))
    record.birth = birth
    record.address = optional("address")
    record.issuer = optional("issuer")
    record.nationality = fields.form("nationality", optional("nationality"), "[A-Z]{3}")
    record.valid_from = fields.required_date("valid_from", required("valid_from"))
    record.valid_to = fields.last_day("valid_to", required("valid_to"), for_ever="长期")
    number = required("number")
    record.id_number = fields.number("number", number, birth, record.sex, layout.numbers)
    record.photo = bytearray(photo) if photo else None
    record.warnings = fields.warnings
    return fields.fault or Identity(record, Assurance.CARD_SECURE)


def _latin_name(fields: Fields, text: bytes, layout: Layout) -> str | None:
    """Return the Latin name. On the 2023 card its characters 36 to 46 are in a second item.

    The items are joined before decoding: a blank at the end of the first one may belong to the
    name, and decoding would remove it as padding.
    """
    places = [layout.items[item] for item in _LATIN_ITEMS if item in layout.items]
    joined = b"".join(text[offset : offset + length] for offset, length in places)
    return fields.text("name_latin", decode_utf16(joined))
