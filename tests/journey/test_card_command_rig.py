"""`station card` on a bench: what is read, masked, or which fault; and a trace without it."""

from __future__ import annotations

import json
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from tests.rig.fixtures import LayCard
from tests.rig.people import PEOPLE
from tests.rig.vcard import UnknownCard, VirtualSlot

pytestmark = [pytest.mark.rig, pytest.mark.timeout(120)]
ROOT = Path(__file__).parents[2]


def station_card(*options: str) -> tuple[int, dict[str, object], str]:
    """Exit code, the JSON told, and standard error."""
    done = subprocess.run(
        [sys.executable, "-m", "terminal", "card", "--json", "--timeout", "20", *options],
        capture_output=True, text=True, cwd=ROOT, check=False, timeout=60,
    )  # fmt: skip
    assert done.stdout, done.stderr
    return done.returncode, json.loads(done.stdout), done.stderr


def test_a_card_is_told_masked_unless_it_is_asked_for(lay_card: LayCard, slot: VirtualSlot) -> None:
    person = PEOPLE["rare"]
    lay_card("rare")
    code, told, _ = station_card()
    assert code == 0
    assert told["kind"] == "social_security"
    assert told["assurance"] == "card_free"
    assert person.name not in json.dumps(told, ensure_ascii=False)
    assert person.number not in json.dumps(told)
    code, told, _ = station_card("--reveal")
    assert (told["name"], told["number"]) == (person.name, person.number)


def test_an_unknown_card_is_told_with_cause_and_mend(slot: VirtualSlot) -> None:
    slot.lay(UnknownCard())
    code, told, _ = station_card()
    assert code == 1
    assert told["fault"] == "CRD-202"
    assert told["cause"]
    assert told["mend"]


def test_nobody_lays_a_card(slot: VirtualSlot) -> None:
    code, told, _ = station_card("--timeout", "1")
    assert code == 3
    assert told["outcome"] == "no_card"


def test_the_trace_says_what_was_asked_and_nothing_personal(
    lay_card: LayCard, slot: VirtualSlot, tmp_path: Path
) -> None:
    person = PEOPLE["wang"]
    lay_card("wang")
    trace = tmp_path / "trace"
    code, _, _ = station_card("--trace", str(trace))
    assert code == 0
    text = trace.read_text(encoding="utf-8")
    assert "00A4040" in text
    assert "9000" in text
    for secret in (person.number, person.number.encode().hex(), person.name_gb.hex()):
        assert secret.upper() not in text.upper()
    assert stat.S_IMODE(trace.stat().st_mode) == 0o600
