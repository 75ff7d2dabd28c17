"""Out of service: nobody can be served; the page says why and that it is known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from devices.faults import OPERATOR_CARD_REFUSED
from devices.health import Fault
from devices.readers.protocol import CardFailed, CardLaid

from .. import events as ev
from ..facts import HOME, OperatorCards, maintain, refused
from ..presses import UNSERVED
from ..row import Ignored, Row
from ..state import State, Step, Waits

if TYPE_CHECKING:
    from ..flows import Go


@dataclass(frozen=True, kw_only=True)
class OutOfService(State):
    """Nobody can be served, because of ``fault``."""

    fault: Fault

    @property
    def waits_for(self) -> Waits:
        return Waits.NOBODY

    @property
    def fault_shown(self) -> Fault:
        return self.fault


def card_failed(state: OutOfService, event: CardFailed, go: Go) -> Step:
    """Say why a maintainer's card is not accepted; residents read on the page that none is."""
    if not event.fault.same_as(OPERATOR_CARD_REFUSED):
        return state, ()
    return go.card_failed(state, event.reader, event.fault)


ROW = Row(
    state=OutOfService,
    presses=UNSERVED,
    facts={
        **HOME,
        CardLaid: Ignored("no card is read while nobody can be served"),
        ev.CardRead: refused,
        CardFailed: card_failed,
        ev.OperatorCardRead: OperatorCards(staff=maintain),
    },
)
