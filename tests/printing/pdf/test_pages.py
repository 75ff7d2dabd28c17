"""Pages of untrusted files are counted in bounded time, or the file is refused with a fault."""

from __future__ import annotations

import time
import zlib

import pytest

from devices.health import Fault
from printing import faults
from printing.documents import render
from printing.media import PageSize
from printing.pdf.pages import page_count, page_sizes

from .. import samples


def file_of(*objects: bytes) -> bytes:
    """Return a PDF with these objects, numbered from 1; the first is the catalog."""
    pdf, places = b"%PDF-1.7\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(pdf))
        pdf += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    tail = b"trailer\n<</Size %d/Root 1 0 R>>\n" % (len(objects) + 1)
    return pdf + head + table + tail + b"startxref\n%d\n%%%%EOF\n" % len(pdf)


CATALOG = b"<</Type/Catalog/Pages 2 0 R>>"


def refused(pdf: bytes) -> Fault:
    found = page_sizes(pdf)
    assert isinstance(found, Fault), found
    assert found.same_as(faults.NOT_A_PDF)
    return found


def test_page_tree_that_doubles_at_each_level_is_refused_quickly() -> None:
    """Thirty levels, each with the next one twice, give 2^30 paths without a page."""
    levels = [
        b"<</Type/Pages/Count 1/Kids[%d 0 R %d 0 R]>>" % (below, below) for below in range(3, 32)
    ]
    began = time.process_time()
    refused(file_of(CATALOG, *levels, b"<</Type/Pages/Count 0/Kids[]>>"))
    assert time.process_time() - began < 2


def test_page_tree_with_a_cycle_is_refused() -> None:
    refused(file_of(CATALOG, b"<</Type/Pages/Count 1/Kids[2 0 R]>>"))


def test_inherited_entries_are_used() -> None:
    pages = b"<</Type/Pages/Count 2/Kids[3 0 R 4 0 R]/MediaBox[0 0 144 72]/Rotate 90>>"
    pdf = file_of(CATALOG, pages, b"<</Type/Page>>", b"<</Type/Page/Rotate 0/UserUnit 2>>")
    assert page_count(pdf) == 2
    assert page_sizes(pdf) == (PageSize(25.4, 50.8), PageSize(101.6, 50.8))


@pytest.mark.parametrize(
    "pages",
    [
        b"7", b"/Name", b"(text)", b"[1 2]", b"null", b"<</Kids 7>>", b"<</Kids[7]>>",
        b"<</Kids[/A]>>", b"<<>>", b"<</MediaBox[0 0 1]>>", b"<</MediaBox 7>>",
        b"<</MediaBox[/A/B/C/D]>>", b"<</MediaBox[0 0 9 9]/Rotate/A>>", b"<</Kids[9 0 R]>>",
        b"<</MediaBox[0 0 9 9]/UserUnit[1]>>",
    ],
)  # fmt: skip
def test_malformed_page_tree_is_a_fault_not_an_exception(pages: bytes) -> None:
    refused(file_of(CATALOG, pages))


def test_damaged_object_stream_is_a_fault_not_an_exception() -> None:
    """The catalog is in the object stream, of which every twentieth byte is changed in turn."""
    pdf = render(samples.insurance(1), sample=False)
    assert isinstance(pdf, bytes)
    begin = pdf.index(b"stream\n", pdf.index(b"/ObjStm")) + 7
    end = pdf.index(b"endstream", begin)
    assert zlib.decompress(pdf[begin:end].rstrip(b"\r\n"))
    for at in range(begin, end, 20):
        broken = pdf[:at] + bytes([pdf[at] ^ 0x55]) + pdf[at + 1 :]
        for found in (page_count(broken), page_sizes(broken)):
            assert isinstance(found, (Fault, int, tuple))
            if isinstance(found, Fault):
                assert found.same_as(faults.NOT_A_PDF)
    assert isinstance(page_count(pdf[:begin] + b"\0" + pdf[begin + 1 :]), Fault)
