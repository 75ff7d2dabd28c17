"""The 256-byte text of resident ID cards and their variants, tested with vectors made by hand."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devices.cards.fields.text import CardText
from devices.cards.profiles.resident_id import items_of, layout_of, parse_text
from devices.cards.registry import read_card
from devices.faults import CARD_DAMAGED, CARD_EXPIRED, CARD_NEEDS_SAM, CARD_UNSUPPORTED
from devices.health import Fault
from devices.identity import LONG_TERM, Assurance, CardKind, Identity, Sex
from tests.devices.channels import DirectChannel
from tests.rig.people import PEOPLE, PHOTO, resident_text, text_256
from tests.rig.vcard import MIFARE_ATR, SamEquippedCard, StorageCard, UnknownCard

TODAY = date(2026, 6, 1)


def identity(text: bytes) -> Identity:
    result = parse_text(text)
    assert isinstance(result, Identity), result
    return result


def raw_items(text: bytes) -> dict[str, str]:
    """Return every item of the layout as text."""
    layout = layout_of(text)
    assert layout is not None
    items = items_of(text, layout)
    assert all(isinstance(item, CardText) for item in items.values())
    return {name: item.text for name, item in items.items() if isinstance(item, CardText)}


@pytest.mark.parametrize("key", list(PEOPLE))
def test_every_residents_card_is_read(key: str) -> None:
    person = PEOPLE[key]
    got = identity(resident_text(key))
    record = got.record
    assert got.assurance is Assurance.CARD_SECURE
    assert record.kind is CardKind.RESIDENT_ID
    assert (record.name, record.id_number) == (person.name, person.number)
    assert (record.sex, record.address) == (Sex(person.sex), person.address)
    assert record.issuer == "样例市公安局样例分局"
    assert record.birth == date.fromisoformat(person.birth)
    assert record.valid_from == date.fromisoformat(person.valid_from)
    long_term = person.valid_to == "长期"
    assert record.valid_to == (LONG_TERM if long_term else date.fromisoformat(person.valid_to))


def test_long_term_is_read_from_the_bytes() -> None:
    text = resident_text("wang")
    assert text[204:220].hex() == "7f951f67" + "2000" * 6


def test_a_residence_permit_is_read() -> None:
    text = text_256(
        (0, "陈样例"), (30, "1"), (36, "19900101"), (52, "样例市样例路7号"),
        (122, "810000199001010019"), (158, "样例市公安局"),
        (188, "20200101"), (204, "20300101"), (220, "H12345678"), (238, "02"), (248, "J"),
    )  # fmt: skip
    record = identity(text).record
    assert record.kind is CardKind.RESIDENCE_PERMIT
    assert (record.name, record.id_number) == ("陈样例", "810000199001010019")
    assert record.ethnic is None
    items = raw_items(text)
    assert (items["pass_number"], items["issue_count"]) == ("H12345678", "02")


def test_a_foreign_permanent_resident_card_of_2017_is_read() -> None:
    text = text_256(
        (0, "SAMPLE, MARY ANN"), (120, "2"), (122, "CAN110181080300"), (152, "CAN"),
        (158, "样例玛丽"), (188, "20180101"), (204, "20280101"), (220, "19810803"),
        (236, "01"), (240, "1500"), (248, "I"),
    )  # fmt: skip
    record = identity(text).record
    assert record.kind is CardKind.FOREIGN_PERMANENT_2017
    assert (record.name_latin, record.name) == ("SAMPLE, MARY ANN", "样例玛丽")
    assert (record.id_number, record.nationality) == ("CAN110181080300", "CAN")
    assert (record.sex, record.birth) == (Sex.FEMALE, date(1981, 8, 3))
    assert raw_items(text)["authority"] == "1500"


def test_a_foreign_permanent_resident_card_of_2023_is_read() -> None:
    latin = "SAMPLE-WITH-A-VERY-LONG-NAME, MARIA-ANNE-LOUISE"[:46]
    text = text_256(
        (0, "样例玛丽"), (30, "2"), (32, "01"), (36, "19810803"), (52, latin[:35]),
        (122, "911124198108030024"), (188, "20231201"), (204, "20331201"),
        (220, latin[35:]), (242, "CAN"), (248, "Y"), (250, "123"),
    )  # fmt: skip
    record = identity(text).record
    assert record.kind is CardKind.FOREIGN_PERMANENT_2023
    assert record.name_latin == latin
    assert len(latin) == 46
    assert (record.name, record.id_number) == ("样例玛丽", "911124198108030024")
    items = raw_items(text)
    assert (items["renewal_count"], items["old_number_link"]) == ("01", "123")


@pytest.mark.parametrize("blank", [34, 35])
def test_a_latin_name_keeps_a_blank_at_the_split(blank: int) -> None:
    latin = "A" * blank + " " + "B" * (45 - blank)
    text = text_256(
        (0, "样例玛丽"), (30, "2"), (32, "01"), (36, "19810803"), (52, latin[:35]),
        (122, "911124198108030024"), (188, "20231201"), (204, "20331201"),
        (220, latin[35:]), (242, "CAN"), (248, "Y"),
    )  # fmt: skip
    assert identity(text).record.name_latin == latin


def test_an_unknown_type_is_unsupported_not_damaged() -> None:
    result = parse_text(resident_text("wang")[:248] + "Q".encode("utf-16-le") + b" \0" * 3)
    assert isinstance(result, Fault)
    assert result.same_as(CARD_UNSUPPORTED)


def _with(offset: int, value: str) -> bytes:
    text = bytearray(resident_text("wang"))
    data = value.encode("utf-16-le")
    text[offset : offset + len(data)] = data
    return bytes(text)


@pytest.mark.parametrize(
    "text",
    [
        _with(122, "100101195803120217"),
        _with(36, "19580230"),
        _with(204, "20231301"),
        _with(0, " " * 15),
        resident_text("wang")[:30] + b"\x00\xd8" + resident_text("wang")[32:],
        resident_text("wang")[:-2],
        b"",
    ],
)
def test_an_invalid_text_makes_the_card_damaged(text: bytes) -> None:
    result = parse_text(text)
    assert isinstance(result, Fault)
    assert result.same_as(CARD_DAMAGED)
    assert "1958" not in result.detail


def test_the_photo_is_kept_unchanged_and_wiped() -> None:
    result = parse_text(resident_text("wang"), PHOTO)
    assert isinstance(result, Identity)
    photo = result.record.photo
    assert photo is not None
    assert bytes(photo) == PHOTO
    result.wipe()
    assert not any(photo)


@settings(max_examples=300, deadline=None)
@given(st.binary(min_size=256, max_size=256) | st.binary(max_size=300))
def test_any_bytes_give_an_identity_or_a_declared_fault(text: bytes) -> None:
    assert isinstance(parse_text(text), (Identity, Fault))


@settings(max_examples=300, deadline=None)
@given(st.integers(0, 255), st.integers(0, 255))
def test_one_changed_byte_gives_an_identity_or_a_declared_fault(at: int, byte: int) -> None:
    text = bytearray(resident_text("rare"))
    text[at] = byte
    assert isinstance(parse_text(bytes(text)), (Identity, Fault))


def test_a_card_is_read_through_a_pcsc_reader_with_a_security_module() -> None:
    card = SamEquippedCard(resident_text("rare"), PHOTO)
    result = read_card(DirectChannel(card), TODAY)
    assert isinstance(result, Identity)
    assert result.assurance is Assurance.CARD_SECURE
    assert (result.record.name, result.record.photo) == ("𠮷㛃䶮𬀩", bytearray(PHOTO))


def test_pages_that_end_early_are_damage() -> None:
    result = read_card(DirectChannel(SamEquippedCard(resident_text("wang"), PHOTO[:500])), TODAY)
    assert isinstance(result, Fault)
    assert result.same_as(CARD_DAMAGED)


def test_an_expired_card_is_refused_through_a_security_module() -> None:
    card = SamEquippedCard(resident_text("three"), PHOTO)
    assert read_card(DirectChannel(card), date(2045, 3, 2)) == CARD_EXPIRED
    assert isinstance(read_card(DirectChannel(card), date(2045, 3, 1)), Identity)


def test_a_resident_card_on_a_plain_reader_needs_another_reader() -> None:
    assert read_card(DirectChannel(StorageCard()), TODAY) == CARD_NEEDS_SAM
    serial = StorageCard(atr=bytes.fromhex("3B80800101"), serial=bytes.fromhex("0102030405060708"))
    assert read_card(DirectChannel(serial), TODAY) == CARD_NEEDS_SAM


def test_a_bus_pass_is_no_resident_card() -> None:
    assert read_card(DirectChannel(StorageCard(atr=MIFARE_ATR)), TODAY) == CARD_UNSUPPORTED
    assert read_card(DirectChannel(UnknownCard()), TODAY) == CARD_UNSUPPORTED


def test_repr_shows_no_personal_data() -> None:
    shown = repr(identity(resident_text("wang")))
    assert "王" not in shown
    assert "1001" not in shown
