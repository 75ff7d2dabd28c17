"""The heading of a section is never the last text on a page."""

from __future__ import annotations

from dataclasses import replace

import pytest

from printing.documents import Document, Edition, FormField, ReportColumn, ReportSection, render

from .. import samples, samples_more
from ..samples_more import LISTS
from .test_documents import squeezed, text_of

pytestmark = pytest.mark.process


def pages_of(document: Document, edition: Edition) -> list[str]:
    """Return the text of each page without spaces."""
    pdf = render(document, sample=False, edition=edition)
    assert isinstance(pdf, bytes), pdf
    return [squeezed(page) for page in text_of(pdf, "-layout").split("\f")[:-1]]


@pytest.mark.parametrize("edition", Edition)
@pytest.mark.parametrize("kind", LISTS)
def test_table_begins_on_the_page_of_its_heading(kind: str, edition: Edition) -> None:
    listed = LISTS[kind]
    for count in (*range(16), 24, 25, 26):
        pages = pages_of(listed.build(count), edition)
        (headed,) = [page for page in pages if listed.heading in page]
        assert listed.column in headed.split(listed.heading)[1], f"{count} rows"


@pytest.mark.parametrize("edition", Edition)
def test_facts_begin_on_the_page_of_their_heading(edition: Edition) -> None:
    long = "示范市经济技术开发区" * 12
    for lines in range(6):
        document = samples.deposit(name=long[: 25 * (lines + 1)], account=long[: 25 * lines])
        (headed,) = [page for page in pages_of(document, edition) if "缴存信息" in page]
        assert "单位名称" in headed


@pytest.mark.parametrize("edition", Edition)
def test_form_and_report_sections_begin_on_the_page_of_their_heading(edition: Edition) -> None:
    for count in range(6, 34):
        fields = [FormField(f"栏目{n}", wide=True) for n in range(count)]
        form = replace(
            samples_more.form(), sections=[("甲", fields), ("乙部分", [FormField("末栏")])]
        )
        (headed,) = [page for page in pages_of(form, edition) if "乙部分" in page]
        assert "末栏" in headed, f"{count} fields"
        table = ReportSection(
            "丙部分",
            columns=[ReportColumn("项目", 1), ReportColumn("值", 1)],
            rows=[["子", "1"]] * 2,
        )
        lines = ReportSection("甲", [(f"第{n}项", "有") for n in range(count)])
        report = replace(samples_more.report(), sections=[lines, table])
        (headed,) = [page for page in pages_of(report, edition) if "丙部分" in page]
        assert "项目" in headed.split("丙部分")[1], f"{count} lines"
        assert "子" in headed.split("丙部分")[1], f"{count} lines"


@pytest.mark.parametrize(("count", "printed"), [(0, 12), (3, 12), (12, 12), (13, 13), (24, 24)])
def test_heading_states_the_number_of_payments(count: int, printed: int) -> None:
    text = "".join(pages_of(samples_more.pension(count), Edition.STANDARD))
    assert f"近{printed}次发放情况" in text
