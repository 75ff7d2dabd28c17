"""The rows of the maintenance page: devices, printers and their paper, totals, the last faults.

For maintainers, and in a shorter form for staff. If a device cannot be asked, its state is
*unknown*, which does not mean that it works.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from devices.health import DeviceStatus, Fault
from devices.operator import Role as Operator
from printing.printer import A4, PrinterStatus
from terminal.session.model import PastFault, Total
from terminal.session.states import Maintenance

from ..look.metrics import Role
from ..widgets.kit import Kit
from ..widgets.surface import IconTile
from ..widgets.text import Text
from .parts import formal_title

FAULTS_SHOWN = 8
_SIZE = re.compile(r"_(\d+(?:\.\d+)?)x(\d+(?:\.\d+)?)mm$")
"""The size at the end of a PWG 5101.1 media name."""


@dataclass(slots=True)
class Section:
    """Rows under one heading. ``head`` is shown above them, and again on each further sub-page."""

    heading: str
    rows: list[QWidget] = field(default_factory=list)
    head: Sequence[str] = ()


def sections(kit: Kit, state: Maintenance) -> list[Section]:
    """Return the sections that this role may see."""
    made = [Section(kit.say("maintenance.devices"), _devices(kit, state))]
    if state.role is not Operator.MAINTAINER:
        return made
    made.append(_totals(kit, state, "maintenance.today", state.totals.today))
    made.append(_totals(kit, state, "maintenance.month", state.totals.month))
    made.append(Section(kit.say("maintenance.faults"), _past(kit, state.faults)))
    return made


def text(kit: Kit, words: str, *, colour: str = "", bold: bool = False) -> Text:
    """Return text in the type of a row."""
    ground = kit.theme.plain.ground
    return kit.text(words, Role.SMALL, colour=colour, ground=ground, bold=bold)


# -- devices -----------------------------------------------------------------------------------


def _devices(kit: Kit, state: Maintenance) -> list[QWidget]:
    station = state.station
    rows = []
    if station.blocked is not None:
        cause = kit.words.form(station.blocked.code, "cause")
        rows.append(
            _device(
                kit, "lock", kit.say("maintenance.blocked"), [cause], (station.blocked,),
                fine=False,
            )
        )  # fmt: skip
    for name, printer in station.printers:
        rows.append(_printer(kit, state, name, printer))
    for name, status in station.readers:
        rows.append(
            _device(
                kit, "id-card", kit.say("maintenance.reader", name=name),
                [kit.say(f"status.{status.status.value}")],
                (status.fault,) if status.fault else (), fine=status.status is DeviceStatus.ONLINE,
            )
        )  # fmt: skip
    platform = station.platform
    rows.append(
        _device(
            kit, "network", kit.say("maintenance.platform"),
            [kit.say("status.online" if platform is None else "status.offline")],
            (platform,) if platform else (), fine=platform is None,
        )
    )  # fmt: skip
    return rows


def _printer(kit: Kit, state: Maintenance, name: str, status: PrinterStatus) -> QWidget:
    several = len(state.station.printers) > 1
    called = kit.say("maintenance.printer_named", name=name) if several else ""
    summary = kit.say(
        "maintenance.printer.state", status=kit.say(f"status.{status.status.value}"),
        paper=kit.say(f"paper.{status.paper.value}"), toner=kit.say(f"toner.{status.toner.value}"),
    )  # fmt: skip
    lines = [summary, _paper(kit, status)]
    cautions = status.cautions if state.role is Operator.MAINTAINER else ()
    return _device(
        kit, "printer", called or kit.say("maintenance.printer"), lines,
        (*status.faults, *cautions), fine=status.can_print and not cautions,
    )  # fmt: skip


def _paper(kit: Kit, status: PrinterStatus) -> str:
    """Return which paper is loaded, and how much of it is used or left, as far as that is known."""
    size = _SIZE.search(status.media)
    sheet = "A4" if status.media == A4 else status.media
    if size is not None and status.media != A4:
        sheet = kit.say("paper.size", width=size[1], height=size[2])
    parts = [kit.say("paper.kind", size=sheet)]
    if status.two_sided:
        parts.append(kit.say("paper.two_sided"))
    if status.sheets_since_refill is not None:
        parts.append(kit.say("paper.used", sheets=status.sheets_since_refill))
    if status.sheets_left is not None:
        parts.append(kit.say("paper.left", sheets=status.sheets_left))
    if status.jobs_waiting:
        parts.append(kit.say("paper.waiting", jobs=status.jobs_waiting))
    return kit.say("list.comma").join(parts)


def _device(
    kit: Kit, icon_name: str, name: str, lines: list[str], faults: tuple[Fault, ...], *, fine: bool
) -> QWidget:
    """Return icon, name and state; below them the other lines, and how to fix each fault."""
    space = kit.sizes.space
    holder, row = _row(kit)
    tile = kit.theme.fine if fine else kit.theme.failed
    side = round(kit.sizes.type_px(Role.SMALL) * 1.42)
    row.addWidget(
        IconTile(kit, "check" if fine else icon_name, side, tile), 0, Qt.AlignmentFlag.AlignTop
    )
    box = QVBoxLayout()
    box.setSpacing(space(0.5))
    box.addWidget(text(kit, f"<b>{name}</b>\u3000{lines[0]}"))
    for line in lines[1:]:
        box.addWidget(text(kit, line, colour=kit.theme.quiet))
    for fault in faults[:3]:
        fix = kit.words.form(fault.code, "fix")
        box.addWidget(text(kit, f"{fault.code}\u2003{fix}", colour=kit.theme.fault))
    row.addLayout(box, 1)
    return holder


# -- totals and faults ---------------------------------------------------------------------------


def _totals(kit: Kit, state: Maintenance, key: str, totals: tuple[Total, ...]) -> Section:
    if not totals:
        return Section(kit.say(key), [_line(kit, kit.say("maintenance.no_totals"))])
    titles = {item.id: formal_title(item, kit.look.language) for item in state.station.items}
    # The station's own papers are counted under names that are not items of the catalogue.
    titles |= {"test-page": kit.say("report.test_page"), "report": kit.say("report.title")}
    rows = [cells(kit, titles.get(total.item) or total.item, _figures(total)) for total in totals]
    if len(totals) > 1:
        columns = zip(*(_figures(total) for total in totals), strict=True)
        whole = [str(sum(int(figure) for figure in column)) for column in columns]
        rows.append(cells(kit, kit.say("maintenance.sum"), whole, bold=True))
    head = [kit.say(f"maintenance.{name}") for name in ("jobs", "sheets", "copies", "reprints")]
    return Section(kit.say(key), rows, head)


def _figures(total: Total) -> list[str]:
    return [str(n) for n in (total.jobs, total.sheets, total.copies, total.reprints)]


def cells(
    kit: Kit, title: str, figures: Sequence[str], *, bold: bool = False, role: Role = Role.SMALL
) -> QWidget:
    """Return one row of the totals; the columns of all rows are aligned."""
    holder, row = _row(kit)
    ground = kit.theme.plain.ground
    words = kit.text(title, role, ground=ground, bold=bold)
    row.addWidget(words, 1, Qt.AlignmentFlag.AlignVCenter)
    width = round(kit.sizes.type_px(Role.SMALL) * float(kit.say("maintenance.column_ems")))
    for figure in figures:
        cell = kit.text(
            figure, Role.SMALL, ground=ground, bold=bold, align=Qt.AlignmentFlag.AlignRight
        )
        cell.setFixedWidth(width)
        row.addWidget(cell, 0, Qt.AlignmentFlag.AlignVCenter)
    return holder


def lead(kit: Kit, section: Section) -> QWidget:
    """Return a section's heading and the heads of its columns."""
    return cells(kit, section.heading, section.head, bold=True, role=Role.BODY)


def _past(kit: Kit, faults: tuple[PastFault, ...]) -> list[QWidget]:
    if not faults:
        return [_line(kit, kit.say("maintenance.no_faults"))]
    rows = []
    for fault in faults[:FAULTS_SHOWN]:
        holder, row = _row(kit)
        when = text(kit, f"{fault.at[5:10]} {fault.at[11:16]}", colour=kit.theme.quiet)
        code = text(kit, fault.code, bold=True)
        for part in (when, code):
            part.fit_text()
            row.addWidget(part, 0, Qt.AlignmentFlag.AlignTop)
        known = kit.words.has(fault.code)
        row.addWidget(text(kit, kit.say(fault.code) if known else fault.detail), 1)
        rows.append(holder)
    return rows


def _line(kit: Kit, words: str) -> QWidget:
    holder, row = _row(kit)
    row.addWidget(text(kit, words))
    return holder


def _row(kit: Kit) -> tuple[QWidget, QHBoxLayout]:
    holder = QWidget()
    row = QHBoxLayout(holder)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(kit.sizes.space(4))
    return holder, row
