"""What a row is, and how rows come into the table: each pair once, by name, with step or reason.

For the groups of rows beside this file. There is no way to put in a pair without naming it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from .. import states as st
from ..steps import common


@dataclass(frozen=True, slots=True)
class Handled:
    """The pair has a step."""

    step: Callable[[Any, Any, float], common.Step]


@dataclass(frozen=True, slots=True)
class Ignored:
    """Nothing happens, and why."""

    reason: str


Row = Handled | Ignored
TABLE: dict[tuple[type[st.State], type[Any]], Row] = {}


def rows(state: type[st.State], given: dict[type[Any], Callable[[Any, Any, float], Any]]) -> None:
    """Pairs of this situation that have a step."""
    for event, step in given.items():
        put(state, event, Handled(step))


def ignore(state: type[st.State], given: dict[type[Any], str]) -> None:
    """Pairs of this situation in which nothing happens, each with its reason."""
    for event, reason in given.items():
        put(state, event, Ignored(reason))


def no_such_button(state: type[st.State], *events: type[Any]) -> None:
    """Buttons that this page does not show."""
    for event in events:
        put(state, event, Ignored(
            f"{state.__name__} shows no control for {event.__name__}: a late touch of another page"
        ))  # fmt: skip


def late_answers(state: type[st.State], *events: type[Any]) -> None:
    """Answers to what this situation did not ask."""
    for event in events:
        put(state, event, Ignored(
            f"{state.__name__} did not ask for {event.__name__}: the answer came too late"
        ))  # fmt: skip


def put(state: type[st.State], event: type[Any], row: Row) -> None:
    if (state, event) in TABLE:
        raise ValueError(f"{state.__name__}, {event.__name__} stands twice")
    TABLE[state, event] = row
