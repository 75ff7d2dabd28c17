"""The page for a card that could not be read: the reason, and what to do with the card."""

from __future__ import annotations

from collections.abc import Hashable

from devices.faults import (
    CARD_EXPIRED,
    CARD_LEFT_BEHIND,
    CARD_MUTE,
    CARD_NOT_YET_VALID,
    CARD_UNSUPPORTED,
    TWO_CARDS,
)
from devices.health import Who
from terminal.session import events as ev
from terminal.session.states import CardFailure

from ..voice.sentences import Speech
from ..voice.utterance import Utterance
from ..widgets.card_picture import Act, CardPicture
from ..widgets.surface import headline, notice
from ..wording.cards import accepted
from .base import Page
from .parts import code_line, looks

_NO_SECOND_TRY = frozenset(
    fault.code for fault in (CARD_EXPIRED, CARD_NOT_YET_VALID, CARD_UNSUPPORTED, CARD_LEFT_BEHIND)
)
"""Faults that presenting the same card again would not resolve."""

_ACTS = {TWO_CARDS.code: Act.ONLY_ONE, CARD_MUTE.code: Act.TURN}
"""What the picture asks for after these faults; after others, to place the card again."""


class CardFailurePage(Page[CardFailure]):
    """A card that was not read."""

    @classmethod
    def key(cls, state: CardFailure) -> Hashable:
        return state.fault.code

    def build(self, state: CardFailure) -> None:
        kit = self.kit
        code = state.fault.code
        head = headline(
            kit, kit.theme.failure, "id-card", kit.say(code), kit.words.form(code, "explain")
        )
        self.setAccessibleName(kit.say(code))
        again = state.fault.who is Who.RESIDENT and code not in _NO_SECOND_TRY
        leave = self.button("card.leave", "action.leave", ev.LeavePressed, icon="exit")
        code_words = code_line(kit, state.fault)
        act = _ACTS.get(code, Act.PLACE)
        picture = CardPicture(kit, looks(state.station), act=act)
        if code == CARD_UNSUPPORTED.code:
            cards = accepted(state.station, kit.words)
            usable = notice(
                kit, kit.theme.plain, "id-card", "", kit.say("card.usable", cards=cards)
            )
            self.arrange([], [head, usable], [leave], after=[code_words])
        elif not again:
            self.arrange([], [head], [leave], after=[code_words])
        elif kit.portrait:
            self.arrange([], [head, picture], [leave], grow=1, spacing=8, after=[code_words])
        else:
            self.arrange_beside([], picture, [head], [leave], after=[code_words])

    @classmethod
    def spoken(cls, speech: Speech, state: CardFailure) -> Utterance:
        usable = ""
        if state.fault.code == CARD_UNSUPPORTED.code:
            usable = speech.say("card.usable", cards=accepted(state.station, speech.words))
        return speech.join(speech.say(state.fault.code), usable)
