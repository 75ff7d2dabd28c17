"""``station personalise`` and ``station card`` with the real pcscd."""

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
    """Run a command; return exit code, JSON output and standard error."""
    done = subprocess.run(
        [sys.executable, "-m", "terminal", *map(str, options), "--json"],
        capture_output=True, text=True, cwd=ROOT, check=False, timeout=60,
    )  # fmt: skip
    assert done.stdout, done.stderr
    return done.returncode, json.loads(done.stdout), done.stderr


@pytest.fixture
def key(tmp_path: Path) -> Path:
    """A signing key that ``station personalise --new-key`` made."""
    path = tmp_path / "issuer.pem"
    assert station("personalise", "--new-key", path)[0] == 0
    return path


def personalise(key: Path, *options: object) -> tuple[int, dict[str, Any], str]:
    return station(
        "personalise", "--role", "maintainer", "--number", "M-0042", "--valid-to", "2099-12-31",
        "--key", key, "--timeout", 20, *options,
    )  # fmt: skip


def configuration(folder: Path, issuer: str, revoked: str = "") -> Path:
    """Write the configuration of a station with one PC/SC reader that accepts this issuer."""
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


def test_a_station_accepts_a_personalised_card(
    slot: VirtualSlot, key: Path, tmp_path: Path
) -> None:
    blank = BlankCard(CONTACTLESS_ATR, uid=UID)
    slot.present(blank)
    trace = tmp_path / "trace"
    code, answer, _ = personalise(key, "--trace", trace)
    assert code == 0, answer
    assert (answer["outcome"], answer["bound_to_chip"], answer["locked"]) == (
        "issued",
        "contactless",
        True,
    )
    assert len(answer["serial"]) == 16
    text = trace.read_text(encoding="utf-8")
    assert "00E00000 (" in text
    assert "00D60000 (" in text
    for secret in (UID.hex(), b"M-0042".hex(), answer["serial"]):
        assert secret.upper() not in text.upper()

    def read(card: BlankCard, config: Path) -> tuple[int, dict[str, Any]]:
        slot.present(card)
        return station("card", "--config", config, "--timeout", 20)[:2]

    config = configuration(tmp_path, answer["issuer"])
    code, shown = read(blank, config)
    assert code == 0, shown
    assert {name: shown[name] for name in ("kind", "role", "number", "serial", "valid_to")} == {
        "kind": "operator",
        "role": "maintainer",
        "number": "M-0042",
        "serial": answer["serial"],
        "valid_to": "2099-12-31",
    }
    written = bytes(blank.master.children[0].children[0].data or b"")
    copy = card_with(written, BlankCard(CONTACTLESS_ATR, uid=OTHER_UID))
    code, shown = read(copy, config)
    assert (code, shown["fault"], shown["detail"]) == (1, "CRD-210", "signed for another chip")
    code, shown = read(blank, configuration(tmp_path, answer["issuer"], answer["serial"]))
    assert (code, shown["fault"], shown["detail"]) == (1, "CRD-210", f"revoked: {answer['serial']}")
    slot.present(blank)
    code, shown, _ = station("card", "--timeout", 20)
    assert (code, shown["fault"]) == (1, "CRD-210")  # without a configuration there is no issuer


def test_a_card_of_another_kind_is_not_written_to(slot: VirtualSlot, key: Path) -> None:
    slot.present(social_security_card("wang"))
    code, answer, _ = personalise(key, "--replace")
    assert (code, answer["outcome"], answer["detail"]) == (4, "known_card", "social_security")
    assert not [sent for sent in slot.commands if sent[1] in (0xD6, 0xE0, 0x44)]


def test_a_record_is_replaced_only_with_replace(slot: VirtualSlot, key: Path) -> None:
    held = operator_card("staff", "stranger")
    slot.present(held)
    code, answer, _ = personalise(key)
    assert (code, answer["outcome"], held.updates) == (4, "not_blank", 0)
    slot.present(held)
    code, answer, _ = personalise(key, "--replace")
    assert (code, answer["outcome"], answer["locked"]) == (0, "issued", False)


def test_a_card_that_is_locked_or_cannot_create_files_is_refused(
    slot: VirtualSlot, key: Path
) -> None:
    locked = BlankCard()
    slot.present(locked)
    assert personalise(key)[1]["locked"] is True
    slot.present(locked)
    code, answer, _ = personalise(key, "--replace")
    assert (code, answer["outcome"]) == (5, "write_refused")
    slot.present(BlankCard(knows_create=False))
    code, answer, _ = personalise(key)
    assert (code, answer["outcome"]) == (4, "cannot_create")


def test_a_card_removed_while_it_is_written_can_be_personalised_again(
    slot: VirtualSlot, key: Path
) -> None:
    card = BlankCard()
    slot.present(card, Faults(pull_before=22))
    code, answer, _ = personalise(key)
    assert (code, answer["fault"]) == (1, "CRD-204")
    slot.present(card)
    code, answer, _ = personalise(key)
    assert (code, answer["outcome"]) == (0, "issued")


def test_without_a_card_the_command_ends_with_no_card(slot: VirtualSlot, key: Path) -> None:
    code, answer, _ = personalise(key, "--timeout", "1")
    assert (code, answer["outcome"]) == (3, "no_card")
