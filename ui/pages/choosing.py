"""The page "what do you need?". Services that are not available are greyed, with the reason.
Services that only cannot be printed are offered for the phone, with the reason.

On the elder page each service is as wide as the screen, and named in everyday words. If there are
more services than fit on one page, they are shown in groups, each one touch away from the others.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any

from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from devices.health import code_of
from terminal.session import events as ev
from terminal.session.model import Item, Language
from terminal.session.states import Choosing

from ..look.metrics import Role
from ..voice.sentences import InSight, Speech
from ..voice.utterance import Sentence, Utterance
from ..widgets.button import Button, Shape
from ..wording.unavailable import only_phone, why_not
from .base import Page
from .parts import category, item_second, item_title, shown_name

ROW_MM = {False: 66.0, True: 84.0}
"""Height of a choice if there are two rows, by whether type is large."""
_SHARE = {1: 1.2, 2: 1.0, 3: 0.85, 4: 0.7}
"""Factor for that height by the number of rows: the fewer rows, the taller."""
_LEAST_SHARE = 0.55


@dataclass(frozen=True, slots=True)
class SubPage:
    """The services shown at once: items of one group, or of the unnamed one if there are no
    groups."""

    group: str
    items: tuple[Item, ...]


def subpages(items: tuple[Item, ...], capacity: int, language: Language) -> tuple[SubPage, ...]:
    """Split the items into sub-pages of at most ``capacity``, group by group in the catalogue's
    order."""
    groups: dict[str, list[Item]] = {}
    if len(items) > capacity:
        for item in items:
            groups.setdefault(category(item, language), []).append(item)
    if len(groups) < 2 or "" in groups:
        groups = {"": list(items)}
    return tuple(
        SubPage(group, tuple(members[at : at + capacity]))
        for group, members in groups.items()
        for at in range(0, max(1, len(members)), capacity)
    )


class ChoosingPage(Page[Choosing]):
    """The services, on as many sub-pages as they need."""

    @classmethod
    def key(cls, state: Choosing) -> Hashable:
        station = state.station
        return (
            tuple(item.id for item in station.items),
            tuple(code_of(station.unprintable(item)) for item in station.items),
            tuple(code_of(station.unavailable(item)) for item in station.items),
        )

    @classmethod
    def keeps(cls, before: Choosing, state: Choosing) -> bool:
        # Keep the group that is open if the page changes, for example after a fault of the printer.
        return before.visit.id == state.visit.id

    def carry(self) -> Any:
        return self._subpages[self._at].items[:1]

    def build(self, state: Choosing) -> None:
        name = shown_name(state.visit.identity)
        kit = self.kit
        self._subpages = subpages(state.station.items, self._capacity(), kit.look.language)
        self._at = self._subpage_with(self.carried or ())
        self._turned = False
        title = kit.say("choose.title", name=name) if name else kit.say("choose.title_nameless")
        self._grid = QGridLayout()
        self._grid.setSpacing(kit.sizes.gap(6))
        offer = QVBoxLayout()
        offer.setSpacing(kit.sizes.gap(6))
        groups = tuple(dict.fromkeys(subpage.group for subpage in self._subpages))
        self._tabs = {group: self._tab(i, group) for i, group in enumerate(groups) if group}
        if self._tabs:
            offer.addLayout(self._side_by_side(list(self._tabs.values())))
        offer.addLayout(self._grid)
        buttons: list[QWidget] = []
        self._turners: tuple[Button, Button] | None = None
        if len(self._subpages) > len(groups):
            buttons.insert(0, self._turning())
        head = [self.title(title)]
        if not kit.sparse:
            head.append(self.lede(kit.say("choose.lede")))
        self.arrange(head, [offer], buttons)
        self._fill()

    @classmethod
    def spoken(cls, speech: Speech, state: Choosing) -> Utterance:
        say, name = speech.say, speech.name(state)
        asked: str | Sentence = say("choose.title_nameless")
        if name is not None:
            asked = speech.personal("choose.title", "choose.title_nameless", name=name)
        seen = speech.in_sight or InSight("", state.station.items)
        group = say("choose.voice_group", group=seen.group) if seen.group else ""
        station, words = state.station, speech.words
        notes = [
            why_not(station, item, words) or only_phone(station, item, words) or ""
            for item in seen.items
        ]
        shared = notes[0] if notes and set(notes) == {notes[0]} else ""
        offers = (
            speech.join(speech.item(item), "" if shared else note)
            for item, note in zip(seen.items, notes, strict=True)
        )
        # A note that is the same for all of them is said once, at the end.
        return speech.join("" if seen.turned else asked, group, *offers, shared)

    def _subpage_with(self, first: tuple[Item, ...]) -> int:
        """Return the index of the sub-page that shows one of these items; 0 if none does."""
        ids = {item.id for item in first}
        found = (
            i for i, subpage in enumerate(self._subpages) if ids & {it.id for it in subpage.items}
        )
        return next(found, 0)

    def _side_by_side(self, buttons: list[Button]) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(self.kit.sizes.gap(6))
        for button in buttons:
            row.addWidget(button, 1)
        return row

    def _tab(self, number: int, group: str) -> Button:
        first = next(i for i, subpage in enumerate(self._subpages) if subpage.group == group)
        return Button(
            self.kit, f"choose.group.{number}", group, lambda: self._turn_to(first),
            height_mm=21.0, role=Role.HEADING,
        )  # fmt: skip

    def _turning(self) -> QWidget:
        """Return two buttons side by side that turn the sub-pages."""
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

    def _capacity(self) -> int:
        kit = self.kit
        if kit.sparse:
            return 2
        return 4 if kit.large or (kit.compact and not kit.portrait) else 6

    def _height(self) -> float:
        """Return the height of a choice in millimetres at scale 1; the same on every sub-page."""
        most = max(len(subpage.items) for subpage in self._subpages)
        rows = -(-most // self._columns())
        return ROW_MM[self.kit.large] * _SHARE.get(rows, _LEAST_SHARE)

    def _turn_to(self, at: int) -> None:
        self._at, self._turned = at, True
        self._fill()
        self.turned.emit()

    def in_sight(self) -> InSight:
        subpage = self._subpages[self._at]
        return InSight(subpage.group, subpage.items, self._turned)

    def _fill(self) -> None:
        while (place := self._grid.takeAt(0)) is not None:
            widget = place.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        shown = self._subpages[self._at]
        columns = self._columns() if len(shown.items) > 1 else 1
        for column in range(self._columns()):
            # A column without services takes no width from the others.
            self._grid.setColumnStretch(column, 1 if column < columns else 0)
        for i, item in enumerate(shown.items):
            self._grid.addWidget(self._choice(item), i // columns, i % columns)
        theme = self.kit.theme
        for group, tab in self._tabs.items():
            here = group == shown.group
            tab.set_tone(theme.current if here else theme.secondary)
            tab.set_icon("check" if here else "")
        if self._turners is not None:
            back, on = self._turners
            back.setEnabled(self._at > 0)
            on.setEnabled(self._at < len(self._subpages) - 1)

    def _choice(self, item: Item) -> Button:
        kit = self.kit
        reason = why_not(self.state.station, item, kit.words)
        phone = only_phone(self.state.station, item, kit.words)
        return Button(
            kit, f"choose.item.{item.id}", item_title(kit, item),
            self.poster(lambda: ev.ServiceChosen(item.id)),
            tone=kit.theme.station if kit.large else kit.theme.secondary,
            shape=Shape.CHOICE, icon_name=item.icon,
            second=reason or phone or item_second(kit, item), enabled=reason is None,
            height_mm=self._height(), role=Role.HEADLINE if kit.large else Role.HEADING,
            second_role=Role.LEDE,
        )  # fmt: skip
