"""Recognising: the platform is asked who the resident is."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from .. import events as ev
from ..facts import IN_VISIT, OperatorCards, tick_working
from ..model import Retry
from ..presses import VISIT
from ..row import Ignored, Row
from ..state import InVisit, Step

if TYPE_CHECKING:
    from ..flows import Go


@dataclass(frozen=True, kw_only=True)
class Recognising(InVisit):
    """The platform is asked who the resident is."""

    request: int = 0

    @property
    def awaits(self) -> int | None:
        return self.request


def person_known(state: Recognising, event: ev.PersonKnown, go: Go) -> Step:
    """Show the choice of services."""
    return go.choose(state, replace(state.visit, person=event.person))


def failed(state: Recognising, event: ev.PlatformFailed, go: Go) -> Step:
    """Show that the platform did not answer, or does not know the person."""
    return go.service_failed(state, event.fault, Retry.IDENTIFY)


ROW = Row(
    state=Recognising,
    presses=VISIT,
    facts={
        **IN_VISIT,
        ev.Tick: tick_working,
        ev.OperatorCardRead: OperatorCards(
            staff=Ignored("the platform is being asked; staff cannot answer instead")
        ),
    },
    answers={ev.PersonKnown: person_known, ev.PlatformFailed: failed},
)
