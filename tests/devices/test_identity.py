"""The object with personal data: how it is masked, compared and wiped."""

from __future__ import annotations

import pytest

from devices.identity import Assurance, CardKind, Identity, PersonalRecord, Sex, mask_name


def person(
    name: str | None = "王建明", number: str | None = "100101195803120216", card: str | None = None
) -> Identity:
    record = PersonalRecord(
        CardKind.RESIDENT_ID,
        name=name,
        id_number=number,
        card_number=card,
        sex=Sex.MALE,
        photo=bytearray(b"\x01\x02"),
    )
    return Identity(record, Assurance.CARD_FREE)


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("王建明", "王*明"),
        ("王明", "王*"),
        ("王", "*"),
        ("", ""),
        ("𠮷㛃䶮𬀩", "𠮷*𬀩"),
        ("阿卜杜热合曼·买买提明", "阿*"),
        ("SAMPLE, MARY ANN", "S*"),
    ],
)
def test_a_masked_name_keeps_at_most_two_characters(name: str, masked: str) -> None:
    assert mask_name(name) == masked
    assert person(name).masked_name == masked


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("王建明", "王*明"), ("王明", "王*"), ("王", ""), ("", ""), ("阿卜杜热合曼·买买提明", ""),
        ("SAMPLE, MARY ANN", ""),
    ],
)  # fmt: skip
def test_a_masked_name_that_does_not_sound_like_a_name_addresses_nobody(
    name: str, address: str
) -> None:
    assert person(name).masked_address == address


def test_a_masked_number_keeps_four_characters() -> None:
    assert person().masked_number == "····0216"
    assert person(number=None, card="A10010055").masked_number == "····0055"
    assert person(number=None).masked_number == ""


def test_an_identity_shows_no_personal_data() -> None:
    shown = f"{person()!r} {person()}"
    assert "王" not in shown
    assert "1958" not in shown
    assert "CARD_FREE" in shown


def test_wiping_one_view_wipes_all() -> None:
    first = person()
    view = first.raised(Assurance.STAFF)
    photo = first.record.photo
    assert photo is not None
    view.wipe()
    view.wipe()
    assert first.wiped
    assert bytes(photo) == b"\x00\x00"
    assert (first.masked_name, first.masked_address, first.masked_number) == ("", "", "")
    with pytest.raises(ValueError, match="wiped"):
        _ = first.record
    assert first.kind is CardKind.RESIDENT_ID


def test_the_level_never_falls() -> None:
    raised = person().raised(Assurance.SECOND_FACTOR)
    assert raised.assurance is Assurance.SECOND_FACTOR
    assert raised.raised(Assurance.CARD_SECURE).assurance is Assurance.SECOND_FACTOR


def test_two_cards_belong_to_one_person_if_their_numbers_are_equal() -> None:
    assert person().same_person(person(name="written otherwise"))
    assert not person().same_person(person(number="10010119430905014X"))
    assert person(number=None, card="A1").same_person(person(card="A1"))
    assert not person(number=None, card="A1").same_person(person(number=None, card="A2"))
    assert not person(number=None).same_person(person(number=None))
    wiped = person()
    wiped.wipe()
    assert not wiped.same_person(person())
    assert not person().same_person(wiped)


def test_complete_fills_only_what_the_card_does_not_have() -> None:
    card = person(name=None, number=None, card="A10010055")
    card.complete(name="赵国芳", id_number="100101198802290161")
    assert (card.record.name, card.record.id_number) == ("赵国芳", "100101198802290161")
    card.complete(name="王建明", id_number="100101195803120216")
    assert card.record.name == "赵国芳"


def test_a_record_shows_no_personal_data() -> None:
    record = person(card="A10010011").record
    shown = f"{record!r} {record} {[record]}"
    assert "resident_id" in shown
    for said in ("王建明", "100101195803120216", "A10010011", "x01"):
        assert said not in shown


def test_complete_adds_nothing_to_a_wiped_identity() -> None:
    identity = person(name=None, number=None, card="A10010055")
    record = identity.record
    identity.wipe()
    identity.complete(name="赵国芳", id_number="100101198802290161")
    assert (record.name, record.id_number) == (None, None)


def test_complete_keeps_nothing_if_the_identity_is_wiped_during_the_call() -> None:
    """The platform's answer arrives on another thread than the one that ends the visit."""

    class Torn(PersonalRecord):
        def __setattr__(self, key: str, value: object) -> None:
            super().__setattr__(key, value)
            if key == "name" and value:
                identity.wipe()

    record = Torn(CardKind.SOCIAL_SECURITY, card_number="A10010055")
    identity = Identity(record, Assurance.CARD_FREE)
    identity.complete(name="赵国芳", id_number="100101198802290161")
    assert identity.wiped
    assert (record.name, record.id_number) == (None, None)
