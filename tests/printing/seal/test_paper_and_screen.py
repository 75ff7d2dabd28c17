"""A document that passes looks the same on the screen and on paper."""

from __future__ import annotations

import subprocess
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image, ImageDraw
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner
from PySide6.QtCore import QBuffer, QIODevice
from PySide6.QtGui import QColor, QPainter, QPdfWriter
from reportlab.pdfgen import canvas

from printing.seal import verify as seal

from .. import samples
from ..raw_pdf import Signer
from ..seal_fixtures import NOW, Authority
from .corpus.accepted import ACCEPTED
from .paper import (
    MOST_MM2,
    by_ghostscript,
    by_poppler,
    largest_difference_mm2,
    on_screen,
)


def compared(pdf: bytes, authority: Authority, folder: Path) -> None:
    """Fail if ``pdf`` does not pass, or if a page differs between screen and paper."""
    report = seal.verify(pdf, anchors=authority.anchors, at=NOW)
    assert isinstance(report, seal.SealReport), report
    file = folder / "sealed.pdf"
    file.write_bytes(pdf)
    for page in range(len(report.pages)):
        screen = on_screen(pdf, page)
        for print_renderer in (by_poppler, by_ghostscript):
            paper = print_renderer(file, page)
            found = largest_difference_mm2(screen, paper)
            assert found <= MOST_MM2, f"{print_renderer.__name__}: {found:.1f} mm² differ"


@pytest.mark.parametrize("name", ACCEPTED)
def test_screen_and_paper_agree(
    qapp: object, name: str, signer: Signer, authority: Authority, tmp_path: Path
) -> None:
    pdf = signer.sign(ACCEPTED[name]().build())
    compared(pdf, authority, tmp_path)


def test_screen_and_paper_agree_on_our_own_document(
    qapp: object, sealed: bytes, authority: Authority, tmp_path: Path
) -> None:
    compared(sealed, authority, tmp_path)


def _by_reportlab() -> bytes:
    out = BytesIO()
    page = canvas.Canvas(out)
    page.drawString(100, 700, "Certificate")
    page.setFillAlpha(0.5)
    page.circle(200, 300, 50, fill=1)
    page.bookmarkPage("top")
    page.addOutlineEntry("top", "top")
    page.linkURL("https://a.example", (0, 0, 50, 50))
    page.showPage()
    page.save()
    return out.getvalue()


def _by_pillow(mode: str) -> bytes:
    out = BytesIO()
    scan = Image.new("L", (1240, 1754), 255)
    ImageDraw.Draw(scan).rectangle((200, 200, 600, 300), fill=0)
    scan.convert(mode).save(out, "PDF", resolution=150)
    return out.getvalue()


def _by_qt() -> bytes:
    out = QBuffer()
    out.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(out)
    painter = QPainter(writer)
    painter.drawText(500, 500, "Certificate")
    painter.setOpacity(0.5)
    painter.fillRect(1000, 1000, 2000, 2000, QColor("red"))
    painter.end()
    return bytes(out.data().data())


PRODUCERS = {
    "ReportLab": _by_reportlab,
    "Pillow, in colour": lambda: _by_pillow("RGB"),
    "Pillow, black and white": lambda: _by_pillow("1"),
    "Qt": _by_qt,
}


@pytest.mark.parametrize(
    ("name", "tool"),
    [
        (name, tool)
        for name in PRODUCERS
        for tool in ("", "cairo", "Ghostscript")
        # pyHanko cannot update the files that Pillow writes.
        if tool or not name.startswith("Pillow")
    ],
)
def test_documents_of_other_producers_pass_and_agree(
    qapp: object, name: str, tool: str, authority: Authority, tmp_path: Path
) -> None:
    """Files of other programs, also converted by cairo and Ghostscript, sealed by pyHanko."""
    pdf = PRODUCERS[name]()
    if tool:
        before, after = tmp_path / "before.pdf", tmp_path / "after.pdf"
        before.write_bytes(pdf)
        command = {
            "cairo": ["pdftocairo", "-pdf", str(before), str(after)],
            "Ghostscript": ["gs", "-q", "-dNOPAUSE", "-dBATCH", "-sDEVICE=pdfwrite",
                            f"-sOutputFile={after}", str(before)],
        }[tool]  # fmt: skip
        subprocess.run(command, check=True, capture_output=True)
        pdf = after.read_bytes()
    compared(authority.demo.sign(pdf, verification_code=samples.CODE), authority, tmp_path)


def test_the_default_seal_of_pyhanko_passes_and_agrees(
    qapp: object, unsigned: bytes, authority: Authority, tmp_path: Path
) -> None:
    """It is a box with text in Courier, which is not embedded."""
    signer = PdfSigner(PdfSignatureMetadata(field_name="Seal"), authority.demo._cms_signer)
    writer = IncrementalPdfFileWriter(BytesIO(unsigned))
    compared(signer.sign_pdf(writer).getvalue(), authority, tmp_path)


def test_corpus_has_enough_documents() -> None:
    assert len(ACCEPTED) >= 30


def test_comparison_detects_a_missing_seal_but_ignores_a_moved_edge() -> None:
    """A test of the comparison itself."""
    page = Image.new("L", (827, 1169), 255)
    drawing = ImageDraw.Draw(page)
    drawing.rectangle((100, 100, 300, 300), fill=0)
    moved = Image.new("L", page.size, 255)
    moved.paste(page, (1, 1))
    assert largest_difference_mm2(page, moved) == 0
    for side, level in ((7, 120), (14, 215)):
        spotted = page.copy()
        ImageDraw.Draw(spotted).rectangle((600, 600, 600 + side, 600 + side), fill=level)
        assert largest_difference_mm2(page, spotted) > MOST_MM2, level
        assert largest_difference_mm2(spotted, page) > MOST_MM2, level
