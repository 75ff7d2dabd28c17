"""The page after printing: take the card first, then the paper, because people forget cards."""

from __future__ import annotations

from collections.abc import Hashable

from PySide6.QtWidgets import QVBoxLayout, QWidget

from terminal.session import events as ev
from terminal.session.model import CardSide, Presence
from terminal.session.states import Collecting

from ..voice.sentences import Speech
from ..voice.utterance import Utterance
from ..widgets.button import Button
from ..widgets.card_picture import Act, CardPicture
from ..widgets.kit import Kit
from ..widgets.pictures import SheetPicture
from ..widgets.surface import step_row
from .base import Page
from .parts import look_of


class CollectingPage(Page[Collecting]):
    """Take card, take paper."""

    @classmethod
    def key(cls, state: Collecting) -> Hashable:
        return state.visit.presence, state.item.id, state.pages

    def build(self, state: Collecting) -> None:
        kit = self.kit
        card = kit.say(f"card.{state.visit.identity.kind.value}")
        taken = state.visit.presence is Presence.ABSENT
        first = (
            step_row(kit, "1", kit.say("collect.card_taken", card=card), done=True)
            if taken
            else step_row(kit, "1", kit.say("collect.card", card=card))
        )
        side = kit.say(f"side.{kit.place.tray_side}")
        second = step_row(kit, "2", kit.say("collect.paper", pages=state.pages, side=side))
        sheet = SheetPicture(kit, step=2)
        sheet.count(1, 1, at_once=True)
        picture: QWidget = sheet
        if not taken:
            card_picture = CardPicture(
                kit, (look_of(state.visit.identity.kind),), act=Act.TAKE, step=1
            )
            # Where two pictures do not fit, the first act alone is shown until it is done.
            alone = kit.sparse or (kit.compact and kit.large)
            picture = card_picture if alone else _in_order(kit, card_picture, sheet)
        done = Button(
            kit, "collect.done", kit.say("collect.done"), self.poster(ev.DonePressed),
            tone=kit.theme.primary, icon_name="check", height_mm=28.0,
        )  # fmt: skip
        ways = [done]
        if not taken:
            ways.append(self.button("collect.more", "collect.more", ev.MorePressed, icon="plus"))
        head = [self.title(kit.say("collect.title"))]
        if not kit.sparse:
            head.append(self.lede(kit.say("collect.lede")))
        self.arrange_beside(head, picture, [first, second], ways)

    @classmethod
    def spoken(cls, speech: Speech, state: Collecting) -> Utterance:
        say = speech.say
        taken = state.visit.presence is Presence.ABSENT
        card = "" if taken else say("collect.card", card=speech.card(state))
        return speech.join(say("collect.title"), card, say("collect.paper", pages=state.pages))


def _in_order(kit: Kit, first: QWidget, second: QWidget) -> QWidget:
    """Return one widget with the second picture below the first."""
    both = QWidget()
    box = QVBoxLayout(both)
    box.setContentsMargins(0, 0, 0, 0)
    box.setSpacing(kit.sizes.space(4))
    # A reader above or below needs more height, because the card is above or below it.
    sideways = kit.place.card_side in (CardSide.LEFT, CardSide.RIGHT)
    box.addWidget(first, 4 if sideways else 5)
    box.addWidget(second, 5)
    return both
