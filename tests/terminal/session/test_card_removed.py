"""The card is removed too early, put back, or replaced by another."""

from __future__ import annotations

import pytest

from devices.faults import CARD_PULLED
from devices.readers.protocol import CardPresented, CardRemoved
from printing.outcome import Evidence, Outcome
from terminal.platform.faults import (
    UNREACHABLE,
)
from terminal.session import effects as ef
from terminal.session import events as ev
from terminal.session import model as m
from terminal.session import states as st
from tests.terminal.session_world import (
    ASKED,
    DESK,
    LI,
    SAMV,
    Kiosk,
    document,
    ended,
    identity,
    nothing_personal_is_left,
    person,
    present_card,
    reach_preview,
    reach_printing,
)


def test_card_removed_while_it_is_read_is_reported_and_can_be_presented_again() -> None:
    kiosk = Kiosk()
    kiosk.send(CardPresented(DESK, 0.0))
    assert kiosk.send(CardRemoved(DESK)) == (ef.RecordFault(CARD_PULLED, "Identifying"),)
    assert isinstance(kiosk.state, st.CardFailure)
    present_card(kiosk)
    assert isinstance(kiosk.state, st.Consenting)


def test_removing_the_card_before_consent_is_a_refusal() -> None:
    kiosk = Kiosk()
    read = present_card(kiosk)
    effects = kiosk.send(CardRemoved(DESK))
    assert effects == (ef.Wipe(read), ef.EndVisit("v1", m.EndReason.CARD_GONE))
    assert isinstance(kiosk.state, st.Welcome)
    assert kiosk.of(ef.AskIdentify) == []


BEFORE_CONFIRMATION: dict[str, tuple[object, ...]] = {
    "Recognising": (ev.Consented(),),
    "Choosing": (ev.Consented(), ev.PersonKnown(ASKED, person())),
    "Proving": (ev.Consented(), ev.PersonKnown(ASKED, person()), ev.ServiceChosen("coded")),
    "Preparing": (ev.Consented(), ev.PersonKnown(ASKED, person()), ev.ServiceChosen("free")),
    "ServiceFailure": (ev.Consented(), ev.PlatformFailed(ASKED, UNREACHABLE)),
}


def before_confirmation(name: str, reader: str = DESK) -> Kiosk:
    """Return a kiosk in the state of this name."""
    kiosk = Kiosk()
    if name == "Previewing":
        reach_preview(kiosk, reader=reader)
    else:
        present_card(kiosk, reader=reader)
        kiosk.send(*BEFORE_CONFIRMATION[name])
    assert type(kiosk.state).__name__ == name
    return kiosk


@pytest.mark.parametrize("name", [*BEFORE_CONFIRMATION, "Previewing"])
def test_before_printing_the_visit_goes_on_when_the_card_is_put_back(name: str) -> None:
    kiosk = before_confirmation(name)
    was = kiosk.state
    assert kiosk.send(CardRemoved(SAMV)) == ()
    assert kiosk.state.__class__ is was.__class__  # another reader
    assert kiosk.send(CardRemoved(DESK)) == ()
    assert isinstance(kiosk.state, st.CardAway)
    kiosk.wait(29)
    again = identity()
    assert kiosk.send(ev.CardRead("x", DESK, again, True)) == (ef.Wipe(again),)
    assert type(kiosk.state) is type(was)
    assert isinstance(kiosk.state, st.InVisit)
    assert isinstance(was, st.InVisit)
    assert kiosk.state.visit == was.visit
    assert kiosk.of(ef.EndVisit) == []


@pytest.mark.parametrize("name", [*BEFORE_CONFIRMATION, "Previewing"])
def test_before_printing_a_card_not_put_back_in_time_ends_the_visit(name: str) -> None:
    kiosk = before_confirmation(name)
    kiosk.send(CardRemoved(DESK))
    kiosk.wait(49)
    assert isinstance(kiosk.state, st.CardAway)
    kiosk.wait(1)
    assert isinstance(kiosk.state, st.Ending)
    assert kiosk.of(ef.EndVisit) == [ef.EndVisit("v1", m.EndReason.CARD_GONE)]
    assert nothing_personal_is_left(kiosk)
    wipe = kiosk.of(ef.Wipe)[-1]
    assert isinstance(wipe, ef.Wipe)
    assert (wipe.document is not None) == (name == "Previewing")


@pytest.mark.parametrize("name", [*BEFORE_CONFIRMATION, "Previewing"])
@pytest.mark.parametrize("away", [False, True], ids=["swapped", "after_removal"])
def test_before_printing_another_card_ends_the_visit(name: str, away: bool) -> None:
    kiosk = before_confirmation(name)
    if away:
        kiosk.send(CardRemoved(DESK))
    stranger = identity(LI)
    effects = kiosk.send(ev.CardRead("v2", DESK, stranger, True))
    assert effects[0] == ef.Wipe(stranger)
    assert effects[2] == ef.EndVisit("v1", m.EndReason.OTHER_CARD)
    assert isinstance(kiosk.state, st.Ending)
    assert stranger.wiped
    assert nothing_personal_is_left(kiosk)


def test_another_card_on_the_consent_page_ends_the_visit() -> None:
    kiosk = Kiosk()
    read = present_card(kiosk)
    kiosk.send(ev.CardRead("v2", SAMV, identity(LI), False))
    assert isinstance(kiosk.state, st.Ending)
    assert read.wiped


def test_reader_that_cannot_report_presence_needs_the_card_only_once() -> None:
    kiosk = Kiosk()
    present_card(kiosk, reader=SAMV)
    assert isinstance(kiosk.state, st.Consenting)
    assert kiosk.state.visit.presence is m.Presence.UNKNOWN
    assert kiosk.state.station.cards_present == ()
    kiosk.send(ev.LeavePressed())
    kiosk.wait(4)  # the farewell does not wait for a card that no reader reports
    assert isinstance(kiosk.state, st.Welcome)


def test_answers_that_arrive_while_the_card_is_removed_are_kept() -> None:
    kiosk = before_confirmation("Preparing")
    kiosk.send(CardRemoved(DESK))
    paper = document()
    assert kiosk.send(ev.DocumentReady(ASKED, paper)) == ()
    assert isinstance(kiosk.state, st.CardAway)
    kiosk.send(ev.PrintPressed())
    assert kiosk.of(ef.Print) == []
    kiosk.send(ev.CardRead("x", DESK, identity(), True))
    assert isinstance(kiosk.state, st.Previewing)
    assert kiosk.state.document is paper


def test_job_goes_on_without_the_card() -> None:
    kiosk = Kiosk()
    reach_printing(kiosk)
    assert kiosk.send(CardRemoved(DESK)) == ()
    assert isinstance(kiosk.state, st.Printing)
    kiosk.send(ended(Outcome.PRINTED))
    assert isinstance(kiosk.state, st.Collecting)
    assert kiosk.of(ef.CancelPrint) == []


@pytest.mark.parametrize("outcome", [Outcome.PRINTED, Outcome.UNKNOWN, Outcome.QUEUED])
def test_another_card_while_printing_cancels_the_job_and_ends_the_visit(
    outcome: Outcome,
) -> None:
    kiosk = Kiosk()
    paper = reach_printing(kiosk)
    stranger = identity(LI)
    effects = kiosk.send(ev.CardRead("v2", DESK, stranger, True))
    assert effects == (ef.Wipe(stranger), ef.CancelPrint("v1-1"))
    kiosk.send(ev.CardRead("v3", DESK, identity(LI), True))
    assert kiosk.of(ef.CancelPrint) == [ef.CancelPrint("v1-1")]
    effects = kiosk.send(ended(outcome))
    assert isinstance(effects[0], ef.ConfirmPrinted)
    assert effects[0].outcome == outcome.value
    assert isinstance(kiosk.state, st.Ending)
    assert kiosk.state.reason is m.EndReason.OTHER_CARD
    assert kiosk.state.clearing
    assert paper.wiped
    assert nothing_personal_is_left(kiosk)


def test_another_card_while_checking_paper_records_the_outcome_as_unknown() -> None:
    kiosk = Kiosk()
    reach_printing(kiosk)
    kiosk.send(ended(Outcome.UNKNOWN), ev.CardRead("v2", DESK, identity(LI), True))
    assert isinstance(kiosk.state, st.Ending)
    assert kiosk.of(ef.ConfirmPrinted) == [
        ef.ConfirmPrinted("v1-1", "free", Outcome.UNKNOWN, 0, Evidence.NONE)
    ]


def test_another_card_while_collecting_ends_the_visit() -> None:
    kiosk = Kiosk()
    reach_printing(kiosk)
    kiosk.send(ended(Outcome.PRINTED), ev.CardRead("v2", DESK, identity(LI), True))
    assert isinstance(kiosk.state, st.Ending)
    assert kiosk.state.reason is m.EndReason.OTHER_CARD
