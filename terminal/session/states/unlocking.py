"""Unlocking: the maintenance PIN is asked for."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ...faults import WORKER_FAILED
from .. import events as ev
from ..deadline import waited_too_long
from ..effects import CheckPin, RecordFault
from ..facts import MAINTENANCE, OperatorCards, maintain, unchanged
from ..presses import BASE, go_home
from ..row import Row
from ..state import State, Step, Waits, ask

if TYPE_CHECKING:
    from ..flows import Go


@dataclass(frozen=True, kw_only=True)
class Unlocking(State):
    """The maintenance PIN is asked for. ``locked_s``: seconds until the next try."""

    checking: bool = False
    refused: bool = False
    locked_s: int = 0
    request: int = 0

    @property
    def awaits(self) -> int | None:
        return self.request if self.checking else None

    @property
    def waits_for(self) -> Waits:
        return Waits.MACHINE if self.checking else Waits.MAINTAINER


def pin_entered(state: Unlocking, event: ev.PinEntered, go: Go) -> Step:
    """Have the PIN checked."""
    if state.checking:
        return state, ()
    state, request = ask(state)
    checking = replace(
        state, checking=True, refused=False, entered=go.now, quiet_since=go.now, request=request
    )
    return checking, (CheckPin(request, event.pin),)


def pin_checked(state: Unlocking, event: ev.PinChecked, go: Go) -> Step:
    """Open maintenance if the PIN is right; else ask again, or show how long entry is locked."""
    if event.ok:
        return go.maintain_by_pin(state, event.key)
    refused = replace(
        state, checking=False, refused=True, locked_s=event.locked_s, quiet_since=go.now
    )
    return refused, ()


def tick(state: Unlocking, _tick: ev.Tick, go: Go) -> Step:
    """Go to the home state if no PIN is entered, or the entered one is not checked, in time."""
    if state.checking:
        if go.now - state.entered < state.station.limits.answer_s:
            return state, ()
        fault = WORKER_FAILED.with_detail("no answer")
        return go.home(state.station), (RecordFault(fault, state.name),)
    return (go.home(state.station), ()) if waited_too_long(state, go.now) else (state, ())


ROW = Row(
    state=Unlocking,
    presses={
        **BASE,
        ev.PinEntered: pin_entered,
        ev.LeavePressed: go_home,
    },
    facts={
        **MAINTENANCE,
        ev.PaperCleared: unchanged,
        ev.Tick: tick,
        ev.OperatorCardRead: OperatorCards(staff=maintain),
    },
    answers={ev.PinChecked: pin_checked},
)
