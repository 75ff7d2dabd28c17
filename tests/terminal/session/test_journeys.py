"""Whole visits, step by step: each test follows one resident."""

from __future__ import annotations

from devices.readers.protocol import CardPresented, CardRemoved
from printing.outcome import Evidence, Outcome, PrintProgress
from terminal.session import effects as ef
from terminal.session import events as ev
from terminal.session import model as m
from terminal.session import states as st
from tests.terminal.session_world import (
    ASKED,
    DESK,
    FREE,
    LI,
    Kiosk,
    document,
    ended,
    identity,
    is_wiped,
    nothing_personal_is_left,
    person,
    present_card,
    reach_preview,
    reach_printing,
)


def test_resident_prints_a_document_from_card_to_farewell() -> None:
    kiosk = Kiosk()
    read, paper = identity(), document(2)
    assert isinstance(kiosk.state, st.Welcome)

    assert kiosk.send(CardPresented(DESK, kiosk.now)) == ()
    assert isinstance(kiosk.state, st.Identifying)
    assert kiosk.send(ev.CardRead("v1", DESK, read, True)) == ()
    assert isinstance(kiosk.state, st.Consenting)
    assert kiosk.state.visit == m.Visit("v1", read, DESK, m.Presence.PRESENT, began=kiosk.now)

    assert kiosk.send(ev.Consented()) == (ef.AskIdentify(*kiosk.asked),)
    assert isinstance(kiosk.state, st.Recognising)
    known = person()
    assert kiosk.send(ev.PersonKnown(ASKED, known)) == ()
    assert isinstance(kiosk.state, st.Choosing)
    assert kiosk.state.visit.person is known

    assert kiosk.send(ev.ServiceChosen("free")) == (ef.AskIssue(*kiosk.asked, FREE),)
    assert isinstance(kiosk.state, st.Preparing)
    assert kiosk.send(ev.DocumentReady(ASKED, paper)) == ()
    assert isinstance(kiosk.state, st.Previewing)
    assert kiosk.state.document is paper

    assert kiosk.send(ev.PrintPressed()) == (ef.Print("v1-1", "v1", FREE, paper),)
    assert isinstance(kiosk.state, st.Printing)
    assert kiosk.state.progress == PrintProgress("v1-1", Outcome.QUEUED, 0, 2)
    counted = PrintProgress("v1-1", Outcome.PRINTING, 1, 2)
    assert kiosk.send(counted) == ()
    assert kiosk.state.progress is counted

    assert kiosk.send(ended(Outcome.PRINTED)) == (
        ef.Wipe(None, paper),
        ef.ConfirmPrinted("v1-1", "free", Outcome.PRINTED, 2, Evidence.DEVICE_IMPRESSIONS),
    )
    assert isinstance(kiosk.state, st.Collecting)
    assert kiosk.state.pages == 2
    assert is_wiped(paper)
    assert not is_wiped(read)

    assert kiosk.send(CardRemoved(DESK)) == ()
    assert kiosk.send(ev.DonePressed()) == (
        ef.Wipe(read, None),
        ef.EndVisit("v1", m.EndReason.DONE),
        ef.ClearPrinter(),
    )
    assert isinstance(kiosk.state, st.Ending)
    assert is_wiped(read)
    assert nothing_personal_is_left(kiosk)
    assert kiosk.send(ev.PaperCleared(True)) == ()
    kiosk.wait(4)
    assert isinstance(kiosk.state, st.Welcome)


def test_visit_without_printing_does_not_use_the_printer() -> None:
    kiosk = Kiosk()
    paper = reach_preview(kiosk)
    effects = kiosk.send(ev.LeavePressed())
    assert [type(effect) for effect in effects] == [ef.Wipe, ef.EndVisit]
    assert paper.wiped
    assert kiosk.of(ef.Print) == []


def test_second_job_of_a_visit_has_another_name() -> None:
    kiosk = Kiosk()
    reach_printing(kiosk)
    kiosk.send(ended(Outcome.PRINTED), ev.MorePressed())
    assert isinstance(kiosk.state, st.Choosing)
    kiosk.send(ev.ServiceChosen("free"), ev.DocumentReady(ASKED, document()))
    (printed,) = kiosk.send(ev.PrintPressed())
    assert isinstance(printed, ef.Print)
    assert printed.job == "v1-2"


def test_no_further_service_after_the_card_is_removed() -> None:
    kiosk = Kiosk()
    reach_printing(kiosk)
    kiosk.send(ended(Outcome.PRINTED), CardRemoved(DESK), ev.MorePressed())
    assert isinstance(kiosk.state, st.Collecting)


def test_print_pressed_twice_prints_once() -> None:
    kiosk = Kiosk()
    reach_preview(kiosk)
    kiosk.send(ev.PrintPressed(), ev.PrintPressed())
    assert len(kiosk.of(ef.Print)) == 1


def test_back_from_the_preview_wipes_the_document() -> None:
    kiosk = Kiosk()
    paper = reach_preview(kiosk)
    assert kiosk.send(ev.BackPressed()) == (ef.Wipe(None, paper),)
    assert isinstance(kiosk.state, st.Choosing)


def test_next_visit_starts_with_the_default_look() -> None:
    kiosk = Kiosk()
    kiosk.send(ev.ModeChosen(m.Mode.ELDER), ev.LanguageChosen(m.Language.EN), ev.VoiceChosen(True))
    present_card(kiosk)
    chosen = m.Look(m.Mode.ELDER, m.Language.EN, True)
    assert kiosk.state.look == chosen
    kiosk.send(ev.LeavePressed())
    assert kiosk.state.look == chosen  # the farewell keeps the look of this resident
    present_card(kiosk, "v2", LI)
    assert isinstance(kiosk.state, st.Consenting)
    assert kiosk.state.look == m.Look()


def test_look_chosen_on_the_welcome_page_is_reset_after_the_quiet_time() -> None:
    kiosk = Kiosk()
    kiosk.send(ev.ModeChosen(m.Mode.ELDER))
    kiosk.wait(209)
    assert kiosk.state.look.mode is m.Mode.ELDER
    kiosk.wait(1)
    assert kiosk.state.look == m.Look()
