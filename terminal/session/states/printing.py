"""Printing: the job is with the printer."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from devices.readers.protocol import CardRemoved
from printing.faults import JOB_ABORTED, JOB_CANCELLED, LEFTOVER_JOB
from printing.outcome import Evidence, Outcome, PrintEnded, PrintProgress, nothing_came_out

from .. import events as ev
from ..effects import CallHelp, CancelPrint, ConfirmPrinted, Effect, RecordFault, Wipe
from ..facts import IN_VISIT, OperatorCards, late_job, read_in_visit, removed_and_not_needed
from ..model import Document, EndReason, Item
from ..presses import VISIT
from ..row import Ignored, Row
from ..state import STOP_AFTER_S, InVisit, Loss, Step

if TYPE_CHECKING:
    from ..flows import Go

OWNER_GONE = (EndReason.OTHER_CARD, EndReason.TIMEOUT)
"""Reasons for which a job is cancelled although the resident did not ask: they may have left."""


@dataclass(frozen=True, kw_only=True)
class Printing(InVisit):
    """A print job is running.

    ``stopped``: the job is being cancelled because the resident stopped it; the visit goes on.
    ``copying``: the job is being cancelled because the phone fetches the document instead.
    ``cancelling``: the job is being cancelled, and the visit ends for this reason after it.
    """

    item: Item
    document: Document
    progress: PrintProgress
    cancelling: EndReason | None = None
    copying: bool = False
    stopped: bool = False

    @property
    def stopping(self) -> bool:
        """Whether the printer was asked to cancel the job."""
        return self.copying or self.stopped or self.cancelling is not None

    @property
    def working(self) -> bool:
        # A printer that waits for paper does not work; the page says what it waits for.
        return self.stopping or self.progress.waiting is None

    @property
    def working_since(self) -> float:
        return self.entered if self.stopping else self.quiet_since

    @property
    def loss(self) -> Loss:
        return Loss.JOB

    @property
    def may_end(self) -> bool:
        return self.cancelling is None

    def may_stop(self, now: float) -> bool:
        """Return whether the page offers to stop the job: no page is out yet, or it takes long."""
        old = now - self.entered >= STOP_AFTER_S
        return not self.stopping and (self.progress.pages_done == 0 or old)

    @property
    def may_copy(self) -> bool:
        """Whether the page offers a copy for the phone, because the printer waits."""
        return self.item.copy and self.progress.waiting is not None and not self.stopping

    @property
    def staff_called(self) -> bool:
        return self.progress.waiting is not None and not self.stopping

    @property
    def held(self) -> Document:
        return self.document

    @property
    def running_job(self) -> str:
        return "" if self.stopping else self.progress.job


# -- the printer ----------------------------------------------------------------------------------


def progressed(state: Printing, event: PrintProgress, go: Go) -> Step:
    """Show the progress of the job. Call staff if the printer waits for them."""
    if event.job != state.progress.job or event == state.progress:
        return state, ()
    effects: tuple[Effect, ...] = ()
    if event.waiting is not None and not event.waiting.same_as(state.progress.waiting):
        effects = (
            RecordFault(event.waiting, state.name),
            CallHelp(state.name, event.waiting.code),
        )
    return replace(state, progress=event, quiet_since=go.now), effects


def ended(state: Printing, event: PrintEnded, go: Go) -> Step:
    """Go on after the job, depending on what is proved to have come out."""
    if event.job != state.progress.job:
        return late_job(state, event, go)
    confirm = ConfirmPrinted.of(state.item.id, event)
    # If the owner of the pages has left, staff must check the output tray.
    unclaimed = state.cancelling in OWNER_GONE and not nothing_came_out(event)
    calls = (CallHelp(state.name, LEFTOVER_JOB.code),) if unclaimed else ()
    # The owner of the other card must not see the visit of the first one.
    if event.outcome is Outcome.PRINTED and state.cancelling is not EndReason.OTHER_CARD:
        page = go.collect(state, state.item, event.pages)
        return page, (Wipe(None, state.document), confirm, *calls)
    if state.cancelling is not None:
        ending, effects = go.end(state, state.cancelling)
        return ending, (confirm, *effects, *calls)
    if state.copying:
        return _fetch_copy(state, event, go)
    fault = event.fault or (JOB_CANCELLED if state.stopped else JOB_ABORTED)
    if nothing_came_out(event):
        page, effects = go.print_failed(state, fault, state.item, state.document, event.pages_done)
        return page, (confirm, *effects)
    if event.evidence == Evidence.DEVICE_PARTLY and 0 < event.pages_done < event.pages:
        page, effects = go.staff_must_decide(
            state, fault, state.item, state.document, event.pages_done
        )
        return page, (confirm, *effects)
    page = go.check_paper(state, state.item, state.document, event)
    return page, (RecordFault(fault, state.name),)


def _fetch_copy(state: Printing, event: PrintEnded, go: Go) -> Step:
    """Offer the copy without asking about the pages. Store the job if pages may have come out."""
    visit = state.visit
    if not nothing_came_out(event):
        visit = replace(visit, stopped=(*visit.stopped, (state.document.number, event)))
    page, effects = go.fetch_copy(state, state.item, state.document, visit)
    return page, (ConfirmPrinted.of(state.item.id, event), *effects)


# -- the resident ---------------------------------------------------------------------------------


def copy_pressed(state: Printing, _press: ev.CopyPressed, go: Go) -> Step:
    """Cancel the job. When the printer has reported what came out, the copy is requested."""
    if not state.may_copy:
        return state, ()
    stopping = replace(state, copying=True, entered=go.now, quiet_since=go.now)
    return stopping, (CancelPrint(state.progress.job),)


def stop(state: Printing, _press: ev.StopPressed, go: Go) -> Step:
    """Cancel the job. When it has ended, the page says what came out."""
    if state.stopping:
        return state, ()
    stopping = replace(state, stopped=True, entered=go.now, quiet_since=go.now)
    return stopping, (CancelPrint(state.progress.job),)


def leave(state: Printing, _press: ev.LeavePressed, go: Go) -> Step:
    """Cancel the job because the resident does not want to wait."""
    return _cancel(state, EndReason.LEFT, go)


def card_read(state: Printing, event: ev.CardRead, go: Go) -> Step:
    """Cancel the job if it is another person's card. The visit ends when the job has ended."""
    if event.identity.same_person(state.visit.identity):
        return read_in_visit(state, event, go)
    wipe = Wipe(event.identity)
    if state.stopping:
        return replace(state, cancelling=EndReason.OTHER_CARD), (wipe,)
    stopping, effects = _cancel(state, EndReason.OTHER_CARD, go)
    return stopping, (wipe, *effects)


def tick(state: Printing, _tick: ev.Tick, go: Go) -> Step:
    """Cancel a job that has waited too long. End the visit if the printer does not answer."""
    limits = state.station.limits
    if state.stopping:
        if go.now - state.entered < limits.clear_s:
            return state, ()
        return go.end(state, state.cancelling or EndReason.LEFT)
    if go.now - state.quiet_since < limits.paper_wait_s:
        return state, ()
    return _cancel(state, EndReason.TIMEOUT, go)


def _cancel(state: Printing, reason: EndReason, go: Go) -> Step:
    """Cancel the rest of the job. The visit ends when the printer has answered."""
    if state.cancelling is not None:
        return state, ()
    if state.copying or state.stopped:
        # The job is being cancelled already. Do not restart the printer's time to answer.
        return replace(state, cancelling=reason), ()
    stopping = replace(state, cancelling=reason, entered=go.now, quiet_since=go.now)
    return stopping, (CancelPrint(state.progress.job),)


ROW = Row(
    state=Printing,
    presses={
        **VISIT,
        ev.CopyPressed: copy_pressed,
        ev.StopPressed: stop,
        ev.LeavePressed: leave,
    },
    facts={
        **IN_VISIT,
        PrintProgress: progressed,
        PrintEnded: ended,
        ev.CardRead: card_read,
        CardRemoved: removed_and_not_needed,
        ev.Tick: tick,
        ev.OperatorCardRead: OperatorCards(
            staff=Ignored(
                "a job is running; whether it must be printed again is known when it has ended"
            )
        ),
    },
)
