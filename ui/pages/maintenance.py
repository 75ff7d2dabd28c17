"""The page for maintainers: each device's state and how to fix its faults, paper, totals, faults.

Staff see only the devices and the paper. Rows that do not fit on the screen are on further
sub-pages.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

from PySide6.QtWidgets import QBoxLayout, QGridLayout, QHBoxLayout, QLayout, QVBoxLayout, QWidget

from devices.health import Fault
from devices.operator import Role as Operator
from printing.outcome import Outcome, PrintEnded, PrintProgress
from terminal.session import events as ev
from terminal.session.states import Maintenance

from ..look.metrics import Role
from ..look.theme import Tone
from ..voice.sentences import Speech
from ..voice.utterance import Utterance
from ..widgets.button import Button
from ..widgets.surface import Panel
from .base import Page
from .maintenance_rows import Section, lead, sections

ROWS_SHARE = {True: 0.55, False: 0.5}
"""Share of the screen's free height that rows may use, by whether the screen is in portrait."""
BUTTON_MM = 20.0


class MaintenancePage(Page[Maintenance]):
    """The rows, on as many sub-pages as they need."""

    @classmethod
    def key(cls, state: Maintenance) -> Hashable:
        return (
            state.station, state.faults, state.test, state.role, state.totals, state.clearing,
        )  # fmt: skip

    @classmethod
    def keeps(cls, before: Maintenance, state: Maintenance) -> bool:
        # Keep the sub-page that is open although the devices change all the time.
        return before.role is state.role

    def carry(self) -> Any:
        return self._at

    def build(self, state: Maintenance) -> None:
        kit, space = self.kit, self.kit.sizes.space
        self.back = ("maintenance.close", self.poster(ev.MaintenanceClosed))
        self._subpages = [self._panel(subpage) for subpage in self._flow(sections(kit, state))]
        self._at = min(self.carried or 0, len(self._subpages) - 1)
        outer = self.frame()
        outer.addLayout(self._head(state))
        outer.addSpacing(space(5))
        for subpage in self._subpages:
            outer.addWidget(subpage)
        outer.addStretch(1)
        if state.test is not None or state.clearing or not kit.sparse:
            outer.addSpacing(space(4))
            outer.addWidget(self._outcome(state))
        outer.addSpacing(kit.sizes.gap(4))
        outer.addLayout(self._ways(state))
        self._show()

    @classmethod
    def spoken(cls, speech: Speech, state: Maintenance) -> Utterance:
        return speech.join(speech.say(_title(state)))

    def fits(self, width: int, height: int) -> bool:
        at = self._at
        fit = all(
            self._subpage_fits(subpage, width, height) for subpage in range(len(self._subpages))
        )
        self._at = at
        self._show()
        return fit

    def _subpage_fits(self, subpage: int, width: int, height: int) -> bool:
        self._at = subpage
        self._show()
        return super().fits(width, height)

    # -- head ------------------------------------------------------------------------------

    def _head(self, state: Maintenance) -> QBoxLayout:
        """Return title and turning buttons side by side; below each other if that would break
        the title."""
        kit = self.kit
        title = self.title(kit.say(_title(state)))
        row = QHBoxLayout()
        row.setSpacing(kit.sizes.gap(5))
        self._turners: tuple[Button, Button] | None = None
        if len(self._subpages) == 1:
            row.addWidget(title, 1)
            return row
        self._place = kit.text("", Role.BODY, name="maintenance.place")
        back = self._button("maintenance.previous", lambda: self._turn(-1), icon_name="back")
        on = self._button("maintenance.next", lambda: self._turn(1), icon_name="forward")
        self._turners = (back, on)
        many = f"{len(self._subpages)}/{len(self._subpages)}"
        beside = kit.block(many, Role.BODY).natural_width() + 3 * row.spacing()
        beside += back.natural_width() + on.natural_width()
        free_px = kit.screen.width_px - 2 * kit.sizes.space(14)
        head = QVBoxLayout()
        head.setSpacing(kit.sizes.gap(4))
        if title.block.natural_width() + beside <= free_px:
            row.addWidget(title, 1)
        else:
            head.addWidget(title)
            row.addStretch(1)
        for part in (self._place, back, on):
            row.addWidget(part)
        head.addLayout(row)
        return head

    def _turn(self, by: int) -> None:
        self._at += by
        self._show()

    def _show(self) -> None:
        for i, subpage in enumerate(self._subpages):
            subpage.setVisible(i == self._at)
        if self._turners is not None:
            back, on = self._turners
            back.setEnabled(self._at > 0)
            on.setEnabled(self._at < len(self._subpages) - 1)
            self._place.say(f"{self._at + 1}/{len(self._subpages)}")
            self._place.fit_text()

    # -- sub-pages ---------------------------------------------------------------------------

    def _flow(self, parts: list[Section]) -> list[list[QWidget]]:
        """Distribute the rows to sub-pages; a section that does not fit starts on a new
        sub-page."""
        kit = self.kit
        width = kit.screen.width_px - 2 * kit.sizes.space(14) - 2 * kit.sizes.space(6)
        capacity = kit.screen.free_height_px * ROWS_SHARE[kit.portrait]
        gap = kit.sizes.space(3)
        made: list[list[QWidget]] = [[]]
        used = 0
        for section in parts:
            head = _height(self._lead(section, first=False), width) + gap
            rows = [(row, _height(row, width) + gap) for row in section.rows]
            if made[-1] and used + head + sum(high for _, high in rows) > capacity:
                made.append([])
                used = 0
            made[-1].append(self._lead(section, first=not made[-1]))
            used += head
            for row, high in rows:
                if used + high > capacity and used > head:
                    made.append([self._lead(section, first=True)])
                    used = head
                made[-1].append(row)
                used += high
        return made

    def _lead(self, section: Section, *, first: bool) -> QWidget:
        """Return the section's heading and column heads, with a gap above unless it is the
        first."""
        holder = lead(self.kit, section)
        if not first:
            holder.setContentsMargins(0, self.kit.sizes.space(5), 0, 0)
        return holder

    def _panel(self, rows: list[QWidget]) -> Panel:
        panel = Panel(self.kit, self.kit.theme.plain, pad_mm=6)
        panel.box.setSpacing(self.kit.sizes.space(3))
        for row in rows:
            panel.box.addWidget(row)
        return panel

    # -- buttons -----------------------------------------------------------------------------

    def _ways(self, state: Maintenance) -> QLayout:
        kit = self.kit
        idle = not isinstance(state.test, PrintProgress)
        ways: list[Button] = [
            self._button(
                "maintenance.test", self.poster(ev.TestPagePressed), tone=kit.theme.primary,
                icon_name="printer", enabled=idle,
            )
        ]  # fmt: skip
        if state.role is Operator.MAINTAINER:
            ways.append(
                self._button(
                    "maintenance.report", self.poster(ev.ReportPressed), icon_name="document",
                    enabled=idle,
                )
            )  # fmt: skip
        if state.station.blocked or state.station.leftover:
            ways.append(self._button("maintenance.unblock", self.poster(ev.UnblockPressed)))
        if not kit.large:
            ways.append(self._button("maintenance.close", self.poster(ev.MaintenanceClosed)))
        grid = QGridLayout()
        grid.setSpacing(kit.sizes.gap(5))
        columns = 2 if kit.portrait else len(ways)
        for i, way in enumerate(ways):
            # The last button of an odd number takes the whole row.
            wide = columns if i == len(ways) - 1 and i % columns == 0 else 1
            grid.addWidget(way, i // columns, i % columns, 1, wide)
        return grid

    def _button(
        self, name: str, act: Any, *, tone: Tone | None = None, icon_name: str = "",
        enabled: bool = True,
    ) -> Button:  # fmt: skip
        return Button(
            self.kit, name, self.kit.say(name), act, tone=tone, icon_name=icon_name,
            height_mm=BUTTON_MM, role=Role.LEDE, enabled=enabled,
        )  # fmt: skip

    def _outcome(self, state: Maintenance) -> QWidget:
        """Return the result of the last paper printed from this page, or what the printer is
        doing."""
        kit = self.kit
        match state.test:
            case None:
                words = kit.say("maintenance.clearing" if state.clearing else "maintenance.idle")
            case PrintProgress(waiting=None):
                words = kit.say("maintenance.test.under_way")
            case PrintProgress(waiting=Fault() as waiting):
                words = kit.say("maintenance.test.waits", fault=kit.say(waiting.code))
            case PrintEnded(outcome=Outcome.PRINTED):
                words = kit.say("maintenance.test.printed")
            case PrintEnded(fault=fault):
                reason = kit.say("maintenance.test.unknown")
                if fault is not None:
                    reason = kit.words.form(fault.code, "cause")
                words = kit.say("maintenance.test.failed", fault=reason)
        return kit.text(words, Role.SMALL, name="maintenance.outcome")


def _height(row: QWidget, width: int) -> int:
    return row.heightForWidth(width) if row.hasHeightForWidth() else row.sizeHint().height()


def _title(state: Maintenance) -> str:
    staff = state.role is Operator.STAFF
    return "maintenance.title_staff" if staff else "maintenance.title"
