"""From consent to the preview: who it is, what is wanted, the second factor, the certificate."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from devices.health import Cause, Fault
from devices.identity import Assurance

from ...faults import WORKER_FAILED
from ...platform.faults import NO_PHONE
from .. import events as ev
from ..effects import (
    AskCheckCode,
    AskCheckStaff,
    AskCode,
    AskIdentify,
    AskIssue,
    CallHelp,
    RecordFault,
    Wipe,
)
from ..model import Edition, EndReason, Item, Presence, Request, Retry, Visit
from ..states import (
    CardAway,
    Choosing,
    Consenting,
    InVisit,
    Preparing,
    Previewing,
    Proof,
    Proving,
    Recognising,
    Trouble,
)
from .common import Step, end, in_visit, waited_too_long

CODE_TRIES = 3
"""Tries at one code before only staff can go on (the platform counts too)."""
ASKED = {
    Proof.SENDING: Request.SEND_CODE,
    Proof.CHECKING: Request.CHECK_CODE,
    Proof.STAFF_CHECKING: Request.CHECK_STAFF,
}
"""What the platform was asked where; a failure of another request came too late."""


def consented(state: Consenting, _event: object, now: float) -> Step:
    """Yes: ask the platform who this is."""
    return in_visit(Recognising, state, now), (AskIdentify(state.visit),)


def person_known(state: Recognising, event: ev.PersonKnown, now: float) -> Step:
    """The platform knows the person."""
    if event.visit != state.visit.id:
        return state, ()
    return in_visit(Choosing, state, now, visit=replace(state.visit, person=event.person)), ()


def tick_working(state: Recognising | Preparing, _event: object, now: float) -> Step:
    """An answer that will not come any more."""
    if now - state.entered < state.station.limits.answer_s:
        return state, ()
    return worker_lost(state, now)


def worker_lost(state: InVisit, now: float) -> Step:
    """Beyond every time-out and retry: a bug, for the maintainer; the visit ends."""
    ending, effects = end(state, now, EndReason.FAULT)
    fault = WORKER_FAILED.with_detail("no answer")
    return ending, (*effects, RecordFault(fault, type(state).__name__))


def trouble(state: InVisit, now: float, fault: Fault, retry: Retry, **more: Any) -> Step:
    """A page of trouble; trying again is offered unless it is the person who must act."""
    if fault.cause is Cause.PERSON:
        retry = Retry.NONE
    page = in_visit(Trouble, state, now, fault=fault, retry=retry, **more)
    return page, (RecordFault(fault, type(state).__name__),)


def identify_failed(state: Recognising, event: ev.PlatformFailed, now: float) -> Step:
    """The platform did not answer, or does not know the person."""
    if event.visit != state.visit.id or event.request is not Request.IDENTIFY:
        return state, ()
    return trouble(state, now, event.fault, Retry.IDENTIFY)


def service_chosen(state: Choosing, event: ev.ServiceChosen, now: float) -> Step:
    """Issue it, or first ask for the factor that is missing."""
    item = next((item for item in state.station.items if item.id == event.item), None)
    if item is None or state.station.unavailable(item) is not None:
        return replace(state, quiet_since=now), ()
    if state.visit.assurance_for(item.id) >= item.assurance_needed:
        return issue(state, now, item)
    phone = state.visit.person.masked_phone if state.visit.person else None
    if phone is None:
        return only_staff(state, now, item, NO_PHONE)
    if item.assurance_needed > Assurance.SECOND_FACTOR:
        return only_staff(state, now, item)
    return send_code(state, now, item, phone)


def only_staff(state: InVisit, now: float, item: Item, fault: Fault | None = None) -> Step:
    """No code can prove what this item needs: staff are called."""
    page = in_visit(Proving, state, now, item=item, proof=Proof.STAFF, fault=fault)
    return page, (CallHelp(Proving.__name__, fault.code if fault else ""),)


def send_code(state: InVisit, now: float, item: Item, phone: str) -> Step:
    """Have a code sent."""
    page = in_visit(
        Proving, state, now, item=item, proof=Proof.SENDING, masked_phone=phone,
        tries_left=CODE_TRIES,
    )  # fmt: skip
    return page, (AskCode(state.visit, item),)


def issue(
    state: InVisit,
    now: float,
    item: Item,
    visit: Visit | None = None,
    edition: Edition | None = None,
) -> Step:
    """Have the certificate issued, in the edition that fits the page's type where none is said."""
    edition = edition or item.edition_for(state.look.mode)
    page = in_visit(Preparing, state, now, item=item, visit=visit or state.visit, edition=edition)
    return page, (AskIssue(page.visit, item, edition),)


def edition_chosen(state: Previewing, event: ev.EditionChosen, now: float) -> Step:
    """Another edition is another document: this one is let go, that one issued and shown."""
    if event.edition is state.document.edition or event.edition not in state.item.editions:
        return replace(state, quiet_since=now), ()
    page, effects = issue(state, now, state.item, edition=event.edition)
    return page, (Wipe(None, state.document), *effects)


def code_sent(state: Proving, event: ev.CodeSent, now: float) -> Step:
    """The code is on its way: let it be entered."""
    if event.visit != state.visit.id or state.proof is not Proof.SENDING:
        return state, ()
    entering = replace(
        state, proof=Proof.ENTERING, masked_phone=event.masked_phone, quiet_since=now
    )
    return entering, ()


def code_again(state: Proving, _event: object, now: float) -> Step:
    """Send it once more."""
    if state.proof is not Proof.ENTERING:
        return state, ()
    return send_code(state, now, state.item, state.masked_phone)


def code_entered(state: Proving, event: ev.CodeEntered, now: float) -> Step:
    """Have it checked."""
    if state.proof is not Proof.ENTERING:
        return state, ()
    checking = replace(state, proof=Proof.CHECKING, fault=None, entered=now, quiet_since=now)
    return checking, (AskCheckCode(state.visit, state.item, event.code),)


def code_checked(state: Proving, event: ev.CodeChecked, now: float) -> Step:
    """Right: on. Wrong: again, or after the last try only with staff, who are called."""
    mine = event.visit == state.visit.id and event.item == state.item.id
    if not mine or state.proof is not Proof.CHECKING:
        return state, ()
    if event.ok:
        return issue(state, now, state.item, state.visit.with_code())
    again = replace(state, tries_left=event.tries_left, fault=event.fault, quiet_since=now)
    if event.tries_left > 0:
        return replace(again, proof=Proof.ENTERING), ()
    effects = (CallHelp(type(state).__name__, event.fault.code if event.fault else ""),)
    return replace(again, proof=Proof.STAFF), effects


def staff_wanted(state: Proving, _event: object, now: float) -> Step:
    """The way round: a member of staff looks, and is told to come."""
    if state.proof is not Proof.ENTERING:
        return state, ()
    page = replace(state, proof=Proof.STAFF, fault=None, quiet_since=now)
    return page, (CallHelp(type(state).__name__),)


def staff_entered(state: Proving, event: ev.StaffEntered, now: float) -> Step:
    """Have the member of staff checked."""
    if state.proof is not Proof.STAFF:
        return state, ()
    checking = replace(state, proof=Proof.STAFF_CHECKING, fault=None, entered=now, quiet_since=now)
    helper = state.helper or event.helper
    return checking, (AskCheckStaff(state.visit, state.item, helper, event.pin),)


def staff_checked(state: Proving, event: ev.StaffChecked, now: float) -> Step:
    """Accepted: on, at the highest level. Not: again."""
    mine = event.visit == state.visit.id and event.item == state.item.id
    if not mine or state.proof is not Proof.STAFF_CHECKING:
        return state, ()
    if event.ok:
        return issue(state, now, state.item, state.visit.vouched(state.item.id))
    return replace(state, proof=Proof.STAFF, fault=event.fault, quiet_since=now), ()


def proof_failed(state: Proving, event: ev.PlatformFailed, now: float) -> Step:
    """The platform did not do what the second factor needs: again, or another way round."""
    mine = event.visit == state.visit.id and event.item == state.item.id
    if not mine or event.request is not ASKED.get(state.proof):
        return state, ()
    record = RecordFault(event.fault, type(state).__name__)
    match state.proof:
        case Proof.SENDING if event.fault.cause is Cause.PERSON:
            staff, calls = only_staff(state, now, state.item, event.fault)
            return staff, (record, *calls)
        case Proof.SENDING:
            return trouble(state, now, event.fault, Retry.SEND_CODE, item=state.item)
        case Proof.CHECKING:
            return replace(state, proof=Proof.ENTERING, fault=event.fault, quiet_since=now), (
                record,
            )
        case Proof.STAFF_CHECKING:
            return replace(state, proof=Proof.STAFF, fault=event.fault, quiet_since=now), (record,)
        case Proof.ENTERING | Proof.STAFF:
            return state, ()


def tick_proving(state: Proving, _event: object, now: float) -> Step:
    """While the platform works the clock stands still; else as any page that waits."""
    if state.proof in (Proof.ENTERING, Proof.STAFF):
        return end(state, now, EndReason.TIMEOUT) if waited_too_long(state, now) else (state, ())
    if now - state.entered < state.station.limits.answer_s:
        return state, ()
    return worker_lost(state, now)


def back_to_choice(state: InVisit, _event: object, now: float) -> Step:
    """To the choice of services; a document that was shown is let go."""
    document = getattr(state, "document", None)
    effects = (Wipe(None, document),) if document is not None else ()
    return in_visit(Choosing, state, now), effects


def issue_failed(state: Preparing, event: ev.PlatformFailed, now: float) -> Step:
    """The platform could not issue what is waited for."""
    if event.request is not Request.ISSUE or not _waited_for(state, event):
        return state, ()
    return trouble(state, now, event.fault, Retry.ISSUE, item=state.item, edition=state.edition)


def _waited_for(state: Preparing, event: ev.PlatformFailed | ev.DocumentRefused) -> bool:
    """Not of another item, or edition, that was asked for before in this visit."""
    mine = event.visit == state.visit.id and event.item == state.item.id
    return mine and event.edition is state.edition


def document_ready(state: Preparing, event: ev.DocumentReady, now: float) -> Step:
    """Sealed, verified, this person's, this item's, in the edition asked for: show it."""
    wanted = event.item == state.item.id and event.document.edition is state.edition
    if event.visit != state.visit.id or not wanted:
        return state, (Wipe(None, event.document),)
    return in_visit(Previewing, state, now, item=state.item, document=event.document), ()


def document_refused(state: Preparing, event: ev.DocumentRefused, now: float) -> Step:
    """Not fit to be printed: it is not shown either."""
    if not _waited_for(state, event):
        return state, ()
    return trouble(state, now, event.fault, Retry.ISSUE, item=state.item, edition=state.edition)


def page_not_shown(state: Previewing, event: ev.PageNotShown, now: float) -> Step:
    """Refuse the document after all: what cannot be shown must not be printed."""
    if event.visit != state.visit.id or event.number != state.document.number:
        return state, ()
    page, effects = trouble(
        state, now, event.fault, Retry.ISSUE, item=state.item, edition=state.document.edition
    )
    return page, (Wipe(None, state.document), *effects)


def another(state: Trouble, _event: object, now: float) -> Step:
    """Another service, where it is only this one that the person cannot have."""
    if not state.others or state.visit.presence is Presence.ABSENT:
        return replace(state, quiet_since=now), ()
    return back_to_choice(state, _event, now)


def retried(state: Trouble, _event: object, now: float) -> Step:
    """Try again what failed."""
    match state.retry:
        case Retry.IDENTIFY:
            return in_visit(Recognising, state, now), (AskIdentify(state.visit),)
        case Retry.SEND_CODE if state.item and state.visit.person:
            return send_code(state, now, state.item, state.visit.person.masked_phone or "")
        case Retry.ISSUE if state.item:
            return issue(state, now, state.item, edition=state.edition)
        case Retry.PREVIEW if state.item and state.document:
            page = in_visit(Previewing, state, now, item=state.item, document=state.document)
            if state.visit.presence is not Presence.ABSENT:
                return page, ()
            # It was lifted while the job that failed went on: a new one needs it as ever.
            return in_visit(CardAway, state, now, before=page), ()
        case _:
            return replace(state, quiet_since=now), ()
