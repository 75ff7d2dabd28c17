"""The quick reader reads what pyHanko reads, and where a file is odd it lets pyHanko read it."""

from __future__ import annotations

import zlib
from io import BytesIO
from typing import Any

import pytest
from pyhanko.pdf_utils.reader import PdfFileReader

from printing.documents import Edition, render
from printing.pdf_reader import QuickReader

from . import samples
from .samples_more import EVERY


def read(kind: type[PdfFileReader], pdf: bytes) -> list[str]:
    """Every object of ``pdf``, as ``kind`` reads it."""
    reader: Any = (
        QuickReader(BytesIO(pdf), strict=False)
        if kind is QuickReader
        else PdfFileReader(BytesIO(pdf), strict=False)
    )
    reference = type(reader.trailer.raw_get("/Root").reference)
    numbers = range(1, int(reader.trailer["/Size"]))
    return [written(reader.get_object(reference(number, 0, reader))) for number in numbers]


def written(value: Any) -> str:
    out = BytesIO()
    value.write_to_stream(out, None, None)
    return out.getvalue().decode("latin-1")


@pytest.mark.parametrize("kind", ["insurance_certificate", "report", "loan_use_certificate"])
def test_every_object_is_the_same(kind: str) -> None:
    pdf = render(EVERY[kind], sample=False, edition=Edition.LARGE)
    assert isinstance(pdf, bytes)
    assert len(read(QuickReader, pdf)) > 50
    assert read(QuickReader, pdf) == read(PdfFileReader, pdf)


@pytest.mark.parametrize(
    "head",
    [
        b"4 0 5 9 6",  # a place is missing
        b"4 0 4 9 6 18",  # one number twice
        b"4 0 7 9 6 18",  # another number than the table says
        b"4 0 % 1\n5 9 6 18",  # a comment
        b"4 0 5 x 6 18",
        b"4 0 5 9 6 16",  # in the middle of a value
        b"4 0 5 9 6 18",  # nothing odd
    ],
)
def test_an_odd_head_is_read_as_pyhanko_reads_it(head: bytes) -> None:
    pdf = _with_head(head)
    assert read(QuickReader, pdf) == read(PdfFileReader, pdf)


def _with_head(head: bytes) -> bytes:
    """A file whose objects 4 to 6 lie in an object stream that begins so."""
    first = head.ljust(30) + b"\n"
    body = zlib.compress(first + b"[1 2 3]  <</A/B>> (text)")
    parts = [
        b"1 0 obj\n<</Type/Catalog/Pages 2 0 R/X 4 0 R/Y 5 0 R/Z 6 0 R>>\nendobj\n",
        b"2 0 obj\n<</Type/Pages/Kids[]/Count 0>>\nendobj\n",
        b"3 0 obj\n<</Type/ObjStm/N 3/First %d/Filter/FlateDecode/Length %d>>\n"
        b"stream\n%s\nendstream\nendobj\n" % (len(first), len(body), body),
    ]
    pdf = b"%PDF-1.7\n"
    rows = [(0, 0, 65535)]
    for part in parts:
        rows.append((1, len(pdf), 0))
        pdf += part
    rows += [(2, 3, 0), (2, 3, 1), (2, 3, 2), (1, len(pdf), 0)]
    table = b"".join(bytes([a]) + b.to_bytes(2, "big") + c.to_bytes(2, "big") for a, b, c in rows)
    start = len(pdf)
    pdf += b"7 0 obj\n<</Type/XRef/Size 8/W[1 2 2]/Root 1 0 R/Length %d>>\nstream\n" % len(table)
    return pdf + table + b"\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n" % start


def test_the_sample_lies_in_object_streams() -> None:
    pdf = render(samples.insurance(1), sample=False)
    assert isinstance(pdf, bytes)
    assert b"/ObjStm" in pdf
    reader = QuickReader(BytesIO(pdf), strict=False)
    assert str(reader.root["/Type"]) == "/Catalog"
    assert [pack is not None for pack in reader._packs.values()] == [True]
