"""The operators' cards of the demo are listed, but cannot be used without a window."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from .conftest import Station

INSURANCE = "100101-SI-0101"


@pytest.mark.parametrize("card", ["staff-card", "maintainer-card"])
def test_an_operators_card_is_refused_for_a_journey(
    station: Station, tmp_path: Path, card: str
) -> None:
    done = station("demo", "--headless", "--card", card, "--service", INSURANCE,
                   "--out", tmp_path / "out")  # fmt: skip
    assert done.returncode == 2
    assert f"{card} is an operator's card" in done.stderr
    assert done.stdout == ""


def test_the_list_contains_the_operators_cards(station: Station) -> None:
    result = json.loads(station("demo", "--list", "--json").stdout)
    operators = {each["name"] for each in result["cards"] if each["kind"] == "operator"}
    assert operators == {"staff-card", "maintainer-card"}
