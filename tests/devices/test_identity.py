"""The one object with personal data: what it shows, whom it equals, how it forgets."""

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
def test_masked_names(name: str, masked: str) -> None:
    assert mask_name(name) == masked
    assert person(name).masked_name == masked


def test_masked_numbers() -> None:
    assert person().masked_number == "····0216"
    assert person(number=None, card="A10010055").masked_number == "····0055"
    assert person(number=None).masked_number == ""


def test_nothing_personal_in_what_is_shown_of_it() -> None:
    shown = f"{person()!r} {person()}"
    assert "王" not in shown
    assert "1958" not in shown
    assert "CARD_FREE" in shown


def test_wiping_is_for_every_view_and_for_ever() -> None:
    first = person()
    view = first.raised(Assurance.STAFF)
    photo = first.record.photo
    assert photo is not None
    view.wipe()
    view.wipe()
    assert first.wiped
    assert bytes(photo) == b"\x00\x00"
    assert (first.masked_name, first.masked_number) == ("", "")
    with pytest.raises(ValueError, match="wiped"):
        _ = first.record
    assert first.kind is CardKind.RESIDENT_ID


def test_a_level_only_rises() -> None:
    raised = person().raised(Assurance.SECOND_FACTOR)
    assert raised.assurance is Assurance.SECOND_FACTOR
    assert raised.raised(Assurance.CARD_SECURE).assurance is Assurance.SECOND_FACTOR


def test_same_person() -> None:
    assert person().same_person(person(name="written otherwise"))
    assert not person().same_person(person(number="10010119430905014X"))
    assert person(number=None, card="A1").same_person(person(card="A1"))
    assert not person(number=None, card="A1").same_person(person(number=None, card="A2"))
    assert not person(number=None).same_person(person(number=None))
    wiped = person()
    wiped.wipe()
    assert not wiped.same_person(person())
    assert not person().same_person(wiped)


def test_completing_fills_what_the_card_kept_to_itself_and_nothing_else() -> None:
    card = person(name=None, number=None, card="A10010055")
    card.complete(name="赵国芳", id_number="100101198802290161")
    assert (card.record.name, card.record.id_number) == ("赵国芳", "100101198802290161")
    card.complete(name="王建明", id_number="100101195803120216")
    assert card.record.name == "赵国芳"


def test_the_record_itself_shows_nothing_of_the_person() -> None:
    record = person(card="A10010011").record
    shown = f"{record!r} {record} {[record]}"
    assert "resident_id" in shown
    for said in ("王建明", "100101195803120216", "A10010011", "x01"):
        assert said not in shown


def test_what_the_platform_says_of_a_wiped_person_is_not_kept() -> None:
    identity = person(name=None, number=None, card="A10010055")
    record = identity.record
    identity.wipe()
    identity.complete(name="赵国芳", id_number="100101198802290161")
    assert (record.name, record.id_number) == (None, None)


def test_nor_of_one_whose_visit_ends_while_it_is_taken_over() -> None:
    """The answer comes on another thread than the end of the visit."""

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
