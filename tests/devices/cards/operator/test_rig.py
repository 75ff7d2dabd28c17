"""Operator cards in a station's PC/SC reader, through the real pcscd."""

from __future__ import annotations

from datetime import date

import pytest

from devices.cards.operator.card import OperatorTrust
from devices.cards.registry import profiles_for
from devices.faults import CARD_DAMAGED, CARD_EXPIRED, CARD_PULLED, OPERATOR_CARD_REFUSED
from devices.health import DeviceStatus, Fault
from devices.operator import Role
from devices.readers.pcsc import PcscReader
from devices.readers.protocol import CardFailed, CardPresented, CardRemoved, OperatorCardRead
from tests.devices.events import Events
from tests.rig.operator_cards import ISSUER_KEY, NUMBERS, SERIALS, operator_card
from tests.rig.vcard import Faults, VirtualSlot

pytestmark = [pytest.mark.rig, pytest.mark.xdist_group("pcsc"), pytest.mark.timeout(120)]


@pytest.mark.provokes("CRD-210", "rig", "Emulated cards of another issuer and on another chip.")
def test_operator_cards_give_their_role_or_their_fault(slot: VirtualSlot, events: Events) -> None:
    """Each sample card, valid and with each of its faults."""
    today = date(2026, 6, 1)
    reader = PcscReader(profiles=profiles_for(OperatorTrust((ISSUER_KEY,))), today=lambda: today)
    reader.start(events)
    try:
        events.expect_state(DeviceStatus.ONLINE)
        for name, role in (("staff", Role.STAFF), ("maintainer", Role.MAINTAINER)):
            for fault in ("", "bound"):
                slot.present(operator_card(name, fault))
                events.expect(CardPresented)
                read = events.expect(OperatorCardRead)
                assert (read.card.role, read.card.number) == (role, NUMBERS[name].decode())
                assert (read.card.serial, read.presence_known) == (SERIALS[name], True)
                slot.remove()
                events.expect(CardRemoved)
        expected: dict[str, tuple[Fault, str]] = {
            "stranger": (OPERATOR_CARD_REFUSED, "no configured issuer signed it"),
            "copied": (OPERATOR_CARD_REFUSED, "signed for another chip"),
            "expired": (CARD_EXPIRED, ""),
            "cut": (CARD_DAMAGED, "record: signature"),
        }
        for name, (expected_fault, detail) in expected.items():
            slot.present(operator_card("staff", name))
            events.expect(CardPresented)
            failed = events.expect(CardFailed).fault
            assert (failed, failed.detail) == (expected_fault, detail)
            slot.remove()
            events.expect(CardRemoved)
        slot.present(operator_card("staff"), Faults(pull_before=6))
        events.expect(CardPresented)
        assert events.expect(CardFailed).fault == CARD_PULLED
        slot.present(operator_card("staff"))
        events.expect(CardRemoved)
        events.expect(CardPresented)
        events.expect(OperatorCardRead)
    finally:
        reader.stop()
