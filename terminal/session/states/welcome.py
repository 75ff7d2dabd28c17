"""Welcome: no resident is served, and the page asks for a card."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..state import State, Waits

if TYPE_CHECKING:
    from ..flows import Go
    from ..row import Row
    from ..state import Step

    ROW: Row
else:

    def __getattr__(name: str) -> object:
        """Make the row when `table` asks for it: after the first paint, which needs no events."""
        if name != "ROW":
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return _row()


ASKED_S = 20.0
"""Seconds in which the page answers a touched service. An elderly reader needs a few seconds for
the sentence, and then looks for the card."""


@dataclass(frozen=True, kw_only=True)
class Welcome(State):
    """No resident is served, and the page asks for a card."""

    asked: float | None = None
    """When a service was touched that needs a card (monotonic s). The page then asks for it."""

    @property
    def waits_for(self) -> Waits:
        return Waits.NOBODY


def _row() -> Row:
    from dataclasses import replace

    from devices.readers.protocol import CardFailed, CardPresented

    from .. import events as ev
    from ..facts import (
        HOME,
        OperatorCards,
        card_failed,
        card_presented,
        card_read,
        maintain,
        tick_home,
    )
    from ..presses import UNSERVED
    from ..row import Row

    def service_chosen(state: Welcome, _press: ev.ServiceChosen, go: Go) -> Step:
        """Ask for the card first: every service needs to know who the resident is."""
        return replace(state, asked=go.now, quiet_since=go.now), ()

    def tick(state: Welcome, event: ev.Tick, go: Go) -> Step:
        """Forget the touched service after a while, and the look that a resident chose."""
        if state.asked is not None and go.now - state.asked >= ASKED_S:
            state = replace(state, asked=None)
        return tick_home(state, event, go)

    return Row(
        state=Welcome,
        presses={**UNSERVED, ev.ServiceChosen: service_chosen},
        facts={
            **HOME,
            ev.Tick: tick,
            CardPresented: card_presented,
            ev.CardRead: card_read,
            CardFailed: card_failed,
            ev.OperatorCardRead: OperatorCards(staff=maintain),
        },
    )
