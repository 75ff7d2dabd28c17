"""Files that readers parse differently or try to repair."""

from __future__ import annotations

import re
import zlib
from functools import partial

from ...raw_pdf import CONTENT, Draft, Mangle, stream
from .refused import BREAKS, Table

SYNTAX = Table()
_LENGTH = b"/Length %d>>" % len(CONTENT)


def swapped(old: bytes, new: bytes) -> Mangle:
    """Replace ``old`` by ``new``, padded with blanks, so that all offsets stay the same."""
    assert len(new) <= len(old), (old, new)

    def mangle(pdf: bytes) -> bytes:
        assert pdf.count(old) == 1, (old, pdf.count(old))
        return pdf.replace(old, new.ljust(len(old)))

    return mangle


def before_the_table(more: bytes) -> Mangle:
    """Insert ``more`` between the last object and the table."""

    def mangle(pdf: bytes) -> bytes:
        at = pdf.rindex(b"xref\n0 1")
        end = b"startxref\n%d\n%%%%EOF\n" % (at + len(more))
        return pdf[:at] + more + pdf[at : pdf.rindex(b"startxref")] + end

    return mangle


def _offsets_moved(pdf: bytes) -> bytes:
    """Add 3 to the offset in each entry of the table."""
    at = pdf.rindex(b"xref\n0 1")
    table = re.sub(
        rb"(\d{10}) 00000 n", lambda found: b"%010d 00000 n" % (int(found[1]) + 3), pdf[at:]
    )
    return pdf[:at] + table


def _two_entries_swapped(pdf: bytes) -> bytes:
    at = pdf.rindex(b"xref\n0 1")
    entries = re.findall(rb"\d{10} 00000 n", pdf[at:])
    return pdf[:at] + pdf[at:].replace(entries[2], b"?").replace(entries[3], entries[2]).replace(
        b"?", entries[3]
    )


def _second_content(pdf: bytes) -> bytes:
    """Add a second object 4, which readers find if they repair the file."""
    return before_the_table(b"4 0 obj\n" + stream(b"1 0 0 rg 0 0 595 842 re f") + b"\nendobj\n")(
        pdf
    )


def _own_revision(more: bytes) -> Mangle:
    """Append a revision with the table entries ``more``; it refers to the previous revision."""

    def mangle(pdf: bytes) -> bytes:
        begin = int(re.findall(rb"startxref\n(\d+)", pdf)[-1])
        trailer = b"trailer\n<</Size 30/Root 1 0 R/Prev %d>>\n" % begin
        return pdf + b"xref\n%s%sstartxref\n%d\n%%%%EOF\n" % (more, trailer, len(pdf))

    return mangle


def _loop(pdf: bytes) -> bytes:
    at = pdf.rindex(b"xref\n0 1")
    return pdf.replace(b"/Root 1 0 R/Info 8 0 R", b"/Root 1 0 R/Prev %5d" % at)


def _stream_table(entries: bytes, rows: bytes) -> bytes:
    """Return the valid file with a second revision that has a cross-reference stream."""
    pdf = Draft().build()
    begin = int(re.findall(rb"startxref\n(\d+)", pdf)[-1])
    table = stream(rows, b"/Type/XRef/Root 1 0 R/Prev %d%s" % (begin, entries))
    return pdf + b"30 0 obj\n%s\nendobj\nstartxref\n%d\n%%%%EOF\n" % (table, len(pdf))


def object_stream(
    numbers: bytes, content: bytes, count: int, rows: list[tuple[int, int, int]]
) -> bytes:
    """Return the valid file with a second revision: object stream 29, and a table with ``rows``.

    Each row is an object number, the number of its object stream, and its index in the stream.
    """
    pdf = Draft().build()
    begin = int(re.findall(rb"startxref\n(\d+)", pdf)[-1])
    pack = b"29 0 obj\n%s\nendobj\n" % stream(
        numbers + content, b"/Type/ObjStm/N %d/First %d" % (count, len(numbers)), packed=True
    )
    at = len(pdf) + len(pack)
    entries = [(29, 1, len(pdf), 0), (30, 1, at, 0), *((n, 2, a, b) for n, a, b in rows)]
    entries.sort()
    index = b" ".join(b"%d 1" % entry[0] for entry in entries)
    packed = b"".join(
        bytes([kind]) + a.to_bytes(4, "big") + b.to_bytes(2, "big") for _, kind, a, b in entries
    )
    table = stream(
        zlib.compress(packed),
        b"/Type/XRef/Size 31/W[1 4 2]/Index[%s]/Root 1 0 R/Prev %d/Filter/FlateDecode"
        % (index, begin),
    )
    return pdf + pack + b"30 0 obj\n%s\nendobj\nstartxref\n%d\n%%%%EOF\n" % (table, at)


for _name, _detail, _mangle in (
    (
        "duplicate_key",
        "a duplicate key",
        swapped(b"/V 5 0 R/P 3 0 R", b"/V 5 0 R/V 5 0 R"),
    ),
    ("table_that_points_elsewhere", "points to a different object", _offsets_moved),
    ("table_with_two_entries_swapped", "points to a different object", _two_entries_swapped),
    ("second_object_of_one_number", "no cross-reference table lists", _second_content),
    (
        "hidden_object_that_acts",
        "no cross-reference table lists",
        before_the_table(b"40 0 obj\n<</S/JavaScript/JS(1)>>\nendobj\n"),
    ),
    (
        "stream_longer_than_stated",
        "length differs from the stated one",
        swapped(_LENGTH, b"/Length 40>>"),
    ),
    (
        "stream_without_a_length",
        "without its length",
        swapped(_LENGTH, b"/Nothing 7>>"),
    ),
    (
        "stream_of_negative_length",
        "without its length",
        swapped(_LENGTH, b"/Length -1>>"),
    ),
    (
        "object_without_an_end",
        "without its end",
        swapped(b"/Producer(test)>>\nendobj", b"/Producer(test)>>\nendobX"),
    ),
    (
        "string_without_its_end",
        "a string without an end",
        swapped(b"/Producer(test)", b"/Producer(tes("),
    ),
    (
        "name_with_a_stray_number_sign",
        "a number sign in a name",
        swapped(b"/Producer(test)", b"/Produ#rr(tes)"),
    ),
    (
        "name_with_a_null",
        "a number sign in a name",
        swapped(b"/Producer(test)", b"/Produ#00(tes)"),
    ),
    (
        "bracket_that_closes_another",
        "mismatched brackets",
        swapped(b"/Kids[3 0 R]/Count 1>>", b"/Kids[3 0 R>>/Count 1"),
    ),
    (
        "reference_of_another_generation",
        "another generation",
        swapped(b"/Contents 4 0 R", b"/Contents 4 1 R"),
    ),
    (
        "catalog_that_is_missing",
        "the catalog has an invalid type",
        swapped(b"/Root 1 0 R", b"/Root 4 0 R"),
    ),
    ("tables_in_a_cycle", "an invalid cross-reference table", _loop),
    (
        "start_that_is_off_by_one",
        "an invalid cross-reference stream",
        lambda pdf: re.sub(
            rb"startxref\n(\d+)", lambda found: b"startxref\n%d" % (int(found[1]) + 2), pdf
        ),
    ),
    ("bytes_after_the_end", "no startxref at the end", lambda pdf: pdf + b"% more\n"),
    (
        "start_within_a_comment",
        "no startxref",
        lambda pdf: pdf.replace(b"\n%%EOF\n", b" %%%EOF\n%%EOF\n"),
    ),
    (
        "two_catalogs",
        "two catalogs",
        lambda pdf: _own_revision(b"0 1\n0000000000 65535 f \n")(pdf).replace(
            b"/Size 30/Root 1 0 R", b"/Size 30/Root 2 0 R"
        ),
    ),
    (
        "table_that_names_an_object_twice",
        "lists twice",
        lambda pdf: _own_revision(
            b"4 1\n%010d 00000 n \n4 1\n0000000015 00000 n \n" % pdf.index(b"4 0 obj")
        )(pdf),
    ),
    (
        "table_that_is_cut_off",
        "an invalid cross-reference table",
        _own_revision(b"4 9\n0000000015 00000 n \n"),
    ),
    (
        "table_of_words",
        "an invalid cross-reference table",
        _own_revision(b"4 1\nabcdefghij 00000 n \n"),
    ),
):
    SYNTAX.mangled(_name, BREAKS, _detail, _mangle)

for _name, _detail, _entries, _rows in (
    ("table_stream_without_widths", "without widths", b"/Size 5", b"12345"),
    ("table_stream_of_another_length", "of the wrong length", b"/Size 5/W[1 2 1]", b"12345"),
    ("table_stream_of_an_unknown_type", "unknown type", b"/Size 1/W[1 2 1]", b"\x07\0\0\0"),
    ("table_stream_of_wide_fields", "without widths", b"/Size 1/W[1 99 1]", bytes(101)),
    ("table_stream_of_negative_numbers", "without numbers", b"/Index[0 -5]/W[1 2 1]", b""),
):
    SYNTAX.built(
        _name,
        BREAKS,
        _detail,
        partial(_stream_table, _entries, _rows),
    )
for _name, _detail, _numbers, _content, _count, _packed in (
    (
        "object_stream_with_a_head_of_words",
        "with an invalid header",
        b"21 a ",
        b"null",
        1,
        [(21, 29, 0)],
    ),
    (
        "object_stream_that_counts_too_many",
        "with an invalid header",
        b"21 0 ",
        b"null",
        2,
        [(21, 29, 0)],
    ),
    (
        "object_stream_of_overlapping_objects",
        "overlap",
        b"21 0 22 0 ",
        b"[1 2 3]",
        2,
        [(21, 29, 0), (22, 29, 1)],
    ),
    (
        "object_stream_of_other_numbers",
        "points to a different object",
        b"22 0 ",
        b"null",
        1,
        [(21, 29, 0)],
    ),
    (
        "object_stream_index_beyond_the_end",
        "points to a different object",
        b"21 0 ",
        b"null",
        1,
        [(21, 29, 5)],
    ),
    (
        "object_stream_with_more_than_an_object",
        "bytes after an object",
        b"21 0 ",
        b"null true",
        1,
        [(21, 29, 0)],
    ),
    (
        "object_stream_that_is_missing",
        "an object stream that is missing",
        b"21 0 ",
        b"null",
        1,
        [(21, 77, 0)],
    ),
    (
        "object_stream_of_another_type",
        "an invalid object stream",
        b"21 0 ",
        b"null",
        1,
        [(21, 4, 0)],
    ),
):
    SYNTAX.built(
        _name,
        BREAKS,
        _detail,
        partial(object_stream, _numbers, _content, _count, _packed),
    )

for _name, _head in (
    ("far_from_its_generation", b"40" + b" " * 60 + b"0 obj"),
    ("far_from_its_keyword", b"40 0" + b"\n" * 60 + b"obj"),
    ("behind_a_comment", b"40 % a comment\n0 % another one\nobj"),
):
    SYNTAX.mangled(
        f"hidden_object_whose_number_is_{_name}",
        BREAKS,
        "no cross-reference table lists",
        before_the_table(_head + b"\n<<>>\nendobj\n"),
    )


def _linearized() -> bytes:
    """Return a file that states at its beginning that it is linearized as a whole."""
    head = b"<</Linearized 1/L %010d/H[500 20]/O 3/E 900/N 1/T 900>>"
    length = len(Draft(objects=[head % 0]).build())
    return Draft(objects=[head % length]).build()


SYNTAX.built("linearized_as_a_whole", BREAKS, "linearized", _linearized)
