"""CardFailure: the card could not be read. The page says why, and what to do with the card."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar

from devices.faults import OPERATOR_CARD_REFUSED
from devices.health import Fault
from devices.readers.protocol import CardFailed, CardPresented, CardRemoved

from .. import events as ev
from ..deadline import waited_too_long
from ..facts import BEFORE_VISIT, OperatorCards, card_presented, maintain
from ..presses import UNSERVED, go_home
from ..row import Row
from ..state import State, Step, Waits

if TYPE_CHECKING:
    from ..flows import Go


@dataclass(frozen=True, kw_only=True)
class CardFailure(State):
    """The card on ``reader`` could not be read, because of ``fault``."""

    # Journals of earlier versions have this name.
    RECORDED_NAME: ClassVar[str] = "CardTrouble"

    reader: str
    fault: Fault

    @property
    def waits_for(self) -> Waits:
        return Waits.RESIDENT

    @property
    def acts_outside(self) -> bool:
        return True

    @property
    def fault_shown(self) -> Fault:
        return self.fault


def card_failed(state: CardFailure, event: CardFailed, go: Go) -> Step:
    """Show why this card could not be read. While out of service, only for an operator card."""
    unserved = state.station.out_of_service() is not None
    if unserved and not event.fault.same_as(OPERATOR_CARD_REFUSED):
        return state, ()
    return go.card_failed(state, event.reader, event.fault)


def card_removed(state: CardFailure, event: CardRemoved, go: Go) -> Step:
    """Keep the page on the screen, so that it can be read."""
    return (replace(state, quiet_since=go.now) if event.reader == state.reader else state), ()


def tick(state: CardFailure, _tick: ev.Tick, go: Go) -> Step:
    """Go to the home state if no card is presented in time."""
    return (go.home(state.station), ()) if waited_too_long(state, go.now) else (state, ())


ROW = Row(
    state=CardFailure,
    presses={**UNSERVED, ev.LeavePressed: go_home},
    facts={
        **BEFORE_VISIT,
        CardPresented: card_presented,
        CardFailed: card_failed,
        CardRemoved: card_removed,
        ev.Tick: tick,
        ev.OperatorCardRead: OperatorCards(staff=maintain),
    },
)
