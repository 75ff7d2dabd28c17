"""The platform fails during a visit, and what can be retried."""

from __future__ import annotations

import pytest

from devices.health import Fault
from devices.identity import Assurance
from devices.readers.protocol import CardRemoved
from printing.faults import (
    PAPER_OUT,
    PRINTER_UNREACHABLE,
    SEAL_BROKEN,
)
from terminal.platform.faults import (
    PERSON_UNKNOWN,
    QUOTA_SPENT,
    TIMED_OUT,
    UNREACHABLE,
)
from terminal.session import effects as ef
from terminal.session import events as ev
from terminal.session import model as m
from terminal.session import states as st
from tests.terminal.session_world import (
    ASKED,
    CODED,
    DESK,
    FREE,
    NO_PAPER,
    PHONE,
    Kiosk,
    asked_for_code,
    back_to_choice,
    document,
    person,
    present_card,
    reach_choosing,
    station,
)


def test_failed_identification_can_be_retried() -> None:
    kiosk = Kiosk()
    present_card(kiosk)
    kiosk.send(ev.Consented())
    effects = kiosk.send(ev.PlatformFailed(ASKED, TIMED_OUT))
    assert effects == (ef.RecordFault(TIMED_OUT, "Recognising"),)
    assert isinstance(kiosk.state, st.ServiceFailure)
    assert kiosk.send(ev.RetryPressed()) == (ef.AskIdentify(*kiosk.asked),)
    kiosk.send(ev.PersonKnown(ASKED, person()))
    assert isinstance(kiosk.state, st.Choosing)


@pytest.mark.parametrize(("chosen", "fault"), [("free", QUOTA_SPENT), (None, PERSON_UNKNOWN)])
def test_retry_is_not_offered_if_it_cannot_help(chosen: str | None, fault: Fault) -> None:
    kiosk = Kiosk()
    present_card(kiosk)
    kiosk.send(ev.Consented())
    if chosen:
        kiosk.send(ev.PersonKnown(ASKED, person()), ev.ServiceChosen(chosen))
    kiosk.send(ev.PlatformFailed(ASKED, fault))
    assert isinstance(kiosk.state, st.ServiceFailure)
    assert kiosk.state.retry is m.Retry.NONE
    assert kiosk.send(ev.RetryPressed()) == ()
    kiosk.send(CardRemoved(DESK))  # nothing can be retried
    assert isinstance(kiosk.state, st.Ending)


def test_failed_sending_of_the_code_can_be_retried() -> None:
    kiosk = Kiosk()
    reach_choosing(kiosk)
    kiosk.send(ev.ServiceChosen("coded"))
    kiosk.send(ev.PlatformFailed(ASKED, UNREACHABLE))
    assert isinstance(kiosk.state, st.ServiceFailure)
    assert kiosk.send(ev.RetryPressed()) == (ef.AskCode(*kiosk.asked),)
    kiosk.send(ev.CodeSent(ASKED, PHONE))
    assert kiosk.at(st.Proving).item == CODED


def test_failed_check_of_the_code_does_not_count_as_a_try() -> None:
    kiosk = Kiosk()
    asked_for_code(kiosk)
    kiosk.send(ev.CodeEntered("123456"))
    effects = kiosk.send(ev.PlatformFailed(ASKED, UNREACHABLE))
    assert effects == (ef.RecordFault(UNREACHABLE, "Proving"),)
    assert kiosk.at(st.Proving).proof is st.Proof.ENTERING
    assert kiosk.at(st.Proving).tries_left == 3
    assert len(kiosk.send(ev.CodeEntered("123456"))) == 1


def test_staff_can_enter_again_after_a_failed_check() -> None:
    kiosk = Kiosk()
    asked_for_code(kiosk)
    kiosk.send(ev.StaffPressed(), ev.StaffEntered("8001", "2468"))
    kiosk.send(ev.PlatformFailed(ASKED, UNREACHABLE))
    assert kiosk.at(st.Proving).proof is st.Proof.STAFF
    assert len(kiosk.send(ev.StaffEntered("8001", "2468"))) == 1


def test_failed_issue_can_be_retried() -> None:
    kiosk = Kiosk()
    reach_choosing(kiosk)
    kiosk.send(ev.ServiceChosen("free"))
    kiosk.send(ev.PlatformFailed(ASKED, TIMED_OUT))
    assert isinstance(kiosk.state, st.ServiceFailure)
    assert kiosk.send(ev.RetryPressed()) == (ef.AskIssue(*kiosk.asked, FREE),)


def test_failure_of_an_earlier_request_is_ignored() -> None:
    kiosk = Kiosk()
    reach_choosing(kiosk)
    kiosk.send(ev.ServiceChosen("free"))
    earlier = kiosk.awaited
    back_to_choice(kiosk)
    kiosk.send(ev.ServiceChosen("coded"))
    assert kiosk.send(ev.PlatformFailed(earlier, TIMED_OUT)) == ()
    assert isinstance(kiosk.state, st.Proving)


def test_refused_document_is_neither_shown_nor_printed() -> None:
    kiosk = Kiosk()
    reach_choosing(kiosk)
    kiosk.send(ev.ServiceChosen("free"))
    effects = kiosk.send(ev.DocumentRefused(ASKED, SEAL_BROKEN))
    assert effects == (ef.RecordFault(SEAL_BROKEN, "Preparing"),)
    assert kiosk.at(st.ServiceFailure).document is None
    assert kiosk.send(ev.PrintPressed()) == ()


def test_a_document_that_cannot_be_shown_is_not_printed() -> None:
    kiosk = Kiosk()
    reach_choosing(kiosk)
    kiosk.send(ev.ServiceChosen("free"))
    issued = kiosk.awaited
    shown = document()
    kiosk.send(ev.DocumentReady(ASKED, shown))
    assert kiosk.send(ev.PageNotShown(issued, SEAL_BROKEN)) == ()  # the number of another request
    kiosk.at(st.Previewing)
    effects = kiosk.send(ev.PageNotShown(ASKED, SEAL_BROKEN))
    assert effects == (ef.Wipe(None, shown), ef.RecordFault(SEAL_BROKEN, "Previewing"))
    assert kiosk.at(st.ServiceFailure).document is None
    assert kiosk.send(ev.PrintPressed()) == ()
    assert kiosk.send(ev.RetryPressed()) == (ef.AskIssue(*kiosk.asked, FREE),)


def test_late_document_is_not_shown_for_another_service() -> None:
    kiosk = Kiosk()
    read = reach_choosing(kiosk)
    assert read.assurance is Assurance.CARD_FREE
    kiosk.send(ev.ServiceChosen("free"))
    earlier = kiosk.awaited
    back_to_choice(kiosk)
    kiosk.send(ev.ServiceChosen("coded"))
    kiosk.send(ev.CodeSent(ASKED, PHONE), ev.CodeEntered("1"), ev.CodeChecked(ASKED, True, 0))
    first, second = document(), document()
    assert kiosk.send(ev.DocumentReady(earlier, first)) == (ef.Wipe(None, first),)
    assert isinstance(kiosk.state, st.Preparing)
    kiosk.send(ev.DocumentReady(ASKED, second))
    assert isinstance(kiosk.state, st.Previewing)
    assert kiosk.state.document is second


def test_unavailable_service_cannot_be_started() -> None:
    kiosk = Kiosk(station(printer=NO_PAPER))
    reach_choosing(kiosk)
    assert kiosk.send(ev.ServiceChosen("free")) == ()
    assert isinstance(kiosk.state, st.Choosing)
    assert kiosk.state.station.unavailable(FREE) == PAPER_OUT


def test_printer_without_a_status_is_not_ready() -> None:
    assert station(printer=m.PRINTER_UNASKED).unavailable(FREE) == PRINTER_UNREACHABLE
