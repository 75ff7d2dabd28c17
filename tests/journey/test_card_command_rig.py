"""``station card`` shows the masked data or the fault of a card, and traces no personal data."""

from __future__ import annotations

import json
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from tests.rig.fixtures import PresentCard
from tests.rig.people import PEOPLE
from tests.rig.vcard import UnknownCard, VirtualSlot

pytestmark = [pytest.mark.rig, pytest.mark.timeout(120)]
ROOT = Path(__file__).parents[2]


def station_card(*options: str) -> tuple[int, dict[str, object], str]:
    """Run ``station card``; return exit code, JSON output and standard error."""
    done = subprocess.run(
        [sys.executable, "-m", "terminal", "card", "--json", "--timeout", "20", *options],
        capture_output=True, text=True, cwd=ROOT, check=False, timeout=60,
    )  # fmt: skip
    assert done.stdout, done.stderr
    return done.returncode, json.loads(done.stdout), done.stderr


def test_the_data_of_a_card_is_masked_without_reveal(
    present_card: PresentCard, slot: VirtualSlot
) -> None:
    person = PEOPLE["rare"]
    present_card("rare")
    code, answer, _ = station_card()
    assert code == 0
    assert answer["kind"] == "social_security"
    assert answer["assurance"] == "card_free"
    assert person.name not in json.dumps(answer, ensure_ascii=False)
    assert person.number not in json.dumps(answer)
    code, answer, _ = station_card("--reveal")
    assert (answer["name"], answer["number"]) == (person.name, person.number)


def test_an_unknown_card_is_reported_with_its_cause_and_remedy(slot: VirtualSlot) -> None:
    slot.present(UnknownCard())
    code, answer, _ = station_card()
    assert code == 1
    assert answer["fault"] == "CRD-202"
    assert answer["cause"]
    assert answer["mend"]


def test_without_a_card_the_command_ends_with_no_card(slot: VirtualSlot) -> None:
    code, answer, _ = station_card("--timeout", "1")
    assert code == 3
    assert answer["outcome"] == "no_card"


def test_a_trace_shows_commands_and_no_personal_data(
    present_card: PresentCard, slot: VirtualSlot, tmp_path: Path
) -> None:
    person = PEOPLE["wang"]
    present_card("wang")
    trace = tmp_path / "trace"
    code, _, _ = station_card("--trace", str(trace))
    assert code == 0
    text = trace.read_text(encoding="utf-8")
    assert "00A4040" in text
    assert "9000" in text
    for secret in (person.number, person.number.encode().hex(), person.name_gb.hex()):
        assert secret.upper() not in text.upper()
    assert stat.S_IMODE(trace.stat().st_mode) == 0o600
