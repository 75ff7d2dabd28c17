"""Out of service: no resident can be served. The page says why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from devices.faults import OPERATOR_CARD_REFUSED
from devices.health import Fault
from devices.readers.protocol import CardFailed, CardPresented
from printing.faults import LEFTOVER_JOB

from .. import events as ev
from ..facts import HOME, OperatorCards, maintain, refused
from ..presses import UNSERVED
from ..row import Ignored, Row
from ..state import State, Step, Waits

if TYPE_CHECKING:
    from ..flows import Go


@dataclass(frozen=True, kw_only=True)
class OutOfService(State):
    """No resident can be served, because of ``fault``."""

    fault: Fault

    @property
    def waits_for(self) -> Waits:
        return Waits.NOBODY

    @property
    def staff_called(self) -> bool:
        return self.station.tray_called and self.fault.same_as(LEFTOVER_JOB)

    @property
    def fault_shown(self) -> Fault:
        return self.fault


def card_failed(state: OutOfService, event: CardFailed, go: Go) -> Step:
    """Show why an operator card is not accepted. Ignore a resident's card."""
    if not event.fault.same_as(OPERATOR_CARD_REFUSED):
        return state, ()
    return go.card_failed(state, event.reader, event.fault)


ROW = Row(
    state=OutOfService,
    presses=UNSERVED,
    facts={
        **HOME,
        CardPresented: Ignored("no card is read while the terminal is out of service"),
        ev.CardRead: refused,
        CardFailed: card_failed,
        ev.OperatorCardRead: OperatorCards(staff=maintain),
    },
)
