"""Further documents: every field of the reference, every length, both editions."""

from __future__ import annotations

import io
import re
import subprocess
from collections import Counter
from collections.abc import Callable
from dataclasses import fields, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, get_args

import pikepdf
import pytest
from hypothesis import given
from hypothesis import strategies as st

from printing.documents import (
    AccountState,
    Document,
    Edition,
    Paper,
    Report,
    ReportColumn,
    ReportSection,
    render,
)
from printing.documents.certificates.loan_use import LoanHistory, state_boxes
from printing.documents.certificates.registry import CERTIFICATES
from printing.typesetting.amounts import capitals
from printing.typesetting.tick_boxes import boxes

from .. import samples, samples_more
from ..samples_more import EVERY, LISTS, WORDS
from ..typesetting.test_font_chain import COMPATIBLE, LEVEL_3
from .test_documents import made, squeezed, text_of


@pytest.mark.process
@pytest.mark.parametrize("kind", WORDS)
def test_every_field_of_the_reference_is_printed(kind: str) -> None:
    text = squeezed(text_of(made(EVERY[kind]), "-layout"))
    for field in WORDS[kind].split():
        assert field in text, field


def test_every_document_type_has_a_test_document() -> None:
    own = {kind.TYPE for kind in get_args(Paper)}
    assert set(EVERY) == own | {kind.TYPE for kind in CERTIFICATES}
    assert len(EVERY) == len(CERTIFICATES) + len(own)
    assert set(WORDS) == set(EVERY) - {"test_page"}
    for kind, document in EVERY.items():
        assert kind == document.TYPE


@pytest.mark.process
@pytest.mark.parametrize("kind", sorted(set(EVERY) - {"test_page"}))
def test_both_editions_have_the_same_words(kind: str) -> None:
    """Large print has every character of the standard edition, and no other characters."""

    def words(edition: Edition) -> Counter[str]:
        pdf = render(EVERY[kind], sample=False, edition=edition)
        assert isinstance(pdf, bytes)
        text = re.sub(r"第\s*\d+\s*页\s*共\s*\d+\s*页", "", text_of(pdf))
        return Counter(squeezed(text.replace("（续）", "")))

    standard, large = words(Edition.STANDARD), words(Edition.LARGE)
    assert set(large) == set(standard)
    assert not standard - large, "large print has less text"


@pytest.mark.parametrize("kind", sorted(set(EVERY) - {"test_page"}))
def test_large_print_has_no_small_text(kind: str) -> None:
    pdf = render(EVERY[kind], sample=False, edition=Edition.LARGE)
    assert isinstance(pdf, bytes)
    sizes = set()
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        for page in opened.pages:
            content = page.Contents.read_bytes()
            sizes |= {float(size) for size in re.findall(rb"/F\d+ ([0-9.]+) Tf", content)}
    assert min(sizes) >= 11
    assert max(sizes) >= 24


@pytest.mark.process
@pytest.mark.parametrize("count", [0, 1, 24, 240])
@pytest.mark.parametrize(
    ("build", "row"),
    [
        *((each.build, each.row) for each in LISTS.values()),
        (samples_more.report, r"^ *服务事项 ?\d+ "),
    ],
)
@pytest.mark.parametrize("edition", Edition)
def test_rows_of_every_count_are_printed_once(
    build: Callable[[int], Document], row: str, count: int, edition: Edition
) -> None:
    pdf = render(build(count), sample=False, edition=edition)
    assert isinstance(pdf, bytes)
    pages = text_of(pdf, "-layout").split("\f")[:-1]
    rows = [len(re.findall(row, page, re.MULTILINE)) for page in pages]
    assert sum(rows) == count
    if count > 1:
        assert 1 not in rows, "a lone row"
    numbers = [re.findall(r"第(\d+)页共(\d+)页", squeezed(page)) for page in pages]
    assert numbers == [[(str(n), str(len(pages)))] for n in range(1, len(pages) + 1)]


@pytest.mark.process
@pytest.mark.parametrize("kind", EVERY)
@pytest.mark.parametrize("edition", Edition)
def test_closing_block_is_not_alone_on_the_last_page(kind: str, edition: Edition) -> None:
    pdf = render(EVERY[kind], sample=False, edition=edition)
    assert isinstance(pdf, bytes)
    last = text_of(pdf, "-layout").split("\f")[-2]
    if "说明" in last:
        before = last[: last.index("说明")]
        assert len(squeezed(before)) > 20


@pytest.mark.process
@pytest.mark.parametrize("kind", EVERY)
def test_file_is_valid_and_metadata_have_no_name(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "document.pdf"
    path.write_bytes(made(EVERY[kind], sample=True))
    done = subprocess.run(["qpdf", "--check", path], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    with pikepdf.open(path) as opened:
        assert opened.Root.Lang == "zh-CN"
        assert opened.docinfo["/StationDocumentType"] == kind
        values = " ".join(str(value) for value in opened.docinfo.values())
    for name in (samples.NAME, "李秀英", samples.ID_NUMBER):
        assert name not in values


@pytest.mark.process
@pytest.mark.parametrize("kind", sorted(set(EVERY) - {"test_page", "report", "application_form"}))
def test_each_missing_field_is_printed_as_not_provided(kind: str) -> None:
    """Each field that may be ``None`` is set to ``None``, one at a time."""
    document = EVERY[kind]
    whole = squeezed(text_of(made(document)))
    for field in fields(document):
        if "None" not in str(field.type) or field.name in ("amount", "issue"):
            continue
        if getattr(document, field.name) is None:
            continue
        missing: dict[str, Any] = {field.name: None}
        text = squeezed(text_of(made(replace(document, **missing))))
        assert text.count("未提供") > whole.count("未提供"), field.name


@pytest.mark.process
@pytest.mark.parametrize("state", [None, *AccountState])
def test_the_right_box_is_ticked_for_every_state(state: AccountState | None) -> None:
    text = squeezed(text_of(made(samples_more.loan_use(state=state)), "-layout"))
    ticked = {
        None: "□正常□封存□欠款□其他（未提供）",
        AccountState.NORMAL: "☑正常□封存□欠款□其他",
        AccountState.FROZEN: "□正常☑封存□欠款□其他",
        AccountState.ARREARS: "□正常□封存☑欠款□其他",
        AccountState.OTHER: "□正常□封存□欠款☑其他",
        AccountState.CLOSED: "□正常□封存□欠款☑其他（销户）",
    }[state]
    assert f"账户状态{ticked}缴存基数" in text
    assert squeezed(state_boxes(state)) == ticked


@pytest.mark.process
@pytest.mark.parametrize("loans", [None, *LoanHistory])
def test_the_right_box_is_ticked_for_every_loan_history(loans: LoanHistory | None) -> None:
    text = squeezed(text_of(made(samples_more.loan_use(loans=loans))))
    assert text.count("☑") == (1 if loans is None else 2)
    if loans is None:
        assert "□两次以上已还清（未提供）" in text
    else:
        assert f"☑{loans}" in text
        assert "未提供" not in text


def test_choice_without_a_box_is_refused() -> None:
    with pytest.raises(ValueError, match="no box"):
        boxes(["购房", "租房"], "装修")


def test_statement_of_a_future_year_is_refused() -> None:
    with pytest.raises(ValueError, match="future"):
        replace(samples_more.statement(), year=2027)


@pytest.mark.process
def test_begin_and_end_month_may_be_missing_separately() -> None:
    text = squeezed(text_of(made(samples_more.loan_use())))
    assert "2018-08至2026-10" in text


# 支付结算办法, annex 1, and further cases of its rules.
CAPITALS = {
    "1409.50": "壹仟肆佰零玖元伍角整",
    "6007.14": "陆仟零柒元壹角肆分",
    "1680.32": "壹仟陆佰捌拾元零叁角贰分",
    "107000.53": "壹拾万柒仟元零伍角叁分",
    "16409.02": "壹万陆仟肆佰零玖元零贰分",
    "325.04": "叁佰贰拾伍元零肆分",
    "0": "零元整",
    "0.05": "伍分",
    "0.50": "伍角整",
    "0.004": "零元整",
    "0.005": "壹分",
    "0.01": "壹分",
    "10": "壹拾元整",
    "10.10": "壹拾元零壹角整",
    "20050010": "贰仟零伍万零壹拾元整",
    "100000000": "壹亿元整",
    "100000001": "壹亿零壹元整",
    "1234567890.12": "壹拾贰亿叁仟肆佰伍拾陆万柒仟捌佰玖拾元零壹角贰分",
}


@pytest.mark.parametrize("amount", CAPITALS)
def test_amounts_in_capitals(amount: str) -> None:
    assert capitals(Decimal(amount)) == f"人民币{CAPITALS[amount]}"


def test_negative_and_too_large_amounts_in_capitals() -> None:
    assert capitals(Decimal("-20000")) == "人民币负贰万元整"
    assert capitals(Decimal("-0.01")) == "人民币负壹分"
    assert capitals(Decimal("-0.004")) == "人民币零元整"
    with pytest.raises(ValueError, match="beyond"):
        capitals(Decimal(10) ** 16)


_VALUES = {c: n for n, c in enumerate("零壹贰叁肆伍陆柒捌玖")}
_PLACES = {"拾": 10, "佰": 100, "仟": 1000}


def _read(words: str) -> Decimal:
    """Read an amount in capitals, with a different algorithm than the one that wrote it."""
    total = section = digit = 0
    whole, _, rest = words.removeprefix("人民币").rpartition("元")
    for character in whole:
        if character in _VALUES:
            digit = _VALUES[character]
        elif character in _PLACES:
            section += digit * _PLACES[character]
            digit = 0
        elif character == "万":
            total += (section + digit) * 10_000
            section = digit = 0
        elif character == "亿":
            total = (total + section + digit) * 100_000_000
            section = digit = 0
    cents = 0
    for value, unit in re.findall("([壹贰叁肆伍陆柒捌玖])([角分])", rest or words):
        cents += _VALUES[value] * (10 if unit == "角" else 1)
    return Decimal(total + section + digit) + Decimal(cents) / 100


@given(st.integers(0, 10**14))
def test_capitals_can_be_read_back_as_the_amount(cents: int) -> None:
    amount = Decimal(cents) / 100
    words = capitals(amount)
    assert _read(words) == amount
    assert "零零" not in words
    assert not words.endswith("零")


@pytest.mark.process
@pytest.mark.slow(reason="sets 10,000 characters")
def test_every_character_of_gb_18030_level_3_is_extracted() -> None:
    """All 87,887 characters, in names of 25, are in the extracted text; none is .notdef."""
    characters = "".join(chr(c) for a, b in LEVEL_3 for c in range(a, b + 1)) + COMPATIBLE
    names = [characters[at : at + 25] for at in range(0, len(characters), 25)]
    assert len(names) == 3516
    report = Report(
        samples_more.STATION,
        "姓名",
        samples_more.WHEN,
        [
            ReportSection(
                "姓名",
                columns=[ReportColumn("甲", 1), ReportColumn("乙", 1)],
                rows=[names[at : at + 2] for at in range(0, len(names), 2)],
            )
        ],
    )
    pdf = made(report)
    found = re.findall(r"\S+", text_of(pdf))
    lacking = set(names) - set(found)
    assert not lacking, f"{len(lacking)} names, the first {min(lacking)}"
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        shown = 0
        for page in opened.pages:
            for text in re.findall(rb"<([0-9A-F]+)>Tj", page.Contents.read_bytes()):
                assert not any(text[at : at + 4] == b"0000" for at in range(0, len(text), 4))
                shown += len(text) // 4
    assert shown > 87_887


@pytest.mark.process
def test_dates_are_in_china_time() -> None:
    """16:30 UTC is 00:30 of the next day in China."""
    receipt = samples_more.receipt()
    late = replace(receipt, made_at=receipt.made_at.replace(hour=16, minute=30))
    assert "2026-11-2200:30:05" in squeezed(text_of(made(late)))
    assert date(2026, 11, 21) == samples.ISSUE.issued_on
