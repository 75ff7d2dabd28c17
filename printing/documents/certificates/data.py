"""The data of each document: what a data source passes to the typesetter.

A field that the source does not know is ``None`` and is printed as 未提供, never left blank. The
classes hold personal data, so no ``repr`` shows their fields.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import ClassVar


class DocumentType(StrEnum):
    """Stable code of each kind of document, written into the sealed file (docs/documents.md)."""

    INSURANCE_CERTIFICATE = "insurance_certificate"
    """社会保险个人参保证明"""
    DEPOSIT_CERTIFICATE = "deposit_certificate"
    """住房公积金缴存证明"""
    CONTRIBUTION_CERTIFICATE = "contribution_certificate"
    """社会保险个人参保缴费证明"""
    ENTITLEMENT_RECORD = "entitlement_record"
    """社会保险个人权益记录单"""
    PENSION_CERTIFICATE = "pension_certificate"
    """养老待遇领取证明"""
    DEPOSIT_STATEMENT = "deposit_statement"
    """住房公积金明细"""
    LOAN_USE_CERTIFICATE = "loan_use_certificate"
    """异地贷款职工住房公积金缴存使用证明"""
    LOAN_SETTLEMENT = "loan_settlement"
    """住房公积金贷款结清证明"""
    RECEIPT = "receipt"
    """业务回执; typeset by the terminal, like all types below."""
    APPLICATION_FORM = "application_form"
    """申请表"""
    REPORT = "report"
    """诊断报告 or 站点报告; no personal data."""
    TEST_PAGE = "test_page"
    """打印测试页 for maintainers; no personal data."""


class Personal:
    """Base class for data about a person: its ``repr`` shows only the name of the class."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """A calendar month (年月)."""

    year: int
    month: int

    def __post_init__(self) -> None:
        if not 1 <= self.month <= 12:
            raise ValueError(f"no such month: {self.month}")

    @classmethod
    def of(cls, day: date) -> Month:
        """Return the month of ``day``."""
        return cls(day.year, day.month)

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.month:02d}"


@dataclass(frozen=True, slots=True)
class Issue:
    """The fields that every issued document has.

    ``verify_url``: address in the QR code. It may contain the verification code, never personal
    data. ``valid_until``: last day of validity, from the data of the city (2, 3 or 6 months);
    ``None``: the data states no validity.
    """

    document_number: str
    """文件编号"""
    verification_code: str
    """校验码"""
    verify_url: str
    issued_on: date
    """打印日期"""
    authority: str | None
    """经办机构"""
    station: str
    """Name of the station that prints the document."""
    valid_until: date | None = None


class Insurance(StrEnum):
    """The five insurances, in the order in which they are printed."""

    PENSION = "养老保险"
    MEDICAL = "医疗保险"
    UNEMPLOYMENT = "失业保险"
    INJURY = "工伤保险"
    MATERNITY = "生育保险"


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
class InsuranceCertificate(Personal):
    """社会保险个人参保证明; ``months``: oldest first."""

    TYPE: ClassVar[DocumentType] = DocumentType.INSURANCE_CERTIFICATE

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


class AccountState(StrEnum):
    """账户状态 of a housing deposit account."""

    NORMAL = "正常"
    FROZEN = "封存"
    ARREARS = "欠款"
    CLOSED = "销户"
    OTHER = "其他"


@dataclass(frozen=True, slots=True, repr=False)
class DepositCertificate(Personal):
    """住房公积金缴存证明. Money in yuan; rates as fractions (``Decimal("0.12")`` is 12 %)."""

    TYPE: ClassVar[DocumentType] = DocumentType.DEPOSIT_CERTIFICATE

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


@dataclass(frozen=True, slots=True)
class TestPage:
    """打印测试页: ``lines`` state the printer's condition, in the words of the maintenance page."""

    __test__ = False  # tells pytest that this is not a test case, despite its name
    TYPE: ClassVar[DocumentType] = DocumentType.TEST_PAGE

    station: str
    printed_at: datetime
    lines: Sequence[tuple[str, str]]
    """Name and value of each line."""
