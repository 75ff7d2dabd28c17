"""Ten changed cards of each profile through the real pcscd and the real serial library."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.devices import mutated_cards as mutated
from tests.rig.pcscd import Pcscd

pytestmark = [pytest.mark.rig, pytest.mark.xdist_group("pcsc")]


@pytest.mark.timeout(300)
def test_changed_cards_are_read_correctly_through_the_real_stacks(
    pcscd: Pcscd, tmp_path: Path
) -> None:
    tallies = mutated.run_all_real(10, 20261130, tmp_path)
    assert {tally.profile: tally.cards for tally in tallies} == dict.fromkeys(
        [*mutated.MAKERS, mutated.SERIAL], 10
    )
