"""The last page: what is finished, that no personal data remain, and a reminder of the card."""

from __future__ import annotations

from collections.abc import Hashable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget

from terminal.session.model import EndReason
from terminal.session.states import Ending

from ..look.metrics import Role
from ..voice.sentences import Speech
from ..voice.utterance import Utterance
from ..widgets.card_picture import Act, Card, CardPicture
from ..widgets.pictures import Emblem
from ..widgets.surface import notice
from .base import Page


class EndingPage(Page[Ending]):
    """Goodbye."""

    @classmethod
    def key(cls, state: Ending) -> Hashable:
        return state.reason, state.clearing, state.reader in state.station.cards_present

    def build(self, state: Ending) -> None:
        kit, space = self.kit, self.kit.sizes.space
        middle = Qt.AlignmentFlag.AlignHCenter
        title, lede, message = (kit.say(key) for key in _words(state))
        outer = self.frame()
        outer.addStretch(3)
        row = QHBoxLayout()
        calm = state.reason in (EndReason.DONE, EndReason.LEFT, EndReason.CARD_GONE)
        if _card_left(state) and kit.compact and kit.large:
            # There is no room for the reader.
            emblem: QWidget = Emblem(kit, "card-remove", kit.theme.attention, size_mm=60)
        elif _card_left(state):
            # The visit is cleared, so that the kind of card is not known any more.
            emblem = CardPicture(kit, (Card.PLAIN,), act=Act.TAKE)
            emblem.setMaximumHeight(space(110))
        elif calm:
            emblem = Emblem(kit, "check", kit.theme.fine, size_mm=60)
        else:
            emblem = Emblem(kit, "info", size_mm=60)
        if isinstance(emblem, Emblem):
            row.addStretch(1)
            row.addWidget(emblem)
            row.addStretch(1)
        else:
            row.addWidget(emblem)
        outer.addLayout(row, 0 if isinstance(emblem, Emblem) else 20)
        outer.addSpacing(space(12 if kit.portrait else 7))
        self.setAccessibleName(title)
        outer.addWidget(kit.text(title, Role.TITLE, align=middle, name="page.title"))
        outer.addSpacing(space(5))
        outer.addWidget(kit.text(lede, Role.LEDE, align=middle, name="page.lede"))
        outer.addSpacing(space(10))
        outer.addWidget(notice(kit, kit.theme.plain, "lock", "", message))
        outer.addStretch(4)

    @classmethod
    def spoken(cls, speech: Speech, state: Ending) -> Utterance:
        return speech.join(*(speech.say(key) for key in _words(state)))


def _card_left(state: Ending) -> bool:
    """Return whether the resident's card is still on the reader."""
    # After a change of cards, the card that is present belongs to the next person.
    present = state.reader in state.station.cards_present
    return present and state.reason is not EndReason.OTHER_CARD


def _words(state: Ending) -> tuple[str, str, str]:
    """Return the ids of title, lede and message."""
    message = "ending.clearing" if state.clearing else "ending.cleared"
    if _card_left(state):
        return "ending.card", "ending.card.lede", message
    return f"ending.{state.reason.value}", f"ending.{state.reason.value}.lede", message
