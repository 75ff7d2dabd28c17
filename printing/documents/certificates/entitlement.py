"""社会保险个人权益记录单: the pension account in one year."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from ...typesetting.amounts import count, money, yuan
from ...typesetting.issue import Issue
from ...typesetting.layout import Layout
from ...typesetting.sheet import Align
from ...typesetting.table import Column, set_table
from .certificate import SOCIAL, Certificate
from .data import Month, Personal, month

_COLUMNS = (
    Column("月份", 30),
    Column("缴费基数", 46, Align.RIGHT),
    Column("单位划入", 46, Align.RIGHT),
    Column("个人缴纳", 48, Align.RIGHT),
)


@dataclass(frozen=True, slots=True, repr=False)
class EntitlementMonth(Personal):
    """One month of the pension account."""

    month: Month
    base: Decimal | None
    from_employer: Decimal | None
    """单位划入"""
    from_person: Decimal | None
    """个人缴纳"""


@dataclass(frozen=True, slots=True, repr=False)
class EntitlementRecord(Certificate):
    """社会保险个人权益记录单 of one year."""

    TYPE: ClassVar = "entitlement_record"
    TITLE: ClassVar = "社会保险个人权益记录单"
    SOURCE: ClassVar = SOCIAL

    issue: Issue
    year: int
    employer: str | None
    personal_number: str | None
    name: str
    sex: str | None
    id_number: str
    working_since: Month | None
    """参加工作时间"""
    paid_to: Month | None
    """缴费截止"""
    months_in_arrears: int | None
    """欠缴月数"""
    months_paid: int | None
    """实际缴费月数"""
    months: Sequence[EntitlementMonth]
    saved_this_year: Decimal | None
    """本年储存额本息"""
    saved_in_all: Decimal | None
    """累计储存额本息"""

    def fill(self, layout: Layout) -> None:
        layout.facts(
            [
                [("姓　　名", self.name), ("性　　别", self.sex)],
                [("个人编号", self.personal_number), ("证件号码", self.id_number)],
                [("单位名称", self.employer)],
                [
                    ("参加工作时间", month(self.working_since)),
                    ("缴费截止年月", month(self.paid_to)),
                ],
                [
                    ("实际缴费月数", count(self.months_paid, "个月")),
                    ("欠缴月数", count(self.months_in_arrears, "个月")),
                ],
                [
                    ("本年储存额本息", yuan(self.saved_this_year)),
                    ("累计储存额本息", yuan(self.saved_in_all)),
                ],
            ]
        )
        notes = self.notes("金额单位为元。")
        rows = [
            [str(row.month), money(row.base), money(row.from_employer), money(row.from_person)]
            for row in self.months
        ]
        set_table(
            layout,
            _COLUMNS,
            rows,
            heading=f"{self.year} 年度养老保险个人账户",
            empty=f"{self.year} 年度无缴费记录",
            reserve=layout.closing_height(notes, self.issue),
        )
        layout.closing(notes, self.issue)
