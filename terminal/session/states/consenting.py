"""Consenting: the resident is asked whether the terminal may use the data of the card."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from devices.readers.protocol import CardRemoved

from .. import events as ev
from ..facts import IN_VISIT, OperatorCards
from ..model import EndReason
from ..presses import VISIT, leave
from ..row import Ignored, Row
from ..state import InVisit, Step, Waits

if TYPE_CHECKING:
    from ..flows import Go


@dataclass(frozen=True, kw_only=True)
class Consenting(InVisit):
    """The consent is asked for once, before personal data leaves the terminal (PIPL 28-29)."""

    @property
    def waits_for(self) -> Waits:
        return Waits.RESIDENT


def consented(state: Consenting, _press: ev.Consented, go: Go) -> Step:
    """Ask the platform who this is."""
    return go.recognise(state)


def card_removed(state: Consenting, event: CardRemoved, go: Go) -> Step:
    """Treat the removal of the card as a refusal: wipe everything and go to the home state."""
    if event.reader != state.visit.reader:
        return state, ()
    return go.end_without_farewell(state, EndReason.CARD_GONE)


ROW = Row(
    state=Consenting,
    presses={
        **VISIT,
        ev.Consented: consented,
        ev.LeavePressed: leave,
    },
    facts={
        **IN_VISIT,
        CardRemoved: card_removed,
        ev.OperatorCardRead: OperatorCards(
            staff=Ignored("the resident decides whether the data is used")
        ),
    },
)
