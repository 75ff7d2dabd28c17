"""Help on every page, the maintenance page, and how each state ends without a touch."""

from __future__ import annotations

from dataclasses import replace

import pytest

from devices.operator import Role
from devices.readers.protocol import CardPresented, CardRemoved
from printing.outcome import Evidence, Outcome, PrintProgress
from terminal.faults import WORKER_FAILED
from terminal.session import effects as ef
from terminal.session import events as ev
from terminal.session import model as m
from terminal.session import states as st
from terminal.session.table import advance
from tests.terminal.session_world import (
    ASKED,
    DESK,
    SAMV,
    STAFF,
    Kiosk,
    document,
    ended,
    personal,
    present_card,
    reach_choosing,
    reach_printing,
    sample_states,
)

LIMITS = m.Limits()
WARNED_S = LIMITS.quiet(m.Mode.ELDER) + LIMITS.warning(m.Mode.ELDER)
ALONE_S = (
    LIMITS.assisted_s + LIMITS.warning(m.Mode.ELDER)  # the help page
    + LIMITS.paper_wait_s  # a job that waits for paper
    + LIMITS.clear_s  # the printer does not answer the cancellation
    + WARNED_S  # the page that asks whether the pages came out
    + LIMITS.clear_s + LIMITS.left_card_s  # the farewell
)  # fmt: skip
"""The longest time in seconds that a state may need to return home without a touch."""

HELPED = [
    s for s in sample_states() if not isinstance(s, st.Unlocking | st.Maintenance | st.Leaving)
]


def named(state: st.State) -> str:
    """Return the name of the state and its variant, for the test id."""
    variants = ("proof", "retry", "cancelling", "clearing", "checking")
    parts = [
        type(state).__name__,
        *(str(getattr(state, v)) for v in variants if getattr(state, v, 0)),
    ]
    if isinstance(state, st.Assisted | st.CardAway):
        parts.append(named(state.before))
    return "-".join(parts)


@pytest.mark.parametrize("page", [s for s in HELPED if not isinstance(s, st.Assisted)], ids=named)
def test_help_page_opens_from_every_page_and_returns_to_it(page: st.State) -> None:
    fault = getattr(page, "fault", None)
    helped, effects = advance(page, ev.HelpPressed(), 1000.0)
    assert effects == (ef.CallHelp(page.name, fault.code if fault else "", 1),)
    assert isinstance(helped, st.Assisted)
    assert type(helped.before) is type(page)
    assert list(personal(helped.before)) == list(personal(page))
    assert helped.reached is None
    for reached, number in ((False, ""), (True, "H-7")):
        answered, _ = advance(helped, ev.HelpRecorded(reached, number, 1), 1001.0)
        assert isinstance(answered, st.Assisted)
        assert (answered.reached, answered.reference) == (reached, number)
    back, effects = advance(helped, ev.HelpDismissed(), 1002.0)
    assert effects == ()
    assert type(back) is type(page)
    assert (back.entered, back.quiet_since) == (page.entered, 1002.0)


def test_hundred_presses_of_the_help_button_make_one_call() -> None:
    kiosk = Kiosk()
    for _ in range(100):
        kiosk.send(ev.HelpPressed(), ev.HelpDismissed())
        kiosk.wait(1)
    assert kiosk.of(ef.CallHelp) == [ef.CallHelp("Welcome", call=1)]


def test_one_call_stays_open_from_one_visit_to_the_next() -> None:
    kiosk = Kiosk()
    kiosk.send(ev.HelpPressed(), ev.HelpRecorded(True, "H-1", 1), ev.HelpDismissed())
    reach_choosing(kiosk)
    kiosk.send(ev.HelpPressed())
    assert len(kiosk.of(ef.CallHelp)) == 1
    assert isinstance(kiosk.state, st.Assisted)
    assert (kiosk.state.reached, kiosk.state.reference) == (True, "H-1")


def test_late_answer_to_a_call_is_shown_when_the_help_page_opens_again() -> None:
    kiosk = Kiosk()
    kiosk.send(ev.HelpPressed(), ev.HelpDismissed(), ev.HelpRecorded(False, "", 1))
    kiosk.send(ev.HelpPressed())
    assert isinstance(kiosk.state, st.Assisted)
    assert kiosk.state.reached is False


def test_new_call_can_be_made_after_the_open_one_has_expired() -> None:
    kiosk = Kiosk()
    kiosk.send(ev.HelpPressed(), ev.HelpDismissed())
    kiosk.wait(LIMITS.help_call_s - 1, 10.0)
    kiosk.send(ev.HelpPressed(), ev.HelpDismissed())
    assert len(kiosk.of(ef.CallHelp)) == 1
    kiosk.wait(1)
    kiosk.send(ev.HelpPressed())
    assert [call.call for call in kiosk.of(ef.CallHelp)] == [1, 2]


def test_a_new_call_can_be_made_after_staff_presented_their_card() -> None:
    kiosk = Kiosk()
    reach_choosing(kiosk)
    kiosk.send(ev.HelpPressed(), ev.HelpDismissed())
    kiosk.send(ev.OperatorCardRead("k1", SAMV, STAFF, True))
    kiosk.send(ev.HelpPressed(), ev.HelpDismissed())
    assert len(kiosk.of(ef.CallHelp)) == 1, "that card was there before the call"
    kiosk.send(ev.OperatorCardRead("k2", SAMV, STAFF), ev.HelpPressed())
    assert len(kiosk.of(ef.CallHelp)) == 2


def test_the_answer_to_an_earlier_call_does_not_mark_a_later_one_as_reached() -> None:
    kiosk = Kiosk()
    kiosk.send(ev.HelpPressed(), ev.HelpDismissed())
    kiosk.wait(LIMITS.help_call_s, 10.0)
    kiosk.send(ev.HelpPressed())
    first, second = kiosk.of(ef.CallHelp)
    assert isinstance(kiosk.state, st.Assisted)
    for late in (first, ef.CallHelp("Ending")):  # also a call that the terminal made by itself
        kiosk.send(ev.HelpRecorded(True, "H-1", late.call))
        assert kiosk.state.reached is None
    kiosk.send(ev.HelpRecorded(True, "H-2", second.call))
    assert (kiosk.state.reached, kiosk.state.reference) == (True, "H-2")


def test_a_call_that_was_not_made_is_not_open() -> None:
    """No call is sent before the terminal is equipped, or if the journal cannot be written."""
    kiosk = Kiosk()
    kiosk.send(ev.HelpPressed(), ev.HelpRecorded(False, "", 1, made=False))
    assert isinstance(kiosk.state, st.Assisted)
    assert kiosk.state.reached is False
    kiosk.send(ev.HelpDismissed(), ev.HelpPressed())
    assert [call.call for call in kiosk.of(ef.CallHelp)] == [1, 2]
    # The late answer to the first call does not close the second one.
    kiosk.send(ev.HelpRecorded(False, "", 1, made=False), ev.HelpDismissed(), ev.HelpPressed())
    assert len(kiosk.of(ef.CallHelp)) == 2


def test_help_pressed_again_calls_once() -> None:
    kiosk = Kiosk()
    kiosk.send(ev.HelpPressed(), ev.HelpPressed())
    assert kiosk.of(ef.CallHelp) == [ef.CallHelp("Welcome", call=1)]


def test_state_behind_the_help_page_goes_on() -> None:
    kiosk = Kiosk()
    reach_choosing(kiosk)
    paper = document()
    kiosk.send(ev.ServiceChosen("free"), ev.HelpPressed(), ev.DocumentReady(ASKED, paper))
    assert isinstance(kiosk.state, st.Assisted)
    kiosk.send(ev.PrintPressed())  # the help page has no such button
    assert kiosk.of(ef.Print) == []
    kiosk.send(ev.HelpDismissed())
    assert isinstance(kiosk.state, st.Previewing)
    assert kiosk.state.document is paper


def test_leaving_from_the_help_page_ends_the_visit() -> None:
    kiosk = Kiosk()
    read = reach_choosing(kiosk)
    kiosk.send(ev.HelpPressed(), ev.LeavePressed())
    assert isinstance(kiosk.state, st.Ending)
    assert read.wiped


def test_card_removed_on_the_help_page_follows_the_rules_of_the_page_behind_it() -> None:
    kiosk = Kiosk()
    present_card(kiosk)
    kiosk.send(ev.HelpPressed(), CardRemoved(DESK))
    assert isinstance(kiosk.state, st.Welcome)
    reach_choosing(kiosk)
    kiosk.send(ev.HelpPressed(), CardRemoved(DESK))
    assert isinstance(kiosk.state, st.Assisted)
    kiosk.send(ev.HelpDismissed())
    assert isinstance(kiosk.state, st.CardAway)


def test_hanging_read_is_detected_behind_the_help_page() -> None:
    kiosk = Kiosk()
    kiosk.send(CardPresented(DESK, kiosk.now), ev.HelpPressed())
    kiosk.wait(16)
    kiosk.send(ev.HelpDismissed())
    assert isinstance(kiosk.state, st.CardFailure)


# -- maintenance -------------------------------------------------------------------------------


def test_a_maintainer_enters_prints_a_test_page_and_goes() -> None:
    kiosk = Kiosk()
    kiosk.send(ev.MaintenancePressed())
    assert isinstance(kiosk.state, st.Unlocking)
    assert kiosk.send(ev.PinEntered("1357")) == (ef.CheckPin(kiosk.awaited, "1357"),)
    assert kiosk.send(ev.PinEntered("1357")) == ()  # only one check at a time
    assert kiosk.send(ev.PinChecked(ASKED, True, key="k")) == (
        ef.LoadFaults(kiosk.awaited), ef.RecordOpening(Role.MAINTAINER),
    )  # fmt: skip
    past = (m.PastFault("2026-01-01T00:00", "PRN-104", ""),)
    kiosk.send(ev.FaultsLoaded(ASKED, past))
    assert isinstance(kiosk.state, st.Maintenance)
    assert kiosk.state.faults == past
    assert kiosk.send(ev.TestPagePressed()) == (ef.PrintTestPage("k-1"),)
    assert kiosk.send(ev.TestPagePressed()) == ()
    assert kiosk.send(PrintProgress("k-1", Outcome.PRINTING, 0, 1)) == ()
    over = ended(Outcome.PRINTED, pages=1, job="k-1")
    assert kiosk.send(over) == ()
    assert kiosk.state.test is over
    assert kiosk.send(ev.TestPagePressed()) == (ef.PrintTestPage("k-2"),)
    assert kiosk.send(ev.MaintenanceClosed()) == (
        ef.ClearPrinter(),
    )  # the test page must not come out in a visit
    assert isinstance(kiosk.state, st.Ending)
    assert present_card(kiosk).wiped  # no visit begins before the printer's list is empty
    kiosk.send(CardRemoved(DESK), ev.PaperCleared(True))
    kiosk.wait_until_home(LIMITS.ending_s + 2)
    assert isinstance(kiosk.state, st.Welcome)


def test_wrong_or_locked_pin_does_not_open_maintenance() -> None:
    kiosk = Kiosk()
    kiosk.send(ev.MaintenancePressed(), ev.PinEntered("0000"), ev.PinChecked(ASKED, False))
    assert isinstance(kiosk.state, st.Unlocking)
    assert kiosk.state.refused
    kiosk.send(ev.PinEntered("0000"), ev.PinChecked(ASKED, False, 30))
    assert isinstance(kiosk.state, st.Unlocking)
    assert kiosk.state.locked_s == 30
    assert not kiosk.state.checking


@pytest.mark.parametrize("entered", [(), (ev.PinEntered("0000"),)])
def test_late_pin_answer_does_not_open_maintenance_on_a_new_pin_page(
    entered: tuple[object, ...],
) -> None:
    kiosk = Kiosk()
    kiosk.send(ev.MaintenancePressed())
    (asked,) = kiosk.send(ev.PinEntered("1357"))
    assert isinstance(asked, ef.CheckPin)
    kiosk.send(ev.LeavePressed())
    assert isinstance(kiosk.state, st.Welcome)
    kiosk.now += 1.0
    kiosk.send(ev.MaintenancePressed(), *entered)
    kiosk.send(ev.PinChecked(asked.request, True, key="k"))
    assert isinstance(kiosk.state, st.Unlocking)


def test_maintenance_waits_until_the_visit_has_ended() -> None:
    for page in sample_states():
        after, _ = advance(page, ev.MaintenancePressed(), 1000.0)
        opens = isinstance(page, st.Welcome | st.OutOfService | st.CardFailure | st.Unlocking)
        assert isinstance(after, st.Unlocking) == opens


def test_job_that_ends_during_maintenance_is_recorded() -> None:
    kiosk = Kiosk()
    kiosk.send(ev.MaintenancePressed(), ev.PinEntered("1357"), ev.PinChecked(ASKED, True, key="k"))
    late = kiosk.send(ended(Outcome.UNKNOWN, done=1))
    assert late == (ef.ConfirmPrinted("v1-1", "", Outcome.UNKNOWN, 1, Evidence.NONE),)


def test_card_of_a_resident_during_maintenance_is_wiped_at_once() -> None:
    kiosk = Kiosk()
    kiosk.send(ev.MaintenancePressed())
    assert present_card(kiosk).wiped
    assert isinstance(kiosk.state, st.Unlocking)


# -- time ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("mode", list(m.Mode))
@pytest.mark.parametrize("page", sample_states(), ids=named)
def test_every_page_returns_home_without_a_touch(page: st.State, mode: m.Mode) -> None:
    kiosk = Kiosk(state=page)
    kiosk.send(ev.ModeChosen(mode))
    kiosk.wait_until_home(ALONE_S, step=5.0)
    reasons = [effect.reason for effect in kiosk.of(ef.EndVisit)]
    assert len(reasons) == in_visit(page)
    assert m.EndReason.OTHER_CARD not in reasons


def in_visit(page: st.State) -> bool:
    """Return whether a visit is open on this page, or behind it."""
    return in_visit(page.before) if isinstance(page, st.Assisted) else isinstance(page, st.InVisit)


def test_quiet_time_does_not_run_while_printing() -> None:
    kiosk = Kiosk()
    reach_printing(kiosk)
    for _ in range(20):
        kiosk.wait(LIMITS.quiet(m.Mode.STANDARD), 10.0)
        kiosk.send(PrintProgress("v1-1", Outcome.PRINTING, 1, 2))
        kiosk.send(PrintProgress("v1-1", Outcome.PRINTING, 0, 2))
    assert isinstance(kiosk.state, st.Printing)
    assert kiosk.of(ef.CancelPrint) == []


@pytest.mark.parametrize("page", [s for s in sample_states() if isinstance(
    s, st.Recognising | st.Preparing)], ids=named)  # fmt: skip
def test_request_to_the_platform_times_out_only_if_a_worker_is_lost(page: st.State) -> None:
    still, _ = advance(page, ev.Tick(), page.entered + LIMITS.answer_s - 0.1)
    assert still is page
    gone, effects = advance(page, ev.Tick(), page.entered + LIMITS.answer_s)
    assert isinstance(gone, st.Ending)
    assert ef.EndVisit("v1", m.EndReason.FAULT) in effects
    assert ef.RecordFault(WORKER_FAILED, page.name) in effects


def test_quiet_time_does_not_run_while_the_second_factor_is_checked() -> None:
    for page in sample_states():
        if isinstance(page, st.Proving) and page.proof not in (st.Proof.ENTERING, st.Proof.STAFF):
            at_work = replace(page, quiet_since=0.0)
            still, _ = advance(at_work, ev.Tick(), page.entered + LIMITS.answer_s - 0.1)
            assert still is at_work
            gone, effects = advance(at_work, ev.Tick(), page.entered + LIMITS.answer_s)
            assert isinstance(gone, st.Ending)
            assert ef.RecordFault(WORKER_FAILED, "Proving") in effects


def test_touch_restarts_the_time_to_put_the_card_back() -> None:
    kiosk = Kiosk()
    reach_choosing(kiosk)
    kiosk.send(CardRemoved(DESK))
    for _ in range(5):
        kiosk.wait(49)
        kiosk.send(ev.Touched())
    assert isinstance(kiosk.state, st.CardAway)
    kiosk.wait(50)
    assert isinstance(kiosk.state, st.Ending)
    assert kiosk.state.reason is m.EndReason.CARD_GONE


def test_waiting_for_staff_without_the_card_has_the_time_of_the_help_page() -> None:
    kiosk = Kiosk()
    reach_choosing(kiosk)
    kiosk.send(CardRemoved(DESK), ev.HelpPressed())
    kiosk.wait(319)
    assert isinstance(kiosk.state, st.Assisted)
    kiosk.send(ev.HelpDismissed())
    assert isinstance(kiosk.state, st.CardAway)
    kiosk.wait(49)
    assert isinstance(kiosk.state, st.CardAway)
    kiosk.wait(1)
    assert isinstance(kiosk.state, st.Ending)


def test_elder_mode_has_twice_the_quiet_time() -> None:
    kiosk = Kiosk()
    kiosk.send(ev.ModeChosen(m.Mode.ELDER))
    reach_choosing(kiosk)
    kiosk.wait(209)
    assert isinstance(kiosk.state, st.Choosing)
    kiosk.wait(1)
    assert isinstance(kiosk.state, st.Ending)
    assert kiosk.state.reason is m.EndReason.TIMEOUT
