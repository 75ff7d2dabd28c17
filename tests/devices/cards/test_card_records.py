"""An absent record is no fault; a record that exists but cannot be read is one.

If a broken record hides the last day of validity or a part of the holder's name, the card must not
be accepted without it. The same rule applies to every profile.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from devices.cards.profiles import NATIONAL_PROFILES
from devices.cards.profiles.resident_id import parse_text
from devices.cards.registry import PROFILES, read_card
from devices.faults import CARD_DAMAGED, CARD_EXPIRED
from devices.health import Fault
from devices.identity import Identity
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
from tests.rig.vcard import Card, SamEquippedCard, SocialSecurityCard

TODAY = date(2026, 6, 1)
ALL = (*PROFILES, *NATIONAL_PROFILES)
ISSUED, EXPIRES, CONTINUATION = 0x05, 0x06, 0x4E
IDENTITY = bytes.fromhex("3F00DF014031")
ADDRESS = bytes.fromhex("3F00DF014033")


def read(card: Card) -> object:
    return read_card(DirectChannel(card), TODAY, ALL)


def damaged(card: Card) -> bool:
    result = read(card)
    return isinstance(result, Fault) and result.same_as(CARD_DAMAGED)


# --- the social security card ---------------------------------------------------------------


def expired() -> SocialSecurityCard:
    card = social_security_card("wang")
    return replace(card, ef05={**card.ef05, EXPIRES: bytes.fromhex("20250101")})


def long_name() -> SocialSecurityCard:
    card = social_security_card("long")
    name = "阿卜杜热合曼·买买提明·阿卜拉·热合曼".encode("gb18030")
    return replace(
        card, ef06={**card.ef06, 0x09: name[:30], CONTINUATION: name[30:].ljust(20, b"\0")}
    )


UNREADABLE = {
    "status 6F00": "6F00",
    "status 6981": "6981",
    "status 6982": "6982",
    "status 6A80": "6A80",
    "status 6700": "6700",
    "status 6282": "{whole}6282",
    "no length": "{tag}9000",
    "nothing": "9000",
    "another tag": "55{length}{value}9000",
    "length beyond the answer": "{tag}7F{value}9000",
    "length short of the answer": "{tag}03{value}9000",
    "empty value": "{tag}009000",
    "one byte too few": "{tag}{shorter}{cut}9000",
    "one byte too many": "{tag}{longer}{value}009000",
    "bytes after the value": "{whole}00009000",
}  # fmt: skip


def broken(how: str, tag: int, value: bytes) -> bytes:
    """Return an answer to READ RECORD that is broken in this way."""
    parts = {
        "tag": f"{tag:02X}", "length": f"{len(value):02X}", "value": value.hex(),
        "whole": bytes((tag, len(value))).hex() + value.hex(), "cut": value[:-1].hex(),
        "shorter": f"{len(value) - 1:02X}", "longer": f"{len(value) + 1:02X}",
    }  # fmt: skip
    return bytes.fromhex(UNREADABLE[how].format(**parts))


FORMS = ["tag", "number", "short"]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("how", UNREADABLE)
def test_an_expired_card_with_a_broken_expiry_record_is_damaged(form: str, how: str) -> None:
    card = expired()
    assert read(card) == CARD_EXPIRED
    answer = broken(how, EXPIRES, card.ef05[EXPIRES])
    assert damaged(replace(card, form=form, answers={EXPIRES: answer}))


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("how", UNREADABLE)
def test_a_long_name_with_a_broken_continuation_is_damaged(form: str, how: str) -> None:
    card = long_name()
    answer = broken(how, CONTINUATION, card.ef06[CONTINUATION])
    assert damaged(replace(card, form=form, answers={CONTINUATION: answer}))


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("tag", [0x01, 0x03, 0x05, 0x06, 0x08, 0x09, 0x0A, 0x0B, 0x0D])
@pytest.mark.parametrize("how", ["status 6F00", "another tag", "one byte too few", "empty value"])
def test_any_broken_item_makes_the_card_damaged(form: str, tag: int, how: str) -> None:
    card = social_security_card("wang")
    value = card.ef05.get(tag) or card.ef06[tag]
    assert damaged(replace(card, form=form, answers={tag: broken(how, tag, value)}))


@pytest.mark.parametrize("sw", ["6A82", "6A83"])
@pytest.mark.parametrize("tag", [0x01, 0x03, 0x05, 0x06, 0x0A, 0x0B, 0x0D, 0x4E])
def test_an_absent_optional_item_is_no_fault(tag: int, sw: str) -> None:
    card = replace(social_security_card("wang"), answers={tag: bytes.fromhex(sw)})
    result = read(card)
    assert isinstance(result, Identity), result
    assert (result.record.name, result.record.id_number) == ("王建明", "100101195803120216")


@pytest.mark.parametrize("sw", ["6A82", "6A83"])
@pytest.mark.parametrize("tag", [0x08, 0x09])
def test_a_card_without_name_or_number_is_damaged(tag: int, sw: str) -> None:
    assert damaged(replace(social_security_card("wang"), answers={tag: bytes.fromhex(sw)}))


@pytest.mark.parametrize("tag", [ISSUED, EXPIRES])
@pytest.mark.parametrize("value", ["00000000", "FFFFFFFF", "20202020", "2026060A"])
def test_a_day_of_validity_that_was_never_written_makes_the_card_damaged(
    tag: int, value: str
) -> None:
    """The record may be absent, but if it exists it must hold a date."""
    card = expired()
    assert damaged(replace(card, ef05={**card.ef05, tag: bytes.fromhex(value)}))


@pytest.mark.parametrize("sw", ["6F00", "6700", "6282", "6400"])
def test_a_3_0_card_with_a_broken_holder_file_is_damaged(sw: str) -> None:
    card = social_security_card("three")
    card = replace(card, protected=False, answers={0x08: bytes.fromhex(sw)})
    assert damaged(card)


@pytest.mark.parametrize("form", FORMS)
def test_a_holder_file_that_refuses_a_later_record_is_damaged(form: str) -> None:
    card = replace(social_security_card("wang"), form=form, answers={0x09: b"\x69\x82"})
    assert damaged(card)


def test_two_records_of_one_item_make_the_card_damaged() -> None:
    """If records are read by number, the first byte shows the item. Here the name occurs twice."""
    card = replace(social_security_card("wang"), form="number")
    second = b"\x09\x1e" + "李秀英".encode("gb18030").ljust(30, b"\0") + b"\x90\x00"
    assert damaged(replace(card, answers={0x0C: second}))


# --- the text of a resident ID card ---------------------------------------------------------


def with_text(offset: int, value: str) -> bytes:
    text = bytearray(resident_text("wang"))
    data = value.encode("utf-16-le")
    text[offset : offset + len(data)] = data
    return bytes(text)


@pytest.mark.parametrize(
    "text",
    [
        with_text(204, "00000000"),
        with_text(204, "FFFFFFFF"),
        with_text(204, "        "),
        with_text(204, "2040010"),
        with_text(204, "2040 101"),
        with_text(188, "00000000"),
        with_text(188, "长期      "),
        with_text(36, "00000000"),
        with_text(36, "长期      "),
    ],
)
def test_a_resident_card_with_an_invalid_date_is_damaged(text: bytes) -> None:
    result = parse_text(text)
    assert isinstance(result, Fault)
    assert result.same_as(CARD_DAMAGED)


class _Pages:
    """A reader with a security module; ``change`` alters the answer for page ``at``."""

    def __init__(self, at: int, change: Callable[[bytes], bytes]) -> None:
        self._card = SamEquippedCard(resident_text("wang"), PHOTO)
        self._at = at
        self._change = change
        self.atr = self._card.atr

    def answer(self, apdu: bytes) -> bytes:
        answer = self._card.answer(apdu)
        if apdu[:2] == b"\xff\xb0" and apdu[2] == self._at:
            return self._change(answer)
        return answer


@pytest.mark.parametrize("page", range(5))
def test_a_page_that_is_too_short_is_damage_even_if_the_last_one_is_longer(page: int) -> None:
    class LongLast(_Pages):
        def answer(self, apdu: bytes) -> bytes:
            data = super().answer(apdu)
            return data[:-2].ljust(256, b"\0") + b"\x90\x00" if apdu[2:3] == b"\x05" else data

    assert damaged(LongLast(page, lambda answer: answer[:-6] + answer[-2:]))


@pytest.mark.parametrize("page", range(1, 6))
@pytest.mark.parametrize("sw", ["6A82", "6282", "6F00"])
def test_a_page_with_an_error_status_is_damage(page: int, sw: str) -> None:
    assert damaged(_Pages(page, lambda answer: answer[:-2] + bytes.fromhex(sw)))


# --- cards of other countries ---------------------------------------------------------------


@pytest.mark.parametrize("offset", THAI_MEMORY)
@pytest.mark.parametrize("sw", ["6F00", "6A82", "6282"])
def test_a_thai_card_with_an_unreadable_item_is_damaged(offset: int, sw: str) -> None:
    assert damaged(ThaiCard(THAI_MEMORY, answers={offset: bytes.fromhex(sw)}))


@pytest.mark.parametrize("offset", THAI_MEMORY)
@pytest.mark.parametrize("change", [-1, 1])
def test_a_thai_card_with_an_item_of_wrong_length_is_damaged(offset: int, change: int) -> None:
    whole = THAI_MEMORY[offset]
    data = whole[:change] if change < 0 else whole + b" "
    assert damaged(ThaiCard(THAI_MEMORY, answers={offset: data + b"\x90\x00"}))


@pytest.mark.parametrize("offset", [0x0167, 0x016F])
@pytest.mark.parametrize("written", [b"        ", b"00000000", b"25420000", b"2542123\0"])
def test_a_thai_card_without_a_day_of_validity_is_damaged(offset: int, written: bytes) -> None:
    assert damaged(ThaiCard({**THAI_MEMORY, offset: written}))


def belgian(data: bytes) -> BelgianCard:
    return BelgianCard({**BELGIAN_FILES, IDENTITY: data})


def item(tag: int) -> tuple[int, int]:
    """Return the start and end of the item in the Belgian identity file."""
    data = BELGIAN_FILES[IDENTITY]
    at = 0
    while data[at] != tag:
        at += 2 + data[at + 1]
    return at, at + 2 + data[at + 1]


@pytest.mark.parametrize("tag", [0x03, 0x04, 0x06, 0x07])
def test_a_belgian_card_without_a_required_item_is_damaged(tag: int) -> None:
    data = BELGIAN_FILES[IDENTITY]
    begin, end = item(tag)
    assert damaged(belgian(data[:begin] + data[end:]))
    assert damaged(belgian(data[:begin] + bytes((tag + 0x20,)) + data[begin + 1 :]))
    assert damaged(belgian(data[: begin + 1] + b"\x00" + data[end:]))


@pytest.mark.parametrize("cut", [1, 2, 8, 20])
def test_a_belgian_file_that_ends_within_an_item_is_damaged(cut: int) -> None:
    assert damaged(belgian(BELGIAN_FILES[IDENTITY][:-cut]))


def test_a_belgian_file_with_a_repeated_item_is_damaged() -> None:
    assert damaged(belgian(BELGIAN_FILES[IDENTITY] + b"\x04\x0a01.02.2099"))
    assert damaged(belgian(BELGIAN_FILES[IDENTITY] + b"\x07\x06Ander!"))


def test_a_belgian_file_padded_with_zeros_is_accepted() -> None:
    for count in (1, 2, 7):
        assert isinstance(read(belgian(BELGIAN_FILES[IDENTITY] + bytes(count))), Identity)


@pytest.mark.parametrize("sw", ["6F00", "6A82", "6982"])
def test_a_belgian_file_that_cannot_be_read_to_its_end_is_damaged(sw: str) -> None:
    for path in BELGIAN_FILES:
        card = BelgianCard(BELGIAN_FILES, read_answers={(path, 0): bytes.fromhex(sw)})
        assert damaged(card)
    assert damaged(BelgianCard(BELGIAN_FILES, read_answers={(IDENTITY, 255): bytes.fromhex(sw)}))


def test_a_belgian_card_without_an_address_file_is_accepted() -> None:
    for sw in ("6A82", "6A83"):
        card = BelgianCard(BELGIAN_FILES, select_answers={ADDRESS: bytes.fromhex(sw)})
        result = read(card)
        assert isinstance(result, Identity)
        assert result.record.address is None
    assert damaged(BelgianCard(BELGIAN_FILES, select_answers={ADDRESS: b"\x6f\x00"}))


@pytest.mark.parametrize("offset", [3, 273, 286, 295])
@pytest.mark.parametrize("sw", ["6F00", "6A82", "6282", "9400"])
def test_a_mykad_with_an_unreadable_item_is_damaged(offset: int, sw: str) -> None:
    card = MyKadCard(MYKAD_FILE_1)
    assert damaged(replace(card, answers={offset: bytes.fromhex(sw)}))
    whole = {3: 150, 273: 13, 286: 1, 295: 4}[offset]
    data = MYKAD_FILE_1[offset : offset + whole]
    assert damaged(replace(card, answers={offset: data + bytes.fromhex(sw)}))


@pytest.mark.parametrize("offset", [3, 273, 286, 295])
def test_a_mykad_with_an_item_of_wrong_length_is_damaged(offset: int) -> None:
    whole = {3: 150, 273: 13, 286: 1, 295: 4}[offset]
    data = MYKAD_FILE_1[offset : offset + whole]
    for wrong in (data[:-1], data + b"\0"):
        assert damaged(MyKadCard(MYKAD_FILE_1, answers={offset: wrong + b"\x90\x00"}))
