"""养老待遇领取证明: the pension, and its last payments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import ClassVar

from ...typesetting.amounts import MISSING, day, money, yuan
from ...typesetting.issue import Issue
from ...typesetting.layout import Layout
from ...typesetting.sheet import Align
from ...typesetting.table import Column, set_table
from .certificate import SOCIAL, Certificate
from .data import Month, month

_COLUMNS = (
    Column("发放月份", 50),
    Column("发放金额", 60, Align.RIGHT),
    Column("发放日期", 60),
)
_LAST_PAYMENTS = 12
"""Number of payments that the list normally has. If the source sends more, all are printed."""


@dataclass(frozen=True, slots=True)
class PensionPayment:
    """One pension payment: its month, amount and day of payment."""

    month: Month
    amount: Decimal | None
    paid_on: date | None


@dataclass(frozen=True, slots=True, repr=False)
class PensionCertificate(Certificate):
    """养老待遇领取证明; ``payments``: normally the last twelve, oldest first."""

    TYPE: ClassVar = "pension_certificate"
    TITLE: ClassVar = "养老待遇领取证明"
    SOURCE: ClassVar = SOCIAL

    issue: Issue
    name: str
    id_number: str
    kind: str | None
    """待遇类别"""
    since: Month | None
    """起始年月"""
    monthly_amount: Decimal | None
    state: str | None
    """发放状态"""
    payments: Sequence[PensionPayment]

    def fill(self, layout: Layout) -> None:
        layout.facts(
            [
                [("姓　　名", self.name), ("证件号码", self.id_number)],
                [("待遇类别", self.kind), ("发放状态", self.state)],
                [("起始年月", month(self.since)), ("月待遇金额", yuan(self.monthly_amount))],
            ]
        )
        notes = self.notes("金额单位为元。")
        rows = [
            [str(payment.month), money(payment.amount), day(payment.paid_on) or MISSING]
            for payment in self.payments
        ]
        set_table(
            layout,
            _COLUMNS,
            rows,
            heading=f"近 {max(_LAST_PAYMENTS, len(rows))} 次发放情况",
            empty="无发放记录",
            reserve=layout.closing_height(notes, self.issue),
        )
        layout.closing(notes, self.issue)
