"""Pages of an earlier visit that only the printer reports.

After a restart the terminal itself has no record of them. While they may come out, no resident may
stand at the terminal, so no copy for the phone is offered either.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from devices.readers.protocol import CardRemoved
from printing.faults import LEFTOVER_JOB, PAPER_OUT
from printing.outcome import Evidence, Outcome, PrintEnded, PrintProgress
from printing.printer import PrinterChanged
from terminal.platform.faults import UNREACHABLE
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
    NO_PAPER,
    READY,
    Kiosk,
    document,
    present_card,
    reach_choosing,
    station,
)

KEPT = LEFTOVER_JOB.with_detail("the device keeps a job")
KEEPS = replace(READY, faults=(KEPT,))


def test_leftover_pages_stop_the_copy_for_the_phone_too() -> None:
    kiosk = Kiosk()
    reach_choosing(kiosk)
    kiosk.send(PrinterChanged(KEEPS))
    assert kiosk.state.station.unavailable(BOTH) == KEPT
    assert kiosk.send(ev.ServiceChosen("both")) == ()
    assert isinstance(kiosk.state, st.Choosing)
    kiosk.send(
        PrinterChanged(NO_PAPER)
    )  # staff removed the pages; the missing paper is another fault
    assert kiosk.state.station.unavailable(BOTH) is None
    kiosk.send(ev.ServiceChosen("both"))
    assert isinstance(kiosk.state, st.Preparing)


def test_leftover_pages_of_any_printer_stop_service() -> None:
    kiosk = Kiosk(station(printers=(("pages", READY), ("cards", READY))))
    kiosk.send(PrinterChanged(KEEPS, "cards"), PrinterChanged(NO_PAPER, "pages"))
    assert kiosk.state.station.unavailable(BOTH) == KEPT
    kiosk.send(PrinterChanged(READY, "cards"))
    assert kiosk.state.station.unavailable(BOTH) is None


def test_items_without_a_printer_stay_available_despite_leftover_pages() -> None:
    kiosk = Kiosk()
    kiosk.send(PrinterChanged(KEEPS))
    assert kiosk.state.station.unavailable(replace(BOTH, devices=())) is None


def stopped() -> Kiosk:
    """Return a kiosk whose resident chose the copy; the printer still holds the cancelled job."""
    kiosk = Kiosk()
    reach_choosing(kiosk)
    paper = document()
    kiosk.send(ev.ServiceChosen("both"), ev.DocumentReady(ASKED, paper), ev.PrintPressed())
    kiosk.send(PrintProgress("v1-1", Outcome.PRINTING, 0, 2, PAPER_OUT), ev.CopyPressed())
    kiosk.send(PrinterChanged(replace(NO_PAPER, faults=(KEPT, PAPER_OUT))))
    kiosk.send(PrintEnded("v1-1", Outcome.UNKNOWN, 0, 2, Evidence.DEVICE_NONE, PAPER_OUT))
    assert isinstance(kiosk.state, st.Copying)
    return kiosk


def test_own_cancelled_job_does_not_stop_another_copy() -> None:
    kiosk = stopped()
    kiosk.send(ev.HelpPressed(), PrinterChanged(replace(KEEPS, sheets_left=3)), ev.HelpDismissed())
    kiosk.send(ev.BackPressed(), ev.BackPressed())
    assert isinstance(kiosk.state, st.Choosing)
    at = kiosk.state.station
    assert (at.unavailable(BOTH), at.unavailable(FREE)) == (None, KEPT)
    assert isinstance(kiosk.send(ev.ServiceChosen("both"))[0], ef.AskIssue)


def test_cancelled_job_of_the_last_visit_stops_the_next_one() -> None:
    kiosk = stopped()
    kiosk.send(ev.LeavePressed())
    assert isinstance(kiosk.state, st.Ending)
    kiosk.send(ev.PaperCleared(False))
    assert isinstance(kiosk.state, st.OutOfService)
    assert kiosk.state.station.unavailable(BOTH) == LEFTOVER_JOB


def test_pages_of_an_earlier_visit_still_block_after_this_visit_prints() -> None:
    """The pages were reported before this visit printed, by another printer."""
    kiosk = Kiosk(station(printers=(("pages", READY), ("cards", READY))))
    reach_choosing(kiosk)
    kiosk.send(ev.ServiceChosen("free"), ev.DocumentReady(ASKED, document()))
    kiosk.send(PrinterChanged(KEEPS, "cards"), ev.PrintPressed())
    assert isinstance(kiosk.state, st.Printing)
    kiosk.send(PrinterChanged(replace(READY, sheets_left=9), "pages"))
    assert kiosk.state.station.unavailable(BOTH) == KEPT
    kiosk.send(PrinterChanged(READY, "cards"))
    assert kiosk.state.station.unavailable(BOTH) is None


@pytest.mark.parametrize("how", ["leaves", "card", "time_limit"])
def test_leftover_pages_found_during_a_visit_call_staff_at_its_end(how: str) -> None:
    kiosk = Kiosk()
    present_card(kiosk)
    kiosk.send(PrinterChanged(KEEPS), PrinterChanged(replace(KEEPS, sheets_left=9)))
    assert kiosk.of(ef.CallHelp) == []
    match how:
        case "leaves":
            kiosk.send(ev.LeavePressed(), CardRemoved(DESK))
        case "card":
            kiosk.send(CardRemoved(DESK))
    kiosk.wait_until_home(300)
    assert isinstance(kiosk.state, st.OutOfService)
    assert kiosk.of(ef.RecordFault)[0] == ef.RecordFault(KEPT, "Consenting")
    assert kiosk.of(ef.CallHelp)[0] == ef.CallHelp("Consenting", LEFTOVER_JOB.code)
    kiosk.send(PrinterChanged(KEEPS))
    assert [call.fault for call in kiosk.of(ef.CallHelp)].count(LEFTOVER_JOB.code) == 1


def test_test_page_left_in_the_printer_calls_staff() -> None:
    kiosk = Kiosk()
    kiosk.send(ev.MaintenancePressed(), ev.PinEntered("1357"), ev.PinChecked(ASKED, True, key="k"))
    kiosk.send(ev.TestPagePressed(), PrintProgress("k-1", Outcome.PRINTING, 0, 1, PAPER_OUT))
    kiosk.wait(m.Limits().maintenance_s, 10.0)
    assert kiosk.of(ef.ClearPrinter) == [ef.ClearPrinter()]
    kiosk.send(ev.PaperCleared(False))
    assert isinstance(kiosk.state, st.OutOfService)
    assert kiosk.of(ef.RecordFault) == [ef.RecordFault(LEFTOVER_JOB, "Ending")]
    assert kiosk.of(ef.CallHelp) == [ef.CallHelp("Ending", LEFTOVER_JOB.code)]


def call_for_staff(page: str) -> ef.CallHelp:
    return ef.CallHelp(page, LEFTOVER_JOB.code)


def test_after_a_start_leftover_pages_block_service_until_staff_have_checked() -> None:
    kiosk = Kiosk()
    assert call_for_staff("Welcome") in kiosk.send(PrinterChanged(KEEPS))
    assert isinstance(kiosk.state, st.OutOfService)
    assert LEFTOVER_JOB.same_as(kiosk.state.fault)
    leftover = replace(READY, faults=(LEFTOVER_JOB.with_detail("pages may be in the tray"),))
    assert kiosk.send(PrinterChanged(leftover)) == ()  # staff are called once
    present_card(kiosk, "v2", LI)
    assert isinstance(kiosk.state, st.OutOfService)

    kiosk.send(ev.MaintenancePressed(), ev.PinEntered("1357"), ev.PinChecked(ASKED, True, key="k"))
    assert isinstance(kiosk.state, st.Maintenance)
    assert kiosk.send(ev.UnblockPressed()) == (ef.ClearPrinter(tray_checked=True),)
    kiosk.send(PrinterChanged(READY), ev.PaperCleared(True), ev.MaintenanceClosed())
    assert isinstance(kiosk.state, st.Welcome)


def test_service_resumes_if_the_printer_drops_the_job() -> None:
    kiosk = Kiosk()
    kiosk.send(PrinterChanged(KEEPS))
    assert isinstance(kiosk.state, st.OutOfService)
    assert kiosk.send(PrinterChanged(READY)) == ()
    assert isinstance(kiosk.state, st.Welcome)


def test_leftover_pages_call_staff_during_another_outage() -> None:
    kiosk = Kiosk(station(platform=UNREACHABLE))
    assert isinstance(kiosk.state, st.OutOfService)
    assert call_for_staff("OutOfService") in kiosk.send(PrinterChanged(KEEPS))
    assert LEFTOVER_JOB.same_as(kiosk.state.fault)
    assert kiosk.send(PrinterChanged(NO_PAPER)) == ()
    assert kiosk.state.fault == UNREACHABLE
