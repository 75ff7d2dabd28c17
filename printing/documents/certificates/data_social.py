"""The data of the social insurance documents, except the insurance certificate (`data`).

Amounts are in yuan; ``None``: not provided.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import ClassVar

from .data import DocumentType, Insurance, Issue, Month, Personal


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
class ContributionCertificate(Personal):
    """社会保险个人参保缴费证明: all spans of all insurances, and the totals."""

    TYPE: ClassVar[DocumentType] = DocumentType.CONTRIBUTION_CERTIFICATE

    issue: Issue
    personal_number: str | None
    """个人编号"""
    name: str
    id_number: str
    spans: Sequence[ContributionSpan]
    totals: Sequence[InsuranceTotal]


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
class EntitlementRecord(Personal):
    """社会保险个人权益记录单 of one year."""

    TYPE: ClassVar[DocumentType] = DocumentType.ENTITLEMENT_RECORD

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


@dataclass(frozen=True, slots=True)
class PensionPayment:
    """One pension payment: its month, amount and day of payment."""

    month: Month
    amount: Decimal | None
    paid_on: date | None


@dataclass(frozen=True, slots=True, repr=False)
class PensionCertificate(Personal):
    """养老待遇领取证明; ``payments``: normally the last twelve, oldest first."""

    TYPE: ClassVar[DocumentType] = DocumentType.PENSION_CERTIFICATE

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
