"""Confirmation, printing, the truth about it, taking the paper, the farewell."""

from __future__ import annotations

from dataclasses import replace

from devices.faults import CARD_LEFT_BEHIND
from printing.faults import JOB_ABORTED, JOB_UNPROVED, LEFTOVER_JOB
from printing.outcome import Evidence, Outcome, PrintEnded, PrintProgress, nothing_came_out
from printing.printer import PrinterChanged

from .. import events as ev
from ..effects import (
    AskCopy,
    CallHelp,
    CancelPrint,
    Effect,
    Print,
    RecordFault,
    Wipe,
)
from ..home import home
from ..model import Document, EndReason, Item, Presence, Reprint, ReprintReason, Retry
from ..states import (
    CheckingPaper,
    Collecting,
    Copying,
    Ending,
    InVisit,
    OutOfService,
    Previewing,
    Printing,
    State,
    Trouble,
    Welcome,
)
from .common import Step, confirm, end, in_visit, reassess, waited_too_long
from .journey import back_to_choice

GONE = (EndReason.OTHER_CARD, EndReason.TIMEOUT)
"""Why a job was stopped although nobody asked for it: whose paper it is may not stand there."""
PERSON_SAID_SO = "person"
"""The evidence where the resident answered that every page came out."""


def print_pressed(state: Previewing, _event: object, now: float) -> Step:
    """Confirmed: one job, once. What may have come out of a job that was stopped is for staff;
    where the printer cannot, say so and keep the document."""
    name = type(state).__name__
    out = state.visit.may_be_out(state.document)
    if out is not None:
        fault = JOB_UNPROVED if out.pages_done == 0 else out.fault or JOB_ABORTED
        page = in_visit(
            Trouble, state, now, fault=fault, retry=Retry.STAFF, item=state.item,
            document=state.document, pages_done=out.pages_done,
        )  # fmt: skip
        return page, (RecordFault(fault, name), CallHelp(name, fault.code))
    cannot = state.station.unprintable(state.item)
    if cannot is not None:
        page = in_visit(
            Trouble, state, now, fault=cannot, retry=Retry.PREVIEW, item=state.item,
            document=state.document,
        )  # fmt: skip
        return page, (RecordFault(cannot, name),)
    earlier = state.visit.last_job(state.document)
    again = Reprint(earlier, ReprintReason.NOTHING_CAME_OUT) if earlier else None
    return hand_over(state, now, state.item, state.document, again)


def hand_over(
    state: InVisit, now: float, item: Item, document: Document, reprint: Reprint | None
) -> Step:
    """One job of this document; ``reprint`` says by what right, where it is not the first."""
    number = document.number
    job = f"{state.visit.id}-{state.visit.jobs + 1}"
    others = (tried for tried in state.visit.tried if tried[0] != number)
    # Whoever allowed it knew what may have come out before: from here on this job counts.
    stopped = tuple(one for one in state.visit.stopped if one[0] != number)
    visit = replace(
        state.visit, jobs=state.visit.jobs + 1, tried=(*others, (number, job)), stopped=stopped
    )
    page = in_visit(
        Printing, state, now, visit=visit, item=item, document=document,
        progress=PrintProgress(job, Outcome.QUEUED, 0, document.pages),
    )  # fmt: skip
    return page, (Print(job, visit.id, item, document, reprint),)


def print_again(state: Trouble, event: ev.OperatorCardRead, now: float) -> Step:
    """A member of staff has looked: the very same bytes once more, for this laying-on."""
    if state.item is None or state.document is None:
        return replace(state, quiet_since=now), ()
    fault = state.station.unprintable(state.item)
    if fault is not None:
        # They stand before it: once the printer is well, the card is laid on again.
        return replace(state, fault=fault, quiet_since=now), (
            RecordFault(fault, type(state).__name__),
        )
    allowed = Reprint(state.visit.last_job(state.document), ReprintReason.STAFF, event.card.serial)
    return hand_over(state, now, state.item, state.document, allowed)


def progressed(state: Printing, event: PrintProgress, now: float) -> Step:
    """The device counted a page, or waits, or goes on."""
    if event.job != state.progress.job or event == state.progress:
        return state, ()
    effects: tuple[Effect, ...] = ()
    if event.waiting is not None and not event.waiting.same_as(state.progress.waiting):
        effects = (
            RecordFault(event.waiting, type(state).__name__),
            CallHelp(type(state).__name__, event.waiting.code),
        )
    return replace(state, progress=event, quiet_since=now), effects


def ended(state: Printing, event: PrintEnded, now: float) -> Step:
    """The job is over: believed only as far as it is proved."""
    if event.job != state.progress.job:
        return late_job(state, event, now)
    # Where whose pages they are has gone, somebody else must look into the tray.
    lie = state.cancelling in GONE and not nothing_came_out(event)
    calls = (CallHelp(type(state).__name__, LEFTOVER_JOB.code),) if lie else ()
    # Who laid another card on must not find the first one's visit open.
    if event.outcome is Outcome.PRINTED and state.cancelling is not EndReason.OTHER_CARD:
        page: State = in_visit(Collecting, state, now, item=state.item, pages=event.pages)
        return page, (Wipe(None, state.document), confirm(state.item.id, event), *calls)
    fault = event.fault or JOB_ABORTED
    if state.cancelling is not None:
        ending, effects = end(state, now, state.cancelling)
        return ending, (confirm(state.item.id, event), *effects, *calls)
    if state.copying:
        return _to_the_phone(state, event, now)
    name = type(state).__name__
    record = RecordFault(fault, name)
    partly = event.evidence == Evidence.DEVICE_PARTLY and 0 < event.pages_done < event.pages
    if not nothing_came_out(event) and not partly:
        page = in_visit(
            CheckingPaper, state, now, item=state.item, document=state.document, ended=event
        )
        return page, (record,)
    page = in_visit(
        Trouble, state, now, fault=fault, retry=Retry.STAFF if partly else Retry.PREVIEW,
        item=state.item, document=state.document, pages_done=event.pages_done,
    )  # fmt: skip
    calls = (CallHelp(name, fault.code),) if partly else ()
    return page, (confirm(state.item.id, event), record, *calls)


def copy_instead(state: Printing, _event: object, now: float) -> Step:
    """The phone instead of waiting for paper: stop the job, and ask for the copy when the printer
    has said what came out. A second touch, or one after the printer went on, changes nothing."""
    if not state.may_copy:
        return state, ()
    stopping = replace(state, copying=True, entered=now, quiet_since=now)
    return stopping, (CancelPrint(state.progress.job),)


def _to_the_phone(state: Printing, event: PrintEnded, now: float) -> Step:
    """The job is over; what may have come out of it is remembered, and nobody is asked: the phone
    is what is wanted, and the record says what is known."""
    visit = state.visit
    if not nothing_came_out(event):
        visit = replace(visit, stopped=(*visit.stopped, (state.document.number, event)))
    page = in_visit(Copying, state, now, visit=visit, item=state.item, document=state.document)
    asked = AskCopy(visit, state.item, state.document)
    return page, (confirm(state.item.id, event), asked)


def cancel(state: Printing, now: float, reason: EndReason) -> Step:
    """Stop what has not come out yet; the visit ends when the printer has answered."""
    if state.cancelling is not None:
        return state, ()
    if state.copying:
        # It is being stopped already; the printer's time to answer goes on.
        return replace(state, cancelling=reason), ()
    stopping = replace(state, cancelling=reason, entered=now, quiet_since=now)
    return stopping, (CancelPrint(state.progress.job),)


def leave_printing(state: Printing, _event: object, now: float) -> Step:
    """The resident does not want to wait."""
    return cancel(state, now, EndReason.LEFT)


def tick_printing(state: Printing, _event: object, now: float) -> Step:
    """The clock stands still while it prints; but nothing waits for paper for ever."""
    limits = state.station.limits
    if state.stopping:
        if now - state.entered < limits.clear_s:
            return state, ()
        return end(state, now, state.cancelling or EndReason.LEFT)
    if now - state.quiet_since < limits.paper_wait_s:
        return state, ()
    return cancel(state, now, EndReason.TIMEOUT)


def pages_confirmed(state: CheckingPaper, event: ev.PagesConfirmed, now: float) -> Step:
    """The person said so: yes is evidence. No goes to staff, who alone may print it again."""
    said = replace(
        state.ended,
        outcome=Outcome.PRINTED if event.came_out else Outcome.UNKNOWN,
        pages_done=state.ended.pages if event.came_out else state.ended.pages_done,
        evidence=PERSON_SAID_SO,
    )
    if event.came_out:
        page = in_visit(Collecting, state, now, item=state.item, pages=said.pages)
        return page, (Wipe(None, state.document), confirm(state.item.id, said))
    name = type(state).__name__
    help_page = in_visit(
        Trouble, state, now, fault=JOB_UNPROVED, retry=Retry.STAFF, item=state.item,
        document=state.document, pages_done=said.pages_done,
    )  # fmt: skip
    effects = (
        confirm(state.item.id, said),
        RecordFault(JOB_UNPROVED, name),
        CallHelp(name, JOB_UNPROVED.code),
    )
    return help_page, effects


def more(state: Collecting | Copying, _event: object, now: float) -> Step:
    """Another service, while the card is still there; what the phone has been given is let go."""
    if state.visit.presence is Presence.ABSENT:
        return replace(state, quiet_since=now), ()
    return back_to_choice(state, _event, now)


def done(state: Collecting | Copying, _event: object, now: float) -> Step:
    """Finished."""
    return end(state, now, EndReason.DONE)


def tick_collecting(state: Collecting, _event: object, now: float) -> Step:
    """The paper was there to be taken long enough."""
    return end(state, now, EndReason.DONE) if waited_too_long(state, now) else (state, ())


def cleared(state: Ending, event: ev.PaperCleared, now: float) -> Step:
    """The device's own list is empty; or it is not, and nobody else may meet that paper."""
    if event.empty:
        return replace(state, clearing=False), ()
    return _not_cleared(state, now)


def tick_ending(state: Ending, _event: object, now: float) -> Step:
    """Home, once the farewell was readable, the printer is clear and the card is gone; a card that
    nobody takes is for staff."""
    limits = state.station.limits
    shown = now - state.entered
    if state.clearing:
        return _not_cleared(state, now) if shown >= limits.clear_s else (state, ())
    lies = state.reader in state.station.lying
    if shown < limits.ending_s or (lies and shown < limits.left_card_s):
        return state, ()
    if not lies:
        return home(state.station, now), ()
    name = type(state).__name__
    left = (RecordFault(CARD_LEFT_BEHIND, name), CallHelp(name, CARD_LEFT_BEHIND.code))
    return home(state.station, now), left


def _not_cleared(state: Ending, now: float) -> Step:
    name = type(state).__name__
    station = replace(state.station, blocked=LEFTOVER_JOB, unblocking=False)
    out = home(station, now)
    return out, (RecordFault(LEFTOVER_JOB, name), CallHelp(name, LEFTOVER_JOB.code))


def late_job(state: State, event: PrintEnded, _now: float) -> Step:
    """A job that ended after its visit did: recorded, shown to nobody. Where nobody stands there
    (one of an earlier run, too) and it is not known what came out, staff look into the tray."""
    recorded = confirm("", event)
    alone = isinstance(state, Welcome | OutOfService) and event.outcome is Outcome.UNKNOWN
    if not alone or nothing_came_out(event):
        return state, (recorded,)
    return state, (recorded, CallHelp(type(state).__name__, LEFTOVER_JOB.code))


def printer_changed(state: Welcome | OutOfService, event: PrinterChanged, now: float) -> Step:
    """Paper of an earlier visit that only a printer knows of, as after a start: nobody is let in,
    and staff are called, once."""
    fresh, effects = reassess(state, event, now)
    known = isinstance(state, OutOfService) and LEFTOVER_JOB.same_as(state.fault)
    if known or not isinstance(fresh, OutOfService) or not LEFTOVER_JOB.same_as(fresh.fault):
        return fresh, effects
    name = type(state).__name__
    calls = (RecordFault(fresh.fault, name), CallHelp(name, fresh.fault.code))
    return fresh, (*effects, *calls)
