"""Proving: the second factor, which is a code sent to the phone on record, or staff."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from devices.health import Cause, Fault, code_of
from devices.readers.protocol import CardFailed

from .. import events as ev
from ..effects import AskCheckCode, AskCheckStaff, CallHelp, RecordFault
from ..facts import IN_VISIT, OperatorCards, tick_waiting, tick_working
from ..model import Item, Retry
from ..presses import VISIT, back_to_choice, leave
from ..row import Row
from ..state import InVisit, Loss, Step, Waits, ask

if TYPE_CHECKING:
    from ..flows import Go

CODE_TRIES = 3
"""Tries for one code. After them, only staff can help (the platform counts as well)."""


class Proof(StrEnum):
    """The step of the second factor."""

    SENDING = "sending"
    ENTERING = "entering"
    CHECKING = "checking"
    STAFF = "staff"
    """A member of staff must compare card and person, and enter number and PIN."""
    STAFF_CHECKING = "staff_checking"


@dataclass(frozen=True, kw_only=True)
class Proving(InVisit):
    """A second factor is asked for.

    ``fault`` is why the last try failed, or why only staff can help. ``staff_number`` was read from
    a staff card, so only the PIN is asked for; empty if no such card was presented.
    """

    item: Item
    proof: Proof
    masked_phone: str = field(default="", repr=False)
    tries_left: int = CODE_TRIES
    fault: Fault | None = None
    staff_number: str = ""
    request: int = 0

    @property
    def awaits(self) -> int | None:
        return None if self.waits_for.person else self.request

    @property
    def waits_for(self) -> Waits:
        match self.proof:
            case Proof.ENTERING:
                return Waits.RESIDENT
            case Proof.STAFF:
                return Waits.STAFF
            case Proof.SENDING | Proof.CHECKING | Proof.STAFF_CHECKING:
                return Waits.MACHINE

    @property
    def staff_called(self) -> bool:
        # If a staff card was presented instead, staff are at the terminal and no call was made.
        return self.proof in (Proof.STAFF, Proof.STAFF_CHECKING) and not self.staff_number

    @property
    def acts_outside(self) -> bool:
        # The resident looks for the code on the phone, and must see where to enter it.
        return self.proof is Proof.ENTERING

    @property
    def loss(self) -> Loss | None:
        return Loss.PROOF if self.proof in (Proof.ENTERING, Proof.CHECKING) else None

    @property
    def fault_shown(self) -> Fault | None:
        return self.fault


# -- the code -------------------------------------------------------------------------------------


def code_sent(state: Proving, event: ev.CodeSent, go: Go) -> Step:
    """Let the resident enter the code."""
    if state.proof is not Proof.SENDING:
        return state, ()  # an answer to another kind of request is ignored
    entering = replace(
        state, proof=Proof.ENTERING, masked_phone=event.masked_phone, quiet_since=go.now
    )
    return entering, ()


def code_again(state: Proving, _press: ev.CodeAgainPressed, go: Go) -> Step:
    """Have another code sent."""
    if state.proof is not Proof.ENTERING:
        return state, ()
    return go.send_code(state, state.item, state.masked_phone)


def code_entered(state: Proving, event: ev.CodeEntered, go: Go) -> Step:
    """Have the code checked."""
    if state.proof is not Proof.ENTERING:
        return state, ()
    checking, request = _check(state, Proof.CHECKING, go)
    return checking, (AskCheckCode(request, state.visit, event.code),)


def code_checked(state: Proving, event: ev.CodeChecked, go: Go) -> Step:
    """Go on if the code is right. Else let the resident try again, or call staff."""
    if state.proof is not Proof.CHECKING:
        return state, ()  # an answer to another kind of request is ignored
    if event.ok:
        return go.issue(state, state.item, visit=state.visit.with_code())
    again = replace(state, tries_left=event.tries_left, fault=event.fault, quiet_since=go.now)
    if event.tries_left > 0:
        return replace(again, proof=Proof.ENTERING), ()
    call = CallHelp(state.name, code_of(event.fault))
    return replace(again, proof=Proof.STAFF), (call,)


# -- staff ----------------------------------------------------------------------------------------


def staff_wanted(state: Proving, _press: ev.StaffPressed, go: Go) -> Step:
    """Call staff instead of the code."""
    if state.proof is not Proof.ENTERING:
        return state, ()
    page = replace(state, proof=Proof.STAFF, fault=None, quiet_since=go.now)
    return page, (CallHelp(state.name),)


def staff_entered(state: Proving, event: ev.StaffEntered, go: Go) -> Step:
    """Have the staff number and PIN checked."""
    if state.proof is not Proof.STAFF:
        return state, ()
    checking, request = _check(state, Proof.STAFF_CHECKING, go)
    staff_number = state.staff_number or event.staff_number
    return checking, (AskCheckStaff(request, state.visit, state.item, staff_number, event.pin),)


def _check(state: Proving, proof: Proof, go: Go) -> tuple[Proving, int]:
    state, request = ask(state)
    checking = replace(
        state, proof=proof, fault=None, entered=go.now, quiet_since=go.now, request=request
    )
    return checking, request


def staff_checked(state: Proving, event: ev.StaffChecked, go: Go) -> Step:
    """Go on with the highest assurance if the staff PIN was accepted; else ask again."""
    if state.proof is not Proof.STAFF_CHECKING:
        return state, ()  # an answer to another kind of request is ignored
    if event.ok:
        return go.issue(state, state.item, visit=state.visit.vouched(state.item.id))
    return replace(state, proof=Proof.STAFF, fault=event.fault, quiet_since=go.now), ()


def staff_card(state: Proving, event: ev.OperatorCardRead, go: Go) -> Step:
    """Take the staff number from the card, so that only the PIN is asked for."""
    return with_staff_number(state, event, go), ()


def with_staff_number(state: Proving, event: ev.OperatorCardRead, go: Go) -> Proving:
    """Return the state that asks for the PIN that belongs to this staff card."""
    if not state.waits_for.person:
        return state
    return replace(
        state, proof=Proof.STAFF, staff_number=event.card.number, fault=None, quiet_since=go.now
    )


def card_failed(state: Proving, event: CardFailed, go: Go) -> Step:
    """Show why the staff's card is not accepted, while the page waits for one."""
    if state.proof is not Proof.STAFF:
        return state, ()
    record = RecordFault(event.fault, state.name)
    return replace(state, fault=event.fault, quiet_since=go.now), (record,)


# -- either ---------------------------------------------------------------------------------------


def failed(state: Proving, event: ev.PlatformFailed, go: Go) -> Step:
    """Show that the platform did not check the second factor. Offer a retry or call staff."""
    record = RecordFault(event.fault, state.name)
    match state.proof:
        case Proof.SENDING if event.fault.cause is Cause.PERSON:
            page, calls = go.only_staff(state, state.item, event.fault)
            return page, (record, *calls)
        case Proof.SENDING:
            return go.service_failed(state, event.fault, Retry.SEND_CODE, item=state.item)
        case Proof.CHECKING:
            again = Proof.ENTERING
        case Proof.STAFF_CHECKING:
            again = Proof.STAFF
        case Proof.ENTERING | Proof.STAFF:
            return state, ()
    return replace(state, proof=again, fault=event.fault, quiet_since=go.now), (record,)


def tick(state: Proving, event: ev.Tick, go: Go) -> Step:
    """End the visit if a person, or the platform, does not act in time."""
    return (tick_waiting if state.waits_for.person else tick_working)(state, event, go)


ROW = Row(
    state=Proving,
    presses={
        **VISIT,
        ev.CodeEntered: code_entered,
        ev.CodeAgainPressed: code_again,
        ev.StaffPressed: staff_wanted,
        ev.StaffEntered: staff_entered,
        ev.LeavePressed: leave,
        ev.BackPressed: back_to_choice,
    },
    facts={
        **IN_VISIT,
        CardFailed: card_failed,
        ev.Tick: tick,
        ev.OperatorCardRead: OperatorCards(staff=staff_card),
    },
    answers={
        ev.CodeSent: code_sent,
        ev.CodeChecked: code_checked,
        ev.StaffChecked: staff_checked,
        ev.PlatformFailed: failed,
    },
)
