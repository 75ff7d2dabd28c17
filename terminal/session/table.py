"""The table: every (situation, fact) pair, handled or ignored with its reason.

For the runtime, which feeds it facts and carries out what it asks for. There is no wildcard: a
pair that is missing is found by the test that enumerates them. Facts that hold whatever the
situation is (a device's state, the language) are noted first, see ``steps.common.noted``.
"""

from __future__ import annotations

from .rows import TABLE, Ignored
from .states import State
from .steps.common import Step, noted


def advance(state: State, event: object, now: float) -> Step:
    """The situation after the fact, and what is to be done. Pure; ``now`` in monotonic seconds.

    Raises ``KeyError`` for an event that the table does not know (a bug, never a fact).
    """
    state = noted(state, event)
    row = TABLE[type(state), type(event)]
    if isinstance(row, Ignored):
        return state, ()
    return row.step(state, event, now)
