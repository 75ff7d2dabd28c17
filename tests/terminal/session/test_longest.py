"""No visit and no maintenance lasts longer than its limit, however often the screen is touched."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from devices.faults import CARD_MUTE
from devices.readers.protocol import CardFailed
from printing.outcome import Outcome
from terminal.session import effects as ef
from terminal.session import events as ev
from terminal.session import model as m
from terminal.session import states as st
from terminal.session.deadline import deadline
from tests.terminal.session_world import (
    ASKED,
    Kiosk,
    ended,
    nothing_personal_is_left,
    present_card,
    reach_choosing,
    reach_preview,
    reach_printing,
)

LIMITS = m.Limits()
WARNING_S = LIMITS.warning(m.Mode.STANDARD)
LONGEST_S = LIMITS.longest_visit_s


def touched_for(kiosk: Kiosk, seconds: float) -> None:
    """Touch the screen every two seconds, as an object on it would."""
    until = kiosk.now + seconds
    while kiosk.now < until:
        kiosk.now = min(until, kiosk.now + 2.0)
        kiosk.send(ev.Touched(), ev.Tick())


@pytest.mark.parametrize("reach", [present_card, reach_choosing, reach_preview])
def test_a_visit_ends_at_its_longest_time_although_the_screen_is_touched(
    reach: Callable[[Kiosk], object],
) -> None:
    kiosk = Kiosk()
    reach(kiosk)
    began = kiosk.at(st.InVisit).visit.began
    touched_for(kiosk, LONGEST_S - 2.0)
    assert isinstance(kiosk.state, st.InVisit)
    touched_for(kiosk, 2.0)
    assert isinstance(kiosk.state, st.Ending)
    assert kiosk.state.reason is m.EndReason.TIMEOUT
    assert kiosk.now - began == LONGEST_S
    assert nothing_personal_is_left(kiosk)


def test_the_limit_counts_from_the_beginning_of_the_visit_not_of_the_page() -> None:
    kiosk = Kiosk()
    present_card(kiosk)
    touched_for(kiosk, LONGEST_S / 2)
    kiosk.send(ev.Consented(), ev.PersonKnown(ASKED, m.Person("token", None)))
    assert isinstance(kiosk.state, st.Choosing)
    touched_for(kiosk, LONGEST_S / 2)
    assert isinstance(kiosk.state, st.Ending)


def test_the_help_page_does_not_prolong_the_visit() -> None:
    kiosk = Kiosk()
    reach_choosing(kiosk)
    touched_for(kiosk, LONGEST_S - 60)
    kiosk.send(ev.HelpPressed())
    touched_for(kiosk, 60)
    assert isinstance(kiosk.state, st.Ending)


def test_the_warning_comes_before_the_longest_time_and_says_that_it_is_final() -> None:
    kiosk = Kiosk()
    reach_choosing(kiosk)
    began = kiosk.at(st.InVisit).visit.began
    usual = deadline(kiosk.state)
    assert usual is not None
    assert not usual.final
    touched_for(kiosk, LONGEST_S - 30)
    last = deadline(kiosk.state)
    assert last == (began + LONGEST_S - WARNING_S, began + LONGEST_S, True)


def test_a_job_goes_on_at_the_longest_time_and_its_paper_can_be_taken() -> None:
    kiosk = Kiosk()
    reach_printing(kiosk)
    touched_for(kiosk, LONGEST_S)
    assert isinstance(kiosk.state, st.Printing)
    assert kiosk.of(ef.CancelPrint) == []
    kiosk.send(ended(Outcome.PRINTED))
    assert isinstance(kiosk.state, st.Collecting)
    touched_for(kiosk, LIMITS.collect_s)
    assert isinstance(kiosk.state, st.Collecting)
    touched_for(kiosk, WARNING_S)
    assert isinstance(kiosk.state, st.Ending)


@pytest.mark.parametrize("page", [st.CardFailure, st.Unlocking, st.Assisted])
def test_a_page_without_a_visit_ends_although_the_screen_is_touched(
    page: type[st.State],
) -> None:
    kiosk = Kiosk()
    if page is st.CardFailure:
        kiosk.send(CardFailed("desk", CARD_MUTE))
    elif page is st.Unlocking:
        kiosk.send(ev.MaintenancePressed())
    else:
        kiosk.send(ev.HelpPressed())
    assert isinstance(kiosk.state, page)
    touched_for(kiosk, LONGEST_S - 2.0)
    assert isinstance(kiosk.state, page)
    touched_for(kiosk, 2.0)
    assert isinstance(kiosk.state, st.Welcome)


def test_maintenance_ends_at_its_longest_time_although_the_screen_is_touched() -> None:
    kiosk = Kiosk()
    kiosk.send(ev.MaintenancePressed(), ev.PinEntered("1357"), ev.PinChecked(ASKED, True, key="k"))
    assert isinstance(kiosk.state, st.Maintenance)
    touched_for(kiosk, LIMITS.longest_maintenance_s - 2.0)
    assert isinstance(kiosk.state, st.Maintenance)
    touched_for(kiosk, 2.0)
    assert isinstance(kiosk.state, st.Welcome)


def test_the_paper_of_a_late_job_can_be_taken_for_the_usual_time() -> None:
    kiosk = Kiosk()
    reach_printing(kiosk)
    state = kiosk.state
    assert isinstance(state, st.Printing)
    kiosk.state = replace(state, visit=replace(state.visit, began=kiosk.now - 2 * LONGEST_S))
    kiosk.send(ended(Outcome.UNKNOWN))
    assert isinstance(kiosk.state, st.CheckingPaper)
    last = deadline(kiosk.state)
    assert last is not None
    assert last.end_at - kiosk.now == LIMITS.quiet(m.Mode.STANDARD) + WARNING_S
