"""`station personalise` and `station card` with the real pcscd: blank cards become operators'."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.rig.operator_cards import (
    CONTACTLESS_ATR,
    OTHER_UID,
    UID,
    BlankCard,
    card_with,
    operator_card,
)
from tests.rig.people import social_security_card
from tests.rig.vcard import Faults, VirtualSlot

pytestmark = [pytest.mark.rig, pytest.mark.xdist_group("pcsc"), pytest.mark.timeout(120)]
ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "docs" / "station.example.toml"


def station(*options: object) -> tuple[int, dict[str, Any], str]:
    """Exit code, the JSON told, and standard error."""
    done = subprocess.run(
        [sys.executable, "-m", "terminal", *map(str, options), "--json"],
        capture_output=True, text=True, cwd=ROOT, check=False, timeout=60,
    )  # fmt: skip
    assert done.stdout, done.stderr
    return done.returncode, json.loads(done.stdout), done.stderr


@pytest.fixture
def key(tmp_path: Path) -> Path:
    """An issuing key that the command made."""
    path = tmp_path / "issuer.pem"
    assert station("personalise", "--new-key", path)[0] == 0
    return path


def personalise(key: Path, *options: object) -> tuple[int, dict[str, Any], str]:
    return station(
        "personalise", "--role", "maintainer", "--number", "M-0042", "--valid-to", "2099-12-31",
        "--key", key, "--timeout", 20, *options,
    )  # fmt: skip


def configuration(folder: Path, issuer: str, revoked: str = "") -> Path:
    """A station with one PC/SC reader that trusts this issuer."""
    for name in ("platform-ca.pem", "seal-root.pem"):
        (folder / name).write_text("pem")
    text = SAMPLE.read_text(encoding="utf-8")
    start = text.index('[[readers]]\nkind = "samv"')
    text = text[:start] + text[text.index('[[readers]]\nkind = "pcsc"') :]
    text = text.replace("issuers = []", f'issuers = ["{issuer}"]')
    text = text.replace("revoked = []", f'revoked = ["{revoked}"]' if revoked else "revoked = []")
    path = folder / "station.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_blank_card_is_personalised_and_read_by_a_station(
    slot: VirtualSlot, key: Path, tmp_path: Path
) -> None:
    blank = BlankCard(CONTACTLESS_ATR, uid=UID)
    slot.lay(blank)
    trace = tmp_path / "trace"
    code, told, _ = personalise(key, "--trace", trace)
    assert code == 0, told
    assert (told["outcome"], told["bound_to_chip"], told["locked"]) == (
        "issued",
        "contactless",
        True,
    )
    assert len(told["serial"]) == 16
    text = trace.read_text(encoding="utf-8")
    assert "00E00000 (" in text
    assert "00D60000 (" in text
    for secret in (UID.hex(), b"M-0042".hex(), told["serial"]):
        assert secret.upper() not in text.upper()

    def read(card: BlankCard, config: Path) -> tuple[int, dict[str, Any]]:
        slot.lay(card)
        return station("card", "--config", config, "--timeout", 20)[:2]

    config = configuration(tmp_path, told["issuer"])
    code, shown = read(blank, config)
    assert code == 0, shown
    assert {name: shown[name] for name in ("kind", "role", "number", "serial", "valid_to")} == {
        "kind": "operator",
        "role": "maintainer",
        "number": "M-0042",
        "serial": told["serial"],
        "valid_to": "2099-12-31",
    }
    written = bytes(blank.master.children[0].children[0].data or b"")
    copy = card_with(written, BlankCard(CONTACTLESS_ATR, uid=OTHER_UID))
    code, shown = read(copy, config)
    assert (code, shown["fault"], shown["detail"]) == (1, "CRD-210", "signed for another chip")
    code, shown = read(blank, configuration(tmp_path, told["issuer"], told["serial"]))
    assert (code, shown["fault"], shown["detail"]) == (1, "CRD-210", f"revoked: {told['serial']}")
    slot.lay(blank)
    code, shown, _ = station("card", "--timeout", 20)
    assert (code, shown["fault"]) == (1, "CRD-210")  # no configuration: nobody is trusted


def test_what_is_not_to_be_written_is_left_alone(slot: VirtualSlot, key: Path) -> None:
    slot.lay(social_security_card("wang"))
    code, told, _ = personalise(key, "--replace")
    assert (code, told["outcome"], told["detail"]) == (4, "known_card", "social_security")
    assert not [sent for sent in slot.commands if sent[1] in (0xD6, 0xE0, 0x44)]


def test_a_record_is_replaced_when_asked_for(slot: VirtualSlot, key: Path) -> None:
    held = operator_card("staff", "stranger")
    slot.lay(held)
    code, told, _ = personalise(key)
    assert (code, told["outcome"], held.updates) == (4, "not_blank", 0)
    slot.lay(held)
    code, told, _ = personalise(key, "--replace")
    assert (code, told["outcome"], told["locked"]) == (0, "issued", False)


def test_a_locked_card_and_one_that_cannot_make_files(slot: VirtualSlot, key: Path) -> None:
    locked = BlankCard()
    slot.lay(locked)
    assert personalise(key)[1]["locked"] is True
    slot.lay(locked)
    code, told, _ = personalise(key, "--replace")
    assert (code, told["outcome"]) == (5, "write_refused")
    slot.lay(BlankCard(knows_create=False))
    code, told, _ = personalise(key)
    assert (code, told["outcome"]) == (4, "cannot_create")


def test_a_card_pulled_while_it_is_written_can_be_laid_on_again(
    slot: VirtualSlot, key: Path
) -> None:
    card = BlankCard()
    slot.lay(card, Faults(pull_before=22))
    code, told, _ = personalise(key)
    assert (code, told["fault"]) == (1, "CRD-204")
    slot.lay(card)
    code, told, _ = personalise(key)
    assert (code, told["outcome"]) == (0, "issued")


def test_nobody_lays_a_card(slot: VirtualSlot, key: Path) -> None:
    code, told, _ = personalise(key, "--timeout", "1")
    assert (code, told["outcome"]) == (3, "no_card")
