"""The page after the card was removed too early: asks for the card, and shows the time left.

If staff are to check the resident, the card may have been removed to let staff present theirs. The
page then says who presents a card next.
"""

from __future__ import annotations

import math
import time
from collections.abc import Hashable
from enum import Enum, auto

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

from terminal.session.deadline import deadline
from terminal.session.states import CardAway, Proof, Proving

from ..look.metrics import Role
from ..voice.sentences import Speech
from ..voice.utterance import Utterance
from ..widgets.card_picture import CardPicture
from ..widgets.surface import notice
from .base import Page
from .parts import look_of


class StaffCard(Enum):
    """What a member of staff does with their card while the resident's card is away."""

    NOT_NEEDED = auto()
    WANTED = auto()
    READ = auto()


def staff_card(state: CardAway) -> StaffCard:
    """Return whether a staff card was read, may be presented, or is not needed."""
    before = state.before
    if not isinstance(before, Proving):
        return StaffCard.NOT_NEEDED
    if before.staff_number:
        return StaffCard.READ
    wanted = before.proof is Proof.STAFF and state.station.operators
    return StaffCard.WANTED if wanted else StaffCard.NOT_NEEDED


class CardAwayPage(Page[CardAway]):
    """Asks for the card; the visit goes on when it is presented again."""

    @classmethod
    def key(cls, state: CardAway) -> Hashable:
        return state.entered, staff_card(state)

    def build(self, state: CardAway) -> None:
        kit = self.kit
        side = kit.say(f"side.{kit.place.card_side}")
        kind = state.visit.identity.kind
        values = {"side": side, "card": kit.say(f"card.{kind.value}")}
        self._left = kit.text("", Role.BODY, bold=True, name="card_away.left")
        staff = staff_card(state)
        title = "card_away.staff_read" if staff is StaffCard.READ else "card_away.title"
        lede = "card_away.staff_read.lede" if staff is StaffCard.READ else "card_away.lede"
        head = [self.title(kit.say(title)), self.lede(kit.say(lede, **values))]
        main: list[QWidget] = [self._left]
        if not (kit.sparse and staff is StaffCard.WANTED):
            main.append(notice(kit, kit.theme.remember, "lock", "", kit.say("card_away.kept")))
        if staff is StaffCard.WANTED:
            main.insert(
                1, notice(kit, kit.theme.plain, "staff", "", kit.say("card_away.staff", **values))
            )
        picture = CardPicture(kit, (look_of(kind),))
        self.arrange_beside(head, picture, main, [])
        self._timer = QTimer(self)
        self._timer.setInterval(500)
        self._timer.timeout.connect(self._count)
        self._timer.start()
        self._count()

    @classmethod
    def spoken(cls, speech: Speech, state: CardAway) -> Utterance:
        say = speech.say
        if staff_card(state) is StaffCard.READ:
            card = speech.card(state)
            return speech.join(say("card_away.staff_read"), say("card_away.staff_voice", card=card))
        return speech.join(say("card_away.title"), say("card_away.kept"))

    def warn_beside(self, shown: bool) -> None:
        # The warning has the seconds, and more time.
        self._left.setHidden(shown)

    def _count(self) -> None:
        limit = deadline(self.state)
        left = limit.end_at - time.monotonic() if limit is not None else 0.0
        seconds = max(0, math.ceil(left))
        self._left.say(self.kit.say("card_away.left", seconds=seconds))
