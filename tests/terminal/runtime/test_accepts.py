"""The kinds of cards that a station accepts match the profiles that its readers try."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from devices.cards.profiles import Profile
from devices.cards.registry import ProfileName, read_card
from devices.health import Fault
from devices.identity import CardKind, Identity
from devices.readers.pcsc import PcscReader
from terminal.config.load import Config, ConfigProblem, PcscReaderConfig, SamvReaderConfig, load
from terminal.demo import demo
from terminal.demo.sample_cards import sample_cards
from terminal.runtime.from_config import accepts, make_readers
from tests.devices.cards.profiles.test_national_cards import TODAY
from tests.devices.channels import DirectChannel
from tests.rig.national_cards import (
    BELGIAN_FILES,
    MYKAD_FILE_1,
    THAI_MEMORY,
    BelgianCard,
    MyKadCard,
    ThaiCard,
)
from tests.rig.people import PHOTO, resident_text, social_security_card
from tests.rig.vcard import Card, SamEquippedCard

SAMPLE = Path(__file__).parents[3] / "docs" / "station.example.toml"
ID_FAMILY = {
    CardKind.RESIDENT_ID, CardKind.RESIDENCE_PERMIT, CardKind.FOREIGN_PERMANENT_2017,
    CardKind.FOREIGN_PERMANENT_2023,
}  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the sample configuration and the files that it names."""
    for name in ("platform-ca.pem", "seal-root.pem"):
        (tmp_path / name).write_text("-----BEGIN CERTIFICATE-----\n")
    return tmp_path


def loaded(folder: Path, old: str = "[state]", new: str = "[state]") -> Config | ConfigProblem:
    text = SAMPLE.read_text(encoding="utf-8")
    assert old in text
    path = folder / "station.toml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return load(path)


def station(folder: Path, *readers: PcscReaderConfig | SamvReaderConfig) -> Config:
    config = loaded(folder)
    assert isinstance(config, Config), config
    return msgspec.structs.replace(config, readers=readers)


def tried(config: Config) -> tuple[Profile, ...]:
    """Return the profiles of the only PC/SC reader."""
    (reader,) = make_readers(config)
    assert isinstance(reader, PcscReader)
    return tuple(reader._profiles)


def test_sample_accepts_id_cards_and_social_security_cards(folder: Path) -> None:
    config = loaded(folder)
    assert isinstance(config, Config)
    assert set(accepts(config)) == {*ID_FAMILY, CardKind.SOCIAL_SECURITY}


def test_reader_without_a_security_module_accepts_no_id_card(folder: Path) -> None:
    assert accepts(station(folder, PcscReaderConfig("desk"))) == (CardKind.SOCIAL_SECURITY,)
    module = SamvReaderConfig("module", "/dev/ttyUSB0")
    assert set(accepts(station(folder, module))) == ID_FAMILY


def test_samv_profile_enables_a_reader_with_a_security_module(folder: Path) -> None:
    both = (ProfileName.SAMV, ProfileName.SOCIAL_SECURITY)
    config = station(folder, PcscReaderConfig("desk", profiles=both))
    assert set(accepts(config)) == {*ID_FAMILY, CardKind.SOCIAL_SECURITY}
    card = DirectChannel(SamEquippedCard(resident_text("wang"), PHOTO))
    read = read_card(card, TODAY, tried(config))
    assert isinstance(read, Identity)
    assert read.record.name == "王建明"


@pytest.mark.parametrize(
    ("name", "kind", "card"),
    [
        (ProfileName.SOCIAL_SECURITY, CardKind.SOCIAL_SECURITY, social_security_card("wang")),
        (ProfileName.THAI_ID, CardKind.THAI_ID, ThaiCard(THAI_MEMORY)),
        (ProfileName.BELGIAN_EID, CardKind.BELGIAN_EID, BelgianCard(BELGIAN_FILES)),
        (ProfileName.MYKAD, CardKind.MYKAD, MyKadCard(MYKAD_FILE_1)),
    ],
)
def test_exactly_the_accepted_kinds_are_read(
    folder: Path, name: ProfileName, kind: CardKind, card: Card
) -> None:
    config = station(folder, PcscReaderConfig("desk", profiles=(name,)))
    assert accepts(config) == (kind,)
    read = read_card(DirectChannel(card), TODAY, tried(config))
    assert isinstance(read, Identity)
    assert read.record.kind is kind
    others = tuple(other for other in ProfileName if other is not name)
    config = station(folder, PcscReaderConfig("desk", profiles=others))
    assert kind not in accepts(config)
    assert isinstance(read_card(DirectChannel(card), TODAY, tried(config)), Fault)


@pytest.mark.parametrize(
    ("old", "new", "key", "word"),
    [
        ('["social-security"]', '["social_security"]', "readers[1].profiles[0]", "social_security"),
        ('["social-security"]', '["social-security", "thai"]', "readers[1].profiles[1]", "thai"),
        ('["social-security"]', "[]", "readers[1].profiles", "length"),
        ('["social-security"]', '"social-security"', "readers[1].profiles", "array"),
    ],
)
def test_misspelt_profile_is_reported_with_key_and_line(
    folder: Path, old: str, new: str, key: str, word: str
) -> None:
    problem = loaded(folder, f"profiles = {old}", f"profiles = {new}")
    assert isinstance(problem, ConfigProblem)
    assert problem.key == key
    assert word in problem.sentence
    lines = (folder / "station.toml").read_text(encoding="utf-8").split("\n")
    assert problem.line is not None
    assert lines[problem.line - 1].startswith("profiles =")


@pytest.mark.parametrize(("first", "second"), [("", "ACS"), ("ACS", "ACS ACR38"), ("ACS", "ACS")])
def test_readers_that_match_the_same_device_are_refused(
    folder: Path, first: str, second: str
) -> None:
    more = f'match = "{first}"\n[[readers]]\nkind = "pcsc"\nname = "second"\nmatch = "{second}"\n'
    problem = loaded(folder, 'match = ""', more)
    assert isinstance(problem, ConfigProblem)
    assert problem.key == "readers[2].match"
    assert "social-security and second" in problem.sentence


def test_demo_accepts_exactly_its_sample_cards() -> None:
    made = [card.make for card in sample_cards() if callable(card.make)]
    identities = [card() for card in made]
    assert {each.record.kind for each in identities} == set(demo.ACCEPTS)
