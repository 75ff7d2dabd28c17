"""The page while a card is read."""

from __future__ import annotations

from collections.abc import Hashable

from terminal.session.states import Identifying

from .working import WorkingPage


class IdentifyingPage(WorkingPage[Identifying]):
    """A card is being read."""

    icon = "id-card"
    title_key = "identifying.title"
    lede_key = "identifying.lede"

    @classmethod
    def key(cls, state: Identifying) -> Hashable:
        return state.entered
