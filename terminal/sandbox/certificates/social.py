"""The certificates of social insurance: who has them, and their items in the catalogue.

A function returns ``None`` if there is nothing to certify, such as no pension.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from devices.identity import Assurance
from printing.documents import Insurance, Issue, Month
from printing.documents.certificates.contribution import (
    ContributionCertificate,
    ContributionSpan,
    InsuranceTotal,
)
from printing.documents.certificates.entitlement import EntitlementMonth, EntitlementRecord
from printing.documents.certificates.insurance import (
    Contribution,
    ContributionMonth,
    InsuranceCertificate,
    InsuranceState,
)
from printing.documents.certificates.pension import PensionCertificate, PensionPayment

from ...platform.wire import Text
from .. import ledger
from ..ledger import Worked, before, last_month, money
from ..residents import Employment, Resident
from .offer import MANY_PAGES, Department

INSURANCE = "100101-SI-0101"
CONTRIBUTION = "100101-SI-0102"
PENSION = "100101-SI-0104"

MONTHS_SHOWN = 24
PENSION_RAISE = Decimal("1.03")
"""Pensions are raised each January."""
PENSION_DAY = 15

_SOCIAL = Department(
    category=Text("社保", "Social insurance"),
    name=Text("样例市社会保险经办中心", "Sample City Social Insurance Centre"),
    phone="12333",
    materials=Text("本人居民身份证或社会保障卡", "your own ID card or social security card"),
    # A card that could be copied needs a code; a card read through a security module does not.
    assurance=Assurance.CARD_SECURE,
)


def insurance_certificate(resident: Resident, issue: Issue) -> InsuranceCertificate:
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


OFFERS = (
    _SOCIAL.offer(
        InsuranceCertificate,
        insurance_certificate,
        INSURANCE,
        "shield",
        title_en="Social insurance certificate",
        subtitle=Text("近 24 个月参保和缴费", "coverage and payments, last 24 months"),
        elder_title=Text("打印社保参保证明", "My insurance certificate"),
        elder_subtitle=Text("证明您参加了社保", "shows that you are insured"),
        who=Text("在样例市参加社会保险的人员", "people insured in Sample City"),
        valid_months=3,
    ),
    _SOCIAL.offer(
        ContributionCertificate,
        contribution_certificate,
        CONTRIBUTION,
        "coins",
        title_en="Contribution certificate",
        subtitle=Text("历年参保单位与累计月数", "every employer and all months so far"),
        elder_title=Text("打印社保缴费记录", "My payment record"),
        elder_subtitle=Text("在哪些单位交过，一共多少个月", "where and how long you paid in"),
        who=Text("在样例市参加过社会保险的人员", "people who are or were insured in Sample City"),
        valid_months=3,
    ),
    _SOCIAL.offer(
        EntitlementRecord,
        entitlement_record,
        "100101-SI-0103",
        "list",
        title_en="Pension account record",
        subtitle=Text("上年度个人账户缴费与储存额", "last year's contributions and savings"),
        elder_title=Text("打印社保对账单", "My pension account statement"),
        elder_subtitle=Text("养老账户里存了多少钱", "how much is in your account"),
        who=Text(
            "上年度在样例市缴纳养老保险的人员", "people who paid into a pension here last year"
        ),
        assurance=Assurance.SECOND_FACTOR,
        materials=Text(
            "本人居民身份证或社会保障卡，以及在社保中心登记的手机",
            "your own card, and the phone registered with the insurance centre",
        ),
        editions=MANY_PAGES,
    ),
    _SOCIAL.offer(
        PensionCertificate,
        pension_certificate,
        PENSION,
        "wallet",
        title_en="Pension certificate",
        subtitle=Text("待遇类别、月金额与近 12 次发放", "kind, amount and the last 12 payments"),
        elder_title=Text("打印养老金证明", "My pension certificate"),
        elder_subtitle=Text("证明您每月领多少养老金", "shows how much pension you receive"),
        who=Text("在样例市领取养老金的人员", "people who receive a pension in Sample City"),
        valid_months=6,
    ),
)
