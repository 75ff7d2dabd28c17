"""The invented residents are plainly invented, and what is known of them adds up."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from printing.documents import AccountState, InsuranceCertificate, Issue, Month
from terminal.sandbox.residents import RESIDENTS, Resident

ISSUE = Issue(
    document_number="SI1",
    verification_code="AAAA",
    verify_url="https://sandbox.invalid/v/AAAA",
    issued_on=date(2026, 3, 14),
    authority=None,
    station="S",
)
BY_KEY = {resident.key: resident for resident in RESIDENTS}


def certificate(key: str) -> InsuranceCertificate:
    return BY_KEY[key].insurance(ISSUE)


@pytest.mark.parametrize("resident", RESIDENTS, ids=lambda each: each.key)
def test_a_number_is_well_formed_and_nobodys(resident: Resident) -> None:
    number = resident.id_number
    assert number.startswith("100101")  # GB/T 2260 assigns no such code
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    total = sum(int(digit) * weight for digit, weight in zip(number[:17], weights, strict=True))
    assert number[17] == "10X98765432"[total % 11]  # GB 11643
    assert ("男" if int(number[16]) % 2 else "女") == resident.sex
    assert date(int(number[6:10]), int(number[10:12]), int(number[12:14])) < date(2010, 1, 1)


def test_everybody_is_somebody_else() -> None:
    for attribute in ("key", "name", "id_number", "card_number"):
        assert len({getattr(each, attribute) for each in RESIDENTS}) == len(RESIDENTS)


def test_no_repr_shows_a_resident() -> None:
    assert "王建明" not in repr(RESIDENTS)
    assert "100101195803120216" not in repr(RESIDENTS)


def test_twenty_four_months_end_with_the_last_one() -> None:
    months = certificate("wang").months
    assert [months[0].month, months[-1].month] == [Month(2024, 3), Month(2026, 2)]
    assert len(months) == 24
    assert [each.month for each in months] == sorted({each.month for each in months})
    last = months[-1]
    assert last.pension is not None
    assert (last.pension.base, last.pension.personal) == (Decimal("8600.00"), Decimal("688.00"))
    # Bases are set anew each July, so the months before the last July carry less.
    before = next(each for each in months if each.month == Month(2025, 6))
    assert before.pension is not None
    assert before.pension.base == Decimal("8269.23")


def test_a_retired_person_has_states_and_no_months() -> None:
    retired = certificate("li")
    assert retired.months == ()
    assert retired.months_with_employer is None
    assert retired.states[0].state == "待遇领取"


def test_a_change_of_employer_shows_in_its_month() -> None:
    months = certificate("long").months
    employers = [each.employer for each in months]
    assert len(months) == 24
    assert len(set(employers[:15])) == len(set(employers[15:])) == 1
    assert employers[14] != employers[15]


def test_a_month_without_employment_has_no_row() -> None:
    assert len(certificate("noaccount").months) == 17


def test_an_account_closed_and_an_account_that_never_was() -> None:
    normal = BY_KEY["wang"].deposit_certificate(ISSUE)
    closed = BY_KEY["li"].deposit_certificate(ISSUE)
    assert normal is not None
    assert closed is not None
    assert (normal.state, normal.paid_to) == (AccountState.NORMAL, Month(2026, 2))
    assert normal.monthly_amount == Decimal("2064.00")
    assert (closed.state, closed.balance) == (AccountState.CLOSED, Decimal("0.00"))
    assert closed.paid_to == Month(1998, 9)
    assert BY_KEY["noaccount"].deposit_certificate(ISSUE) is None
