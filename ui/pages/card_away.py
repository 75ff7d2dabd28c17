"""The page after the card was removed too early: asks for the card, and shows the time left.

If staff are to check the resident, the card may have been removed to let staff present theirs. The
page then says who presents a card next.
"""

from __future__ import annotations

import math
import time
from collections.abc import Hashable

from PySide6.QtCore import QTimer

from terminal.session import events as ev
from terminal.session.deadline import deadline
from terminal.session.states import CardAway, Proof, Proving

from ..look.metrics import Role
from ..look.theme import PLAIN, REMEMBER
from ..widgets.card_picture import CardPicture
from ..widgets.surface import notice
from .base import Page
from .parts import look_of


def staff_turn(state: CardAway) -> str:
    """Return whether a member of staff may present their card ("wanted") or has ("read"); else
    empty."""
    before = state.before
    if not isinstance(before, Proving):
        return ""
    if before.staff_number:
        return "read"
    wanted = before.proof is Proof.STAFF and state.station.operators
    return "wanted" if wanted else ""


class CardAwayPage(Page[CardAway]):
    """Asks for the card; the visit goes on when it is presented again."""

    @classmethod
    def key(cls, state: CardAway) -> Hashable:
        return state.entered, staff_turn(state)

    def build(self, state: CardAway) -> None:
        kit = self.kit
        side = kit.say(f"side.{kit.card_side}")
        kind = state.visit.identity.kind
        values = {"side": side, "card": kit.say(f"card.{kind.value}")}
        self.back = ("card_away.leave", self.poster(ev.LeavePressed))
        self._left = kit.text("", Role.BODY, bold=True, name="card_away.left")
        leave = self.button("card_away.leave", "card_away.leave", ev.LeavePressed, icon="exit")
        turn = staff_turn(state)
        title = "card_away.staff_read" if turn == "read" else "card_away.title"
        lede = "card_away.staff_read.lede" if turn == "read" else "card_away.lede"
        head = [self.title(kit.say(title)), self.lede(kit.say(lede, **values))]
        main = [self._left, notice(kit, REMEMBER, "lock", "", kit.say("card_away.kept"))]
        if turn == "wanted":
            main.insert(1, notice(kit, PLAIN, "staff", "", kit.say("card_away.staff", **values)))
        picture = CardPicture(kit, (look_of(kind),))
        self.arrange_beside(head, picture, main, [] if kit.elder else [leave])
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
