"""The demo's sample cards: they belong to people whom the sandbox's platform knows."""

from __future__ import annotations

from devices.health import Fault
from devices.identity import Identity
from devices.operator import OperatorCard, Role
from terminal.demo.sample_cards import sample_cards
from terminal.platform import wire
from terminal.platform.client import PlatformClient
from terminal.sandbox.residents import RESIDENTS
from terminal.sandbox.service import STAFF


def test_platform_identifies_every_sample_card(client: PlatformClient) -> None:
    people = [card for card in sample_cards() if callable(card.make)]
    assert len(people) > len(RESIDENTS)
    for card in people:
        assert not isinstance(card.make, OperatorCard | Fault)
        identity = card.make()
        assert isinstance(identity, Identity)
        answer = client.identify(identity)
        assert isinstance(answer, wire.Identified), (card.name, answer)


def test_every_resident_has_a_card_and_names_are_unique() -> None:
    cards = sample_cards()
    assert len({card.name for card in cards}) == len(cards)
    shown = set()
    for card in cards:
        if callable(card.make):
            assert not isinstance(card.make, OperatorCard | Fault)
            identity = card.make()
            assert isinstance(identity, Identity)
            shown.add(identity.record.id_number or identity.record.card_number)
    assert len(shown) == len(RESIDENTS)


def test_staff_sample_card_can_be_used_for_a_staff_check() -> None:
    kinds = [card.make for card in sample_cards() if isinstance(card.make, OperatorCard)]
    staff = [card.number for card in kinds if card.role is Role.STAFF]
    assert staff
    assert set(staff) <= set(STAFF)
    assert any(isinstance(card.make, Fault) for card in sample_cards())
