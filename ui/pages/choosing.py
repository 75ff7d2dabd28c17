"""Choosing: "what do you need?". What cannot be served now is greyed, with its reason; what only
cannot be printed is there for the phone, and says why.

On the elder page each answer is the width of the screen, in the words that people say. More
services than one page holds are told apart by what they belong to, one touch away from each other.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any

from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from terminal.session import events as ev
from terminal.session.model import Item, Language
from terminal.session.states import Choosing

from ..look.metrics import Role
from ..look.theme import HERE, SECONDARY, STATION
from ..voice.sentences import InSight
from ..widgets.button import Button, Shape
from ..wording.unavailable import only_phone, why_not
from .base import Page
from .parts import category, item_second, item_title, shown_name

ROW_MM = {False: 66.0, True: 84.0}
"""Height of a choice where there are two rows of them, by whether it is the elder page."""
_SHARE = {1: 1.2, 2: 1.0, 3: 0.85, 4: 0.7}
"""Of that height, by rows: the fewer there are, the larger."""
_LEAST_SHARE = 0.55


@dataclass(frozen=True, slots=True)
class Leaf:
    """What is shown at once: items of one group (of the unnamed one, where nothing is grouped)."""

    group: str
    items: tuple[Item, ...]


def leaves(items: tuple[Item, ...], room: int, language: Language) -> tuple[Leaf, ...]:
    """The items as leaves of at most ``room``, group after group in the catalogue's order."""
    groups: dict[str, list[Item]] = {}
    if len(items) > room:
        for item in items:
            groups.setdefault(category(item, language), []).append(item)
    if len(groups) < 2 or "" in groups:
        groups = {"": list(items)}
    return tuple(
        Leaf(group, tuple(members[at : at + room]))
        for group, members in groups.items()
        for at in range(0, max(1, len(members)), room)
    )


class ChoosingPage(Page[Choosing]):
    """The services, as many leaves of them as they need."""

    @classmethod
    def key(cls, state: Choosing) -> Hashable:
        station = state.station
        return (
            tuple(item.id for item in station.items),
            tuple(getattr(station.unprintable(item), "code", "") for item in station.items),
            tuple(getattr(station.unavailable(item), "code", "") for item in station.items),
        )

    @classmethod
    def keeps(cls, before: Choosing, state: Choosing) -> bool:
        # The printer may fall ill meanwhile: the group that was turned to stays open.
        return before.visit.id == state.visit.id

    def carry(self) -> Any:
        return self._leaves[self._at].items[:1]

    def build(self, state: Choosing) -> None:
        name = shown_name(state.visit.identity)
        kit = self.kit
        self._leaves = leaves(state.station.items, self._room(), kit.look.language)
        self._at = self._leaf_of(self.carried or ())
        self._turned = False
        title = kit.say("choose.title", name=name) if name else kit.say("choose.title_nameless")
        leave = self.button("choose.leave", "choose.leave", ev.LeavePressed, icon="exit")
        self.back = ("foot.back", self.poster(ev.LeavePressed))
        self._grid = QGridLayout()
        self._grid.setSpacing(kit.sizes.gap(6))
        offer = QVBoxLayout()
        offer.setSpacing(kit.sizes.gap(6))
        groups = tuple(dict.fromkeys(leaf.group for leaf in self._leaves))
        self._tabs = {group: self._tab(i, group) for i, group in enumerate(groups) if group}
        if self._tabs:
            offer.addLayout(self._side_by_side(list(self._tabs.values())))
        offer.addLayout(self._grid)
        buttons: list[QWidget] = [leave]
        self._turners: tuple[Button, Button] | None = None
        if len(self._leaves) > len(groups):
            buttons.insert(0, self._turning())
        self.arrange([self.title(title), self.lede(kit.say("choose.lede"))], [offer], buttons)
        self._fill()

    def _leaf_of(self, first: tuple[Item, ...]) -> int:
        """The leaf that holds what was in sight before; the first where there is none."""
        ids = {item.id for item in first}
        found = (i for i, leaf in enumerate(self._leaves) if ids & {it.id for it in leaf.items})
        return next(found, 0)

    def _side_by_side(self, buttons: list[Button]) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(self.kit.sizes.gap(6))
        for button in buttons:
            row.addWidget(button, 1)
        return row

    def _tab(self, number: int, group: str) -> Button:
        first = next(i for i, leaf in enumerate(self._leaves) if leaf.group == group)
        return Button(
            self.kit, f"choose.group.{number}", group, lambda: self._turn_to(first),
            height_mm=21.0, role=Role.HEADING,
        )  # fmt: skip

    def _turning(self) -> QWidget:
        """Two buttons side by side that turn the leaves."""
        kit = self.kit
        holder = QWidget()
        back = Button(
            kit, "choose.previous", kit.say("choose.previous"), lambda: self._turn_to(self._at - 1),
            icon_name="back",
        )  # fmt: skip
        on = Button(
            kit, "choose.next", kit.say("choose.next"), lambda: self._turn_to(self._at + 1),
            icon_name="forward",
        )  # fmt: skip
        row = self._side_by_side([back, on])
        row.setContentsMargins(0, 0, 0, 0)
        holder.setLayout(row)
        self._turners = (back, on)
        return holder

    def _columns(self) -> int:
        return 1 if self.kit.portrait else 2

    def _room(self) -> int:
        kit = self.kit
        return 4 if kit.elder or (kit.compact and not kit.portrait) else 6

    def _height(self) -> float:
        """Height of a choice in millimetres at room 1; the same on every leaf."""
        most = max(len(leaf.items) for leaf in self._leaves)
        rows = -(-most // self._columns())
        return ROW_MM[self.kit.elder] * _SHARE.get(rows, _LEAST_SHARE)

    def _turn_to(self, at: int) -> None:
        self._at, self._turned = at, True
        self._fill()
        self.turned.emit()

    def in_sight(self) -> InSight:
        leaf = self._leaves[self._at]
        return InSight(leaf.group, leaf.items, self._turned)

    def _fill(self) -> None:
        while (place := self._grid.takeAt(0)) is not None:
            widget = place.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        shown = self._leaves[self._at]
        columns = self._columns() if len(shown.items) > 1 else 1
        for column in range(self._columns()):
            # A column without a service in it takes nothing from the others.
            self._grid.setColumnStretch(column, 1 if column < columns else 0)
        for i, item in enumerate(shown.items):
            self._grid.addWidget(self._choice(item), i // columns, i % columns)
        for group, tab in self._tabs.items():
            here = group == shown.group
            tab.set_tone(HERE if here else SECONDARY)
            tab.set_icon("check" if here else "")
        if self._turners is not None:
            back, on = self._turners
            back.setEnabled(self._at > 0)
            on.setEnabled(self._at < len(self._leaves) - 1)

    def _choice(self, item: Item) -> Button:
        kit = self.kit
        reason = why_not(self.state.station, item, kit.words)
        phone = only_phone(self.state.station, item, kit.words)
        return Button(
            kit, f"choose.item.{item.id}", item_title(kit, item),
            self.poster(lambda: ev.ServiceChosen(item.id)),
            tone=STATION if kit.elder else SECONDARY, shape=Shape.CHOICE, icon_name=item.icon,
            second=reason or phone or item_second(kit, item), enabled=reason is None,
            height_mm=self._height(), role=Role.HEADLINE if kit.elder else Role.HEADING,
            second_role=Role.LEDE,
        )  # fmt: skip
