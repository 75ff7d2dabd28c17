"""Notices, nearby stations and the answer to a call for staff, in every state."""

from __future__ import annotations

from dataclasses import replace

import pytest

from terminal.platform.kinds import HelpProgress
from terminal.session import events as ev
from terminal.session import model as m
from terminal.session import states as st
from terminal.session.states.assisted import call_waited_for
from terminal.session.table import advance
from tests.terminal.session_world import (
    NEARBY,
    NOTICE,
    SAMV,
    STAFF,
    Kiosk,
    reach_choosing,
    sample_states,
)

COMING = m.HelpAnswer(HelpProgress.COMING, {m.Language.EN: "Lobby staff"}, "1001", 5)
ARRIVED = m.HelpAnswer(HelpProgress.ARRIVED)


@pytest.mark.parametrize("state", sample_states(), ids=lambda state: state.name)
def test_every_state_keeps_the_information_and_changes_nothing_else(state: st.State) -> None:
    for fact in (ev.NoticesArrived((NOTICE,)), ev.NearbyArrived((NEARBY,))):
        after, effects = advance(state, fact, 1000.0)
        assert effects == ()
        assert type(after) is type(state)
        assert (after.entered, after.quiet_since) == (state.entered, state.quiet_since)
        state = after
    assert state.station.notices == (NOTICE,)
    assert state.station.nearby == (NEARBY,)
    if isinstance(state, st.Wrapping):
        assert state.before.station == state.station


def test_information_survives_a_visit() -> None:
    kiosk = Kiosk()
    kiosk.send(ev.NoticesArrived((NOTICE,)), ev.NearbyArrived((NEARBY,)))
    reach_choosing(kiosk)
    kiosk.send(ev.LeavePressed())
    kiosk.wait_until_home(120.0)
    assert (kiosk.state.station.notices, kiosk.state.station.nearby) == ((NOTICE,), (NEARBY,))


def station(name: str, distance_m: int, *, open_now: bool, item: str = "free") -> m.NearbyStation:
    return replace(
        NEARBY, id=name, distance_m=distance_m, open_now=open_now, items=frozenset({item})
    )


def test_open_station_comes_before_a_nearer_closed_one() -> None:
    near, far = station("near", 100, open_now=False), station("far", 900, open_now=True)
    assert m.nearest_with((near, far), "free") is far


def test_nearest_open_station_with_the_service_is_chosen() -> None:
    other = station("other", 10, open_now=True, item="coded")
    near, far = station("near", 100, open_now=True), station("far", 900, open_now=True)
    assert m.nearest_with((far, other, near), "free") is near
    assert m.nearest_with((near, far), "coded") is None


def test_closed_station_is_chosen_if_no_open_one_has_the_service() -> None:
    near, far = station("near", 100, open_now=False), station("far", 900, open_now=False)
    assert m.nearest_with((far, near), "free") is near


def waiting() -> tuple[Kiosk, int]:
    kiosk = Kiosk()
    reach_choosing(kiosk)
    kiosk.send(ev.HelpPressed(), ev.HelpRecorded(True, "H-1", 1))
    return kiosk, kiosk.at(st.Assisted).call


def test_help_page_shows_each_change_of_the_answer() -> None:
    kiosk, call = waiting()
    for progress in (HelpProgress.WAITING, HelpProgress.COMING, HelpProgress.NOT_COMING):
        answer = m.HelpAnswer(progress)
        kiosk.send(ev.HelpAnswered(call, answer))
        assert kiosk.at(st.Assisted).answer == answer
    assert kiosk.at(st.Assisted).reference == "H-1"


def test_answer_to_another_call_is_ignored() -> None:
    kiosk, call = waiting()
    kiosk.send(ev.HelpAnswered(call + 1, COMING), ev.HelpAnswered(0, COMING))
    assert kiosk.at(st.Assisted).answer is None
    assert kiosk.state.station.help is not None
    assert kiosk.state.station.help.answer is None


def test_answer_is_shown_when_the_help_page_opens_again() -> None:
    kiosk, call = waiting()
    kiosk.send(ev.HelpDismissed(), ev.HelpAnswered(call, COMING), ev.HelpPressed())
    assert kiosk.at(st.Assisted).answer == COMING
    assert len([effect for effect in kiosk.done if type(effect).__name__ == "CallHelp"]) == 1


def test_answer_proves_that_the_platform_has_the_call() -> None:
    kiosk = Kiosk()
    kiosk.send(ev.HelpPressed())
    call = kiosk.at(st.Assisted).call
    kiosk.send(ev.HelpAnswered(call, COMING))
    assert kiosk.at(st.Assisted).reached
    kiosk.send(ev.HelpRecorded(False, "", call))  # the time-out of a lost acknowledgement
    assert kiosk.at(st.Assisted).reached
    kiosk.send(ev.HelpDismissed(), ev.HelpPressed())
    assert kiosk.at(st.Assisted).reached


def test_next_press_is_a_new_call_after_staff_arrived() -> None:
    kiosk, call = waiting()
    kiosk.send(ev.HelpAnswered(call, ARRIVED))
    assert kiosk.at(st.Assisted).answer == ARRIVED
    assert call_waited_for(kiosk.state) == 0
    kiosk.send(ev.HelpDismissed(), ev.HelpPressed())
    assert kiosk.at(st.Assisted).call == call + 1
    assert kiosk.at(st.Assisted).answer is None


def test_answer_is_waited_for_until_the_visit_ends() -> None:
    kiosk, call = waiting()
    assert call_waited_for(kiosk.state) == call
    kiosk.send(ev.HelpDismissed())
    assert call_waited_for(kiosk.state) == call
    kiosk.send(ev.LeavePressed())
    assert call_waited_for(kiosk.state) == 0
    kiosk.wait_until_home(120.0)
    assert call_waited_for(kiosk.state) == 0
    kiosk.send(ev.HelpPressed())  # the next resident waits for the same call
    assert call_waited_for(kiosk.state) == call


def test_answer_is_waited_for_until_staff_present_a_card() -> None:
    kiosk, call = waiting()
    assert call_waited_for(kiosk.state) == call
    kiosk.send(ev.OperatorCardRead("k", SAMV, STAFF))
    assert call_waited_for(kiosk.state) == 0


def test_nothing_is_waited_for_without_a_call() -> None:
    kiosk = Kiosk()
    reach_choosing(kiosk)
    assert call_waited_for(kiosk.state) == 0
