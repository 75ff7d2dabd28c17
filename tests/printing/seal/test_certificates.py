"""The seal check, pyHanko and OpenSSL agree about certificates, or the table gives a reason."""

from __future__ import annotations

import pytest

from .certificates import (
    ACCEPTED,
    TABLE,
    Case,
    Verdict,
    cases,
    differences,
    measure,
    table,
)

pytestmark = pytest.mark.process


Measured = list[tuple[Case, Verdict]]


@pytest.fixture(scope="module")
def measured() -> Measured:
    chosen = cases()
    return list(zip(chosen, measure(chosen), strict=True))


def test_committed_table_matches_the_results(measured: Measured) -> None:
    """OpenSSL's messages differ between versions, so only its verdict is compared."""
    found = table([case for case, _ in measured], [verdict for _, verdict in measured])
    assert _compared(found) == _compared(TABLE.read_text(encoding="utf-8"))


def _compared(page: str) -> list[str]:
    lines = []
    for line in page.splitlines():
        cells = line.split(" | ")
        if len(cells) == 6 and cells[0].strip("| ").isdigit() and cells[4] != ACCEPTED:
            cells[4] = "refused"
        lines.append(" | ".join(cells))
    return lines


def test_each_difference_has_a_reason(measured: Measured) -> None:
    unexplained = [
        f"{case.name}: {who}"
        for case, verdict in measured
        for who, why in differences(case, verdict)
        if not why
    ]
    assert unexplained == []


def test_table_has_at_least_sixty_certificates(measured: Measured) -> None:
    assert len(measured) >= 60
    refused = [verdict for _, verdict in measured if verdict.ours != ACCEPTED]
    assert len(refused) >= 40
    for judge in ("pyhanko", "openssl"):
        verdicts = {getattr(verdict, judge) == ACCEPTED for _, verdict in measured}
        assert verdicts == {True, False}, judge
