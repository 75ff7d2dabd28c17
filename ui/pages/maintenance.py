"""For maintainers: the live state of each device with what mends it, a test page, the last faults.

It says *unknown* where a device cannot be asked; unknown is not fine.
"""

from __future__ import annotations

from collections.abc import Hashable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from devices.health import DeviceStatus, Fault
from printing.outcome import Outcome, PrintEnded, PrintProgress
from terminal.session import events as ev
from terminal.session.model import PastFault
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

    def build(self, state: Maintenance) -> None:
        kit, space = self.kit, self.kit.sizes.space
        self.back = ("maintenance.close", self.poster(ev.MaintenanceClosed))
        devices = Panel(kit, PLAIN, pad_mm=5)
        devices.box.setSpacing(space(4))
        for row in self._devices(state):
            devices.box.addWidget(row)
        past = self._past(state.faults)
        test = self._test(state)
        close = self.button(
            "maintenance.close",
            "maintenance.close",
            ev.MaintenanceClosed,
            icon="exit",
            height_mm=18,
        )
        go = Button(
            kit, "maintenance.test", kit.say("maintenance.test"), self.poster(ev.TestPagePressed),
            tone=PRIMARY, icon_name="printer", height_mm=18.0,
            enabled=not isinstance(state.test, PrintProgress),
        )  # fmt: skip
        ways: list[QWidget] = [go]
        if state.station.blocked is not None:
            ways.append(
                self.button(
                    "maintenance.unblock",
                    "maintenance.unblock",
                    ev.UnblockPressed,
                    icon="check",
                    height_mm=18,
                )
            )
        if not kit.elder:
            ways.append(close)
        outer = self.frame()
        outer.addWidget(self.title(kit.say("maintenance.title")))
        outer.addSpacing(space(5))
        if kit.portrait:
            outer.addWidget(devices)
            outer.addSpacing(space(6))
            outer.addLayout(past)
            outer.addSpacing(space(4))
            outer.addWidget(test)
            outer.addStretch(1)
            outer.addSpacing(space(5))
            outer.addLayout(self.actions(ways))
            return
        columns = QHBoxLayout()
        columns.setSpacing(space(10))
        left = QVBoxLayout()
        left.addWidget(devices)
        left.addStretch(1)
        right = QVBoxLayout()
        right.setSpacing(0)
        right.addLayout(past)
        right.addSpacing(space(3))
        right.addWidget(test)
        right.addStretch(1)
        columns.addLayout(left, 1)
        columns.addLayout(right, 1)
        outer.addLayout(columns, 1)
        outer.addSpacing(space(5))
        outer.addLayout(self.actions(ways))

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
                    kit.say("trouble.code", code=fault.code, mend=mend), Role.SMALL,
                    colour=Colour.EARTH, ground=Colour.WHITE,
                )
            )  # fmt: skip
        row.addLayout(box, 1)
        return holder

    # -- faults and test page ----------------------------------------------------------------

    def _past(self, faults: tuple[PastFault, ...]) -> QVBoxLayout:
        kit, space = self.kit, self.kit.sizes.space
        box = QVBoxLayout()
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
        return box

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
