"""Typeset 打印测试页: one sheet on which a maintainer can judge the print quality of a printer."""

from __future__ import annotations

from dataclasses import replace

from devices.health import Fault

from ..media import Edition
from ..statement import Statement
from ..typesetting.amounts import CHINA_TIME, stamp
from ..typesetting.layout import Layout, Setting
from ..typesetting.sheet import HAIRLINE, Align, Sheet
from ..typesetting.tags import Role
from .own_data import TestPage

TITLE = "打印测试页"

_MARGIN = 5.0
"""Distance of the alignment marks from the paper's edge (mm); no document prints nearer to it."""
_STEPS = 11
_SIZES = (6.0, 7.5, 9.0, 10.5, 12.0, 14.0, 18.0)
_WEIGHTS = (0.1, 0.25, 0.5, 1.0, 2.0)
SPECIMEN = "社会保险住房公积金 便民服务 0123456789 AaBbGg"
RARE = "𠮷㛃䶮𬀩龘𪚥"
"""Rare characters as in names: from the Basic Plane and Extensions A, B and E."""


def _corners(sheet: Sheet) -> None:
    """Draw a cross in each corner: it shows whether the print is shifted, turned or scaled."""
    for x in (_MARGIN, sheet.width - _MARGIN):
        for y in (_MARGIN, sheet.height - _MARGIN):
            sheet.horizontal(x - 3, y, 6, HAIRLINE)
            sheet.vertical(x, y - 3, 6, HAIRLINE)


def _ruler(layout: Layout) -> None:
    sheet, y = layout.sheet, layout.y + 6
    x = layout.centre - 50
    sheet.horizontal(x, y, 100, 0.5)
    for mark in range(101):
        length = 4.0 if mark % 10 == 0 else 2.8 if mark % 5 == 0 else 1.6
        sheet.vertical(x + mark, y - length, length, HAIRLINE)
    for mark in range(0, 101, 20):
        sheet.text(x + mark, y + 3.6, str(mark), 7.5, Align.CENTRE)
    sheet.text(x + 106, y, "mm", 7.5)
    layout.y = y + 5


def _gray_steps(layout: Layout) -> None:
    sheet, left = layout.sheet, layout.style.left
    width = layout.style.width / _STEPS
    for step in range(_STEPS):
        black = step / (_STEPS - 1)
        x = left + step * width
        sheet.tint(x, layout.y + 1, width, 12, 1 - black)
        sheet.text(x + width / 2, layout.y + 16.4, f"{black:.0%}", 7.5, Align.CENTRE)
    sheet.frame(left, layout.y + 1, layout.style.width, 12, HAIRLINE)
    layout.y += 18


def _lines(layout: Layout) -> None:
    sheet, left = layout.sheet, layout.style.left
    width = layout.style.width / len(_WEIGHTS)
    for place, weight in enumerate(_WEIGHTS):
        x = left + place * width
        sheet.horizontal(x, layout.y + 3, width - 6, weight)
        sheet.text(x + (width - 6) / 2, layout.y + 7, f"{weight:g} pt", 7.5, Align.CENTRE)
    layout.y += 8


def _type_sizes(layout: Layout) -> None:
    for size in _SIZES:
        layout.y += size * 0.352778 + 2.2
        with layout.structure.within(Role.PARAGRAPH):
            layout.sheet.text(layout.style.left, layout.y, f"{size:g} pt", 7.5, gray=0.3)
            layout.sheet.text(layout.style.left + 16, layout.y, SPECIMEN, size)


def set_test_page(page: TestPage, setting: Setting) -> bytes | Fault:
    """Typeset the test page as PDF, always in the standard edition."""
    # The page tests fixed type sizes, so it has no large-print edition.
    layout = Layout(replace(setting, edition=Edition.STANDARD))
    _corners(layout.sheet)
    layout.title(TITLE, f"站点：{page.station}", f"打印时间：{stamp(page.printed_at)}")
    layout.facts([[line] for line in page.lines])
    layout.heading("对位与尺寸")
    with layout.structure.within(Role.PARAGRAPH):
        _ruler(layout)
    layout.heading("灰阶")
    with layout.structure.within(Role.PARAGRAPH):
        _gray_steps(layout)
    layout.heading("线宽")
    with layout.structure.within(Role.PARAGRAPH):
        _lines(layout)
    layout.heading("字号")
    _type_sizes(layout)
    layout.heading("生僻字")
    with layout.structure.within(Role.PARAGRAPH):
        layout.sheet.text(layout.style.left + 16, layout.y + 7, RARE, 18)
    return layout.finish(
        title=TITLE,
        statement=Statement(page.TYPE),
        station=page.station,
        created=page.printed_at.astimezone(CHINA_TIME),
    )
