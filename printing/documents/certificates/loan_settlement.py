"""住房公积金贷款结清证明: that a housing fund loan is paid back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import ClassVar

from ...typesetting.amounts import capitals, count, day, percent, yuan
from ...typesetting.issue import Issue
from ...typesetting.layout import Layout
from .certificate import FUND, Certificate


@dataclass(frozen=True, slots=True, repr=False)
class LoanSettlement(Certificate):
    """住房公积金贷款结清证明; ``rate``: yearly interest as a fraction."""

    TYPE: ClassVar = "loan_settlement"
    TITLE: ClassVar = "住房公积金贷款结清证明"
    SOURCE: ClassVar = FUND

    issue: Issue
    contract_number: str | None
    name: str
    """借款人"""
    id_number: str
    amount: Decimal
    bank: str | None
    """委托银行"""
    lent_on: date | None
    periods: int | None
    """期数, in months"""
    rate: Decimal | None
    due_on: date | None
    settled_on: date
    security: str | None
    """担保方式"""
    property_address: str | None
    """抵押物地址"""

    def fill(self, layout: Layout) -> None:
        notes = self.notes()
        settled = f"上述住房公积金贷款的本金及利息已于{day(self.settled_on)}全部结清，特此证明。"
        gap = 2 * layout.style.scale
        layout.facts(
            [
                [("借 款 人", self.name), ("身份证号码", self.id_number)],
                [("合同编号", self.contract_number), ("委托银行", self.bank)],
                [("贷款金额", yuan(self.amount))],
                [("金额大写", capitals(self.amount))],
                [("放款日期", day(self.lent_on)), ("到期日期", day(self.due_on))],
                [("贷款期数", count(self.periods, "期")), ("年利率", percent(self.rate))],
                [("结清日期", day(self.settled_on)), ("担保方式", self.security)],
                [("抵押物地址", self.property_address)],
            ],
            reserve=gap
            + layout.paragraph_height(settled)
            + layout.closing_height(notes, self.issue),
        )
        layout.y += gap
        layout.paragraph(settled)
        layout.closing(notes, self.issue)
