"""The exit of a visit: it asks if something would be lost. A job can be stopped."""

from __future__ import annotations

import pytest

from devices.readers.protocol import CardRemoved
from printing.faults import JOB_CANCELLED
from printing.outcome import Evidence, Outcome, PrintEnded, PrintProgress
from terminal.faults import WORKER_FAILED
from terminal.session import effects as ef
from terminal.session import events as ev
from terminal.session import model as m
from terminal.session import states as st
from terminal.session.state import STOP_AFTER_S
from tests.terminal.session_world import (
    ASKED,
    DESK,
    Kiosk,
    asked_for_code,
    document,
    ended,
    nothing_personal_is_left,
    present_card,
    reach_choosing,
    reach_preview,
    reach_printing,
    sample_states,
)


def test_the_exit_ends_at_once_if_nothing_would_be_lost() -> None:
    kiosk = Kiosk()
    present_card(kiosk)
    kiosk.send(ev.EndPressed())
    assert isinstance(kiosk.state, st.Ending)
    kiosk = Kiosk()
    reach_choosing(kiosk)
    kiosk.send(ev.EndPressed())
    assert isinstance(kiosk.state, st.Ending)
    assert nothing_personal_is_left(kiosk)


@pytest.mark.parametrize("state", sample_states(), ids=lambda state: type(state).__name__)
def test_the_exit_asks_exactly_if_something_would_be_lost(state: st.State) -> None:
    kiosk = Kiosk(state=state)
    kiosk.send(ev.EndPressed())
    if state.may_end and state.loss is not None:
        assert isinstance(kiosk.state, st.Leaving)
    else:
        assert not isinstance(kiosk.state, st.Leaving) or kiosk.state is state


def test_the_visit_goes_on_after_the_question() -> None:
    kiosk = Kiosk()
    paper = reach_preview(kiosk)
    page = kiosk.state
    kiosk.send(ev.EndPressed())
    assert kiosk.at(st.Leaving).loss is st.Loss.DOCUMENT
    kiosk.send(ev.BackPressed())
    assert kiosk.at(st.Previewing).document is paper
    assert kiosk.state.entered == page.entered
    assert not paper.wiped


def test_the_visit_ends_after_the_question_and_everything_is_wiped() -> None:
    kiosk = Kiosk()
    paper = reach_preview(kiosk)
    kiosk.send(ev.EndPressed(), ev.LeavePressed())
    assert isinstance(kiosk.state, st.Ending)
    assert paper.wiped
    assert nothing_personal_is_left(kiosk)


def test_an_unanswered_question_ends_the_visit() -> None:
    kiosk = Kiosk()
    paper = reach_preview(kiosk)
    kiosk.send(ev.EndPressed())
    kiosk.wait_until_home(600)
    assert paper.wiped
    assert kiosk.of(ef.EndVisit)[-1].reason is m.EndReason.TIMEOUT


def test_a_document_that_arrives_replaces_the_question() -> None:
    kiosk = Kiosk()
    reach_choosing(kiosk)
    kiosk.send(ev.ServiceChosen("free"), ev.EndPressed())
    assert isinstance(kiosk.state, st.Leaving)
    kiosk.send(ev.DocumentReady(ASKED, document()))
    assert isinstance(kiosk.state, st.Previewing)


def test_a_document_that_arrives_after_the_end_is_wiped() -> None:
    kiosk = Kiosk()
    reach_choosing(kiosk)
    kiosk.send(ev.ServiceChosen("free"))
    asked, late = kiosk.awaited, document()
    kiosk.send(ev.EndPressed(), ev.LeavePressed(), ev.DocumentReady(asked, late))
    assert isinstance(kiosk.state, st.Ending)
    assert late.wiped


def test_a_removed_card_replaces_the_question() -> None:
    kiosk = Kiosk()
    reach_preview(kiosk)
    kiosk.send(ev.EndPressed(), CardRemoved(DESK))
    assert isinstance(kiosk.state, st.CardAway)


def test_the_exit_while_printing_cancels_only_after_the_question() -> None:
    kiosk = Kiosk()
    reach_printing(kiosk)
    kiosk.send(ev.EndPressed())
    assert kiosk.of(ef.CancelPrint) == []
    kiosk.send(PrintProgress("v1-1", Outcome.PRINTING, 1, 2))
    assert kiosk.at(st.Leaving).before.running_job == "v1-1"
    kiosk.send(ev.LeavePressed())
    assert kiosk.of(ef.CancelPrint) == [ef.CancelPrint("v1-1")]
    assert kiosk.at(st.Printing).cancelling is m.EndReason.LEFT


def test_the_exit_of_the_help_page_asks_too() -> None:
    kiosk = Kiosk()
    reach_preview(kiosk)
    kiosk.send(ev.HelpPressed(), ev.EndPressed())
    assert isinstance(kiosk.at(st.Leaving).before, st.Previewing)


def test_a_code_that_was_sent_is_lost() -> None:
    kiosk = Kiosk()
    asked_for_code(kiosk)
    kiosk.send(ev.EndPressed())
    assert kiosk.at(st.Leaving).loss is st.Loss.PROOF


# -- stopping a job --------------------------------------------------------------------------------


def stopped(kiosk: Kiosk) -> None:
    reach_printing(kiosk)
    assert kiosk.send(ev.StopPressed()) == (ef.CancelPrint("v1-1"),)
    assert kiosk.send(ev.StopPressed()) == ()


def test_a_job_can_be_stopped_at_once_if_no_page_is_out_and_else_after_ten_seconds() -> None:
    kiosk = Kiosk()
    reach_printing(kiosk)
    assert kiosk.at(st.Printing).may_stop(kiosk.now)
    kiosk.send(PrintProgress("v1-1", Outcome.PRINTING, 1, 2))
    job = kiosk.at(st.Printing)
    assert not job.may_stop(job.entered + STOP_AFTER_S - 0.1)
    assert job.may_stop(job.entered + STOP_AFTER_S)
    kiosk.send(ev.StopPressed())
    assert not kiosk.at(st.Printing).may_stop(job.entered + 100)


def test_a_stopped_job_without_a_page_may_be_printed_again() -> None:
    kiosk = Kiosk()
    stopped(kiosk)
    kiosk.send(PrintEnded("v1-1", Outcome.UNKNOWN, 0, 2, Evidence.DEVICE_NONE))
    failure = kiosk.at(st.ServiceFailure)
    assert (failure.fault, failure.retry) == (JOB_CANCELLED, m.Retry.PREVIEW)
    kiosk.send(ev.RetryPressed(), ev.PrintPressed())
    assert kiosk.of(ef.Print)[-1].reprint == m.Reprint("v1-1", m.ReprintReason.NOTHING_CAME_OUT)


def test_a_stopped_job_with_a_page_says_which_and_needs_staff_to_print_again() -> None:
    kiosk = Kiosk()
    stopped(kiosk)
    kiosk.send(PrintEnded("v1-1", Outcome.UNKNOWN, 1, 2, Evidence.DEVICE_PARTLY))
    failure = kiosk.at(st.ServiceFailure)
    assert (failure.retry, failure.pages_done) == (m.Retry.STAFF, 1)
    assert kiosk.of(ef.ConfirmPrinted)[-1].outcome is Outcome.UNKNOWN


def test_a_stopped_job_of_which_nothing_is_known_is_no_success() -> None:
    kiosk = Kiosk()
    stopped(kiosk)
    kiosk.send(ended(Outcome.UNKNOWN))
    assert isinstance(kiosk.state, st.CheckingPaper)


def test_a_job_that_was_over_before_the_stop_is_collected() -> None:
    kiosk = Kiosk()
    stopped(kiosk)
    kiosk.send(ended(Outcome.PRINTED))
    assert isinstance(kiosk.state, st.Collecting)


def test_a_printer_that_does_not_answer_the_stop_ends_the_visit() -> None:
    kiosk = Kiosk()
    stopped(kiosk)
    kiosk.wait(m.Limits().clear_s)
    assert isinstance(kiosk.state, st.Ending)


def test_a_pin_that_is_never_checked_leads_home() -> None:
    kiosk = Kiosk()
    kiosk.send(ev.MaintenancePressed(), ev.PinEntered("1357"))
    assert kiosk.at(st.Unlocking).waits_for is st.Waits.MACHINE
    kiosk.wait(m.Limits().answer_s)
    assert isinstance(kiosk.state, st.Welcome)
    assert ef.RecordFault(WORKER_FAILED.with_detail("no answer"), "Unlocking") in kiosk.done
