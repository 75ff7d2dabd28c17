"""The welcome page asks for a card. It is for everyone, however well they see.

It lists only the services that are available now. Only the foot looks touchable, but a touched
service is answered: the page asks for the card.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from terminal.session.model import CardSide
from terminal.session.states import Welcome

from ..look.metrics import Role
from ..widgets.card_picture import CardPicture
from ..widgets.surface import IconTile, notice
from ..wording.cards import accepted
from ..wording.unavailable import no_print_reason
from .base import Page
from .parts import TouchLine, category, item_title, looks, read_line, service_line

if TYPE_CHECKING:
    from terminal.session.model import Item

    from ..voice.sentences import Speech
    from ..voice.utterance import Utterance


class WelcomePage(Page[Welcome]):
    """No visit is open."""

    @classmethod
    def key(cls, state: Welcome) -> Hashable:
        return (
            tuple(item.id for item in state.station.items),
            state.station.printer.can_print,
            tuple(fault.code for fault in state.station.printer.faults),
            bool(state.station.cards_present),
            state.station.accepts,
            state.asked,
        )

    def build(self, state: Welcome) -> None:
        kit, space = self.kit, self.kit.sizes.space
        side = kit.say(f"side.{kit.place.card_side}")
        cards = accepted(state.station, kit.words)
        heads = [self.title(kit.say(_title(state)))]
        upright = kit.place.card_side in (CardSide.BELOW, CardSide.ABOVE)
        if not (kit.sparse and upright and not kit.portrait):
            # An upright picture takes the height of the sentence, and says the same.
            heads.append(self.lede(kit.say("welcome.lede", cards=cards, side=side)))
        head = self.heading(*heads)
        picture = CardPicture(kit, looks(state.station), pulse=state.asked is not None)
        offer = self._offer(state)
        if kit.portrait:
            outer = self.frame()
            outer.addLayout(head)
            outer.addSpacing(space(11))
            outer.addWidget(picture, 100)
            outer.addSpacing(space(13))
            outer.addLayout(offer)
            outer.addStretch(1)
            outer.addSpacing(space(8))
            outer.addLayout(self._privacy())
            return
        outer = self.frame()
        columns = QHBoxLayout()
        columns.setSpacing(space(16))
        left = QVBoxLayout()
        left.setSpacing(0)
        left.addLayout(head)
        left.addSpacing(space(7))
        left.addWidget(picture, 100)
        left.addStretch(1)
        columns.addLayout(left, 11)
        right = QVBoxLayout()
        right.addStretch(1)
        right.addLayout(offer)
        right.addStretch(2)
        right.addLayout(self._privacy())
        columns.addLayout(right, 8)
        outer.addLayout(columns, 1)

    @classmethod
    def spoken(cls, speech: Speech, state: Welcome) -> Utterance:
        cards = accepted(state.station, speech.words)
        return speech.join(speech.say(_title(state)), speech.say("welcome.voice", cards=cards))

    def _offer(self, state: Welcome) -> QVBoxLayout:
        kit, space = self.kit, self.kit.sizes.space
        box = QVBoxLayout()
        box.setSpacing(0)
        if state.station.cards_present:
            # Either the card was not read because the station could not serve just then, or it was
            # forgotten.
            box.addWidget(
                notice(
                    kit, kit.theme.remember, "card-remove", kit.say("welcome.card_present"),
                    kit.say("welcome.card_present.again"), object_name="welcome.card_present",
                )
            )  # fmt: skip
            box.addSpacing(space(8))
        reason = no_print_reason(state.station, kit.words)
        if reason is not None:
            box.addWidget(
                notice(
                    kit, kit.theme.remember, "printer", kit.say("welcome.no_printing"), reason,
                    object_name="welcome.notice",
                )
            )  # fmt: skip
            box.addSpacing(space(8))
        noticed = box.count() > 0
        if state.station.items and not (kit.sparse and noticed):
            # On the elder page a notice leaves little space, so services are shown by name only and
            # the picture of what to do stays large.
            self._named_only = kit.compact or kit.sparse or (kit.large and noticed)
            box.addWidget(kit.text(kit.say("welcome.offer"), Role.HEADING))
            box.addSpacing(space(7 if kit.portrait else 5))
            self._offers(box, state.station.items)
        return box

    def _offers(self, box: QVBoxLayout, items: tuple[Item, ...]) -> None:
        """Show the services; if there are too many to read at a glance, show their categories
        instead."""
        kit = self.kit
        groups: dict[str, list[Item]] = {}
        for item in items:
            groups.setdefault(category(item, kit.look.language), []).append(item)
        if len(items) > self._most() and len(groups) > 1 and "" not in groups:
            for i, (group, members) in enumerate(groups.items()):
                if i:
                    box.addSpacing(kit.sizes.space(8 if kit.portrait else 6))
                box.addWidget(self._group(group, members))
            return
        shown = items[: self._most()]
        box.addLayout(self._lines(shown))
        if len(items) > len(shown):
            box.addSpacing(kit.sizes.space(4))
            more = kit.say("welcome.more", n=len(items) - len(shown))
            box.addWidget(kit.text(more, Role.BODY))

    def _group(self, name: str, members: list[Item]) -> QWidget:
        kit = self.kit
        titles = [item_title(kit, item) for item in members]
        second = kit.say("list.pause").join(titles)
        if self._named_only or (kit.large and not kit.portrait):
            second = kit.say("welcome.group", n=len(members))
        return self._touchable(read_line(kit, members[0].icon, name, second), members[0])

    def _touchable(self, line: QWidget, item: Item) -> QWidget:
        """Answer a touch of a service, although it is no button: people touch what they want."""
        return TouchLine(line, lambda: self._choose(item))

    def _choose(self, item: Item) -> None:
        from terminal.session.events import ServiceChosen  # not needed before the first paint

        self.post(ServiceChosen(item.id))

    def _privacy(self) -> QHBoxLayout:
        kit = self.kit
        row = QHBoxLayout()
        row.setSpacing(kit.sizes.space(3))
        side = round(kit.sizes.type_px(Role.SMALL) * 1.5)
        row.addWidget(IconTile(kit, "lock", side, kit.theme.bare_icon, share=0.9))
        row.addWidget(kit.text(kit.say("welcome.privacy"), Role.SMALL, colour=kit.theme.quiet), 1)
        return row

    def _most(self) -> int:
        if self.kit.portrait:
            return 3 if self.kit.large else 6
        return 2 if self.kit.large or self.kit.compact else 4

    def _lines(self, items: tuple[Item, ...]) -> QGridLayout:
        kit, space = self.kit, self.kit.sizes.space
        columns = 2 if kit.portrait and not kit.large and len(items) > 2 else 1
        grid = QGridLayout()
        grid.setHorizontalSpacing(space(8))
        grid.setVerticalSpacing(space(8 if kit.portrait else 6))
        for i, item in enumerate(items):
            grid.addWidget(
                self._touchable(service_line(kit, item, second=not self._named_only), item),
                i // columns, i % columns,
                Qt.AlignmentFlag.AlignTop,
            )  # fmt: skip
        for column in range(columns):
            grid.setColumnStretch(column, 1)
        return grid


def _title(state: Welcome) -> str:
    """Return the id of the title: a touched service is answered first."""
    return "welcome.title" if state.asked is None else "welcome.card_first"
