"""Emulated cards with a file system (ISO/IEC 7816-4 and -9): blank cards and operator cards.

For rig tests of any package: ``VirtualSlot.present(BlankCard())``,
``present(operator_card("staff"))``. The bytes are literals from the standards and from
``docs/operator-cards.md``; it imports nothing of the code under test.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

CONTACT_ATR = bytes.fromhex("3B6500009C11010181")
CONTACTLESS_ATR = bytes.fromhex("3B80800101")
UID = bytes.fromhex("04A1B2C3D4E580")
OTHER_UID = bytes.fromhex("04A1B2C3D4E581")
CPLC = bytes.fromhex("9F7F2A47905167412100380200823112345678090A") + bytes(24)
"""Production data of a Java Card: fabricator 4790, type 5167, …, serial 12345678, batch 090A."""
APPLICATION = bytes.fromhex("F053544154494F4E4F50")

ISSUER_SEED = bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
ISSUER_KEY = bytes.fromhex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")
"""RFC 8032, 7.1, test 1: the issuer of every sample card."""
STRANGER_SEED = bytes.fromhex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb")
"""RFC 8032, test 2: an issuer that no station accepts."""


@dataclass
class _File:
    """A file or a folder of the card.

    ``state`` is the life cycle byte: 03 initialised, 05 activated. ``conditions`` are the security
    condition bytes of access mode 7F, from bit 7 to bit 1; empty means that all is permitted.
    """

    identifier: bytes
    name: bytes = b""
    data: bytearray | None = None
    children: list[_File] = field(default_factory=list)
    state: int = 5
    conditions: bytes = b""

    def allows(self, bit: int) -> bool:
        """Whether the operation of this access mode bit (7 to 1) is permitted now."""
        return self.state != 5 or not self.conditions or self.conditions[7 - bit] == 0x00


@dataclass
class BlankCard:
    """A card that supports SELECT, CREATE FILE, UPDATE BINARY, READ BINARY and ACTIVATE FILE.

    The options are the differences between cards: ``knows_lock`` (tags 8A and 8C; else 6A80),
    ``knows_create``, ``knows_activate``, ``largest`` (bytes of data in one command or answer; more
    give 6700), ``always_informs`` (SELECT with P2 0C gives 6A86), ``chained`` (61xx), ``wants_le``
    (6Cxx), ``enforces`` (a card may accept security conditions but not enforce them).
    """

    atr: bytes = CONTACT_ATR
    uid: bytes | None = None
    cplc: bytes | None = None
    knows_lock: bool = True
    knows_create: bool = True
    knows_activate: bool = True
    enforces: bool = True
    largest: int = 128
    chained: bool = False
    always_informs: bool = False
    wants_le: bool = False
    master: _File = field(default_factory=lambda: _File(bytes.fromhex("3F00")))
    updates: int = 0
    """UPDATE BINARY commands that were carried out."""
    _folder: _File | None = None
    _file: _File | None = None
    _pending: bytes = b""

    def answer(self, apdu: bytes) -> bytes:
        if apdu == bytes.fromhex("FFCA000000"):
            return self.uid + b"\x90\x00" if self.uid is not None else b"\x6a\x81"
        if apdu[:4] == bytes.fromhex("80CA9F7F"):
            return self.cplc + b"\x90\x00" if self.cplc is not None else b"\x6e\x00"
        if apdu[0] != 0x00:
            return b"\x6e\x00"
        data = apdu[5 : 5 + apdu[4]] if len(apdu) > 5 else b""
        if len(data) > self.largest:
            return b"\x67\x00"
        match apdu[1]:
            case 0xA4:
                return self._select(apdu[2], apdu[3], data)
            case 0xC0:
                pending, self._pending = self._pending, b""
                return pending[: apdu[4] or 256] + b"\x90\x00"
            case 0xB0:
                return self._read(int.from_bytes(apdu[2:4], "big"), apdu[4])
            case 0xD6:
                return self._update(int.from_bytes(apdu[2:4], "big"), data)
            case 0xE0 if self.knows_create and apdu[2:4] == b"\x00\x00":
                return self._create(data)
            case 0x44 if self.knows_activate and apdu[2:] == b"\x00\x00":
                return self._activate()
        return b"\x6d\x00"

    @property
    def folder(self) -> _File:
        return self._folder or self.master

    def _select(self, p1: int, p2: int, data: bytes) -> bytes:
        found = None
        if p2 == 0x0C and self.always_informs:
            return b"\x6a\x86"
        if p1 == 0x04 and data:
            found = next((each for each in self.master.children if each.name == data), None)
        elif p1 == 0x00 and data == b"\x3f\x00":
            found = self.master
        elif p1 in (0x00, 0x02) and len(data) == 2:
            near = (each for each in self.folder.children if each.identifier == data)
            found = next((each for each in near if p1 == 0x00 or each.data is not None), None)
        if found is None:
            return b"\x6a\x82"
        if found.data is None:
            self._folder, self._file = found, None
        else:
            self._file = found
        information = b"\x84" + bytes((len(found.name),)) + found.name if found.name else b""
        if p2 == 0x0C or not information:
            return b"\x90\x00"
        answer = b"\x6f" + bytes((len(information),)) + information
        if self.chained:
            self._pending = answer
            return bytes((0x61, len(answer)))
        return answer + b"\x90\x00"

    def _read(self, offset: int, le: int) -> bytes:
        if self._file is None or self._file.data is None:
            return b"\x69\x86"
        if not self._file.allows(1):
            return b"\x69\x82"
        rest = bytes(self._file.data[offset:])
        wanted = le or 256
        if not rest:
            return b"\x6b\x00"
        if wanted > self.largest:
            return b"\x67\x00"
        if self.wants_le and wanted > len(rest):
            return bytes((0x6C, len(rest)))
        if wanted > len(rest):
            return rest + b"\x62\x82"
        return rest[:wanted] + b"\x90\x00"

    def _update(self, offset: int, data: bytes) -> bytes:
        if self._file is None or self._file.data is None:
            return b"\x69\x86"
        if self.enforces and not self._file.allows(2):
            return b"\x69\x82"
        if offset + len(data) > len(self._file.data):
            return b"\x6b\x00"
        self._file.data[offset : offset + len(data)] = data
        self.updates += 1
        return b"\x90\x00"

    def _create(self, data: bytes) -> bytes:
        if len(data) < 2 or data[0] != 0x62 or data[1] != len(data) - 2:
            return b"\x6a\x80"
        items = dict(_items(data[2:]))
        descriptor, identifier = items.get(0x82), items.get(0x83)
        if identifier is None or len(identifier) != 2 or descriptor not in (b"\x38", b"\x01"):
            return b"\x6a\x80"
        conditions = items.get(0x8C, b"")
        if not self.knows_lock and (0x8A in items or conditions):
            return b"\x6a\x80"
        if conditions and (len(conditions) != 8 or conditions[0] != 0x7F):
            return b"\x6a\x80"
        if not self.folder.allows(2 if descriptor == b"\x01" else 3):
            return b"\x69\x82"
        if any(each.identifier == identifier for each in self.folder.children):
            return b"\x6a\x89"
        made = _File(identifier, items.get(0x84, b""), conditions=conditions[1:])
        made.state = items.get(0x8A, b"\x05")[0]
        if descriptor == b"\x01":
            made.data = bytearray(int.from_bytes(items[0x80], "big"))
        self.folder.children.append(made)
        if made.data is None:
            self._folder, self._file = made, None
        else:
            self._file = made
        return b"\x90\x00"

    def _activate(self) -> bytes:
        target = self._file or self.folder
        if not target.allows(5):
            return b"\x69\x82"
        target.state = 5
        return b"\x90\x00"


def _items(data: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at + 1 < len(data):
        yield data[at], data[at + 2 : at + 2 + data[at + 1]]
        at += 2 + data[at + 1]


NUMBERS = {"staff": b"S-0001", "maintainer": b"M-0007"}
SERIALS = {"staff": "00000000000000a1", "maintainer": "00000000000000b2"}
_ROLES = {"staff": b"\x01", "maintainer": b"\x02"}


def content(
    key: str = "staff",
    *,
    chip: bytes = b"\x00",
    valid_from: str = "20260101",
    valid_to: str = "20991231",
    version: int = 1,
) -> bytes:
    """Return the template of a sample card, which is to be signed."""
    items = b"".join(
        bytes((tag, len(value))) + value
        for tag, value in (
            (0x4F, APPLICATION), (0x80, bytes((version,))), (0x81, _ROLES[key]),
            (0x82, NUMBERS[key]), (0x83, bytes.fromhex(SERIALS[key])),
            (0x84, bytes.fromhex(valid_from)), (0x85, bytes.fromhex(valid_to)), (0x86, chip),
        )
    )  # fmt: skip
    return b"\xe1" + bytes((len(items),)) + items


def signed(template: bytes, seed: bytes = ISSUER_SEED) -> bytes:
    """Return a record: the template and its issuer's signature."""
    signature = Ed25519PrivateKey.from_private_bytes(seed).sign(template)
    return template + b"\x9e\x40" + signature


def card_with(record: bytes, card: BlankCard | None = None) -> BlankCard:
    """Return a card whose application has these bytes in a file of 160 bytes."""
    card = card or BlankCard()
    file = _File(b"\x00\x01", data=bytearray(record.ljust(160, b"\x00")))
    card.master.children.append(_File(b"\xf0\x01", APPLICATION, children=[file]))
    return card


def operator_card(key: str, fault: str = "") -> BlankCard:
    """Return the sample card "staff" or "maintainer".

    ``fault``: "expired", "early" (not yet valid), "stranger" (unknown issuer), "cut" (truncated
    record), "altered" (one byte changed after signing), "bound" (to its own chip; not a fault),
    "copied" (to another chip), "copied-blind" (to a chip without a readable number), "blank".
    """
    bound = content(key, chip=b"\x01" + UID)
    match fault:
        case "":
            return card_with(signed(content(key)))
        case "expired":
            return card_with(signed(content(key, valid_to="20260131")))
        case "early":
            return card_with(signed(content(key, valid_from="20980101")))
        case "stranger":
            return card_with(signed(content(key), STRANGER_SEED))
        case "cut":
            return card_with(signed(content(key))[:40])
        case "altered":
            record = bytearray(signed(content(key)))
            record[record.index(NUMBERS[key])] ^= 1
            return card_with(bytes(record))
        case "bound":
            return card_with(signed(bound), BlankCard(CONTACTLESS_ATR, uid=UID))
        case "copied":
            return card_with(signed(bound), BlankCard(CONTACTLESS_ATR, uid=OTHER_UID))
        case "copied-blind":
            return card_with(signed(bound), BlankCard(CONTACT_ATR))
        case "blank":
            return card_with(b"")
    raise ValueError(fault)
