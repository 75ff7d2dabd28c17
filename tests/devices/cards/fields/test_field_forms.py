"""Every field of every card must have the length and the characters of its specification."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from devices.cards.profiles import NATIONAL_PROFILES
from devices.cards.profiles.resident_id import parse_text
from devices.cards.profiles.social_security import parse
from devices.cards.registry import PROFILES, read_card
from devices.faults import CARD_DAMAGED
from devices.health import Fault
from devices.identity import Identity, PersonalRecord, Sex
from devices.readers.samv.payload import Payload, parse_payload
from tests.devices.channels import DirectChannel
from tests.rig.national_cards import (
    BELGIAN_FILES,
    MYKAD_FILE_1,
    THAI_MEMORY,
    BelgianCard,
    MyKadCard,
    ThaiCard,
)
from tests.rig.people import PHOTO, resident_text, social_security_card, text_256
from tests.rig.vcard import Card, SocialSecurityCard

TODAY = date(2026, 6, 1)
ALL = (*PROFILES, *NATIONAL_PROFILES)
FORMS = ["tag", "number", "short"]
WANG = social_security_card("wang")
IDENTITY = bytes.fromhex("3F00DF014031")


def read(card: Card) -> Identity | Fault:
    result = read_card(DirectChannel(card), TODAY, ALL)
    assert isinstance(result, (Identity, Fault))
    return result


def record(card: Card) -> PersonalRecord:
    result = read(card)
    assert isinstance(result, Identity), result
    return result.record


def is_damaged(result: object) -> bool:
    return isinstance(result, Fault) and result.same_as(CARD_DAMAGED)


def with_item(tag: int, value: bytes, form: str = "tag") -> SocialSecurityCard:
    if tag in WANG.ef05:
        return replace(WANG, ef05={**WANG.ef05, tag: value}, form=form)
    return replace(WANG, ef06={**WANG.ef06, tag: value}, form=form)


# --- the social security card ---------------------------------------------------------------


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("length", [*range(9), *range(10, 21)])
def test_a_card_number_has_nine_characters(form: str, length: int) -> None:
    assert is_damaged(read(with_item(0x07, (b"A10010011" * 3)[:length], form)))


@pytest.mark.parametrize(
    "value", [b"A1001001 ", b" A1001001", b"A1001001\0", b"a10010011", b"A1001-011",
              b"A1001\xb2011", b"A\xa3\xb1001001", b"         ", bytes(9), b"\xff" * 9],
)  # fmt: skip
def test_a_card_number_has_only_letters_and_digits(value: bytes) -> None:
    assert is_damaged(read(with_item(0x07, value)))


@pytest.mark.parametrize("value", [b"A10010011", b"X1234567X", b"012345678", b"ABCDEFGHI"])
def test_valid_card_numbers_are_accepted(value: bytes) -> None:
    assert record(with_item(0x07, value)).card_number == value.decode()


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("tag", [0x01, 0x03, 0x05, 0x06, 0x08, 0x09, 0x0A, 0x0B, 0x0D])
@pytest.mark.parametrize("change", [-1, 1])
def test_an_item_of_wrong_length_makes_the_card_damaged(form: str, tag: int, change: int) -> None:
    value = WANG.ef05.get(tag) or WANG.ef06[tag]
    changed = value[:-1] if change < 0 else value + value[-1:]
    assert is_damaged(read(with_item(tag, changed, form)))


@pytest.mark.parametrize("length", [0, 1, 19, 21, 30])
def test_a_name_extension_has_twenty_bytes(length: int) -> None:
    ef06 = {**WANG.ef06, 0x4E: "明".encode("gb18030").ljust(length, b"\0")[:length]}
    assert is_damaged(read(replace(WANG, ef06=ef06)))


def test_a_blank_name_extension_is_accepted() -> None:
    for blank in (bytes(20), b"\xff" * 20, b" " * 20):
        assert record(replace(WANG, ef06={**WANG.ef06, 0x4E: blank})).name == "王建明"


def test_the_parser_checks_the_length_of_items_too() -> None:
    assert is_damaged(parse({**WANG.ef05, 0x07: b"A1001001"}, WANG.ef06))
    assert is_damaged(parse(WANG.ef05, {**WANG.ef06, 0x09: "王建明".encode("gb18030")}))


@pytest.mark.parametrize(
    ("tag", "value"),
    [
        (0x01, b"\x10\x01\x0a" + bytes(13)),  # no region code
        (0x01, b"\xff" * 16),
        (0x03, b"2.0\0"),
        (0x03, b"2,00"),
        (0x03, b"    "),
        (0x08, b"10010119580312021X"),
        (0x08, b"1001011958031202 6"),
        (0x0A, b"\x01"),
        (0x0A, b"m"),
        (0x0B, b"\x0a"),
        (0x0D, bytes.fromhex("1958031A")),
    ],
)
def test_an_item_with_wrong_characters_makes_the_card_damaged(tag: int, value: bytes) -> None:
    assert is_damaged(read(with_item(tag, value)))


def test_blank_items_of_the_holder_are_unknown() -> None:
    for blank in (b"\0", b"\xff"):
        ef06 = {**WANG.ef06, 0x0A: blank, 0x0B: blank, 0x0D: blank * 4}
        got = record(replace(WANG, ef06=ef06))
        assert (got.sex, got.ethnic, got.birth) == (Sex.UNKNOWN, None, None)
        assert "sex-code-unknown" not in got.warnings


# --- the text of a resident ID card ---------------------------------------------------------


def with_text(offset: int, value: str, base: bytes = resident_text("wang")) -> bytes:
    text = bytearray(base)
    data = value.encode("utf-16-le")
    text[offset : offset + len(data)] = data
    return bytes(text)


FOREIGN_2017 = text_256(
    (0, "SAMPLE, MARY ANN"), (120, "2"), (122, "CAN110181080300"), (152, "CAN"), (158, "样例玛丽"),
    (188, "20180101"), (204, "20280101"), (220, "19810803"), (236, "01"), (240, "1500"), (248, "I"),
)  # fmt: skip
FOREIGN_2023 = text_256(
    (0, "样例玛丽"), (30, "2"), (32, "01"), (36, "19810803"), (52, "SAMPLE, MARY"),
    (122, "911124198108030024"), (188, "20231201"), (204, "20331201"), (242, "CAN"), (248, "Y"),
)  # fmt: skip
PERMIT = text_256(
    (0, "陈样例"), (30, "1"), (36, "19900101"), (52, "样例市样例路7号"),
    (122, "810000199001010019"), (158, "样例市公安局"), (188, "20200101"), (204, "20300101"),
    (248, "J"),
)  # fmt: skip


@pytest.mark.parametrize("text", [resident_text("wang"), FOREIGN_2017, FOREIGN_2023, PERMIT])
def test_each_of_the_four_layouts_is_accepted(text: bytes) -> None:
    assert isinstance(parse_text(text), Identity)


@pytest.mark.parametrize(
    "text",
    [
        with_text(30, "男"),
        with_text(30, "a"),
        with_text(32, "1 "),
        with_text(32, "ab"),
        with_text(36, "1958031 "),
        with_text(122, "100101580312021   "),  # this card never has 15 digits
        with_text(122, "CAN110181080300   "),
        with_text(122, "911124198108030024"),
        with_text(122, "10010119580312021 "),
        with_text(122, "１00101195803120216"),
        with_text(152, "CA ", FOREIGN_2017),
        with_text(152, "can", FOREIGN_2017),
        with_text(122, "100101195803120216", FOREIGN_2023),
        with_text(242, "C1N", FOREIGN_2023),
        with_text(122, "100101195803120216", PERMIT),
        with_text(248, "Y", PERMIT),
        with_text(248, " ", FOREIGN_2023),
        with_text(248, "J", FOREIGN_2023),
    ],
)
def test_a_malformed_field_makes_the_card_damaged(text: bytes) -> None:
    assert is_damaged(parse_text(text))


def test_a_blank_number_makes_the_card_damaged() -> None:
    assert is_damaged(parse_text(with_text(122, " " * 18)))


@pytest.mark.parametrize("length", [1, 512, 1023, 1025])
def test_a_photo_has_1024_bytes(length: int) -> None:
    assert is_damaged(parse_text(resident_text("wang"), PHOTO.ljust(1100, b"\0")[:length]))


@pytest.mark.parametrize(("text", "photo"), [(255, 1025), (256, 1023), (0, 1280), (256, 0)])
def test_a_payload_with_wrong_lengths_is_damaged(text: int, photo: int) -> None:
    header = text.to_bytes(2, "big") + photo.to_bytes(2, "big")
    assert is_damaged(parse_payload(header + bytes(text + photo)))
    assert isinstance(parse_payload(b"\x01\x00\x04\x00" + bytes(1280)), Payload)


# --- cards of other countries ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("offset", "value"),
    [
        (0x0004, b"110170023067 "),
        (0x0004, b"1101700#30678"),
        (0x00E1, b"m"),
        (0x00E1, b"\xa1"),
        (0x0075, "Miss#สมหญิง".encode("tis-620").ljust(100)),
        (0x0011, b"\t" * 100),
        (0x0011, "สม\nหญิง".encode("tis-620").ljust(100)),
        (0x1579, b"1/23\x1b".ljust(100)),
    ],
)
def test_a_malformed_thai_field_makes_the_card_damaged(offset: int, value: bytes) -> None:
    assert is_damaged(read(ThaiCard({**THAI_MEMORY, offset: value})))


def test_optional_thai_fields_may_be_blank() -> None:
    memory = {**THAI_MEMORY, 0x0075: b" " * 100, 0x00F6: b" " * 100, 0x1579: bytes(100)}
    got = record(ThaiCard(memory))
    assert (got.name_latin, got.issuer, got.address) == (None, None, None)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"\x0d\x01V", b"\x0d\x01?"),
        (b"\x0d\x01V", b"\x0d\x02VV"),
        (b"\x06\x0b85073003328", b"\x06\x0c850730033280"),
        (b"\x06\x0b85073003328", b"\x06\x0a8507300332"),
        (b"\x07\x09Voorbeeld", b"\x07\x09Voor\xe2\x80\xaeld"),
        (b"\x07\x09Voorbeeld", b"\x07\x09Voor\x00eeld"),
        (b"\x07\x09Voorbeeld", b"\x07\x00"),
    ],
)
def test_a_malformed_belgian_field_makes_the_card_damaged(old: bytes, new: bytes) -> None:
    data = BELGIAN_FILES[IDENTITY]
    assert old in data
    assert is_damaged(read(BelgianCard({**BELGIAN_FILES, IDENTITY: data.replace(old, new)})))


@pytest.mark.parametrize(
    ("at", "value"),
    [
        (273, b"85073014567\x00\x00"),
        (273, b"850730-14-567"),
        (273, b"8507301456789"),
        (286, b"?"),
        (286, b"p"),
        (295, b"\x19\x85\x07\x3a"),
        (3, b"\x80"),
        (3, b"CONTOH\x1b"),
        (3, b" " * 150),
    ],
)
def test_a_malformed_mykad_field_makes_the_card_damaged(at: int, value: bytes) -> None:
    file = MYKAD_FILE_1[:at] + value + MYKAD_FILE_1[at + len(value) :]
    assert is_damaged(read(MyKadCard(file)))
