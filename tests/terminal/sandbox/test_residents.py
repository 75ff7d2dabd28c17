"""The invented residents are recognisable as invented, and their lives are plausible."""

from __future__ import annotations

from datetime import date

import pytest

from printing.documents import Month
from terminal.sandbox import ledger
from terminal.sandbox.residents import RESIDENTS, Resident

DAY = date(2026, 3, 14)
PENSION_MONTHS = 180
"""Fifteen years of contributions entitle to a pension (社会保险法, article 16)."""


@pytest.mark.parametrize("resident", RESIDENTS, ids=lambda each: each.key)
def test_id_number_is_well_formed_and_unassigned(resident: Resident) -> None:
    number = resident.id_number
    assert number.startswith("100101")  # GB/T 2260 assigns no such code
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    total = sum(int(digit) * weight for digit, weight in zip(number[:17], weights, strict=True))
    assert number[17] == "10X98765432"[total % 11]  # GB 11643
    assert ("男" if int(number[16]) % 2 else "女") == resident.sex
    assert date(int(number[6:10]), int(number[10:12]), int(number[12:14])) < date(2010, 1, 1)


def test_residents_differ_from_each_other() -> None:
    for attribute in ("key", "name", "id_number", "card_number"):
        assert len({getattr(each, attribute) for each in RESIDENTS}) == len(RESIDENTS)


def test_no_repr_shows_a_resident() -> None:
    assert "王建明" not in repr(RESIDENTS)
    assert "100101195803120216" not in repr(RESIDENTS)


@pytest.mark.parametrize("resident", RESIDENTS, ids=lambda each: each.key)
def test_employments_start_at_working_age_and_do_not_overlap(resident: Resident) -> None:
    months = [each.month for each in ledger.worked(resident, DAY)]
    assert months == sorted(set(months))
    assert months[0] >= Month(resident.birth.year + 16, resident.birth.month)
    assert months[-1] <= Month(2026, 2)


@pytest.mark.parametrize("resident", RESIDENTS, ids=lambda each: each.key)
def test_resident_working_past_retirement_age_lacks_contribution_years(resident: Resident) -> None:
    """A pension starts at retirement age and ends work, if fifteen years are reached."""
    months = [each.month for each in ledger.worked(resident, DAY)]
    age = ledger.retires(resident)
    if resident.pension is not None:
        since = Month.of(resident.pension.since)
        assert months[-1] < since
        # Workers retire at 50, five years before the others (国发〔1978〕104号).
        assert since > Month(age.year - 5, age.month)
    elif months[-1] >= age:
        assert len(months) < PENSION_MONTHS


def test_one_resident_works_past_retirement_age() -> None:
    """Without such a resident the test above would prove nothing."""
    assert any(each.pension is None and ledger.retires(each) < Month(2026, 1) for each in RESIDENTS)
