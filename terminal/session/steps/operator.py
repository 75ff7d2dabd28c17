"""Cards of the terminal's own: a maintainer's, which opens maintenance from anywhere, and a staff
card, which does in each situation what that situation needs of staff.

Lifting such a card means nothing: what it allowed was allowed when it was laid on.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from devices.operator import Role
from devices.readers.protocol import CardFailed

from .. import events as ev
from .. import states as st
from ..effects import CancelPrint, Effect, LoadFaults, RecordFault, RecordOpening
from ..home import home
from ..model import EndReason, Retry
from .common import Step, end, to
from .paper import print_again


def laid(state: st.State, event: ev.OperatorCardRead, now: float) -> Step:
    """Whoever's it is."""
    if event.again:
        return _still_there(state, event, now)
    if isinstance(state, st.Assisted):
        return _beside_help(state, event, now)
    if event.card.role is Role.MAINTAINER and not isinstance(state, st.Maintenance):
        return maintain(state, event, now)
    step = STAFF[type(state)]
    return (state, ()) if isinstance(step, str) else step(state, event, now)


def _still_there(state: st.State, event: ev.OperatorCardRead, now: float) -> Step:
    """A card that was left lying allows nothing a second time, and keeps nobody waiting."""
    if isinstance(state, st.Assisted):
        before, _ = _still_there(state.before, event, now)
        return (state if before is state.before else replace(state, before=before)), ()
    if isinstance(state, st.Identifying) and event.reader == state.reader:
        return home(state.station, now), ()
    return state, ()


def maintain(state: st.State, event: ev.OperatorCardRead, now: float) -> Step:
    """The maintenance page; a visit under way ends first, and its paper is cleared away."""
    effects: tuple[Effect, ...] = ()
    clearing = False
    if isinstance(state, st.InVisit):
        if isinstance(state, st.Printing) and not state.stopping:
            effects = (CancelPrint(state.progress.job),)
        state, more = end(state, now, EndReason.MAINTENANCE)
        effects += more
    if isinstance(state, st.Ending):
        clearing = state.clearing
    at_home = replace(state, look=state.station.home)
    page = to(
        st.Maintenance, at_home, now, key=event.key, role=event.card.role, clearing=clearing,
        reader=event.reader,
    )  # fmt: skip
    return page, (*effects, *_opening(event))


def _opening(event: ev.OperatorCardRead) -> tuple[Effect, ...]:
    record = RecordOpening(event.card.role, event.card.serial)
    return (record, LoadFaults()) if event.card.role is Role.MAINTAINER else (record,)


def maintain_as_read(state: st.Identifying, event: ev.OperatorCardRead, now: float) -> Step:
    """A reader says that there is a card before it says whose; a resident's that is being read on
    another reader comes first."""
    return maintain(state, event, now) if event.reader == state.reader else (state, ())


def maintain_more(state: st.Maintenance, event: ev.OperatorCardRead, now: float) -> Step:
    """On the open page a card can only add what its holder may see more."""
    state = replace(state, reader=event.reader, quiet_since=now)
    if event.card.role is state.role or state.role is Role.MAINTAINER:
        return state, ()
    return replace(state, role=event.card.role), _opening(event)


def helped(state: st.Proving, event: ev.OperatorCardRead, now: float) -> Step:
    """A member of staff is here: their number is on the card, only the PIN is asked for."""
    return _with_helper(state, event, now), ()


def _with_helper(state: st.Proving, event: ev.OperatorCardRead, now: float) -> st.Proving:
    if state.proof not in (st.Proof.ENTERING, st.Proof.STAFF):
        return state
    return replace(
        state, proof=st.Proof.STAFF, helper=event.card.number, fault=None, quiet_since=now
    )


def helped_away(state: st.CardAway, event: ev.OperatorCardRead, now: float) -> Step:
    """On a station of one reader the resident's card made room for this one, and is laid back."""
    if not isinstance(state.before, st.Proving):
        return state, ()
    before = _with_helper(state.before, event, now)
    return (state if before is state.before else replace(state, before=before, quiet_since=now)), ()


def refused_here(state: st.Proving | st.Trouble, event: CardFailed, now: float) -> Step:
    """Where staff are to lay their card on, one that is not accepted says why."""
    awaited = (
        state.retry is Retry.STAFF
        if isinstance(state, st.Trouble)
        else state.proof is st.Proof.STAFF
    )
    if not awaited:
        return state, ()
    record = RecordFault(event.fault, type(state).__name__)
    return replace(state, fault=event.fault, quiet_since=now), (record,)


def refused_away(state: st.CardAway, event: CardFailed, now: float) -> Step:
    """The same on a station of one reader, for the page that waits."""
    if not isinstance(state.before, st.Proving):
        return state, ()
    after, effects = refused_here(state.before, event, now)
    if not isinstance(after, st.Proving) or after is state.before:
        return state, ()
    return replace(state, before=after, quiet_since=now), effects


def reprint(state: st.Trouble, event: ev.OperatorCardRead, now: float) -> Step:
    """Where staff decide whether it is printed once more; other troubles are not theirs."""
    return print_again(state, event, now) if state.retry is Retry.STAFF else (state, ())


def _beside_help(state: st.Assisted, event: ev.OperatorCardRead, now: float) -> Step:
    """The one who was called is here: the help page has done its work where the card has."""
    before, effects = laid(state.before, event, now)
    return (state, ()) if before is state.before else (before, effects)


STAFF: dict[type[st.State], Callable[[Any, ev.OperatorCardRead, float], Step] | str] = {
    st.Welcome: maintain,
    st.OutOfService: maintain,
    st.Identifying: maintain_as_read,
    st.CardTrouble: maintain,
    st.Ending: maintain,
    st.Unlocking: maintain,
    st.Maintenance: maintain_more,
    st.Proving: helped,
    st.CardAway: helped_away,
    st.Trouble: reprint,
    st.Consenting: "whether their data is used is the resident's own answer",
    st.Recognising: "the platform is being asked; staff cannot answer for it",
    st.Choosing: "what is wanted is the resident's choice",
    st.Preparing: "the certificate is being issued; there is nothing to vouch for",
    st.Previewing: "to print is the resident's choice, and needs no leave",
    st.Copying: "the phone that fetches the copy is the resident's",
    st.Printing: "a job is under way; whether it is printed again shows when it has ended",
    st.CheckingPaper: "whether the pages came out is asked of the resident first",
    st.Collecting: "everything was printed; there is nothing left to allow",
}
"""What a staff card does in each situation, or why nothing. (The help page asks the one behind.)"""
