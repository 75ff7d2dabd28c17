"""The social security card profile, tested with cards built by hand, in all forms of answers."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devices.cards.channel import CardChannel
from devices.cards.profiles import social_security
from devices.cards.profiles.social_security import parse
from devices.cards.registry import read_card
from devices.faults import CARD_DAMAGED, CARD_EXPIRED, CARD_NOT_YET_VALID, CARD_UNSUPPORTED
from devices.health import Fault
from devices.identity import Assurance, CardKind, Identity, Sex
from devices.operator import OperatorCard
from tests.devices.channels import DirectChannel
from tests.rig.people import PEOPLE, social_security_card
from tests.rig.vcard import SocialSecurityCard

TODAY = date(2026, 6, 1)


def read(card: SocialSecurityCard, today: date = TODAY) -> Identity | OperatorCard | Fault:
    return read_card(DirectChannel(card), today)


def identity(card: SocialSecurityCard) -> Identity:
    result = read(card)
    assert isinstance(result, Identity), result
    return result


@pytest.mark.parametrize("key", [key for key in PEOPLE if key != "three"])
@pytest.mark.parametrize("form", ["tag", "number", "short"])
@pytest.mark.parametrize("exact_le", [False, True])
def test_every_residents_card_is_read_in_every_form_of_read_record(
    key: str, form: str, exact_le: bool
) -> None:
    person = PEOPLE[key]
    card = replace(social_security_card(key), form=form, exact_le=exact_le)
    got = identity(card)
    record = got.record
    assert got.assurance is Assurance.CARD_FREE
    assert record.kind is CardKind.SOCIAL_SECURITY
    assert (record.name, record.id_number) == (person.name, person.number)
    assert (record.card_number, record.card_region) == (person.card_number, "100101")
    assert (record.sex, record.card_version) == (Sex(person.sex), "2.00")
    assert record.ethnic == {"01": "汉", "05": "维吾尔"}[person.ethnic]
    assert record.birth == date.fromisoformat(person.birth)
    assert (record.valid_from, record.valid_to) == (date(2020, 1, 1), date(2099, 12, 31))
    assert record.warnings == ("area-code-unknown",)


@pytest.mark.parametrize(
    "changes",
    [
        {"knows_application": False},
        {"chained": False},
        {"select_p1": 0x02},
        {"knows_application": False, "select_p1": 0x02, "form": "number", "exact_le": True},
    ],
)
def test_all_variants_of_answers_are_read(changes: dict[str, Any]) -> None:
    card = replace(social_security_card("rare"), **changes)
    assert identity(card).record.name == "𠮷㛃䶮𬀩"


def test_a_3_0_card_gives_its_number_but_not_its_holder() -> None:
    got = identity(social_security_card("three"))
    record = got.record
    assert (record.card_number, record.card_region) == ("A10010055", "100101")
    assert record.card_version == "3.00"
    assert (record.name, record.id_number, record.birth) == (None, None, None)
    assert got.assurance is Assurance.CARD_FREE


@pytest.mark.parametrize("form", ["tag", "number", "short"])
def test_a_3_0_card_is_read_in_every_form_of_read_record(form: str) -> None:
    card = replace(social_security_card("three"), form=form)
    assert identity(card).record.name is None


@pytest.mark.parametrize("sw", ["6982", "6985", "6986", "6A82", "6A86", "6D00"])
def test_a_3_0_card_may_refuse_its_holder_with_any_status(sw: str) -> None:
    channel = _Refusing(social_security_card("three"), bytes.fromhex(sw))
    got = read_card(channel, TODAY)
    assert isinstance(got, Identity)
    assert (got.record.card_number, got.record.name) == ("A10010055", None)


@pytest.mark.parametrize(
    ("sw", "whole"), [("6982", True), ("6985", True), ("6A82", False), ("6F00", False)]
)
def test_a_2_0_card_may_refuse_its_holder_only_for_lack_of_authentication(
    sw: str, whole: bool
) -> None:
    got = read_card(_Refusing(social_security_card("wang"), bytes.fromhex(sw)), TODAY)
    assert isinstance(got, Identity) == whole
    assert whole or (isinstance(got, Fault) and got.same_as(CARD_DAMAGED))


class _Refusing(DirectChannel):
    """A channel that returns one status word for every command about EF06."""

    def __init__(self, card: SocialSecurityCard, sw: bytes) -> None:
        super().__init__(card)
        self._sw = int.from_bytes(sw, "big")
        self._in_ef06 = False

    def transceive(self, apdu: bytes) -> tuple[bytes, int]:
        if apdu[:2] == b"\x00\xa4":
            self._in_ef06 = apdu.endswith(b"\xef\x06")
        return (b"", self._sw) if self._in_ef06 else super().transceive(apdu)


class _Psam:
    """A security module; ``knows`` is whether it has the card's key."""

    def __init__(self, card: SocialSecurityCard, knows: bool = True) -> None:
        self._card = card
        self._knows = knows
        self.asked: list[bytes] = []

    def unlock(self, channel: CardChannel, card_id: bytes) -> bool:
        self.asked.append(card_id)
        self._card.protected = not self._knows
        return self._knows


def test_a_security_module_unlocks_a_3_0_card() -> None:
    card = social_security_card("three")
    psam = _Psam(card)
    got = social_security.read(DirectChannel(card), psam)
    assert isinstance(got, Identity)
    assert (got.record.name, got.assurance) == ("赵国芳", Assurance.CARD_SECURE)
    assert psam.asked == [card.ef05[0x01]]


def test_a_card_that_the_security_module_cannot_unlock_gives_its_number() -> None:
    card = social_security_card("three")
    got = social_security.read(DirectChannel(card), _Psam(card, knows=False))
    assert isinstance(got, Identity)
    assert (got.record.name, got.assurance) == (None, Assurance.CARD_FREE)


def test_the_security_module_is_not_used_for_a_card_that_refuses_nothing() -> None:
    card = social_security_card("wang")
    psam = _Psam(card)
    got = social_security.read(DirectChannel(card), psam)
    assert isinstance(got, Identity)
    assert (psam.asked, got.assurance) == ([], Assurance.CARD_FREE)


def test_a_name_continues_in_the_extension() -> None:
    card = social_security_card("long")
    name = "阿卜杜热合曼·买买提明·阿卜拉·热合曼"
    data = name.encode("gb18030")
    ef06 = {**card.ef06, 0x09: data[:30], 0x4E: data[30:].ljust(20, b"\0")}
    assert identity(replace(card, ef06=ef06)).record.name == name


@pytest.mark.parametrize(
    ("tag", "value"),
    [
        (0x08, b"100101195803120217"),  # wrong check digit
        (0x08, b"\x00" * 18),
        (0x08, b"\x80" * 18),
        (0x09, bytes(30)),  # no name
        (0x09, bytes.fromhex("CDF5BD").ljust(30, b"\0")),  # ends within a character
        (0x0D, bytes.fromhex("19580231")),  # no such day
    ],
)
def test_an_invalid_item_of_the_holder_makes_the_card_damaged(tag: int, value: bytes) -> None:
    card = social_security_card("wang")
    result = read(replace(card, ef06={**card.ef06, tag: value}))
    assert isinstance(result, Fault)
    assert result.same_as(CARD_DAMAGED)
    assert "1958" not in result.detail


@pytest.mark.parametrize("form", ["tag", "number", "short"])
def test_a_holder_file_without_a_number_is_damaged(form: str) -> None:
    card = social_security_card("wang")
    without = {tag: value for tag, value in card.ef06.items() if tag != 0x08}
    result = read(replace(card, ef06=without, form=form))
    assert isinstance(result, Fault)
    assert result.same_as(CARD_DAMAGED)


def test_a_difference_between_card_and_number_is_a_warning() -> None:
    card = social_security_card("wang")
    ef06 = {**card.ef06, 0x0A: b"2", 0x0D: bytes.fromhex("19580313")}
    warnings = identity(replace(card, ef06=ef06)).record.warnings
    assert set(warnings) >= {"birth-differs-from-number", "sex-differs-from-number"}


def test_unknown_codes_for_ethnic_group_and_sex_are_accepted() -> None:
    card = social_security_card("wang")
    ef06 = {**card.ef06, 0x0A: b"7", 0x0B: b"\x57"}
    record = identity(replace(card, ef06=ef06)).record
    assert (record.ethnic, record.sex) == ("57", Sex.UNKNOWN)
    assert "sex-code-unknown" in record.warnings


def test_a_number_of_15_digits_is_returned_with_18() -> None:
    card = social_security_card("wang")
    ef06 = {**card.ef06, 0x08: b"100101580312021".ljust(18, b"\0")}
    record = identity(replace(card, ef06=ef06)).record
    assert record.id_number == "100101195803120216"
    assert "number-of-15-digits" in record.warnings


def test_the_first_and_last_day_are_valid() -> None:
    card = social_security_card("wang")
    dated = replace(
        card, ef05={**card.ef05, 0x05: bytes.fromhex("20260102"), 0x06: bytes.fromhex("20260501")}
    )
    assert isinstance(read(dated, date(2026, 1, 2)), Identity)
    assert isinstance(read(dated, date(2026, 5, 1)), Identity)
    assert read(dated, date(2026, 5, 2)) == CARD_EXPIRED
    assert read(dated, date(2026, 1, 1)) == CARD_NOT_YET_VALID


def test_a_card_of_another_kind_with_an_ef05_is_not_accepted() -> None:
    card = replace(social_security_card("wang"), knows_application=False, ef05={0x15: b"xyz"})
    assert read(card) == CARD_UNSUPPORTED


@settings(max_examples=300, deadline=None)
@given(
    st.dictionaries(st.sampled_from([1, 3, 5, 6, 7]), st.binary(max_size=40)),
    st.none() | st.dictionaries(st.sampled_from([8, 9, 0x4E, 10, 11, 13]), st.binary(max_size=40)),
)
def test_any_records_give_an_identity_or_damage(
    card: dict[int, bytes], holder: dict[int, bytes] | None
) -> None:
    result = parse(card, holder)
    assert isinstance(result, Identity) or result.same_as(CARD_DAMAGED)


class _Noise:
    """A card with random answers."""

    atr = b"\x3b\x00"

    def __init__(self, answers: list[bytes]) -> None:
        self._answers = iter(answers)

    def transceive(self, apdu: bytes) -> tuple[bytes, int]:
        answer = next(self._answers, b"\x6f\x00").ljust(2, b"\x00")
        return answer[:-2], int.from_bytes(answer[-2:], "big")


_SW = st.sampled_from(
    [b"\x90\x00", b"\x61\x10", b"\x6c\x09", b"\x6a\x82", b"\x69\x82", b"\x67\x00"]
)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.builds(bytes.__add__, st.binary(max_size=40), _SW), max_size=40))
def test_any_answers_give_an_identity_or_a_declared_fault(answers: list[bytes]) -> None:
    assert isinstance(read_card(_Noise(answers), TODAY), (Identity, Fault))
