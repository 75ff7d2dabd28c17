"""The preview: the pages as they will be printed, the price, and one large "print".

If the item has another edition or a copy for the phone, smaller buttons offer them. If the station
cannot print, the page says why, "print" is disabled, and the button for the phone is the main one.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from devices.health import Fault, code_of
from terminal.session import events as ev
from terminal.session.model import Edition
from terminal.session.states import Previewing

from ..look.metrics import Role
from ..voice.sentences import Speech
from ..voice.utterance import Utterance
from ..widgets.button import Button
from ..widgets.pdf_view import PdfView
from ..widgets.surface import notice
from ..widgets.text import Text
from ..wording.unavailable import why_no_paper
from .base import Page
from .parts import formal_title

TURNING = ("preview.previous", "preview.next")
"""Names of the two turning buttons, and of their texts while whole pages are shown."""


class PreviewingPage(Page[Previewing]):
    """The pages of the verified document, as pictures that the worker process draws."""

    @classmethod
    def key(cls, state: Previewing) -> Hashable:
        printer = state.station.printer_for(state.item)
        return (
            id(state.document), state.item.id, printer.can_print, printer.two_sided,
            tuple(fault.code for fault in printer.faults),
            code_of(state.station.unprintable(state.item)),
        )  # fmt: skip

    @classmethod
    def keeps(cls, before: Previewing, state: Previewing) -> bool:
        # The same document keeps its current page, even if the printer's state changes.
        return before.document is state.document

    def carry(self) -> Any:
        return self._view.page, self._view.large, self._view.picture

    def build(self, state: Previewing) -> None:
        kit = self.kit
        page, large, picture = self.carried or (0, False, None)
        self._view = PdfView(kit, state.document.preview, picture)
        self._view.changed.connect(self._show)
        self._view.failed.connect(self._not_shown)
        reason = why_no_paper(state.station, state.item, kit.words)
        self._may_print = reason is None
        self._pressed = False
        """Print was pressed before the page could be seen."""
        self.back = ("preview.back", self.poster(ev.BackPressed))
        title = self.title(kit.say("preview.title"))
        head: list[QWidget] = [title]
        if self._may_print or not kit.sparse:
            head.append(self.lede(formal_title(state.item, kit.look.language)))
        self._count = kit.text("", Role.BODY, bold=True, name="preview.count")
        free = kit.text(self._price(state), Role.BODY, name="preview.price")
        self._previous = self._turner(TURNING[0], "back", -1)
        self._next = self._turner(TURNING[1], "forward", 1)
        self._zoom = Button(
            kit, "preview.zoom", kit.say("preview.zoom"), self._enlarge, icon_name="zoom",
            height_mm=19.0, role=Role.LEDE,
        )  # fmt: skip
        self._go = Button(
            kit, "preview.print", kit.say("preview.print"), self._print,
            tone=kit.theme.primary, icon_name="printer", height_mm=30.0, enabled=self._may_print,
        )  # fmt: skip
        other = self._other_ways(state, may_print=reason is None)
        ways: list[QWidget] = [self._go]
        if kit.sparse and not self._may_print:
            self._go.setParent(self)
            self._go.hide()
            ways.clear()
        if not kit.large:
            ways.append(
                self.button(
                    "preview.back", "preview.back", ev.BackPressed, icon="back", height_mm=18
                )
            )
        no = (
            notice(
                kit, kit.theme.remember, "printer", "", kit.say("preview.no_print", reason=reason)
            )
            if reason
            else None
        )
        if kit.portrait:
            self._portrait(head, free, no, other, ways)
        else:
            self._wide(head, free, no, other, ways)
        self._view.turn_to(page)
        self._view.enlarge(large)
        self._show()

    @classmethod
    def spoken(cls, speech: Speech, state: Previewing) -> Utterance:
        say, item = speech.say, state.item
        reason = why_no_paper(state.station, item, speech.words)
        if reason is not None:
            phone = say("preview.voice_phone") if item.copy else ""
            return speech.join(say("preview.title"), say("preview.no_print", reason=reason), phone)
        phone = say("preview.voice_copy") if item.copy else ""
        return speech.join(
            say("preview.title"), speech.item(item), say("preview.free"), say("preview.voice"),
            phone,
        )  # fmt: skip

    def _price(self, state: Previewing) -> str:
        """Return the price, which is nothing, and the number of sheets if they are fewer than
        the pages."""
        pages = state.document.pages
        if not state.station.printer_for(state.item).two_sided or pages < 2:
            return self.kit.say("preview.free")
        return self.kit.say("preview.free_two_sided", sheets=-(-pages // 2))

    def _other_ways(self, state: Previewing, *, may_print: bool) -> list[Button]:
        """Return the buttons for another edition and for the phone, if the item has them."""
        kit, now = self.kit, state.document.edition
        made = []
        others = [edition for edition in state.item.editions if edition is not now]
        if others and may_print:
            other = others[0]
            made.append(
                Button(
                    kit, "preview.edition", kit.say(f"preview.to_{other.value}"),
                    self.poster(lambda: ev.EditionChosen(other)),
                    icon_name="large-print" if other is Edition.LARGE else "small-print",
                    height_mm=19.0, role=Role.LEDE,
                )
            )  # fmt: skip
        if state.item.copy:
            made.append(
                Button(
                    kit, "preview.copy", kit.say("preview.copy"), self.poster(ev.CopyPressed),
                    tone=kit.theme.secondary if may_print else kit.theme.primary, icon_name="phone",
                    height_mm=19.0 if may_print else 26.0,
                    role=Role.LEDE if may_print else Role.BUTTON,
                )
            )  # fmt: skip
        return made

    def _row_of(self, buttons: list[Button]) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(self.kit.sizes.gap(5))
        for button in buttons:
            # Each button is as wide as its text needs.
            row.addWidget(button, button.natural_width())
        return row

    def _turner(self, name: str, icon_name: str, step: int) -> Button:
        return Button(
            self.kit, name, self.kit.say(name), lambda: self._turn(step), icon_name=icon_name,
            height_mm=19.0, role=Role.LEDE,
        )  # fmt: skip

    def _portrait(
        self, head: list[QWidget], free: Text, no: QWidget | None, other: list[Button],
        ways: list[QWidget],
    ) -> None:  # fmt: skip
        space = self.kit.sizes.space
        outer = self.frame()
        outer.addLayout(self.heading(*head))
        outer.addSpacing(space(6))
        outer.addWidget(self._view, 1)
        outer.addSpacing(space(5))
        line = QHBoxLayout()
        line.addWidget(self._count, 1)
        free.fit_text()
        line.addWidget(free)
        outer.addLayout(line)
        outer.addSpacing(space(3))
        turners = QHBoxLayout()
        turners.setSpacing(self.kit.sizes.gap(5))
        for part in (self._previous, self._next, self._zoom):
            turners.addWidget(part, 1)
        outer.addLayout(turners)
        if no is not None:
            outer.addSpacing(space(6))
            outer.addWidget(no)
        if other:
            outer.addSpacing(self.kit.sizes.gap(5))
            outer.addLayout(self._row_of(other))
        outer.addSpacing(self.kit.sizes.gap(6))
        outer.addLayout(self.ways_on(ways))

    def _wide(
        self, head: list[QWidget], free: Text, no: QWidget | None, other: list[Button],
        ways: list[QWidget],
    ) -> None:  # fmt: skip
        kit, space = self.kit, self.kit.sizes.space
        outer = self.frame()
        columns = QHBoxLayout()
        columns.setSpacing(space(12))
        columns.addWidget(self._view, 10)
        right = QVBoxLayout()
        right.setSpacing(0)
        right.addLayout(self.heading(*head))
        right.addSpacing(space(4))
        right.addWidget(self._count)
        if kit.sparse:
            # There is no space for the price, which is nothing.
            free.deleteLater()
        else:
            right.addWidget(free)
        right.addStretch(1)
        if no is not None:
            right.addWidget(no)
            right.addSpacing(kit.sizes.gap(4))
        turn = QHBoxLayout()
        turn.setSpacing(kit.sizes.gap(5))
        turn.addWidget(self._previous)
        turn.addWidget(self._next)
        right.addWidget(self._zoom)
        right.addSpacing(kit.sizes.gap(4))
        right.addLayout(turn)
        if other:
            right.addSpacing(kit.sizes.gap(4))
            right.addLayout(self._row_of(other))
        right.addSpacing(kit.sizes.gap(6))
        for i, way in enumerate(ways):
            if i:
                right.addSpacing(kit.sizes.gap(4))
            right.addWidget(way)
        columns.addLayout(right, 11)
        outer.addLayout(columns, 1)

    def _turn(self, step: int) -> None:
        if not (self._view.large and self._view.move_on(step)):
            self._view.turn_to(self._view.page + step)
        self._show()

    def _enlarge(self) -> None:
        self._view.enlarge(not self._view.large)
        self._show()

    def _show(self) -> None:
        view, kit = self._view, self.kit
        # While the mark is shown, the resident cannot see the page yet.
        self._go.setEnabled(self._may_print and not view.waiting)
        if view.waiting:
            self._pressed = False
        elif self._pressed and not view.to_come:
            self._pressed = False
            self.post(ev.PrintPressed())
        edition = self.state.document.edition
        key = "preview.count_large" if edition is Edition.LARGE else "preview.count"
        self._count.say(kit.say(key, page=view.page + 1, pages=view.pages))
        # A document of one page needs no turning unless it is enlarged, so the buttons are hidden.
        turns = view.large or view.pages > 1
        self._previous.setVisible(turns)
        self._next.setVisible(turns)
        self._previous.setEnabled(view.page > 0 or view.can_move(-1))
        self._next.setEnabled(view.page < view.pages - 1 or view.can_move(1))
        turning = ("preview.before", "preview.further") if view.large else TURNING
        self._previous.label(kit.say(turning[0]))
        self._next.label(kit.say(turning[1]))
        self._zoom.label(kit.say("preview.zoom_out" if view.large else "preview.zoom"))

    def _print(self) -> None:
        """Print. If the page has not been shown yet, wait until it has."""
        if self._view.to_come:
            self._pressed = True
        else:
            self.post(ev.PrintPressed())

    def _not_shown(self, fault: Fault) -> None:
        """Report the fault; the session refuses a document that cannot be shown."""
        self.post(ev.PageNotShown(self.state.request, fault))

    @property
    def ready(self) -> bool:
        """Whether the current page has been drawn."""
        return self._view.drawn

    def forget(self) -> None:
        self._view.close_document()
        super().forget()
