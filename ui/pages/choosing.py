"""Choosing: "what do you need?". What cannot be served now is greyed, with its reason.

On the elder page each answer is the width of the screen, in the words that people say.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QWidget

from terminal.session import events as ev
from terminal.session.model import Item
from terminal.session.states import Choosing

from ..metrics import Role
from ..reasons import why_not
from ..theme import SECONDARY, STATION
from ..widgets.button import Button, Shape
from .base import Page
from .parts import item_second, item_title, shown_name


class ChoosingPage(Page[Choosing]):
    """The services, as many pages of them as they need."""

    @classmethod
    def key(cls, state: Choosing) -> Hashable:
        station = state.station
        return (
            tuple(item.id for item in station.items),
            tuple(getattr(station.unavailable(item), "code", "") for item in station.items),
            station.printer.can_print,
        )

    def carry(self) -> Any:
        return self._at

    def build(self, state: Choosing) -> None:
        self._at = self.carried or 0
        name = shown_name(state.visit.identity)
        kit = self.kit
        title = kit.say("choose.title", name=name) if name else kit.say("choose.title_nameless")
        leave = self.button("choose.leave", "choose.leave", ev.LeavePressed, icon="exit")
        self.back = ("foot.back", self.poster(ev.LeavePressed))
        self._grid = QGridLayout()
        self._grid.setSpacing(kit.sizes.gap(6))
        buttons: list[QWidget] = [leave]
        self._turners: tuple[Button, Button] | None = None
        if len(state.station.items) > self._room():
            buttons.insert(0, self._turning())
        self.arrange([self.title(title), self.lede(kit.say("choose.lede"))], [self._grid], buttons)
        self._fill()

    def _turning(self) -> QWidget:
        """Two buttons side by side that turn the pages of services."""
        kit = self.kit
        holder = QWidget()
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(kit.sizes.gap(6))
        back = Button(
            kit, "choose.previous", kit.say("choose.previous"), lambda: self._turn(-1),
            icon_name="back",
        )  # fmt: skip
        on = Button(
            kit, "choose.next", kit.say("choose.next"), lambda: self._turn(1), icon_name="forward"
        )
        row.addWidget(back)
        row.addWidget(on)
        self._turners = (back, on)
        return holder

    def _columns(self) -> int:
        kit = self.kit
        return 1 if kit.portrait else 2

    def _room(self) -> int:
        kit = self.kit
        if kit.portrait:
            return 4 if kit.elder else 6
        return 4 if kit.compact or kit.elder else 6

    def _height(self) -> float:
        """Height of a choice in millimetres at room 1: the fewer there are, the larger."""
        rows = -(-min(len(self.state.station.items), self._room()) // self._columns())
        tall = 84.0 if self.kit.elder else 66.0
        return {1: tall * 1.2, 2: tall, 3: tall * 0.85, 4: tall * 0.7}.get(rows, tall * 0.55)

    def _turn(self, by: int) -> None:
        self._at += by
        self._fill()

    def _fill(self) -> None:
        while (place := self._grid.takeAt(0)) is not None:
            widget = place.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        items, room = self.state.station.items, self._room()
        last = max(0, (len(items) - 1) // room)
        self._at = min(max(self._at, 0), last)
        shown = items[self._at * room : (self._at + 1) * room]
        columns = self._columns() if len(shown) > 1 else 1
        for column in range(columns):
            self._grid.setColumnStretch(column, 1)
        for i, item in enumerate(shown):
            self._grid.addWidget(self._choice(item), i // columns, i % columns)
        if self._turners is not None:
            back, on = self._turners
            back.setEnabled(self._at > 0)
            on.setEnabled(self._at < last)

    def _choice(self, item: Item) -> Button:
        kit = self.kit
        reason = why_not(self.state.station, item, kit.words)
        return Button(
            kit, f"choose.item.{item.id}", item_title(kit, item),
            self.poster(lambda: ev.ServiceChosen(item.id)),
            tone=STATION if kit.elder else SECONDARY, shape=Shape.CHOICE, icon_name=item.icon,
            second=reason or item_second(kit, item), enabled=reason is None,
            height_mm=self._height(), role=Role.HEADLINE if kit.elder else Role.HEADING,
            second_role=Role.LEDE,
        )  # fmt: skip
