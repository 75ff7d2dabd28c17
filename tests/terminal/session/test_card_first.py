"""A service that is touched before a card was presented is answered: the page asks for the card."""

from __future__ import annotations

from terminal.session import events as ev
from terminal.session import states as st
from terminal.session.states.welcome import ASKED_S
from tests.terminal.session_world import Kiosk, reach_choosing


def test_a_touched_service_asks_for_the_card_for_a_while() -> None:
    kiosk = Kiosk()
    assert kiosk.at(st.Welcome).asked is None
    assert kiosk.send(ev.ServiceChosen("free")) == ()
    assert kiosk.at(st.Welcome).asked is not None
    kiosk.wait(ASKED_S - 2)
    assert kiosk.at(st.Welcome).asked is not None
    kiosk.wait(4)
    assert kiosk.at(st.Welcome).asked is None


def test_the_card_still_begins_a_visit_at_its_usual_page() -> None:
    kiosk = Kiosk()
    kiosk.send(ev.ServiceChosen("free"))
    reach_choosing(kiosk)
    assert isinstance(kiosk.state, st.Choosing)
