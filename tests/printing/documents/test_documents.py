"""The files of documents, read back with poppler, qpdf and pikepdf, never with our own code."""

from __future__ import annotations

import io
import re
import subprocess
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pikepdf
import pytest
import segno
from PIL import Image

from devices.health import Fault
from printing import faults
from printing.documents import AccountState, Document, Month, render
from printing.documents.certificates.insurance import InsuranceCertificate
from tests.printing.documents.golden import grey_range

from .. import samples

LONG_HAN = "阿卜杜热合曼·买买提明·阿卜拉吐尔逊江依明赛买提江"
LONG_LATIN = " ".join(["Maximiliana", "Wolfeschlegelsteinhausen", "Bergerdorff"] * 3)[:100]


def made(document: Document, *, sample: bool = False) -> bytes:
    pdf = render(document, sample=sample)
    assert isinstance(pdf, bytes), pdf
    return pdf


def text_of(pdf: bytes, *options: str) -> str:
    """Extract the text with poppler; each page ends with a form feed."""
    done = subprocess.run(
        ["pdftotext", *options, "-", "-"], input=pdf, capture_output=True, check=True
    )
    assert done.stderr == b""
    return done.stdout.decode("utf-8")


def squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)


def picture(pdf: bytes, page: int = 1, dpi: int = 100) -> Image.Image:
    done = subprocess.run(
        ["pdftoppm", "-r", str(dpi), "-f", str(page), "-l", str(page), "-gray", "-"],
        input=pdf,
        capture_output=True,
        check=True,
    )
    return Image.open(io.BytesIO(done.stdout))


DOCUMENTS: dict[str, Document] = {
    "insurance": samples.insurance(),
    "deposit": samples.deposit(),
    "test page": samples.test_page(),
}


@pytest.fixture(params=DOCUMENTS)
def document(request: pytest.FixtureRequest) -> Document:
    return DOCUMENTS[request.param]


@pytest.mark.process
def test_insurance_certificate_prints_every_field() -> None:
    text = text_of(made(samples.insurance()), "-layout")
    for field in (
        "社会保险个人参保证明",
        "王建明",
        "男",
        "100101195803120216",
        "86 个月",
        "SB202611210000123",
        "打印日期：2026年11月21日",
        "本证明有效期至2027年2月20日",
        "校验码：7KQ2M9XD4T8B",
        "凭此校验码可网上确认真伪",
        "https://verify.example.gov.cn/d/7KQ2M9XD4T8B",
        "示范市社会保险事业管理局",
        "示范便民服务站 01 号终端",
        "第 1 页 共 1 页",
    ):
        assert squeezed(field) in squeezed(text), field
    for insurance in ("养老保险", "医疗保险", "失业保险", "工伤保险", "生育保险"):
        assert insurance in text
    states = next(line for line in text.splitlines() if "参保缴费" in line)
    assert states.split() == ["参保缴费"] * 4 + ["未提供"]


@pytest.mark.process
def test_row_of_the_table_is_printed_unchanged() -> None:
    text = text_of(made(samples.insurance()), "-layout")
    row = next(line for line in text.splitlines() if line.strip().startswith("2026-10"))
    last = samples.months(24)[-1]
    assert last.pension is not None
    assert last.medical is not None
    assert last.unemployment is not None
    amounts = [
        amount
        for part in (last.pension, last.medical, last.unemployment)
        for amount in (part.base, part.personal)
    ]
    assert row.split() == ["2026-10", *(f"{a:,.2f}" for a in amounts), last.state, last.employer]


@pytest.mark.process
def test_deposit_certificate_prints_every_field() -> None:
    text = text_of(made(samples.deposit()), "-layout")
    found = re.sub(r"\s+", " ", text)
    for name, value in {
        "姓 名": "王建明",
        "证件类型": "居民身份证",
        "证件号码": "100101195803120216",
        "个人账号": "100100045678",
        "单位名称": "示范市清泉科技有限公司",
        "开户日期": "2008年7月1日",
        "账户状态": "正常",
        "缴存基数": "8,650.00 元",
        "单位缴存比例": "12%",
        "个人缴存比例": "7%",
        "月缴存额": "1,643.50 元",
        "账户余额": "186,420.37 元",
        "缴至年月": "2026-10",
        "连续缴存月数": "219 个月",
    }.items():
        assert f"{name} {value}" in found, name
    assert "住房公积金缴存证明" in found


@pytest.mark.process
def test_large_amounts_are_exact_to_the_last_digit() -> None:
    balance = Decimal("12345678901234567.89")
    text = text_of(made(samples.deposit(balance=balance, employer_rate=Decimal("0.085"))))
    assert "12,345,678,901,234,567.89" in text
    assert "8.5%" in text


@pytest.mark.process
@pytest.mark.parametrize("name", [samples.RARE_NAME, LONG_HAN, LONG_LATIN, "𬀩·Ünal", "龘䶵𫝀鿏"])
def test_extracted_names_are_exact(name: str) -> None:
    assert len(LONG_HAN) == 25
    assert len(LONG_LATIN) == 100
    for document in (samples.insurance(name=name), samples.deposit(name=name)):
        assert squeezed(name) in squeezed(text_of(made(document)))


@pytest.mark.process
@pytest.mark.parametrize("count", [0, 1, 2, 24, 25, 26, 240])
def test_every_row_is_printed_once_below_a_table_head(count: int) -> None:
    pages = text_of(made(samples.insurance(count)), "-layout").split("\f")[:-1]
    rows = [re.findall(r"^ *(\d{4}-\d{2}) ", page, re.MULTILINE) for page in pages]
    assert [row for page in rows for row in page] == [str(r.month) for r in samples.months(count)]
    for page, found in zip(pages, rows, strict=True):
        assert bool(found) <= (page.count("缴费基数") == 3), "rows without their head"
        if count > 1:
            assert len(found) != 1, "a lone row"
    assert ("近24个月内无缴费记录" in squeezed(pages[0])) == (count == 0)
    numbers = [re.findall(r"第(\d+)页共(\d+)页", squeezed(page)) for page in pages]
    assert numbers == [[(str(n), str(len(pages)))] for n in range(1, len(pages) + 1)]


@pytest.mark.process
def test_long_employer_names_wrap_without_loss() -> None:
    employer = "示范市经济技术开发区清泉智能装备制造与信息技术服务股份有限公司第三分公司"
    text = text_of(made(samples.insurance(months=samples.months(24, employer))))
    found = Counter(squeezed(text))
    assert found["泉"] == 24
    assert found["叁"] == 0
    assert found["第"] >= 24


@pytest.mark.process
def test_missing_values_are_printed_as_not_provided() -> None:
    empty = samples.deposit(
        account=None,
        employer=None,
        opened_on=None,
        base=None,
        employer_rate=None,
        personal_rate=None,
        monthly_amount=None,
        balance=None,
        paid_to=None,
        consecutive_months=None,
        state=None,
    )
    text = text_of(made(replace(empty, issue=replace(samples.ISSUE, authority=None))))
    assert text.count("未提供") == 11 + 1 + 1  # the fields, the authority, the note about 未提供


@pytest.mark.process
def test_no_validity_is_printed_if_the_data_has_none() -> None:
    document = samples.insurance(issue=replace(samples.ISSUE, valid_until=None))
    assert "有效期" not in text_of(made(document))


def test_missing_glyph_is_a_fault() -> None:
    fault = render(samples.insurance(name="王\U0003fffd明"), sample=False)
    assert isinstance(fault, Fault)
    assert fault.same_as(faults.GLYPH_MISSING)
    assert "\U0003fffd" not in fault.detail


def test_missing_font_is_a_fault(tmp_path: Path) -> None:
    fault = render(samples.insurance(), sample=False, directories=[tmp_path])
    assert isinstance(fault, Fault)
    assert fault.same_as(faults.FONT_MISSING)


@pytest.mark.process
def test_only_samples_are_marked_on_every_page() -> None:
    document = samples.insurance(60)
    pages = text_of(made(document, sample=True)).split("\f")[:-1]
    assert len(pages) > 1
    assert all("样张" in page for page in pages)
    assert "样张" not in text_of(made(document))


@pytest.mark.process
def test_watermark_is_visible_but_not_extracted_as_text() -> None:
    """It darkens the blank middle of the page, and extracted text does not contain it."""
    document = samples.deposit()
    marked, plain = made(document, sample=True), made(document)
    box = (250, 600, 600, 800)
    assert grey_range(picture(plain).crop(box)) == (255, 255)
    darkest = grey_range(picture(marked).crop(box))[0]
    assert 225 <= darkest < 250
    assert text_of(marked).count("样张") == 1


@pytest.mark.process
def test_qpdf_reports_no_error(document: Document, tmp_path: Path) -> None:
    path = tmp_path / "document.pdf"
    path.write_bytes(made(document, sample=True))
    done = subprocess.run(["qpdf", "--check", path], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "WARNING" not in done.stderr


def test_metadata_have_language_and_title_but_no_personal_data(document: Document) -> None:
    pdf = made(document)
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        assert opened.pdf_version == "1.7"
        assert opened.Root.Lang == "zh-CN"
        assert bool(opened.Root.ViewerPreferences.DisplayDocTitle)
        title = str(opened.docinfo["/Title"])
        assert title in ("社会保险个人参保证明", "住房公积金缴存证明", "打印测试页")
        everything = " ".join(str(value) for value in opened.docinfo.values())
    assert samples.NAME not in everything
    assert samples.ID_NUMBER not in everything


def test_fonts_are_embedded_subsets_without_notdef_glyphs() -> None:
    with pikepdf.open(io.BytesIO(made(samples.insurance(name=samples.RARE_NAME)))) as opened:
        (page,) = opened.pages
        fonts = dict(page.Resources.Font)
        assert len(fonts) >= 2
        for font in fonts.values():
            assert font.Subtype == "/Type0"
            assert re.match(r"/[A-Z]{6}\+", str(font.BaseFont))
            assert len(font.DescendantFonts[0].FontDescriptor.FontFile2.read_bytes()) > 1000
        content = page.Contents.read_bytes()
    shown = re.findall(rb"<([0-9A-F]+)>Tj", content)
    assert len(shown) > 200
    codes = {text[at : at + 4] for text in shown for at in range(0, len(text), 4)}
    assert b"0000" not in codes


def test_certificate_file_is_small() -> None:
    assert len(made(samples.insurance(24))) <= 45_000


@pytest.mark.process
def test_page_is_a4_with_blank_margins(document: Document) -> None:
    pdf = made(document)
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        box = [float(value) for value in opened.pages[0].MediaBox]
    assert box == pytest.approx([0, 0, 595.28, 841.89], abs=0.02)
    page = picture(pdf, dpi=50)
    edge = Image.new("L", page.size, 255)
    edge.paste(page)
    inner = edge.copy()
    inner.paste(255, (2, 2, page.width - 2, page.height - 2))  # leaves the outer 1 mm
    assert inner.getextrema() == (255, 255)


@pytest.mark.process
def test_qr_code_modules_are_drawn_exactly() -> None:
    """Each module, sampled at its centre, has the value in the matrix of the encoder."""
    page = picture(made(samples.deposit()), dpi=300)
    dpmm = 300 / 25.4
    code = segno.make(samples.ISSUE.verify_url, error="m", micro=False, mask=2)
    size = len(code.matrix)
    left, top, side = 20 * dpmm, 271.5 * dpmm, 18 * dpmm
    wrong = 0
    for row, modules in enumerate(code.matrix):
        for column, dark in enumerate(modules):
            x = left + (column + 0.5) * side / size
            y = top + (row + 0.5) * side / size
            grey = page.getpixel((int(x), int(y)))
            assert isinstance(grey, int | float)
            wrong += (grey < 128) != bool(dark)
    assert wrong == 0
    quiet = 1.9 * dpmm
    around = page.crop(
        (int(left - quiet), int(top - quiet), int(left - 2), int(top + side + quiet))
    )
    assert around.crop((0, int(quiet), around.width, around.height)).getextrema() == (255, 255)


def test_same_data_gives_same_bytes_on_any_thread() -> None:
    documents = [samples.insurance(count, name) for count in (3, 24) for name in ("甲乙", "丙𠮷")]
    alone = [made(document, sample=True) for document in documents]
    with ThreadPoolExecutor(max_workers=4) as pool:
        together = list(pool.map(lambda d: made(d, sample=True), documents * 6))
    assert together == alone * 6


def test_repr_shows_no_personal_data() -> None:
    for document in (samples.insurance(), samples.deposit()):
        assert samples.NAME not in repr(document)
        assert samples.ID_NUMBER not in repr(document)
        assert "示范市清泉" not in repr(document)
    assert "示范市清泉" not in repr(samples.months(1)[0])


def test_invalid_month_is_refused() -> None:
    assert str(Month.of(date(2026, 3, 31))) == "2026-03"
    with pytest.raises(ValueError, match="13"):
        Month(2026, 13)


@pytest.mark.process
@pytest.mark.parametrize("state", AccountState)
def test_each_account_state_is_printed(state: AccountState) -> None:
    assert f"账户状态{state.value}" in squeezed(text_of(made(samples.deposit(state=state))))


@pytest.mark.process
def test_test_page_prints_its_data_and_grey_steps() -> None:
    pdf = made(samples.test_page())
    text = re.sub(r"\s+", " ", text_of(pdf, "-layout"))
    for printed in (
        "打印机状态 在线",
        "ipp://192.0.2.10/ipp/print",
        "2026-11-21 16:30:05",
        "𠮷㛃䶮𬀩",
    ):
        assert printed in text
    assert "校验码" not in text
    page = picture(pdf, dpi=100)
    # The strip of grey steps has eleven levels from white to black.
    counts = page.histogram()
    assert sum(1 for level in range(256) if counts[level] > 2000) >= 11


def test_states_in_another_order_are_printed_with_their_insurance() -> None:
    document: InsuranceCertificate = samples.insurance()
    shuffled = replace(document, states=list(reversed(document.states)))
    assert made(shuffled) == made(document)
