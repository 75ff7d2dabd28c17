"""Personalise a blank card: create the application and its file, write the signed record, lock it.

Only for ``station personalise``; no reader imports this module. It never writes to a card of
another kind, and overwrites a record only with ``replace``.
Sources: ISO/IEC 7816-9:2017 (CREATE FILE), 7816-4:2020 (UPDATE BINARY, ACTIVATE FILE, 7.4.9 control
parameters and compact security attributes).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ...health import Fault
from ...identity import Identity
from ...operator import OperatorCard
from ..apdu import StatusWord, command, describe, exchange
from ..channel import CardChannel
from ..profiles import (
    NATIONAL_PROFILES,
    Profile,
    resident_id_pcsc,
    social_security,
    unreadable,
)
from . import card as layout
from .chip import Chip, ChipKind, identify, is_contactless

_WRITE_CHUNK = 32
"""Bytes written at once. The smallest input buffer of cards on sale has this size."""
_APPLICATION_FILE_ID = 0xF001

_OTHERS = tuple(
    bytes.fromhex(name)
    for name in (
        social_security.APPLICATION.hex(),
        "315041592E5359532E4444463031",  # 1PAY.SYS.DDF01, payment (EMV book 1, 12.2)
        "325041592E5359532E4444463031",  # 2PAY.SYS.DDF01, contactless payment
        "A000000308",  # PIV
        "A0000002471001",  # passports (ICAO 9303-10)
        "A0000000871002",  # USIM (ETSI TS 101 220)
        "D27600012401",  # OpenPGP
        "D2760000850101",  # NFC Forum type 4 tag
    )
)
"""Applications of cards that people carry; a card with one of them is not written to. This finds
cards that no profile reads, for example a social security card whose application is blocked."""
_WARNINGS = (0x62, 0x63)
"""First byte of status words with a warning: the command was carried out (ISO/IEC 7816-4, table 5).
"""


class Problem(StrEnum):
    """Why a card was not issued. The values are part of the JSON output and stay stable."""

    KNOWN_CARD = "known_card"
    """The card is in use as a card of another kind; nothing was written."""
    NOT_BLANK = "not_blank"
    """The application already holds a record, and ``replace`` was not given."""
    CANNOT_CREATE = "cannot_create"
    """The card refuses CREATE FILE in both forms."""
    WRITE_REFUSED = "write_refused"
    """The card refuses UPDATE BINARY: it is locked, or the file is too small."""
    NOT_VERIFIED = "not_verified"
    """The record that was read back is not the one written; do not hand out the card."""


P = TypeVar("P", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Refused(Generic[P]):
    """Why no card was issued, or why the signing key cannot be used.

    ``detail`` is for the person who issues the card. It names a file or a status word, and never
    contains the content of a key file.
    """

    problem: P
    detail: str


@dataclass(frozen=True, slots=True)
class Issued:
    """The result for a card that was written, read back and verified."""

    card: OperatorCard
    bound: ChipKind
    """How the record is bound to its chip."""
    created: bool
    """Whether the application or the file was created; if not, the card had both."""
    locked: bool
    """Whether the card refused another write when that was tried."""


def encode(card: OperatorCard, chip: Chip) -> bytes:
    """Return the content to be signed, in the one encoding that ``parse_content`` accepts."""
    role = next(code for code, each in layout.ROLES.items() if each is card.role)
    values = (
        layout.APPLICATION,
        bytes((layout.VERSION,)),
        bytes((role,)),
        card.number.encode("ascii"),
        bytes.fromhex(card.serial),
        # Not strftime: it writes a year before 1000 with fewer digits.
        bytes.fromhex(card.valid_from.isoformat().replace("-", "")),
        bytes.fromhex(card.valid_to.isoformat().replace("-", "")),
        bytes((chip.kind,)) + chip.number,
    )
    items = zip(layout.ITEM_TAGS, values, strict=True)
    return _tlv(layout.CONTENT_TAG, b"".join(_tlv(tag, value) for tag, value in items))


def sign(content: bytes, key: Ed25519PrivateKey) -> bytes:
    """Return the record: the content and its signature."""
    return content + _tlv(layout.SIGNATURE_TAG, key.sign(content))


def issue(
    channel: CardChannel,
    card: OperatorCard,
    key: Ed25519PrivateKey,
    *,
    replace: bool = False,
    lock: bool = True,
) -> Issued | Refused[Problem]:
    """Write ``card`` to the card in the reader and verify it.

    The record's first bytes are written last, so that a card that is removed early is blank and
    can be personalised again. With ``lock`` the card is locked if it supports that;
    ``Issued.locked`` is the result.

    :raises ChannelError: the card or its reader was removed.
    """
    known = _known(channel)
    if known is not None:
        return Refused(Problem.KNOWN_CARD, known)
    chip = identify(channel)
    made = _prepare(channel, replace=replace, lock=lock)
    if isinstance(made, Refused):
        return made
    record = sign(encode(card, chip), key)
    refused = _write(channel, record)
    if refused is not None:
        return refused
    locked = lock and _lock(channel, record)
    trust = layout.OperatorTrust((key.public_key().public_bytes_raw(),))
    found = layout.read(channel, trust)
    if found != card:
        why = f"{found.code} {found.detail}" if isinstance(found, Fault) else "another record"
        return Refused(Problem.NOT_VERIFIED, why)
    return Issued(card, chip.kind, made, locked)


def _known(channel: CardChannel) -> str | None:
    """Return what kind of card this is if it must not be written to, else ``None``."""
    profiles: tuple[Profile, ...] = (social_security.read, *NATIONAL_PROFILES, unreadable.read)
    if is_contactless(channel.atr):
        profiles = (resident_id_pcsc.read, *profiles)
    for profile in profiles:
        found = profile(channel)
        if isinstance(found, Identity):
            found.wipe()
            return found.kind.value
        if isinstance(found, Fault):
            return f"{found.code} {found.detail}".rstrip()
    for name in _OTHERS:
        selected = exchange(channel, command(0x00, 0xA4, 0x04, 0x00, name)).sw
        # A warning also means that the application exists: 6283 is a blocked one.
        if selected == StatusWord.OK or selected >> 8 in _WARNINGS:
            return f"application {name.hex().upper()}"
    return None


def _prepare(channel: CardChannel, *, replace: bool, lock: bool) -> bool | Refused[Problem]:
    """Create and select the file, so that it can be written; return whether one was created."""
    created = False
    if not layout.select_application(channel):
        refused = _create(channel, _application(lock=True), _application(lock=False), lock=lock)
        if refused is not None:
            return refused
        created = True
        if not layout.select_application(channel):
            return Refused(Problem.CANNOT_CREATE, "the application was created but is not found")
    if layout.select_file(channel) != StatusWord.OK:
        refused = _create(channel, _file(lock=True), _file(lock=False), lock=lock)
        if refused is not None:
            return refused
        created = True
        selected = layout.select_file(channel)
        if selected != StatusWord.OK:
            return Refused(Problem.CANNOT_CREATE, f"file: {describe(selected)}")
    if created or replace:
        return created
    header = layout.read_binary(channel, 0, layout.HEADER_BYTES)
    if isinstance(header, Fault):
        return Refused(Problem.NOT_BLANK, header.detail)
    if not layout.is_blank(header):
        return Refused(Problem.NOT_BLANK, "the application holds a record; see --replace")
    return False


def _create(
    channel: CardChannel, full: bytes, plain: bytes, *, lock: bool
) -> Refused[Problem] | None:
    """CREATE FILE. Try the parameters that allow locking (``full``) first, then those without."""
    sw: int = StatusWord.OK
    for parameters in (full, plain) if lock else (plain,):
        sw = exchange(channel, command(0x00, 0xE0, 0x00, 0x00, parameters)).sw
        if sw == StatusWord.OK:
            return None
    return Refused(Problem.CANNOT_CREATE, f"CREATE FILE: {describe(sw)}")


def _application(*, lock: bool) -> bytes:
    """Return the control parameters (tag 62) of the application.

    With ``lock``, nothing can be added or deleted after ACTIVATE FILE.
    """
    items = (
        _tlv(0x82, b"\x38")
        + _tlv(0x83, _APPLICATION_FILE_ID.to_bytes(2, "big"))
        + _tlv(0x84, layout.APPLICATION)
    )
    if lock:
        items += _tlv(0x8A, b"\x03") + _tlv(0x8C, b"\x7f" + b"\xff" * 7)
    return _tlv(0x62, items)


def _file(*, lock: bool) -> bytes:
    """Return the control parameters of the file.

    8A 03: the conditions are not in force until ACTIVATE FILE. 8C: access mode 7F and one condition
    each (FF never, 00 always) for deleting, terminating, activating, deactivating, writing,
    updating and reading.
    """
    items = (
        _tlv(0x80, layout.FILE_BYTES.to_bytes(2, "big"))
        + _tlv(0x82, b"\x01")
        + _tlv(0x83, layout.FILE_ID.to_bytes(2, "big"))
    )
    if lock:
        items += _tlv(0x8A, b"\x03") + _tlv(0x8C, b"\x7f" + b"\xff" * 6 + b"\x00")
    return _tlv(0x62, items)


def _write(channel: CardChannel, record: bytes) -> Refused[Problem] | None:
    blank = bytes(layout.HEADER_BYTES)
    head, body = record[: layout.HEADER_BYTES], record[layout.HEADER_BYTES :]
    starts = range(0, len(body), _WRITE_CHUNK)
    parts = [(layout.HEADER_BYTES + at, body[at : at + _WRITE_CHUNK]) for at in starts]
    for at, part in ((0, blank), *parts, (0, head)):
        sw = _update(channel, at, part)
        if sw != StatusWord.OK:
            return Refused(Problem.WRITE_REFUSED, f"UPDATE BINARY at {at}: {describe(sw)}")
    return None


def _lock(channel: CardChannel, record: bytes) -> bool:
    """ACTIVATE FILE for the file and the application; return whether a write is then refused."""
    activate = command(0x00, 0x44, 0x00, 0x00)
    if not exchange(channel, activate).ok:
        return False
    layout.select_application(channel)
    in_force = exchange(channel, activate).ok
    # Test the lock with a write. It repeats a byte, so it changes nothing if the card accepts it.
    selected = layout.select_file(channel) == StatusWord.OK
    return in_force and selected and _update(channel, 0, record[:1]) != StatusWord.OK


def _update(channel: CardChannel, offset: int, data: bytes) -> int:
    return exchange(channel, command(0x00, 0xD6, offset >> 8, offset & 0xFF, data)).sw


def _tlv(tag: int, value: bytes) -> bytes:
    return bytes((tag, len(value))) + value
