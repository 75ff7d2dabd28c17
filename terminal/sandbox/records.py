"""Computes the contents of each department's certificates for a resident.

Used by the issuer. A function returns ``None`` if there is nothing to certify: no account, no
pension, no loan.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal

from printing.documents import AccountState, Certificate, Insurance, Issue, Month
from printing.documents.certificates.contribution import (
    ContributionCertificate,
    ContributionSpan,
    InsuranceTotal,
)
from printing.documents.certificates.deposit import DepositCertificate
from printing.documents.certificates.deposit_statement import DepositStatement
from printing.documents.certificates.entitlement import EntitlementMonth, EntitlementRecord
from printing.documents.certificates.insurance import (
    Contribution,
    ContributionMonth,
    InsuranceCertificate,
    InsuranceState,
)
from printing.documents.certificates.loan_settlement import LoanSettlement
from printing.documents.certificates.loan_use import LoanHistory, LoanUseCertificate
from printing.documents.certificates.pension import PensionCertificate, PensionPayment

from . import ledger
from .ledger import Worked, before, last_month, money
from .residents import RESIDENTS, Employment, Resident

MONTHS_SHOWN = 24
PENSION_RAISE = Decimal("1.03")
"""Pensions are raised each January."""
PENSION_DAY = 15
LENT_DAY, SETTLED_DAY, OPENED_DAY = 12, 20, 5
ID_KIND = "居民身份证"
CLERK = "自助终端"
FUND_PHONE = "12329"
ADDRESSEE = "贷款地住房公积金管理中心"


# --- social insurance ---------------------------------------------------------------------------


def insurance(resident: Resident, issue: Issue) -> InsuranceCertificate:
    """Return 社会保险个人参保证明, with the 24 months before the month of issue."""
    months = ledger.worked(resident, issue.issued_on)
    current = None if resident.pension else resident.employments[0]
    first = before(last_month(issue.issued_on), MONTHS_SHOWN - 1)
    return InsuranceCertificate(
        issue=issue,
        name=resident.name,
        id_number=resident.id_number,
        sex=resident.sex,
        states=_states(resident, issue.issued_on),
        months_with_employer=current.months if current else None,
        months=[_row(resident, each, months) for each in months if each.month >= first],
        period_months=MONTHS_SHOWN,
    )


def _states(resident: Resident, day: date) -> Sequence[InsuranceState]:
    usual, other = "参保缴费", dict[Insurance, str]()
    if resident.pension is not None:
        usual = "终止参保"
        other = {Insurance.PENSION: "待遇领取", Insurance.MEDICAL: "退休参保"}
    elif last_month(day) >= ledger.retires(resident):
        other = {Insurance.PENSION: "延长缴费", Insurance.UNEMPLOYMENT: "终止参保"}
    return [InsuranceState(each, other.get(each, usual)) for each in Insurance]


def _row(resident: Resident, at: Worked, months: Sequence[Worked]) -> ContributionMonth:
    base = ledger.base_in(resident, at.month, months[-1].month)
    extended = at.month >= ledger.retires(resident)

    def part(rate: Decimal) -> Contribution:
        return Contribution(base, money(base * rate))

    return ContributionMonth(
        month=at.month,
        pension=part(ledger.PENSION_RATE),
        medical=part(ledger.MEDICAL_RATE),
        unemployment=None if extended else part(ledger.UNEMPLOYMENT_RATE),
        state="延长缴费" if extended else "正常缴费",
        employer=at.employment.employer,
    )


def contribution_certificate(resident: Resident, issue: Issue) -> ContributionCertificate:
    """Return 社会保险个人参保缴费证明: every employer in every insurance, oldest first."""
    months = ledger.worked(resident, issue.issued_on)
    spans = [
        span
        for each in Insurance
        for employment in reversed(resident.employments)
        if (span := _span(resident, each, employment, months)) is not None
    ]
    totals = dict.fromkeys(Insurance, 0)
    for span in spans:
        totals[span.insurance] += span.months or 0
    return ContributionCertificate(
        issue=issue,
        personal_number=resident.personal_number,
        name=resident.name,
        id_number=resident.id_number,
        spans=spans,
        totals=[InsuranceTotal(each, count) for each, count in totals.items()],
    )


def _span(
    resident: Resident, kind: Insurance, employment: Employment, months: Sequence[Worked]
) -> ContributionSpan | None:
    insured = [each.month for each in months if each.employment is employment]
    if kind is Insurance.UNEMPLOYMENT:
        insured = [month for month in insured if month < ledger.retires(resident)]
    if not insured or (employment.pension_only and kind is not Insurance.PENSION):
        return None
    ongoing = (
        employment.ended is None and employment.until_ago == 0 and insured[-1] == months[-1].month
    )
    return ContributionSpan(
        insurance=kind,
        employer_number=employment.number,
        employer=employment.employer,
        begins=insured[0],
        ends=None if ongoing else insured[-1],
        months=len(insured),
        ongoing=ongoing,
    )


def entitlement_record(resident: Resident, issue: Issue) -> EntitlementRecord | None:
    """Return 社会保险个人权益记录单 of last year; ``None`` if nothing was paid in that year."""
    year = issue.issued_on.year - 1
    months = ledger.worked(resident, issue.issued_on)
    known = [each for each in months if each.month.year <= year]
    of_year = [each for each in known if each.month.year == year]
    if not of_year:
        return None
    rows = []
    for each in of_year:
        base = ledger.base_in(resident, each.month, months[-1].month)
        # Since 2006 the employer's share goes only into the common fund (国发〔2005〕38号).
        none = Decimal("0.00")
        rows.append(EntitlementMonth(each.month, base, none, money(base * ledger.PENSION_RATE)))
    saved = ledger.pension_savings(resident, months, year)
    return EntitlementRecord(
        issue=issue,
        year=year,
        employer=of_year[-1].employment.employer,
        personal_number=resident.personal_number,
        name=resident.name,
        sex=resident.sex,
        id_number=resident.id_number,
        working_since=months[0].month,
        paid_to=of_year[-1].month,
        months_in_arrears=0,
        months_paid=len(known),
        months=rows,
        saved_this_year=saved.this_year,
        saved_in_all=saved.in_all,
    )


def pension_certificate(resident: Resident, issue: Issue) -> PensionCertificate | None:
    """Return 养老待遇领取证明; ``None`` for a person without a pension."""
    pension = resident.pension
    if pension is None:
        return None
    day = issue.issued_on
    last = Month.of(day) if day.day >= PENSION_DAY else last_month(day)
    payments = []
    for ago in range(11, -1, -1):
        month = before(last, ago)
        amount = money(pension.amount / PENSION_RAISE ** (last.year - month.year))
        paid_on = date(month.year, month.month, PENSION_DAY)
        payments.append(PensionPayment(month, amount, paid_on))
    return PensionCertificate(
        issue=issue,
        name=resident.name,
        id_number=resident.id_number,
        kind=pension.kind,
        since=Month.of(pension.since),
        monthly_amount=pension.amount,
        state="正常发放",
        payments=payments,
    )


# --- the housing fund ---------------------------------------------------------------------------


def deposit_certificate(resident: Resident, issue: Issue) -> DepositCertificate | None:
    """Return 住房公积金缴存证明; ``None`` for a person who never had an account."""
    deposit = resident.deposit
    if deposit is None:
        return None
    months = ledger.worked(resident, issue.issued_on)[-deposit.months :]
    part = money(resident.base * deposit.rate)
    return DepositCertificate(
        issue=issue,
        name=resident.name,
        id_kind=ID_KIND,
        id_number=resident.id_number,
        account=deposit.account,
        employer=months[-1].employment.employer,
        opened_on=_day(months[0].month, OPENED_DAY),
        base=resident.base,
        employer_rate=deposit.rate,
        personal_rate=deposit.rate,
        monthly_amount=part * 2,
        balance=ledger.movements(resident, deposit, issue.issued_on)[-1].balance,
        paid_to=months[-1].month,
        consecutive_months=0 if deposit.closed else ledger.consecutive(months),
        state=AccountState.CLOSED if deposit.closed else AccountState.NORMAL,
    )


def deposit_statement(resident: Resident, issue: Issue) -> DepositStatement | None:
    """Return 住房公积金明细: every movement since the account was opened."""
    deposit, account = resident.deposit, deposit_certificate(resident, issue)
    if deposit is None or account is None:
        return None
    entries = ledger.movements(resident, deposit, issue.issued_on)
    return DepositStatement(
        issue=issue,
        year=_year(entries[-1].booked_on),
        name=resident.name,
        id_number=resident.id_number,
        account=deposit.account,
        employer=account.employer,
        state=account.state,
        balance=account.balance,
        entries=entries,
        first_year=_year(entries[0].booked_on),
    )


def loan_use_certificate(resident: Resident, issue: Issue) -> LoanUseCertificate | None:
    """Return 异地贷款职工住房公积金缴存使用证明.

    ``None`` without an active account, and for a person who still owes a loan, because no other
    centre would lend to them.
    """
    account, loan = deposit_certificate(resident, issue), resident.loan
    owing = loan is not None and loan.settled_ago is None
    if account is None or account.state is not AccountState.NORMAL or owing:
        return None
    assert account.paid_to is not None
    assert account.consecutive_months is not None
    return LoanUseCertificate(
        issue=issue,
        addressee=ADDRESSEE,
        name=resident.name,
        id_number=resident.id_number,
        employer=account.employer,
        account=account.account,
        opened_on=account.opened_on,
        state=account.state,
        base=account.base,
        employer_rate=account.employer_rate,
        personal_rate=account.personal_rate,
        monthly_amount=account.monthly_amount,
        balance=account.balance,
        consecutive_from=before(account.paid_to, account.consecutive_months - 1),
        consecutive_to=account.paid_to,
        loans=LoanHistory.ONCE if loan else LoanHistory.NONE,
        clerk=CLERK,
        phone=FUND_PHONE,
    )


def loan_settlement(resident: Resident, issue: Issue) -> LoanSettlement | None:
    """Return 住房公积金贷款结清证明; ``None`` without a loan, and before it is settled."""
    loan = resident.loan
    if loan is None or loan.settled_ago is None:
        return None
    latest = last_month(issue.issued_on)
    lent = before(latest, loan.lent_ago)
    return LoanSettlement(
        issue=issue,
        contract_number=loan.contract_number,
        name=resident.name,
        id_number=resident.id_number,
        amount=loan.amount,
        bank=loan.bank,
        lent_on=_day(lent, LENT_DAY),
        periods=loan.periods,
        rate=loan.rate,
        due_on=_day(before(lent, -loan.periods), LENT_DAY),
        settled_on=_day(before(latest, loan.settled_ago), SETTLED_DAY),
        security=loan.security,
        property_address=loan.property_address,
    )


def _day(month: Month, day: int) -> date:
    return date(month.year, month.month, day)


def _year(day: date | None) -> int:
    assert day is not None  # the fund books every movement on a day
    return day.year


MAKERS: dict[str, Callable[[Resident, Issue], Certificate | None]] = {
    InsuranceCertificate.TYPE: insurance,
    ContributionCertificate.TYPE: contribution_certificate,
    EntitlementRecord.TYPE: entitlement_record,
    PensionCertificate.TYPE: pension_certificate,
    DepositCertificate.TYPE: deposit_certificate,
    DepositStatement.TYPE: deposit_statement,
    LoanUseCertificate.TYPE: loan_use_certificate,
    LoanSettlement.TYPE: loan_settlement,
}
"""The function that computes each type of document."""


def certified(document_type: str, on: date) -> tuple[Resident, ...]:
    """Return the residents for whom this type of document can be issued on this day."""
    maker = MAKERS[document_type]
    nothing = Issue("", "", "", on, None, "")
    return tuple(resident for resident in RESIDENTS if maker(resident, nothing) is not None)
