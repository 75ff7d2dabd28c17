"""住房公积金缴存证明: the current state of a person's housing fund account."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import ClassVar

from ...typesetting.amounts import count, day, percent, yuan
from ...typesetting.issue import Issue
from ...typesetting.layout import Layout
from .certificate import FUND, Certificate
from .data import AccountState, Month, month


@dataclass(frozen=True, slots=True, repr=False)
class DepositCertificate(Certificate):
    """住房公积金缴存证明. Money in yuan; rates as fractions (``Decimal("0.12")`` is 12 %)."""

    TYPE: ClassVar = "deposit_certificate"
    TITLE: ClassVar = "住房公积金缴存证明"
    SOURCE: ClassVar = FUND

    issue: Issue
    name: str
    id_kind: str
    """证件类型, e.g. 居民身份证"""
    id_number: str
    account: str | None
    """个人账号"""
    employer: str | None
    """单位名称"""
    opened_on: date | None
    """开户日期"""
    base: Decimal | None
    """缴存基数"""
    employer_rate: Decimal | None
    personal_rate: Decimal | None
    monthly_amount: Decimal | None
    """月缴存额"""
    balance: Decimal | None
    """账户余额"""
    paid_to: Month | None
    """缴至年月"""
    consecutive_months: int | None
    """连续缴存月数"""
    state: AccountState | None

    def fill(self, layout: Layout) -> None:
        layout.facts(
            [
                [("姓　　名", self.name), ("个人账号", self.account)],
                [("证件类型", self.id_kind), ("证件号码", self.id_number)],
            ]
        )
        notes = self.notes("“未提供”表示系统中没有这一项的数据。")
        layout.facts(
            [
                [("单位名称", self.employer)],
                [("开户日期", day(self.opened_on)), ("账户状态", self.state)],
                [("缴存基数", yuan(self.base)), ("月缴存额", yuan(self.monthly_amount))],
                [
                    ("单位缴存比例", percent(self.employer_rate)),
                    ("个人缴存比例", percent(self.personal_rate)),
                ],
                [
                    ("缴至年月", month(self.paid_to)),
                    ("连续缴存月数", count(self.consecutive_months, "个月")),
                ],
                [("账户余额", yuan(self.balance))],
            ],
            heading="缴存信息",
            reserve=layout.closing_height(notes, self.issue),
        )
        layout.closing(notes, self.issue)
