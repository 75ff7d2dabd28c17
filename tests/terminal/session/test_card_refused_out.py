"""A maintainer's card that is not accepted while the terminal is out of service says why."""

from __future__ import annotations

from devices.faults import CARD_MUTE, OPERATOR_CARD_REFUSED
from devices.readers.protocol import CardFailed, CardLaid, CardLifted
from terminal.platform.faults import UNREACHABLE
from terminal.session import effects as ef
from terminal.session import events as ev
from terminal.session import states as st
from tests.terminal.session_world import DESK, MAINTAINER, Kiosk, identity, station

REFUSED = CardFailed(DESK, OPERATOR_CARD_REFUSED.with_detail("revoked"))


def refused() -> Kiosk:
    """The page that says why."""
    kiosk = Kiosk(station(platform=UNREACHABLE))
    kiosk.tell(CardLaid(DESK, kiosk.now), REFUSED)
    assert isinstance(kiosk.state, st.CardTrouble)
    assert kiosk.state.fault == REFUSED.fault
    return kiosk


def test_it_is_said_and_recorded_and_then_the_reason_comes_back() -> None:
    kiosk = refused()
    assert kiosk.of(ef.RecordFault) == [ef.RecordFault(REFUSED.fault, "OutOfService")]
    kiosk.tell(CardLifted(DESK))
    assert isinstance(kiosk.state, st.CardTrouble)
    kiosk.wait_until_home(200)
    assert isinstance(kiosk.state, st.OutOfService)
    assert kiosk.state.fault == UNREACHABLE


def test_a_residents_card_still_changes_nothing_there() -> None:
    kiosk = Kiosk(station(platform=UNREACHABLE))
    before = kiosk.state
    assert kiosk.tell(CardFailed(DESK, CARD_MUTE)) == ()
    assert kiosk.state is before
    kiosk = refused()
    assert kiosk.tell(CardFailed(DESK, CARD_MUTE)) == ()
    assert kiosk.state.fault == REFUSED.fault


def test_nobody_is_served_by_way_of_that_page() -> None:
    kiosk = refused()
    read = identity()
    assert kiosk.tell(ev.CardRead("v1", DESK, read, True)) == (ef.Wipe(read),)
    assert isinstance(kiosk.state, st.OutOfService)
    kiosk = refused()
    kiosk.tell(CardLaid(DESK, kiosk.now))
    assert isinstance(kiosk.state, st.OutOfService)


def test_a_card_that_is_accepted_opens_the_page_and_another_refusal_is_said_again() -> None:
    kiosk = refused()
    kiosk.now += 5.0
    kiosk.tell(REFUSED)
    assert isinstance(kiosk.state, st.CardTrouble)
    assert kiosk.state.entered == kiosk.now
    kiosk.tell(ev.OperatorCardRead("k", DESK, MAINTAINER))
    assert isinstance(kiosk.state, st.Maintenance)


def test_once_somebody_can_be_served_again_a_card_is_taken_from_there() -> None:
    kiosk = refused()
    kiosk.tell(ev.PlatformChanged(None), CardLaid(DESK, kiosk.now))
    assert isinstance(kiosk.state, st.Identifying)
