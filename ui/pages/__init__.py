"""One page for each state. Only the first one is imported before the first paint.

The page of the state in ``terminal/session/states/card_away.py`` is the class ``CardAwayPage`` in
``ui/pages/card_away.py``.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from typing import TYPE_CHECKING, Any

from terminal.session.state import State
from terminal.session.states import FILES
from terminal.words import Words

if TYPE_CHECKING:
    from ..voice.sentences import InSight
    from ..voice.utterance import Utterance
    from .base import Page


def load_all() -> Iterator[None]:
    """Import the files of all pages, one at each step, so that no visit waits for its pages."""
    for file in FILES.values():
        import_module(f".{file}", __package__)
        yield


def page_for(state: type[State]) -> type[Page[Any]]:
    """Return the page class of this state."""
    file = state.__module__.rpartition(".")[2]
    page: type[Page[Any]] = getattr(import_module(f".{file}", __package__), f"{state.__name__}Page")
    return page


def spoken(state: State, words: Words, in_sight: InSight | None = None) -> Utterance:
    """Return what the voice says when ``state`` is shown, in the language of ``words``.

    ``in_sight`` is given if the page has more services than it shows at once: those it shows now.
    """
    # Not needed for the first page.
    from ..voice.sentences import Speech

    return page_for(type(state)).spoken(Speech(state.look, words, in_sight), state)
