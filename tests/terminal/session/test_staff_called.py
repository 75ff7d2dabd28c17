"""A state says that staff have been called exactly if the step into it has called them."""

from __future__ import annotations

from dataclasses import replace

from devices.faults import CARD_LEFT_BEHIND
from printing.faults import LEFTOVER_JOB
from printing.printer import PrinterChanged
from terminal.session import effects as ef
from terminal.session import events as ev
from terminal.session import states as st
from terminal.session.state import Wrapping
from terminal.session.table import advance
from tests.terminal.session_world import READY, Kiosk, sample_events, sample_states

NO_PAGE_TELLS = {LEFTOVER_JOB.code, CARD_LEFT_BEHIND.code}
"""Calls for what a resident has left. They are made between two visits, or at the farewell."""


def known(state: st.State) -> bool:
    """Return whether staff were called in this state, or in one that it wraps."""
    return state.staff_called or (isinstance(state, Wrapping) and known(state.before))


def test_a_state_that_tells_of_a_call_was_entered_with_one() -> None:
    seen = 0
    for state in sample_states():
        for event in sample_events():
            after, effects = advance(state, event, 1000.0)
            if not after.staff_called or known(state) or isinstance(event, ev.HelpRecorded):
                continue
            seen += 1
            assert any(isinstance(one, ef.CallHelp) for one in effects), (state, event)
    assert seen > 3


def test_a_state_entered_with_a_call_tells_of_it() -> None:
    seen = 0
    for state in sample_states():
        for event in sample_events():
            after, effects = advance(state, event, 1000.0)
            calls = [one for one in effects if isinstance(one, ef.CallHelp)]
            if not calls or isinstance(after, st.Assisted):
                continue  # the help page tells whether the call has reached staff
            shown = after.before if isinstance(after, st.Leaving) else after
            if isinstance(shown, st.Printing) and shown.stopping:
                continue  # the page tells that the job is being cancelled, for a moment
            seen += 1
            assert known(after) or calls[0].fault in NO_PAGE_TELLS, (state, event)
    assert seen > 3


def test_out_of_service_tells_of_the_call_until_the_pages_are_gone() -> None:
    kiosk = Kiosk()
    kiosk.send(PrinterChanged(replace(READY, faults=(LEFTOVER_JOB,))))
    assert isinstance(kiosk.state, st.OutOfService)
    assert kiosk.state.staff_called
    kiosk.send(ev.Tick())
    assert kiosk.state.staff_called
    kiosk.send(PrinterChanged(READY))
    assert isinstance(kiosk.state, st.Welcome)
    assert not kiosk.state.station.tray_called


def test_out_of_service_for_another_reason_tells_of_no_call() -> None:
    states = [state for state in sample_states() if isinstance(state, st.OutOfService)]
    assert states
    assert not any(state.staff_called for state in states)
