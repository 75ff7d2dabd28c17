"""社会保险个人参保缴费证明: every employer in every insurance, and the totals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from ...typesetting.amounts import MISSING, count
from ...typesetting.issue import Issue
from ...typesetting.layout import Layout
from ...typesetting.sheet import Align
from ...typesetting.table import Column, set_table
from .certificate import SOCIAL, Certificate
from .data import Insurance, Month, Personal, month

_SPANS = (
    Column("险种", 22),
    Column("单位编号", 28),
    Column("单位名称", 62, Align.LEFT),
    Column("开始年月", 19),
    Column("终止年月", 19),
    Column("累计月数", 20, Align.RIGHT),
)


@dataclass(frozen=True, slots=True, repr=False)
class ContributionSpan(Personal):
    """A period of contributions to one insurance with one employer."""

    insurance: Insurance
    employer_number: str | None
    """单位编号"""
    employer: str | None
    begins: Month | None
    ends: Month | None
    """``None``: not provided, or not ended if ``ongoing`` is true."""
    months: int | None
    """累计月数"""
    ongoing: bool = False
    """至今: whether the period has not ended."""


@dataclass(frozen=True, slots=True)
class InsuranceTotal:
    """The total of one insurance, stated by the source. It is not a sum: spans may overlap."""

    insurance: Insurance
    months: int | None


@dataclass(frozen=True, slots=True, repr=False)
class ContributionCertificate(Certificate):
    """社会保险个人参保缴费证明: all spans of all insurances, and the totals."""

    TYPE: ClassVar = "contribution_certificate"
    TITLE: ClassVar = "社会保险个人参保缴费证明"
    SOURCE: ClassVar = SOCIAL

    issue: Issue
    personal_number: str | None
    """个人编号"""
    name: str
    id_number: str
    spans: Sequence[ContributionSpan]
    totals: Sequence[InsuranceTotal]

    def fill(self, layout: Layout) -> None:
        layout.facts(
            [
                [("姓　　名", self.name), ("个人编号", self.personal_number)],
                [("证件号码", self.id_number)],
            ]
        )
        totals = {total.insurance: total.months for total in self.totals}
        set_table(
            layout,
            [Column(insurance, 1) for insurance in Insurance],
            [[count(totals.get(insurance), "个月") or MISSING for insurance in Insurance]],
            heading="累计缴费月数",
        )
        notes = self.notes(
            "累计缴费月数以经办系统的统计为准；各段时间可能重叠，不能相加。",
        )
        set_table(
            layout,
            _SPANS,
            [_span(span) for span in self.spans],
            heading="参保缴费经历",
            empty="无参保缴费记录",
            reserve=layout.closing_height(notes, self.issue),
        )
        layout.closing(notes, self.issue)


def _span(span: ContributionSpan) -> list[str]:
    return [
        span.insurance,
        span.employer_number or MISSING,
        span.employer or MISSING,
        month(span.begins) or MISSING,
        "至今" if span.ongoing else month(span.ends) or MISSING,
        MISSING if span.months is None else str(span.months),
    ]
