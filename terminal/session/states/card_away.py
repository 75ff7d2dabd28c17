"""CardAway: the card was removed too early. The page asks for it, and the previous state waits."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, get_args

from devices.readers.protocol import CardFailed, CardRemoved

from .. import events as ev
from ..deadline import waited_too_long
from ..effects import Effect, Wipe
from ..facts import IN_VISIT, OperatorCards, other_card, unchanged
from ..model import Document, EndReason, Presence
from ..presses import VISIT, leave
from ..row import Advance, WrappingRow
from ..state import InVisit, Step, Waits, Wrapping
from .proving import Proving, with_staff_number
from .proving import card_failed as refused_in_proving

if TYPE_CHECKING:
    from ..flows import Go


@dataclass(frozen=True, kw_only=True)
class CardAway(InVisit, Wrapping):
    """The card was removed too early. ``before`` goes on when the card is back."""

    before: InVisit

    @property
    def waits_for(self) -> Waits:
        return Waits.RESIDENT

    @property
    def acts_outside(self) -> bool:
        return True

    @property
    def patience_s(self) -> float:
        return self.station.limits.card_away_s

    @property
    def held(self) -> Document | None:
        return self.before.held

    @property
    def unanswered(self) -> tuple[Effect, ...]:
        return self.before.unanswered


def card_read(state: CardAway, event: ev.CardRead, go: Go) -> Step:
    """Go on if the same person's card is back; end the visit if it is another's."""
    if not event.identity.same_person(state.visit.identity):
        return other_card(state, event, go)
    before = state.before
    presence = Presence.PRESENT if event.presence_known else Presence.UNKNOWN
    visit = replace(before.visit, presence=presence, reader=event.reader)
    return replace(before, visit=visit, quiet_since=go.now), (Wipe(event.identity),)


def tick(state: CardAway, _tick: ev.Tick, go: Go) -> Step:
    """End the visit if the card does not come back in time."""
    return go.end(state, EndReason.CARD_GONE) if waited_too_long(state, go.now) else (state, ())


def staff_card(state: CardAway, event: ev.OperatorCardRead, go: Go) -> Step:
    """Read the staff number from the card, for the page that waits for staff.

    If the station has one reader, the resident's card had to be removed to present this one.
    """
    if not isinstance(state.before, Proving):
        return state, ()
    before = with_staff_number(state.before, event, go)
    return (
        state if before is state.before else replace(state, before=before, quiet_since=go.now)
    ), ()


def card_failed(state: CardAway, event: CardFailed, go: Go) -> Step:
    """Store why the staff's card is not accepted, for the page that waits for staff."""
    if not isinstance(state.before, Proving):
        return state, ()
    before, effects = refused_in_proving(state.before, event, go)
    if not isinstance(before, Proving) or before is state.before:
        return state, ()
    return replace(state, before=before, quiet_since=go.now), effects


def answered(state: CardAway, event: object, go: Go, advance: Advance) -> Step:
    """Pass the answer on to the state that waits for it. The card is still removed."""
    before, effects = advance(state.before, event, go.now)
    if not isinstance(before, InVisit):
        return before, effects
    visit = replace(before.visit, presence=state.visit.presence)
    return replace(state, before=before, visit=visit, station=before.station), effects


ROW = WrappingRow(
    state=CardAway,
    presses={**VISIT, ev.LeavePressed: leave},
    facts={
        **IN_VISIT,
        CardRemoved: unchanged,
        CardFailed: card_failed,
        ev.CardRead: card_read,
        ev.Tick: tick,
        ev.OperatorCardRead: OperatorCards(staff=staff_card),
    },
    inside=dict.fromkeys(get_args(ev.Answer), answered),
)
