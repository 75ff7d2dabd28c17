"""Documents with data that is difficult to typeset: text stays together and does not overlap."""

from __future__ import annotations

import io
import re
import subprocess
from dataclasses import replace
from decimal import Decimal

import pikepdf
import pytest
from hypothesis import given
from hypothesis import strategies as st

from printing.documents import Document, Edition, render
from printing.typesetting.amounts import capitals, money

from .. import samples, samples_more
from .test_documents import LONG_HAN, LONG_LATIN, squeezed, text_of
from .test_every import words_off_the_page

EMPLOYER = "示范市经济技术开发区清泉智能装备制造与信息技术服务股份有限公司第三分公司"
OFFICE = "示范市住房公积金管理中心清泉经济技术开发区分中心服务大厅"


def made(document: Document, edition: Edition = Edition.STANDARD) -> bytes:
    pdf = render(document, sample=False, edition=edition)
    assert isinstance(pdf, bytes), pdf
    return pdf


@pytest.mark.process
@pytest.mark.parametrize("edition", Edition)
@pytest.mark.parametrize("name", [samples.NAME, LONG_HAN, LONG_LATIN], ids=["3", "25", "100"])
def test_tear_off_slip_is_on_one_page(name: str, edition: Edition) -> None:
    for lines in range(1, 5):
        for office in (samples_more.FUND_ISSUE.authority, OFFICE, OFFICE * 2):
            document = replace(
                samples_more.loan_use(),
                name=name,
                employer=EMPLOYER * lines,
                issue=replace(samples_more.FUND_ISSUE, authority=office),
            )
            pages = text_of(made(document, edition), "-layout").split("\f")
            (torn,) = [page for page in pages if "沿此线撕下回执" in page]
            assert "中心盖章" in torn, f"{lines} lines of the employer, {office}"


@given(st.decimals(-(10**9), 10**9, allow_nan=False, allow_infinity=False, places=3))
def test_digits_and_capitals_give_the_same_amount(amount: Decimal) -> None:
    """Both are rounded in the same way: not 12.34 in digits and 12.35 in capitals."""
    shown = money(amount)
    assert capitals(amount) == capitals(Decimal(shown.replace(",", "")))
    assert ("负" in capitals(amount)) == shown.startswith("-")


@pytest.mark.parametrize(
    ("amount", "shown"),
    [("0.005", "0.01"), ("12.345", "12.35"), ("-0.004", "0.00"), ("0.01", "0.01"), ("-1", "-1.00"),
     ("100000000", "100,000,000.00"), ("10.1", "10.10")],
)  # fmt: skip
def test_amounts_in_digits(amount: str, shown: str) -> None:
    assert money(Decimal(amount)) == shown


def test_combining_accent_has_no_width_in_the_file() -> None:
    """For a letter and its accent as two characters, the accent's width is 0, not one em."""
    with pikepdf.open(io.BytesIO(made(samples.deposit(name="Nu\u0303n\u0303ez")))) as opened:
        font = opened.pages[0].Resources.Font["/F1"]
        unicode_map = font.ToUnicode.read_bytes().decode()
        (code,) = re.findall(r"<([0-9A-F]{4})> <0303>", unicode_map)
        widths: dict[int, int] = {}
        array = list(font.DescendantFonts[0].W)
        for first, run in zip(array[::2], array[1::2], strict=True):
            widths |= {int(first) + place: int(width) for place, width in enumerate(run)}
    assert widths[int(code, 16)] == 0


def words_that_overlap(pdf: bytes) -> list[tuple[str, str]]:
    """Return pairs of words on one page that poppler finds at overlapping places."""
    listed = subprocess.run(
        ["pdftotext", "-bbox", "-l", "1", "-", "-"], input=pdf, capture_output=True, check=True
    ).stdout.decode()
    pattern = r'xMin="(\S+)" yMin="(\S+)" xMax="(\S+)" yMax="(\S+)">(.*)</word'
    boxes = [(*map(float, each[:4]), each[4]) for each in re.findall(pattern, listed)]
    assert len(boxes) > 5
    return [
        (a[4], b[4])
        for at, a in enumerate(boxes)
        for b in boxes[:at]
        # The boxes of adjacent lines may touch: only an overlap of half a line of 8 pt counts.
        if min(a[2], b[2]) - max(a[0], b[0]) > 1 and min(a[3], b[3]) - max(a[1], b[1]) > 4
    ]


LONG_TITLE = (
    "示范市住房公积金管理中心职工住房公积金提取业务申请表（租房、购房、退休及其他情形通用）"
)


@pytest.mark.process
@pytest.mark.parametrize("edition", Edition)
@pytest.mark.parametrize(
    "document",
    [
        replace(samples_more.form(), title=LONG_TITLE),
        replace(samples_more.form(), title=LONG_TITLE[:25]),
        replace(samples_more.receipt(), number="R" * 64),
        replace(samples_more.report(), station=EMPLOYER * 2),
        samples.insurance(issue=replace(samples.ISSUE, document_number="SB-2026-" * 8)),
    ],
    ids=["title", "title of 25", "number", "station", "number of a certificate"],
)
def test_long_texts_at_the_top_do_not_overlap(document: Document, edition: Edition) -> None:
    pdf = made(document, edition)
    assert words_that_overlap(pdf) == []
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        content = opened.pages[0].Contents.read_bytes()
    assert not re.findall(rb"-[0-9.]+ Tc", content), "letters pushed into each other"
    if hasattr(document, "title"):
        assert document.title in squeezed(text_of(pdf, "-raw"))


STATION = "示范市清泉经济技术开发区便民服务中心第二分中心一层大厅自助服务区" * 3


@pytest.mark.process
@pytest.mark.parametrize("edition", Edition)
@pytest.mark.parametrize("length", [1, 19, 20, 21, 39, 40, 58, 59, 80])
def test_station_name_of_any_length_stays_on_the_page(length: int, edition: Edition) -> None:
    """Names have up to 80 characters in the configuration; none is too near to the paper's edge."""
    name = STATION[:length]
    documents: list[Document] = [
        samples.insurance(1, issue=replace(samples.ISSUE, station=name)),
        replace(samples_more.report(), station=name),
        replace(samples.test_page(), station=name),
    ]
    for document in documents:
        pdf = made(document, edition)
        assert words_off_the_page(pdf) == []
        assert words_that_overlap(pdf) == []
        assert name in squeezed(text_of(pdf, "-raw"))
