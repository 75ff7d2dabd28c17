"""A staff card that stays on the reader is read again after the service restarts.

The event then has ``again`` set, because the card was not presented a second time.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from devices.cards.operator.card import OperatorTrust
from devices.cards.registry import profiles_for
from devices.faults import CARD_PULLED, SERVICE_DOWN
from devices.health import DeviceStatus
from devices.readers.pcsc import PcscReader
from devices.readers.protocol import CardFailed, CardPresented, CardRemoved, OperatorCardRead
from tests.devices.events import Events
from tests.devices.readers.pcsc.test_faults import QUICK, FakeService
from tests.rig.operator_cards import ISSUER_KEY, operator_card

SLOT = "Desk 00"


@pytest.fixture
def service(events: Events) -> Iterator[FakeService]:
    """A service with a staff card that was read once and is still present."""
    service = FakeService(SLOT)
    reader = PcscReader(
        "desk", today=lambda: date(2026, 6, 1), timing=QUICK, library=lambda: service,
        profiles=profiles_for(OperatorTrust((ISSUER_KEY,))),
    )  # fmt: skip
    reader.start(events)
    events.expect_state(DeviceStatus.ONLINE)
    service.present(SLOT, operator_card("staff"))
    events.expect(CardPresented)
    assert not events.expect(OperatorCardRead).again
    yield service
    reader.stop()


def restart(service: FakeService, events: Events) -> None:
    """Let the service end and start again."""
    service.codes["wait"] = 0x8010001D
    events.expect_state(DeviceStatus.OFFLINE, SERVICE_DOWN)
    del service.codes["wait"]
    events.expect_state(DeviceStatus.ONLINE)


def test_a_card_that_was_never_removed_is_reported_as_read_again(
    service: FakeService, events: Events
) -> None:
    restart(service, events)
    events.expect(CardPresented)
    assert events.expect(OperatorCardRead).again


def test_a_card_that_was_removed_and_presented_is_a_new_one(
    service: FakeService, events: Events
) -> None:
    service.remove(SLOT)
    events.expect(CardRemoved)
    service.present(SLOT, operator_card("staff"))
    events.expect(CardPresented)
    assert not events.expect(OperatorCardRead).again


def test_another_card_after_a_restart_is_a_new_one(service: FakeService, events: Events) -> None:
    service.codes["wait"] = 0x8010001D
    events.expect_state(DeviceStatus.OFFLINE, SERVICE_DOWN)
    service.present(SLOT, operator_card("maintainer"))
    service.codes.clear()
    events.expect_state(DeviceStatus.ONLINE)
    events.expect(CardPresented)
    assert not events.expect(OperatorCardRead).again


def test_a_card_whose_reading_broke_off_after_a_restart_is_read_again(
    service: FakeService, events: Events
) -> None:
    removed = [0x80100069]

    def once() -> None:
        service.codes["transmit"] = removed.pop() if removed else 0

    service.before["transmit"] = once
    restart(service, events)
    events.expect(CardPresented)
    assert events.expect(CardFailed).fault.same_as(CARD_PULLED)
    events.expect(CardRemoved)
    events.expect(CardPresented)
    assert events.expect(OperatorCardRead).again
