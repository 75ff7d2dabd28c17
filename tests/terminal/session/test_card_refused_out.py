"""A maintainer card that is refused while the terminal is out of service: the page says why."""

from __future__ import annotations

from devices.faults import CARD_MUTE, OPERATOR_CARD_REFUSED
from devices.readers.protocol import CardFailed, CardPresented, CardRemoved
from terminal.platform.faults import UNREACHABLE
from terminal.session import effects as ef
from terminal.session import events as ev
from terminal.session import states as st
from tests.terminal.session_world import DESK, MAINTAINER, Kiosk, identity, station

REFUSED = CardFailed(DESK, OPERATOR_CARD_REFUSED.with_detail("revoked"))


def refused() -> Kiosk:
    """Return a kiosk that shows why the card was refused."""
    kiosk = Kiosk(station(platform=UNREACHABLE))
    kiosk.send(CardPresented(DESK, kiosk.now), REFUSED)
    assert isinstance(kiosk.state, st.CardFailure)
    assert kiosk.state.fault == REFUSED.fault
    return kiosk


def test_refusal_is_shown_and_recorded_before_out_of_service_is_shown_again() -> None:
    kiosk = refused()
    assert kiosk.of(ef.RecordFault) == [ef.RecordFault(REFUSED.fault, "OutOfService")]
    kiosk.send(CardRemoved(DESK))
    assert isinstance(kiosk.state, st.CardFailure)
    kiosk.wait_until_home(200)
    assert isinstance(kiosk.state, st.OutOfService)
    assert kiosk.state.fault == UNREACHABLE


def test_card_of_a_resident_changes_nothing_while_out_of_service() -> None:
    kiosk = Kiosk(station(platform=UNREACHABLE))
    before = kiosk.state
    assert kiosk.send(CardFailed(DESK, CARD_MUTE)) == ()
    assert kiosk.state is before
    kiosk = refused()
    assert kiosk.send(CardFailed(DESK, CARD_MUTE)) == ()
    assert kiosk.at(st.CardFailure).fault == REFUSED.fault


def test_refusal_page_does_not_start_a_visit() -> None:
    kiosk = refused()
    read = identity()
    assert kiosk.send(ev.CardRead("v1", DESK, read, True)) == (ef.Wipe(read),)
    assert isinstance(kiosk.state, st.OutOfService)
    kiosk = refused()
    kiosk.send(CardPresented(DESK, kiosk.now))
    assert isinstance(kiosk.state, st.OutOfService)


def test_second_refusal_is_shown_and_an_accepted_card_opens_maintenance() -> None:
    kiosk = refused()
    kiosk.now += 5.0
    kiosk.send(REFUSED)
    assert isinstance(kiosk.state, st.CardFailure)
    assert kiosk.state.entered == kiosk.now
    kiosk.send(ev.OperatorCardRead("k", DESK, MAINTAINER))
    assert isinstance(kiosk.state, st.Maintenance)


def test_card_is_read_from_the_refusal_page_when_service_is_possible_again() -> None:
    kiosk = refused()
    kiosk.send(ev.PlatformChanged(None), CardPresented(DESK, kiosk.now))
    assert isinstance(kiosk.state, st.Identifying)
