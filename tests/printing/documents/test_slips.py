"""Receipts on a roll and on a card: paper size, complete text, margins."""

from __future__ import annotations

import io
import subprocess
from dataclasses import replace
from typing import Any

import page as validator
import pikepdf
import pytest

from devices.health import Fault
from printing import faults
from printing.documents import Edition, Receipt, ReceiptPaper, render
from printing.media import fits
from printing.pdf.pages import page_sizes

from .. import samples, samples_more
from .test_documents import squeezed, text_of

MEDIA = {ReceiptPaper.ROLL: "roll_max_80x297mm", ReceiptPaper.CARD: "iso_id-1_53.98x85.6mm"}
LATIN_NAME = "Abdul Rahman " * 8
SMALL = [ReceiptPaper.ROLL, ReceiptPaper.CARD]


def slip(
    paper: ReceiptPaper,
    edition: Edition = Edition.STANDARD,
    *,
    sample: bool = False,
    **changes: Any,
) -> bytes:
    receipt: Receipt = replace(samples_more.receipt(), paper=paper, **changes)
    pdf = render(receipt, sample=sample, edition=edition)
    assert isinstance(pdf, bytes), pdf
    return pdf


@pytest.mark.process
@pytest.mark.parametrize("edition", Edition)
@pytest.mark.parametrize("paper", SMALL)
def test_slip_has_the_text_of_the_page(paper: ReceiptPaper, edition: Edition) -> None:
    text = squeezed(text_of(slip(paper, edition), "-layout"))
    for words in (
        "业务回执", "编号：R202611210007", "时间：2026-11-2116:30:05", "缴费年度：2027",
        "城乡居民基本医疗", "保险缴费", f"缴费人：{samples.NAME}", "社会保障卡金融账户",
        "400.00元", "人民币肆佰元整",
        "如需发票，请在30日内到医疗保障服务窗口领取。", squeezed(samples_more.STATION),
    ):  # fmt: skip
        assert words in text.replace("第1页共2页", ""), words


@pytest.mark.parametrize("edition", Edition)
@pytest.mark.parametrize("paper", SMALL)
def test_slip_fits_the_paper(paper: ReceiptPaper, edition: Edition) -> None:
    sizes = page_sizes(slip(paper, edition))
    assert not isinstance(sizes, Fault)
    assert fits(sizes, MEDIA[paper])
    assert not fits(sizes, "iso_a4_210x297mm")


def test_strip_is_as_long_as_its_text() -> None:
    def length(count: int) -> float:
        sizes = page_sizes(slip(ReceiptPaper.ROLL, lines=[(f"第 {n}", "1") for n in range(count)]))
        assert not isinstance(sizes, Fault)
        (size,) = sizes
        return size.height_mm

    # A line of 10 pt takes 4.8 mm.
    assert length(30) - length(20) == pytest.approx(10 * 10 * 1.35 * 25.4 / 72, abs=0.1)


@pytest.mark.process
@pytest.mark.parametrize("edition", Edition)
@pytest.mark.parametrize("paper", SMALL)
@pytest.mark.parametrize("count", [0, 1, 24, 240])
def test_any_number_of_lines_is_printed(paper: ReceiptPaper, edition: Edition, count: int) -> None:
    pdf = slip(paper, edition, lines=[(f"项目{n}", f"值{n}号") for n in range(count)])
    text = squeezed(text_of(pdf, "-layout"))
    assert [n for n in range(count) if f"项目{n}：值{n}号" not in text] == []
    sizes = page_sizes(pdf)
    assert not isinstance(sizes, Fault)
    assert fits(sizes, MEDIA[paper])
    assert (f"共{len(sizes)}页" in text) is (len(sizes) > 1)


@pytest.mark.process
@pytest.mark.parametrize("edition", Edition)
@pytest.mark.parametrize("paper", SMALL)
def test_long_texts_stay_on_the_paper(paper: ReceiptPaper, edition: Edition) -> None:
    """Nothing is drawn within 2 mm of the edge, even with long names."""
    lines = [
        ("缴费人", LATIN_NAME), ("缴费人", "阿卜杜热合曼·买买提明·阿卜拉" * 2),
        ("一个长得放不进栏内的项目名称", "值"), ("没有提供", None), ("长", "1" * 90),
    ]  # fmt: skip
    pdf = slip(paper, edition, lines=lines)
    assert "没有提供：未提供" in squeezed(text_of(pdf))
    assert squeezed(LATIN_NAME) in squeezed(text_of(pdf))
    done = subprocess.run(
        ["pdftotext", "-bbox", "-", "-"], input=pdf, capture_output=True, check=True, text=False
    )
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        width = float(opened.pages[0].MediaBox[2])
    edges = [
        float(part.split('"')[1])
        for part in done.stdout.decode().split()
        if part.startswith(("xMin=", "xMax="))
    ]
    assert edges
    assert min(edges) >= 2 * 72 / 25.4
    assert max(edges) <= width - 2 * 72 / 25.4


@pytest.mark.process
@pytest.mark.parametrize("edition", Edition)
@pytest.mark.parametrize("name", [LATIN_NAME, "阿卜杜热合曼·买买提明·阿卜拉", "王建明"])
@pytest.mark.parametrize("count", range(6))
def test_no_card_begins_inside_a_sentence_or_a_name(
    count: int, name: str, edition: Edition
) -> None:
    lines = [*((f"项目{n}", "值") for n in range(count)), ("缴费人", name)]
    remark = "如需发票，请在 30 日内到医疗保障服务窗口领取。"
    pdf = slip(ReceiptPaper.CARD, edition, lines=lines, remarks=[remark])
    cards = [squeezed(card) for card in text_of(pdf, "-raw").split("\f")]
    for words in (f"缴费人：{name}", remark):
        assert any(squeezed(words) in card for card in cards), words


@pytest.mark.process
@pytest.mark.parametrize("paper", SMALL)
def test_sample_is_marked_and_bytes_are_reproducible(paper: ReceiptPaper) -> None:
    assert "样张" in text_of(slip(paper, sample=True))
    assert "样张" not in text_of(slip(paper))
    assert slip(paper) == slip(paper)


@pytest.mark.parametrize("paper", SMALL)
def test_missing_glyph_is_a_fault(paper: ReceiptPaper) -> None:
    receipt = replace(samples_more.receipt(), paper=paper, service="\U0003fffd")
    found = render(receipt, sample=False)
    assert isinstance(found, Fault)
    assert found.same_as(faults.GLYPH_MISSING)


@pytest.mark.parametrize("edition", Edition)
@pytest.mark.parametrize("paper", SMALL)
def test_validator_accepts_every_slip(paper: ReceiptPaper, edition: Edition) -> None:
    for profile in (validator.ValidationProfile.PDF_A_2A, validator.ValidationProfile.PDF_UA_1):
        report = validator.validate_pdf_bytes(slip(paper, edition, sample=True), profile=profile)
        assert [each.message for each in report.failures] == []


@pytest.mark.parametrize(
    ("media", "fit"),
    [("roll_max_80x297mm", True), ("roll_max_80x50mm", False), ("roll_max_58x297mm", False)],
)
def test_roll_accepts_pages_of_its_width_up_to_its_length(media: str, fit: bool) -> None:
    sizes = page_sizes(slip(ReceiptPaper.ROLL))
    assert not isinstance(sizes, Fault)
    assert fits(sizes, media) is fit
