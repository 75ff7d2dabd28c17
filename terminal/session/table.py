"""The table: what each state does with each event, put together from the rows of `states/`.

For the runtime, which feeds it events and carries out the effects. Each family of events has one
rule (see `events`), and this is the place where it is applied.
"""

from __future__ import annotations

from importlib import import_module

from . import answers, facts
from . import events as ev
from .flows import Go
from .row import Ignored, Row, WrappingRow
from .state import State, Step
from .states import FILES

ROWS: tuple[Row, ...] = tuple(
    import_module(f".states.{file}", __package__).ROW for file in FILES.values()
)
TABLE: dict[type[State], Row] = {row.state: row for row in ROWS}
STATES = tuple(TABLE)


def advance(state: State, event: object, now: float) -> Step:
    """Return the state after ``event`` and the effects to carry out. Pure; ``now`` in monotonic s.

    Raises ``KeyError`` for an event that belongs to no family (a bug).
    """
    state, effects = _advance(state, event, now)
    return facts.staff_called(state, effects), effects


def _advance(state: State, event: object, now: float) -> Step:
    kind, go = type(event), Go(now)
    state = facts.updated(state, event)
    row = TABLE[type(state)]
    if isinstance(event, ev.Answer) and not answers.awaited(state, event):
        return state, answers.dropped(event)
    if isinstance(row, WrappingRow) and kind in row.inside:
        return row.inside[kind](state, event, go, advance)
    if isinstance(event, ev.Answer):
        if kind not in row.answers:
            return state, answers.dropped(event)
        return row.answers[kind](state, event, go)
    if isinstance(event, ev.Press):
        # A press that the state does not list is a late touch of the previous page.
        return row.presses[kind](state, event, go) if kind in row.presses else (state, ())
    handler = row.facts[kind]
    return (state, ()) if isinstance(handler, Ignored) else handler(state, event, go)
