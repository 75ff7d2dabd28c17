"""Staff were called from the help page, and their card is refused: the page says so."""

from __future__ import annotations

import pytest

from devices.faults import CARD_MUTE, OPERATOR_CARD_REFUSED
from devices.readers.protocol import CardFailed, CardPresented, CardRemoved
from printing.outcome import Outcome
from terminal.session import effects as ef
from terminal.session import events as ev
from terminal.session import states as st
from tests.terminal.session_world import (
    DESK,
    SAMV,
    Kiosk,
    asked_for_code,
    ended,
    fault_of,
    reach_choosing,
    reach_printing,
)

REFUSED = CardFailed(SAMV, OPERATOR_CARD_REFUSED.with_detail("revoked"))


@pytest.mark.parametrize("away", [False, True], ids=["beside", "one_reader"])
def test_refused_card_is_shown_if_staff_must_vouch(away: bool) -> None:
    kiosk = Kiosk()
    asked_for_code(kiosk)
    kiosk.send(ev.StaffPressed(), *([CardRemoved(DESK)] if away else []), ev.HelpPressed())
    assert kiosk.send(REFUSED) == (ef.RecordFault(REFUSED.fault, "Proving"),)
    assert isinstance(kiosk.state, st.CardAway if away else st.Proving)
    page = kiosk.state.before if isinstance(kiosk.state, st.CardAway) else kiosk.state
    assert fault_of(page) == REFUSED.fault


def test_refused_card_is_shown_if_staff_must_permit_a_reprint() -> None:
    kiosk = Kiosk()
    paper = reach_printing(kiosk)
    kiosk.send(ended(Outcome.UNKNOWN), ev.PagesConfirmed(False), ev.HelpPressed(), REFUSED)
    assert isinstance(kiosk.state, st.ServiceFailure)
    assert fault_of(kiosk.state) == REFUSED.fault
    assert kiosk.state.document is paper


def test_refused_card_leaves_the_help_page_open_in_other_states() -> None:
    kiosk = Kiosk()
    reach_choosing(kiosk)
    kiosk.send(ev.HelpPressed())
    before = kiosk.state
    assert kiosk.send(REFUSED) == ()
    assert kiosk.state == before
    kiosk = Kiosk()
    asked_for_code(kiosk)  # staff have not been called to vouch
    kiosk.send(ev.HelpPressed())
    assert kiosk.send(REFUSED) == ()
    assert isinstance(kiosk.state, st.Assisted)
    kiosk = Kiosk()
    kiosk.send(CardPresented(DESK, kiosk.now), ev.HelpPressed(), CardFailed(DESK, CARD_MUTE))
    assert isinstance(kiosk.state, st.Assisted)
    assert isinstance(kiosk.state.before, st.CardFailure)
