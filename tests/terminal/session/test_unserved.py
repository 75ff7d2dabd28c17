"""A card is presented just as the terminal goes out of service: no visit begins."""

from __future__ import annotations

import pytest

from devices.readers.protocol import CardPresented, CardRemoved
from terminal.faults import JOURNAL_FULL
from terminal.platform.faults import UNREACHABLE
from terminal.session import effects as ef
from terminal.session import events as ev
from terminal.session import states as st
from tests.terminal.session_world import DESK, LI, MAINTAINER, SAMV, Kiosk, identity, present_card

Outage = ev.PlatformChanged | ev.StationBlocked
DOWN = pytest.mark.parametrize(
    "fact", [ev.PlatformChanged(UNREACHABLE), ev.StationBlocked(JOURNAL_FULL)],
    ids=["platform", "journal"],
)  # fmt: skip


@DOWN
@pytest.mark.parametrize("helped", [False, True], ids=["alone", "beside_help"])
def test_no_visit_begins_if_service_stops_while_a_card_is_read(fact: Outage, helped: bool) -> None:
    kiosk = Kiosk()
    read = identity()
    kiosk.send(CardPresented(DESK, kiosk.now), *([ev.HelpPressed()] if helped else []), fact)
    assert kiosk.send(ev.CardRead("v1", DESK, read, True)) == (ef.Wipe(read),)
    assert isinstance(kiosk.state, st.OutOfService)
    assert kiosk.state.fault == fact.fault
    assert read.wiped


@DOWN
@pytest.mark.parametrize("presented", [False, True], ids=["read_at_once", "presented_first"])
def test_no_visit_begins_if_service_stops_during_the_last_farewell(
    fact: Outage, presented: bool
) -> None:
    kiosk = Kiosk()
    present_card(kiosk)
    kiosk.send(ev.LeavePressed(), CardRemoved(DESK), fact)
    assert isinstance(kiosk.state, st.Ending)
    read = identity(LI)
    if presented:
        kiosk.send(CardPresented(SAMV, kiosk.now))
        assert isinstance(kiosk.state, st.OutOfService)
    kiosk.send(ev.CardRead("v2", SAMV, read, False))
    assert isinstance(kiosk.state, st.OutOfService)
    assert read.wiped
    # A maintainer card still works.
    kiosk.send(ev.OperatorCardRead("k", SAMV, MAINTAINER))
    assert isinstance(kiosk.state, st.Maintenance)


@DOWN
def test_visit_begins_if_the_outage_ended_while_the_card_was_read(fact: Outage) -> None:
    kiosk = Kiosk()
    kiosk.send(CardPresented(DESK, kiosk.now), fact, type(fact)(None))
    kiosk.send(ev.CardRead("v1", DESK, identity(), True))
    assert isinstance(kiosk.state, st.Consenting)
