"""The profiles of other countries' identity cards, tested with cards built by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devices.cards.profiles import NATIONAL_PROFILES, belgian_eid, mykad, thai_id
from devices.cards.registry import PROFILES, read_card
from devices.faults import CARD_DAMAGED, CARD_EXPIRED, CARD_UNSUPPORTED
from devices.health import Fault
from devices.identity import (
    LONG_TERM,
    Assurance,
    CardKind,
    Identity,
    PartialDate,
    PersonalRecord,
    Sex,
)
from devices.operator import OperatorCard
from tests.devices.channels import DirectChannel
from tests.rig.national_cards import (
    BELGIAN_FILES,
    MYKAD_FILE_1,
    THAI_MEMORY,
    BelgianCard,
    MyKadCard,
    ThaiCard,
)
from tests.rig.people import social_security_card
from tests.rig.vcard import Card

TODAY = date(2026, 6, 1)
ALL = (*PROFILES, *NATIONAL_PROFILES)
IDENTITY_FILE = bytes.fromhex("3F00DF014031")


def read(card: Card, today: date = TODAY) -> Identity | OperatorCard | Fault:
    return read_card(DirectChannel(card), today, ALL)


def record(card: Card) -> PersonalRecord:
    result = read(card)
    assert isinstance(result, Identity), result
    assert result.assurance is Assurance.CARD_FREE
    return result.record


@pytest.mark.parametrize("atr", ["3B7994000054484944", "3B67000054484944"])
def test_a_thai_card_is_read(atr: str) -> None:
    got = record(ThaiCard(THAI_MEMORY, atr=bytes.fromhex(atr)))
    assert got.kind is CardKind.THAI_ID
    assert (got.name, got.name_latin) == ("น.ส. สมหญิง ตัวอย่าง", "Miss Somying Tuayang")
    assert (got.id_number, got.sex) == ("1101700230678", Sex.FEMALE)
    assert got.address == "1/23 หมู่ที่ 4 ตำบลตัวอย่าง อำเภอตัวอย่าง จังหวัดตัวอย่าง"
    assert (got.valid_from, got.valid_to) == (date(2017, 1, 1), date(2099, 12, 31))


def test_thai_years_are_converted_before_the_date_is_checked() -> None:
    """The Buddhist year 2531 is 1988, a leap year; a Gregorian 2531 would not be one."""
    assert record(ThaiCard(THAI_MEMORY)).birth == date(1988, 2, 29)
    assert CARD_DAMAGED.same_as(_fault(ThaiCard({**THAI_MEMORY, 0x00D9: b"25330229"})))


@pytest.mark.parametrize(
    ("written", "birth"),
    [
        (b"25310000", PartialDate(1988)),
        (b"25310200", PartialDate(1988, 2)),
        (b"25310015", PartialDate(1988, None, 15)),
    ],
)
def test_a_thai_birth_may_lack_month_or_day(written: bytes, birth: PartialDate) -> None:
    assert record(ThaiCard({**THAI_MEMORY, 0x00D9: written})).birth == birth


@pytest.mark.parametrize(
    "written", [b"25311300", b"25310032", b"00000000", b"05430000", b"2531    ", b"        "]
)
def test_an_invalid_thai_birth_makes_the_card_damaged(written: bytes) -> None:
    assert CARD_DAMAGED.same_as(_fault(ThaiCard({**THAI_MEMORY, 0x00D9: written})))


def test_a_thai_card_may_have_no_last_day() -> None:
    assert record(ThaiCard({**THAI_MEMORY, 0x016F: b"99999999"})).valid_to == LONG_TERM


def _fault(card: Card) -> Fault:
    result = read(card)
    assert isinstance(result, Fault)
    return result


def test_a_belgian_card_is_read() -> None:
    got = record(BelgianCard(BELGIAN_FILES))
    assert got.kind is CardKind.BELGIAN_EID
    assert (got.name, got.id_number) == ("Zoë Amélie Voorbeeld", "85073003328")
    assert (got.sex, got.birth) == (Sex.FEMALE, date(1985, 7, 30))
    assert (got.valid_from, got.valid_to) == (date(2020, 2, 1), date(2040, 2, 1))
    assert (got.nationality, got.address) == ("Belg", "Voorbeeldstraat 1, 1000, Brussel")


@pytest.mark.parametrize(
    ("written", "birth"),
    [
        ("01.01.1990", date(1990, 1, 1)),
        ("01 MÄR 1990", date(1990, 3, 1)),
        ("1 MAART 1990", None),
        ("31 DEC  1990", date(1990, 12, 31)),
        ("05.AOUT.1990", date(1990, 8, 5)),
        ("05. AUG 1990", date(1990, 8, 5)),
        ("1990", PartialDate(1990)),
        ("00.00.1990", PartialDate(1990)),
        ("00 MARS 1990", PartialDate(1990, 3)),
        ("0000", None),
        ("199", None),
        ("05 XYZ 1990", None),
        ("00.13.1990", None),
        ("31.02.1990", None),
    ],
)
def test_belgian_dates_are_parsed(written: str, birth: date | PartialDate | None) -> None:
    value = written.encode()
    result = belgian_eid.parse({0x06: b"85073003328", 0x07: b"V", 0x0C: value}, {})
    if birth is None:
        assert isinstance(result, Fault)
    else:
        assert isinstance(result, Identity)
        assert result.record.birth == birth


@pytest.mark.parametrize("written", ["2040", "00.02.2040", "01.02", ""])
def test_a_belgian_last_day_is_never_partial(written: str) -> None:
    data = BELGIAN_FILES[IDENTITY_FILE].replace(
        b"\x04\x0a01.02.2040", b"\x04" + bytes((len(written),)) + written.encode()
    )
    assert CARD_DAMAGED.same_as(_fault(BelgianCard({**BELGIAN_FILES, IDENTITY_FILE: data})))


def test_belgian_items_are_split() -> None:
    assert belgian_eid.tlv(b"\x01\x02ab\x02\x00\x00\x00\x00") == {1: b"ab", 2: b""}
    assert belgian_eid.tlv(b"\x01\x02ab\x02\x00\x03\x05cut") is None
    assert belgian_eid.tlv(b"\x01\x02ab\x01\x02ab") is None
    assert belgian_eid.tlv(b"\x01\xff\x01" + b"x" * 256) == {1: b"x" * 256}


def test_a_mykad_is_read() -> None:
    got = record(MyKadCard(MYKAD_FILE_1))
    assert got.kind is CardKind.MYKAD
    assert (got.name, got.id_number) == ("CONTOH BINTI SAMPEL", "850730145678")
    assert (got.sex, got.birth) == (Sex.FEMALE, date(1985, 7, 30))


def test_the_nationality_stays_unknown_if_the_card_does_not_state_it() -> None:
    assert record(MyKadCard(MYKAD_FILE_1)).nationality is None
    assert record(ThaiCard(THAI_MEMORY)).nationality is None


def test_a_card_with_a_wrong_number_is_damaged() -> None:
    identity = BELGIAN_FILES[IDENTITY_FILE].replace(b"85073003328", b"85073003329")
    for card in (
        ThaiCard({**THAI_MEMORY, 0x0004: b"1101700230679"}),
        ThaiCard({offset: data for offset, data in THAI_MEMORY.items() if offset != 0x0011}),
        BelgianCard({**BELGIAN_FILES, IDENTITY_FILE: identity}),
        BelgianCard({**BELGIAN_FILES, IDENTITY_FILE: b""}),
        MyKadCard(MYKAD_FILE_1.replace(b"850730145678", b"85073014567X")),
        MyKadCard(MYKAD_FILE_1[:280]),
    ):
        assert CARD_DAMAGED.same_as(_fault(card)), card


def test_an_expired_national_card_is_refused() -> None:
    assert read(BelgianCard(BELGIAN_FILES), date(2040, 2, 2)) == CARD_EXPIRED


def test_no_profile_accepts_a_card_of_another_kind() -> None:
    cards: list[Card] = [
        ThaiCard(THAI_MEMORY), BelgianCard(BELGIAN_FILES), MyKadCard(MYKAD_FILE_1),
        social_security_card("wang"), replace(social_security_card("li"), form="short"),
    ]  # fmt: skip
    kinds = [CardKind.THAI_ID, CardKind.BELGIAN_EID, CardKind.MYKAD,
             CardKind.SOCIAL_SECURITY, CardKind.SOCIAL_SECURITY]  # fmt: skip
    for order in (ALL, ALL[::-1]):
        got = [read_card(DirectChannel(card), TODAY, order) for card in cards]
        assert [x.kind for x in got if isinstance(x, Identity)] == kinds


def test_national_cards_are_not_read_by_default() -> None:
    assert read_card(DirectChannel(MyKadCard(MYKAD_FILE_1)), TODAY) == CARD_UNSUPPORTED


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(st.integers(0, 15), st.binary(max_size=20)), st.binary(max_size=300))
def test_any_bytes_give_an_identity_or_damage(items: dict[int, bytes], data: bytes) -> None:
    named = dict(zip(("name", "number", "sex", "birth", "expires"), items.values(), strict=False))
    for result in (
        belgian_eid.parse(items, belgian_eid.tlv(data) or {}),
        thai_id.parse(named),
        mykad.parse(named),
    ):
        assert isinstance(result, Identity) or CARD_DAMAGED.same_as(result)
