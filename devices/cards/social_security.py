"""社会保障卡, the social security card (contact, PBOC/LDS files EF05 and EF06).

For the PC/SC readers. A card is of this kind when it answers the application's name, or, as some
do not, when its EF05 holds a card number. It never tries a PIN and never writes.
Source of files, tags and lengths: 《社会保障（个人）卡规范》 LB 002-2000 and its 2.0/3.0 revisions.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from devices.apdu import StatusWord, command, describe, exchange
from devices.codes import ethnic_name
from devices.faults import CARD_DAMAGED
from devices.health import Fault
from devices.identity import Assurance, CardKind, Identity, PersonalRecord
from devices.reader import CardChannel
from devices.text import decode_ascii, decode_gbk

from .record import Fields

APPLICATION = bytes.fromhex("7378312E73682EC9E7BBE1B1A3D5CF")
"""``sx1.sh.社会保障`` in GBK."""


@dataclass(frozen=True, slots=True)
class _File:
    """An elementary file: identifier, short identifier in P2, and its items (tag to length)."""

    identifier: int
    items: Mapping[int, int]

    @property
    def short_p2(self) -> int:
        """P2 that names the file by its short identifier, record number in P1."""
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

_REFUSALS = frozenset({StatusWord.SECURITY_NOT_SATISFIED, StatusWord.CONDITIONS_NOT_SATISFIED})
"""How a card says that it wants to be authenticated to first."""

_MAX_RECORDS = 16
"""Records asked for by number in one file; the specification has fewer than ten."""


class Psam(Protocol):
    """A security module in a slot of its own, for operators who have one."""

    def unlock(self, channel: CardChannel, card_id: bytes) -> bool:
        """Authenticate to the card (GET CHALLENGE, EXTERNAL AUTHENTICATE) so that EF06 reads.

        ``card_id`` is item 01 of EF05, from which the module derives the card's key. ``False``
        where it will not or cannot; ``ChannelError`` may pass.
        """
        ...


def read(channel: CardChannel, psam: Psam | None = None) -> Identity | Fault | None:
    """Read card and holder; ``None`` where it is another kind of card.

    A 3.0 card that keeps its holder to itself (69 82 on EF06) is unlocked by ``psam``, and then
    has proved itself (``CARD_SECURE``). Without one it gives an identity with card number, region
    and version only. What reads freely can be copied, hence ``CARD_FREE``.
    """
    selected = exchange(channel, command(0x00, 0xA4, 0x04, 0x00, APPLICATION))
    if not selected.ok:
        # Some cards do not know the name and still have the file: they must prove it.
        unnamed = selected.sw == StatusWord.FILE_NOT_FOUND
        if not unnamed or _select_file(channel, _EF05) != StatusWord.OK:
            return None
    card = _read_items(channel, _EF05, _CARD_ITEMS)
    if isinstance(card, int) or _CARD_NUMBER not in card:
        if not selected.ok:
            return None
        why = describe(card) if isinstance(card, int) else "no card number"
        return CARD_DAMAGED.with_detail(f"EF05: {why}")
    assurance = Assurance.CARD_FREE
    holder = _read_items(channel, _EF06, _HOLDER_ITEMS)
    if isinstance(holder, int) and _keeps_holder(card, holder):
        if psam is None or not psam.unlock(channel, card.get(_CARD_ID, b"")):
            return parse(card, None)
        assurance = Assurance.CARD_SECURE
        holder = _read_items(channel, _EF06, _HOLDER_ITEMS)
    if isinstance(holder, int):
        return CARD_DAMAGED.with_detail(f"EF06: {describe(holder)}")
    return parse(card, holder, assurance)


def parse(
    card: Mapping[int, bytes],
    holder: Mapping[int, bytes] | None,
    assurance: Assurance = Assurance.CARD_FREE,
) -> Identity | Fault:
    """Items of EF05 and EF06 (tag to value) as an identity; ``holder`` is ``None`` if refused.

    Encodings: dates, ethnic code and card id are BCD, the name GB 18030 with 00 padding, all else
    ASCII. Any bytes give an identity or ``CARD_DAMAGED``.
    """
    fields = Fields()
    record = PersonalRecord(
        CardKind.SOCIAL_SECURITY,
        card_number=_card_number(fields, card.get(_CARD_NUMBER, b"")),
        card_region=card.get(_CARD_ID, b"")[:3].hex().upper() or None,
        card_version=fields.text("version", decode_ascii(card.get(_VERSION, b""))),
        valid_from=fields.date("issued", card.get(_ISSUED, b"").hex()),
        valid_to=fields.date("expires", card.get(_EXPIRES, b"").hex()),
    )
    if holder is not None:
        _put_holder(fields, record, holder)
    record.warnings = fields.warnings
    return fields.fault or Identity(record, assurance)


def _put_holder(fields: Fields, record: PersonalRecord, holder: Mapping[int, bytes]) -> None:
    name = decode_gbk(holder.get(_NAME, b""), holder.get(_NAME_EXTENSION, b""))
    record.name = fields.required_text("name", name)
    record.sex = fields.sex(fields.text("sex", decode_ascii(holder.get(_SEX, b""))))
    record.ethnic = ethnic_name(holder.get(_ETHNIC, b"").hex())
    record.birth = fields.date("birth", holder.get(_BIRTH, b"").hex())
    number = fields.required_text("number", decode_ascii(holder.get(_NUMBER, b"")))
    record.id_number = fields.number("number", number, record.birth, record.sex)


def _keeps_holder(card: Mapping[int, bytes], sw: int) -> bool:
    """Whether a card without a readable EF06 is a whole card that keeps its holder to itself.

    It says so, or it is of version 3 or later, whose masks differ in how they refuse.
    """
    version = card.get(_VERSION, b"")[:1]
    return sw in _REFUSALS or b"3" <= version <= b"9"


def _card_number(fields: Fields, value: bytes) -> str:
    number = fields.required_text("card number", decode_ascii(value))
    if not number.isalnum():
        fields.damaged("card number", "not letters and digits")
    return number


def _read_items(channel: CardChannel, file: _File, tags: tuple[int, ...]) -> dict[int, bytes] | int:
    """The items that the card has, or the status word with which it refused all of them."""
    selected = _select_file(channel, file)
    if selected in _REFUSALS:
        return selected
    for read_record in (_by_tag, _by_tag_in_short_file):
        value = read_record(channel, file, tags[0])
        if isinstance(value, bytes):
            items = {tags[0]: value}
            for tag in tags[1:]:
                value = read_record(channel, file, tag)
                if isinstance(value, bytes):
                    items[tag] = value
            return items
        if value in _REFUSALS:
            return value
    return _by_number(channel, file)


def _select_file(channel: CardChannel, file: _File) -> int:
    identifier = file.identifier.to_bytes(2, "big")
    sw = exchange(channel, command(0x00, 0xA4, 0x00, 0x00, identifier)).sw
    if sw == StatusWord.OK or sw in _REFUSALS:
        return sw
    return exchange(channel, command(0x00, 0xA4, 0x02, 0x00, identifier)).sw


def _by_tag(channel: CardChannel, file: _File, tag: int) -> bytes | int:
    """``00 B2 tag 00 Le``: the record that begins with this tag, of the selected file."""
    return _record(channel, tag, 0x00, file.items[tag], tag)


def _by_tag_in_short_file(channel: CardChannel, file: _File, tag: int) -> bytes | int:
    """``00 B2 tag 28|30 Le``: the same, the file named by its short identifier."""
    return _record(channel, tag, file.short_p2, file.items[tag], tag)


def _by_number(channel: CardChannel, file: _File) -> dict[int, bytes] | int:
    """``00 B2 n 04 Le``: every record in turn; each says by its first byte which item it is."""
    lengths = list(file.items.values())
    items: dict[int, bytes] = {}
    for number in range(1, _MAX_RECORDS + 1):
        length = lengths[number - 1] if number <= len(lengths) else 30
        value = _record(channel, number, 0x04, length, None)
        if isinstance(value, int):
            if number == 1:
                return value
            if value == StatusWord.RECORD_NOT_FOUND:
                break
        else:
            items.setdefault(value[0], value[2:])
    return items


def _record(channel: CardChannel, p1: int, p2: int, length: int, tag: int | None) -> bytes | int:
    """One record's value (whole TLV where no ``tag`` is asked for), or the status word.

    ``tag len value`` must be consistent; an answer that is not counts as record not found, so
    that the next form is tried.
    """
    response = exchange(channel, command(0x00, 0xB2, p1, p2, le=length + 2))
    if response.sw == StatusWord.WRONG_LENGTH:
        response = exchange(channel, command(0x00, 0xB2, p1, p2, le=256))
    if not response.ok:
        return response.sw
    data = response.data
    if len(data) < 2 or len(data) < 2 + data[1] or tag not in (None, data[0]):
        return StatusWord.RECORD_NOT_FOUND
    record = data[: 2 + data[1]]
    return record if tag is None else record[2:]
