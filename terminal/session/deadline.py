"""When a page that waits for a person warns, and when it ends by itself.

For the handlers, which end the page, and the window, which shows the warning. Touches prolong a
page, but no visit lasts longer than ``Limits.longest_visit_s``: an object on the screen looks like
touches. Each state declares who it waits for and how long (`State.waits_for`, `State.patience_s`).
"""

from __future__ import annotations

from typing import NamedTuple

from .state import State


class Deadline(NamedTuple):
    """When a page warns, and when it ends (monotonic s).

    ``final``: the visit has reached its longest time, and no touch prolongs it.
    """

    warn_at: float
    end_at: float
    final: bool = False


def deadline(state: State) -> Deadline | None:
    """Return the deadline of a page that waits for a person; ``None`` for every other page."""
    patience_s = state.patience_s
    if patience_s is None:
        return None
    warning_s = state.station.limits.warning(state.look.mode)
    end_at = state.quiet_since + patience_s + warning_s
    if state.last_at < end_at:
        return Deadline(state.last_at - warning_s, state.last_at, final=True)
    return Deadline(end_at - warning_s, end_at)


def waited_too_long(state: State, now: float) -> bool:
    """Return whether a page that waits for a person has reached its deadline."""
    limit = deadline(state)
    return limit is not None and now >= limit.end_at
