"""Several real readers in one session: two slots of pcscd, and a SAM_V module beside PC/SC."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest

from devices.faults import CARD_LEFT_BEHIND, READER_UNPLUGGED
from devices.health import DeviceStatus, Fault
from devices.readers.protocol import CardPresented, CardRead, Reader, ReaderEvent
from terminal.config.load import Config, PcscReaderConfig, SamvReaderConfig, load
from terminal.runtime.from_config import make_readers
from terminal.runtime.loop import Runtime
from terminal.session import effects as ef
from terminal.session import events as ev
from terminal.session import model as m
from terminal.session import states as st
from tests.rig.pcscd import READERS
from tests.rig.people import PHOTO, resident_text, social_security_card
from tests.rig.samv_emulator import ResidentCard, SamvEmulator
from tests.rig.vcard import VirtualSlot
from tests.terminal.session_world import person, station
from tests.terminal.terminal_world import Notes, Paper, Watch, parts, until

pytestmark = [pytest.mark.rig, pytest.mark.xdist_group("pcsc")]

SAMPLE = Path(__file__).parents[3] / "docs" / "station.example.toml"
FIRST = PcscReaderConfig("first", READERS[0])
SECOND = PcscReaderConfig("second", READERS[1])


class Platform:
    """A platform that knows everyone."""

    def answer(self, ask: ef.Ask) -> object:
        return ev.PersonKnown(ask.request, person())


class Stand:
    """A runtime with the configured readers, and the records of their states."""

    def __init__(self, config: Config) -> None:
        self.readers = make_readers(config)
        self.notes = Notes()
        limits = m.Limits(ending_s=0.0, left_card_s=1.5)
        self.runtime = Runtime(station(readers=(), limits=limits), crashed=lambda: None)
        self.watch = Watch(self.runtime)
        self.runtime.start()
        assert self.runtime.equip(parts(self.readers, Paper(), Platform(), self.notes))
        for reader in self.readers:
            self.until_is(reader, DeviceStatus.ONLINE)

    def until_is(self, reader: Reader, status: DeviceStatus) -> None:
        """Wait until the session knows this state of the reader."""

        def so() -> bool:
            known = self.runtime.state.station.reader(reader.name)
            return known is not None and known.status is status

        until(so, f"{reader.name} to be {status}")

    def visit(self) -> m.Visit:
        """Return the current visit, which is asking for consent."""
        return self.watch.wait(st.Consenting).visit


Start = Callable[..., Stand]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Start a terminal with these configured readers."""
    for name in ("platform-ca.pem", "seal-root.pem"):
        (tmp_path / name).write_text("-----BEGIN CERTIFICATE-----\n")
    path = tmp_path / "station.toml"
    path.write_text(SAMPLE.read_text(encoding="utf-8"), encoding="utf-8")
    stands: list[Stand] = []

    def make(*readers: PcscReaderConfig | SamvReaderConfig) -> Stand:
        config = load(path)
        assert isinstance(config, Config), config
        stands.append(Stand(msgspec.structs.replace(config, readers=readers)))
        return stands[-1]

    yield make
    for stand in stands:
        stand.runtime.stop()


@pytest.fixture
def reader_events(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Return every event that a reader sent to the group, passed on or not."""
    from devices.readers.group import ReaderGroup

    events: list[object] = []
    judge = ReaderGroup._judge

    def listen(group: ReaderGroup, event: ReaderEvent) -> list[ReaderEvent]:
        events.append(event)
        return judge(group, event)

    monkeypatch.setattr(ReaderGroup, "_judge", listen)
    return events


def read_on(reader_events: list[object], reader: str) -> CardRead:
    """Wait until this reader has read a card."""

    def reads() -> list[CardRead]:
        return [each for each in list(reader_events) if isinstance(each, CardRead)]

    until(lambda: [read for read in reads() if read.reader == reader], f"a card on {reader}")
    return next(read for read in reads() if read.reader == reader)


def test_two_pcsc_readers_are_independent(
    start: Start, slot: VirtualSlot, second_slot: VirtualSlot, reader_events: list[object]
) -> None:
    stand = start(FIRST, SECOND)
    slot.present(social_security_card("wang"))
    visit = stand.visit()
    assert (visit.reader, visit.identity.record.name) == ("first", "王建明")
    second_slot.present(social_security_card("li"))
    other = read_on(reader_events, "second")
    assert stand.watch.wait(st.Ending).reason is m.EndReason.OTHER_CARD
    until(lambda: visit.identity.wiped and other.identity.wiped, "both readings to be wiped")
    slot.remove()
    stand.watch.wait(st.Welcome)
    reader_events.clear()
    second_slot.remove()
    second_slot.present(social_security_card("li"))
    visit = stand.visit()
    assert (visit.reader, visit.identity.record.name) == ("second", "李秀英")
    assert [each.reader for each in reader_events if isinstance(each, CardPresented)] == ["second"]


def test_resident_card_is_read_on_samv_beside_pcsc(
    start: Start, slot: VirtualSlot, samv: SamvEmulator, reader_events: list[object]
) -> None:
    stand = start(SamvReaderConfig("module", str(samv.port)), FIRST)
    samv.present(ResidentCard(resident_text("rare"), PHOTO))
    visit = stand.visit()
    assert (visit.reader, visit.identity.record.name) == ("module", "𠮷㛃䶮𬀩")
    slot.present(social_security_card("wang"))
    other = read_on(reader_events, "first")
    assert stand.watch.wait(st.Ending).reason is m.EndReason.OTHER_CARD
    until(lambda: visit.identity.wiped and other.identity.wiped, "both readings to be wiped")
    stand.watch.wait(st.Welcome)
    slot.present(social_security_card("wang"))
    visit = stand.visit()
    assert (visit.reader, visit.identity.record.name) == ("first", "王建明")


def test_unplugged_other_reader_does_not_affect_the_visit(
    start: Start, slot: VirtualSlot, samv: SamvEmulator
) -> None:
    stand = start(SamvReaderConfig("module", str(samv.port)), FIRST)
    slot.present(social_security_card("wang"))
    stand.visit()
    stand.runtime.post(ev.Consented())
    visit = stand.watch.wait(st.Choosing).visit
    samv.unplug()
    stand.until_is(stand.readers[0], DeviceStatus.NO_DEVICE)
    here = stand.watch.wait(st.Choosing)
    assert here.visit.id == visit.id
    fault = here.station.reader("module")
    assert fault is not None
    assert READER_UNPLUGGED.same_as(fault.fault)
    samv.plug()
    stand.until_is(stand.readers[0], DeviceStatus.ONLINE)
    slot.remove()
    stand.watch.wait(st.CardAway)
    samv.present(ResidentCard(resident_text("wang"), PHOTO))
    slot.present(social_security_card("wang"))
    assert stand.watch.wait(st.Choosing).visit.id == visit.id


@pytest.mark.provokes("CRD-209", "rig", "The whole session with two readers.")
def test_card_left_behind_is_reported_and_the_next_one_served(
    start: Start, slot: VirtualSlot, second_slot: VirtualSlot
) -> None:
    """The visit is over and its card is still on the reader; the other reader keeps working."""
    stand = start(FIRST, SECOND)
    slot.present(social_security_card("wang"))
    stand.visit()
    stand.runtime.post(ev.LeavePressed())
    stand.watch.wait(st.Ending)
    stand.watch.wait(st.Welcome)
    (fault,) = stand.notes.of("fault")
    assert isinstance(fault[1], Fault)
    assert CARD_LEFT_BEHIND.same_as(fault[1])
    assert stand.notes.of("help_called")
    second_slot.present(social_security_card("li"))
    assert stand.visit().reader == "second"
    second_slot.remove()
    stand.watch.wait(st.Welcome)
    slot.remove()
    slot.present(social_security_card("wang"))
    assert stand.visit().reader == "first"
