"""住房公积金明细: the movements on a housing fund account."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import ClassVar

from ...typesetting.amounts import MISSING, money, yuan
from ...typesetting.issue import Issue
from ...typesetting.layout import Layout
from ...typesetting.sheet import Align
from ...typesetting.table import Column, set_table
from .certificate import FUND, Certificate
from .data import AccountState, Month, Personal, month

_COLUMNS = (
    Column("业务类型", 24),
    Column("单位名称", 56, Align.LEFT),
    Column("发生额", 24, Align.RIGHT),
    Column("余额", 25, Align.RIGHT),
    Column("汇缴年月", 18),
    Column("记账日期", 23),
)


@dataclass(frozen=True, slots=True, repr=False)
class DepositEntry(Personal):
    """One booking on the account; ``amount`` is negative for a withdrawal."""

    kind: str
    """业务类型"""
    employer: str | None
    """``None``: the booking belongs to no employer, e.g. a withdrawal."""
    amount: Decimal
    balance: Decimal | None
    month: Month | None
    """汇缴年月"""
    booked_on: date | None
    """记账日期"""


@dataclass(frozen=True, slots=True, repr=False)
class DepositStatement(Certificate):
    """住房公积金明细 of ``year``, which must not be in the future.

    ``first_year``: first year of the list, which ends with ``year``; ``None``: the list covers
    ``year`` only.
    """

    TYPE: ClassVar = "deposit_statement"
    TITLE: ClassVar = "住房公积金明细"
    SOURCE: ClassVar = FUND

    issue: Issue
    year: int
    name: str
    id_number: str
    account: str | None
    employer: str | None
    state: AccountState | None
    balance: Decimal | None
    entries: Sequence[DepositEntry]
    first_year: int | None = None

    def __post_init__(self) -> None:
        if self.year > self.issue.issued_on.year:
            raise ValueError(f"no statement of a future year: {self.year}")
        if self.first_year is not None and self.first_year > self.year:
            raise ValueError(f"years from {self.first_year} to {self.year}")

    def fill(self, layout: Layout) -> None:
        layout.facts(
            [
                [("姓　　名", self.name), ("证件号码", self.id_number)],
                [("个人账号", self.account), ("账户状态", self.state)],
                [("单位名称", self.employer)],
                [("账户余额", yuan(self.balance))],
            ]
        )
        notes = self.notes("金额单位为元，提取等支出以负数表示。")
        first = self.first_year
        years = f"{self.year} 年" if first in (None, self.year) else f"{first}—{self.year} 年"
        set_table(
            layout,
            _COLUMNS,
            [_entry(entry) for entry in self.entries],
            heading=f"{years}账户明细（共 {len(self.entries)} 笔）",
            empty=f"{years}无账户明细",
            reserve=layout.closing_height(notes, self.issue),
        )
        layout.closing(notes, self.issue)


def _entry(entry: DepositEntry) -> list[str]:
    return [
        entry.kind,
        entry.employer or "—",
        money(entry.amount),
        money(entry.balance),
        month(entry.month) or "—",
        MISSING if entry.booked_on is None else entry.booked_on.isoformat(),
    ]
