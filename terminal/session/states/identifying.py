"""Identifying: a card is being read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from devices.faults import CARD_PULLED, READER_STUCK
from devices.health import DeviceStatus
from devices.readers.protocol import CardPresented, CardRemoved, ReaderChanged

from .. import events as ev
from ..facts import BEFORE_VISIT, OperatorCards, maintain
from ..presses import WITH_HELP, go_home
from ..row import Ignored, Row
from ..state import State, Step

if TYPE_CHECKING:
    from ..flows import Go


@dataclass(frozen=True, kw_only=True)
class Identifying(State):
    """A card is present on ``reader`` and is being read."""

    reader: str

    @property
    def may_end(self) -> bool:
        return True


def card_removed(state: Identifying, event: CardRemoved, go: Go) -> Step:
    """Show that the card was removed while it was being read."""
    if event.reader != state.reader:
        return state, ()
    return go.card_failed(state, event.reader, CARD_PULLED)


def reader_changed(state: Identifying, event: ReaderChanged, go: Go) -> Step:
    """Go to the home state if the reader failed."""
    if event.reader != state.reader or event.status.status is DeviceStatus.ONLINE:
        return state, ()
    return go.home(state.station), ()


def tick(state: Identifying, _tick: ev.Tick, go: Go) -> Step:
    """Show a reader fault if the read does not end in time."""
    if go.now - state.entered < state.station.limits.card_read_s:
        return state, ()
    return go.card_failed(state, state.reader, READER_STUCK)


def staff_card(state: Identifying, event: ev.OperatorCardRead, go: Go) -> Step:
    """Open maintenance if this is the card that was being read.

    A reader reports that a card is present before it reports that it is an operator card. If a
    resident's card is being read on another reader, the operator card is ignored.
    """
    return go.maintain(state, event) if event.reader == state.reader else (state, ())


def still_present(state: Identifying, event: ev.OperatorCardRead, go: Go) -> Step:
    """Go to the home state if this card was being read: it is an operator card that was left."""
    return (go.home(state.station) if event.reader == state.reader else state), ()


ROW = Row(
    state=Identifying,
    presses={**WITH_HELP, ev.EndPressed: go_home},
    facts={
        **BEFORE_VISIT,
        CardPresented: Ignored("the card that was presented first is being read"),
        CardRemoved: card_removed,
        ReaderChanged: reader_changed,
        ev.Tick: tick,
        ev.OperatorCardRead: OperatorCards(
            staff=staff_card, maintainer=maintain, again=still_present
        ),
    },
)
