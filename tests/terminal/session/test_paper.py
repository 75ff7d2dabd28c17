"""Paper that runs out, and jobs that end without proof that the pages came out."""

from __future__ import annotations

import pytest

from printing.faults import (
    JOB_UNPROVED,
    PAPER_OUT,
)
from printing.outcome import Evidence, Outcome, PrintProgress
from printing.printer import PrinterChanged
from terminal.session import effects as ef
from terminal.session import events as ev
from terminal.session import model as m
from terminal.session import states as st
from tests.terminal.session_world import (
    FREE,
    NO_PAPER,
    Kiosk,
    ended,
    is_wiped,
    reach_preview,
    reach_printing,
)


def test_printer_failure_before_printing_keeps_the_document() -> None:
    kiosk = Kiosk()
    paper = reach_preview(kiosk)
    kiosk.send(PrinterChanged(NO_PAPER))
    assert kiosk.send(ev.PrintPressed()) == (ef.RecordFault(PAPER_OUT, "Previewing"),)
    assert isinstance(kiosk.state, st.ServiceFailure)
    assert not is_wiped(paper)
    kiosk.send(ev.RetryPressed())
    assert isinstance(kiosk.state, st.Previewing)
    assert kiosk.state.document is paper
    assert kiosk.of(ef.Print) == []


def out_of_paper(kiosk: Kiosk) -> None:
    """Let the paper run out during a job. The terminal calls staff by itself."""
    reach_printing(kiosk)
    waiting = PrintProgress("v1-1", Outcome.PRINTING, 1, 2, PAPER_OUT)
    assert kiosk.send(waiting) == (
        ef.RecordFault(PAPER_OUT, "Printing"),
        ef.CallHelp("Printing", PAPER_OUT.code),
    )
    again = PrintProgress("v1-1", Outcome.PRINTING, 1, 2, PAPER_OUT.with_detail("tray 1"))
    assert kiosk.send(again) == ()  # staff are called only once


def test_job_goes_on_after_paper_is_refilled() -> None:
    kiosk = Kiosk()
    out_of_paper(kiosk)
    kiosk.wait(890, 10)
    assert isinstance(kiosk.state, st.Printing)
    kiosk.send(PrintProgress("v1-1", Outcome.PRINTING, 1, 2), ended(Outcome.PRINTED))
    assert isinstance(kiosk.state, st.Collecting)


def test_leaving_while_paper_is_out_cancels_the_rest() -> None:
    kiosk = Kiosk()
    out_of_paper(kiosk)
    assert kiosk.send(ev.LeavePressed()) == (ef.CancelPrint("v1-1"),)
    assert kiosk.send(ev.LeavePressed()) == ()
    assert isinstance(kiosk.state, st.Printing)
    effects = kiosk.send(ended(Outcome.UNKNOWN, done=1))
    assert [type(effect) for effect in effects] == [
        ef.ConfirmPrinted, ef.Wipe, ef.EndVisit, ef.ClearPrinter,
    ]  # fmt: skip
    assert effects[0] == ef.ConfirmPrinted("v1-1", "free", Outcome.UNKNOWN, 1, Evidence.NONE)
    assert isinstance(kiosk.state, st.Ending)


def test_help_pressed_while_paper_is_out_does_not_shorten_the_wait() -> None:
    kiosk = Kiosk()
    out_of_paper(kiosk)
    kiosk.send(ev.HelpPressed())
    kiosk.wait(600, 10)
    assert isinstance(kiosk.state, st.Printing)
    assert kiosk.of(ef.CancelPrint) == []
    kiosk.wait(300, 10)
    assert kiosk.of(ef.CancelPrint) == [ef.CancelPrint("v1-1")]


def test_visit_ends_if_the_printer_does_not_answer_a_cancellation() -> None:
    kiosk = Kiosk()
    reach_printing(kiosk)
    kiosk.send(ev.LeavePressed())
    kiosk.wait(30)
    assert isinstance(kiosk.state, st.Ending)
    late = kiosk.send(ended(Outcome.UNKNOWN, done=1))
    assert late == (ef.ConfirmPrinted("v1-1", "", Outcome.UNKNOWN, 1, Evidence.NONE),)


def test_resident_is_asked_about_an_unknown_outcome_and_yes_is_evidence() -> None:
    kiosk = Kiosk()
    paper = reach_printing(kiosk)
    effects = kiosk.send(ended(Outcome.UNKNOWN, done=1))
    assert effects == (ef.RecordFault(JOB_UNPROVED, "Printing"),)
    assert isinstance(kiosk.state, st.CheckingPaper)
    assert not is_wiped(paper)  # it is kept until the resident has answered
    said = kiosk.send(ev.PagesConfirmed(True))
    assert said == (
        ef.Wipe(None, paper),
        ef.ConfirmPrinted("v1-1", "free", Outcome.PRINTED, 2, Evidence.PERSON),
    )  # fmt: skip
    assert is_wiped(paper)
    assert isinstance(kiosk.state, st.Collecting)


def test_resident_who_answers_no_gets_staff_and_nothing_is_printed() -> None:
    kiosk = Kiosk()
    reach_printing(kiosk)
    kiosk.send(ended(Outcome.UNKNOWN, done=1))
    assert kiosk.send(ev.PagesConfirmed(False)) == (
        ef.ConfirmPrinted("v1-1", "free", Outcome.UNKNOWN, 1, Evidence.PERSON),
        ef.RecordFault(JOB_UNPROVED, "CheckingPaper"),
        ef.CallHelp("CheckingPaper", JOB_UNPROVED.code),
    )
    assert isinstance(kiosk.state, st.ServiceFailure)
    assert kiosk.send(ev.RetryPressed()) == ()
    assert len(kiosk.of(ef.Print)) == 1


@pytest.mark.parametrize("helped", [False, True], ids=["alone", "beside_the_help_page"])
def test_unknown_outcome_is_recorded_if_the_resident_does_not_answer(helped: bool) -> None:
    kiosk = Kiosk()
    reach_printing(kiosk)
    kiosk.send(ended(Outcome.UNKNOWN))
    if helped:
        kiosk.send(ev.HelpPressed())
    effects = kiosk.wait(320 if helped else 110)
    assert effects[0] == ef.ConfirmPrinted("v1-1", "free", Outcome.UNKNOWN, 0, Evidence.NONE)
    assert isinstance(kiosk.state, st.Ending)


def test_job_that_printed_nothing_can_be_printed_again_after_the_preview() -> None:
    kiosk = Kiosk()
    paper = reach_printing(kiosk)
    kiosk.send(ended(Outcome.QUEUED))
    assert isinstance(kiosk.state, st.ServiceFailure)
    assert not is_wiped(paper)
    assert kiosk.send(ev.RetryPressed()) == ()
    assert isinstance(kiosk.state, st.Previewing)
    again = m.Reprint("v1-1", m.ReprintReason.NOTHING_CAME_OUT)
    assert kiosk.send(ev.PrintPressed()) == (ef.Print("v1-2", "v1", FREE, paper, again),)
