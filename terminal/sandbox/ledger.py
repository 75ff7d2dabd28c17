"""The accounts behind the documents: months of work, contribution bases, account movements.

Used by `certificates`. Everything is computed from a resident's facts and the day of issue, in
``Decimal`` yuan rounded to cents, so that two documents of the same day always agree.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from printing.documents import Month
from printing.documents.certificates.deposit_statement import DepositEntry

from .residents import Deposit, Employment, Resident

CENT = Decimal("0.01")
PENSION_RATE = Decimal("0.08")
MEDICAL_RATE = Decimal("0.02")
UNEMPLOYMENT_RATE = Decimal("0.005")
"""The person's own shares, as in most cities."""
YEARLY_RAISE = Decimal("1.04")
"""Contribution bases are adjusted each July."""
BASE_MONTH = 7
RETIREMENT_AGE = {"男": 60, "女": 55}
"""In years; unemployment insurance ends at this age."""
DEPOSIT_INTEREST = Decimal("0.015")
"""Per year, on the mean of the month-end balances; credited each 30 June."""
PENSION_INTEREST = Decimal("0.0262")
"""Per year, on the balance of the pension account; invented, and the same for every year."""
INTEREST_MONTH = 6
PAID_IN_DAY, TAKEN_OUT_DAY, CREDITED_DAY = 15, 20, 30
"""Days of the month on which the fund books movements."""


@dataclass(frozen=True, slots=True)
class Worked:
    """A month for which an employer paid contributions."""

    month: Month
    employment: Employment


def money(amount: Decimal) -> Decimal:
    """Round to cents, halves up."""
    return amount.quantize(CENT, ROUND_HALF_UP)


def before(month: Month, months: int) -> Month:
    """Return the month that many months earlier (later if negative)."""
    count = month.year * 12 + month.month - 1 - months
    return Month(count // 12, count % 12 + 1)


def last_month(day: date) -> Month:
    """Return the last month that has ended on ``day``."""
    return before(Month.of(day), 1)


def retires(resident: Resident) -> Month:
    """Return the first month after the legal working age."""
    birth = resident.birth
    return Month(birth.year + RETIREMENT_AGE[resident.sex], birth.month)


def worked(resident: Resident, issued_on: date) -> tuple[Worked, ...]:
    """Return every month of work up to the last one that has ended, oldest first."""
    found = []
    for employment in resident.employments:
        ended = employment.ended
        last = Month.of(ended) if ended else before(last_month(issued_on), employment.until_ago)
        found += [Worked(before(last, ago), employment) for ago in range(employment.months)]
    return tuple(sorted(found, key=lambda each: each.month))


def base_in(resident: Resident, month: Month, latest: Month) -> Decimal:
    """Return the contribution base of ``month``; the resident's base is that of ``latest``."""
    return money(resident.base / YEARLY_RAISE ** (_base_year(latest) - _base_year(month)))


def _base_year(month: Month) -> int:
    return month.year if month.month >= BASE_MONTH else month.year - 1


def consecutive(months: Sequence[Worked]) -> int:
    """Return how many months at the end of the list follow each other without a gap."""
    count = 0
    for each in reversed(months):
        if each.month != before(months[-1].month, count):
            break
        count += 1
    return count


# --- the pension account ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Saved:
    """A pension account at a year's end: from that year, and in total, with interest."""

    this_year: Decimal
    in_all: Decimal


def pension_savings(resident: Resident, months: Sequence[Worked], year: int) -> Saved:
    """Return the account at the end of ``year``. Interest starts in the following month."""
    in_all = this_year = Decimal("0.00")
    for each in range(months[0].month.year, year + 1):
        this_year = Decimal("0.00")
        interest = Decimal(0)
        for entry in (entry for entry in months if entry.month.year == each):
            paid = money(base_in(resident, entry.month, months[-1].month) * PENSION_RATE)
            this_year += paid
            interest += paid * PENSION_INTEREST * (12 - entry.month.month) / 12
        this_year += money(interest)
        in_all = money(in_all * (1 + PENSION_INTEREST)) + this_year
    return Saved(this_year, in_all)


# --- the housing deposit account ----------------------------------------------------------------


class _Book:
    """An account to which entries are added in order."""

    def __init__(self) -> None:
        self.entries: list[DepositEntry] = []
        self.balance = Decimal("0.00")
        self._month_ends: list[Decimal] = []

    def add(
        self,
        kind: str,
        amount: Decimal,
        booked_on: date,
        employer: str | None = None,
        month: Month | None = None,
    ) -> None:
        self.balance += amount
        self.entries.append(DepositEntry(kind, employer, amount, self.balance, month, booked_on))

    def end_month(self) -> None:
        self._month_ends.append(self.balance)

    def credit(self, kind: str, booked_on: date) -> None:
        """Credit the interest for the months since the last credit."""
        amount = money(sum(self._month_ends, Decimal(0)) / 12 * DEPOSIT_INTEREST)
        self._month_ends.clear()
        if amount:
            self.add(kind, amount, booked_on)


def movements(resident: Resident, deposit: Deposit, issued_on: date) -> tuple[DepositEntry, ...]:
    """Return every movement of the account since it was opened, oldest first."""
    paid = {each.month: each for each in worked(resident, issued_on)[-deposit.months :]}
    latest = max(paid)
    ends = latest if deposit.closed else last_month(issued_on)
    taken = {before(last_month(issued_on), each.ago): each for each in deposit.withdrawals}
    book = _Book()
    month = min(paid)
    while month <= ends:
        if month in paid:
            part = money(base_in(resident, month, latest) * deposit.rate)
            day = date(month.year, month.month, PAID_IN_DAY)
            book.add("汇缴", part * 2, day, paid[month].employment.employer, month)
        if month in taken:
            each = taken[month]
            book.add(each.kind, -each.amount, date(month.year, month.month, TAKEN_OUT_DAY))
        book.end_month()
        if month.month == INTEREST_MONTH:
            book.credit("年度结息", date(month.year, month.month, CREDITED_DAY))
        if deposit.closed and month == ends:
            last_day = date(month.year, month.month, CREDITED_DAY)
            book.credit("销户结息", last_day)
            book.add("离退休销户提取", -book.balance, last_day)
        month = before(month, -1)
    return tuple(book.entries)
