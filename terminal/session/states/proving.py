"""Proving: a second factor is asked for, a code sent to the phone on record or staff."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from devices.health import Cause, Fault
from devices.readers.protocol import CardFailed

from .. import events as ev
from ..effects import AskCheckCode, AskCheckStaff, CallHelp, RecordFault
from ..facts import IN_VISIT, OperatorCards, tick_waiting, tick_working
from ..model import Item, Retry
from ..presses import WITH_HELP, back_to_choice, leave
from ..row import Row
from ..state import InVisit, Step, Waits, ask

if TYPE_CHECKING:
    from ..flows import Go

CODE_TRIES = 3
"""Tries at one code, after which only staff can go on (the platform counts too)."""


class Proof(StrEnum):
    """How far the second factor is."""

    SENDING = "sending"
    ENTERING = "entering"
    CHECKING = "checking"
    STAFF = "staff"
    """A member of staff must look, and enter number and PIN."""
    STAFF_CHECKING = "staff_checking"


@dataclass(frozen=True, kw_only=True)
class Proving(InVisit):
    """A second factor is asked for.

    ``fault`` is why the last try failed, or why only staff can go on. ``staff_number`` is the number on
    the card that a member of staff presented: then only the PIN is asked for.
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
    def fault_shown(self) -> Fault | None:
        return self.fault


# -- the code -------------------------------------------------------------------------------------


def code_sent(state: Proving, event: ev.CodeSent, go: Go) -> Step:
    """Let the resident enter the code."""
    if state.proof is not Proof.SENDING:
        return state, ()  # the answer to another kind of request proves nothing here
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
    """Go on if the code is right; else let the resident try again, or call staff."""
    if state.proof is not Proof.CHECKING:
        return state, ()  # the answer to another kind of request proves nothing here
    if event.ok:
        return go.issue(state, state.item, visit=state.visit.with_code())
    again = replace(state, tries_left=event.tries_left, fault=event.fault, quiet_since=go.now)
    if event.tries_left > 0:
        return replace(again, proof=Proof.ENTERING), ()
    call = CallHelp(state.name, event.fault.code if event.fault else "")
    return replace(again, proof=Proof.STAFF), (call,)


# -- staff ----------------------------------------------------------------------------------------


def staff_wanted(state: Proving, _press: ev.StaffPressed, go: Go) -> Step:
    """Call staff instead of the code."""
    if state.proof is not Proof.ENTERING:
        return state, ()
    page = replace(state, proof=Proof.STAFF, fault=None, quiet_since=go.now)
    return page, (CallHelp(state.name),)


def staff_entered(state: Proving, event: ev.StaffEntered, go: Go) -> Step:
    """Have the number and PIN of the member of staff checked."""
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
    """Go on with the highest assurance if staff were accepted; else ask again."""
    if state.proof is not Proof.STAFF_CHECKING:
        return state, ()  # the answer to another kind of request proves nothing here
    if event.ok:
        return go.issue(state, state.item, visit=state.visit.vouched(state.item.id))
    return replace(state, proof=Proof.STAFF, fault=event.fault, quiet_since=go.now), ()


def staff_card(state: Proving, event: ev.OperatorCardRead, go: Go) -> Step:
    """Take the number of the member of staff from the card: only the PIN is asked for."""
    return with_staff_number(state, event, go), ()


def with_staff_number(state: Proving, event: ev.OperatorCardRead, go: Go) -> Proving:
    """Return the page that asks for the PIN of the member of staff whose card was read."""
    if not state.waits_for.person:
        return state
    return replace(
        state, proof=Proof.STAFF, staff_number=event.card.number, fault=None, quiet_since=go.now
    )


def card_failed(state: Proving, event: CardFailed, go: Go) -> Step:
    """Say why the card of a member of staff is not accepted, while one is waited for."""
    if state.proof is not Proof.STAFF:
        return state, ()
    record = RecordFault(event.fault, state.name)
    return replace(state, fault=event.fault, quiet_since=go.now), (record,)


# -- either ---------------------------------------------------------------------------------------


def failed(state: Proving, event: ev.PlatformFailed, go: Go) -> Step:
    """Say that the platform did not check the second factor; offer a retry or call staff."""
    record = RecordFault(event.fault, state.name)
    match state.proof:
        case Proof.SENDING if event.fault.cause is Cause.PERSON:
            page, calls = go.only_staff(state, state.item, event.fault)
            return page, (record, *calls)
        case Proof.SENDING:
            return go.trouble(state, event.fault, Retry.SEND_CODE, item=state.item)
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
        **WITH_HELP,
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
