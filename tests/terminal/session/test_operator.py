"""Operator cards: a maintainer card works in every state, a staff card only in some."""

from __future__ import annotations

from dataclasses import replace

import pytest

from devices.faults import OPERATOR_CARD_REFUSED
from devices.operator import Role
from devices.readers.protocol import CardFailed, CardPresented, CardRemoved
from printing.faults import LEFTOVER_JOB
from printing.outcome import Evidence, Outcome, PrintProgress
from terminal.platform.faults import STAFF_REFUSED, UNREACHABLE
from terminal.session import effects as ef
from terminal.session import events as ev
from terminal.session import model as m
from terminal.session import states as st
from terminal.session.facts import OperatorCards
from terminal.session.row import Ignored
from terminal.session.table import TABLE, advance
from tests.terminal.session_world import (
    ASKED,
    CODED,
    DESK,
    MAINTAINER,
    PHONE,
    SAMV,
    STAFF,
    Kiosk,
    asked_for_code,
    ended,
    identity,
    nothing_personal_is_left,
    personal,
    present_card,
    reach_choosing,
    reach_printing,
    sample_states,
    station,
)

STAFF_CARD_READ = ev.OperatorCardRead("0a", SAMV, STAFF)
MAINTAINER_CARD_READ = ev.OperatorCardRead("0b", SAMV, MAINTAINER)


def opened(page: st.State) -> tuple[ef.Effect, ...]:
    """Return the effects of a maintainer card that has opened this page."""
    assert page.awaits is not None
    return ef.RecordOpening(Role.MAINTAINER, MAINTAINER.serial), ef.LoadFaults(page.awaits)


def behind(state: st.State) -> st.State:
    """Return the state that the help page or `CardAway` wraps."""
    while isinstance(state, st.Assisted | st.CardAway | st.Leaving):
        state = state.before
    return state


# -- a maintainer -------------------------------------------------------------------------------


@pytest.mark.parametrize("number", range(len(sample_states())))
def test_maintainer_card_opens_maintenance_from_every_state(number: int) -> None:
    before = sample_states()[number]
    after, effects = advance(before, MAINTAINER_CARD_READ, 1000.0)
    assert isinstance(after, st.Maintenance), type(before)
    assert after.role is Role.MAINTAINER
    if isinstance(before, st.Maintenance) and before.role is Role.MAINTAINER:
        assert effects == ()
        return
    assert effects[-2:] == opened(after)
    held = list(personal(before))
    wiped = [thing for e in effects if isinstance(e, ef.Wipe) for thing in (e.identity, e.document)]
    assert all(any(thing is each for thing in wiped) for each in held)
    assert list(personal(after)) == []
    if isinstance(behind(before), st.InVisit):
        assert ef.EndVisit("v1", m.EndReason.MAINTENANCE) in effects


def test_a_job_under_way_is_cancelled_and_its_end_still_recorded() -> None:
    kiosk = Kiosk()
    reach_printing(kiosk)
    effects = kiosk.send(MAINTAINER_CARD_READ)
    assert effects[0] == ef.CancelPrint("v1-1")
    assert ef.ClearPrinter() in effects
    assert nothing_personal_is_left(kiosk)
    assert kiosk.send(PrintProgress("v1-1", Outcome.PRINTING, 1, 2)) == ()
    late = kiosk.send(ended(Outcome.UNKNOWN, done=1))
    assert late == (ef.ConfirmPrinted("v1-1", "", Outcome.UNKNOWN, 1, Evidence.NONE),)
    assert isinstance(kiosk.state, st.Maintenance)


def test_a_job_that_is_being_cancelled_is_cancelled_once() -> None:
    kiosk = Kiosk()
    reach_printing(kiosk)
    kiosk.send(ev.LeavePressed())
    kiosk.send(MAINTAINER_CARD_READ)
    assert kiosk.of(ef.CancelPrint) == [ef.CancelPrint("v1-1")]


def test_the_question_whether_the_pages_came_out_stays_unanswered() -> None:
    kiosk = Kiosk()
    reach_printing(kiosk)
    kiosk.send(ended(Outcome.UNKNOWN))
    assert kiosk.send(MAINTAINER_CARD_READ)[0] == ef.ConfirmPrinted(
        "v1-1", "free", Outcome.UNKNOWN, 0, Evidence.NONE
    )


def test_no_resident_is_served_after_maintenance_until_the_earlier_paper_is_cleared() -> None:
    kiosk = Kiosk()
    reach_printing(kiosk)
    kiosk.send(MAINTAINER_CARD_READ, ev.MaintenanceClosed())
    assert isinstance(kiosk.state, st.Ending)
    assert kiosk.state.reason is m.EndReason.MAINTENANCE
    read = identity()
    kiosk.send(CardPresented(DESK, 0.0), ev.CardRead("v2", DESK, read, True))
    assert isinstance(kiosk.state, st.Ending)
    assert read.wiped
    kiosk.send(ev.PaperCleared(True))
    kiosk.wait(5)
    assert isinstance(kiosk.state, st.Welcome)


def test_printer_cleared_during_maintenance_does_not_delay_service() -> None:
    kiosk = Kiosk()
    reach_printing(kiosk)
    kiosk.send(MAINTAINER_CARD_READ, ev.PaperCleared(True), ev.MaintenanceClosed())
    assert isinstance(kiosk.state, st.Welcome)


def test_printer_that_cannot_be_cleared_is_recorded_and_stops_service() -> None:
    kiosk = Kiosk()
    reach_printing(kiosk)
    kiosk.send(MAINTAINER_CARD_READ)
    assert kiosk.send(ev.PaperCleared(False)) == (ef.RecordFault(LEFTOVER_JOB, "Maintenance"),)
    kiosk.send(ev.MaintenanceClosed())
    assert isinstance(kiosk.state, st.OutOfService)
    assert kiosk.state.fault is LEFTOVER_JOB
    kiosk.send(STAFF_CARD_READ)  # staff check the output tray
    assert kiosk.send(ev.UnblockPressed()) == (ef.ClearPrinter(tray_checked=True),)
    kiosk.send(ev.PaperCleared(True), ev.MaintenanceClosed())
    assert isinstance(kiosk.state, st.Welcome)


def test_maintenance_left_open_after_a_visit_closes_and_waits_for_the_printer() -> None:
    kiosk = Kiosk()
    reach_printing(kiosk)
    kiosk.send(MAINTAINER_CARD_READ)
    kiosk.wait(m.Limits().maintenance_s, 10)
    assert isinstance(kiosk.state, st.Ending)
    kiosk.wait(m.Limits().clear_s)
    assert isinstance(kiosk.state, st.OutOfService)


def test_maintenance_stays_open_in_the_default_look_when_the_card_is_removed() -> None:
    kiosk = Kiosk()
    kiosk.send(ev.ModeChosen(m.Mode.ELDER), MAINTAINER_CARD_READ)
    assert kiosk.state.look == m.Look()
    kiosk.send(CardRemoved(SAMV))
    assert isinstance(kiosk.state, st.Maintenance)


def test_a_pin_opens_the_whole_page_and_is_recorded_without_a_card() -> None:
    kiosk = Kiosk()
    kiosk.send(ev.MaintenancePressed(), ev.PinEntered("1357"), ev.PinChecked(ASKED, True, key="0c"))
    assert kiosk.of(ef.RecordOpening) == [ef.RecordOpening(Role.MAINTAINER)]


# -- a member of staff --------------------------------------------------------------------------


@pytest.mark.parametrize("out", [False, True], ids=["welcome", "out_of_service"])
def test_staff_card_opens_part_of_maintenance_outside_a_visit(out: bool) -> None:
    kiosk = Kiosk(station(platform=UNREACHABLE if out else None))
    assert kiosk.send(STAFF_CARD_READ) == (ef.RecordOpening(Role.STAFF, STAFF.serial),)
    assert kiosk.at(st.Maintenance).role is Role.STAFF
    assert kiosk.send(ev.ReportPressed()) == ()
    past = (m.PastFault("2026-01-01T00:00", "PRN-104", ""),)
    kiosk.send(ev.FaultsLoaded(ASKED, past, m.Totals((m.Total("free", 1, 1, 0, 0),))))
    shown = kiosk.at(st.Maintenance)
    assert (shown.faults, shown.totals) == ((), m.NO_TOTALS)
    assert kiosk.send(ev.TestPagePressed()) == (ef.PrintTestPage("0a-1"),)
    # A maintainer presents a card: the page shows more, and the test page goes on.
    assert kiosk.send(MAINTAINER_CARD_READ) == opened(kiosk.state)
    shown = kiosk.at(st.Maintenance)
    assert (shown.role, shown.tests) == (Role.MAINTAINER, 1)
    kiosk.send(STAFF_CARD_READ)
    assert kiosk.at(st.Maintenance).role is Role.MAINTAINER
    kiosk.send(ended(Outcome.PRINTED, pages=1, job="0a-1"))
    assert kiosk.send(ev.ReportPressed()) == (ef.PrintReport("0a-2"),)


def test_operator_card_opens_maintenance_while_it_is_being_read() -> None:
    kiosk = Kiosk()
    kiosk.send(CardPresented(SAMV, 0.0), STAFF_CARD_READ)
    assert isinstance(kiosk.state, st.Maintenance)


def test_card_being_read_has_priority_over_staff_but_not_over_maintainers() -> None:
    kiosk = Kiosk()
    kiosk.send(CardPresented(DESK, 0.0), STAFF_CARD_READ)
    assert isinstance(kiosk.state, st.Identifying)
    kiosk.send(MAINTAINER_CARD_READ)
    assert isinstance(kiosk.state, st.Maintenance)
    read = identity()
    kiosk.send(ev.CardRead("v1", DESK, read, True))
    assert read.wiped


def test_staff_card_gives_the_number_so_only_the_pin_is_asked_for() -> None:
    kiosk = Kiosk()
    asked_for_code(kiosk)
    assert kiosk.send(STAFF_CARD_READ) == ()
    assert isinstance(kiosk.state, st.Proving)
    assert (kiosk.state.proof, kiosk.state.staff_number) == (st.Proof.STAFF, STAFF.number)
    kiosk.send(CardRemoved(SAMV))
    assert isinstance(kiosk.state, st.Proving)
    (asked,) = kiosk.send(ev.StaffEntered("", "2468"))
    assert isinstance(asked, ef.AskCheckStaff)
    assert (asked.staff_number, asked.pin, asked.item) == (STAFF.number, "2468", CODED)
    kiosk.send(ev.StaffChecked(ASKED, False, STAFF_REFUSED))
    assert isinstance(kiosk.state, st.Proving)
    assert kiosk.state.staff_number == STAFF.number  # only the PIN must be entered again
    kiosk.send(ev.StaffEntered("", "2468"), ev.StaffChecked(ASKED, True))
    assert isinstance(kiosk.state, st.Preparing)


def test_staff_card_can_replace_the_card_of_the_resident_on_one_reader() -> None:
    kiosk = Kiosk()
    asked_for_code(kiosk)
    kiosk.send(ev.StaffPressed(), CardRemoved(DESK))
    assert isinstance(kiosk.state, st.CardAway)
    kiosk.send(CardPresented(DESK, 0.0), replace(STAFF_CARD_READ, reader=DESK), CardRemoved(DESK))
    assert isinstance(kiosk.state, st.CardAway)
    kiosk.send(CardPresented(DESK, 0.0), ev.CardRead("v9", DESK, identity(), True))
    assert isinstance(kiosk.state, st.Proving)
    assert kiosk.state.staff_number == STAFF.number
    assert kiosk.state.visit.presence is m.Presence.PRESENT


def test_staff_card_before_the_code_is_sent_does_not_skip_the_code() -> None:
    kiosk = Kiosk()
    reach_choosing(kiosk)
    kiosk.send(ev.ServiceChosen("coded"), STAFF_CARD_READ)
    assert isinstance(kiosk.state, st.Proving)
    assert (kiosk.state.proof, kiosk.state.staff_number) == (st.Proof.SENDING, "")


def test_staff_card_closes_the_help_page() -> None:
    kiosk = Kiosk()
    asked_for_code(kiosk)
    kiosk.send(ev.StaffPressed(), ev.HelpPressed(), STAFF_CARD_READ)
    assert isinstance(kiosk.state, st.Proving)
    assert kiosk.state.staff_number == STAFF.number


@pytest.mark.parametrize("number", range(len(sample_states())))
def test_staff_card_changes_nothing_in_other_states_of_a_visit(number: int) -> None:
    before = sample_states()[number]
    waiting = behind(before)
    cards = TABLE[type(waiting)].facts[ev.OperatorCardRead]
    assert isinstance(cards, OperatorCards)
    if isinstance(cards.staff, Ignored):
        after, effects = advance(before, STAFF_CARD_READ, 1000.0)
        assert effects == ()
        assert after is before


def test_a_resident_is_served_again_after_staff_have_gone() -> None:
    kiosk = Kiosk()
    kiosk.send(STAFF_CARD_READ, CardRemoved(SAMV), ev.MaintenanceClosed())
    present_card(kiosk)
    assert isinstance(kiosk.state, st.Consenting)


def test_repr_does_not_contain_the_phone() -> None:
    kiosk = Kiosk()
    asked_for_code(kiosk)
    assert PHONE not in repr(kiosk.state)
    assert PHONE not in repr(ev.CodeSent(ASKED, PHONE))


# -- cards that are not accepted ------------------------------------------------------------------

REFUSED = CardFailed(SAMV, OPERATOR_CARD_REFUSED)


@pytest.mark.parametrize("away", [False, True], ids=["beside", "one_reader"])
def test_refused_staff_card_is_reported_if_the_page_waits_for_staff(away: bool) -> None:
    kiosk = Kiosk()
    asked_for_code(kiosk)
    assert kiosk.send(REFUSED) == ()  # staff have not been called yet
    kiosk.send(ev.StaffPressed())
    if away:
        kiosk.send(CardRemoved(DESK))
    assert kiosk.send(REFUSED) == (ef.RecordFault(OPERATOR_CARD_REFUSED, "Proving"),)
    page = behind(kiosk.state)
    assert isinstance(page, st.Proving)
    assert (page.fault, page.staff_number) == (OPERATOR_CARD_REFUSED, "")
    kiosk.send(STAFF_CARD_READ)
    page = behind(kiosk.state)
    assert isinstance(page, st.Proving)
    assert (page.fault, page.staff_number) == (None, STAFF.number)


def test_refused_staff_card_prints_nothing_and_keeps_the_document() -> None:
    kiosk = Kiosk()
    paper = reach_printing(kiosk)
    kiosk.send(ended(Outcome.UNKNOWN), ev.PagesConfirmed(False))
    assert kiosk.send(REFUSED) == (ef.RecordFault(OPERATOR_CARD_REFUSED, "Trouble"),)
    assert isinstance(kiosk.state, st.ServiceFailure)
    assert (kiosk.state.retry, kiosk.state.document) == (m.Retry.STAFF, paper)
    assert not paper.wiped
