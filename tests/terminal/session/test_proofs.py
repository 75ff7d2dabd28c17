"""The second factor: the code from the phone on record, and staff who vouch."""

from __future__ import annotations

from dataclasses import replace

from devices.identity import Assurance
from devices.readers.protocol import CardPresented, CardRemoved
from terminal.platform.faults import (
    CODE_LOCKED,
    CODE_WRONG,
    NO_PHONE,
    STAFF_REFUSED,
)
from terminal.session import effects as ef
from terminal.session import events as ev
from terminal.session import states as st
from tests.terminal.session_world import (
    ASKED,
    CODED,
    DESK,
    PHONE,
    VOUCHED,
    Kiosk,
    asked_for_code,
    back_to_choice,
    closed_card,
    person,
    reach_choosing,
)


def test_right_code_raises_the_assurance() -> None:
    kiosk = Kiosk()
    asked_for_code(kiosk)
    assert kiosk.send(ev.CodeEntered("123456")) == (ef.AskCheckCode(*kiosk.asked, "123456"),)
    (ask,) = kiosk.send(ev.CodeChecked(ASKED, True, 0))
    assert isinstance(ask, ef.AskIssue)
    assert ask.item == CODED
    assert ask.visit.assurance_for("coded") is Assurance.SECOND_FACTOR
    # The code counts for the rest of the visit.
    back_to_choice(kiosk)
    assert isinstance(kiosk.send(ev.ServiceChosen("coded"))[0], ef.AskIssue)


def test_three_wrong_codes_require_staff() -> None:
    kiosk = Kiosk()
    asked_for_code(kiosk)
    for left in (2, 1):
        kiosk.send(ev.CodeEntered("000000"))
        assert kiosk.send(ev.CodeChecked(ASKED, False, left, CODE_WRONG)) == ()
        assert kiosk.at(st.Proving).proof is st.Proof.ENTERING
        assert kiosk.at(st.Proving).tries_left == left
        assert kiosk.at(st.Proving).fault is CODE_WRONG
    kiosk.send(ev.CodeEntered("000000"))
    effects = kiosk.send(ev.CodeChecked(ASKED, False, 0, CODE_LOCKED))
    assert effects == (ef.CallHelp("Proving", CODE_LOCKED.code),)
    assert kiosk.at(st.Proving).proof is st.Proof.STAFF
    # Now no code is checked, and no other code is sent.
    assert kiosk.send(ev.CodeEntered("123456"), ev.CodeAgainPressed()) == ()
    assert kiosk.of(ef.AskIssue) == []
    # Staff vouch, and the visit goes on.
    kiosk.send(ev.StaffEntered("8001", "2468"))
    (ask,) = kiosk.send(ev.StaffChecked(ASKED, True))
    assert isinstance(ask, ef.AskIssue)


def test_a_code_is_sent_again_on_request() -> None:
    kiosk = Kiosk()
    asked_for_code(kiosk)
    assert kiosk.send(ev.CodeAgainPressed()) == (ef.AskCode(*kiosk.asked),)
    assert kiosk.at(st.Proving).proof is st.Proof.SENDING


def test_staff_can_vouch_instead_of_the_code_for_one_item_only() -> None:
    kiosk = Kiosk()
    asked_for_code(kiosk)
    assert kiosk.send(ev.StaffPressed()) == (ef.CallHelp("Proving"),)
    asked = kiosk.send(ev.StaffEntered("8001", "2468"))
    assert asked == (ef.AskCheckStaff(*kiosk.asked, CODED, "8001", "2468"),)
    assert kiosk.send(ev.StaffChecked(ASKED, False, STAFF_REFUSED)) == ()
    assert kiosk.at(st.Proving).proof is st.Proof.STAFF
    assert kiosk.at(st.Proving).fault is STAFF_REFUSED
    kiosk.send(ev.StaffEntered("8001", "1357"))
    (ask,) = kiosk.send(ev.StaffChecked(ASKED, True))
    assert isinstance(ask, ef.AskIssue)
    assert ask.visit.assurance_for("coded") is Assurance.STAFF
    assert ask.visit.assurance_for("vouched") is Assurance.CARD_FREE
    back_to_choice(kiosk)
    kiosk.send(ev.ServiceChosen("vouched"))
    assert isinstance(kiosk.state, st.Proving)


def test_right_code_still_counts_after_staff_vouched_for_another_item() -> None:
    kiosk = Kiosk()
    reach_choosing(kiosk)
    kiosk.send(ev.ServiceChosen("vouched"), ev.StaffEntered("8001", "2468"))
    kiosk.send(ev.StaffChecked(ASKED, True))
    back_to_choice(kiosk)
    kiosk.send(ev.ServiceChosen("coded"), ev.CodeSent(ASKED, PHONE), ev.CodeEntered("123456"))
    (ask,) = kiosk.send(ev.CodeChecked(ASKED, True, 0))
    assert isinstance(ask, ef.AskIssue)
    assert ask.visit.assurance_for("coded") is Assurance.SECOND_FACTOR
    back_to_choice(kiosk)
    assert isinstance(kiosk.send(ev.ServiceChosen("coded"))[0], ef.AskIssue)


def test_late_answer_to_a_code_does_not_count_for_the_next_choice() -> None:
    kiosk = Kiosk()
    other = replace(CODED, id="coded_too")
    kiosk.send(ev.CatalogueArrived((CODED, other)))
    asked_for_code(kiosk)
    kiosk.send(ev.CodeEntered("000000"))
    earlier = kiosk.awaited
    kiosk.send(ev.BackPressed(), ev.ServiceChosen("coded_too"))
    kiosk.send(ev.CodeSent(ASKED, PHONE), ev.CodeEntered("123456"))
    waits = kiosk.state
    assert kiosk.send(ev.CodeChecked(earlier, False, 0, CODE_WRONG)) == ()
    assert kiosk.state is waits
    (ask,) = kiosk.send(ev.CodeChecked(ASKED, True, 0))
    assert isinstance(ask, ef.AskIssue)
    assert ask.item == other


def test_late_staff_answer_does_not_count_for_another_item() -> None:
    kiosk = Kiosk()
    asked_for_code(kiosk)
    kiosk.send(ev.StaffPressed(), ev.StaffEntered("8001", "2468"))
    earlier = kiosk.awaited
    kiosk.send(ev.BackPressed())
    kiosk.send(ev.ServiceChosen("vouched"), ev.StaffEntered("8001", "9999"))
    assert kiosk.send(ev.StaffChecked(earlier, True)) == ()
    assert isinstance(kiosk.state, st.Proving)
    assert kiosk.of(ef.AskIssue) == []


def test_the_answer_to_another_kind_of_request_proves_nothing() -> None:
    kiosk = Kiosk()
    reach_choosing(kiosk)
    kiosk.send(ev.ServiceChosen("vouched"), ev.StaffEntered("8001", "2468"))
    waits = kiosk.state
    for answer in (ev.CodeSent(ASKED, PHONE), ev.CodeChecked(ASKED, True, 0)):
        assert kiosk.send(answer) == ()
        assert kiosk.state is waits
    asked_for_code(coded := Kiosk())
    coded.send(ev.CodeEntered("123456"))
    assert coded.send(ev.StaffChecked(ASKED, True)) == ()
    assert coded.of(ef.AskIssue) == []


def test_no_code_is_sent_if_only_staff_can_prove_it() -> None:
    kiosk = Kiosk()
    reach_choosing(kiosk)
    assert kiosk.send(ev.ServiceChosen("vouched")) == (ef.CallHelp("Proving"),)
    assert isinstance(kiosk.state, st.Proving)
    assert kiosk.at(st.Proving).proof is st.Proof.STAFF
    assert kiosk.state.item == VOUCHED
    assert kiosk.of(ef.AskCode) == []


def test_resident_without_a_phone_on_record_is_informed_and_staff_are_called() -> None:
    kiosk = Kiosk()
    reach_choosing(kiosk, phone=None)
    assert kiosk.send(ev.ServiceChosen("coded")) == (ef.CallHelp("Proving", NO_PHONE.code),)
    assert isinstance(kiosk.state, st.Proving)
    assert kiosk.at(st.Proving).proof is st.Proof.STAFF
    assert kiosk.state.fault == NO_PHONE


def test_phone_missing_when_the_code_is_sent_requires_staff() -> None:
    kiosk = Kiosk()
    reach_choosing(kiosk)
    kiosk.send(ev.ServiceChosen("coded"))
    effects = kiosk.send(ev.PlatformFailed(ASKED, NO_PHONE))
    assert effects == (
        ef.RecordFault(NO_PHONE, "Proving"),
        ef.CallHelp("Proving", NO_PHONE.code),
    )
    assert isinstance(kiosk.state, st.Proving)
    assert kiosk.at(st.Proving).proof is st.Proof.STAFF


def test_closed_card_identifies_by_number_and_a_code_completes_the_person() -> None:
    kiosk = Kiosk()
    card = closed_card()
    kiosk.send(CardPresented(DESK, 0.0), ev.CardRead("v1", DESK, card, True), ev.Consented())
    kiosk.send(ev.PersonKnown(ASKED, person()), ev.ServiceChosen("coded"))
    kiosk.send(ev.CodeSent(ASKED, PHONE), ev.CodeEntered("123456"))
    card.complete(
        name="赵国芳", id_number="100101198802290161"
    )  # the worker does this when the code is right
    (ask,) = kiosk.send(ev.CodeChecked(ASKED, True, 0))
    assert isinstance(ask, ef.AskIssue)
    assert ask.visit.identity.record.name == "赵国芳"
    # The same closed card presented again counts as the same person.
    kiosk.send(CardRemoved(DESK), ev.CardRead("x", DESK, closed_card(), True))
    assert isinstance(kiosk.state, st.Preparing)
    kiosk.send(ev.LeavePressed())
    assert card.wiped
