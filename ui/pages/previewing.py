"""The preview: the pages as they will be printed, the price, and one large "print".

Where the station cannot print, it says why and nothing invites to press.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from terminal.session import events as ev
from terminal.session.states import Previewing

from ..metrics import Role
from ..reasons import no_print_reason, why_not
from ..theme import PRIMARY, REMEMBER
from ..widgets.button import Button
from ..widgets.pdf_view import PdfView
from ..widgets.surface import notice
from .base import Page
from .parts import formal_title

TURNING = ("preview.previous", "preview.next")
"""Names of the two turning buttons, and of their words while whole pages are shown."""


class PreviewingPage(Page[Previewing]):
    """The pages of the verified bytes."""

    @classmethod
    def key(cls, state: Previewing) -> Hashable:
        printer = state.station.printer
        return (
            id(state.document), state.item.id, printer.can_print,
            tuple(fault.code for fault in printer.faults),
        )  # fmt: skip

    def carry(self) -> Any:
        return self._view.page, self._view.large

    def build(self, state: Previewing) -> None:
        kit = self.kit
        self._view = PdfView(kit, state.document.preview or state.document.pdf)
        reason = no_print_reason(state.station, kit.words) or why_not(
            state.station, state.item, kit.words
        )
        self.back = ("preview.back", self.poster(ev.BackPressed))
        title = self.title(kit.say("preview.title"))
        lede = self.lede(formal_title(state.item, kit.look.language))
        self._count = kit.text("", Role.BODY, bold=True, name="preview.count")
        free = kit.text(kit.say("preview.free"), Role.BODY, name="preview.price")
        self._previous = self._turner(TURNING[0], "back", -1)
        self._next = self._turner(TURNING[1], "forward", 1)
        self._zoom = Button(
            kit, "preview.zoom", kit.say("preview.zoom"), self._enlarge, icon_name="zoom",
            height_mm=19.0, role=Role.LEDE,
        )  # fmt: skip
        go = Button(
            kit, "preview.print", kit.say("preview.print"), self.poster(ev.PrintPressed),
            tone=PRIMARY, icon_name="printer", height_mm=30.0, enabled=reason is None,
        )  # fmt: skip
        ways: list[QWidget] = [go]
        if not kit.elder:
            ways.append(
                self.button(
                    "preview.back", "preview.back", ev.BackPressed, icon="back", height_mm=18
                )
            )
        no = (
            notice(kit, REMEMBER, "printer", "", kit.say("preview.no_print", reason=reason))
            if reason
            else None
        )
        if kit.portrait:
            self._portrait([title, lede], free, no, ways)
        else:
            self._wide([title, lede], free, no, ways)
        if self.carried:
            page, large = self.carried
            self._view.turn_to(page)
            self._view.enlarge(large)
        self._show()

    def _turner(self, name: str, icon_name: str, step: int) -> Button:
        return Button(
            self.kit, name, self.kit.say(name), lambda: self._turn(step), icon_name=icon_name,
            height_mm=19.0, role=Role.LEDE,
        )  # fmt: skip

    def _portrait(
        self, head: list[QWidget], free: QWidget, no: QWidget | None, ways: list[QWidget]
    ) -> None:
        space = self.kit.sizes.space
        outer = self.frame()
        outer.addLayout(self.heading(*head))
        outer.addSpacing(space(6))
        outer.addWidget(self._view, 1)
        outer.addSpacing(space(5))
        line = QHBoxLayout()
        line.addWidget(self._count, 1)
        free.hug()  # type: ignore[attr-defined]
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
        outer.addSpacing(self.kit.sizes.gap(6))
        row = self.actions(ways)
        outer.addLayout(row)

    def _wide(
        self, head: list[QWidget], free: QWidget, no: QWidget | None, ways: list[QWidget]
    ) -> None:
        kit, space = self.kit, self.kit.sizes.space
        outer = self.frame()
        columns = QHBoxLayout()
        columns.setSpacing(space(12))
        columns.addWidget(self._view, 11)
        right = QVBoxLayout()
        right.setSpacing(0)
        right.addLayout(self.heading(*head))
        right.addSpacing(space(4))
        right.addWidget(self._count)
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
        right.addSpacing(kit.sizes.gap(6))
        for i, way in enumerate(ways):
            if i:
                right.addSpacing(kit.sizes.gap(4))
            right.addWidget(way)
        columns.addLayout(right, 10)
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
        self._count.say(kit.say("preview.count", page=view.page + 1, pages=view.pages))
        # One whole page needs no turning: what cannot do anything is not there.
        turns = view.large or view.pages > 1
        self._previous.setVisible(turns)
        self._next.setVisible(turns)
        self._previous.setEnabled(view.page > 0 or view.can_move(-1))
        self._next.setEnabled(view.page < view.pages - 1 or view.can_move(1))
        turning = ("preview.before", "preview.further") if view.large else TURNING
        self._previous.label(kit.say(turning[0]))
        self._next.label(kit.say(turning[1]))
        self._zoom.label(kit.say("preview.zoom_out" if view.large else "preview.zoom"))

    @property
    def ready(self) -> bool:
        """Whether the page on view is there to be looked at."""
        return self._view.drawn

    def forget(self) -> None:
        self._view.close_document()
        super().forget()
