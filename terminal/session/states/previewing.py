"""Previewing: the pages of the verified document are shown before anything is printed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from printing.faults import JOB_ABORTED, JOB_UNPROVED

from .. import events as ev
from ..effects import Wipe
from ..facts import IN_VISIT, OperatorCards
from ..model import Document, Item, Reprint, ReprintReason, Retry
from ..presses import VISIT, back_to_choice, leave
from ..row import Ignored, Row
from ..state import InVisit, Loss, Step, Waits

if TYPE_CHECKING:
    from ..flows import Go


@dataclass(frozen=True, kw_only=True)
class Previewing(InVisit):
    """The pages of ``document`` are shown, drawn from the verified bytes.

    ``request`` is the number of this preview: a failed page is reported with it.
    """

    item: Item
    document: Document
    request: int = 0

    @property
    def awaits(self) -> int | None:
        return self.request

    @property
    def waits_for(self) -> Waits:
        return Waits.RESIDENT

    @property
    def loss(self) -> Loss:
        return Loss.DOCUMENT

    @property
    def held(self) -> Document:
        return self.document


def print_pressed(state: Previewing, _press: ev.PrintPressed, go: Go) -> Step:
    """Print the document, unless pages of it may have come out or the printer cannot print."""
    item, document = state.item, state.document
    out = state.visit.cancelled_job(document)
    if out is not None:
        fault = JOB_UNPROVED if out.pages_done == 0 else out.fault or JOB_ABORTED
        return go.staff_must_decide(state, fault, item, document, out.pages_done)
    cannot = state.station.unprintable(item)
    if cannot is not None:
        return go.print_failed(state, cannot, item, document)
    earlier = state.visit.last_job(document)
    reprint = Reprint(earlier, ReprintReason.NOTHING_CAME_OUT) if earlier else None
    return go.print_document(state, item, document, reprint)


def edition_chosen(state: Previewing, event: ev.EditionChosen, go: Go) -> Step:
    """Wipe this document and have the other edition issued: it is a separate document."""
    if event.edition is state.document.edition or event.edition not in state.item.editions:
        return replace(state, quiet_since=go.now), ()
    page, effects = go.issue(state, state.item, edition=event.edition)
    return page, (Wipe(None, state.document), *effects)


def copy_pressed(state: Previewing, _press: ev.CopyPressed, go: Go) -> Step:
    """Offer a copy for the phone instead of paper, if the item permits it."""
    if not state.item.copy:
        return replace(state, quiet_since=go.now), ()
    return go.fetch_copy(state, state.item, state.document)


def page_not_shown(state: Previewing, event: ev.PageNotShown, go: Go) -> Step:
    """Refuse to print the document: the resident must be able to see each page first."""
    page, effects = go.service_failed(
        state, event.fault, Retry.ISSUE, item=state.item, edition=state.document.edition
    )
    return page, (Wipe(None, state.document), *effects)


ROW = Row(
    state=Previewing,
    presses={
        **VISIT,
        ev.PrintPressed: print_pressed,
        ev.EditionChosen: edition_chosen,
        ev.CopyPressed: copy_pressed,
        ev.LeavePressed: leave,
        ev.BackPressed: back_to_choice,
    },
    facts={
        **IN_VISIT,
        ev.OperatorCardRead: OperatorCards(
            staff=Ignored("the resident needs no permission of staff to print")
        ),
    },
    answers={ev.PageNotShown: page_not_shown},
)
