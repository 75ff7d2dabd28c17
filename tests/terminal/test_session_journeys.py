"""The session as residents live it: each test is one person's story, step by step."""

from __future__ import annotations

import pytest

from devices.faults import CARD_MUTE, CARD_PULLED, READER_STUCK
from devices.health import Fault
from devices.identity import Assurance
from devices.reader import CardFailed, CardLaid, CardLifted, ReaderChanged
from printing.faults import (
    JOB_UNPROVED,
    PAPER_OUT,
    PRINTER_UNREACHABLE,
    SEAL_BROKEN,
)
from printing.outcome import Outcome, PrintProgress
from printing.printer import PrinterChanged
from terminal.platform.faults import (
    CODE_LOCKED,
    CODE_WRONG,
    NO_PHONE,
    PERSON_UNKNOWN,
    QUOTA_SPENT,
    STAFF_REFUSED,
    TIMED_OUT,
    UNREACHABLE,
)
from terminal.session import effects as ef
from terminal.session import events as ev
from terminal.session import model as m
from terminal.session import states as st
from tests.terminal.session_world import (
    CODED,
    DESK,
    FREE,
    LI,
    NO_PAPER,
    SAMV,
    UNPLUGGED,
    VOUCHED,
    Kiosk,
    closed_card,
    document,
    ended,
    identity,
    lay,
    person,
    personal,
    reach_choosing,
    reach_preview,
    reach_printing,
    station,
)

PHONE = "130****0001"


def nothing_personal_is_left(kiosk: Kiosk) -> bool:
    """Whether the situation holds nothing of anybody."""
    return not [held for held in personal(kiosk.state) if not held.wiped]


# -- the standard journey ---------------------------------------------------------------------


def test_a_resident_lays_a_card_consents_chooses_sees_prints_collects_and_goes() -> None:
    kiosk = Kiosk()
    read, paper = identity(), document(2)
    assert isinstance(kiosk.state, st.Welcome)

    assert kiosk.tell(CardLaid(DESK, kiosk.now)) == ()
    assert isinstance(kiosk.state, st.Identifying)
    assert kiosk.tell(ev.CardRead("v1", DESK, read, True)) == ()
    assert isinstance(kiosk.state, st.Consenting)
    assert kiosk.state.visit == m.Visit("v1", read, DESK, m.Presence.PRESENT)

    assert kiosk.tell(ev.Consented()) == (ef.AskIdentify(kiosk.state.visit),)
    assert isinstance(kiosk.state, st.Recognising)
    known = person()
    assert kiosk.tell(ev.PersonKnown("v1", known)) == ()
    assert isinstance(kiosk.state, st.Choosing)
    assert kiosk.state.visit.person is known

    assert kiosk.tell(ev.ServiceChosen("free")) == (ef.AskIssue(kiosk.state.visit, FREE),)
    assert isinstance(kiosk.state, st.Preparing)
    assert kiosk.tell(ev.DocumentReady("v1", paper, "free")) == ()
    assert isinstance(kiosk.state, st.Previewing)
    assert kiosk.state.document is paper

    assert kiosk.tell(ev.PrintPressed()) == (ef.Print("v1-1", "v1", FREE, paper),)
    assert isinstance(kiosk.state, st.Printing)
    assert kiosk.state.progress == PrintProgress("v1-1", Outcome.QUEUED, 0, 2)
    counted = PrintProgress("v1-1", Outcome.PRINTING, 1, 2)
    assert kiosk.tell(counted) == ()
    assert kiosk.state.progress is counted

    assert kiosk.tell(ended(Outcome.PRINTED)) == (
        ef.Wipe(None, paper),
        ef.ConfirmPrinted("v1-1", "free", "printed", 2, "device-impressions"),
    )
    assert isinstance(kiosk.state, st.Collecting)
    assert kiosk.state.pages == 2
    assert paper.wiped
    assert not read.wiped

    assert kiosk.tell(CardLifted(DESK)) == ()
    assert kiosk.tell(ev.DonePressed()) == (
        ef.Wipe(read, None),
        ef.EndVisit("v1", m.EndReason.DONE),
        ef.ClearPrinter(),
    )
    assert isinstance(kiosk.state, st.Ending)
    assert read.wiped
    assert nothing_personal_is_left(kiosk)
    assert kiosk.tell(ev.PaperCleared(True)) == ()
    kiosk.wait(4)
    assert isinstance(kiosk.state, st.Welcome)


def test_who_only_looks_and_leaves_leaves_the_printer_alone() -> None:
    kiosk = Kiosk()
    paper = reach_preview(kiosk)
    effects = kiosk.tell(ev.LeavePressed())
    assert [type(effect) for effect in effects] == [ef.Wipe, ef.EndVisit]
    assert paper.wiped
    assert kiosk.of(ef.Print) == []


def test_more_in_the_same_visit_prints_under_another_name() -> None:
    kiosk = Kiosk()
    reach_printing(kiosk)
    kiosk.tell(ended(Outcome.PRINTED), ev.MorePressed())
    assert isinstance(kiosk.state, st.Choosing)
    kiosk.tell(ev.ServiceChosen("free"), ev.DocumentReady("v1", document(), "free"))
    (printed,) = kiosk.tell(ev.PrintPressed())
    assert isinstance(printed, ef.Print)
    assert printed.job == "v1-2"


def test_no_more_once_the_card_was_taken() -> None:
    kiosk = Kiosk()
    reach_printing(kiosk)
    kiosk.tell(ended(Outcome.PRINTED), CardLifted(DESK), ev.MorePressed())
    assert isinstance(kiosk.state, st.Collecting)


def test_print_pressed_twice_prints_once() -> None:
    kiosk = Kiosk()
    reach_preview(kiosk)
    kiosk.tell(ev.PrintPressed(), ev.PrintPressed())
    assert len(kiosk.of(ef.Print)) == 1


def test_back_from_the_preview_lets_the_document_go() -> None:
    kiosk = Kiosk()
    paper = reach_preview(kiosk)
    assert kiosk.tell(ev.BackPressed()) == (ef.Wipe(None, paper),)
    assert isinstance(kiosk.state, st.Choosing)


def test_the_next_resident_meets_the_stations_own_look() -> None:
    kiosk = Kiosk()
    kiosk.tell(ev.ModeChosen(m.Mode.ELDER), ev.LanguageChosen(m.Language.EN), ev.VoiceChosen(True))
    lay(kiosk)
    chosen = m.Look(m.Mode.ELDER, m.Language.EN, True)
    assert kiosk.state.look == chosen
    kiosk.tell(ev.LeavePressed())
    assert kiosk.state.look == chosen  # the farewell is still theirs
    lay(kiosk, "v2", LI)
    assert isinstance(kiosk.state, st.Consenting)
    assert kiosk.state.look == m.Look()


def test_a_look_chosen_at_the_welcome_page_and_walked_away_from_does_not_stay() -> None:
    kiosk = Kiosk()
    kiosk.tell(ev.ModeChosen(m.Mode.ELDER))
    kiosk.wait(209)
    assert kiosk.state.look.mode is m.Mode.ELDER
    kiosk.wait(1)
    assert kiosk.state.look == m.Look()


# -- the second factor ------------------------------------------------------------------------


def asked_for_code(kiosk: Kiosk) -> None:
    """As far as the page that takes the code."""
    reach_choosing(kiosk)
    assert kiosk.tell(ev.ServiceChosen("coded")) == (ef.AskCode(kiosk.state.visit),)
    assert isinstance(kiosk.state, st.Proving)
    assert kiosk.state.proof is st.Proof.SENDING
    kiosk.tell(ev.CodeSent("v1", PHONE))
    assert kiosk.state.proof is st.Proof.ENTERING
    assert kiosk.state.masked_phone == PHONE


def test_the_right_code_leads_on_with_the_proof_it_gives() -> None:
    kiosk = Kiosk()
    asked_for_code(kiosk)
    assert kiosk.tell(ev.CodeEntered("123456")) == (ef.AskCheckCode(kiosk.state.visit, "123456"),)
    (ask,) = kiosk.tell(ev.CodeChecked("v1", True, 0))
    assert isinstance(ask, ef.AskIssue)
    assert ask.item == CODED
    assert ask.visit.assurance_for("coded") is Assurance.SECOND_FACTOR
    # It holds for the rest of the visit.
    kiosk.tell(ev.BackPressed())
    assert isinstance(kiosk.tell(ev.ServiceChosen("coded"))[0], ef.AskIssue)


def test_a_found_card_is_stopped_after_three_wrong_codes_and_staff_help_on() -> None:
    kiosk = Kiosk()
    asked_for_code(kiosk)
    for left in (2, 1):
        kiosk.tell(ev.CodeEntered("000000"))
        assert kiosk.tell(ev.CodeChecked("v1", False, left, CODE_WRONG)) == ()
        assert kiosk.state.proof is st.Proof.ENTERING
        assert kiosk.state.tries_left == left
        assert kiosk.state.fault is CODE_WRONG
    kiosk.tell(ev.CodeEntered("000000"))
    effects = kiosk.tell(ev.CodeChecked("v1", False, 0, CODE_LOCKED))
    assert effects == (ef.CallHelp("Proving", CODE_LOCKED.code),)
    assert kiosk.state.proof is st.Proof.STAFF
    # No code gets any further now, nor another one sent.
    assert kiosk.tell(ev.CodeEntered("123456"), ev.CodeAgainPressed()) == ()
    assert kiosk.of(ef.AskIssue) == []
    # Staff look, and it goes on.
    kiosk.tell(ev.StaffEntered("8001", "2468"))
    (ask,) = kiosk.tell(ev.StaffChecked("v1", True, "coded"))
    assert isinstance(ask, ef.AskIssue)


def test_a_code_is_sent_again_on_request() -> None:
    kiosk = Kiosk()
    asked_for_code(kiosk)
    assert kiosk.tell(ev.CodeAgainPressed()) == (ef.AskCode(kiosk.state.visit),)
    assert kiosk.state.proof is st.Proof.SENDING


def test_staff_vouch_instead_of_the_code_and_for_one_item_only() -> None:
    kiosk = Kiosk()
    asked_for_code(kiosk)
    assert kiosk.tell(ev.StaffPressed()) == (ef.CallHelp("Proving"),)
    asked = kiosk.tell(ev.StaffEntered("8001", "2468"))
    assert asked == (ef.AskCheckStaff(kiosk.state.visit, CODED, "8001", "2468"),)
    assert kiosk.tell(ev.StaffChecked("v1", False, "coded", STAFF_REFUSED)) == ()
    assert kiosk.state.proof is st.Proof.STAFF
    assert kiosk.state.fault is STAFF_REFUSED
    kiosk.tell(ev.StaffEntered("8001", "1357"))
    (ask,) = kiosk.tell(ev.StaffChecked("v1", True, "coded"))
    assert isinstance(ask, ef.AskIssue)
    assert ask.visit.assurance_for("coded") is Assurance.STAFF
    assert ask.visit.assurance_for("vouched") is Assurance.CARD_FREE
    kiosk.tell(ev.BackPressed())
    kiosk.tell(ev.ServiceChosen("vouched"))
    assert isinstance(kiosk.state, st.Proving)


def test_a_code_that_was_right_still_counts_after_staff_vouched_for_something_else() -> None:
    kiosk = Kiosk()
    reach_choosing(kiosk)
    kiosk.tell(ev.ServiceChosen("vouched"), ev.StaffEntered("8001", "2468"))
    kiosk.tell(ev.StaffChecked("v1", True, "vouched"), ev.BackPressed())
    kiosk.tell(ev.ServiceChosen("coded"), ev.CodeSent("v1", PHONE), ev.CodeEntered("123456"))
    (ask,) = kiosk.tell(ev.CodeChecked("v1", True, 0))
    assert isinstance(ask, ef.AskIssue)
    assert ask.visit.assurance_for("coded") is Assurance.SECOND_FACTOR
    kiosk.tell(ev.BackPressed())
    assert isinstance(kiosk.tell(ev.ServiceChosen("coded"))[0], ef.AskIssue)


def test_staff_accepted_for_one_item_are_not_accepted_late_for_another() -> None:
    kiosk = Kiosk()
    asked_for_code(kiosk)
    kiosk.tell(ev.StaffPressed(), ev.StaffEntered("8001", "2468"), ev.BackPressed())
    kiosk.tell(ev.ServiceChosen("vouched"), ev.StaffEntered("8001", "9999"))
    assert kiosk.tell(ev.StaffChecked("v1", True, "coded")) == ()
    assert isinstance(kiosk.state, st.Proving)
    assert kiosk.of(ef.AskIssue) == []


def test_what_only_staff_can_prove_is_not_asked_of_a_phone() -> None:
    kiosk = Kiosk()
    reach_choosing(kiosk)
    assert kiosk.tell(ev.ServiceChosen("vouched")) == (ef.CallHelp("Proving"),)
    assert isinstance(kiosk.state, st.Proving)
    assert kiosk.state.proof is st.Proof.STAFF
    assert kiosk.state.item == VOUCHED
    assert kiosk.of(ef.AskCode) == []


def test_who_has_no_phone_on_record_is_told_so_and_staff_are_called() -> None:
    kiosk = Kiosk()
    reach_choosing(kiosk, phone=None)
    assert kiosk.tell(ev.ServiceChosen("coded")) == (ef.CallHelp("Proving", NO_PHONE.code),)
    assert isinstance(kiosk.state, st.Proving)
    assert kiosk.state.proof is st.Proof.STAFF
    assert kiosk.state.fault == NO_PHONE


def test_a_phone_that_is_gone_when_the_code_is_sent_leads_to_staff() -> None:
    kiosk = Kiosk()
    reach_choosing(kiosk)
    kiosk.tell(ev.ServiceChosen("coded"))
    effects = kiosk.tell(ev.PlatformFailed("v1", m.Request.SEND_CODE, NO_PHONE))
    assert effects == (
        ef.RecordFault(NO_PHONE, "Proving"),
        ef.CallHelp("Proving", NO_PHONE.code),
    )
    assert isinstance(kiosk.state, st.Proving)
    assert kiosk.state.proof is st.Proof.STAFF


def test_a_closed_card_leads_on_by_its_number_and_a_code_which_completes_the_person() -> None:
    kiosk = Kiosk()
    card = closed_card()
    kiosk.tell(CardLaid(DESK, 0.0), ev.CardRead("v1", DESK, card, True), ev.Consented())
    kiosk.tell(ev.PersonKnown("v1", person()), ev.ServiceChosen("coded"))
    kiosk.tell(ev.CodeSent("v1", PHONE), ev.CodeEntered("123456"))
    card.complete(name="赵国芳", id_number="100101198802290161")  # the worker, at the right code
    (ask,) = kiosk.tell(ev.CodeChecked("v1", True, 0))
    assert isinstance(ask, ef.AskIssue)
    assert ask.visit.identity.record.name == "赵国芳"
    # The same closed card laid on again is the same person.
    kiosk.tell(CardLifted(DESK), ev.CardRead("x", DESK, closed_card(), True))
    assert isinstance(kiosk.state, st.Preparing)
    kiosk.tell(ev.LeavePressed())
    assert card.wiped


# -- early removal, laying back, another card ---------------------------------------------------


def test_lifting_the_card_while_it_is_read_is_said_and_mended_by_laying_it_on_again() -> None:
    kiosk = Kiosk()
    kiosk.tell(CardLaid(DESK, 0.0))
    assert kiosk.tell(CardLifted(DESK)) == (ef.RecordFault(CARD_PULLED, "Identifying"),)
    assert isinstance(kiosk.state, st.CardTrouble)
    lay(kiosk)
    assert isinstance(kiosk.state, st.Consenting)


def test_lifting_the_card_before_consent_is_a_no() -> None:
    kiosk = Kiosk()
    read = lay(kiosk)
    effects = kiosk.tell(CardLifted(DESK))
    assert effects == (ef.Wipe(read), ef.EndVisit("v1", m.EndReason.CARD_GONE))
    assert isinstance(kiosk.state, st.Welcome)
    assert kiosk.of(ef.AskIdentify) == []


BEFORE_CONFIRMATION: dict[str, tuple[object, ...]] = {
    "Recognising": (ev.Consented(),),
    "Choosing": (ev.Consented(), ev.PersonKnown("v1", person())),
    "Proving": (ev.Consented(), ev.PersonKnown("v1", person()), ev.ServiceChosen("coded")),
    "Preparing": (ev.Consented(), ev.PersonKnown("v1", person()), ev.ServiceChosen("free")),
    "Trouble": (ev.Consented(), ev.PlatformFailed("v1", m.Request.IDENTIFY, UNREACHABLE)),
}


def before_confirmation(name: str, reader: str = DESK) -> Kiosk:
    """A kiosk in the situation of this name."""
    kiosk = Kiosk()
    if name == "Previewing":
        reach_preview(kiosk, reader=reader)
    else:
        lay(kiosk, reader=reader)
        kiosk.tell(*BEFORE_CONFIRMATION[name])
    assert type(kiosk.state).__name__ == name
    return kiosk


@pytest.mark.parametrize("name", [*BEFORE_CONFIRMATION, "Previewing"])
def test_until_confirmation_the_card_may_be_laid_back_and_all_goes_on(name: str) -> None:
    kiosk = before_confirmation(name)
    was = kiosk.state
    assert kiosk.tell(CardLifted(SAMV)) == ()
    assert kiosk.state.__class__ is was.__class__  # that was another reader
    assert kiosk.tell(CardLifted(DESK)) == ()
    assert isinstance(kiosk.state, st.CardAway)
    kiosk.wait(29)
    again = identity()
    assert kiosk.tell(ev.CardRead("x", DESK, again, True)) == (ef.Wipe(again),)
    assert type(kiosk.state) is type(was)
    assert isinstance(kiosk.state, st.InVisit)
    assert isinstance(was, st.InVisit)
    assert kiosk.state.visit == was.visit
    assert kiosk.of(ef.EndVisit) == []


@pytest.mark.parametrize("name", [*BEFORE_CONFIRMATION, "Previewing"])
def test_until_confirmation_a_card_not_laid_back_in_time_ends_the_visit(name: str) -> None:
    kiosk = before_confirmation(name)
    kiosk.tell(CardLifted(DESK))
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
@pytest.mark.parametrize("away", [False, True], ids=["swapped", "after_lifting"])
def test_until_confirmation_another_card_ends_the_visit(name: str, away: bool) -> None:
    kiosk = before_confirmation(name)
    if away:
        kiosk.tell(CardLifted(DESK))
    stranger = identity(LI)
    effects = kiosk.tell(ev.CardRead("v2", DESK, stranger, True))
    assert effects[0] == ef.Wipe(stranger)
    assert effects[2] == ef.EndVisit("v1", m.EndReason.OTHER_CARD)
    assert isinstance(kiosk.state, st.Ending)
    assert stranger.wiped
    assert nothing_personal_is_left(kiosk)


def test_another_card_at_the_question_for_consent_ends_the_visit() -> None:
    kiosk = Kiosk()
    read = lay(kiosk)
    kiosk.tell(ev.CardRead("v2", SAMV, identity(LI), False))
    assert isinstance(kiosk.state, st.Ending)
    assert read.wiped


def test_a_reader_that_cannot_tell_whether_the_card_lies_there_needs_it_only_once() -> None:
    kiosk = Kiosk()
    lay(kiosk, reader=SAMV)
    assert isinstance(kiosk.state, st.Consenting)
    assert kiosk.state.visit.presence is m.Presence.UNKNOWN
    assert kiosk.state.station.lying == ()
    kiosk.tell(ev.LeavePressed())
    kiosk.wait(4)  # no card is waited for that cannot be seen
    assert isinstance(kiosk.state, st.Welcome)


def test_answers_that_come_while_the_card_is_away_are_not_lost() -> None:
    kiosk = before_confirmation("Preparing")
    kiosk.tell(CardLifted(DESK))
    paper = document()
    assert kiosk.tell(ev.DocumentReady("v1", paper, "free")) == ()
    assert isinstance(kiosk.state, st.CardAway)
    kiosk.tell(ev.PrintPressed())
    assert kiosk.of(ef.Print) == []
    kiosk.tell(ev.CardRead("x", DESK, identity(), True))
    assert isinstance(kiosk.state, st.Previewing)
    assert kiosk.state.document is paper


def test_after_confirmation_the_job_goes_on_without_the_card() -> None:
    kiosk = Kiosk()
    reach_printing(kiosk)
    assert kiosk.tell(CardLifted(DESK)) == ()
    assert isinstance(kiosk.state, st.Printing)
    kiosk.tell(ended(Outcome.PRINTED))
    assert isinstance(kiosk.state, st.Collecting)
    assert kiosk.of(ef.CancelPrint) == []


@pytest.mark.parametrize("outcome", [Outcome.PRINTED, Outcome.UNKNOWN, Outcome.QUEUED])
def test_another_card_while_printing_stops_it_and_never_finds_the_visit_open(
    outcome: Outcome,
) -> None:
    kiosk = Kiosk()
    paper = reach_printing(kiosk)
    stranger = identity(LI)
    effects = kiosk.tell(ev.CardRead("v2", DESK, stranger, True))
    assert effects == (ef.Wipe(stranger), ef.CancelPrint("v1-1"))
    kiosk.tell(ev.CardRead("v3", DESK, identity(LI), True))
    assert kiosk.of(ef.CancelPrint) == [ef.CancelPrint("v1-1")]
    effects = kiosk.tell(ended(outcome))
    assert isinstance(effects[0], ef.ConfirmPrinted)
    assert effects[0].outcome == outcome.value
    assert isinstance(kiosk.state, st.Ending)
    assert kiosk.state.reason is m.EndReason.OTHER_CARD
    assert kiosk.state.clearing
    assert paper.wiped
    assert nothing_personal_is_left(kiosk)


def test_another_card_at_the_question_whether_the_pages_came_out_leaves_it_unknown() -> None:
    kiosk = Kiosk()
    reach_printing(kiosk)
    kiosk.tell(ended(Outcome.UNKNOWN), ev.CardRead("v2", DESK, identity(LI), True))
    assert isinstance(kiosk.state, st.Ending)
    assert kiosk.of(ef.ConfirmPrinted) == [ef.ConfirmPrinted("v1-1", "free", "unknown", 0, "none")]


def test_another_card_at_the_paper_ends_the_visit() -> None:
    kiosk = Kiosk()
    reach_printing(kiosk)
    kiosk.tell(ended(Outcome.PRINTED), ev.CardRead("v2", DESK, identity(LI), True))
    assert isinstance(kiosk.state, st.Ending)
    assert kiosk.state.reason is m.EndReason.OTHER_CARD


# -- the platform fails -----------------------------------------------------------------------


def test_identifying_fails_and_is_tried_again() -> None:
    kiosk = Kiosk()
    lay(kiosk)
    kiosk.tell(ev.Consented())
    effects = kiosk.tell(ev.PlatformFailed("v1", m.Request.IDENTIFY, TIMED_OUT))
    assert effects == (ef.RecordFault(TIMED_OUT, "Recognising"),)
    assert isinstance(kiosk.state, st.Trouble)
    assert kiosk.tell(ev.RetryPressed()) == (ef.AskIdentify(kiosk.state.visit),)
    kiosk.tell(ev.PersonKnown("v1", person()))
    assert isinstance(kiosk.state, st.Choosing)


@pytest.mark.parametrize(
    ("chosen", "request_", "fault"),
    [("free", m.Request.ISSUE, QUOTA_SPENT), (None, m.Request.IDENTIFY, PERSON_UNKNOWN)],
)
def test_trying_again_is_not_offered_where_it_cannot_help(
    chosen: str | None, request_: m.Request, fault: Fault
) -> None:
    kiosk = Kiosk()
    lay(kiosk)
    kiosk.tell(ev.Consented())
    if chosen:
        kiosk.tell(ev.PersonKnown("v1", person()), ev.ServiceChosen(chosen))
    kiosk.tell(ev.PlatformFailed("v1", request_, fault))
    assert isinstance(kiosk.state, st.Trouble)
    assert kiosk.state.retry is m.Retry.NONE
    assert kiosk.tell(ev.RetryPressed()) == ()
    kiosk.tell(CardLifted(DESK))  # nothing is left to wait for
    assert isinstance(kiosk.state, st.Ending)


def test_sending_the_code_fails_and_is_tried_again() -> None:
    kiosk = Kiosk()
    reach_choosing(kiosk)
    kiosk.tell(ev.ServiceChosen("coded"))
    kiosk.tell(ev.PlatformFailed("v1", m.Request.SEND_CODE, UNREACHABLE))
    assert isinstance(kiosk.state, st.Trouble)
    assert kiosk.tell(ev.RetryPressed()) == (ef.AskCode(kiosk.state.visit),)
    kiosk.tell(ev.CodeSent("v1", PHONE))
    assert isinstance(kiosk.state, st.Proving)
    assert kiosk.state.item == CODED


def test_checking_the_code_fails_and_no_try_is_lost() -> None:
    kiosk = Kiosk()
    asked_for_code(kiosk)
    kiosk.tell(ev.CodeEntered("123456"))
    effects = kiosk.tell(ev.PlatformFailed("v1", m.Request.CHECK_CODE, UNREACHABLE))
    assert effects == (ef.RecordFault(UNREACHABLE, "Proving"),)
    assert kiosk.state.proof is st.Proof.ENTERING
    assert kiosk.state.tries_left == 3
    assert len(kiosk.tell(ev.CodeEntered("123456"))) == 1


def test_checking_staff_fails_and_staff_may_enter_again() -> None:
    kiosk = Kiosk()
    asked_for_code(kiosk)
    kiosk.tell(ev.StaffPressed(), ev.StaffEntered("8001", "2468"))
    kiosk.tell(ev.PlatformFailed("v1", m.Request.CHECK_STAFF, UNREACHABLE))
    assert kiosk.state.proof is st.Proof.STAFF
    assert len(kiosk.tell(ev.StaffEntered("8001", "2468"))) == 1


def test_issuing_fails_and_is_tried_again() -> None:
    kiosk = Kiosk()
    reach_choosing(kiosk)
    kiosk.tell(ev.ServiceChosen("free"))
    kiosk.tell(ev.PlatformFailed("v1", m.Request.ISSUE, TIMED_OUT))
    assert isinstance(kiosk.state, st.Trouble)
    assert kiosk.tell(ev.RetryPressed()) == (ef.AskIssue(kiosk.state.visit, FREE),)


def test_a_failure_of_what_was_asked_before_is_not_taken_for_this_one() -> None:
    kiosk = Kiosk()
    reach_choosing(kiosk)
    kiosk.tell(ev.ServiceChosen("free"), ev.BackPressed(), ev.ServiceChosen("coded"))
    assert kiosk.tell(ev.PlatformFailed("v1", m.Request.ISSUE, TIMED_OUT)) == ()
    assert isinstance(kiosk.state, st.Proving)


def test_a_document_that_is_not_fit_is_neither_shown_nor_printed() -> None:
    kiosk = Kiosk()
    reach_choosing(kiosk)
    kiosk.tell(ev.ServiceChosen("free"))
    effects = kiosk.tell(ev.DocumentRefused("v1", SEAL_BROKEN))
    assert effects == (ef.RecordFault(SEAL_BROKEN, "Preparing"),)
    assert isinstance(kiosk.state, st.Trouble)
    assert kiosk.state.document is None
    assert kiosk.tell(ev.PrintPressed()) == ()


def test_the_document_of_the_service_chosen_first_is_not_shown_as_the_second() -> None:
    kiosk = Kiosk()
    read = reach_choosing(kiosk)
    assert read.assurance is Assurance.CARD_FREE
    kiosk.tell(ev.ServiceChosen("free"), ev.BackPressed(), ev.ServiceChosen("coded"))
    kiosk.tell(ev.CodeSent("v1", PHONE), ev.CodeEntered("1"), ev.CodeChecked("v1", True, 0))
    first, second = document(), document()
    assert kiosk.tell(ev.DocumentReady("v1", first, "free")) == (ef.Wipe(None, first),)
    assert isinstance(kiosk.state, st.Preparing)
    kiosk.tell(ev.DocumentReady("v1", second, "coded"))
    assert isinstance(kiosk.state, st.Previewing)
    assert kiosk.state.document is second


def test_a_service_that_cannot_be_served_now_is_not_begun() -> None:
    kiosk = Kiosk(station(printer=NO_PAPER))
    reach_choosing(kiosk)
    assert kiosk.tell(ev.ServiceChosen("free")) == ()
    assert isinstance(kiosk.state, st.Choosing)
    assert kiosk.state.station.unavailable(FREE) == PAPER_OUT


def test_a_printer_that_was_never_heard_of_is_not_taken_for_fine() -> None:
    assert station(printer=m.PRINTER_UNASKED).unavailable(FREE) == PRINTER_UNREACHABLE


# -- the paper ----------------------------------------------------------------------------------


def test_the_printer_is_down_at_confirmation_and_the_document_is_kept() -> None:
    kiosk = Kiosk()
    paper = reach_preview(kiosk)
    kiosk.tell(PrinterChanged(NO_PAPER))
    assert kiosk.tell(ev.PrintPressed()) == (ef.RecordFault(PAPER_OUT, "Previewing"),)
    assert isinstance(kiosk.state, st.Trouble)
    assert not paper.wiped
    kiosk.tell(ev.RetryPressed())
    assert isinstance(kiosk.state, st.Previewing)
    assert kiosk.state.document is paper
    assert kiosk.of(ef.Print) == []


def out_of_paper(kiosk: Kiosk) -> None:
    """In the middle of a job the paper runs out, and staff are called by the terminal itself."""
    reach_printing(kiosk)
    waiting = PrintProgress("v1-1", Outcome.PRINTING, 1, 2, PAPER_OUT)
    assert kiosk.tell(waiting) == (
        ef.RecordFault(PAPER_OUT, "Printing"),
        ef.CallHelp("Printing", PAPER_OUT.code),
    )
    again = PrintProgress("v1-1", Outcome.PRINTING, 1, 2, PAPER_OUT.with_detail("tray 1"))
    assert kiosk.tell(again) == ()  # called once


def test_paper_out_in_mid_job_is_survived() -> None:
    kiosk = Kiosk()
    out_of_paper(kiosk)
    kiosk.wait(890, 10)
    assert isinstance(kiosk.state, st.Printing)
    kiosk.tell(PrintProgress("v1-1", Outcome.PRINTING, 1, 2), ended(Outcome.PRINTED))
    assert isinstance(kiosk.state, st.Collecting)


def test_who_will_not_wait_for_paper_leaves_and_the_rest_is_cancelled() -> None:
    kiosk = Kiosk()
    out_of_paper(kiosk)
    assert kiosk.tell(ev.LeavePressed()) == (ef.CancelPrint("v1-1"),)
    assert kiosk.tell(ev.LeavePressed()) == ()
    assert isinstance(kiosk.state, st.Printing)
    effects = kiosk.tell(ended(Outcome.UNKNOWN, done=1))
    assert [type(effect) for effect in effects] == [
        ef.ConfirmPrinted, ef.Wipe, ef.EndVisit, ef.ClearPrinter,
    ]  # fmt: skip
    assert effects[0] == ef.ConfirmPrinted("v1-1", "free", "unknown", 1, "none")
    assert isinstance(kiosk.state, st.Ending)


def test_help_pressed_while_paper_is_out_does_not_shorten_the_wait() -> None:
    kiosk = Kiosk()
    out_of_paper(kiosk)
    kiosk.tell(ev.HelpPressed())
    kiosk.wait(600, 10)
    assert isinstance(kiosk.state, st.Printing)
    assert kiosk.of(ef.CancelPrint) == []
    kiosk.wait(300, 10)
    assert kiosk.of(ef.CancelPrint) == [ef.CancelPrint("v1-1")]


def test_a_job_that_does_not_answer_its_cancelling_still_ends() -> None:
    kiosk = Kiosk()
    reach_printing(kiosk)
    kiosk.tell(ev.LeavePressed())
    kiosk.wait(30)
    assert isinstance(kiosk.state, st.Ending)
    late = kiosk.tell(ended(Outcome.UNKNOWN, done=1))
    assert late == (ef.ConfirmPrinted("v1-1", "", "unknown", 1, "none"),)


def test_unknown_is_asked_and_yes_is_evidence() -> None:
    kiosk = Kiosk()
    paper = reach_printing(kiosk)
    effects = kiosk.tell(ended(Outcome.UNKNOWN, done=1))
    assert effects == (ef.RecordFault(JOB_UNPROVED, "Printing"),)
    assert isinstance(kiosk.state, st.CheckingPaper)
    assert not paper.wiped  # until the person has answered
    said = kiosk.tell(ev.PagesConfirmed(True))
    assert said == (
        ef.Wipe(None, paper), ef.ConfirmPrinted("v1-1", "free", "printed", 2, "person"),
    )  # fmt: skip
    assert paper.wiped
    assert isinstance(kiosk.state, st.Collecting)


def test_unknown_is_asked_and_no_goes_to_staff_and_prints_nothing() -> None:
    kiosk = Kiosk()
    reach_printing(kiosk)
    kiosk.tell(ended(Outcome.UNKNOWN, done=1))
    assert kiosk.tell(ev.PagesConfirmed(False)) == (
        ef.ConfirmPrinted("v1-1", "free", "unknown", 1, "person"),
        ef.RecordFault(JOB_UNPROVED, "CheckingPaper"),
        ef.CallHelp("CheckingPaper", JOB_UNPROVED.code),
    )
    assert isinstance(kiosk.state, st.Trouble)
    assert kiosk.tell(ev.RetryPressed()) == ()
    assert len(kiosk.of(ef.Print)) == 1


@pytest.mark.parametrize("helped", [False, True], ids=["alone", "beside_the_help_page"])
def test_unknown_is_asked_and_nobody_answers(helped: bool) -> None:
    kiosk = Kiosk()
    reach_printing(kiosk)
    kiosk.tell(ended(Outcome.UNKNOWN))
    if helped:
        kiosk.tell(ev.HelpPressed())
    effects = kiosk.wait(320 if helped else 110)
    assert effects[0] == ef.ConfirmPrinted("v1-1", "free", "unknown", 0, "none")
    assert isinstance(kiosk.state, st.Ending)


def test_a_job_that_surely_printed_nothing_is_offered_again_after_a_look() -> None:
    kiosk = Kiosk()
    paper = reach_printing(kiosk)
    kiosk.tell(ended(Outcome.QUEUED))
    assert isinstance(kiosk.state, st.Trouble)
    assert not paper.wiped
    assert kiosk.tell(ev.RetryPressed()) == ()
    assert isinstance(kiosk.state, st.Previewing)
    again = m.Reprint("v1-1", m.ReprintReason.NOTHING_CAME_OUT)
    assert kiosk.tell(ev.PrintPressed()) == (ef.Print("v1-2", "v1", FREE, paper, again),)


# -- the farewell and what is left over ------------------------------------------------------


def ending_after_print(kiosk: Kiosk) -> None:
    """As far as the farewell, with the printer still to be cleared."""
    reach_printing(kiosk)
    kiosk.tell(ended(Outcome.PRINTED), CardLifted(DESK), ev.DonePressed())
    assert isinstance(kiosk.state, st.Ending)
    assert kiosk.state.clearing


def unlock(kiosk: Kiosk) -> None:
    """Long press and PIN."""
    kiosk.tell(ev.MaintenancePressed(), ev.PinEntered("1357"), ev.PinChecked(True, key="k"))
    assert isinstance(kiosk.state, st.Maintenance)


@pytest.mark.parametrize("how", ["refused", "silent", "silent_beside_help"])
def test_a_printer_that_cannot_be_cleared_serves_nobody_until_staff_looked(how: str) -> None:
    kiosk = Kiosk()
    ending_after_print(kiosk)
    if how == "refused":
        kiosk.tell(ev.PaperCleared(False))
    else:
        if how == "silent_beside_help":
            kiosk.tell(ev.HelpPressed())
        kiosk.wait(30)
    assert isinstance(kiosk.state, st.OutOfService)
    assert kiosk.state.fault.code == "PRN-205"
    assert ef.CallHelp("Ending", "PRN-205") in kiosk.done
    # An empty list is not an empty tray.
    kiosk.tell(ev.PaperCleared(True))
    assert isinstance(kiosk.state, st.OutOfService)
    lay(kiosk, "v2", LI)
    assert isinstance(kiosk.state, st.OutOfService)

    unlock(kiosk)
    assert kiosk.tell(ev.UnblockPressed()) == (ef.ClearPrinter(tray_checked=True),)
    kiosk.tell(ev.PaperCleared(False), ev.MaintenanceClosed())
    assert isinstance(kiosk.state, st.OutOfService)
    unlock(kiosk)
    kiosk.tell(ev.UnblockPressed(), ev.PaperCleared(True), ev.MaintenanceClosed())
    assert isinstance(kiosk.state, st.Welcome)


def test_a_leftover_is_not_forgotten_when_the_disk_is_well_again() -> None:
    kiosk = Kiosk()
    ending_after_print(kiosk)
    kiosk.tell(ev.StationBlocked(UNREACHABLE), ev.PaperCleared(False), ev.StationBlocked(None))
    assert isinstance(kiosk.state, st.OutOfService)
    assert kiosk.state.fault.code == "PRN-205"


def test_nobody_is_served_while_the_last_ones_paper_may_still_come() -> None:
    kiosk = Kiosk()
    ending_after_print(kiosk)
    early = identity(LI)
    kiosk.tell(CardLaid(DESK, kiosk.now))
    assert isinstance(kiosk.state, st.Ending)
    assert kiosk.tell(ev.CardRead("v2", DESK, early, True)) == (ef.Wipe(early),)
    kiosk.tell(CardLifted(DESK), ev.PaperCleared(True))
    lay(kiosk, "v3", LI)
    assert isinstance(kiosk.state, st.Consenting)
    assert kiosk.state.visit.id == "v3"


def test_a_card_left_behind_is_asked_for_and_then_given_up() -> None:
    kiosk = Kiosk()
    lay(kiosk)
    kiosk.tell(ev.LeavePressed())
    kiosk.wait(59)
    assert isinstance(kiosk.state, st.Ending)
    kiosk.wait(1)
    assert isinstance(kiosk.state, st.Welcome)


def test_a_card_taken_lets_the_next_one_come() -> None:
    kiosk = Kiosk()
    lay(kiosk)
    kiosk.tell(ev.LeavePressed())
    kiosk.wait(10)
    kiosk.tell(CardLifted(DESK))
    kiosk.wait(1)
    assert isinstance(kiosk.state, st.Welcome)


def test_late_answers_of_the_last_visit_never_reach_the_next_person() -> None:
    kiosk = Kiosk()
    lay(kiosk)
    kiosk.tell(ev.Consented(), ev.LeavePressed())
    lay(kiosk, "v2", LI)
    kiosk.tell(ev.Consented(), ev.PersonKnown("v1", person("133****1111")))
    assert isinstance(kiosk.state, st.Recognising)
    kiosk.tell(ev.PlatformFailed("v1", m.Request.IDENTIFY, UNREACHABLE))
    assert isinstance(kiosk.state, st.Recognising)
    kiosk.tell(ev.PersonKnown("v2", person()), ev.ServiceChosen("free"))
    stale = document()
    assert kiosk.tell(ev.DocumentReady("v1", stale, "free")) == (ef.Wipe(None, stale),)
    assert isinstance(kiosk.state, st.Preparing)
    kiosk.tell(ev.DocumentRefused("v1", SEAL_BROKEN))
    assert isinstance(kiosk.state, st.Preparing)
    kiosk.tell(ev.DocumentReady("v2", document(), "free"), ev.PrintPressed())
    # The job of the visit before ends now: it is recorded, and this one goes on.
    late = kiosk.tell(ended(Outcome.UNKNOWN, job="v1-1"))
    assert late == (ef.ConfirmPrinted("v1-1", "", "unknown", 0, "none"),)
    assert isinstance(kiosk.state, st.Printing)


# -- cards and readers that fail -----------------------------------------------------------------


def test_a_card_that_cannot_be_read_is_said_and_another_may_be_laid_on() -> None:
    kiosk = Kiosk()
    kiosk.tell(CardLaid(DESK, 0.0))
    assert kiosk.tell(CardFailed(DESK, CARD_MUTE)) == (ef.RecordFault(CARD_MUTE, "Identifying"),)
    assert isinstance(kiosk.state, st.CardTrouble)
    assert kiosk.state.fault is CARD_MUTE
    kiosk.tell(CardLifted(DESK))
    assert isinstance(kiosk.state, st.CardTrouble)  # the words stay to be read
    lay(kiosk)
    assert isinstance(kiosk.state, st.Consenting)


def test_a_read_that_never_ends_is_the_readers_fault() -> None:
    kiosk = Kiosk()
    kiosk.tell(CardLaid(DESK, kiosk.now))
    assert kiosk.wait(15) == (ef.RecordFault(READER_STUCK, "Identifying"),)


def test_without_any_reader_nobody_can_be_served_until_one_is_back() -> None:
    kiosk = Kiosk()
    kiosk.tell(ReaderChanged(DESK, UNPLUGGED))
    assert isinstance(kiosk.state, st.Welcome)
    kiosk.tell(ReaderChanged(SAMV, UNPLUGGED))
    assert isinstance(kiosk.state, st.OutOfService)
    kiosk.tell(ReaderChanged(SAMV, station().readers[1][1]))
    assert isinstance(kiosk.state, st.Welcome)


def test_without_the_platform_nobody_is_asked_for_a_card() -> None:
    kiosk = Kiosk()
    kiosk.tell(ev.PlatformChanged(UNREACHABLE))
    assert isinstance(kiosk.state, st.OutOfService)
    read = lay(kiosk)
    assert read.wiped
    kiosk.tell(ev.PlatformChanged(None))
    assert isinstance(kiosk.state, st.Welcome)
