"""`PdfFile` reads every object of a file, and with the same values as qpdf."""

from __future__ import annotations

from decimal import Decimal
from io import BytesIO
from typing import Any

import pikepdf
import pytest
from hypothesis import given
from hypothesis import strategies as st

from printing.documents import Edition, render
from printing.pdf.file import PdfFile, Stream
from printing.pdf.syntax import MalformedPdfError, Ref, Value, read_value, text_of

from ..raw_pdf import Draft, assembled, stream
from ..samples_more import EVERY


def as_qpdf_reads(found: object) -> Value:
    """Convert a value of pikepdf to the type that `PdfFile` returns."""
    if isinstance(found, pikepdf.Object) and found.is_indirect:
        return Ref(*found.objgen)
    return _direct(found)


def _direct(found: object) -> Value:
    if isinstance(found, pikepdf.Dictionary):
        return {key: as_qpdf_reads(value) for key, value in found.items()}
    if isinstance(found, pikepdf.Array):
        return [as_qpdf_reads(value) for value in found]
    if isinstance(found, pikepdf.Name):
        return str(found)
    if isinstance(found, pikepdf.String):
        return bytes(found)
    return float(found) if isinstance(found, Decimal) else found


def saved(pdf: bytes, **options: Any) -> bytes:
    """Return ``pdf`` rewritten by qpdf."""
    out = BytesIO()
    with pikepdf.open(BytesIO(pdf)) as opened:
        opened.save(out, **options)
    return out.getvalue()


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"object_stream_mode": pikepdf.ObjectStreamMode.generate},
        {"object_stream_mode": pikepdf.ObjectStreamMode.disable},
        {"linearize": True},
        {"qdf": True, "object_stream_mode": pikepdf.ObjectStreamMode.disable},
    ],
    ids=["as it is", "object streams", "none", "linearized", "qdf"],
)
def test_objects_are_read_as_by_qpdf(options: dict[str, object]) -> None:
    pdf = render(EVERY["loan_use_certificate"], sample=False, edition=Edition.LARGE)
    assert isinstance(pdf, bytes)
    pdf = saved(pdf, **options)
    file, seen = PdfFile(pdf), 0
    with pikepdf.open(BytesIO(pdf)) as opened:
        for place in file.places():
            value = file.read(place)
            theirs = opened.get_object(place.number, place.generation)
            if isinstance(value, Stream):
                assert isinstance(theirs, pikepdf.Stream)
                assert value.raw == theirs.read_raw_bytes()
                stated = {key: as_qpdf_reads(each) for key, each in theirs.stream_dict.items()}
                assert value.entries | {"/Length": 0} == stated | {"/Length": 0}
            else:
                assert value == _direct(theirs)
            seen += 1
        numbers = {
            number for number in range(1, int(opened.trailer.Size)) if exists(opened, number)
        }
    assert numbers <= {place.number for place in file.places()}
    assert seen > 50
    assert not file.unnamed_object()


def exists(opened: pikepdf.Pdf, number: int) -> bool:
    """Return whether the object exists and is not a cross-reference table."""
    found = opened.get_object(number, 0)
    is_table = isinstance(found, pikepdf.Stream) and found.get("/Type") == "/XRef"
    return found is not None and not is_table


def test_all_versions_of_an_object_are_found() -> None:
    first = assembled({1: b"<</Type/Catalog/Pages 2 0 R>>", 2: b"<<>>", 8: b"(old)"})
    begin = first.rindex(b"xref\n0 1")
    second = b"8 0 obj\n(new)\nendobj\n"
    table = (
        b"xref\n8 1\n%010d 00000 n \ntrailer\n<</Size 9/Root 1 0 R/Prev %d>>\n"
        b"startxref\n%d\n%%%%EOF"
    )
    pdf = first + second + table % (len(first), begin, len(first) + len(second))
    file = PdfFile(pdf)
    versions = [(file.read(p), file.is_current(p)) for p in file.places() if p.number == 8]
    assert sorted(versions) == [(b"new", True), (b"old", False)]
    assert file.resolve(Ref(8, 0)) == b"new"


def test_objects_of_a_hybrid_file_are_found() -> None:
    """A hybrid file, as Word writes it (ISO 32000-1, 7.5.8.4)."""
    pdf = assembled({1: b"<</Type/Catalog/Pages 2 0 R>>", 2: b"<<>>"})
    begin = pdf.rindex(b"xref\n0 1")
    hidden = b"5 0 obj\n(hidden)\nendobj\n"
    at = len(pdf)
    rows = b"\x01" + at.to_bytes(3, "big") + b"\x00"
    table = b"6 0 obj\n%s\nendobj\n" % stream(rows, b"/Type/XRef/Size 7/W[1 3 1]/Index[5 1]")
    pdf += hidden + table
    last = len(pdf)
    trailer = b"<</Size 7/Root 1 0 R/Prev %d/XRefStm %d>>" % (begin, at + len(hidden))
    pdf += b"xref\n5 1\n0000000000 65535 f \ntrailer\n%s\n" % trailer
    pdf += b"startxref\n%d\n%%%%EOF\n" % last
    assert PdfFile(pdf).resolve(Ref(5, 0)) == b"hidden"


def test_freed_object_does_not_exist() -> None:
    pdf = assembled({1: b"<</Type/Catalog/Pages 2 0 R>>", 2: b"<<>>", 5: b"(here)"})
    begin, last = pdf.rindex(b"xref\n0 1"), len(pdf)
    pdf += b"xref\n5 1\n0000000000 00001 f \ntrailer\n<</Size 6/Root 1 0 R/Prev %d>>\n" % begin
    pdf += b"startxref\n%d\n%%%%EOF\n" % last
    file = PdfFile(pdf)
    assert file.resolve(Ref(5, 0)) is None
    assert [file.read(place) for place in file.places() if place.number == 5] == [b"here"]


def test_entry_with_offset_0_is_free() -> None:
    """Some writers mark a free object number with the offset 0; readers find no object then."""
    pdf = assembled({1: b"<</Type/Catalog/Pages 2 0 R>>", 2: b"<<>>", 5: b"(here)"})
    begin, last = pdf.rindex(b"xref\n0 1"), len(pdf)
    pdf += b"xref\n5 1\n0000000000 00000 n \ntrailer\n<</Size 6/Root 1 0 R/Prev %d>>\n" % begin
    pdf += b"startxref\n%d\n%%%%EOF\n" % last
    assert PdfFile(pdf).resolve(Ref(5, 0)) is None


def test_object_freed_by_a_hybrid_table_does_not_exist() -> None:
    """Readers use the table in /XRefStm before that of the earlier revision."""
    pdf = assembled({1: b"<</Type/Catalog/Pages 2 0 R>>", 2: b"<<>>", 5: b"(here)"})
    begin, at = pdf.rindex(b"xref\n0 1"), len(pdf)
    rows = b"\x00" + bytes(3) + b"\x01"
    pdf += b"6 0 obj\n%s\nendobj\n" % stream(rows, b"/Type/XRef/Size 7/W[1 3 1]/Index[5 1]")
    last = len(pdf)
    trailer = b"<</Size 7/Root 1 0 R/Prev %d/XRefStm %d>>" % (begin, at)
    pdf += b"xref\n0 1\n0000000000 65535 f \ntrailer\n%s\nstartxref\n%d\n%%%%EOF\n" % (
        trailer, last
    )  # fmt: skip
    assert PdfFile(pdf).resolve(Ref(5, 0)) is None


@given(st.binary(max_size=60))
def test_strings_are_read_as_qpdf_writes_them(words: bytes) -> None:
    for written in (pikepdf.String(words).unparse(), b"<" + words.hex().encode() + b">"):
        assert read_value(written, 0, len(written)) == (words, len(written))


@given(st.text(st.characters(codec="latin-1", exclude_characters="\0"), min_size=1, max_size=30))
def test_escaped_names_are_read_back(name: str) -> None:
    escaped = "".join(f"#{ord(letter):02X}" for letter in name)
    written = f"/{escaped} ".encode()
    assert read_value(written, 0, len(written)) == ("/" + name, len(written) - 1)


@pytest.mark.parametrize(
    ("written", "value"),
    [
        (b"[1 -2 +3 4. .5 -0.25 true false null]", [1, -2, 3, 4.0, 0.5, -0.25, True, False, None]),
        (b"[1 0 R 2 3 4 0 R]", [Ref(1, 0), 2, 3, Ref(4, 0)]),
        (b"<</A/B/C<</D[]>>>>", {"/A": "/B", "/C": {"/D": []}}),
        (b"(a(b)c\\)\\101\\n\\\nd)", b"a(b)c)A\nd"),
        (b"(a\r\nb\rc)", b"a\nb\nc"),
        (b"<4 1 4>", b"A@"),
        (b" % a comment\n /Name", "/Name"),
    ],
)
def test_values_are_read(written: bytes, value: Value) -> None:
    assert read_value(written, 0, len(written)) == (value, len(written))


@pytest.mark.parametrize(
    "written",
    [b"", b"]", b">>", b"[1", b"<</A>>", b"<</A 1/A 2>>", b"<<1 2>>", b"(a", b"<4G>", b"1.2.3",
     b"/A#G1", b"trueish", b"[" * 40 + b"]" * 40],
)  # fmt: skip
def test_malformed_values_are_refused(written: bytes) -> None:
    with pytest.raises(MalformedPdfError):
        read_value(written, 0, len(written))


@pytest.mark.parametrize(
    ("string", "text"),
    [(b"abc", "abc"), (b"\xfe\xff\x8b\xc1\x66\x0e", "证明"), ("\ufeff证明".encode(), "证明"),
     (b"\xff\xfe\xc1\x8b", "证"), (b"\xe9", "é")],
)  # fmt: skip
def test_text_strings_are_decoded(string: bytes, text: str) -> None:
    assert text_of(string) == text


def test_draft_of_the_other_tests_is_a_valid_file() -> None:
    assert saved(Draft().build())
