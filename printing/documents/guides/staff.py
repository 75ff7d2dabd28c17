"""Typeset the staff guide: an entry for each page of the terminal, and tables of faults."""

from __future__ import annotations

from collections.abc import Sequence

from devices.health import Fault

from ...statement import Statement
from ...typesetting.amounts import CHINA_TIME, day
from ...typesetting.colours import GREEN, GROUND, WATER
from ...typesetting.edition import STAFF_GUIDE
from ...typesetting.layout import Layout, Setting
from ...typesetting.sheet import Align
from ...typesetting.table import Column, set_table
from ...typesetting.tags import Element, Role
from .data import StaffFaults, StaffGuide, StaffPage
from .parts import fitted, is_portrait, leading, lines

GAP = 4.4
"""Space between a picture and what is beside or below it (mm)."""
PADDING = 4.0
"""Space between the edge of a panel and its text (mm)."""
RADIUS = 2.0
"""Radius of round corners (mm)."""
NUMBER = 7.0
"""Width of the column for the numbers of the rules (mm)."""
FACT_GAP = 2.6
"""Space above what is said about a page (mm)."""
UPRIGHT = (45.0, 79.5)
"""Largest width and height of an upright picture (mm): three fit on a page, one below another."""
WIDE = (76.0, 76.0)
"""Largest width and height of a picture that is wider than high (mm)."""


def set_staff_guide(guide: StaffGuide, setting: Setting) -> bytes | Fault:
    """Typeset the guide for staff as PDF."""
    layout = Layout(setting, STAFF_GUIDE)
    layout.title(guide.title, f"{guide.station}　{guide.place}", day(guide.made_at.date()) or "")
    layout.paragraph(guide.lede, indent=False)
    _rules(layout, guide.rules)
    layout.heading(guide.pages_heading)
    for page in guide.pages:
        _page(layout, page)
    for faults in guide.faults:
        _faults(layout, faults)
    return layout.finish(
        title=guide.title,
        statement=Statement(guide.TYPE),
        issue=None,
        station=guide.station,
        created=guide.made_at.astimezone(CHINA_TIME),
    )


def _rules(layout: Layout, rules: Sequence[str]) -> None:
    """Set the rules as a numbered list on a panel."""
    style = layout.style
    left, width = style.left + PADDING, style.width - 2 * PADDING
    wrapped = [layout.sheet.wrap(rule, width - NUMBER, style.body) for rule in rules]
    height = 2 * PADDING + sum(map(len, wrapped)) * leading(style.body)
    layout.y += GAP
    layout.sheet.panel(style.left, layout.y, style.width, height, GROUND, RADIUS)
    y = layout.y + PADDING
    listed = Element(Role.LIST, layout.structure.root)
    for place, rule in enumerate(wrapped, 1):
        item = Element(Role.LIST_ITEM, listed)
        with layout.structure.within(Role.LIST_BODY, parent=item) as body:
            lines(layout, body, Role.SPAN, (left, y), [f"{place}."], style.body, bold=True)
            y = lines(layout, body, Role.SPAN, (left + NUMBER, y), rule, style.body, bold=True)
    layout.y += height


def _page(layout: Layout, page: StaffPage) -> None:
    """Set the pictures on the left, and beside them the name and the facts."""
    style, root = layout.style, layout.structure.root
    largest = UPRIGHT if is_portrait(page.pictures) else WIDE
    sizes = [fitted(picture, *largest) for picture in page.pictures]
    beside = is_portrait(page.pictures)
    if beside:
        width = sum(each for each, _ in sizes) + GAP * len(sizes)
        height = max(each for _, each in sizes)
    else:
        width = max(each for each, _ in sizes) + GAP
        height = sum(each for _, each in sizes) + GAP * (len(sizes) - 1)
    x = style.left + width + 1
    wrapped = [
        (label, layout.sheet.wrap(text, style.right - x, style.body))
        for label, text in page.facts
        if text
    ]
    text_height = leading(style.heading) + sum(
        FACT_GAP + (1 + len(each)) * leading(style.body) for _, each in wrapped
    )
    layout.need(max(height, text_height) + GAP)
    top = layout.y + GAP / 2
    y = lines(
        layout, root, Role.SUBHEADING, (x, top - 1.2), [page.name], style.heading, colour=WATER,
        bold=True,
    )  # fmt: skip
    left, above = style.left, top
    for picture, (wide, high) in zip(page.pictures, sizes, strict=True):
        layout.picture(picture.png, picture.alternative, left, above, wide, high)
        if beside:
            left += wide + GAP
        else:
            above += high + GAP
    for label, text in wrapped:
        with layout.structure.within(Role.PARAGRAPH) as paragraph:
            y = lines(
                layout, paragraph, Role.SPAN, (x, y + FACT_GAP), [label], style.body, colour=GREEN,
                bold=True,
            )  # fmt: skip
            y = lines(layout, paragraph, Role.SPAN, (x, y), text, style.body, weight=0.0)
    layout.y = max(top + height, y) + GAP / 2


def _faults(layout: Layout, faults: StaffFaults) -> None:
    layout.y += GAP
    layout.heading(faults.heading)
    layout.paragraph(faults.note)
    layout.y += 2.5
    columns = [Column(title, width, Align.LEFT) for title, width in faults.columns]
    set_table(layout, columns, faults.rows)
