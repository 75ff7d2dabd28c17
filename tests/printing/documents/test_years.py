"""住房公积金明细 of one year, and of several years."""

from __future__ import annotations

import dataclasses

import pytest

from printing.documents import render
from tests.printing.documents.test_documents import text_of
from tests.printing.samples_more import statement


@pytest.mark.process
@pytest.mark.parametrize(
    ("first_year", "heading"),
    [(None, "2026 年账户明细"), (2026, "2026 年账户明细"), (2011, "2011—2026 年账户明细")],
)
def test_heading_states_the_years_of_the_list(first_year: int | None, heading: str) -> None:
    document = dataclasses.replace(statement(), first_year=first_year)
    pdf = render(document, sample=True)
    assert isinstance(pdf, bytes)
    assert "".join(heading.split()) in "".join(text_of(pdf).split())


def test_first_year_after_the_last_is_refused() -> None:
    with pytest.raises(ValueError, match="2030"):
        dataclasses.replace(statement(), first_year=2030)
