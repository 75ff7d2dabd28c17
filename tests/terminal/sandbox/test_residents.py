"""The invented residents are plainly invented, and their lives are possible ones."""

from __future__ import annotations

from datetime import date

import pytest

from printing.documents import Month
from terminal.sandbox import ledger
from terminal.sandbox.residents import RESIDENTS, Resident

DAY = date(2026, 3, 14)
PENSION_MONTHS = 180
"""Fifteen years of contributions give a right to a pension (社会保险法, article 16)."""


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


@pytest.mark.parametrize("resident", RESIDENTS, ids=lambda each: each.key)
def test_nobody_works_as_a_child_or_in_two_places_at_once(resident: Resident) -> None:
    months = [each.month for each in ledger.worked(resident, DAY)]
    assert months == sorted(set(months))
    assert months[0] >= Month(resident.birth.year + 16, resident.birth.month)
    assert months[-1] <= Month(2026, 2)


@pytest.mark.parametrize("resident", RESIDENTS, ids=lambda each: each.key)
def test_who_works_past_the_age_has_not_yet_earned_a_pension(resident: Resident) -> None:
    """A pension begins at the age, and ends all work; without one, fifteen years are not full."""
    months = [each.month for each in ledger.worked(resident, DAY)]
    age = ledger.retires(resident)
    if resident.pension is not None:
        since = Month.of(resident.pension.since)
        assert months[-1] < since
        # Workers retire at 50, five years before the others (国发〔1978〕104号).
        assert since > Month(age.year - 5, age.month)
    elif months[-1] >= age:
        assert len(months) < PENSION_MONTHS


def test_one_works_past_the_age() -> None:
    """Else the test above would prove nothing."""
    assert any(each.pension is None and ledger.retires(each) < Month(2026, 1) for each in RESIDENTS)
