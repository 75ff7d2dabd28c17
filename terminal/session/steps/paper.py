"""Confirmation, printing, the truth about it, taking the paper, the farewell."""

from __future__ import annotations

from dataclasses import replace

from printing.faults import JOB_ABORTED, JOB_UNPROVED, LEFTOVER_JOB
from printing.outcome import Outcome, PrintEnded, PrintProgress

from .. import events as ev
from ..effects import (
    CallHelp,
    CancelPrint,
    Effect,
    Print,
    RecordFault,
    Wipe,
)
from ..home import home
from ..model import EndReason, Presence, Retry
from ..states import (
    CheckingPaper,
    Choosing,
    Collecting,
    Ending,
    Previewing,
    Printing,
    State,
    Trouble,
)
from .common import Step, confirm, end, in_visit, quiet_too_long

PERSON_SAID_SO = "person"
"""The evidence where the resident answered that every page came out."""


def print_pressed(state: Previewing, _event: object, now: float) -> Step:
    """Confirmed: one job, once. Where the printer cannot, say so and keep the document."""
    fault = state.station.unavailable(state.item)
    if fault is not None:
        page = in_visit(
            Trouble, state, now, fault=fault, retry=Retry.PREVIEW, item=state.item,
            document=state.document,
        )  # fmt: skip
        return page, (RecordFault(fault, type(state).__name__),)
    visit = replace(state.visit, jobs=state.visit.jobs + 1)
    job = f"{visit.id}-{visit.jobs}"
    progress = PrintProgress(job, Outcome.QUEUED, 0, state.document.pages)
    page2 = in_visit(
        Printing, state, now, visit=visit, item=state.item, document=state.document,
        progress=progress,
    )  # fmt: skip
    return page2, (Print(job, visit.id, state.item, state.document),)


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
    wipe = Wipe(None, state.document)
    # Who laid another card on must not find the first one's visit open.
    if event.outcome is Outcome.PRINTED and state.cancelling is not EndReason.OTHER_CARD:
        page: State = in_visit(Collecting, state, now, item=state.item, pages=event.pages)
        return page, (wipe, confirm(state.item.id, event))
    fault = event.fault or JOB_ABORTED
    if state.cancelling is not None:
        ending, effects = end(state, now, state.cancelling)
        return ending, (confirm(state.item.id, event), *effects)
    record = RecordFault(fault, type(state).__name__)
    if event.outcome is Outcome.UNKNOWN:
        page = in_visit(CheckingPaper, state, now, item=state.item, ended=event)
        return page, (wipe, record)
    page = in_visit(
        Trouble, state, now, fault=fault, retry=Retry.PREVIEW, item=state.item,
        document=state.document, pages_done=event.pages_done,
    )  # fmt: skip
    return page, (confirm(state.item.id, event), record)


def cancel(state: Printing, now: float, reason: EndReason) -> Step:
    """Stop what has not come out yet; the visit ends when the printer has answered."""
    if state.cancelling is not None:
        return state, ()
    stopping = replace(state, cancelling=reason, quiet_since=now)
    return stopping, (CancelPrint(state.progress.job),)


def leave_printing(state: Printing, _event: object, now: float) -> Step:
    """The resident does not want to wait."""
    return cancel(state, now, EndReason.LEFT)


def tick_printing(state: Printing, _event: object, now: float) -> Step:
    """The clock stands still while it prints; but nothing waits for paper for ever."""
    limits = state.station.limits
    quiet = now - state.quiet_since
    if state.cancelling is not None:
        if quiet < limits.clear_s:
            return state, ()
        return end(state, now, state.cancelling)
    if quiet < limits.paper_wait_s:
        return state, ()
    return cancel(state, now, EndReason.TIMEOUT)


def pages_confirmed(state: CheckingPaper, event: ev.PagesConfirmed, now: float) -> Step:
    """The person said so: yes is evidence. No goes to staff; nothing is printed again unasked."""
    said = replace(
        state.ended,
        outcome=Outcome.PRINTED if event.came_out else Outcome.UNKNOWN,
        pages_done=state.ended.pages if event.came_out else state.ended.pages_done,
        evidence=PERSON_SAID_SO,
    )
    if event.came_out:
        page = in_visit(Collecting, state, now, item=state.item, pages=said.pages)
        return page, (confirm(state.item.id, said),)
    name = type(state).__name__
    help_page = in_visit(
        Trouble, state, now, fault=JOB_UNPROVED, retry=Retry.NONE, item=state.item,
        pages_done=said.pages_done,
    )  # fmt: skip
    effects = (
        confirm(state.item.id, said),
        RecordFault(JOB_UNPROVED, name),
        CallHelp(name, JOB_UNPROVED.code),
    )
    return help_page, effects


def more(state: Collecting, _event: object, now: float) -> Step:
    """Another service, while the card is still there."""
    if state.visit.presence is Presence.ABSENT:
        return replace(state, quiet_since=now), ()
    return in_visit(Choosing, state, now), ()


def done(state: Collecting, _event: object, now: float) -> Step:
    """Finished."""
    return end(state, now, EndReason.DONE)


def tick_collecting(state: Collecting, _event: object, now: float) -> Step:
    """The paper was there to be taken long enough."""
    return end(state, now, EndReason.DONE) if quiet_too_long(state, now) else (state, ())


def cleared(state: Ending, event: ev.PaperCleared, now: float) -> Step:
    """The device's own list is empty; or it is not, and nobody else may meet that paper."""
    if event.empty:
        return replace(state, clearing=False), ()
    return _not_cleared(state, now)


def tick_ending(state: Ending, _event: object, now: float) -> Step:
    """Home, once the farewell was readable, the printer is clear and the card is gone."""
    limits = state.station.limits
    shown = now - state.entered
    if state.clearing:
        return _not_cleared(state, now) if shown >= limits.clear_s else (state, ())
    card_left = state.reader in state.station.lying and shown < limits.left_card_s
    if shown < limits.ending_s or card_left:
        return state, ()
    return home(state.station, now), ()


def _not_cleared(state: Ending, now: float) -> Step:
    name = type(state).__name__
    station = replace(state.station, blocked=LEFTOVER_JOB, unblocking=False)
    out = home(station, now)
    return out, (RecordFault(LEFTOVER_JOB, name), CallHelp(name, LEFTOVER_JOB.code))


def late_job(state: State, event: PrintEnded, _now: float) -> Step:
    """A job that ended after its visit did: recorded, shown to nobody."""
    return state, (confirm("", event),)
