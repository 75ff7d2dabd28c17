"""The figures of the certificates add up, and different certificates agree."""

from __future__ import annotations

from collections import Counter
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

import pytest

from printing.documents import AccountState, Insurance, Issue, Month
from printing.documents.certificates.loan_use import LoanHistory
from terminal.sandbox import items
from terminal.sandbox.certificates import fund, social
from terminal.sandbox.residents import RESIDENTS, Resident

from .expected import EXPECTED

DAYS = [date(2026, 3, 14), date(2026, 7, 1), date(2026, 11, 21), date(2027, 1, 1)]
BY_KEY = {resident.key: resident for resident in RESIDENTS}
everyone = pytest.mark.parametrize("resident", RESIDENTS, ids=lambda each: each.key)
any_day = pytest.mark.parametrize("day", DAYS, ids=str)


def issue(day: date = DAYS[0]) -> Issue:
    return Issue(
        document_number="SI1",
        verification_code="AAAA",
        verify_url="https://sandbox.invalid/v/AAAA",
        issued_on=day,
        authority=None,
        station="S",
    )


def cents(amount: Decimal) -> Decimal:
    return amount.quantize(Decimal("0.01"), ROUND_HALF_UP)


def months_between(first: Month, last: Month) -> int:
    return (last.year - first.year) * 12 + last.month - first.month + 1


@everyone
@any_day
def test_residents_have_the_expected_certificates(resident: Resident, day: date) -> None:
    """A pensioner has a pension and pays nothing; a loan is certified once it is paid back."""
    made = {
        offer.item.document_type: paper
        for offer in items.OFFERS
        if (paper := offer.make(resident, issue(day))) is not None
    }
    assert set(made) == {
        kind for kind, each in EXPECTED.items() if resident.key in each.holders.split()
    }
    assert all(kind == type(paper).TYPE for kind, paper in made.items())


@everyone
@any_day
def test_movements_add_up_to_the_balance(resident: Resident, day: date) -> None:
    statement = fund.deposit_statement(resident, issue(day))
    account = fund.deposit_certificate(resident, issue(day))
    if statement is None:
        assert account is None
        return
    assert account is not None
    running = Decimal(0)
    booked = date.min
    for entry in statement.entries:
        running += entry.amount
        assert entry.balance == running >= 0
        assert entry.booked_on is not None
        assert booked <= entry.booked_on < day
        booked = entry.booked_on
    assert statement.balance == account.balance == running
    assert (statement.state, statement.employer) == (account.state, account.employer)
    first = statement.entries[0].booked_on
    assert first is not None
    assert (statement.first_year, statement.year) == (first.year, booked.year)
    months = [entry.month for entry in statement.entries if entry.kind == "汇缴"]
    paid = [month for month in months if month is not None]
    assert paid == months
    assert paid[-1] == account.paid_to
    if account.state is AccountState.NORMAL:
        last = account.monthly_amount
        assert [each.amount for each in statement.entries if each.kind == "汇缴"][-1] == last
        run = 1
        while run < len(paid) and months_between(paid[-run - 1], paid[-run]) == 2:
            run += 1
        assert account.consecutive_months == run
    else:
        assert (account.balance, account.consecutive_months) == (Decimal(0), 0)


def test_interest_is_paid_on_the_mean_of_the_months() -> None:
    """Twelve month-end balances bear 1.5 % interest on their mean."""
    statement = fund.deposit_statement(BY_KEY["rare"], issue())
    assert statement is not None
    credited = next(
        n for n, each in enumerate(statement.entries) if each.booked_on == date(2024, 6, 30)
    )
    ends = [each.balance or Decimal(0) for each in statement.entries[credited - 12 : credited]]
    mean = sum(ends, Decimal(0)) / 12
    assert statement.entries[credited].kind == "年度结息"
    assert statement.entries[credited].amount == cents(mean * 15 / 1000)


def test_one_resident_has_a_long_list() -> None:
    for day in DAYS:
        statement = fund.deposit_statement(BY_KEY["long"], issue(day))
        assert statement is not None
        assert len(statement.entries) >= 240
        assert len({each.employer for each in statement.entries if each.employer}) == 3
        assert any(each.amount < 0 for each in statement.entries)


@everyone
@any_day
def test_social_insurance_certificates_agree_on_months(resident: Resident, day: date) -> None:
    certificate = social.insurance_certificate(resident, issue(day))
    contribution = social.contribution_certificate(resident, issue(day))
    totals = {each.insurance: each.months for each in contribution.totals}
    for insurance, months in totals.items():
        spans = [each for each in contribution.spans if each.insurance is insurance]
        assert sum(each.months or 0 for each in spans) == months
        for span in spans:
            last = span.ends or Month(2026, day.month - 1) if day.year == 2026 else Month(2026, 12)
            assert span.begins is not None
            assert months_between(span.begins, last if span.ongoing else span.ends or last) == (
                span.months
            )
    ongoing = [each for each in contribution.spans if each.ongoing]
    if resident.pension:
        assert not certificate.months
        assert not ongoing
        assert certificate.months_with_employer is None
    else:
        now = next(each for each in ongoing if each.insurance is Insurance.PENSION)
        assert (certificate.months_with_employer, certificate.months[-1].employer) == (
            now.months, now.employer,
        )  # fmt: skip
    record = social.entitlement_record(resident, issue(day))
    if record is None:
        return
    assert record.year == day.year - 1
    assert record.working_since == min(each.begins for each in contribution.spans if each.begins)
    shown = {each.month: each.pension for each in certificate.months}
    for row in record.months:
        assert row.month.year == record.year
        pension = shown.get(row.month)
        if pension is not None:  # the certificate covers 24 months, the record one year
            assert (row.base, row.from_person) == (pension.base, pension.personal)
    # The later count has only the payments since the year's end in addition.
    since = sum(month > Month(record.year, 12) for month in shown)
    assert (record.months_paid or 0) + since == totals[Insurance.PENSION]


def test_pension_savings_match_the_manual_calculation() -> None:
    """Seventeen months of the noaccount resident: contributions and interest, computed by hand."""
    record = social.entitlement_record(BY_KEY["noaccount"], issue(date(2026, 3, 14)))
    assert record is not None
    # Two months of 2024 (from October) and all of 2025; the base rose in July 2025.
    earlier = cents(Decimal("4879.00") / Decimal("1.04"))
    part, raised = cents(earlier * 8 / 100), cents(Decimal("4879.00") * 8 / 100)
    rate = Decimal("0.0262")
    of_2024 = part * 3 + cents(part * rate * (2 + 1 + 0) / 12)
    interest = part * rate * sum(range(6, 12)) / 12 + raised * rate * sum(range(6)) / 12
    of_2025 = part * 6 + raised * 6 + cents(interest)
    assert [row.from_person for row in record.months] == [part] * 6 + [raised] * 6
    assert record.saved_this_year == of_2025
    assert record.saved_in_all == cents(of_2024 * (1 + rate)) + of_2025
    assert (record.paid_to, record.months_paid) == (Month(2025, 12), 15)


def test_insurance_certificate_covers_the_last_24_months() -> None:
    months = social.insurance_certificate(BY_KEY["wang"], issue()).months
    assert [months[0].month, months[-1].month] == [Month(2024, 3), Month(2026, 2)]
    assert len(months) == 24
    last = months[-1]
    assert last.pension is not None
    assert (last.pension.base, last.pension.personal) == (Decimal("8600.00"), Decimal("688.00"))
    # Bases are adjusted each July, so months before last July have lower bases.
    before = next(each for each in months if each.month == Month(2025, 6))
    assert before.pension is not None
    assert before.pension.base == Decimal("8269.23")


def test_extended_contributions_are_stated() -> None:
    """王建明 is 68: he pays on for a pension, and his unemployment insurance has ended."""
    certificate = social.insurance_certificate(BY_KEY["wang"], issue())
    states = {each.insurance: each.state for each in certificate.states}
    assert states[Insurance.PENSION] == "延长缴费"
    assert states[Insurance.UNEMPLOYMENT] == "终止参保"
    assert states[Insurance.MEDICAL] == "参保缴费"
    assert all(each.unemployment is None for each in certificate.months)
    assert Counter(each.state for each in certificate.months) == {"延长缴费": 24}
    spans = social.contribution_certificate(BY_KEY["wang"], issue()).spans
    unemployment = next(each for each in spans if each.insurance is Insurance.UNEMPLOYMENT)
    assert (unemployment.ends, unemployment.ongoing) == (Month(2018, 2), False)
    assert {
        each.state for each in social.insurance_certificate(BY_KEY["long"], issue()).states
    } == {"参保缴费"}


def test_retired_person_has_states_but_no_months() -> None:
    retired = social.insurance_certificate(BY_KEY["li"], issue())
    assert list(retired.months) == []
    assert [each.state for each in retired.states][:3] == ["待遇领取", "退休参保", "终止参保"]


def test_change_of_employer_is_shown_in_its_month() -> None:
    employers = [
        each.employer for each in social.insurance_certificate(BY_KEY["long"], issue()).months
    ]
    assert len(employers) == 24
    assert len(set(employers[:15])) == len(set(employers[15:])) == 1
    assert employers[14] != employers[15]


def test_month_without_employment_has_no_row() -> None:
    assert len(social.insurance_certificate(BY_KEY["noaccount"], issue()).months) == 17


@pytest.mark.parametrize(
    ("day", "last"),
    [
        (date(2026, 3, 14), Month(2026, 2)),
        (date(2026, 3, 15), Month(2026, 3)),
        (date(2026, 1, 1), Month(2025, 12)),
    ],
)
def test_twelve_payments_end_with_the_latest(day: date, last: Month) -> None:
    pension = social.pension_certificate(BY_KEY["li"], issue(day))
    assert pension is not None
    months = [each.month for each in pension.payments]
    assert len(set(months)) == 12
    assert months_between(months[0], months[-1]) == 12
    assert months[-1] == last
    assert all(each.paid_on is not None and each.paid_on <= day for each in pension.payments)
    assert pension.payments[-1].amount == pension.monthly_amount == Decimal("4126.80")
    raised = {each.amount for each in pension.payments if each.month.year < last.year}
    assert raised <= {cents(Decimal("4126.80") / Decimal("1.03"))}


def test_early_paid_back_loan_is_settled() -> None:
    day = date(2026, 3, 14)
    settled = fund.loan_settlement(BY_KEY["wang"], issue(day))
    use = fund.loan_use_certificate(BY_KEY["wang"], issue(day))
    assert settled is not None
    assert use is not None
    assert settled.lent_on == date(2015, 4, 12)
    assert settled.due_on == date(2023, 4, 12)  # 96 months later
    assert settled.settled_on == date(2022, 10, 20)
    assert use.loans is LoanHistory.ONCE
    assert use.opened_on is not None
    assert use.opened_on < settled.lent_on
    assert (use.consecutive_from, use.consecutive_to) == (Month(2013, 9), Month(2026, 2))
    other = fund.loan_use_certificate(BY_KEY["three"], issue(day))
    assert other is not None
    assert other.loans is LoanHistory.NONE
    assert other.consecutive_from == Month(2022, 10)  # after a gap of half a year
    assert other.opened_on == date(2012, 3, 5)
