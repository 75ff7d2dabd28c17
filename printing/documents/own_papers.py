"""Typeset the documents of the terminal itself: 回执, 申请表, 报告. They have no seal."""

from __future__ import annotations

from collections.abc import Sequence

from devices.health import Fault

from ..statement import Statement
from ..typesetting.amounts import capitals, stamp, yuan
from ..typesetting.layout import Fact, Layout, Setting
from ..typesetting.sheet import Align
from ..typesetting.table import Column, set_table
from ..typesetting.tags import Role
from ..typesetting.tick_boxes import boxes
from .own_data import ApplicationForm, FormField, Receipt, ReceiptPaper, Report
from .slips import DISCLAIMER, RECEIPT_TITLE, set_slip


def set_receipt(document: Receipt, setting: Setting) -> bytes | Fault:
    """Typeset 业务回执 as PDF."""
    if document.paper is not ReceiptPaper.PAGE:
        return set_slip(document, setting)
    layout = Layout(setting)
    layout.title(RECEIPT_TITLE, f"编号：{document.number}", f"办理时间：{stamp(document.made_at)}")
    rows: list[list[Fact]] = [[("办理事项", document.service)]]
    rows += [[line] for line in document.lines]
    if document.amount is not None:
        rows += [
            [("金　　额", yuan(document.amount))],
            [("金额大写", capitals(document.amount))],
        ]
    layout.facts(rows)
    layout.y += 2 * layout.style.scale
    for remark in document.remarks:
        layout.paragraph(remark)
    layout.paragraph(DISCLAIMER)
    return _finish(layout, RECEIPT_TITLE, document)


def _field(field: FormField) -> Fact:
    if field.choices:
        return field.name, boxes(list(field.choices), field.value or None)
    return field.name, field.value


def _rows(fields: Sequence[FormField]) -> list[list[Fact]]:
    """Arrange the fields two to a row; a wide field has a row to itself."""
    rows: list[list[Fact]] = []
    half_free = False
    for field in fields:
        if half_free and not field.wide:
            rows[-1].append(_field(field))
            half_free = False
        else:
            rows.append([_field(field)])
            half_free = not field.wide
    return rows


def set_form(document: ApplicationForm, setting: Setting) -> bytes | Fault:
    """Typeset 申请表 as PDF."""
    layout = Layout(setting)
    layout.title(
        document.title, f"站点：{document.station}", f"打印时间：{stamp(document.made_at)}"
    )
    for heading, fields in document.sections:
        layout.facts(_rows(fields), heading=heading)
    if document.declaration:
        _declaration(layout, document.declaration)
    return _finish(layout, document.title, document)


def _declaration(layout: Layout, text: str) -> None:
    style, scale = layout.style, layout.style.scale
    # Keep the declaration and the signature line on one page, so that residents see what they sign.
    together = layout.heading_height + layout.paragraph_height(text) + 18 * scale
    if together <= style.bottom - style.further_top:
        layout.need(together)
    layout.heading("申请人声明")
    layout.paragraph(text)
    layout.need(18 * scale)
    layout.y += 14 * scale
    day, line = 44 * scale, 36 * scale
    with layout.structure.within(Role.PARAGRAPH):
        words = style.right - day - line - scale
        layout.sheet.text(words, layout.y, "申请人签名：", style.body, Align.RIGHT)
        blank = "　　　　年　　月　　日"
        layout.sheet.text(style.right, layout.y, blank, style.body, Align.RIGHT)
    layout.sheet.horizontal(style.right - day - line, layout.y + 1.4 * scale, line)


def set_report(document: Report, setting: Setting) -> bytes | Fault:
    """Typeset 诊断报告 or 站点报告 as PDF."""
    layout = Layout(setting)
    layout.title(
        document.title, f"站点：{document.station}", f"生成时间：{stamp(document.made_at)}"
    )
    for section in document.sections:
        if section.lines:
            beside = 2 * section.pairs
            layout.facts(
                [
                    *(list(section.lines[at : at + 2]) for at in range(0, beside, 2)),
                    *([line] for line in section.lines[beside:]),
                ],
                heading=section.heading,
            )
        elif not section.columns:
            layout.heading(section.heading)
        if section.columns:
            layout.y += 2.5 * layout.style.scale if section.lines else 0.0
            columns = [
                Column(c.title, c.width, Align.RIGHT if c.number else Align.LEFT)
                for c in section.columns
            ]
            set_table(
                layout,
                columns,
                section.rows,
                heading="" if section.lines else section.heading,
                empty="无记录",
                total=section.total,
            )
    return _finish(layout, document.title, document)


def _finish(
    layout: Layout, title: str, document: Receipt | ApplicationForm | Report
) -> bytes | Fault:
    return layout.finish(
        title=title,
        statement=Statement(document.TYPE),
        station=document.station,
        created=document.made_at,
    )
