"""The PC/SC reader on the real pcscd with emulated cards."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from devices.health import DeviceStatus
from devices.pcsc import PcscReader
from devices.reader import CardLaid, CardLifted, CardRead
from tests.devices.events import Events
from tests.rig.fixtures import LayCard
from tests.rig.pcscd import Pcscd
from tests.rig.vcard import VirtualSlot

pytestmark = [pytest.mark.rig, pytest.mark.xdist_group("pcsc")]


@pytest.fixture
def events() -> Events:
    return Events()


@pytest.fixture
def reader(pcscd: Pcscd, events: Events) -> Iterator[PcscReader]:
    """A PC/SC reader that runs and is ready."""
    reader = PcscReader()
    reader.start(events)
    events.expect_state(DeviceStatus.ONLINE)
    yield reader
    reader.stop()


def test_a_card_is_read_and_its_lifting_noticed(
    reader: PcscReader, events: Events, lay_card: LayCard, slot: VirtualSlot
) -> None:
    lay_card("wang")
    assert events.expect(CardLaid).reader == "pcsc"
    read = events.expect(CardRead)
    record = read.identity.record
    assert (record.name, record.id_number) == ("王建明", "100101195803120216")
    assert read.card_ms > 0
    print(read, slot.commands)
    slot.lift()
    events.expect(CardLifted)
