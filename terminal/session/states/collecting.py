"""Collecting: the document is printed; the resident takes the card first, then the paper."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from devices.readers.protocol import CardRemoved

from .. import events as ev
from ..deadline import waited_too_long
from ..facts import IN_VISIT, OperatorCards, removed_and_not_needed
from ..model import EndReason, Item
from ..presses import VISIT, another_service, finish
from ..row import Ignored, Row
from ..state import InVisit, Step, Waits

if TYPE_CHECKING:
    from ..flows import Go


@dataclass(frozen=True, kw_only=True)
class Collecting(InVisit):
    """``pages`` pages are printed and can be taken."""

    item: Item
    pages: int

    @property
    def waits_for(self) -> Waits:
        return Waits.RESIDENT

    @property
    def acts_outside(self) -> bool:
        return True

    @property
    def patience_s(self) -> float:
        return self.station.limits.collect(self.look.mode)

    @property
    def last_at(self) -> float:
        # The job may have used all the time of a visit. Leave enough time to take the paper.
        return max(super().last_at, self.full_time_at)


def tick(state: Collecting, _tick: ev.Tick, go: Go) -> Step:
    """End the visit when there was enough time to take the paper."""
    return go.end(state, EndReason.DONE) if waited_too_long(state, go.now) else (state, ())


ROW = Row(
    state=Collecting,
    presses={
        **VISIT,
        ev.DonePressed: finish,
        ev.MorePressed: another_service,
        ev.EndPressed: finish,
        ev.LeavePressed: finish,
    },
    facts={
        **IN_VISIT,
        CardRemoved: removed_and_not_needed,
        ev.Tick: tick,
        ev.OperatorCardRead: OperatorCards(
            staff=Ignored("everything was printed; no permission is needed")
        ),
    },
)
