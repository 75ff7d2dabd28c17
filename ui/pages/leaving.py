"""The question before a visit ends: what would be lost, and that the card can be taken then."""

from __future__ import annotations

from collections.abc import Hashable

from terminal.session import events as ev
from terminal.session.model import Presence
from terminal.session.states import Leaving

from ..voice.sentences import Speech
from ..voice.utterance import Utterance
from ..widgets.button import Button
from ..widgets.surface import headline, notice
from .base import Page


class LeavingPage(Page[Leaving]):
    """Asks whether the visit should end."""

    @classmethod
    def key(cls, state: Leaving) -> Hashable:
        return state.entered, state.loss, state.visit.presence

    def build(self, state: Leaving) -> None:
        kit = self.kit
        title = kit.say("leaving.title")
        head = headline(kit, kit.theme.remember, "alert", title, kit.say(_lost(state)))
        self.setAccessibleName(title)
        main = [head]
        if state.visit.presence is not Presence.ABSENT:
            card = kit.say(f"card.{state.visit.identity.kind.value}")
            main.append(
                notice(
                    kit, kit.theme.remember, "card-remove", "", kit.say("leaving.card", card=card)
                )
            )
        stay = Button(
            kit, "leaving.stay", kit.say("leaving.stay"), self.poster(ev.BackPressed),
            tone=kit.theme.primary, icon_name="back", height_mm=30.0,
        )  # fmt: skip
        leave = self.button(
            "leaving.end", "leaving.end", ev.LeavePressed, icon="exit", height_mm=30.0
        )
        self.arrange([], main, [stay, leave], spacing=7)

    @classmethod
    def spoken(cls, speech: Speech, state: Leaving) -> Utterance:
        say = speech.say
        taken = state.visit.presence is Presence.ABSENT
        card = "" if taken else say("leaving.card", card=speech.card(state))
        return speech.join(say("leaving.title"), say(_lost(state)), card)


def _lost(state: Leaving) -> str:
    """Return the id of the words that say what is lost."""
    return f"leaving.lost.{state.loss.value}" if state.loss is not None else "leaving.lost.nothing"
