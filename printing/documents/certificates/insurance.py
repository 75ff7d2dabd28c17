"""社会保险个人参保证明: the last months of the five social insurances."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from ...typesetting.amounts import MISSING, count, money
from ...typesetting.issue import Issue
from ...typesetting.layout import Layout
from ...typesetting.sheet import Align
from ...typesetting.table import Column, set_table
from .certificate import SOCIAL, Certificate
from .data import Insurance, Month, Personal

NONE = "—"

_COLUMNS = (
    Column("年月", 15),
    Column("缴费基数", 16.5, Align.RIGHT, "养老保险"),
    Column("个人缴费", 15, Align.RIGHT, "养老保险"),
    Column("缴费基数", 16.5, Align.RIGHT, "医疗保险"),
    Column("个人缴费", 15, Align.RIGHT, "医疗保险"),
    Column("缴费基数", 16.5, Align.RIGHT, "失业保险"),
    Column("个人缴费", 15, Align.RIGHT, "失业保险"),
    Column("缴费状态", 16.5),
    Column("参保单位", 44, Align.LEFT),
)


@dataclass(frozen=True, slots=True)
class InsuranceState:
    """The current state of one insurance in the source's words (参保缴费, 暂停缴费, 未参保 …)."""

    insurance: Insurance
    state: str | None


@dataclass(frozen=True, slots=True)
class Contribution:
    """Base (缴费基数) and the personal share (个人缴费), in yuan; ``None``: not provided."""

    base: Decimal | None
    personal: Decimal | None


@dataclass(frozen=True, slots=True, repr=False)
class ContributionMonth(Personal):
    """One month of the table; ``None`` for an insurance: it has no record for this month."""

    month: Month
    pension: Contribution | None
    medical: Contribution | None
    unemployment: Contribution | None
    state: str | None
    """缴费状态"""
    employer: str | None
    """参保单位"""


@dataclass(frozen=True, slots=True, repr=False)
class InsuranceCertificate(Certificate):
    """社会保险个人参保证明; ``months``: oldest first."""

    TYPE: ClassVar = "insurance_certificate"
    TITLE: ClassVar = "社会保险个人参保证明"
    SOURCE: ClassVar = SOCIAL

    issue: Issue
    name: str
    id_number: str
    """社会保障号码, as the source writes it."""
    sex: str | None
    states: Sequence[InsuranceState]
    months_with_employer: int | None
    """在现单位参保月数"""
    months: Sequence[ContributionMonth]
    period_months: int = 24
    """Number of past months that the table covers; ``months`` holds those that have a record."""

    def fill(self, layout: Layout) -> None:
        layout.facts(
            [
                [("姓　　名", self.name), ("性　　别", self.sex)],
                [
                    ("社会保障号码", self.id_number),
                    ("现单位参保月数", count(self.months_with_employer, "个月")),
                ],
            ]
        )
        known = {state.insurance: state.state for state in self.states}
        set_table(
            layout,
            [Column(insurance, 1) for insurance in Insurance],
            [[known.get(insurance) or MISSING for insurance in Insurance]],
            heading="目前参保状态",
        )
        notes = self.notes(f"金额单位为元；“{NONE}”表示当月无该险种缴费记录。")
        period = f"近 {self.period_months} 个月"
        set_table(
            layout,
            _COLUMNS,
            [_row(row) for row in self.months],
            heading=f"{period}缴费情况",
            empty=f"{period}内无缴费记录",
            reserve=layout.closing_height(notes, self.issue),
        )
        layout.closing(notes, self.issue)


def _contribution(contribution: Contribution | None) -> tuple[str, str]:
    if contribution is None:
        return NONE, NONE
    return money(contribution.base), money(contribution.personal)


def _row(row: ContributionMonth) -> list[str]:
    return [
        str(row.month),
        *_contribution(row.pension),
        *_contribution(row.medical),
        *_contribution(row.unemployment),
        row.state or MISSING,
        row.employer or MISSING,
    ]
