"""Operator cards, for staff and maintainers: one file with a signed record.

For the PC/SC readers. Recognised by the application's name. A card is accepted only if a configured
issuer signed its record. A record that names a chip is accepted on that chip alone.
``docs/operator-cards.md`` describes each byte of the layout, and what such a card proves.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from ...faults import CARD_DAMAGED, OPERATOR_CARD_REFUSED
from ...health import Fault
from ...operator import NUMBER_PATTERN, OperatorCard, Role
from ..apdu import StatusWord, command, describe, exchange
from ..channel import CardChannel
from ..fields.dates import DateProblem, parse_date
from .chip import CPLC_CHIP_BYTES, NO_CHIP, UID_LENGTHS, Chip, ChipKind, chip_number

APPLICATION = bytes.fromhex("F053544154494F4E4F50")
"""``F0`` and ``STATIONOP``: a proprietary, unregistered name (ISO/IEC 7816-5, category F)."""
FILE_ID = 0x0001
"""The transparent file of the application."""
FILE_BYTES = 160
"""Size of the file. The longest record has 155 bytes."""
VERSION = 1
CONTENT_TAG, SIGNATURE_TAG = 0xE1, 0x9E
"""Tags of the signed template and of the digital signature (ISO/IEC 7816-6) over all its bytes."""
SIGNATURE_BYTES = 64
SERIAL_BYTES = 8
ITEM_TAGS = (0x4F, 0x80, 0x81, 0x82, 0x83, 0x84, 0x85, 0x86)
"""Application, version, role, number, serial, valid from, valid to, chip: each once, in this order.
"""
ROLES = {1: Role.STAFF, 2: Role.MAINTAINER}
CHIP_LENGTHS = {
    ChipKind.NONE: (0,),
    ChipKind.CONTACTLESS: UID_LENGTHS,
    ChipKind.CPLC: (CPLC_CHIP_BYTES,),
}
HEADER_BYTES = 2

_MAX_CONTENT = 0x7F
"""Largest length that one byte can hold (BER short form). The longest content has 87 bytes."""
_READ_CHUNK = 64
"""Bytes requested at once. Small cards and readers do not return more."""


@dataclass(frozen=True, slots=True)
class OperatorTrust:
    """Which operator cards are accepted: the issuers' keys and the revoked serials.

    ``issuers`` are Ed25519 public keys (raw, 32 bytes). ``bound_only`` refuses a record that names
    no chip, because it can be copied.
    """

    issuers: tuple[bytes, ...] = ()
    revoked: frozenset[str] = frozenset()
    bound_only: bool = False

    def signed(self, content: bytes, signature: bytes) -> bool:
        """Whether an issuer made this signature over exactly this content (RFC 8032)."""
        # Imported when the first operator card is read, so that no resident waits for it.
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

        for issuer in self.issuers:
            try:
                Ed25519PublicKey.from_public_bytes(issuer).verify(signature, content)
            except InvalidSignature:
                continue
            return True
        return False


NO_ISSUERS = OperatorTrust()
"""No issuer is configured: no operator card is accepted."""


def read(channel: CardChannel, trust: OperatorTrust = NO_ISSUERS) -> OperatorCard | Fault | None:
    """Read and verify the record; ``None`` if the card does not have the application.

    ``CARD_DAMAGED``: the record is malformed. ``OPERATOR_CARD_REFUSED``: this station does not
    accept it. The days of validity are not checked here; ``read_card`` does that.
    """
    if not select_application(channel):
        return None
    record = _read_record(channel)
    if isinstance(record, Fault):
        return record
    verified = verify(record, trust)
    if isinstance(verified, Fault):
        return verified
    card, chip = verified
    if chip.kind is not ChipKind.NONE and chip_number(channel, chip.kind) != chip.number:
        return OPERATOR_CARD_REFUSED.with_detail("signed for another chip")
    return card


def verify(record: bytes, trust: OperatorTrust) -> tuple[OperatorCard, Chip] | Fault:
    """Verify a record; return its operator card and the chip that it is bound to, or a fault.

    Accepts any bytes.
    """
    parts = split(record)
    if isinstance(parts, Fault):
        return parts
    content, signature = parts
    if not trust.issuers:
        return OPERATOR_CARD_REFUSED.with_detail("no issuer is configured")
    if not trust.signed(content, signature):
        return OPERATOR_CARD_REFUSED.with_detail("no configured issuer signed it")
    parsed = parse_content(content)
    if isinstance(parsed, Fault):
        return parsed
    card, chip = parsed
    if card.serial in trust.revoked:
        return OPERATOR_CARD_REFUSED.with_detail(f"revoked: {card.serial}")
    if trust.bound_only and chip.kind is ChipKind.NONE:
        return OPERATOR_CARD_REFUSED.with_detail("not bound to a chip")
    return parsed


def split(record: bytes) -> tuple[bytes, bytes] | Fault:
    """Split a record into the signed content (with its tag and length) and the signature.

    ``CARD_DAMAGED`` if the record is malformed or bytes follow it.
    """
    total = record_bytes(record[:HEADER_BYTES])
    if isinstance(total, Fault):
        return total
    if len(record) != total:
        return CARD_DAMAGED.with_detail(f"record: {len(record)} bytes of {total}")
    end = total - SIGNATURE_BYTES
    content, head = record[: end - HEADER_BYTES], record[end - HEADER_BYTES : end]
    if head != bytes((SIGNATURE_TAG, SIGNATURE_BYTES)):
        return CARD_DAMAGED.with_detail("record: signature")
    return content, record[end:]


def record_bytes(header: bytes) -> int | Fault:
    """Return the length in bytes of a record that begins with these two bytes."""
    if is_blank(header):
        return CARD_DAMAGED.with_detail("record: blank")
    if len(header) < HEADER_BYTES or header[0] != CONTENT_TAG or header[1] > _MAX_CONTENT:
        return CARD_DAMAGED.with_detail("record: header")
    return HEADER_BYTES + header[1] + HEADER_BYTES + SIGNATURE_BYTES


def is_blank(header: bytes) -> bool:
    """Whether a file with these first bytes was never written (new cards hold 00 or FF)."""
    return header in (b"\x00\x00", b"\xff\xff")


def parse_content(content: bytes) -> tuple[OperatorCard, Chip] | Fault:
    """Parse the signed template; return the card and its chip.

    Each card has exactly one valid encoding; any other is ``CARD_DAMAGED``. Another version is
    ``OPERATOR_CARD_REFUSED``.
    """
    items = _items(content[HEADER_BYTES:])
    if content[:HEADER_BYTES] != bytes((CONTENT_TAG, len(content) - HEADER_BYTES & 0xFF)):
        return CARD_DAMAGED.with_detail("content: header")
    if items[:1] != [(ITEM_TAGS[0], APPLICATION)]:
        return CARD_DAMAGED.with_detail("content: application")
    if items[1:2] != [(ITEM_TAGS[1], bytes((VERSION,)))]:
        return OPERATOR_CARD_REFUSED.with_detail("content: version")
    if tuple(tag for tag, _ in items) != ITEM_TAGS:
        return CARD_DAMAGED.with_detail("content: items")
    role, number, serial, valid_from, valid_to, chip = (value for _, value in items[2:])
    return _card(role, number, serial, (_day(valid_from), _day(valid_to)), chip)


def _card(
    role: bytes,
    number: bytes,
    serial: bytes,
    days: tuple[date | None, date | None],
    chip: bytes,
) -> tuple[OperatorCard, Chip] | Fault:
    first, last = days
    text = number.decode("latin-1")
    bound = _chip(chip)
    if len(role) != 1 or role[0] not in ROLES:
        return CARD_DAMAGED.with_detail("content: role")
    if NUMBER_PATTERN.fullmatch(text) is None:
        return CARD_DAMAGED.with_detail("content: number")
    if len(serial) != SERIAL_BYTES:
        return CARD_DAMAGED.with_detail("content: serial")
    if first is None or last is None or last < first:
        return CARD_DAMAGED.with_detail("content: dates")
    if bound is None:
        return CARD_DAMAGED.with_detail("content: chip")
    return OperatorCard(ROLES[role[0]], text, serial.hex(), first, last), bound


def _items(data: bytes) -> list[tuple[int, bytes]]:
    """Split ``data`` into tags and values (tag and length have one byte); empty if truncated."""
    items = []
    at = 0
    while at < len(data):
        value_at = at + 2
        if value_at > len(data) or data[at + 1] > _MAX_CONTENT:
            return []
        end = value_at + data[at + 1]
        if end > len(data):
            return []
        items.append((data[at], data[value_at:end]))
        at = end
    return items


def _day(value: bytes) -> date | None:
    """Parse a date (YYYYMMDD in BCD); ``None`` if it is not one."""
    day = parse_date(value.hex()) if len(value) == 4 else None
    return None if isinstance(day, DateProblem) else day


def _chip(value: bytes) -> Chip | None:
    if not value or value[0] not in tuple(ChipKind):
        return None
    kind, number = ChipKind(value[0]), value[1:]
    if len(number) not in CHIP_LENGTHS[kind]:
        return None
    return Chip(kind, number) if kind is not ChipKind.NONE else NO_CHIP


# -- the card's file


def select_application(channel: CardChannel) -> bool:
    """SELECT the application by name; return whether the card has it.

    First without control information in the answer (P2 0C), then with it, for cards that do not
    support P2 0C.
    """
    response = exchange(channel, command(0x00, 0xA4, 0x04, 0x0C, APPLICATION))
    if response.sw == StatusWord.INCORRECT_P1_P2:
        response = exchange(channel, command(0x00, 0xA4, 0x04, 0x00, APPLICATION))
    return response.ok


def select_file(channel: CardChannel) -> int:
    """SELECT the file in the application, in both forms that cards use; return the status word."""
    identifier = FILE_ID.to_bytes(2, "big")
    response = exchange(channel, command(0x00, 0xA4, 0x02, 0x0C, identifier))
    if not response.ok:
        response = exchange(channel, command(0x00, 0xA4, 0x00, 0x00, identifier))
    return response.sw


def read_binary(channel: CardChannel, offset: int, length: int) -> bytes | Fault:
    """Read exactly ``length`` bytes of the selected file."""
    data = b""
    while len(data) < length:
        at, wanted = offset + len(data), min(_READ_CHUNK, length - len(data))
        part = exchange(channel, command(0x00, 0xB0, at >> 8, at & 0xFF, le=wanted))
        if not part.ok or not 1 <= len(part.data) <= wanted:
            why = f"{len(part.data)} bytes at {at}, {describe(part.sw)}"
            return CARD_DAMAGED.with_detail(f"file: {why}")
        data += part.data
    return data


def _read_record(channel: CardChannel) -> bytes | Fault:
    selected = select_file(channel)
    if selected != StatusWord.OK:
        return CARD_DAMAGED.with_detail(f"file: {describe(selected)}")
    header = read_binary(channel, 0, HEADER_BYTES)
    if isinstance(header, Fault):
        return header
    total = record_bytes(header)
    if isinstance(total, Fault):
        return total
    rest = read_binary(channel, HEADER_BYTES, total - HEADER_BYTES)
    return rest if isinstance(rest, Fault) else header + rest
