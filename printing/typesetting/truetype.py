"""Read TrueType fonts and write subsets of them, for `printing.typesetting.font_chain`.

A font file of 60 MB is mapped, not read: only the pages with needed glyphs are loaded, so opening
takes a millisecond and no memory. This module never changes a font file and never renders a glyph.
Format: OpenType 1.9 (cmap 4 and 12, loca, glyf, hmtx, head, hhea, maxp, OS/2).
"""

from __future__ import annotations

import mmap
import struct
from array import array
from bisect import bisect_right
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

# Composite glyph flags (glyf table).
_ARGS_ARE_WORDS = 0x0001
_ARGS_ARE_XY = 0x0002
_HAS_SCALE = 0x0008
_MORE_COMPONENTS = 0x0020
_HAS_XY_SCALE = 0x0040
_HAS_MATRIX = 0x0080
_INSTRUCTIONS = 0x0100

_SHORT_LOCA = 2 * 0xFFFF
"""The last offset in glyf that a short loca table can hold."""

# Simple glyph flags.
_ON_CURVE = 0x01
_X_SHORT = 0x02
_Y_SHORT = 0x04
_REPEAT = 0x08
_X_SAME = 0x10
_Y_SAME = 0x20

Point = tuple[float, float, bool]
"""x and y in thousandths of an em, and whether the point lies on the curve."""


class NotTrueTypeError(ValueError):
    """The file is not a TrueType font with a Unicode cmap (CFF outlines are not accepted)."""


def _big_endian(values: array[int]) -> bytes:
    values.byteswap()  # all machines with Debian's PySide6 are little-endian
    return values.tobytes()


def _unhinted(outline: bytes) -> bytes:
    """Remove the hinting instructions of a simple glyph: printing at 600 dpi does not need them."""
    at = 10 + 2 * (outline[0] << 8 | outline[1])
    length = outline[at] << 8 | outline[at + 1]
    return outline[:at] + b"\0\0" + outline[at + 2 + length :] if length else outline


class TrueTypeFont:
    """One mapped TrueType font. Immutable after opening, so threads may share it."""

    def __init__(self, path: Path) -> None:
        """Map ``path``.

        :raises OSError: the file cannot be opened.
        :raises NotTrueTypeError: the file is not a TrueType font.
        """
        self.path = path
        with path.open("rb") as file:
            try:
                self._data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
            except ValueError:  # an empty file cannot be mapped
                raise NotTrueTypeError(path.name) from None
        try:
            self._read_directory()
        except (struct.error, KeyError, IndexError):
            raise NotTrueTypeError(path.name) from None

    def _read_directory(self) -> None:
        data = self._data
        version, count = struct.unpack_from(">LH", data, 0)
        if version != 0x00010000:
            raise NotTrueTypeError(self.path.name)
        self._tables: dict[bytes, tuple[int, int]] = {}
        for at in range(12, 12 + 16 * count, 16):
            tag, _, offset, length = struct.unpack_from(">4sLLL", data, at)
            self._tables[tag] = (offset, length)
        head = self._tables[b"head"][0]
        self.units_per_em: int = struct.unpack_from(">H", data, head + 18)[0]
        self._long_loca = bool(struct.unpack_from(">h", data, head + 50)[0])
        box = struct.unpack_from(">4h", data, head + 36)
        self.bbox = tuple(self._thousandths(v) for v in box)
        hhea = self._tables[b"hhea"][0]
        ascent, descent = struct.unpack_from(">hh", data, hhea + 4)
        self.ascent = self._thousandths(ascent)
        self.descent = self._thousandths(descent)
        self._wide_count: int = struct.unpack_from(">H", data, hhea + 34)[0]
        self.glyph_count: int = struct.unpack_from(">H", data, self._tables[b"maxp"][0] + 4)[0]
        self._loca, self._glyf = self._tables[b"loca"][0], self._tables[b"glyf"][0]
        self._hmtx = self._tables[b"hmtx"][0]
        self._read_cmap()

    def _thousandths(self, units: float) -> int:
        return round(units * 1000 / self.units_per_em)

    def _read_cmap(self) -> None:
        data, cmap = self._data, self._tables[b"cmap"][0]
        found: dict[tuple[int, int], int] = {}
        for at in range(cmap + 4, cmap + 4 + 8 * struct.unpack_from(">H", data, cmap + 2)[0], 8):
            platform, encoding, offset = struct.unpack_from(">HHL", data, at)
            found[(platform, encoding)] = cmap + offset
        wide = found.get((3, 10), found.get((0, 4)))
        narrow = found.get((3, 1), found.get((0, 3)))
        if wide is not None and struct.unpack_from(">H", data, wide)[0] == 12:
            (count,) = struct.unpack_from(">L", data, wide + 12)
            numbers = array("I", data[wide + 16 : wide + 16 + 12 * count])
            numbers.byteswap()
            self._starts, self._ends, self._firsts = numbers[0::3], numbers[1::3], numbers[2::3]
        elif narrow is not None and struct.unpack_from(">H", data, narrow)[0] == 4:
            self._read_cmap4(narrow)
        else:
            raise NotTrueTypeError(self.path.name)

    def _read_cmap4(self, at: int) -> None:
        """Convert format 4 to the arrays of format 12: one group for each run of codes."""
        data = self._data
        count = struct.unpack_from(">H", data, at + 6)[0] // 2
        ends = struct.unpack_from(f">{count}H", data, at + 14)
        starts = struct.unpack_from(f">{count}H", data, at + 16 + 2 * count)
        deltas = struct.unpack_from(f">{count}H", data, at + 16 + 4 * count)
        offset_at = at + 16 + 6 * count
        offsets = struct.unpack_from(f">{count}H", data, offset_at)
        self._starts, self._ends, self._firsts = array("I"), array("I"), array("I")
        for i, (start, end) in enumerate(zip(starts, ends, strict=True)):
            for code in range(start, end + 1) if offsets[i] else (start,):
                glyph = code
                if offsets[i]:
                    where = offset_at + 2 * i + offsets[i] + 2 * (code - start)
                    glyph = struct.unpack_from(">H", data, where)[0] if where < len(data) else 0
                if offsets[i] and glyph == 0:
                    continue
                self._starts.append(code)
                self._ends.append(code if offsets[i] else end)
                self._firsts.append((glyph + deltas[i]) & 0xFFFF)

    def glyph(self, code: int) -> int:
        """Return the glyph number of the character ``code``; 0 if the font does not draw it.

        A character with an empty outline that is not a space counts as not drawn, because it would
        leave a gap in a name.
        """
        at = bisect_right(self._starts, code) - 1
        if at < 0 or code > self._ends[at]:
            return 0
        number = self._firsts[at] + code - self._starts[at]
        if not 0 < number < self.glyph_count:
            return 0
        begin, end = self._extent(number)
        if begin == end and not chr(code).isspace():
            return 0
        return number

    def advance(self, glyph: int) -> int:
        """Return the width of ``glyph`` in thousandths of an em."""
        at = self._hmtx + 4 * min(glyph, self._wide_count - 1)
        return self._thousandths(struct.unpack_from(">H", self._data, at)[0])

    def _extent(self, glyph: int) -> tuple[int, int]:
        if self._long_loca:
            begin, end = struct.unpack_from(">LL", self._data, self._loca + 4 * glyph)
        else:
            begin, end = (
                2 * v for v in struct.unpack_from(">HH", self._data, self._loca + 2 * glyph)
            )
        return begin, end

    def _outline(self, glyph: int) -> bytes:
        begin, end = self._extent(glyph)
        return self._data[self._glyf + begin : self._glyf + end]

    @cached_property
    def postscript_name(self) -> str:
        """The PostScript name (name 6 of the name table), reduced to letters valid in /BaseFont."""
        at = self._tables[b"name"][0]
        count, strings = struct.unpack_from(">HH", self._data, at + 2)
        for record in range(at + 6, at + 6 + 12 * count, 12):
            platform, _, _, name, length, offset = struct.unpack_from(">6H", self._data, record)
            if name == 6 and platform in (0, 3):
                start = at + strings + offset
                text = self._data[start : start + length].decode("utf-16-be", "replace")
                return "".join(c for c in text if c.isascii() and (c.isalnum() or c == "-"))
        return "".join(c for c in self.path.stem if c.isascii() and c.isalnum())

    @cached_property
    def cap_height(self) -> int:
        """Height of the capital letter H, in thousandths of an em."""
        begin, end = self._extent(self.glyph(ord("H")))
        if begin == end:
            return self.ascent
        return self._thousandths(struct.unpack_from(">h", self._data, self._glyf + begin + 8)[0])

    def subset(self, glyphs: Sequence[int | None]) -> bytes:
        """Return a TrueType font whose glyph *i* is ``glyphs[i]``, for the FontFile2 of a PDF.

        The parts of composite glyphs are appended. The font has no cmap and no names, because the
        PDF maps the codes, and no hinting. The first glyph should be 0 (.notdef); ``None`` makes an
        empty glyph.
        """
        wanted = list(glyphs)
        place = {glyph: i for i, glyph in enumerate(wanted) if glyph is not None}
        pieces: list[bytes] = []
        places = [0]
        metrics: list[bytes] = []
        length = 0
        done = 0
        while done < len(wanted):  # composite glyphs append to the list inside the loop
            glyph = wanted[done]
            outline = b"" if glyph is None else self._outline(glyph)
            if outline[:1] >= b"\x80":  # contour count below 0
                outline = self._renumber(outline, place, wanted)
            elif outline:
                outline = _unhinted(outline)
            pieces.append(outline)
            length += len(outline)
            if length % 2:  # a short loca table stores offsets divided by two
                pieces.append(b"\0")
                length += 1
            places.append(length)
            metrics.append(bytes(4) if glyph is None else self._metric(glyph))
            done += 1
        return self._assemble(b"".join(pieces), places, b"".join(metrics), len(wanted))

    def _metric(self, glyph: int) -> bytes:
        if glyph < self._wide_count:
            at = self._hmtx + 4 * glyph
            return self._data[at : at + 4]
        last = self._hmtx + 4 * (self._wide_count - 1)
        bearing = self._hmtx + 4 * self._wide_count + 2 * (glyph - self._wide_count)
        return self._data[last : last + 2] + self._data[bearing : bearing + 2]

    def _renumber(self, outline: bytes, place: dict[int, int], wanted: list[int | None]) -> bytes:
        renumbered = bytearray(outline)
        for at, part, _ in self._parts(outline):
            if part not in place:
                place[part] = len(wanted)
                wanted.append(part)
            (flags,) = struct.unpack_from(">H", renumbered, at - 2)
            struct.pack_into(">HH", renumbered, at - 2, flags & ~_INSTRUCTIONS, place[part])
        return bytes(renumbered)

    @staticmethod
    def _parts(outline: bytes) -> list[tuple[int, int, tuple[int, int]]]:
        """Return the parts of a composite glyph.

        For each part: offset of its glyph number in ``outline``, the number, its shift in units.
        """
        parts = []
        at = 10
        while True:
            flags, part = struct.unpack_from(">HH", outline, at)
            shift = struct.unpack_from(">hh" if flags & _ARGS_ARE_WORDS else ">bb", outline, at + 4)
            parts.append((at + 2, part, shift if flags & _ARGS_ARE_XY else (0, 0)))
            at += 8 if flags & _ARGS_ARE_WORDS else 6
            at += 2 * bool(flags & _HAS_SCALE) + 4 * bool(flags & _HAS_XY_SCALE)
            at += 8 * bool(flags & _HAS_MATRIX)
            if not flags & _MORE_COMPONENTS:
                return parts

    def _assemble(self, glyf: bytes, places: list[int], hmtx: bytes, count: int) -> bytes:
        head = bytearray(self._table(b"head"))
        long = places[-1] > _SHORT_LOCA
        struct.pack_into(">h", head, 50, long)
        loca = array("I", places) if long else array("H", [place // 2 for place in places])
        hhea = bytearray(self._table(b"hhea"))
        struct.pack_into(">H", hhea, 34, count)
        maxp = bytearray(self._table(b"maxp"))
        struct.pack_into(">H", maxp, 4, count)
        tables = {
            b"glyf": glyf,
            b"head": bytes(head),
            b"hhea": bytes(hhea),
            b"hmtx": hmtx,
            b"loca": _big_endian(loca),
            b"maxp": bytes(maxp),
        }
        power = 1 << (len(tables).bit_length() - 1)
        header = struct.pack(
            ">LHHHH",
            0x00010000,
            len(tables),
            16 * power,
            power.bit_length() - 1,
            16 * (len(tables) - power),
        )
        directory, bodies = [header], []
        offset = 12 + 16 * len(tables)
        for tag, body in tables.items():
            # Checksums stay 0: PDF readers ignore them, and computing them would take longer than
            # the rest of this method.
            directory.append(struct.pack(">4sLLL", tag, 0, offset, len(body)))
            padding = -len(body) % 4
            bodies += [body, bytes(padding)]
            offset += len(body) + padding
        return b"".join(directory + bodies)

    def _table(self, tag: bytes) -> bytes:
        offset, length = self._tables.get(tag, (0, 0))
        return self._data[offset : offset + length]

    def contours(self, glyph: int) -> list[list[Point]]:
        """Return the outline of ``glyph`` as quadratic contours, for text drawn as a path."""
        outline = self._outline(glyph)
        if not outline:
            return []
        (count,) = struct.unpack_from(">h", outline, 0)
        if count < 0:
            found = []
            for _, part, (dx, dy) in self._parts(outline):
                shift_x, shift_y = self._thousandths(dx), self._thousandths(dy)
                found += [
                    [(x + shift_x, y + shift_y, on) for x, y, on in contour]
                    for contour in self.contours(part)
                ]
            return found
        return self._simple_contours(outline, count)

    def _simple_contours(self, outline: bytes, count: int) -> list[list[Point]]:
        ends = struct.unpack_from(f">{count}H", outline, 10)
        at = 10 + 2 * count
        at += 2 + struct.unpack_from(">H", outline, at)[0]
        total = ends[-1] + 1
        flags: list[int] = []
        while len(flags) < total:
            flag = outline[at]
            at += 1
            flags.append(flag)
            if flag & _REPEAT:
                flags += [flag] * outline[at]
                at += 1
        xs, at = self._coordinates(outline, at, flags, _X_SHORT, _X_SAME)
        ys, at = self._coordinates(outline, at, flags, _Y_SHORT, _Y_SAME)
        scale = 1000 / self.units_per_em
        points = [
            (x * scale, y * scale, bool(flag & _ON_CURVE))
            for x, y, flag in zip(xs, ys, flags, strict=True)
        ]
        begins = (0, *(end + 1 for end in ends))
        return [points[begin : end + 1] for begin, end in zip(begins, ends, strict=False)]

    @staticmethod
    def _coordinates(
        outline: bytes, at: int, flags: list[int], short: int, same: int
    ) -> tuple[list[int], int]:
        values, value = [], 0
        for flag in flags:
            if flag & short:
                value += outline[at] if flag & same else -outline[at]
                at += 1
            elif not flag & same:
                value += struct.unpack_from(">h", outline, at)[0]
                at += 2
            values.append(value)
        return values, at
