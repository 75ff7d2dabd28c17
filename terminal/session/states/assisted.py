"""Assisted: staff were called. The help page is shown, and the previous state goes on behind it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, get_args

from devices.readers.protocol import CardFailed

from .. import events as ev
from ..deadline import waited_too_long
from ..model import EndReason, HelpAnswer
from ..presses import BASE
from ..row import Advance, Handler, WrappingRow
from ..state import InVisit, State, Step, Waits, Wrapping
from .card_away import CardAway
from .ending import Ending
from .identifying import Identifying
from .out_of_service import OutOfService
from .preparing import Preparing
from .printing import Printing
from .proving import Proving
from .recognising import Recognising
from .service_failure import ServiceFailure
from .welcome import Welcome

if TYPE_CHECKING:
    from ..flows import Go

WORKING = (Identifying, Recognising, Preparing, Printing)
"""States that wait for a machine: they still get `Tick` behind the help page. A state that waits
for a person does not: the help page itself warns the person who waits for staff."""


@dataclass(frozen=True, kw_only=True)
class Assisted(Wrapping):
    """Staff were called from the page of ``before``.

    ``reached`` is ``None`` until the platform has answered, then whether it has the call.
    ``reference`` is the platform's number of the call, ``call`` the terminal's own. ``answer`` is
    whether staff come, who and when; ``None`` until the platform says it.
    """

    reached: bool | None = None
    reference: str = ""
    call: int = 0
    answer: HelpAnswer | None = None

    @property
    def waits_for(self) -> Waits:
        # If it times out during a print job, only the help page closes, so no warning is needed.
        return Waits.MACHINE if isinstance(self.before, Printing) else Waits.STAFF

    @property
    def staff_called(self) -> bool:
        # An answer to the call tells more than that it was made.
        return self.reached is True and self.answer is None

    @property
    def working(self) -> bool:
        return self.reached is None

    @property
    def last_at(self) -> float:
        return self.before.last_at if isinstance(self.before, InVisit) else super().last_at


def call_waited_for(state: State) -> int:
    """Return the number of the help button's call whose answer a person waits for, or 0.

    That is while the help page is open, and during the visit in which it was opened. It ends when
    staff have come.
    """
    call = state.station.help
    waits = isinstance(state, Assisted) or state.served is not None
    return call.number if call is not None and waits else 0


def help_recorded(state: Assisted, event: ev.HelpRecorded, _go: Go) -> Step:
    """Show whether the call reached the platform. Ignore the result of another call."""
    if event.call != state.call:
        return state, ()
    reached = event.reached or state.answer is not None
    return replace(state, reached=reached, reference=event.reference), ()


def help_answered(state: Assisted, event: ev.HelpAnswered, _go: Go) -> Step:
    """Show whether staff come, who and when. Ignore the answer to another call."""
    if event.call != state.call:
        return state, ()
    # An answer proves that the platform has the call, even if it was reported late.
    return replace(state, reached=True, answer=event.answer), ()


def end_visit(state: Assisted, press: ev.EndPressed, go: Go, advance: Advance) -> Step:
    """End the visit, or close the help page and ask the resident first."""
    return advance(state.before, press, go.now)


def dismissed(state: Assisted, _press: object, go: Go) -> Step:
    """Go back to the page, and restart its quiet time."""
    return replace(state.before, quiet_since=go.now), ()


def pass_on(state: Assisted, event: object, go: Go, advance: Advance) -> Step:
    """Pass the event on to the wrapped state. Close the help page if the event ends the visit."""
    before, effects = advance(state.before, event, go.now)
    ended = isinstance(before, Ending | Welcome | OutOfService)
    if ended and type(before) is not type(state.before):
        return before, effects
    return replace(state, before=before, station=before.station), effects


def operator_card(state: Assisted, event: ev.OperatorCardRead, go: Go, advance: Advance) -> Step:
    """Close the help page if the operator card changes the wrapped state: staff have come."""
    before, effects = advance(state.before, event, go.now)
    if before is state.before:
        return state, ()
    if event.again:
        return replace(state, before=before), ()
    return before, effects


def card_failed(state: Assisted, event: CardFailed, go: Go, advance: Advance) -> Step:
    """Close the help page if the page behind it shows why the staff's card is not accepted.

    Staff have come, so the help page is no longer needed.
    """
    after, effects = pass_on(state, event, go, advance)
    awaited = isinstance(state.before, Proving | ServiceFailure | CardAway)
    if awaited and isinstance(after, Assisted) and effects:
        return after.before, effects
    return after, effects


def tick(state: Assisted, event: ev.Tick, go: Go, advance: Advance) -> Step:
    """Let the wrapped state go on. Close the help page when staff have had time to arrive."""
    before = state.before
    if isinstance(before, WORKING) or (isinstance(before, Ending) and before.clearing):
        after, effects = pass_on(state, event, go, advance)
        if effects or not isinstance(after, Assisted):
            return after, effects
    return _own_time(state, go)


def _own_time(state: Assisted, go: Go) -> Step:
    if isinstance(state.before, Printing):
        over = go.now - state.quiet_since >= state.station.limits.assisted_s
        return (state.before if over else state), ()
    if not waited_too_long(state, go.now):
        return state, ()
    if isinstance(state.before, InVisit):
        return go.end(state.before, EndReason.TIMEOUT)
    return go.home(state.station), ()


OWN_FACTS: dict[type[Any], Handler] = {
    ev.HelpRecorded: help_recorded,
    ev.HelpAnswered: help_answered,
}

ROW = WrappingRow(
    state=Assisted,
    presses={**BASE, ev.HelpDismissed: dismissed},
    facts=OWN_FACTS,
    inside={
        **{kind: pass_on for kind in get_args(ev.Fact) if kind not in OWN_FACTS},
        **dict.fromkeys(get_args(ev.Answer), pass_on),
        ev.EndPressed: end_visit,
        ev.LeavePressed: pass_on,
        ev.OperatorCardRead: operator_card,
        CardFailed: card_failed,
        ev.Tick: tick,
    },
)
