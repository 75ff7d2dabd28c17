"""Typeset the leaflet: A4 in large print, with a little more explanation than the poster."""

from __future__ import annotations

from dataclasses import dataclass

from devices.health import Fault

from ...statement import Statement
from ...typesetting.amounts import CHINA_TIME
from ...typesetting.colours import EARTH, GREEN, INK, WATER, WHITE
from ...typesetting.edition import LEAFLET
from ...typesetting.layout import Layout, Setting
from ...typesetting.sheet import MEDIUM
from ...typesetting.tags import Element, Role
from .data import Leaflet, Passage, Picture, ServiceGroup, Step
from .parts import fitted, is_portrait, leading, lines, number

BAND = 40.0
"""Height of the coloured band with the title, if station and place take one line (mm)."""
GAP = 7.0
"""Space between the parts (mm)."""
PARAGRAPH_GAP = 1.6
"""Space below a paragraph (mm)."""
INDENT = 7.0
"""Indent of a service below the name of its group (mm)."""
BADGE = 12.0
"""Side of the square with the number of a step (mm)."""
UPRIGHT = (58.0, 103.0)
"""Largest width and height of an upright picture (mm): two fit on a page."""
WIDE = (82.0, 66.0)
"""Largest width and height of a picture that is wider than high (mm)."""


def set_leaflet(guide: Leaflet, setting: Setting) -> bytes | Fault:
    """Typeset the leaflet as PDF."""
    layout = Layout(setting, LEAFLET)
    _band(layout, guide)
    _paragraph(layout, guide.lede)
    _heading(layout, guide.offer)
    for group in guide.groups:
        _group(layout, group)
    for passage in guide.first:
        _passage(layout, passage)
    _steps(layout, guide)
    for passage in guide.notes:
        _passage(layout, passage)
    return layout.finish(
        title=guide.title,
        statement=Statement(guide.TYPE),
        issue=None,
        station=guide.station,
        created=guide.made_at.astimezone(CHINA_TIME),
    )


def _band(layout: Layout, guide: Leaflet) -> None:
    style, sheet = layout.style, layout.sheet
    layout.running_head(guide.title)
    where = sheet.wrap(f"{guide.station}　{guide.place}", style.width, style.body)
    height = BAND + (len(where) - 1) * leading(style.body)
    sheet.panel(0, 0, style.page[0], height, WATER)
    with layout.structure.within(Role.TITLE):
        sheet.text(style.left, 23, guide.title, style.title, bold=True, colour=WHITE)
    at = (style.left, 27.5)
    lines(
        layout, layout.structure.root, Role.PARAGRAPH, at, where, style.body, colour=WHITE
    )  # fmt: skip
    layout.y = height + GAP / 2


def _heading(layout: Layout, text: str, *, help_colour: bool = False) -> None:
    style = layout.style
    layout.need(GAP + leading(style.heading) + 2 * leading(style.body))
    at = (style.left, layout.y + GAP * 0.7)
    layout.y = 1 + lines(
        layout, layout.structure.root, Role.HEADING, at, [text], style.heading,
        colour=EARTH if help_colour else WATER, bold=True,
    )  # fmt: skip


def _paragraph(layout: Layout, text: str) -> None:
    style = layout.style
    step = leading(style.body)
    with layout.structure.within(Role.PARAGRAPH):
        for line in layout.sheet.wrap(text, style.width, style.body):
            layout.need(step)
            layout.y += step
            base = layout.y - step * 0.24
            layout.sheet.text(style.left, base, line, style.body, colour=INK, weight=MEDIUM)


def _passage(layout: Layout, passage: Passage) -> None:
    style = layout.style
    wrapped = [layout.sheet.wrap(text, style.width, style.body) for text in passage.paragraphs]
    height = GAP + leading(style.heading) + sum(map(len, wrapped)) * leading(style.body)
    height += PARAGRAPH_GAP * len(wrapped)
    if height <= style.bottom - style.further_top:
        layout.need(height)  # a passage stays on one page
    _heading(layout, passage.heading, help_colour=passage.help)
    for text in passage.paragraphs:
        _paragraph(layout, text)
        layout.y += PARAGRAPH_GAP


def _group(layout: Layout, group: ServiceGroup) -> None:
    """Set the services of a group as a list, each with its purpose in smaller type below it."""
    style, structure = layout.style, layout.structure
    layout.need(4 * leading(style.body))
    if group.name:
        at = (style.left, layout.y + 1)
        layout.y = lines(
            layout, structure.root, Role.SUBHEADING, at, [group.name], style.body,
            colour=GREEN, bold=True,
        )  # fmt: skip
    listed = Element(Role.LIST, structure.root)
    x = style.left + (INDENT if group.name else 0.0)
    for service in group.services:
        width = style.right - x
        name = layout.sheet.wrap(service.name, width, style.body)
        purpose = layout.sheet.wrap(service.purpose, width, style.body) if service.purpose else []
        layout.need((len(name) + len(purpose)) * leading(style.body))
        item = Element(Role.LIST_ITEM, listed)
        with structure.within(Role.LIST_BODY, parent=item) as body:
            layout.y = lines(
                layout, body, Role.PARAGRAPH, (x, layout.y), name, style.body, bold=True
            )
            layout.y = lines(
                layout, body, Role.PARAGRAPH, (x, layout.y), purpose, style.body, colour=INK
            )


def picture_size(picture: Picture) -> tuple[float, float]:
    """Return the size of a step's picture in mm."""
    return fitted(picture, *(UPRIGHT if is_portrait([picture]) else WIDE))


def _steps(layout: Layout, guide: Leaflet) -> None:
    """Set the steps; the heading stays with the first."""
    first = max(picture_size(guide.steps[0].picture)[1], _said(layout, guide.steps[0]).height)
    layout.need(GAP + leading(layout.style.heading) + first + GAP)
    _heading(layout, guide.how)
    listed = Element(Role.LIST, layout.structure.root)
    for place, step in enumerate(guide.steps, 1):
        _step(layout, listed, place, step)


@dataclass(frozen=True, slots=True)
class _Said:
    """The words of a step beside its picture, broken into lines, and their height in mm."""

    x: float
    name: str
    text: list[str]
    more: list[str]
    height: float


def _said(layout: Layout, step: Step) -> _Said:
    style, wrap = layout.style, layout.sheet.wrap
    x = style.left + picture_size(step.picture)[0] + GAP
    name = wrap(step.name, style.right - x - BADGE - 4, style.heading)[0]
    text = wrap(step.text, style.right - x, style.heading)
    more = wrap(step.more, style.right - x, style.body)
    height = len(text) * leading(style.heading) + 2 + len(more) * leading(style.body)
    return _Said(x, name, text, more, BADGE + 3 + height)


def _step(layout: Layout, listed: Element, place: int, step: Step) -> None:
    style, structure = layout.style, layout.structure
    width, height = picture_size(step.picture)
    said = _said(layout, step)
    needed = max(height, said.height)
    layout.need(needed + GAP)
    top = layout.y + GAP / 2
    item = Element(Role.LIST_ITEM, listed)
    with structure.within(Role.LIST_BODY, parent=item) as body:
        number(layout, said.x, top, BADGE, str(place))
        at = (said.x + BADGE + 4, top + (BADGE - leading(style.heading)) / 2)
        lines(layout, body, Role.PARAGRAPH, at, [said.name], style.heading, bold=True)
        at = (said.x, top + BADGE + 3)
        y = lines(layout, body, Role.PARAGRAPH, at, said.text, style.heading, colour=INK)
        lines(layout, body, Role.PARAGRAPH, (said.x, y + 2), said.more, style.body, colour=INK)
        layout.picture(step.picture.png, step.picture.alternative, style.left, top, width, height)
    layout.y = top + needed + GAP / 2
