"""The printer waits or cannot print, so the resident fetches a copy with the phone instead.

The job is cancelled first, and its end is recorded once. If pages may have come out, the document
is printed again only with the permission of staff.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from devices.health import Fault
from devices.readers.protocol import CardRemoved
from printing.faults import COVER_OPEN, JOB_UNPROVED, LEFTOVER_JOB, PAPER_JAM, PAPER_OUT
from printing.outcome import Evidence, Outcome, PrintEnded, PrintProgress
from printing.printer import PrinterChanged
from terminal.session import effects as ef
from terminal.session import events as ev
from terminal.session import model as m
from terminal.session import states as st
from tests.terminal.session_world import (
    ASKED,
    BOTH,
    DESK,
    FREE,
    LI,
    MAINTAINER,
    NO_PAPER,
    READY,
    SAMV,
    STAFF,
    Kiosk,
    document,
    identity,
    link,
    nothing_personal_is_left,
    reach_choosing,
    station,
)

JOB = "v1-1"
NOTHING = PrintEnded(JOB, Outcome.UNKNOWN, 0, 2, Evidence.DEVICE_NONE, PAPER_OUT)
HELD = PrintEnded(JOB, Outcome.QUEUED, 0, 2, Evidence.CANCELLED, PAPER_OUT)
PARTLY = PrintEnded(JOB, Outcome.UNKNOWN, 1, 2, Evidence.DEVICE_PARTLY, PAPER_OUT)
SILENT = PrintEnded(JOB, Outcome.UNKNOWN, 0, 2, Evidence.NONE, JOB_UNPROVED)
ALL = PrintEnded(JOB, Outcome.PRINTED, 2, 2, Evidence.DEVICE_IMPRESSIONS)


def waiting(
    kiosk: Kiosk, item: str = "both", done: int = 1, fault: Fault | None = PAPER_OUT
) -> m.Document:
    """Start a job that waits because of a fault. Return its document."""
    reach_choosing(kiosk)
    paper = document()
    kiosk.send(ev.ServiceChosen(item), ev.DocumentReady(ASKED, paper), ev.PrintPressed())
    kiosk.send(PrintProgress(JOB, Outcome.PRINTING, done, 2, fault))
    assert isinstance(kiosk.state, st.Printing)
    return paper


def stopping(kiosk: Kiosk) -> m.Document:
    """Choose the copy while the job waits. The printer has not answered yet."""
    paper = waiting(kiosk)
    assert kiosk.send(ev.CopyPressed()) == (ef.CancelPrint(JOB),)
    assert isinstance(kiosk.state, st.Printing)
    assert kiosk.state.copying
    return paper


def confirmed(kiosk: Kiosk) -> list[tuple[str, str, int]]:
    """Return job, outcome and pages of each recorded job."""
    return [(done.job, done.outcome, done.pages) for done in kiosk.of(ef.ConfirmPrinted)]


# -- while it waits --------------------------------------------------------------------------------


@pytest.mark.parametrize("fault", [PAPER_OUT, PAPER_JAM, COVER_OPEN], ids=lambda f: f.code)
@pytest.mark.parametrize("end", [NOTHING, HELD, PARTLY, SILENT], ids=lambda e: e.evidence)
def test_job_is_cancelled_and_recorded_before_the_copy_is_requested(
    fault: Fault, end: PrintEnded
) -> None:
    kiosk = Kiosk()
    paper = waiting(kiosk, fault=fault)
    assert kiosk.send(ev.CopyPressed()) == (ef.CancelPrint(JOB),)
    record, ask = kiosk.send(end)
    assert record == ef.ConfirmPrinted(JOB, "both", end.outcome, end.pages_done, end.evidence)
    assert isinstance(kiosk.state, st.Copying)
    assert kiosk.state.document is paper
    assert kiosk.state.asking
    assert ask == ef.AskCopy(*kiosk.asked, paper)
    (kept,) = kiosk.send(ev.CopyReady(ASKED, link(kiosk.now + 60)))
    assert kept == ef.RecordCopy("v1", "both")
    # The printer's list is cleared when the visit ends: pages may still come out.
    assert ef.ClearPrinter() in kiosk.send(ev.DonePressed())
    assert paper.wiped
    assert len(confirmed(kiosk)) == 1
    assert nothing_personal_is_left(kiosk)


def test_pages_that_were_printed_despite_cancelling_are_collected() -> None:
    kiosk = Kiosk()
    paper = stopping(kiosk)
    kiosk.send(ALL)
    assert isinstance(kiosk.state, st.Collecting)
    assert paper.wiped
    assert kiosk.of(ef.AskCopy) == []
    assert confirmed(kiosk) == [(JOB, "printed", 2)]


def test_second_press_changes_nothing_and_the_job_is_still_cancelled() -> None:
    kiosk = Kiosk()
    stopping(kiosk)
    before = kiosk.state
    assert kiosk.send(ev.CopyPressed()) == ()
    assert kiosk.state is before
    kiosk.send(PrintProgress(JOB, Outcome.PRINTING, 1, 2))
    assert kiosk.send(ev.CopyPressed()) == ()
    assert kiosk.of(ef.CancelPrint) == [ef.CancelPrint(JOB)]
    kiosk.send(PARTLY)
    assert isinstance(kiosk.state, st.Copying)


def test_no_copy_is_offered_if_the_item_has_none_or_the_job_goes_on() -> None:
    for item, fault in (("free", PAPER_OUT), ("both", None)):
        kiosk = Kiosk()
        waiting(kiosk, item, fault=fault)
        assert not kiosk.at(st.Printing).may_copy
        assert kiosk.send(ev.CopyPressed()) == ()
        assert isinstance(kiosk.state, st.Printing)
        assert not kiosk.state.stopping


def test_leaving_while_the_job_is_cancelled_does_not_cancel_it_twice() -> None:
    kiosk = Kiosk()
    paper = stopping(kiosk)
    assert kiosk.send(ev.LeavePressed()) == ()
    kiosk.send(ev.CopyPressed(), PARTLY)
    assert isinstance(kiosk.state, st.Ending)
    assert kiosk.state.reason is m.EndReason.LEFT
    assert paper.wiped
    assert kiosk.of(ef.AskCopy) == []
    assert len(kiosk.of(ef.CancelPrint)) == len(confirmed(kiosk)) == 1


@pytest.mark.parametrize("end", [NOTHING, ALL], ids=["nothing", "all"])
def test_another_card_while_the_job_is_cancelled_ends_the_visit(end: PrintEnded) -> None:
    kiosk = Kiosk()
    paper = stopping(kiosk)
    stranger = identity(LI)
    assert kiosk.send(ev.CardRead("v2", SAMV, stranger, False)) == (ef.Wipe(stranger),)
    kiosk.send(end)
    assert isinstance(kiosk.state, st.Ending)
    assert kiosk.state.reason is m.EndReason.OTHER_CARD
    assert paper.wiped
    assert kiosk.of(ef.AskCopy) == []
    assert len(kiosk.of(ef.CancelPrint)) == len(confirmed(kiosk)) == 1


def test_card_can_be_removed_while_the_job_is_cancelled_but_printing_needs_it_again() -> None:
    kiosk = Kiosk()
    stopping(kiosk)
    kiosk.send(CardRemoved(DESK), NOTHING)
    kiosk.at(st.Copying)
    kiosk.send(ev.CopyReady(ASKED, link(kiosk.now + 60)))
    kiosk.send(ev.BackPressed())
    assert isinstance(kiosk.state, st.CardAway)


def test_maintainer_card_while_the_job_is_cancelled_ends_the_visit_and_the_job_is_recorded() -> (
    None
):
    kiosk = Kiosk()
    paper = stopping(kiosk)
    effects = kiosk.send(ev.OperatorCardRead("k", SAMV, MAINTAINER))
    assert isinstance(kiosk.state, st.Maintenance)
    assert ef.EndVisit("v1", m.EndReason.MAINTENANCE) in effects
    assert ef.ClearPrinter() in effects
    assert paper.wiped
    kiosk.send(PARTLY)
    assert len(kiosk.of(ef.CancelPrint)) == len(confirmed(kiosk)) == 1
    # A staff card does nothing: a reprint is decided only when the job has ended.
    other = Kiosk()
    stopping(other)
    assert other.send(ev.OperatorCardRead("k", SAMV, STAFF)) == ()
    assert isinstance(other.state, st.Printing)


def test_printer_that_does_not_answer_ends_the_visit_despite_touches() -> None:
    kiosk = Kiosk()
    paper = stopping(kiosk)
    limit = kiosk.state.station.limits.clear_s
    for _ in range(int(limit) - 1):
        kiosk.now += 1.0
        kiosk.send(ev.Touched(), ev.Tick())
    assert isinstance(kiosk.state, st.Printing)
    kiosk.now += 1.0
    effects = kiosk.send(ev.Touched(), ev.Tick())
    assert isinstance(kiosk.state, st.Ending)
    assert kiosk.state.clearing
    assert ef.ClearPrinter() in effects
    assert paper.wiped
    # The printer answers late: the end is recorded once, and not shown.
    kiosk.send(PARTLY)
    assert confirmed(kiosk) == [(JOB, "unknown", 1)]
    assert isinstance(kiosk.state, st.Ending)


def test_cancelling_for_the_phone_goes_on_behind_the_help_page() -> None:
    kiosk = Kiosk()
    stopping(kiosk)
    kiosk.send(ev.HelpPressed(), PARTLY)
    assert isinstance(kiosk.state, st.Assisted)
    assert isinstance(kiosk.state.before, st.Copying)
    assert len(kiosk.of(ef.AskCopy)) == 1


# -- and paper after all ---------------------------------------------------------------------------


@pytest.mark.parametrize("end", [NOTHING, HELD], ids=["counted_none", "never_released"])
def test_document_can_be_printed_if_no_page_came_out(end: PrintEnded) -> None:
    kiosk = Kiosk()
    paper = stopping(kiosk)
    kiosk.send(end, ev.BackPressed())
    assert isinstance(kiosk.state, st.Previewing)
    (again,) = kiosk.send(ev.PrintPressed())
    right = m.Reprint(JOB, m.ReprintReason.NOTHING_CAME_OUT)
    assert again == ef.Print("v1-2", "v1", BOTH, paper, right)


@pytest.mark.parametrize(("end", "pages"), [(PARTLY, 1), (SILENT, 0)], ids=["partly", "unknown"])
def test_only_staff_can_reprint_pages_that_may_have_come_out(end: PrintEnded, pages: int) -> None:
    kiosk = Kiosk()
    paper = stopping(kiosk)
    kiosk.send(end, ev.BackPressed())
    assert isinstance(kiosk.state, st.Previewing)
    effects = kiosk.send(ev.PrintPressed())
    assert isinstance(kiosk.state, st.ServiceFailure)
    assert kiosk.state.retry is m.Retry.STAFF
    assert kiosk.state.pages_done == pages
    assert [type(effect) for effect in effects] == [ef.RecordFault, ef.CallHelp]
    assert kiosk.send(ev.RetryPressed()) == ()
    (again,) = kiosk.send(ev.OperatorCardRead("k", SAMV, STAFF))
    right = m.Reprint(JOB, m.ReprintReason.STAFF, STAFF.serial)
    assert again == ef.Print("v1-2", "v1", BOTH, paper, right)
    # The second job waits too, and a page comes out before it is cancelled.
    kiosk.send(PrintProgress("v1-2", Outcome.PRINTING, 0, 2, PAPER_OUT), ev.CopyPressed())
    kiosk.send(replace(PARTLY, job="v1-2"), ev.BackPressed(), ev.PrintPressed())
    assert isinstance(kiosk.state, st.ServiceFailure)
    assert [record[0] for record in confirmed(kiosk)] == [JOB, "v1-2"]


@pytest.mark.parametrize("phone", [False, True], ids=["ended", "stopped_for_the_phone"])
def test_reprint_that_printed_nothing_needs_no_second_permission(phone: bool) -> None:
    kiosk = Kiosk()
    paper = stopping(kiosk)
    kiosk.send(PARTLY, ev.BackPressed(), ev.PrintPressed())
    kiosk.send(ev.OperatorCardRead("k", SAMV, STAFF))
    nothing = replace(NOTHING, job="v1-2")
    if phone:
        kiosk.send(PrintProgress("v1-2", Outcome.PRINTING, 0, 2, PAPER_OUT), ev.CopyPressed())
        kiosk.send(nothing, ev.BackPressed())
    else:
        kiosk.send(nothing, ev.RetryPressed())
    assert isinstance(kiosk.state, st.Previewing)
    (again,) = kiosk.send(ev.PrintPressed())
    right = m.Reprint("v1-2", m.ReprintReason.NOTHING_CAME_OUT)
    assert again == ef.Print("v1-3", "v1", BOTH, paper, right)


# -- a printer that cannot print at all ------------------------------------------------------------


def test_item_with_a_copy_can_be_chosen_without_paper() -> None:
    kiosk = Kiosk(station(printer=NO_PAPER))
    at = kiosk.state.station
    assert at.unavailable(BOTH) is None
    assert at.unprintable(BOTH) == at.unavailable(FREE) == PAPER_OUT
    reach_choosing(kiosk)
    assert kiosk.send(ev.ServiceChosen("free")) == ()
    paper = document()
    kiosk.send(ev.ServiceChosen("both"), ev.DocumentReady(ASKED, paper))
    # A late touch of "print" shows the fault. "Retry" leads back to the preview.
    kiosk.send(ev.PrintPressed())
    assert isinstance(kiosk.state, st.ServiceFailure)
    assert kiosk.state.fault == PAPER_OUT
    kiosk.send(ev.RetryPressed())
    assert kiosk.send(ev.CopyPressed()) == (ef.AskCopy(*kiosk.asked, paper),)
    kiosk.send(ev.CopyReady(ASKED, link(kiosk.now + 60)))
    # Paper has been refilled and nothing was printed before, so printing is permitted.
    kiosk.send(PrinterChanged(READY), ev.BackPressed())
    assert kiosk.send(ev.PrintPressed()) == (ef.Print("v1-1", "v1", BOTH, paper),)


def test_copy_is_not_offered_while_the_terminal_is_blocked() -> None:
    down = station(printer=NO_PAPER)
    assert replace(down, blocked=LEFTOVER_JOB).unavailable(BOTH) == LEFTOVER_JOB
    closed = replace(BOTH, closed=PAPER_JAM)
    assert down.unavailable(closed) == PAPER_JAM
