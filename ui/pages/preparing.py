"""The page while the platform issues the document, and its seal is verified."""

from __future__ import annotations

from collections.abc import Hashable

from terminal.session.states import Preparing

from ..voice.sentences import Speech
from ..voice.utterance import Utterance
from .parts import formal_title
from .working import WorkingPage


class PreparingPage(WorkingPage[Preparing]):
    """The certificate is being issued and verified."""

    icon = "shield"
    title_key = "preparing.title"
    lede_key = "preparing.lede"

    @classmethod
    def key(cls, state: Preparing) -> Hashable:
        return state.item.id, state.entered

    def words(self, state: Preparing) -> tuple[str, str]:
        # The everyday name says "print", and nothing is printed yet.
        item = formal_title(state.item, self.kit.look.language)
        return self.kit.say(self.title_key), self.kit.say(self.lede_key, item=item)

    @classmethod
    def spoken(cls, speech: Speech, state: Preparing) -> Utterance:
        lede = speech.say(cls.lede_key, item=speech.formal_item(state.item))
        return speech.join(speech.say(cls.title_key), lede)
