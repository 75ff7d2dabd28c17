"""The page while the platform identifies the person."""

from __future__ import annotations

from collections.abc import Hashable

from terminal.session.states import Recognising

from .working import WorkingPage


class RecognisingPage(WorkingPage[Recognising]):
    """The platform is asked who the person is."""

    icon = "person"
    title_key = "recognising.title"
    lede_key = "recognising.lede"

    @classmethod
    def key(cls, state: Recognising) -> Hashable:
        return state.entered
