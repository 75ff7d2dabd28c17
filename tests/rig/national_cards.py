"""Emulated identity cards of other countries: fictional persons, literal bytes.

For rig tests of any package. It imports nothing of the code under test.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass
class ThaiCard:
    """A card that reads one address space with ``80 B0`` and returns data by GET RESPONSE."""

    memory: Mapping[int, bytes]
    atr: bytes = bytes.fromhex("3B7994000054484944")
    answers: Mapping[int, bytes] = field(default_factory=dict)
    """Complete answers (with status word) by offset, which replace the bytes there."""
    _pending: bytes = b""

    def answer(self, apdu: bytes) -> bytes:
        if apdu == bytes.fromhex("00A4040008A000000054480001"):
            self._pending = bytes.fromhex("6F0A8408A000000054480001")
            return b"\x61\x0c"
        if apdu[:2] == b"\x80\xb0" and apdu[4:6] == b"\x02\x00":
            offset = int.from_bytes(apdu[2:4], "big")
            if offset in self.answers:
                return self.answers[offset]
            if offset not in self.memory:
                return b"\x6b\x00"
            self._pending = self.memory[offset]
            return bytes((0x61, apdu[6]))
        if apdu[:3] == b"\x00\xc0\x00" and apdu[3] == (0x01 if self.atr[:2] == b"\x3b\x67" else 0):
            return self._pending[: apdu[4]] + b"\x90\x00"
        return b"\x6d\x00"


def _spaces(text: str) -> bytes:
    return text.encode("tis-620").ljust(100)


THAI_MEMORY = {
    0x0004: b"1101700230678",
    0x0011: _spaces("น.ส.#สมหญิง##ตัวอย่าง"),
    0x0075: _spaces("Miss#Somying##Tuayang"),
    0x00D9: b"25310229",
    0x00E1: b"2",
    0x00F6: _spaces("ท้องถิ่นตัวอย่าง/กรุงเทพมหานคร"),
    0x0167: b"25600101",
    0x016F: b"26421231",
    0x1579: _spaces("1/23#หมู่ที่ 4###ตำบลตัวอย่าง#อำเภอตัวอย่าง#จังหวัดตัวอย่าง"),
}


@dataclass
class BelgianCard:
    """A card with files by path, which are read in pieces. It answers 6Cxx if Le exceeds the rest
    of the file."""

    files: Mapping[bytes, bytes]
    atr: bytes = bytes.fromhex("3B9813400AA503010101AD1311")
    read_answers: Mapping[tuple[bytes, int], bytes] = field(default_factory=dict)
    """Complete answers to READ BINARY by (path, offset)."""
    select_answers: Mapping[bytes, bytes] = field(default_factory=dict)
    """Complete answers to SELECT by path."""
    _path: bytes = b""
    _file: bytes | None = None

    def answer(self, apdu: bytes) -> bytes:
        if apdu[:4] == b"\x00\xa4\x08\x0c":
            self._path = apdu[5:]
            if self._path in self.select_answers:
                return self.select_answers[self._path]
            self._file = self.files.get(apdu[5:])
            return b"\x90\x00" if self._file is not None else b"\x6a\x82"
        if apdu[:2] == b"\x00\xb0" and self._file is not None:
            at = int.from_bytes(apdu[2:4], "big")
            if (self._path, at) in self.read_answers:
                return self.read_answers[self._path, at]
            rest = self._file[at:]
            if not rest:
                return b"\x6b\x00"
            if len(rest) < apdu[4]:
                return bytes((0x6C, len(rest)))
            return rest[: apdu[4]] + b"\x90\x00"
        return b"\x6a\x82"


def _tlv(tag: int, text: str) -> bytes:
    value = text.encode()
    return bytes((tag, len(value))) + value


BELGIAN_FILES = {
    bytes.fromhex("3F00DF014031"): (
        _tlv(0x01, "000000000097")
        + _tlv(0x02, "x" * 200)
        + _tlv(0x03, "01.02.2020")
        + _tlv(0x04, "01.02.2040")
        + _tlv(0x06, "85073003328")
        + _tlv(0x07, "Voorbeeld")
        + _tlv(0x08, "Zoë Amélie")
        + _tlv(0x0A, "Belg")
        + _tlv(0x0C, "30 JUIL 1985")
        + _tlv(0x0D, "V")
    ),
    bytes.fromhex("3F00DF014033"): (
        _tlv(0x01, "Voorbeeldstraat 1") + _tlv(0x02, "1000") + _tlv(0x03, "Brussel")
    ),
}


@dataclass
class MyKadCard:
    """A card with the JPN application. Commands set a length, select a range and read it."""

    file_1: bytes
    atr: bytes = bytes.fromhex("3B67000073200029")
    answers: Mapping[int, bytes] = field(default_factory=dict)
    """Complete answers by offset, which replace the bytes there."""
    _range: tuple[int, int] | None = None
    _lengths: list[int] = field(default_factory=list)

    def answer(self, apdu: bytes) -> bytes:
        if apdu == bytes.fromhex("00A404000AA0000000744A504E0010"):
            return b"\x61\x05"
        if apdu == bytes.fromhex("00C0000005"):
            return bytes(5) + b"\x90\x00"
        if apdu[:8] == bytes.fromhex("C832000005080000"):
            self._lengths.append(int.from_bytes(apdu[8:10], "little"))
            return b"\x91\x08"
        if apdu[:9] == bytes.fromhex("CC0000000801000100"):
            offset = int.from_bytes(apdu[9:11], "little")
            length = int.from_bytes(apdu[11:13], "little")
            self._range = (offset, length)
            return bytes((0x94, length))
        if apdu[:4] == bytes.fromhex("CC060000") and self._range is not None:
            offset, length = self._range
            if apdu[4] != length or self._lengths[-1] != length:
                return b"\x67\x00"
            if offset in self.answers:
                return self.answers[offset]
            return self.file_1[offset : offset + length] + b"\x90\x00"
        return b"\x6d\x00"


MYKAD_FILE_1 = (
    bytes(3)
    + b"CONTOH BINTI SAMPEL".ljust(150)
    + bytes(120)
    + b"850730145678\x00"
    + b"P"
    + bytes(8)
    + bytes.fromhex("19850730")
    + bytes(160)
)
