"""Choosing: the resident chooses a service."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from devices.identity import Assurance

from ...platform.faults import NO_PHONE
from .. import events as ev
from ..facts import IN_VISIT, OperatorCards
from ..presses import VISIT, leave
from ..row import Ignored, Row
from ..state import InVisit, Loss, Step, Waits

if TYPE_CHECKING:
    from ..flows import Go


@dataclass(frozen=True, kw_only=True)
class Choosing(InVisit):
    """The resident chooses a service."""

    @property
    def waits_for(self) -> Waits:
        return Waits.RESIDENT

    @property
    def loss(self) -> Loss | None:
        proved = self.visit.identity.assurance >= Assurance.SECOND_FACTOR
        return Loss.PROOF if proved else None


def service_chosen(state: Choosing, event: ev.ServiceChosen, go: Go) -> Step:
    """Have the document issued, or first ask for the second factor if it is missing."""
    item = next((item for item in state.station.items if item.id == event.item), None)
    if item is None or state.station.unavailable(item) is not None:
        return replace(state, quiet_since=go.now), ()
    if state.visit.assurance_for(item.id) >= item.assurance_needed:
        return go.issue(state, item)
    phone = state.visit.person.masked_phone if state.visit.person else None
    if phone is None:
        return go.only_staff(state, item, NO_PHONE)
    if item.assurance_needed > Assurance.SECOND_FACTOR:
        return go.only_staff(state, item)
    return go.send_code(state, item, phone)


ROW = Row(
    state=Choosing,
    presses={
        **VISIT,
        ev.ServiceChosen: service_chosen,
        ev.LeavePressed: leave,
    },
    facts={
        **IN_VISIT,
        ev.OperatorCardRead: OperatorCards(staff=Ignored("the resident chooses the service")),
    },
)
