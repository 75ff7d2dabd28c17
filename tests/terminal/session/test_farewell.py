"""The farewell, what a visit leaves behind, and cards and readers that fail before a visit."""

from __future__ import annotations

import pytest

from devices.faults import CARD_LEFT_BEHIND, CARD_MUTE, READER_STUCK
from devices.readers.protocol import CardFailed, CardPresented, CardRemoved, ReaderChanged
from printing.faults import (
    SEAL_BROKEN,
)
from printing.outcome import Evidence, Outcome
from terminal.platform.faults import (
    UNREACHABLE,
)
from terminal.session import effects as ef
from terminal.session import events as ev
from terminal.session import states as st
from tests.terminal.session_world import (
    ASKED,
    DESK,
    LI,
    SAMV,
    UNPLUGGED,
    Kiosk,
    document,
    ended,
    identity,
    person,
    present_card,
    reach_printing,
    station,
)


def ending_after_print(kiosk: Kiosk) -> None:
    """Go on to the farewell, while the printer is still being cleared."""
    reach_printing(kiosk)
    kiosk.send(ended(Outcome.PRINTED), CardRemoved(DESK), ev.DonePressed())
    assert isinstance(kiosk.state, st.Ending)
    assert kiosk.state.clearing


def unlock(kiosk: Kiosk) -> None:
    """Open maintenance with the long press and the PIN."""
    kiosk.send(ev.MaintenancePressed(), ev.PinEntered("1357"), ev.PinChecked(ASKED, True, key="k"))
    assert isinstance(kiosk.state, st.Maintenance)


@pytest.mark.parametrize("how", ["refused", "silent", "silent_beside_help"])
def test_uncleared_printer_blocks_service_until_staff_have_checked(how: str) -> None:
    kiosk = Kiosk()
    ending_after_print(kiosk)
    if how == "refused":
        kiosk.send(ev.PaperCleared(False))
    else:
        if how == "silent_beside_help":
            kiosk.send(ev.HelpPressed())
        kiosk.wait(30)
    assert isinstance(kiosk.state, st.OutOfService)
    assert kiosk.state.fault.code == "PRN-205"
    assert ef.CallHelp("Ending", "PRN-205") in kiosk.done
    # The list is empty, but staff have not checked the output tray.
    kiosk.send(ev.PaperCleared(True))
    assert isinstance(kiosk.state, st.OutOfService)
    present_card(kiosk, "v2", LI)
    assert isinstance(kiosk.state, st.OutOfService)

    unlock(kiosk)
    assert kiosk.send(ev.UnblockPressed()) == (ef.ClearPrinter(tray_checked=True),)
    kiosk.send(ev.PaperCleared(False), ev.MaintenanceClosed())
    assert isinstance(kiosk.state, st.OutOfService)
    unlock(kiosk)
    kiosk.send(ev.UnblockPressed(), ev.PaperCleared(True), ev.MaintenanceClosed())
    assert isinstance(kiosk.state, st.Welcome)


def test_leftover_is_kept_when_the_disk_works_again() -> None:
    kiosk = Kiosk()
    ending_after_print(kiosk)
    kiosk.send(ev.StationBlocked(UNREACHABLE), ev.PaperCleared(False), ev.StationBlocked(None))
    assert isinstance(kiosk.state, st.OutOfService)
    assert kiosk.state.fault.code == "PRN-205"


def test_no_visit_begins_while_pages_of_the_last_one_may_come_out() -> None:
    kiosk = Kiosk()
    ending_after_print(kiosk)
    early = identity(LI)
    kiosk.send(CardPresented(DESK, kiosk.now))
    assert isinstance(kiosk.state, st.Ending)
    assert kiosk.send(ev.CardRead("v2", DESK, early, True)) == (ef.Wipe(early),)
    kiosk.send(CardRemoved(DESK), ev.PaperCleared(True))
    present_card(kiosk, "v3", LI)
    assert isinstance(kiosk.state, st.Consenting)
    assert kiosk.state.visit.id == "v3"


def test_staff_are_called_if_a_card_is_left_behind() -> None:
    kiosk = Kiosk()
    present_card(kiosk)
    kiosk.send(ev.LeavePressed())
    assert kiosk.wait(59) == ()
    assert isinstance(kiosk.state, st.Ending)
    assert kiosk.wait(1) == (
        ef.RecordFault(CARD_LEFT_BEHIND, "Ending"),
        ef.CallHelp("Ending", CARD_LEFT_BEHIND.code),
    )
    assert isinstance(kiosk.state, st.Welcome)


@pytest.mark.parametrize("after_s", [10, 58])
def test_card_removed_in_time_does_not_call_staff(after_s: int) -> None:
    kiosk = Kiosk()
    present_card(kiosk)
    kiosk.send(ev.LeavePressed())
    kiosk.wait(after_s)
    kiosk.send(CardRemoved(DESK))
    assert kiosk.wait(10) == ()
    assert isinstance(kiosk.state, st.Welcome)


def test_next_card_is_accepted_after_the_last_one_is_removed() -> None:
    kiosk = Kiosk()
    present_card(kiosk)
    kiosk.send(ev.LeavePressed())
    kiosk.wait(10)
    kiosk.send(CardRemoved(DESK))
    kiosk.wait(1)
    assert isinstance(kiosk.state, st.Welcome)


def test_late_answers_of_the_last_visit_never_reach_the_next_person() -> None:
    kiosk = Kiosk()
    present_card(kiosk)
    kiosk.send(ev.Consented())
    earlier = kiosk.awaited
    kiosk.send(ev.EndPressed())
    present_card(kiosk, "v2", LI)
    kiosk.send(ev.Consented(), ev.PersonKnown(earlier, person("133****1111")))
    assert isinstance(kiosk.state, st.Recognising)
    kiosk.send(ev.PlatformFailed(earlier, UNREACHABLE))
    assert isinstance(kiosk.state, st.Recognising)
    kiosk.send(ev.PersonKnown(ASKED, person()), ev.ServiceChosen("free"))
    stale = document()
    assert kiosk.send(ev.DocumentReady(earlier, stale)) == (ef.Wipe(None, stale),)
    assert isinstance(kiosk.state, st.Preparing)
    kiosk.send(ev.DocumentRefused(earlier, SEAL_BROKEN))
    assert isinstance(kiosk.state, st.Preparing)
    kiosk.send(ev.DocumentReady(ASKED, document()), ev.PrintPressed())
    # The job of the last visit ends now. It is recorded, and this visit goes on.
    late = kiosk.send(ended(Outcome.UNKNOWN, job="v1-1"))
    assert late == (ef.ConfirmPrinted("v1-1", "", Outcome.UNKNOWN, 0, Evidence.NONE),)
    assert isinstance(kiosk.state, st.Printing)


def test_unreadable_card_is_reported_and_another_can_be_presented() -> None:
    kiosk = Kiosk()
    kiosk.send(CardPresented(DESK, 0.0))
    assert kiosk.send(CardFailed(DESK, CARD_MUTE)) == (ef.RecordFault(CARD_MUTE, "Identifying"),)
    assert isinstance(kiosk.state, st.CardFailure)
    assert kiosk.state.fault is CARD_MUTE
    kiosk.send(CardRemoved(DESK))
    assert isinstance(kiosk.state, st.CardFailure)  # the text stays long enough to be read
    present_card(kiosk)
    assert isinstance(kiosk.state, st.Consenting)


@pytest.mark.parametrize("known", [True, False])
def test_failed_card_counts_as_present_only_on_a_reader_that_reports_presence(
    known: bool,
) -> None:
    kiosk = Kiosk()
    reader = DESK if known else SAMV
    kiosk.send(CardPresented(reader, 0.0), CardFailed(reader, CARD_MUTE, presence_known=known))
    kiosk.wait_until_home(200)
    assert kiosk.state.station.cards_present == ((reader,) if known else ())


def test_read_that_does_not_end_is_a_reader_fault() -> None:
    kiosk = Kiosk()
    kiosk.send(CardPresented(DESK, kiosk.now))
    assert kiosk.wait(15) == (ef.RecordFault(READER_STUCK, "Identifying"),)


def test_terminal_is_out_of_service_while_no_reader_works() -> None:
    kiosk = Kiosk()
    kiosk.send(ReaderChanged(DESK, UNPLUGGED))
    assert isinstance(kiosk.state, st.Welcome)
    kiosk.send(ReaderChanged(SAMV, UNPLUGGED))
    assert isinstance(kiosk.state, st.OutOfService)
    kiosk.send(ReaderChanged(SAMV, station().readers[1][1]))
    assert isinstance(kiosk.state, st.Welcome)


def test_no_card_is_asked_for_without_the_platform() -> None:
    kiosk = Kiosk()
    kiosk.send(ev.PlatformChanged(UNREACHABLE))
    assert isinstance(kiosk.state, st.OutOfService)
    read = present_card(kiosk)
    assert read.wiped
    kiosk.send(ev.PlatformChanged(None))
    assert isinstance(kiosk.state, st.Welcome)
