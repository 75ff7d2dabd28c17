"""Leaving: the resident wants to end the visit, and is asked first, because something is lost."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, get_args

from .. import events as ev
from ..deadline import waited_too_long
from ..effects import Effect
from ..model import Document, EndReason
from ..presses import BASE
from ..row import Advance, WrappingRow
from ..state import InVisit, Step, Waits, Wrapping

if TYPE_CHECKING:
    from ..flows import Go


@dataclass(frozen=True, kw_only=True)
class Leaving(InVisit, Wrapping):
    """The question whether the visit should end. ``before`` goes on behind it.

    If something happens to ``before`` (a document arrives, a job ends, the card is removed), its
    own page is shown again instead of the question.
    """

    before: InVisit

    @property
    def waits_for(self) -> Waits:
        behind = self.before.waits_for
        return Waits.MACHINE if behind is Waits.MACHINE else Waits.RESIDENT

    @property
    def working(self) -> bool:
        return False

    @property
    def may_end(self) -> bool:
        return False

    @property
    def last_at(self) -> float:
        return self.before.last_at

    @property
    def held(self) -> Document | None:
        return self.before.held

    @property
    def running_job(self) -> str:
        return self.before.running_job

    @property
    def unanswered(self) -> tuple[Effect, ...]:
        return self.before.unanswered


def go_on(state: Leaving, _press: ev.BackPressed, go: Go) -> Step:
    """Go back to the page, and restart its quiet time."""
    return replace(state.before, quiet_since=go.now), ()


def call_help(state: Leaving, _press: ev.HelpPressed, go: Go) -> Step:
    """Call staff from the page behind the question."""
    return go.call_help(state.before)


def leave(state: Leaving, press: ev.LeavePressed, go: Go, advance: Advance) -> Step:
    """End the visit as the page behind the question does: a job is cancelled first."""
    return advance(state.before, press, go.now)


def pass_on(state: Leaving, event: object, go: Go, advance: Advance) -> Step:
    """Pass the event on to the wrapped state. Keep the question if that is still the same state."""
    before, effects = advance(state.before, event, go.now)
    if before is state.before:
        return state, effects
    if type(before) is not type(state.before) or not isinstance(before, InVisit):
        return before, effects
    if before.entered != state.before.entered:
        return before, effects
    return replace(state, before=before, visit=before.visit, station=before.station), effects


def tick(state: Leaving, event: ev.Tick, go: Go, advance: Advance) -> Step:
    """Let a machine go on. End the visit if the question is not answered in time."""
    if state.waits_for is Waits.MACHINE:
        return pass_on(state, event, go, advance)
    return go.end(state, EndReason.TIMEOUT) if waited_too_long(state, go.now) else (state, ())


ROW = WrappingRow(
    state=Leaving,
    presses={**BASE, ev.HelpPressed: call_help, ev.BackPressed: go_on},
    facts={},
    inside={
        **dict.fromkeys(get_args(ev.Fact), pass_on),
        **dict.fromkeys(get_args(ev.Answer), pass_on),
        ev.LeavePressed: leave,
        ev.Tick: tick,
    },
)
