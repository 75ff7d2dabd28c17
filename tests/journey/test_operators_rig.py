"""Operator cards at a whole station with the real pcscd: maintenance, staff help, refusal."""

from __future__ import annotations

import sqlite3

import pytest

from devices.cards.operator.card import OperatorTrust
from devices.cards.registry import profiles_for
from devices.faults import OPERATOR_CARD_REFUSED
from devices.operator import Role
from devices.readers.pcsc.reader import PcscReader
from terminal.session import events as ev
from terminal.session.states import CardAway, CardFailure, Consenting, Maintenance, Proof, Proving
from tests.rig.operator_cards import ISSUER_KEY, NUMBERS, SERIALS, operator_card
from tests.rig.people import PEOPLE, social_security_card
from tests.rig.vcard import VirtualSlot

from .conftest import MakeStation
from .station import INSURANCE, RigStation

pytestmark = [pytest.mark.rig, pytest.mark.xdist_group("pcsc"), pytest.mark.timeout(180)]


@pytest.fixture
def station(make_station: MakeStation, slot: VirtualSlot) -> RigStation:
    """A station with one PC/SC reader that accepts the sample issuer, ready to serve."""
    station = make_station(PcscReader(profiles=profiles_for(OperatorTrust((ISSUER_KEY,)))))
    station.ready()
    return station


def journal_text(station: RigStation) -> str:
    """Return the whole content of the journal."""
    path = next((station.state_directory / "journal").glob("*.db"))
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as journal:
        return "\n".join(journal.iterdump())


def test_a_maintainers_card_ends_a_visit_and_opens_maintenance(
    station: RigStation, slot: VirtualSlot
) -> None:
    slot.present(social_security_card("wang"))
    identity = station.wait(Consenting).visit.identity
    assert identity.record.name == PEOPLE["wang"].name
    slot.present(operator_card("maintainer", "bound"))
    assert station.wait(Maintenance).role is Role.MAINTAINER
    assert identity.wiped
    station.post(ev.MaintenanceClosed())
    slot.remove()
    station.ready()
    journal = journal_text(station)
    assert SERIALS["maintainer"] in journal
    assert PEOPLE["wang"].number not in journal


def test_staff_can_present_their_card_in_place_of_the_residents(
    station: RigStation, slot: VirtualSlot
) -> None:
    """On one reader, the staff card replaces the resident's card, which is then presented again."""
    slot.present(social_security_card("nophone"))
    station.consent()
    station.post(ev.ServiceChosen(INSURANCE))
    assert station.wait(Proving).proof is Proof.STAFF
    slot.present(operator_card("staff"))
    station.wait(CardAway, lambda away: getattr(away.before, "staff_number", "") != "")
    slot.present(social_security_card("nophone"))
    proving = station.wait(Proving)
    assert (proving.proof, proving.staff_number) == (Proof.STAFF, NUMBERS["staff"].decode())


def test_a_refused_card_opens_nothing(station: RigStation, slot: VirtualSlot) -> None:
    slot.present(operator_card("maintainer", "stranger"))
    assert station.wait(CardFailure).fault == OPERATOR_CARD_REFUSED
    assert "Maintenance" not in station.history
