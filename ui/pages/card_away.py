"""The card was lifted too early: "please lay your card back", with the time that is left."""

from __future__ import annotations

import math
import time
from collections.abc import Hashable

from PySide6.QtCore import QTimer

from terminal.session import events as ev
from terminal.session.deadline import deadline
from terminal.session.states import CardAway

from ..metrics import Role
from ..theme import REMEMBER
from ..widgets.pictures import CardPicture
from ..widgets.surface import notice
from .base import Page


class CardAwayPage(Page[CardAway]):
    """The way back into the visit is the card."""

    @classmethod
    def key(cls, state: CardAway) -> Hashable:
        return state.entered

    def build(self, _state: CardAway) -> None:
        kit = self.kit
        side = kit.say(f"side.{kit.card_side}")
        self.back = ("card_away.leave", self.poster(ev.LeavePressed))
        self._left = kit.text("", Role.BODY, bold=True, name="card_away.left")
        leave = self.button("card_away.leave", "card_away.leave", ev.LeavePressed, icon="exit")
        head = [
            self.title(kit.say("card_away.title")),
            self.lede(kit.say("card_away.lede", side=side)),
        ]
        main = [self._left, notice(kit, REMEMBER, "lock", "", kit.say("card_away.kept"))]
        self.arrange_beside(head, CardPicture(kit), main, [] if kit.elder else [leave])
        self._timer = QTimer(self)
        self._timer.setInterval(500)
        self._timer.timeout.connect(self._count)
        self._timer.start()
        self._count()

    def _count(self) -> None:
        limit = deadline(self.state)
        left = limit.end_at - time.monotonic() if limit is not None else 0.0
        seconds = max(0, math.ceil(left))
        self._left.say(self.kit.say("card_away.left", seconds=seconds))
