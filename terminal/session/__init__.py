"""The session: a pure function from (state, event, now) to (state, effects). No I/O, no clock.

``session.events`` is imported when it is first used: its classes take 20 ms to create, and the
first page posts nothing before it is painted. Modules that need the events anyway import them.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from . import events as events
else:

    def __getattr__(name: str) -> object:
        """Import the events when they are first used."""
        if name != "events":
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return import_module(".events", __name__)
