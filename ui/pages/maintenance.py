"""For maintainers: the live state of each device with what mends it, a test page, the last faults.

It says *unknown* where a device cannot be asked; unknown is not fine.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from devices.health import DeviceStatus, Fault
from printing.outcome import Outcome, PrintEnded, PrintProgress
from terminal.session import events as ev
from terminal.session.states import Maintenance

from ..metrics import Role
from ..theme import PLAIN, PRIMARY, Colour
from ..widgets.button import Button
from ..widgets.surface import IconTile, Panel
from .base import Page

FAULTS_SHOWN = 4


class MaintenancePage(Page[Maintenance]):
    """Devices, test page, faults."""

    @classmethod
    def key(cls, state: Maintenance) -> Hashable:
        return state.station, state.faults, state.test

    def carry(self) -> Any:
        return self._faults_shown

    def build(self, state: Maintenance) -> None:
        kit, space = self.kit, self.kit.sizes.space
        self.back = ("maintenance.close", self.poster(ev.MaintenanceClosed))
        self._faults_shown = bool(self.carried)
        self._devices_part = Panel(kit, PLAIN, pad_mm=6)
        self._devices_part.box.setSpacing(space(5))
        for row in self._devices(state):
            self._devices_part.box.addWidget(row)
        self._faults_part = self._past(state)
        outer = self.frame()
        outer.addWidget(self.title(kit.say("maintenance.title")))
        outer.addSpacing(space(5))
        # A low screen shows one of the two parts, a high one both.
        apart = not kit.portrait
        outer.addWidget(self._devices_part)
        if not apart:
            outer.addSpacing(space(8))
        outer.addWidget(self._faults_part)
        outer.addStretch(1)
        outer.addSpacing(space(5))
        outer.addLayout(self.actions(self._ways(state, apart=apart)))
        if apart:
            self._devices_part.setVisible(not self._faults_shown)
            self._faults_part.setVisible(self._faults_shown)

    def _ways(self, state: Maintenance, *, apart: bool) -> list[QWidget]:
        kit = self.kit
        test = Button(
            kit, "maintenance.test", kit.say("maintenance.test"), self.poster(ev.TestPagePressed),
            tone=PRIMARY, icon_name="printer", height_mm=20.0, role=Role.LEDE,
            enabled=not isinstance(state.test, PrintProgress),
        )  # fmt: skip
        ways: list[QWidget] = [test]
        if apart:
            self._turn = Button(
                kit, "maintenance.turn", self._turn_words(), self._turn_over, height_mm=20.0,
                role=Role.LEDE,
            )  # fmt: skip
            ways.append(self._turn)
        if state.station.blocked is not None:
            ways.append(
                Button(
                    kit, "maintenance.unblock", kit.say("maintenance.unblock"),
                    self.poster(ev.UnblockPressed), height_mm=20.0, role=Role.LEDE,
                )
            )  # fmt: skip
        if not kit.elder:
            ways.append(
                Button(
                    kit, "maintenance.close", kit.say("maintenance.close"),
                    self.poster(ev.MaintenanceClosed), height_mm=20.0, role=Role.LEDE,
                )
            )  # fmt: skip
        return ways

    def _turn_words(self) -> str:
        shown = "maintenance.devices" if self._faults_shown else "maintenance.faults"
        return self.kit.say(shown)

    def _turn_over(self) -> None:
        self._faults_shown = not self._faults_shown
        self._devices_part.setVisible(not self._faults_shown)
        self._faults_part.setVisible(self._faults_shown)
        self._turn.label(self._turn_words())

    # -- devices ---------------------------------------------------------------------------

    def _devices(self, state: Maintenance) -> list[QWidget]:
        kit, station = self.kit, state.station
        rows = []
        for name, status in station.readers:
            words = kit.say(f"status.{status.status.value}")
            rows.append(self._device(
                "id-card", kit.say("maintenance.reader", name=name), words,
                (status.fault,) if status.fault else (), fine=status.status is DeviceStatus.ONLINE,
            ))  # fmt: skip
        printer = station.printer
        words = kit.say(
            "maintenance.printer.state", status=kit.say(f"status.{printer.status.value}"),
            paper=kit.say(f"paper.{printer.paper.value}"),
            toner=kit.say(f"toner.{printer.toner.value}"),
        )  # fmt: skip
        rows.append(
            self._device(
                "printer", kit.say("maintenance.printer"), words, printer.faults,
                fine=printer.can_print,
            )
        )  # fmt: skip
        platform = station.platform
        words = kit.say("status.online" if platform is None else "status.offline")
        rows.append(
            self._device(
                "network", kit.say("maintenance.platform"), words,
                (platform,) if platform else (), fine=platform is None,
            )
        )  # fmt: skip
        if station.blocked is not None:
            rows.append(
                self._device(
                    "lock", kit.say("maintenance.blocked"), kit.say(station.blocked.code),
                    (station.blocked,), fine=False,
                )
            )  # fmt: skip
        return rows

    def _device(
        self, icon_name: str, name: str, words: str, faults: tuple[Fault, ...], *, fine: bool
    ) -> QWidget:
        kit, space = self.kit, self.kit.sizes.space
        holder = QWidget()
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(space(5))
        side = space(13)
        tile = (Colour.LEAF, Colour.GREEN) if fine else (Colour.EARTH, Colour.WHITE)
        row.addWidget(
            IconTile(kit, "check" if fine else icon_name, side, ground=tile[0], colour=tile[1]),
            0, Qt.AlignmentFlag.AlignTop,
        )  # fmt: skip
        box = QVBoxLayout()
        box.setSpacing(space(0.5))
        box.addWidget(kit.text(f"<b>{name}</b> {words}", Role.SMALL, ground=Colour.WHITE))
        for fault in faults[:2]:
            mend = kit.words.form(fault.code, "mend")
            box.addWidget(
                kit.text(
                    f"{fault.code}\u2003{mend}", Role.SMALL,
                    colour=Colour.EARTH, ground=Colour.WHITE,
                )
            )  # fmt: skip
        row.addLayout(box, 1)
        return holder

    # -- faults and test page ----------------------------------------------------------------

    def _past(self, state: Maintenance) -> QWidget:
        kit, space, faults = self.kit, self.kit.sizes.space, state.faults
        holder = QWidget()
        box = QVBoxLayout(holder)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(space(2))
        box.addWidget(kit.text(kit.say("maintenance.faults"), Role.BODY, bold=True))
        if not faults:
            box.addWidget(kit.text(kit.say("maintenance.no_faults"), Role.SMALL))
        grid = QGridLayout()
        grid.setHorizontalSpacing(space(5))
        grid.setVerticalSpacing(space(1))
        grid.setColumnStretch(2, 1)
        for i, fault in enumerate(faults[:FAULTS_SHOWN]):
            when = kit.text(f"{fault.at[5:10]} {fault.at[11:16]}", Role.SMALL, colour=Colour.SLATE)
            code = kit.text(fault.code, Role.SMALL, bold=True)
            for part in (when, code):
                part.hug()
            known = kit.words.has(fault.code)
            words = kit.say(fault.code) if known else fault.detail
            for column, part in enumerate((when, code, kit.text(words, Role.SMALL))):
                grid.addWidget(part, i, column, Qt.AlignmentFlag.AlignTop)
        box.addLayout(grid)
        box.addSpacing(space(4))
        box.addWidget(self._test(state))
        return holder

    def _test(self, state: Maintenance) -> QWidget:
        kit = self.kit
        match state.test:
            case None:
                words = kit.say("maintenance.test.none")
            case PrintProgress(waiting=None):
                words = kit.say("maintenance.test.under_way")
            case PrintProgress(waiting=Fault() as waiting):
                words = kit.say("maintenance.test.waits", fault=kit.say(waiting.code))
            case PrintEnded(outcome=Outcome.PRINTED):
                words = kit.say("maintenance.test.printed")
            case PrintEnded(fault=fault):
                reason = kit.say(fault.code) if fault else kit.say("maintenance.test.unknown")
                words = kit.say("maintenance.test.failed", fault=reason)
        return kit.text(words, Role.SMALL, name="maintenance.outcome")
