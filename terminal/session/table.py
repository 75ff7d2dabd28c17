"""The table: every (situation, fact) pair, handled or ignored with its reason.

For the runtime, which feeds it facts and carries out what it asks for. There is no wildcard: a
pair that is missing is found by the test that enumerates them. Facts that hold whatever the
situation is (a device's state, the language) are noted first, see ``steps.common.noted``.
"""

from __future__ import annotations

from typing import NamedTuple

from .rows import TABLE, Ignored
from .states import (
    Assisted,
    CardAway,
    CardTrouble,
    CheckingPaper,
    Choosing,
    Collecting,
    Consenting,
    Previewing,
    Printing,
    Proof,
    Proving,
    State,
    Trouble,
    Unlocking,
)
from .steps.common import Step, noted, patience_s

WAITING = (
    CardTrouble, Consenting, Choosing, Previewing, CheckingPaper, Collecting, Trouble, CardAway,
    Unlocking,
)  # fmt: skip
"""Situations in which the next step is a person's (with ``Proving`` while it is entered, and the
help page unless a job goes on behind it)."""


def advance(state: State, event: object, now: float) -> Step:
    """The situation after the fact, and what is to be done. Pure; ``now`` in monotonic seconds.

    Raises ``KeyError`` for an event that the table does not know (a bug, never a fact).
    """
    state = noted(state, event)
    row = TABLE[type(state), type(event)]
    if isinstance(row, Ignored):
        return state, ()
    return row.step(state, event, now)


class Deadline(NamedTuple):
    """When a page that waits for a person warns, and when it ends by itself (monotonic s)."""

    warn_at: float
    end_at: float


def deadline(state: State) -> Deadline | None:
    """The deadline of a page that waits for a person; ``None`` where the clock stands still."""
    match state:
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
