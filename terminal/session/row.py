"""What a state declares about events: which presses, facts and answers it handles, and how.

Each file in `states/` makes one row; `table` merges them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from .state import State, Step

if TYPE_CHECKING:
    # For annotations only: the flows import the states, and the states must not import the flows.
    from .flows import Go

Handler = Callable[[Any, Any, "Go"], Step]
"""A pure function of the state, the event, and `Go`, which leads to other states."""
Advance = Callable[[State, object, float], Step]
WrappingHandler = Callable[[Any, Any, "Go", Advance], Step]
"""A handler of a wrapping state. It passes the event on to the state that it wraps."""


@dataclass(frozen=True, slots=True)
class Ignored:
    """Says that a fact changes nothing in this state, and why."""

    reason: str


@dataclass(frozen=True, kw_only=True)
class Row:
    """What ``state`` does with each event.

    ``presses`` has the presses that its page offers; others are dropped. ``facts`` has every fact,
    handled or ignored with a reason. ``answers`` has the answers that it may wait for.
    """

    state: type[State]
    presses: Mapping[type[Any], Handler]
    facts: Mapping[type[Any], Handler | Ignored]
    answers: Mapping[type[Any], Handler] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class WrappingRow(Row):
    """The row of a state that wraps another. ``inside`` are the events that it passes on."""

    inside: Mapping[type[Any], WrappingHandler]
