"""Read all objects of a PDF file, strictly and in bounded time.

For `printing.seal.content`. If a cross-reference table is damaged, viewers search the file for
objects themselves, and may then show a different document. So this reader accepts a file only if
each entry of each table points exactly to its object. It also gives access to old versions of an
object, because they are still in the file after a later revision has replaced them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

from .filters import unpacked
from .syntax import MalformedPdfError, Ref, Value, match_space, read_value

MAX_OBJECTS = 50_000
"""Greatest number of entries in all tables. A hundred tagged pages have 25,000 objects."""
MAX_REVISIONS = 32
"""Greatest number of cross-reference sections. A signed file has two to four; each later signature
adds one or two."""
MAX_VALUE_BYTES = 4 * 1024 * 1024
"""Greatest size of all values outside of streams or in object streams: a hundred tagged pages have
2 MB. Reading the greatest size takes at most a second."""
MAX_DECODED = 64 * 1024 * 1024
"""Greatest size of all streams decoded here: content, tables, object streams."""
_MAX_FILTERS = 3
"""Greatest number of filters of one stream: writers use one, or two if the file must be text."""

_HEADER = re.compile(rb"(\d{1,10})[\0\t\n\f\r ]+(\d{1,5})[\0\t\n\f\r ]+obj")
_KEYWORD = re.compile(rb"(?<=[\0\t\n\f\r ])obj")
_BLANKS = b"\0\t\n\f\r "
_MAX_BLANKS = 32
"""Greatest number of blanks between the offset in a table and the object: some writers store the
offset of the line end before the object."""
_START = re.compile(rb"startxref[\0\t\n\f\r ]+(\d{1,10})[\0\t\n\f\r ]+%%EOF[\0\t\n\f\r ]*\Z")
_SUBSECTION = re.compile(rb"[\0\t\n\f\r ]*(\d{1,10}) +(\d{1,10})[ \t]*(?:\r\n|\n|\r)")
_ENTRY = re.compile(rb"(\d{10}) (\d{5}) ([nf])(?: \r| \n|\r\n)")
_ENTRY_BYTES = 20
_TRAILER = re.compile(rb"[\0\t\n\f\r ]*trailer")
_STREAM = re.compile(rb"stream[\0\t\f ]*(?:\r\n|\n)")
_STREAM_END = re.compile(rb"[\0\t\n\f\r ]{0,4}endstream")
_OBJECT_END = re.compile(rb"endobj")


class Place(NamedTuple):
    """The position of one version of an object."""

    number: int
    generation: int
    at: int
    """The offset in the file, or the index in the object stream."""
    stream: int | None
    """The offset of the object stream; ``None`` if the object is not in one."""


@dataclass(slots=True)
class Stream:
    """A stream: its dictionary and its encoded bytes."""

    entries: dict[str, Value]
    raw: bytes = field(repr=False)


@dataclass(slots=True)
class _Pack:
    """A decoded object stream: the number of each object, and its offset in ``content``."""

    numbers: list[int]
    starts: list[int]
    content: bytes


@dataclass(slots=True, eq=False)
class _Section:
    """The table of one revision.

    ``loose``: objects directly in the file (generation, offset). ``packed``: objects in object
    streams (stream number, index). ``free``: object numbers not in use.
    """

    loose: dict[int, tuple[int, int]] = field(default_factory=dict)
    packed: dict[int, tuple[int, int]] = field(default_factory=dict)
    free: set[int] = field(default_factory=set)
    places: dict[int, Place] = field(default_factory=dict)


class PdfFile:
    """A PDF file in memory, with access to its objects.

    :raises MalformedPdfError: the file breaks the standard or a limit.
    """

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._values: dict[Place, Value] = {}
        self._packs: dict[int, _Pack] = {}
        self._value_budget = MAX_VALUE_BYTES
        self._decode_budget = MAX_DECODED
        self._entries = 0
        self._sections: list[_Section] = []
        self.trailers: list[dict[str, Value]] = []
        """The trailer of each section, newest first; for a table stream, its dictionary."""
        self._table_places: set[int] = set()
        self._read_sections()
        for age, section in enumerate(self._sections):
            section.places = self._places_of(section, age)
        self._current = self._newest()

    def place(self, ref: Ref) -> Place | None:
        """Return the position of the newest version of ``ref``, or ``None`` if it does not exist.

        :raises MalformedPdfError: the object has a different generation.
        """
        found = self._current.get(ref.number)
        if found is not None and found.generation != ref.generation:
            raise MalformedPdfError("a reference to another generation")
        return found

    def resolve(self, value: Value) -> Value:
        """Return ``value``, or the object that it refers to; ``None`` if that does not exist."""
        for _ in range(2):
            if not isinstance(value, Ref):
                return value
            place = self.place(value)
            value = None if place is None else self.read(place)
        raise MalformedPdfError("a reference to a reference")

    def places(self) -> Iterator[Place]:
        """Yield the positions of all versions of all objects, except the table streams."""
        everything = (place for section in self._sections for place in section.places.values())
        for place in dict.fromkeys(everything):
            if place.stream is not None or place.at not in self._table_places:
                yield place

    def is_current(self, place: Place) -> bool:
        """Return whether this is the newest version of the object."""
        return self._current.get(place.number) == place

    def matches(self, place: Place, pattern: re.Pattern[bytes]) -> bool:
        """Return whether the bytes of the object at ``place``, not yet parsed, match ``pattern``.

        ``pattern`` must accept the end of an object: ``\\Z`` in an object stream, else ``endobj``.
        """
        if place.stream is None:
            return pattern.match(self._data, self._behind_header(place)) is not None
        pack = self._pack(place.stream)
        begin, end = self._packed_range(pack, place)
        return pattern.match(pack.content, begin, end) is not None

    def read(self, place: Place) -> Value:
        """Return the object at ``place``."""
        if place in self._values:
            return self._values[place]
        if place.stream is None:
            value = self._read_loose(place)
        else:
            pack = self._pack(place.stream)
            begin, end = self._packed_range(pack, place)
            value, after = self._value(pack.content, begin, end)
            if after != end:
                raise MalformedPdfError("bytes after an object in an object stream")
        self._values[place] = value
        return value

    def unnamed_object(self) -> bool:
        """Return whether the file contains an object that no table lists."""
        named = set(self._table_places)
        for section in self._sections:
            named |= {place.at for place in section.places.values() if place.stream is None}
        data, last = self._data, 0
        for keyword in _KEYWORD.finditer(data):
            start = _header_in(data[last : keyword.start()])
            if start == -1 or (start is not None and last + start not in named):
                return True
            last = keyword.end()  # so each byte is read only once
        return False

    def decode(self, stream: Stream) -> bytes:
        """Return the decoded bytes of ``stream``.

        :raises MalformedPdfError: the filter is not for text, or the data is damaged or too large.
        """
        names = self.resolve(stream.entries.get("/Filter")) or []
        names = names if isinstance(names, list) else [names]
        parameters = self.resolve(stream.entries.get("/DecodeParms")) or []
        parameters = parameters if isinstance(parameters, list) else [parameters]
        if len(names) > _MAX_FILTERS:
            raise MalformedPdfError("too many filters on one stream")
        data = stream.raw
        for place, name in enumerate(names):
            settings = self.resolve(parameters[place]) if place < len(parameters) else None
            data = unpacked(
                data,
                self.resolve(name),
                {key: self.resolve(each) for key, each in (settings or {}).items()},
                limit=self._decode_budget + 1,
            )
            self._decode_budget -= len(data)
            if self._decode_budget < 0:
                raise MalformedPdfError(f"streams unpack to more than {MAX_DECODED} bytes")
        return data

    # -- tables ----------------------------------------------------------------------------------

    def _read_sections(self) -> None:
        tail = self._data.rfind(b"startxref")
        found = _START.match(self._data, tail) if tail >= 0 else None
        if found is None:
            raise MalformedPdfError("no startxref at the end")
        at: Value = int(found[1])
        seen: set[int] = set()
        while at is not None:
            if type(at) is not int or at in seen or not 0 <= at < len(self._data):
                raise MalformedPdfError("an invalid cross-reference table")
            seen.add(at)
            if len(seen) > MAX_REVISIONS:
                raise MalformedPdfError(f"more than {MAX_REVISIONS} revisions")
            at = self._read_section(at)

    def _read_section(self, at: int) -> Value:
        """Read the section at ``at``; return the offset of the previous one, or ``None``."""
        at = match_space(self._data, at).end()
        section = _Section()
        if self._data.startswith(b"xref", at):
            trailer = self._read_table(section, at + 4)
            self._sections.append(section)
            self.trailers.append(trailer)
            hidden = trailer.get("/XRefStm")
            if hidden is not None:
                # A hybrid file: further entries for readers of PDF 1.5 and later (7.5.8.4).
                if type(hidden) is not int or not 0 <= hidden < len(self._data):
                    raise MalformedPdfError("an invalid cross-reference stream")
                more = _Section()
                self._read_table_stream(more, hidden)
                _add_hidden(section, more)
        else:
            trailer = self._read_table_stream(section, at)
            self._sections.append(section)
            self.trailers.append(trailer)
        return trailer.get("/Prev")

    def _read_table(self, section: _Section, at: int) -> dict[str, Value]:
        data = self._data
        while not (trailer := _TRAILER.match(data, at)):
            head = _SUBSECTION.match(data, at)
            if head is None:
                raise MalformedPdfError("an invalid cross-reference table")
            first, count = int(head[1]), int(head[2])
            self._count(count)
            at = head.end() + count * _ENTRY_BYTES
            rows = _ENTRY.findall(data, head.end(), min(at, len(data)))
            if len(rows) != count:
                raise MalformedPdfError("an invalid cross-reference table")
            for number, (place, generation, kind) in enumerate(rows, first):
                # Some writers mark a free object number with the offset 0.
                if kind == b"n" and int(place):
                    self._add(section, number, loose=(int(generation), int(place)))
                else:
                    self._add(section, number)
        value, _ = read_value(data, trailer.end(), len(data))
        if not isinstance(value, dict):
            raise MalformedPdfError("an invalid trailer")
        return value

    def _read_table_stream(self, section: _Section, at: int) -> dict[str, Value]:
        place = self._header_start(at)
        header = _HEADER.match(self._data, place)
        if header is None:
            raise MalformedPdfError("an invalid cross-reference stream")
        self._table_places.add(place)
        table = self._read_loose(Place(int(header[1]), int(header[2]), place, None))
        if not isinstance(table, Stream) or table.entries.get("/Type") != "/XRef":
            raise MalformedPdfError("an invalid cross-reference stream")
        entries = table.entries
        widths: Value = entries.get("/W")
        index: Value = entries.get("/Index", [0, entries.get("/Size")])
        if not (_whole(widths) and len(widths) == 3 and max(widths) <= 8 and sum(widths)):
            raise MalformedPdfError("a cross-reference stream without widths")
        if not (_whole(index) and len(index) % 2 == 0):
            raise MalformedPdfError("a cross-reference stream without numbers")
        count = sum(index[1::2])
        self._count(count)
        rows = self.decode(table)
        kind_end, place_end, width = widths[0], widths[0] + widths[1], sum(widths)
        if len(rows) != count * width:
            raise MalformedPdfError("a cross-reference stream of the wrong length")
        number_of = (n for first, many in zip(index[::2], index[1::2], strict=True)
                     for n in range(first, first + many))  # fmt: skip
        whole = int.from_bytes
        add = self._add
        for begin, number in zip(range(0, len(rows), width), number_of, strict=True):
            row = rows[begin : begin + width]
            kind = whole(row[:kind_end], "big") if kind_end else 1
            middle, last = whole(row[kind_end:place_end], "big"), whole(row[place_end:], "big")
            if kind == 1 and middle:
                add(section, number, loose=(last, middle))
            elif kind == 2:
                add(section, number, packed=(middle, last))
            elif kind in (0, 1):
                add(section, number)
            else:
                raise MalformedPdfError("a cross-reference entry of an unknown type")
        return entries

    def _count(self, entries: int) -> None:
        self._entries += entries
        if self._entries > MAX_OBJECTS:
            raise MalformedPdfError(f"more than {MAX_OBJECTS} objects")

    def _add(
        self,
        section: _Section,
        number: int,
        *,
        loose: tuple[int, int] | None = None,
        packed: tuple[int, int] | None = None,
    ) -> None:
        if number in section.loose or number in section.packed or number in section.free:
            raise MalformedPdfError("an object that one table lists twice")
        if loose is not None and number:
            section.loose[number] = loose
        elif packed is not None and number:
            section.packed[number] = packed
        else:
            section.free.add(number)

    def _newest(self) -> dict[int, Place]:
        found: dict[int, Place] = {}
        gone: set[int] = set()
        for section in self._sections:
            for number, place in section.places.items():
                if number not in gone:
                    found.setdefault(number, place)
            gone |= section.free
            gone -= found.keys()
        return found

    def _places_of(self, section: _Section, age: int) -> dict[int, Place]:
        places = {}
        for number, (generation, at) in section.loose.items():
            places[number] = Place(number, generation, self._header_start(at), None)
        holders: dict[int, int] = {}
        for number, (stream, index) in section.packed.items():
            if stream not in holders:
                holders[stream] = self._holder(stream, age)
            places[number] = Place(number, 0, index, holders[stream])
        return places

    def _holder(self, number: int, age: int) -> int:
        """Return the offset of object stream ``number``, from this section or an older one.

        ``age``: index of the section, 0 for the newest.
        """
        for older in self._sections[age:]:
            if number in older.loose:
                return self._header_start(older.loose[number][1])
        raise MalformedPdfError("an object stream that is missing")

    # -- objects ---------------------------------------------------------------------------------

    def _header_start(self, at: int) -> int:
        """Return the offset of the object header for a table entry with the offset ``at``.

        Thousands of entries may have the same offset, so this reads at most `_MAX_BLANKS` bytes.
        """
        return match_space(self._data, at, at + _MAX_BLANKS).end()

    def _behind_header(self, place: Place) -> int:
        header = _HEADER.match(self._data, place.at)
        if header is None or int(header[1]) != place.number or int(header[2]) != place.generation:
            raise MalformedPdfError("an entry that points to a different object")
        return header.end()

    def _read_loose(self, place: Place) -> Value:
        data = self._data
        begin = self._behind_header(place)
        value, at = self._value(data, begin, len(data))
        opening = _STREAM.match(data, at)
        if opening is not None and isinstance(value, dict):
            length = self.resolve(value.get("/Length"))
            if type(length) is not int or not 0 <= length <= len(data) - opening.end():
                raise MalformedPdfError("a stream without its length")
            closing = _STREAM_END.match(data, opening.end() + length)
            if closing is None:
                raise MalformedPdfError("a stream whose length differs from the stated one")
            value = Stream(value, data[opening.end() : opening.end() + length])
            at = match_space(data, closing.end()).end()
        if _OBJECT_END.match(data, at) is None:
            raise MalformedPdfError("an object without its end")
        return value

    def _pack(self, at: int) -> _Pack:
        if at not in self._packs:
            header = _HEADER.match(self._data, at)
            if header is None:
                raise MalformedPdfError("an object stream that is missing")
            stream = self.read(Place(int(header[1]), int(header[2]), at, None))
            self._packs[at] = self._opened(stream)
        return self._packs[at]

    def _opened(self, stream: Value) -> _Pack:
        """Decode an object stream and read its header (ISO 32000-1, 7.5.7)."""
        if not isinstance(stream, Stream) or stream.entries.get("/Type") != "/ObjStm":
            raise MalformedPdfError("an invalid object stream")
        first, count = stream.entries.get("/First"), stream.entries.get("/N")
        content = self.decode(stream)
        if type(first) is not int or type(count) is not int or not 0 <= first <= len(content):
            raise MalformedPdfError("an invalid object stream")
        if not 0 <= count <= MAX_OBJECTS:
            raise MalformedPdfError(f"more than {MAX_OBJECTS} objects")
        words = content[:first].split()
        if len(words) != 2 * count or not all(map(bytes.isdigit, words)):
            raise MalformedPdfError("an object stream with an invalid header")
        head = list(map(int, words))
        numbers, starts = head[::2], [first + start for start in head[1::2]]
        # The offsets must increase, so that no byte belongs to two objects and is read twice.
        if any(a >= b for a, b in pairwise(starts)):
            raise MalformedPdfError("an object stream whose objects overlap")
        return _Pack(numbers, starts, content)

    def _packed_range(self, pack: _Pack, place: Place) -> tuple[int, int]:
        index = place.at
        if index >= len(pack.numbers) or pack.numbers[index] != place.number:
            raise MalformedPdfError("an entry that points to a different object")
        last = index + 1 == len(pack.starts)
        return pack.starts[index], len(pack.content) if last else pack.starts[index + 1]

    def _value(self, data: bytes, at: int, end: int) -> tuple[Value, int]:
        """Return the value at ``at`` and the offset behind it; read no more than the budget."""
        last = min(end, at + self._value_budget)
        try:
            value, after = read_value(data, at, last)
            after = match_space(data, after, last).end()
        except MalformedPdfError as error:
            if last == end or "deep" in str(error):
                raise
            after = last
        if after == last < end:
            raise MalformedPdfError(f"more than {MAX_VALUE_BYTES} bytes of values")
        self._value_budget -= after - at
        return value, after


def _add_hidden(section: _Section, hidden: _Section) -> None:
    """Add the objects of a hybrid file, which the table lists as free for old readers (7.5.8.4)."""
    if (hidden.loose.keys() | hidden.packed.keys()) & section.loose.keys():
        raise MalformedPdfError("an object that one table lists twice")
    section.free |= hidden.free - section.loose.keys()
    section.free -= hidden.loose.keys() | hidden.packed.keys()
    section.loose |= hidden.loose
    section.packed |= hidden.packed


def _header_in(text: bytes) -> int | None:
    """Return the offset of the object number at the end of ``text``, before the word "obj".

    ``None`` if there is no object number. -1 if there is a comment in the header: readers skip
    comments, but ordinary files have none there.
    """
    for _ in range(2):  # step back over the generation, then over the object number
        stripped = text.rstrip(_BLANKS)
        line = stripped[max(stripped.rfind(b"\n"), stripped.rfind(b"\r")) + 1 :]
        between = text[len(stripped) :]
        if b"%" in line and (b"\n" in between or b"\r" in between):
            return -1
        text = stripped.rstrip(b"0123456789")
        if not between or text == stripped:
            return None
    return len(text)


def _whole(values: Value) -> bool:
    return isinstance(values, list) and all(type(v) is int and v >= 0 for v in values)
