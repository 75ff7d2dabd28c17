"""A short run of the fuzz test of changed cards, and a check that it can fail."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date
from functools import partial

import pytest

import devices.cards.fields.record as record
import devices.cards.fields.text as text
from devices.cards.operator import card as operator_card
from devices.cards.operator.card import OperatorTrust
from devices.cards.profiles import social_security, thai_id
from devices.health import Fault
from devices.identity import PersonalRecord
from tests.devices import mutated_cards as mutated
from tests.rig.card_meaning import Meaning, NoMeaning, meaning_of, resident_text
from tests.rig.people import PEOPLE
from tests.rig.people import resident_text as text_of

SEED = 20261130


@pytest.mark.parametrize("profile", [*mutated.MAKERS, mutated.SERIAL])
def test_a_changed_card_is_accepted_only_for_what_its_bytes_mean(profile: str) -> None:
    tally = mutated.run_in_memory(profile, 10, SEED)
    assert tally.cards == 10


@pytest.mark.parametrize("profile", [*mutated.MAKERS, mutated.SERIAL])
def test_some_changed_cards_are_accepted_and_some_refused(profile: str) -> None:
    """If all changes were harmless, or all were refused, the fuzz test would check nothing."""
    tally = mutated.run_in_memory(profile, 150, SEED)
    assert tally.original > 0
    assert sum(tally.refused.values()) > 30


def test_only_the_same_seed_changes_the_same_bytes() -> None:
    def read(seed: str) -> list[tuple[bytes, bytes]]:
        card, _ = mutated.Case("social-security", seed).make()
        return [(apdu, card.answer(apdu)) for apdu in (bytes.fromhex("00A4000002EF05"),) * 20]

    assert read("1/a") == read("1/a")
    assert any(read(f"{number}/a") != read("1/a") for number in range(2, 10))


@pytest.mark.parametrize("key", PEOPLE)
def test_the_independent_decoder_reads_the_residents(key: str) -> None:
    person = PEOPLE[key]
    meant = resident_text(text_of(key))
    assert (meant.name, meant.number, meant.kind) == (person.name, person.number, "resident_id")
    assert meant.birth == date.fromisoformat(person.birth).isoformat()


@pytest.mark.parametrize("profile", [name for name in mutated.MAKERS if name != "operator"])
def test_the_independent_decoder_reads_every_unchanged_card(profile: str) -> None:
    for seed in range(20):
        channel_result, _ = mutated.read_unchanged(
            partial(mutated.MAKERS[profile], random.Random(seed))
        )
        assert isinstance(channel_result, (Meaning, Fault))


def test_the_independent_decoder_refuses_a_card_without_data() -> None:
    for kind in ("social_security", "thai_id", "belgian_eid", "mykad", "resident_id"):
        with pytest.raises(NoMeaning):
            meaning_of(kind, [(b"\x00\xa4\x04\x00", b"\x90\x00")])


def _never_expired(_record: PersonalRecord, _today: date) -> None:
    return None


def _no_rule(_text: str) -> None:
    return None


Break = Callable[[pytest.MonkeyPatch], None]


@pytest.mark.parametrize(
    ("profile", "defect"),
    [
        ("social-security", lambda patch: patch.setattr(record, "validity_fault", _never_expired)),
        ("thai-id", lambda patch: patch.setattr(record, "validity_fault", _never_expired)),
        ("thai-id", lambda patch: patch.setattr(thai_id, "BUDDHIST_ERA", 542)),
        ("samv-pcsc", lambda patch: patch.setattr(text, "problem_in", _no_rule)),
        ("operator", lambda patch: patch.setattr(OperatorTrust, "signed", lambda *_: True)),
        ("operator", lambda patch: patch.setattr(
            operator_card, "chip_number", lambda _channel, _kind: bytes.fromhex("04A1B2C3D4E580"))),
        ("social-security", lambda patch: patch.setattr(
            social_security, "_ABSENT", frozenset(range(0x6000, 0x7000)))),
    ],
    ids=["expired", "expired Thai", "wrong era", "bidirectional", "signature", "chip",
         "unreadable is absent"],
)  # fmt: skip
def test_the_fuzz_finds_a_defect(
    monkeypatch: pytest.MonkeyPatch, profile: str, defect: Break
) -> None:
    defect(monkeypatch)
    with pytest.raises(AssertionError, match=r"card [0-9]+ of"):
        mutated.run_in_memory(profile, 1500, SEED)
