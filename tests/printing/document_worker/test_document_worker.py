"""The answers of the document process, and which answers the terminal refuses."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from devices.health import Fault
from printing import faults as prn
from printing.document_worker.client import DocumentWorker, Verified
from printing.document_worker.pictures import Picture
from printing.seal import verify as seal

from .. import samples
from ..seal_fixtures import EXPECTED, NOW, Authority
from .worker_fixtures import (
    Start,
    checked,
    drawn,
    gone,
    shown,
    standing_in,
)

pytestmark = pytest.mark.usefixtures("patient")


def test_report_equals_that_of_the_seal_check(
    worker: DocumentWorker, sealed: bytes, authority: Authority
) -> None:
    found = checked(worker, sealed, authority)
    assert found.report == seal.verify(sealed, anchors=authority.anchors, at=NOW, expect=EXPECTED)
    assert found.report.signed_at is not None
    assert len(found.pages.sizes) == len(found.report.pages)


def test_refusal_equals_that_of_the_seal_check(
    worker: DocumentWorker, sealed: bytes, unsigned: bytes, authority: Authority
) -> None:
    other = seal.Expectation(EXPECTED.document_type, "李四", EXPECTED.id_number, samples.CODE)
    for pdf, expect in ((unsigned, EXPECTED), (sealed, other), (sealed + b"\n", None)):
        found = worker.check(pdf, anchors=authority.anchors, at=NOW, expect=expect)
        wanted = seal.verify(pdf, anchors=authority.anchors, at=NOW, expect=expect)
        assert isinstance(wanted, Fault)
        assert found == wanted
        assert isinstance(found, Fault)
        assert found.detail == wanted.detail


def test_document_with_another_number_of_drawn_pages_is_refused(
    start: Start, sealed: bytes, authority: Authority
) -> None:
    """The stand-in always has three pages; the document has another number of pages."""
    worker = standing_in(start, "harmless")
    found = worker.check(sealed, anchors=authority.anchors, at=NOW)
    assert found == prn.CANNOT_BE_SHOWN


@pytest.mark.parametrize("page", ["first", "second"])
def test_document_with_a_page_that_cannot_be_drawn_is_refused(
    start: Start, three: bytes, authority: Authority, page: str
) -> None:
    worker = standing_in(start, f"cannot_draw_the_{page}")
    assert worker.check(three, anchors=authority.anchors, at=NOW) == prn.CANNOT_BE_SHOWN


def test_first_page_follows_skips_only_the_first_page(
    start: Start, three: bytes, authority: Authority
) -> None:
    def check(kind: str) -> Verified | Fault:
        worker = standing_in(start, kind)
        return worker.check(three, anchors=authority.anchors, at=NOW, first_page_follows=True)

    first = check("cannot_draw_the_first")
    assert isinstance(first, Verified)
    assert drawn(first, 0) == prn.CANNOT_BE_SHOWN
    assert check("cannot_draw_the_second") == prn.CANNOT_BE_SHOWN


def test_refused_document_does_not_close_open_ones(
    start: Start, three: bytes, sealed: bytes, authority: Authority
) -> None:
    """The stand-in always has three pages, so a document with another number is refused."""
    worker = standing_in(start, "harmless")
    opened = [shown(worker, three, authority) for _ in range(2)]
    assert worker.check(sealed, anchors=authority.anchors, at=NOW) == prn.CANNOT_BE_SHOWN
    for found in opened:
        assert isinstance(drawn(found, 0), Picture)


def test_page_is_drawn_in_the_requested_size(
    worker: DocumentWorker, sealed: bytes, authority: Authority
) -> None:
    found = checked(worker, sealed, authority)
    picture = drawn(found, 0, 300, 424)
    assert isinstance(picture, Picture)
    assert (picture.width, picture.height, len(picture.pixels)) == (300, 424, 300 * 424 * 4)
    assert drawn(found, len(found.pages.sizes)) == prn.CANNOT_BE_SHOWN
    assert drawn(found, -1) == prn.CANNOT_BE_SHOWN
    assert drawn(found, 0, 20_000, 1) == prn.CANNOT_BE_SHOWN
    assert drawn(found, 0, 10_000, 10_000) == prn.CANNOT_BE_SHOWN


def test_several_threads_can_send_requests_at_once(
    worker: DocumentWorker, sealed: bytes, unsigned: bytes, authority: Authority
) -> None:
    def one(number: int) -> object:
        pdf = unsigned if number % 2 else sealed
        found = worker.check(pdf, anchors=authority.anchors, at=NOW, expect=EXPECTED)
        if isinstance(found, Fault):
            return found
        picture = drawn(found, 0, 100 + number, 100)
        found.pages.close()
        assert isinstance(picture, Picture)
        return picture.width

    with ThreadPoolExecutor(4) as pool:
        got = list(pool.map(one, range(12)))
    assert got == [prn.UNSIGNED if number % 2 else 100 + number for number in range(12)]


def test_document_can_be_drawn_after_two_later_ones(
    worker: DocumentWorker, sealed: bytes, authority: Authority
) -> None:
    """The process keeps two documents; an older one is sent to it again."""
    found = [checked(worker, sealed, authority) for _ in range(4)]
    pictures = [drawn(each, 0) for each in found]
    assert all(isinstance(picture, Picture) for picture in pictures)


def test_closed_document_is_not_drawn_and_its_bytes_are_dropped(
    worker: DocumentWorker, sealed: bytes, authority: Authority
) -> None:
    found = checked(worker, sealed, authority)
    found.pages.close()
    found.pages.close()
    assert drawn(found, 0) == prn.CANNOT_BE_SHOWN
    assert found.pages.pdf is None


# -- a process that a document has taken control of ----------------------------------------------


@pytest.mark.parametrize(
    "kind",
    ["garbage", "no_json", "nested", "oversize_message", "oversize_body", "another_number",
     "another_answer", "unknown_trust", "long_words", "pages_differ", "no_size", "strange_fault"],
)  # fmt: skip
def test_invalid_answer_ends_the_process_and_is_a_fault(
    start: Start, three: bytes, authority: Authority, kind: str
) -> None:
    worker = standing_in(start, kind)
    assert worker.wait_until_ready()
    first = worker.pid
    assert first is not None
    found = worker.check(three, anchors=authority.anchors, at=NOW)
    assert found == prn.DOCUMENT_TOO_HEAVY
    assert gone(first)


@pytest.mark.parametrize("kind", ["short_picture", "other_picture"])
def test_picture_of_another_size_is_a_fault(
    start: Start, three: bytes, authority: Authority, kind: str
) -> None:
    found = shown(standing_in(start, kind), three, authority)
    assert drawn(found, 0) == prn.DOCUMENT_TOO_HEAVY


def test_detail_of_several_lines_is_dropped(
    start: Start, three: bytes, authority: Authority
) -> None:
    worker = standing_in(start, "secret_detail")
    found = worker.check(three, anchors=authority.anchors, at=NOW)
    assert found == prn.ACTIVE_CONTENT
    assert isinstance(found, Fault)
    assert found.detail == ""
