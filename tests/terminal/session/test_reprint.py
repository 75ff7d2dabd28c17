"""Reprints: only if it is proved that no page came out, or with a staff card each time."""

from __future__ import annotations

import pytest

from devices.readers.protocol import CardPresented, CardRemoved
from printing.faults import JOB_ABORTED, JOB_UNPROVED, PAPER_OUT
from printing.outcome import Evidence, Outcome, PrintEnded
from printing.printer import PrinterChanged
from terminal.session import effects as ef
from terminal.session import events as ev
from terminal.session import model as m
from terminal.session import states as st
from tests.terminal.session_world import (
    ASKED,
    DESK,
    FREE,
    LI,
    NO_PAPER,
    READY,
    SAMV,
    STAFF,
    Kiosk,
    document,
    ended,
    identity,
    nothing_personal_is_left,
    reach_choosing,
    reach_printing,
)

STAFF_CARD_READ = ev.OperatorCardRead("0a", SAMV, STAFF)


def over(
    evidence: Evidence, done: int = 0, job: str = "v1-1", outcome: Outcome = Outcome.UNKNOWN
) -> PrintEnded:
    """Return the end of a two-page job that ended early."""
    return PrintEnded(job, outcome, done, 2, evidence, JOB_ABORTED)


def by_staff(of: str) -> m.Reprint:
    """Return the permission that a staff card gives."""
    return m.Reprint(of, m.ReprintReason.STAFF, STAFF.serial)


def waiting_for_staff(kiosk: Kiosk) -> m.Document:
    """Let one of two pages come out, so that the page waits for a staff card."""
    paper = reach_printing(kiosk)
    kiosk.send(over(Evidence.DEVICE_PARTLY, 1))
    assert isinstance(kiosk.state, st.ServiceFailure)
    assert kiosk.state.retry is m.Retry.STAFF
    return paper


@pytest.mark.parametrize(
    "end",
    [over(Evidence.DEVICE_NONE), over(Evidence.CANCELLED, outcome=Outcome.QUEUED)],
    ids=["device_none", "never_released"],
)
def test_document_is_offered_again_without_a_question_if_no_page_came_out(
    end: PrintEnded,
) -> None:
    kiosk = Kiosk()
    paper = reach_printing(kiosk)
    assert [type(e) for e in kiosk.send(end)] == [ef.ConfirmPrinted, ef.RecordFault]
    assert isinstance(kiosk.state, st.ServiceFailure)
    assert kiosk.state.retry is m.Retry.PREVIEW
    kiosk.send(ev.RetryPressed())
    again = m.Reprint("v1-1", m.ReprintReason.NOTHING_CAME_OUT)
    assert kiosk.send(ev.PrintPressed()) == (ef.Print("v1-2", "v1", FREE, paper, again),)


def test_permission_to_reprint_is_kept_after_another_service_is_chosen() -> None:
    kiosk = Kiosk()
    reach_printing(kiosk)
    kiosk.send(over(Evidence.DEVICE_NONE), ev.RetryPressed(), ev.BackPressed())
    same = document()
    kiosk.send(ev.ServiceChosen("free"), ev.DocumentReady(ASKED, same))
    (printed,) = kiosk.send(ev.PrintPressed())
    assert isinstance(printed, ef.Print)
    assert printed.reprint == m.Reprint("v1-1", m.ReprintReason.NOTHING_CAME_OUT)


def test_unprinted_document_of_an_earlier_visit_is_a_reprint_of_its_job() -> None:
    kiosk = Kiosk()
    reach_choosing(kiosk)
    paper = document(last_job="v0-3")
    kiosk.send(ev.ServiceChosen("free"), ev.DocumentReady(ASKED, paper))
    (printed,) = kiosk.send(ev.PrintPressed())
    assert isinstance(printed, ef.Print)
    assert printed.reprint == m.Reprint("v0-3", m.ReprintReason.NOTHING_CAME_OUT)


def test_partly_printed_document_calls_staff_and_shows_the_page_count() -> None:
    kiosk = Kiosk()
    paper = reach_printing(kiosk)
    effects = kiosk.send(over(Evidence.DEVICE_PARTLY, 1))
    assert effects == (
        ef.ConfirmPrinted("v1-1", "free", Outcome.UNKNOWN, 1, Evidence.DEVICE_PARTLY),
        ef.RecordFault(JOB_ABORTED, "Printing"),
        ef.CallHelp("Printing", JOB_ABORTED.code),
    )
    assert isinstance(kiosk.state, st.ServiceFailure)
    assert kiosk.state.pages_done == 1
    assert kiosk.send(ev.RetryPressed()) == ()  # the resident cannot print it again
    assert kiosk.of(ef.Print) == [ef.Print("v1-1", "v1", FREE, paper)]


@pytest.mark.parametrize("done", [0, 2], ids=["none_counted", "all_counted"])
def test_resident_is_asked_if_the_page_count_proves_nothing(done: int) -> None:
    kiosk = Kiosk()
    reach_printing(kiosk)
    kiosk.send(over(Evidence.DEVICE_PARTLY, done))
    assert isinstance(kiosk.state, st.CheckingPaper)


def test_staff_card_permits_exactly_one_reprint_of_the_same_bytes() -> None:
    kiosk = Kiosk()
    paper = waiting_for_staff(kiosk)
    assert kiosk.send(STAFF_CARD_READ) == (ef.Print("v1-2", "v1", FREE, paper, by_staff("v1-1")),)
    assert isinstance(kiosk.state, st.Printing)
    assert not paper.wiped
    assert kiosk.send(STAFF_CARD_READ) == ()  # a card permits nothing during a job
    kiosk.send(over(Evidence.DEVICE_PARTLY, 1, "v1-2"))
    assert isinstance(kiosk.state, st.ServiceFailure)
    kiosk.wait(5)
    assert len(kiosk.of(ef.Print)) == 2
    assert kiosk.send(STAFF_CARD_READ) == (ef.Print("v1-3", "v1", FREE, paper, by_staff("v1-2")),)
    kiosk.send(ended(Outcome.PRINTED, job="v1-3"))
    assert isinstance(kiosk.state, st.Collecting)
    assert paper.wiped


def test_staff_can_reprint_after_the_resident_answers_no() -> None:
    kiosk = Kiosk()
    paper = reach_printing(kiosk)
    kiosk.send(over(Evidence.NONE))
    assert isinstance(kiosk.state, st.CheckingPaper)
    assert kiosk.send(STAFF_CARD_READ) == ()  # the resident is asked first
    kiosk.send(ev.PagesConfirmed(False))
    assert isinstance(kiosk.state, st.ServiceFailure)
    assert kiosk.state.fault is JOB_UNPROVED
    assert kiosk.send(STAFF_CARD_READ) == (ef.Print("v1-2", "v1", FREE, paper, by_staff("v1-1")),)


def test_staff_card_must_be_presented_again_if_the_printer_was_not_ready() -> None:
    kiosk = Kiosk()
    waiting_for_staff(kiosk)
    kiosk.send(PrinterChanged(NO_PAPER))
    assert kiosk.send(STAFF_CARD_READ) == (ef.RecordFault(PAPER_OUT, "Trouble"),)
    assert isinstance(kiosk.state, st.ServiceFailure)
    assert kiosk.state.fault is PAPER_OUT
    kiosk.send(PrinterChanged(READY))
    assert isinstance(
        kiosk.state, st.ServiceFailure
    )  # a printer that works again prints nothing by itself
    assert [type(e) for e in kiosk.send(STAFF_CARD_READ)] == [ef.Print]


def test_card_of_the_resident_can_be_removed_for_the_staff_card() -> None:
    kiosk = Kiosk()
    waiting_for_staff(kiosk)
    kiosk.send(CardRemoved(DESK))
    assert isinstance(kiosk.state, st.ServiceFailure)
    kiosk.send(CardPresented(DESK, 0.0), ev.OperatorCardRead("0a", DESK, STAFF), CardRemoved(DESK))
    assert isinstance(kiosk.state, st.Printing)


def test_another_card_while_waiting_for_staff_ends_the_visit() -> None:
    kiosk = Kiosk()
    paper = waiting_for_staff(kiosk)
    kiosk.send(ev.CardRead("v2", DESK, identity(LI), True))
    assert isinstance(kiosk.state, st.Ending)
    assert paper.wiped
    assert nothing_personal_is_left(kiosk)
    kiosk.send(STAFF_CARD_READ)
    assert len(kiosk.of(ef.Print)) == 1


@pytest.mark.parametrize("way", ["leaves", "time_limit", "beside_help"])
def test_document_is_wiped_with_the_visit_if_no_staff_come(way: str) -> None:
    kiosk = Kiosk()
    paper = waiting_for_staff(kiosk)
    if way == "leaves":
        kiosk.send(ev.LeavePressed())
    elif way == "time_limit":
        kiosk.wait(319)
        assert isinstance(kiosk.state, st.ServiceFailure)
        kiosk.wait(1)
    else:
        kiosk.send(ev.HelpPressed())
        kiosk.wait(330)
    assert isinstance(kiosk.state, st.Ending)
    assert paper.wiped
    kiosk.send(ev.PaperCleared(True), STAFF_CARD_READ)
    assert len(kiosk.of(ef.Print)) == 1


def test_staff_can_reprint_from_the_help_page() -> None:
    kiosk = Kiosk()
    waiting_for_staff(kiosk)
    kiosk.send(ev.HelpPressed())
    assert [type(e) for e in kiosk.send(STAFF_CARD_READ)] == [ef.Print]
    assert isinstance(kiosk.state, st.Printing)
