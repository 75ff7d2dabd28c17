"""Several readers in one session: the first card begins the visit, another person's card ends it.

Uses simulated readers; `test_readers_rig` tests the same with real ones.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

import pytest

from devices.faults import CARD_NEEDS_SAM, NO_READER, READER_STUCK, READER_UNPLUGGED, SERVICE_DOWN
from devices.health import DeviceStatus
from devices.identity import CardKind, Identity
from devices.operator import OperatorCard, Role
from devices.readers.pcsc import PcscReader
from devices.readers.protocol import Reader
from devices.readers.simulated import OtherCard, SampleCard, SimulatedReader
from terminal.faults import JOURNAL_FULL
from terminal.runtime.loop import Runtime
from terminal.session import effects as ef
from terminal.session import events as ev
from terminal.session import model as m
from terminal.session import states as st
from tests.devices.readers.pcsc.test_faults import QUICK, FakeService
from tests.terminal.session_world import LI, WANG, identity, person, station
from tests.terminal.terminal_world import Notes, Paper, S, Watch, parts, until

MAINTAINER = OperatorCard(
    Role.MAINTAINER, "M-1", "00000000000000aa", date(2026, 1, 1), date(2027, 1, 1)
)


class Platform:
    """A platform that knows everyone."""

    def answer(self, ask: ef.Ask) -> object:
        return ev.PersonKnown(ask.request, person())


@dataclass
class Desk:
    """A runtime with two readers, and every identity that they created."""

    runtime: Runtime
    watch: Watch
    left: SimulatedReader
    right: SimulatedReader
    made: list[Identity] = field(default_factory=list)

    def settle(self, reader: SimulatedReader) -> None:
        """Wait until the session has handled all events of this reader."""
        reader.break_down(READER_UNPLUGGED)
        self.wait(st.State, reader, DeviceStatus.OFFLINE)
        reader.repair()
        self.wait(st.State, reader, DeviceStatus.ONLINE)

    def wait(self, kind: type[S], reader: SimulatedReader, status: DeviceStatus) -> S:
        """Wait for this state of the session and this status of the reader."""

        def so(page: S) -> bool:
            known = page.station.reader(reader.name)
            return known is not None and known.status is status

        return self.watch.wait(kind, so)

    def visit(self) -> m.Visit:
        """Return the current visit, which is asking for consent."""
        return self.watch.wait(st.Consenting).visit


def terminal(*readers: Reader) -> tuple[Runtime, Watch]:
    """Create a terminal with these readers that serves everyone and ends visits at once."""
    limits = m.Limits(ending_s=0.0)
    runtime = Runtime(station(readers=(), limits=limits), crashed=lambda: None)
    watch = Watch(runtime)
    runtime.start()
    assert runtime.equip(parts(readers, Paper(), Platform(), Notes()))
    return runtime, watch


@pytest.fixture
def desk() -> Iterator[Desk]:
    made: list[Identity] = []

    def card(name: str, who: tuple[str, str, str]) -> SampleCard:
        def make() -> Identity:
            made.append(identity(who))
            return made[-1]

        return SampleCard(name, CardKind.SOCIAL_SECURITY, name, make)

    tray = (
        card("wang", WANG), card("li", LI),
        SampleCard("plain", CardKind.RESIDENT_ID, "plain", CARD_NEEDS_SAM),
        SampleCard("maintainer", OtherCard.OPERATOR, "maintainer", MAINTAINER),
    )  # fmt: skip
    left, right = SimulatedReader("left", tray), SimulatedReader("right", tray)
    runtime, watch = terminal(left, right)
    stands = Desk(runtime, watch, left, right, made)
    stands.settle(left)
    stands.settle(right)
    yield stands
    runtime.stop()


@pytest.mark.parametrize("after_consent", [False, True])
def test_card_of_another_person_on_the_other_reader_ends_the_visit(
    desk: Desk, after_consent: bool
) -> None:
    desk.left.present("wang")
    visit = desk.visit()
    assert (visit.reader, visit.identity.record.name) == ("left", "王建明")
    if after_consent:
        desk.runtime.post(ev.Consented())
        desk.watch.wait(st.Choosing)
    desk.right.present("li")
    assert desk.watch.wait(st.Ending).reason is m.EndReason.OTHER_CARD
    until(lambda: all(each.wiped for each in desk.made), "both cards' data to be wiped")
    desk.left.remove()
    desk.watch.wait(st.Welcome)
    desk.settle(desk.right)
    assert isinstance(desk.runtime.state, st.Welcome), "the second card must be presented again"
    desk.right.present("li")
    visit = desk.visit()
    assert (visit.reader, visit.identity.record.name) == ("right", "李秀英")


def test_card_of_the_same_person_on_the_other_reader_continues_the_visit(desk: Desk) -> None:
    desk.left.present("wang")
    visit = desk.visit()
    desk.right.present("wang")
    page = desk.watch.wait(st.Consenting, lambda page: page.visit.reader == "right")
    assert page.visit.id == visit.id
    until(lambda: desk.made[1].wiped, "the second reading to be wiped")
    assert not desk.made[0].wiped
    desk.left.remove()
    desk.settle(desk.left)
    assert desk.watch.wait(st.Consenting).visit.id == visit.id
    desk.right.remove()
    desk.watch.wait(st.Welcome)
    assert desk.made[0].wiped


def test_next_card_on_either_reader_begins_a_visit(desk: Desk) -> None:
    for reader in (desk.left, desk.left, desk.right, desk.left, desk.right):
        reader.present("wang")
        assert desk.visit().reader == reader.name
        reader.remove()
        desk.watch.wait(st.Welcome)


def test_unplugged_other_reader_does_not_affect_the_visit(desk: Desk) -> None:
    desk.left.present("wang")
    desk.visit()
    desk.runtime.post(ev.Consented())
    visit = desk.watch.wait(st.Choosing).visit
    for reader in (desk.right, desk.left):
        reader.break_down(READER_UNPLUGGED)
        page = desk.wait(st.Choosing, reader, DeviceStatus.OFFLINE)
        assert page.visit.id == visit.id
        assert not page.visit.identity.wiped


def test_unreadable_card_leaves_the_other_reader_usable(desk: Desk) -> None:
    desk.left.present("plain")
    assert desk.watch.wait(st.CardFailure).fault == CARD_NEEDS_SAM
    desk.right.present("wang")
    assert desk.visit().reader == "right"


def test_card_of_another_person_ends_a_visit_that_waits_for_its_card(desk: Desk) -> None:
    desk.left.present("wang")
    desk.visit()
    desk.runtime.post(ev.Consented())
    desk.watch.wait(st.Choosing)
    desk.left.present("plain")
    desk.watch.wait(st.CardAway)
    desk.settle(desk.left)
    desk.right.present("li")
    assert desk.watch.wait(st.Ending).reason is m.EndReason.OTHER_CARD
    until(lambda: all(each.wiped for each in desk.made), "both cards' data to be wiped")


@pytest.mark.parametrize("door", ["blocked", "maintenance"])
def test_unusable_card_does_not_keep_other_readers_paused(desk: Desk, door: str) -> None:
    if door == "blocked":
        desk.runtime.post(ev.StationBlocked(JOURNAL_FULL))
        desk.watch.wait(st.OutOfService)
    else:
        desk.runtime.post(ev.MaintenancePressed())
        desk.watch.wait(st.Unlocking)
    desk.left.present("wang")
    until(lambda: desk.made and desk.made[0].wiped, "the card to be refused")
    desk.settle(desk.left)
    desk.runtime.post(ev.StationBlocked(None))
    desk.runtime.post(ev.LeavePressed())
    desk.watch.wait(st.Welcome)
    desk.right.present("li")
    assert desk.visit().reader == "right"


def test_card_read_while_the_session_is_busy_begins_the_visit(desk: Desk) -> None:
    """The session is about to report that no one is served, and has not handled the card yet."""
    busy, go = threading.Event(), threading.Event()

    def hold(page: st.State) -> None:
        if page.look.mode is m.Mode.ELDER and isinstance(page, st.Welcome):
            busy.set()
            go.wait(10)

    desk.runtime.subscribe(hold)
    desk.runtime.post(ev.ModeChosen(m.Mode.ELDER))
    assert busy.wait(10)
    desk.left.present("wang")
    until(lambda: desk.made, "the card to be read")
    go.set()
    visit = desk.visit()
    desk.right.present("plain")
    desk.settle(desk.right)
    assert desk.watch.wait(st.Consenting).visit.id == visit.id
    assert visit.reader == "left"


def test_maintainers_card_on_a_paused_reader_ends_the_visit(
    desk: Desk,
) -> None:
    desk.left.present("wang")
    visit = desk.visit()
    desk.right.present("maintainer")
    page = desk.watch.wait(st.Maintenance)
    assert page.role is Role.MAINTAINER
    assert visit.identity.wiped
    desk.right.remove()
    desk.left.remove()
    desk.runtime.post(ev.MaintenanceClosed())
    desk.watch.wait(st.Welcome)
    desk.right.present("li")
    assert desk.visit().reader == "right"
    desk.right.remove()
    desk.watch.wait(st.Welcome)
    desk.left.present("wang")
    assert desk.visit().reader == "left"


def test_highest_fault_of_two_failed_readers_is_reported(
    desk: Desk,
) -> None:
    desk.left.break_down(NO_READER)
    assert desk.wait(st.Welcome, desk.left, DeviceStatus.OFFLINE), "one reader serves"
    desk.right.break_down(SERVICE_DOWN)
    assert desk.watch.wait(st.OutOfService).fault == SERVICE_DOWN
    desk.right.break_down(READER_UNPLUGGED)
    desk.watch.wait(st.OutOfService, lambda page: page.fault == NO_READER)


def test_hanging_reader_puts_the_station_out_of_service() -> None:
    """The PC/SC library hangs while loading. Otherwise Welcome would wait for cards forever."""
    go = threading.Event()

    def load() -> FakeService:
        go.wait(20)
        return FakeService("Desk 00")

    runtime, watch = terminal(PcscReader("desk", timing=QUICK, library=load))
    try:
        assert watch.wait(st.OutOfService).fault.same_as(READER_STUCK)
        go.set()
        watch.wait(st.Welcome)
    finally:
        go.set()
        runtime.stop()
