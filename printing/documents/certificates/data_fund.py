"""The data of the housing fund's documents, except the deposit certificate (`data`).

Amounts are in yuan; ``None``: not provided.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import ClassVar

from .data import AccountState, DocumentType, Issue, Month, Personal


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
class DepositStatement(Personal):
    """住房公积金明细 of ``year``, which must not be in the future.

    ``first_year``: first year of the list, which ends with ``year``; ``None``: the list covers
    ``year`` only.
    """

    TYPE: ClassVar[DocumentType] = DocumentType.DEPOSIT_STATEMENT

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


class LoanHistory(StrEnum):
    """住房公积金贷款记录"""

    NONE = "无贷款记录"
    ONCE = "一次已还清"
    TWICE_OR_MORE = "两次以上已还清"


@dataclass(frozen=True, slots=True, repr=False)
class LoanUseCertificate(Personal):
    """异地贷款职工住房公积金缴存使用证明, with a tear-off slip for the lending centre."""

    TYPE: ClassVar[DocumentType] = DocumentType.LOAN_USE_CERTIFICATE

    issue: Issue
    addressee: str
    """对方中心"""
    name: str
    id_number: str
    employer: str | None
    account: str | None
    opened_on: date | None
    state: AccountState | None
    base: Decimal | None
    employer_rate: Decimal | None
    personal_rate: Decimal | None
    monthly_amount: Decimal | None
    balance: Decimal | None
    consecutive_from: Month | None
    consecutive_to: Month | None
    loans: LoanHistory | None
    clerk: str | None
    """经办人"""
    phone: str | None


@dataclass(frozen=True, slots=True, repr=False)
class LoanSettlement(Personal):
    """住房公积金贷款结清证明; ``rate``: yearly interest as a fraction."""

    TYPE: ClassVar[DocumentType] = DocumentType.LOAN_SETTLEMENT

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
