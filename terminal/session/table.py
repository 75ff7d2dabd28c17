"""The table: every (situation, fact) pair, handled or ignored with its reason.

For the runtime, which feeds it facts and carries out what it asks for. There is no wildcard: a
pair that is missing is found by the test that enumerates them. Facts that hold whatever the
situation is (a device's state, the language) are noted first, see ``steps.common.noted``.
"""

from __future__ import annotations

from typing import NamedTuple

from .rows import TABLE, Ignored
from .states import (
    CardTrouble,
    CheckingPaper,
    Choosing,
    Consenting,
    Previewing,
    Proof,
    Proving,
    State,
    Trouble,
    Unlocking,
)
from .steps.common import Step, noted

WAITING = (
    CardTrouble, Consenting, Choosing, Previewing, CheckingPaper, Trouble, Unlocking,
)  # fmt: skip
"""Situations in which the next step is a person's (with ``Proving`` while it is entered)."""


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
    waits = isinstance(state, WAITING) or (
        isinstance(state, Proving) and state.proof in (Proof.ENTERING, Proof.STAFF)
    )
    if not waits:
        return None
    limits, mode = state.station.limits, state.look.mode
    warn_at = state.quiet_since + limits.quiet(mode)
    return Deadline(warn_at, warn_at + limits.warning(mode))
