"""How long a page waits for a person: when it warns, and when it ends by itself."""

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
    """When a page that waits for a person warns, and when it ends by itself (monotonic s)."""

    warn_at: float
    end_at: float


def deadline(state: State) -> Deadline | None:
    """The deadline of a page that waits for a person; ``None`` where the clock stands still."""
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
    warn_at = state.quiet_since + patience_s(state)
    return Deadline(warn_at, warn_at + state.station.limits.warning(state.look.mode))
