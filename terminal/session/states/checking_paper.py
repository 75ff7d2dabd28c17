"""CheckingPaper: it is not proved that the pages came out, so the resident is asked."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from devices.readers.protocol import CardRemoved
from printing.faults import JOB_UNPROVED
from printing.outcome import Evidence, Outcome, PrintEnded

from .. import events as ev
from ..effects import ConfirmPrinted, Effect, Wipe
from ..facts import IN_VISIT, OperatorCards, removed_and_not_needed
from ..model import Document, Item
from ..presses import VISIT, leave
from ..row import Ignored, Row
from ..state import InVisit, Loss, Step, Waits

if TYPE_CHECKING:
    from ..flows import Go


@dataclass(frozen=True, kw_only=True)
class CheckingPaper(InVisit):
    """The resident is asked whether every page came out."""

    item: Item
    document: Document
    ended: PrintEnded

    @property
    def waits_for(self) -> Waits:
        return Waits.RESIDENT

    @property
    def acts_outside(self) -> bool:
        return True

    @property
    def loss(self) -> Loss:
        return Loss.PAGES

    @property
    def last_at(self) -> float:
        # The job may have used all the time of a visit. Leave enough time to take the paper.
        return max(super().last_at, self.full_time_at)

    @property
    def held(self) -> Document:
        return self.document

    @property
    def unanswered(self) -> tuple[Effect, ...]:
        return (ConfirmPrinted.of(self.item.id, self.ended),)


def pages_confirmed(state: CheckingPaper, event: ev.PagesConfirmed, go: Go) -> Step:
    """Take "yes" as evidence. After "no", only staff may print the document again."""
    said = replace(
        state.ended,
        outcome=Outcome.PRINTED if event.came_out else Outcome.UNKNOWN,
        pages_done=state.ended.pages if event.came_out else state.ended.pages_done,
        evidence=Evidence.PERSON,
    )
    confirm = ConfirmPrinted.of(state.item.id, said)
    if event.came_out:
        return go.collect(state, state.item, said.pages), (Wipe(None, state.document), confirm)
    page, effects = go.staff_must_decide(
        state, JOB_UNPROVED, state.item, state.document, said.pages_done
    )
    return page, (confirm, *effects)


ROW = Row(
    state=CheckingPaper,
    presses={**VISIT, ev.PagesConfirmed: pages_confirmed, ev.LeavePressed: leave},
    facts={
        **IN_VISIT,
        CardRemoved: removed_and_not_needed,
        ev.OperatorCardRead: OperatorCards(
            staff=Ignored("the resident is asked first whether the pages came out")
        ),
    },
)
