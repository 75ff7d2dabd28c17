"""The count of sheets since the last refill, and the estimate that is learned from refills."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from printing.cups.paper_supply import FILLS_KEPT, Supply, SupplyFile


def filled(supply: Supply, sheets: int) -> Supply:
    """Return the supply after a refill of this many sheets that was used up."""
    return supply.paper(False).printed(sheets).paper(True)


def test_no_estimate_before_a_refill_was_seen() -> None:
    supply = Supply().printed(40)
    assert (supply.since_refill, supply.left) == (None, None)
    # Nothing is learned from the end of a fill of unknown size.
    supply = supply.paper(True)
    assert supply.left == 0
    supply = supply.paper(False)
    assert (supply.since_refill, supply.fills, supply.left) == (0, (), None)


def test_size_of_a_fill_is_learned_when_it_runs_out() -> None:
    supply = filled(filled(Supply(out=True), 240), 260)
    assert supply.fills == (240, 260)
    assert supply.left == 0
    supply = supply.paper(False)
    assert supply.left == 250
    supply = supply.printed(30)
    assert (supply.since_refill, supply.left) == (30, 220)
    # More sheets were used than estimated: the estimate is 0, never negative.
    assert supply.printed(225).left == 0
    # More sheets than any fill held: paper was added in between, so there is no estimate.
    assert supply.printed(231).left is None


def test_one_unusual_fill_does_not_change_the_estimate_and_old_ones_are_dropped() -> None:
    supply = Supply(out=True)
    for size in (500, 250, 250, 3, 250, 250):
        supply = filled(supply, size)
    assert len(supply.fills) == FILLS_KEPT
    assert 500 not in supply.fills
    assert supply.paper(False).left == 250


def test_repeated_paper_report_is_not_a_refill() -> None:
    supply = Supply(out=True).paper(False).printed(7)
    assert supply.paper(False) == supply
    out = supply.paper(True)
    assert out.paper(True) == out


@given(st.lists(st.integers(1, 900), min_size=1, max_size=12))
def test_estimate_is_between_the_smallest_and_largest_fill(sizes: list[int]) -> None:
    supply = Supply(out=True)
    for size in sizes:
        supply = filled(supply, size)
    left = supply.paper(False).left
    assert left is not None
    assert min(sizes) <= left <= max(sizes)


def test_supply_is_kept_over_a_restart(tmp_path: Path) -> None:
    path = tmp_path / "paper.json"
    first = SupplyFile(path)
    assert first.now == Supply()
    first.save(filled(Supply(out=True), 200).paper(False).printed(5))
    first.save(Supply(first.now.since_refill, first.now.fills, False, tray_suspect=True))
    again = SupplyFile(path)
    assert again.now == Supply(5, (200,), False, tray_suspect=True)
    assert again.now.left == 195


@pytest.mark.parametrize(
    "found",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"{}",
        b'{"since_refill": -1, "fills": [], "out": false, "tray_suspect": false}',
        b'{"since_refill": 1, "fills": ["x"], "out": false, "tray_suspect": false}',
        b'{"since_refill": 1, "fills": [], "out": 3, "tray_suspect": false}',
    ],
)  # fmt: skip
def test_unreadable_supply_file_resets_the_count_and_asks_for_a_tray_check(
    tmp_path: Path, found: bytes
) -> None:
    path = tmp_path / "paper.json"
    path.write_bytes(found)
    supply = SupplyFile(path)
    assert supply.now == Supply(tray_suspect=True)
    supply.save(Supply(3))
    assert SupplyFile(path).now == Supply(3)


def test_write_error_is_ignored(tmp_path: Path) -> None:
    supply = SupplyFile(tmp_path / "no such folder" / "paper.json")
    supply.save(Supply(3))
    assert supply.now == Supply(3)
