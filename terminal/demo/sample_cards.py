"""The demo's sample cards: cards of the sandbox's residents, faulty cards, and operator cards."""

from __future__ import annotations

from datetime import date

from devices import faults
from devices.identity import Assurance, CardKind, Identity, PersonalRecord, Sex
from devices.operator import OperatorCard, Role
from devices.readers.simulated import OtherCard, SampleCard

from ..sandbox.residents import RESIDENTS, Resident

_SERIALS = {Role.STAFF: "00000000000000a1", Role.MAINTAINER: "00000000000000b2"}
_SEX = {"男": Sex.MALE, "女": Sex.FEMALE}


def sample_cards() -> tuple[SampleCard, ...]:
    """Return all sample cards: those of the sandbox's residents, faulty cards, and the cards of
    staff and maintainers."""
    people = {resident.key: resident for resident in RESIDENTS}
    good = [
        *(_id_card(people[key]) for key in ("wang", "li", "rare", "long", "nophone", "noaccount")),
        *(_social_card(people[key]) for key in ("wang", "li", "rare", "long")),
        _social_card_3(people["three"]),
    ]
    operators = [
        # The sandbox's platform knows this staff number, so the card can be used for a staff check.
        _operator_card(Role.STAFF, "staff-card", "1001", "工作人员卡"),
        _operator_card(Role.MAINTAINER, "maintainer-card", "M-0007", "维护人员卡"),
    ]
    bad = [
        SampleCard("expired", CardKind.RESIDENT_ID, "居民身份证（已过期）", faults.CARD_EXPIRED),
        SampleCard(
            "damaged", CardKind.SOCIAL_SECURITY, "社会保障卡（记录损坏）", faults.CARD_DAMAGED
        ),
        SampleCard("mute", OtherCard.UNKNOWN, "放反了的卡", faults.CARD_MUTE),
        SampleCard("unknown", OtherCard.UNKNOWN, "公交卡", faults.CARD_UNSUPPORTED),
    ]
    return (*good, *bad, *operators)


def _id_card(person: Resident) -> SampleCard:
    def make() -> Identity:
        record = _record(CardKind.RESIDENT_ID, person)
        record.name, record.id_number = person.name, person.id_number
        record.issuer = "样例市公安局"
        record.valid_from, record.valid_to = date(2016, 5, 1), date(2036, 5, 1)
        return Identity(record, Assurance.CARD_SECURE)

    title = f"{person.name}的居民身份证"
    return SampleCard(f"{person.key}-id", CardKind.RESIDENT_ID, title, make)


def _social_card(person: Resident) -> SampleCard:
    def make() -> Identity:
        record = _record(CardKind.SOCIAL_SECURITY, person)
        record.name, record.id_number = person.name, person.id_number
        record.card_number = person.card_number
        return Identity(record, Assurance.CARD_FREE)

    title = f"{person.name}的社会保障卡"
    return SampleCard(f"{person.key}-ssc", CardKind.SOCIAL_SECURITY, title, make)


def _social_card_3(person: Resident) -> SampleCard:
    def make() -> Identity:
        record = PersonalRecord(CardKind.SOCIAL_SECURITY, card_number=person.card_number)
        return Identity(record, Assurance.CARD_FREE)

    title = f"{person.name}的第三代社会保障卡"
    return SampleCard(f"{person.key}-ssc", CardKind.SOCIAL_SECURITY, title, make)


def _operator_card(role: Role, name: str, number: str, title: str) -> SampleCard:
    card = OperatorCard(role, number, _SERIALS[role], date(2026, 1, 1), date(2036, 12, 31))
    return SampleCard(name, OtherCard.OPERATOR, title, card)


def _record(kind: CardKind, person: Resident) -> PersonalRecord:
    return PersonalRecord(kind, sex=_SEX[person.sex], birth=person.birth)
