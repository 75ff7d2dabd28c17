"""Welcome: nobody is served, and the page asks for a card."""

from __future__ import annotations

from dataclasses import dataclass

from devices.readers.protocol import CardFailed, CardPresented

from .. import events as ev
from ..facts import HOME, OperatorCards, card_failed, card_presented, card_read, maintain
from ..presses import UNSERVED
from ..row import Row
from ..state import State, Waits


@dataclass(frozen=True, kw_only=True)
class Welcome(State):
    """Nobody is served, and the page asks for a card."""

    @property
    def waits_for(self) -> Waits:
        return Waits.NOBODY


ROW = Row(
    state=Welcome,
    presses=UNSERVED,
    facts={
        **HOME,
        CardPresented: card_presented,
        ev.CardRead: card_read,
        CardFailed: card_failed,
        ev.OperatorCardRead: OperatorCards(staff=maintain),
    },
)
