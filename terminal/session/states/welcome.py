"""Welcome: no resident is served, and the page asks for a card."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..state import State, Waits

if TYPE_CHECKING:
    from ..row import Row

    ROW: Row
else:

    def __getattr__(name: str) -> object:
        """Make the row when `table` asks for it: after the first paint, which needs no events."""
        if name != "ROW":
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return _row()


@dataclass(frozen=True, kw_only=True)
class Welcome(State):
    """No resident is served, and the page asks for a card."""

    @property
    def waits_for(self) -> Waits:
        return Waits.NOBODY


def _row() -> Row:
    from devices.readers.protocol import CardFailed, CardPresented

    from .. import events as ev
    from ..facts import HOME, OperatorCards, card_failed, card_presented, card_read, maintain
    from ..presses import UNSERVED
    from ..row import Row

    return Row(
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
