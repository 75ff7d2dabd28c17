"""Situations around another: the help page, and the page that asks for the card again.

What the outer page does not decide itself is a fact for the one that waits inside.
"""

from __future__ import annotations

from dataclasses import replace

from devices.readers.protocol import CardFailed

from .. import events as ev
from ..effects import Wipe
from ..states import (
    Assisted,
    CardAway,
    Ending,
    Identifying,
    InVisit,
    OutOfService,
    Preparing,
    Printing,
    Proving,
    Recognising,
    State,
    Trouble,
    Welcome,
)
from .common import Step
from .people import tick_assisted as people_tick

WORKING = (Identifying, Recognising, Preparing, Printing)
"""Situations with a clock of their own, which runs on beside the help page. The clocks of those
that wait for a person stand still there: whoever waits for staff is warned by the help page."""


def _inside(before: State, event: object, now: float) -> Step:
    from ..table import advance  # the table is made of these steps

    return advance(before, event, now)


def drop_document(state: State, event: ev.DocumentReady, _now: float) -> Step:
    """A document that nobody waits for any more is let go at once."""
    return state, (Wipe(None, event.document),)


def answer_while_away(state: CardAway, event: object, now: float) -> Step:
    """An answer for the page that waits for its card; it is taken in, the card is still away."""
    before, effects = _inside(state.before, event, now)
    if not isinstance(before, InVisit):
        return before, effects
    visit = replace(before.visit, presence=state.visit.presence)
    return replace(state, before=before, visit=visit), effects


def beside_help(state: Assisted, event: object, now: float) -> Step:
    """A fact for the page that waits; where that ends the visit, the help page ends with it."""
    before, effects = _inside(state.before, event, now)
    if isinstance(before, Ending | Welcome | OutOfService) and type(before) is not type(
        state.before
    ):
        return before, effects
    return replace(state, before=before, station=before.station), effects


def card_failed_beside_help(state: Assisted, event: CardFailed, now: float) -> Step:
    """A card that is not accepted where staff's is awaited: the page behind says why, and the one
    who was called stands before it, so that the help page closes as it does for an accepted one."""
    after, effects = beside_help(state, event, now)
    awaited = isinstance(state.before, Proving | Trouble | CardAway)
    if awaited and isinstance(after, Assisted) and effects:
        return after.before, effects
    return after, effects


def tick_assisted(state: Assisted, event: ev.Tick, now: float) -> Step:
    """The help page's own time, and the clock of work that goes on beside it."""
    before = state.before
    if isinstance(before, WORKING) or (isinstance(before, Ending) and before.clearing):
        after, effects = beside_help(state, event, now)
        if after is not state and not isinstance(after, Assisted):
            return after, effects
        if effects:
            return after, effects
    return people_tick(state, event, now)
