"""An operator card left on the reader: the farewell asks for it, then staff are called."""

from __future__ import annotations

import pytest

from devices.faults import CARD_LEFT_BEHIND
from devices.operator import OperatorCard
from devices.readers.protocol import CardPresented, CardRemoved
from terminal.session import effects as ef
from terminal.session import events as ev
from terminal.session import model as m
from terminal.session import states as st
from tests.terminal.session_world import DESK, MAINTAINER, STAFF, Kiosk, sample_states


def opened(card: OperatorCard) -> Kiosk:
    """Return a kiosk whose maintenance page was opened with this card."""
    kiosk = Kiosk()
    kiosk.send(CardPresented(DESK, kiosk.now), ev.OperatorCardRead("0a", DESK, card))
    assert isinstance(kiosk.state, st.Maintenance)
    return kiosk


@pytest.mark.parametrize("card", [STAFF, MAINTAINER], ids=["staff", "maintainer"])
def test_operator_card_left_behind_is_asked_for_before_staff_are_called(card: OperatorCard) -> None:
    kiosk = opened(card)
    kiosk.send(ev.MaintenanceClosed())
    assert isinstance(kiosk.state, st.Ending)
    assert (kiosk.state.reader, kiosk.state.reason) == (DESK, m.EndReason.MAINTENANCE)
    kiosk.wait_until_home(kiosk.state.station.limits.left_card_s + 2)
    assert [effect.fault for effect in kiosk.of(ef.RecordFault)] == [CARD_LEFT_BEHIND]
    assert [call.fault for call in kiosk.of(ef.CallHelp)] == [CARD_LEFT_BEHIND.code]


def test_operator_card_is_asked_for_if_the_page_closed_by_itself() -> None:
    kiosk = opened(MAINTAINER)
    kiosk.wait(kiosk.state.station.limits.maintenance_s + 1)
    assert isinstance(kiosk.state, st.Ending)
    assert kiosk.state.reader == DESK


def test_removed_operator_card_is_not_asked_for() -> None:
    kiosk = opened(STAFF)
    kiosk.send(CardRemoved(DESK), ev.MaintenanceClosed())
    assert isinstance(kiosk.state, st.Welcome)
    kiosk = opened(STAFF)
    kiosk.send(ev.MaintenanceClosed(), CardRemoved(DESK))
    kiosk.wait_until_home(kiosk.state.station.limits.ending_s + 2)
    assert not kiosk.of(ef.CallHelp)


def again(card: OperatorCard) -> ev.OperatorCardRead:
    """Return the event of a reader that reconnects while the card is still present."""
    return ev.OperatorCardRead("0b", DESK, card, again=True)


def beneath(state: st.State) -> st.State:
    """Return the state without the call for staff."""
    return state.before if isinstance(state, st.Assisted) else state


@pytest.mark.parametrize("state", sample_states(), ids=lambda state: type(state).__name__)
@pytest.mark.parametrize("card", [STAFF, MAINTAINER], ids=["staff", "maintainer"])
def test_operator_card_that_was_not_presented_again_permits_nothing(
    state: st.State, card: OperatorCard
) -> None:
    kiosk = Kiosk(state=state)
    assert kiosk.send(again(card)) == ()
    if isinstance(beneath(state), st.Identifying):
        # The card that is being read is not a resident's.
        assert isinstance(beneath(kiosk.state), st.Welcome)
        assert isinstance(kiosk.state, st.Assisted) == isinstance(state, st.Assisted)
        assert kiosk.wait(kiosk.state.station.limits.card_read_s) == ()
    else:
        assert kiosk.state is state
