"""How long a page waits for a person: when it warns, and when it ends by itself.

For the table, which ends the page, and the window, which shows the warning. Touches prolong a
page, but no visit lasts longer than ``Limits.longest_visit_s``: an object on the screen looks like
touches.
"""

from __future__ import annotations

from typing import NamedTuple

from .model import Presence, Retry
from .states import (
    Assisted,
    CardAway,
    CardTrouble,
    CheckingPaper,
    Choosing,
    Collecting,
    Consenting,
    Copying,
    InVisit,
    Previewing,
    Printing,
    Proof,
    Proving,
    State,
    Trouble,
    Unlocking,
)

WAITING = (
    CardTrouble, Consenting, Choosing, Previewing, CheckingPaper, Collecting, Trouble, CardAway,
    Unlocking,
)  # fmt: skip
"""Situations in which the next step is a person's (with ``Proving`` while it is entered,
``Copying`` once it is answered, and the help page unless a job goes on behind it)."""


def patience_s(state: State) -> float:
    """Seconds of quiet before this page warns that it will end; the warning comes on top."""
    limits = state.station.limits
    match state:
        case Collecting():
            return limits.collect_s
        case Copying(visit=visit) if visit.presence is Presence.ABSENT:
            # Who took the card is leaving, and anyone could scan what stays on the screen.
            return limits.collect_s
        case CardAway():
            return limits.card_away_s
        case Assisted() | Proving(proof=Proof.STAFF) | Trouble(retry=Retry.STAFF):
            # Somebody has to come first.
            return limits.assisted_s
        case _:
            return limits.quiet(state.look.mode)


class Deadline(NamedTuple):
    """When a page that waits for a person warns, and when it ends by itself (monotonic s).

    ``final``: the visit has reached its longest time, and no touch prolongs it.
    """

    warn_at: float
    end_at: float
    final: bool = False


def deadline(state: State) -> Deadline | None:
    """Return the deadline of a page that waits for a person; ``None`` if it waits for something
    else, which has a limit of its own."""
    match state:
        case Copying():
            waits = not state.asking
        case Proving(proof=proof):
            waits = proof in (Proof.ENTERING, Proof.STAFF)
        case Assisted(before=before):
            # Behind it a job may go on: then only the help page closes, and nothing is lost.
            waits = not isinstance(before, Printing)
        case _:
            waits = isinstance(state, WAITING)
    if not waits:
        return None
    warning_s = state.station.limits.warning(state.look.mode)
    end_at = state.quiet_since + patience_s(state) + warning_s
    last_at = _longest_until(state)
    if last_at < end_at:
        return Deadline(last_at - warning_s, last_at, final=True)
    return Deadline(end_at - warning_s, end_at)


def _longest_until(state: State) -> float:
    """Return when a page must end however often it is touched (monotonic s)."""
    limits = state.station.limits
    match state:
        case Assisted(before=InVisit() as before):
            return _longest_until(before)
        case Collecting() | CheckingPaper():
            # The job may have taken all the time that there was: the paper can still be taken.
            page_s = patience_s(state) + limits.warning(state.look.mode)
            return max(state.visit.began + limits.longest_visit_s, state.entered + page_s)
        case InVisit(visit=visit):
            return visit.began + limits.longest_visit_s
        case _:
            return state.entered + limits.longest_visit_s
