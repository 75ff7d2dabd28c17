"""Ending: the farewell. No personal data is held; the printer's job list is being cleared."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from devices.faults import CARD_LEFT_BEHIND
from devices.readers.protocol import CardFailed, CardPresented
from printing.faults import LEFTOVER_JOB

from .. import events as ev
from ..effects import CallHelp, RecordFault
from ..facts import EVERYWHERE, OperatorCards, maintain, refused
from ..model import EndReason
from ..presses import WITH_HELP
from ..row import Ignored, Row
from ..state import State, Step

if TYPE_CHECKING:
    from ..flows import Go


@dataclass(frozen=True, kw_only=True)
class Ending(State):
    """The farewell.

    ``reader`` is where a card may still be present. ``clearing``: the printer has not answered yet.
    """

    reason: EndReason
    reader: str
    clearing: bool

    @property
    def working(self) -> bool:
        return self.clearing


def paper_cleared(state: Ending, event: ev.PaperCleared, go: Go) -> Step:
    """Go on if the printer's list is empty. Else call staff and go out of service."""
    return (replace(state, clearing=False), ()) if event.empty else _not_cleared(state, go)


def card_presented(state: Ending, event: CardPresented, go: Go) -> Step:
    """Read the next resident's card, unless pages of the last one may still come out."""
    if state.clearing:
        return state, ()
    return go.read_card(_in_own_look(state), event.reader), ()


def card_read(state: Ending, event: ev.CardRead, go: Go) -> Step:
    """Begin the next visit, unless pages of the last one may still come out."""
    if state.clearing:
        return refused(state, event, go)
    return go.begin(_in_own_look(state), event)


def _in_own_look(state: Ending) -> Ending:
    return replace(state, look=state.station.home)


def tick(state: Ending, _tick: ev.Tick, go: Go) -> Step:
    """Go to the home state if nothing is left to wait for.

    The page must have been shown long enough, the printer's list must be empty, and the card must
    have been removed. Call staff if the list does not become empty or the card is left behind.
    """
    limits = state.station.limits
    shown_s = go.now - state.entered
    if state.clearing:
        return _not_cleared(state, go) if shown_s >= limits.clear_s else (state, ())
    present = state.reader in state.station.cards_present
    if shown_s < limits.ending_s or (present and shown_s < limits.left_card_s):
        return state, ()
    calls = (
        RecordFault(CARD_LEFT_BEHIND, state.name),
        CallHelp(state.name, CARD_LEFT_BEHIND.code),
    )
    return go.home(state.station), calls if present else ()


def _not_cleared(state: Ending, go: Go) -> Step:
    station = replace(state.station, blocked=LEFTOVER_JOB, unblocking=False)
    calls = (RecordFault(LEFTOVER_JOB, state.name), CallHelp(state.name, LEFTOVER_JOB.code))
    return go.home(station), calls


ROW = Row(
    state=Ending,
    presses={**WITH_HELP},
    facts={
        **EVERYWHERE,
        CardPresented: card_presented,
        ev.CardRead: card_read,
        CardFailed: Ignored("a card that fails now is the one that is being removed"),
        ev.PaperCleared: paper_cleared,
        ev.Tick: tick,
        ev.OperatorCardRead: OperatorCards(staff=maintain),
    },
)
