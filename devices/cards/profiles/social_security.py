"""社会保障卡, the social security card (contact, PBOC/LDS files EF05 and EF06).

For the PC/SC readers. A card is of this kind if SELECT finds the application by name. Some cards do
not know the name; they are recognised by a card number in EF05. The profile never tries a PIN and
never writes. An item that the card does not have (6A82, 6A83) is absent. An item that it has but
that cannot be read makes the card damaged.
Source of files, tags and lengths: 《社会保障（个人）卡规范》 LB 002-2000 and its 2.0/3.0 revisions.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from ...faults import CARD_DAMAGED
from ...health import Fault
from ...identity import Assurance, CardKind, Identity, PersonalRecord
from ..apdu import StatusWord, command, describe, exchange
from ..channel import CardChannel
from ..fields.codes import ethnic_name
from ..fields.record import Fields
from ..fields.text import decode_ascii, decode_gbk

APPLICATION = bytes.fromhex("7378312E73682EC9E7BBE1B1A3D5CF")
"""``sx1.sh.社会保障`` in GBK."""


@dataclass(frozen=True, slots=True)
class _File:
    """An elementary file: identifier, short identifier in P2, and its items (tag to length)."""

    identifier: int
    items: Mapping[int, int]

    @property
    def short_p2(self) -> int:
        """P2 of READ RECORD for this file: its short identifier in the upper five bits."""
        return (self.identifier & 0x1F) << 3


_CARD_ID, _VERSION, _ISSUED, _EXPIRES, _CARD_NUMBER = 0x01, 0x03, 0x05, 0x06, 0x07
_NUMBER, _NAME, _NAME_EXTENSION, _SEX, _ETHNIC, _BIRTH = 0x08, 0x09, 0x4E, 0x0A, 0x0B, 0x0D

_EF05 = _File(
    0xEF05,
    {_CARD_ID: 16, 0x02: 1, _VERSION: 4, 0x04: 12, _ISSUED: 4, _EXPIRES: 4, _CARD_NUMBER: 9},
)
_EF06 = _File(
    0xEF06,
    {_NUMBER: 18, _NAME: 30, _NAME_EXTENSION: 20, _SEX: 1, _ETHNIC: 1, 0x0C: 3, _BIRTH: 4},
)
_CARD_ITEMS = (_CARD_NUMBER, _CARD_ID, _VERSION, _ISSUED, _EXPIRES)
_HOLDER_ITEMS = (_NUMBER, _NAME, _NAME_EXTENSION, _SEX, _ETHNIC, _BIRTH)

_REQUIRED_HOLDER_ITEMS = (_NUMBER, _NAME)

_ABSENT = frozenset({StatusWord.FILE_NOT_FOUND, StatusWord.RECORD_NOT_FOUND})
"""The card does not have the record."""
_REFUSALS = frozenset({StatusWord.SECURITY_NOT_SATISFIED, StatusWord.CONDITIONS_NOT_SATISFIED})
"""The card requires authentication first."""
_NOT_ALLOWED = 0x69
"""First byte of the status words "command not allowed" (ISO/IEC 7816-4:2020, table 6)."""
_WITHHELD = _REFUSALS | _ABSENT | {
    StatusWord.FUNCTION_NOT_SUPPORTED,
    StatusWord.INCORRECT_P1_P2,
    StatusWord.INSTRUCTION_NOT_SUPPORTED,
    StatusWord.CLASS_NOT_SUPPORTED,
}  # fmt: skip
"""Refusals of EF06 by a 3.0 card, besides every "command not allowed". Other status words (no
diagnosis, wrong length, memory failure) report that something is broken."""

_MAX_RECORDS = 16
"""Maximum number of records read by number in one file. The specification has fewer than ten."""

_CARD_NUMBER_FORM = "[0-9A-Z]{9}"
_VERSION_FORM = "[0-9][.][0-9]{2}"
_REGION_FORM = "[0-9]{6}"
"""Region code of GB/T 2260: the first three bytes of the card id in hex."""


class _Broken(str):
    """Why a record cannot be used: the name of the mistake, without data."""


_Value = bytes | int | _Broken
"""The result of READ RECORD: the value, the status word that refused it, or why it is unusable."""


class Psam(Protocol):
    """A security module in a separate slot, for operators who have one."""

    def unlock(self, channel: CardChannel, card_id: bytes) -> bool:
        """Authenticate to the card (GET CHALLENGE, EXTERNAL AUTHENTICATE), so that EF06 can be
        read; return whether that succeeded.

        ``card_id`` is item 01 of EF05, from which the module derives the card's key.

        :raises ChannelError: the card or its reader was removed.
        """
        ...


def read(channel: CardChannel, psam: Psam | None = None) -> Identity | Fault | None:
    """Read card and holder; ``None`` if it is another kind of card.

    A 3.0 card may refuse to return its holder (69 82 on EF06). Then ``psam`` unlocks it, and the
    level is ``CARD_SECURE``. Without ``psam`` the identity has card number, region and version
    only. Data that can be read without a key can be copied, hence ``CARD_FREE``.
    """
    selected = exchange(channel, command(0x00, 0xA4, 0x04, 0x00, APPLICATION))
    if not selected.ok:
        # Some cards do not find the application by name, but have its files. Accept such a card
        # only if EF05 has a card number.
        unnamed = selected.sw == StatusWord.FILE_NOT_FOUND
        if not unnamed or _select_file(channel, _EF05) != StatusWord.OK:
            return None
    card = _read_items(channel, _EF05, _CARD_ITEMS)
    if not isinstance(card, dict) or _CARD_NUMBER not in card:
        if not selected.ok:
            return None
        why = "no card number" if isinstance(card, dict) else _reason(card)
        return CARD_DAMAGED.with_detail(f"EF05: {why}")
    assurance = Assurance.CARD_FREE
    holder = _read_items(channel, _EF06, _HOLDER_ITEMS)
    if isinstance(holder, int) and _keeps_holder(card, holder):
        if psam is None or not psam.unlock(channel, card.get(_CARD_ID, b"")):
            return parse(card, None)
        assurance = Assurance.CARD_SECURE
        holder = _read_items(channel, _EF06, _HOLDER_ITEMS)
    if not isinstance(holder, dict):
        return CARD_DAMAGED.with_detail(f"EF06: {_reason(holder)}")
    return parse(card, holder, assurance)


def parse(
    card: Mapping[int, bytes],
    holder: Mapping[int, bytes] | None,
    assurance: Assurance = Assurance.CARD_FREE,
) -> Identity | Fault:
    """Return the identity for the items of EF05 and EF06 (tag to value).

    ``holder`` is ``None`` if the card refused EF06. Encodings: dates, ethnic code and card id are
    BCD; the name is GB 18030, padded with 00; all other items are ASCII. For any bytes the result
    is an identity or ``CARD_DAMAGED``.
    """
    fields = Fields()
    _check_lengths(fields, _EF05, card)
    record = PersonalRecord(CardKind.SOCIAL_SECURITY)
    number = fields.required_text("card number", decode_ascii(card.get(_CARD_NUMBER, b"")))
    record.card_number = fields.form("card number", number, _CARD_NUMBER_FORM)
    region = card[_CARD_ID][:3].hex() if _CARD_ID in card else None
    record.card_region = fields.form("card region", region, _REGION_FORM)
    if _VERSION in card:
        version = fields.required_text("version", decode_ascii(card[_VERSION]))
        record.card_version = fields.form("version", version, _VERSION_FORM)
    if _ISSUED in card:
        record.valid_from = fields.required_date("issued", card[_ISSUED].hex())
    if _EXPIRES in card:
        record.valid_to = fields.required_date("expires", card[_EXPIRES].hex())
    if holder is not None:
        _put_holder(fields, record, holder)
    record.warnings = fields.warnings
    return fields.fault or Identity(record, assurance)


def _put_holder(fields: Fields, record: PersonalRecord, holder: Mapping[int, bytes]) -> None:
    _check_lengths(fields, _EF06, holder)
    for tag in _REQUIRED_HOLDER_ITEMS:
        if tag not in holder:
            fields.damaged(f"item {tag:02X}", "absent")
    name = decode_gbk(holder.get(_NAME, b""), holder.get(_NAME_EXTENSION, b""))
    record.name = fields.required_text("name", name)
    record.sex = fields.sex(fields.text("sex", decode_ascii(holder.get(_SEX, b""))))
    ethnic = fields.form("ethnic", holder.get(_ETHNIC, b"").hex() or None, "[0-9]{2}|ff")
    record.ethnic = None if ethnic in (None, "ff") else ethnic_name(ethnic)
    birth = fields.date("birth", holder.get(_BIRTH, b"").hex())
    record.birth = birth
    number = fields.required_text("number", decode_ascii(holder.get(_NUMBER, b"")))
    record.id_number = fields.number("number", number, birth, record.sex)


def _check_lengths(fields: Fields, file: _File, items: Mapping[int, bytes]) -> None:
    for tag, value in items.items():
        if len(value) != file.items[tag]:
            fields.damaged(f"item {tag:02X}", f"{len(value)} bytes")


def _keeps_holder(card: Mapping[int, bytes], sw: int) -> bool:
    """Whether the card refuses EF06 by design, as opposed to a damaged EF06.

    A card of any version may require authentication; version 3 and later use other refusals, too.
    """
    version = card.get(_VERSION, b"")[:1]
    refuses = sw in _WITHHELD or sw >> 8 == _NOT_ALLOWED
    return sw in _REFUSALS or (b"3" <= version <= b"9" and refuses)


def _reason(value: int | _Broken) -> str:
    return value if isinstance(value, _Broken) else describe(value)


def _read_items(
    channel: CardChannel, file: _File, tags: tuple[int, ...]
) -> dict[int, bytes] | int | _Broken:
    """Return the items that the card has, or why they cannot be used.

    The reason is that of the first item if no form of READ RECORD gives it, else that of the
    first later item that cannot be read.
    """
    selected = _select_file(channel, file)
    if selected in _REFUSALS:
        return selected
    failures: list[int | _Broken] = []
    # Reading "the selected file" is safe only if SELECT succeeded: otherwise another file may
    # still be selected.
    forms = (
        (_by_tag, _by_tag_in_short_file) if selected == StatusWord.OK else (_by_tag_in_short_file,)
    )
    for read_record in forms:
        value = read_record(channel, file, tags[0])
        if isinstance(value, bytes):
            return _other_items(partial(read_record, channel, file), tags, value)
        if value in _REFUSALS:
            return value
        failures.append(value)
    if selected == StatusWord.OK:
        items = _by_number(channel, file)
        if isinstance(items, dict):
            return items
        failures.append(items)
    broken = (each for each in failures if isinstance(each, _Broken) or each not in _WITHHELD)
    return next(broken, failures[-1])


def _other_items(
    read: Callable[[int], _Value], tags: tuple[int, ...], first: bytes
) -> dict[int, bytes] | _Broken:
    """Read the other items that the card has; return them with the first one."""
    items = {tags[0]: first}
    for tag in tags[1:]:
        value = read(tag)
        if isinstance(value, bytes):
            items[tag] = value
        elif value not in _ABSENT:
            return _Broken(f"item {tag:02X}: {_reason(value)}")
    return items


def _select_file(channel: CardChannel, file: _File) -> int:
    identifier = file.identifier.to_bytes(2, "big")
    sw = exchange(channel, command(0x00, 0xA4, 0x00, 0x00, identifier)).sw
    if sw == StatusWord.OK or sw in _REFUSALS:
        return sw
    return exchange(channel, command(0x00, 0xA4, 0x02, 0x00, identifier)).sw


def _by_tag(channel: CardChannel, file: _File, tag: int) -> _Value:
    """``00 B2 tag 00 Le``: read the record of the selected file that begins with this tag."""
    return _item(channel, tag, 0x00, file, tag)


def _by_tag_in_short_file(channel: CardChannel, file: _File, tag: int) -> _Value:
    """``00 B2 tag 28|30 Le``: the same, with the file's short identifier in P2."""
    return _item(channel, tag, file.short_p2, file, tag)


def _by_number(channel: CardChannel, file: _File) -> dict[int, bytes] | int | _Broken:
    """``00 B2 n 04 Le``: read every record in order. The first byte of a record is its tag.

    A record with an unknown tag is ignored if every item of the table was found. Otherwise it may
    be one of those items with a damaged tag.
    """
    lengths = list(file.items.values())
    items: dict[int, bytes] = {}
    unknown = False
    for number in range(1, _MAX_RECORDS + 1):
        length = lengths[number - 1] if number <= len(lengths) else 30
        record = _record(channel, number, 0x04, length)
        if isinstance(record, int):
            if number == 1:
                return record
            if record not in _ABSENT:
                return _Broken(f"record {number}: {describe(record)}")
            if number >= len(lengths):
                break
        elif isinstance(record, _Broken):
            return _Broken(f"record {number}: {record}")
        elif record[0] in items:
            return _Broken(f"record {number}: a second item {record[0]:02X}")
        elif record[0] in file.items:
            items[record[0]] = record[2:]
        else:
            unknown = True
    if unknown and len(items) < len(file.items):
        return _Broken("an item that is not of this file")
    return items


def _item(channel: CardChannel, p1: int, p2: int, file: _File, tag: int) -> _Value:
    """Read the value of one item. It must have the tag and the length of the table."""
    record = _record(channel, p1, p2, file.items[tag])
    if not isinstance(record, bytes):
        return record
    if record[0] != tag:
        return _Broken("another tag")
    if record[1] != file.items[tag]:
        return _Broken(f"{record[1]} bytes")
    return record[2:]


def _record(channel: CardChannel, p1: int, p2: int, length: int) -> bytes | int | _Broken:
    """Read one record; return ``tag len value``, with no other bytes, or the status word."""
    response = exchange(channel, command(0x00, 0xB2, p1, p2, le=length + 2))
    if response.sw == StatusWord.WRONG_LENGTH:
        response = exchange(channel, command(0x00, 0xB2, p1, p2, le=256))
    if not response.ok:
        return response.sw
    data = response.data
    if len(data) < 2 or len(data) != 2 + data[1]:
        return _Broken(f"record of {len(data)} bytes")
    return data
