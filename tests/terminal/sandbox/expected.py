"""What each certificate of the sandbox must be, written by hand and not read from the product."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Expected:
    """One certificate: its item, who has it, and what it shows."""

    code: str
    """Code of its item in the catalogue."""
    holders: str
    """Keys of the residents who have it on every day of the tests; the first is the sample."""
    second_factor: bool = False
    """It shows a balance or a loan, so the card alone is not enough."""
    long: bool = False
    """It is a list of many rows, so the standard edition comes first."""


EXPECTED = {
    "insurance_certificate": Expected(
        "100101-SI-0101", "wang li rare long three nophone noaccount"
    ),
    "contribution_certificate": Expected(
        "100101-SI-0102", "wang li rare long three nophone noaccount"
    ),
    "entitlement_record": Expected(
        "100101-SI-0103", "wang rare long three noaccount", second_factor=True, long=True
    ),
    "pension_certificate": Expected("100101-SI-0104", "li nophone"),
    "deposit_certificate": Expected(
        "100101-HF-0201", "wang li rare long three nophone", second_factor=True
    ),
    "deposit_statement": Expected(
        "100101-HF-0202", "wang li rare long three nophone", second_factor=True, long=True
    ),
    "loan_use_certificate": Expected("100101-HF-0203", "wang rare three", second_factor=True),
    "loan_settlement": Expected("100101-HF-0204", "wang", second_factor=True),
}
"""By type."""
