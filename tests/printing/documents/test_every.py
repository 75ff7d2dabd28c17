"""Every document in both editions with extreme data: long names, no values, any length."""

from __future__ import annotations

import re
import subprocess
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest

from printing.documents import Certificate, Document, Edition, FormField, render

from .. import samples, samples_more
from ..samples_more import EVERY
from .test_documents import LONG_HAN, LONG_LATIN, squeezed, text_of

pytestmark = pytest.mark.process


PERSONS = sorted(kind for kind, document in EVERY.items() if hasattr(document, "issue"))
EDGE_MM = 10.0
"""Smallest distance of a word from the paper's edge; printers leave 4 or 5 mm blank."""


def made(document: Document, edition: Edition) -> bytes:
    pdf = render(document, sample=False, edition=edition)
    assert isinstance(pdf, bytes), pdf
    return pdf


def words_off_the_page(pdf: bytes) -> list[str]:
    """Return the words that poppler finds too near to the edge of their page."""
    listed = subprocess.run(
        ["pdftotext", "-bbox", "-", "-"], input=pdf, capture_output=True, check=True
    ).stdout.decode()
    width = height = 0.0
    found = []
    edge = EDGE_MM * 72 / 25.4
    for line in listed.splitlines():
        if page := re.search(r'<page width="([\d.]+)" height="([\d.]+)"', line):
            width, height = map(float, page.groups())
        pattern = r'xMin="(\S+)" yMin="(\S+)" xMax="(\S+)" yMax="(\S+)">(.*)</word'
        if word := re.search(pattern, line):
            left, top, right, bottom = map(float, word.groups()[:4])
            inside = left >= edge and right <= width - edge and bottom <= height - edge / 2
            if not (inside and top >= edge / 2):
                found.append(word[5])
    assert width > 0
    return found


@pytest.mark.parametrize(
    "name", [LONG_HAN, LONG_LATIN, samples.RARE_NAME], ids=["25", "100", "rare"]
)
@pytest.mark.parametrize("edition", Edition)
@pytest.mark.parametrize("kind", PERSONS)
def test_long_name_is_extracted_exactly_and_stays_on_the_page(
    kind: str, edition: Edition, name: str
) -> None:
    named: dict[str, Any] = {"name": name}
    pdf = made(replace(EVERY[kind], **named), edition)
    # Raw: in the order of the content stream, so that a name over two lines is not divided.
    assert squeezed(name) in squeezed(text_of(pdf, "-raw"))
    assert words_off_the_page(pdf) == []


@pytest.mark.parametrize("edition", Edition)
@pytest.mark.parametrize("kind", sorted(EVERY))
def test_no_word_is_outside_the_page(kind: str, edition: Edition) -> None:
    off = words_off_the_page(made(EVERY[kind], edition))
    assert off == []


@pytest.mark.parametrize("edition", Edition)
@pytest.mark.parametrize("kind", PERSONS)
def test_every_missing_field_is_printed_as_not_provided(kind: str, edition: Edition) -> None:
    """All optional fields are missing at once; both editions print 未提供 equally often."""
    document = EVERY[kind]
    unknown: dict[str, Any] = {
        field.name: None
        for field in fields(document)
        if "None" in str(field.type) and field.name != "issue"
    }
    assert isinstance(document, Certificate)
    bare = replace(document, issue=replace(document.issue, authority=None), **unknown)
    text = squeezed(text_of(made(bare, edition), "-raw"))
    # Several fields may be printed as one value, and some fields are not printed alone.
    assert text.count("未提供") >= max(1, len(unknown) - 4)
    assert "None" not in text
    if edition is Edition.LARGE:
        standard = squeezed(text_of(made(bare, Edition.STANDARD), "-raw"))
        assert text.count("未提供") == standard.count("未提供")


@pytest.mark.parametrize("edition", Edition)
@pytest.mark.parametrize("count", [0, 1, 24, 240])
def test_insurance_certificate_of_any_length_fits_its_pages(count: int, edition: Edition) -> None:
    pages = text_of(made(samples.insurance(count), edition), "-layout").split("\f")[:-1]
    rows = [len(re.findall(r"^ *\d{4}-\d{2} +\d,\d{3}\.00", page, re.MULTILINE)) for page in pages]
    assert sum(rows) == count
    if count > 1:
        assert 1 not in rows, "a lone row"
    else:
        assert ("无缴费记录" in "".join(pages)) is (count == 0)


@pytest.mark.parametrize("edition", Edition)
@pytest.mark.parametrize("kind", sorted(EVERY))
def test_qpdf_reports_no_error_and_bytes_are_reproducible(
    kind: str, edition: Edition, tmp_path: Path
) -> None:
    pdf = made(EVERY[kind], edition)
    path = tmp_path / "document.pdf"
    path.write_bytes(pdf)
    done = subprocess.run(["qpdf", "--check", path], capture_output=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert pdf == made(EVERY[kind], edition)


@pytest.mark.parametrize("edition", Edition)
@pytest.mark.parametrize("fields_more", [0, 2, 4, 6, 8, 10, 12])
def test_declaration_and_signature_are_on_one_page(edition: Edition, fields_more: int) -> None:
    form = samples_more.form()
    further = [FormField(f"栏目{n}") for n in range(2 * fields_more)]
    long = replace(form, sections=[*form.sections, ("更多", further)])
    pages = text_of(made(long, edition), "-layout").split("\f")
    (signed,) = [page for page in pages if "申请人签名" in page]
    assert "申请人声明" in signed
    assert "本人承诺" in signed
