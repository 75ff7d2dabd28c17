"""Typeset the poster: one page of A3 that can be read from a metre away."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from devices.health import Fault

from ...statement import Statement
from ...typesetting.amounts import CHINA_TIME
from ...typesetting.colours import EARTH, GREEN, GROUND, INK, WATER, WHITE
from ...typesetting.edition import POSTER
from ...typesetting.layout import Layout, Setting
from ...typesetting.sheet import MM
from ...typesetting.tags import Element, Role
from .data import Passage, Poster, ServiceGroup, Step
from .parts import fitted, is_portrait, leading, lines, number

BAND = 57.0
"""Height of the coloured band with the title, if station and place take one line (mm)."""
GAP, LARGEST_GAP = 8.0, 26.0
"""Space between the parts (mm), depending on how much is left."""
GUTTER = 7.0
"""Space between two columns (mm)."""
RADIUS = 3.0
"""Radius of round corners (mm)."""
PADDING = 5.5
"""Space between the edge of a panel and its text (mm)."""
BADGE = 12.0
"""Side of the square with the number of a step (mm)."""
SMALL = 20.0
"""Smallest type of the poster, in points: the texts of steps and notes."""
SMALLEST_PICTURE, LARGEST_PICTURE = 66.0, 106.0
"""Height of an upright picture (mm), depending on the space that the services leave."""
BOTTOM = 13.0
"""Space below the last panel (mm)."""


@dataclass(frozen=True, slots=True)
class _Entry:
    """A service in the list, or the name of a group above its services, broken into lines."""

    lines: Sequence[str]
    is_group: bool


def set_poster(guide: Poster, setting: Setting) -> bytes | Fault:
    """Typeset the poster as PDF."""
    return _Page(guide, Layout(setting, POSTER)).set()


class _Page:
    def __init__(self, guide: Poster, layout: Layout) -> None:
        self._guide, self._layout = guide, layout
        self._sheet, self._style = layout.sheet, layout.style
        self._root = layout.structure.root
        self._picture_height = SMALLEST_PICTURE
        style = layout.style
        where = f"{guide.station}　{guide.place}"
        self._where = self._sheet.wrap(where, style.width, style.body)
        self._band_height = BAND + (len(self._where) - 1) * leading(style.body)

    def set(self) -> bytes | Fault:
        guide, layout = self._guide, self._layout
        self._band()
        notes = self._notes_height()
        bottom = self._style.page[1] - BOTTOM
        # The pictures get what the services leave, within limits; the rest goes between the parts.
        used = self._band_height + self._services_height() + notes + 2 * GAP
        spare = max(0.0, bottom - used - self._steps_height())
        if self._columns() == len(guide.steps):
            more = min(spare, LARGEST_PICTURE - SMALLEST_PICTURE)
            self._picture_height += more
            spare -= more
        gap = GAP + min(spare / 2, LARGEST_GAP - GAP)
        steps = self._steps_height()
        self._services(bottom - notes - gap - steps - gap)
        self._steps(bottom - notes - gap - steps)
        self._notes(bottom - notes, notes)
        return layout.finish(
            title=guide.title,
            statement=Statement(guide.TYPE),
            issue=None,
            station=guide.station,
            created=guide.made_at.astimezone(CHINA_TIME),
            footers=False,
        )

    def _band(self) -> None:
        guide, sheet, style = self._guide, self._sheet, self._style
        sheet.panel(0, 0, style.page[0], self._band_height, WATER)
        size = min(66.0, style.width * MM / max(1, len(guide.title)))
        with self._layout.structure.within(Role.TITLE):
            sheet.text(style.left, 31, guide.title, size, bold=True, colour=WHITE)
        at = (style.left, 37)
        lines(
            self._layout, self._root, Role.PARAGRAPH, at, self._where, style.body, colour=WHITE
        )  # fmt: skip

    def _heading(self, y: float, text: str) -> float:
        style = self._style
        return lines(
            self._layout, self._root, Role.HEADING, (style.left, y), [text], style.heading,
            colour=WATER, bold=True,
        )  # fmt: skip

    # -- services --------------------------------------------------------------------------

    def _services(self, bottom: float) -> None:
        """Set the services in two columns on one panel that ends at ``bottom``."""
        style, guide = self._style, self._guide
        top = self._heading(self._band_height + GAP * 0.6, guide.offer) + 3.0
        height = bottom - top
        self._sheet.panel(style.left, top, style.width, height, GROUND, RADIUS)
        width = self._column_width()
        entries = self._all_entries()
        step = leading(style.body)
        room = int((height - 2 * PADDING) / step)
        columns, left_out = fill_columns(entries, room)
        if left_out:  # the last line says so
            columns, left_out = fill_columns(entries, room - 1)
        used = max((_height(column) for column in columns), default=0) + bool(left_out)
        start = top + (height - used * step) / 2
        listed = Element(Role.LIST, self._root)
        for place, column in enumerate(columns):
            x, y = style.left + PADDING + place * (width + GUTTER), start
            for entry in column:
                item = Element(Role.LIST_ITEM, listed)
                y = lines(
                    self._layout, item, Role.LIST_BODY, (x, y), entry.lines, style.body,
                    colour=GREEN if entry.is_group else INK, bold=entry.is_group,
                )  # fmt: skip
        if left_out:
            more = guide.more.format(n=left_out)
            at = (style.left + PADDING, start + (used - 1) * step)
            lines(self._layout, self._root, Role.PARAGRAPH, at, [more], style.body, colour=INK)

    def _services_height(self) -> float:
        """Return the height in mm that the services need, with their heading, to be all listed."""
        entries = self._all_entries()
        columns, _ = fill_columns(entries, len(entries) * 9)
        most = max((_height(column) for column in columns), default=0)
        heading = GAP * 0.6 + leading(self._style.heading) + 3
        return heading + 2 * PADDING + most * leading(self._style.body)

    def _column_width(self) -> float:
        return (self._style.width - 2 * PADDING - GUTTER) / 2

    def _all_entries(self) -> list[_Entry]:
        width = self._column_width()
        return [entry for group in self._guide.groups for entry in self._entries(group, width)]

    def _entries(self, group: ServiceGroup, width: float) -> list[_Entry]:
        wrap, size = self._sheet.wrap, self._style.body
        found = [_Entry(wrap(group.name, width, size), True)] if group.name else []
        return found + [_Entry(wrap(each.name, width, size), False) for each in group.services]

    # -- steps -----------------------------------------------------------------------------

    def _columns(self) -> int:
        """Return the number of steps side by side."""
        return 4 if is_portrait([step.picture for step in self._guide.steps]) else 2

    def _step_width(self) -> float:
        count = self._columns()
        return (self._style.width - (count - 1) * GUTTER) / count

    def _picture_size(self, step: Step) -> tuple[float, float]:
        """Return the size of the picture: above its text if it is upright, else beside it."""
        if self._columns() == 4:
            return fitted(step.picture, self._step_width(), self._picture_height)
        return fitted(step.picture, self._step_width() * 0.5, LARGEST_PICTURE)

    def _text_width(self, step: Step) -> float:
        if self._columns() == 4:
            return self._step_width()
        return self._step_width() - self._picture_size(step)[0] - PADDING

    def _step_text(self, step: Step) -> list[str]:
        return self._sheet.wrap(step.text, self._text_width(step), SMALL)

    def _step_height(self, step: Step) -> float:
        text = len(self._step_text(step)) * leading(SMALL)
        picture = self._picture_size(step)[1]
        if self._columns() == 4:
            return BADGE + 4 + picture + 2 + text
        return max(picture, BADGE + 2 + text)

    def _rows(self) -> list[Sequence[Step]]:
        steps, count = self._guide.steps, self._columns()
        return [steps[at : at + count] for at in range(0, len(steps), count)]

    def _steps_height(self) -> float:
        rows = [max(map(self._step_height, row)) for row in self._rows()]
        return leading(self._style.heading) + 3 + sum(rows) + GAP * (len(rows) - 1)

    def _steps(self, top: float) -> None:
        y = self._heading(top, self._guide.how) + 3
        listed = Element(Role.LIST, self._root)
        count = 0
        for row in self._rows():
            for place, step in enumerate(row):
                count += 1
                x = self._style.left + place * (self._step_width() + GUTTER)
                self._step(listed, x, y, count, step)
            y += max(map(self._step_height, row)) + GAP

    def _step(self, listed: Element, x: float, y: float, place: int, step: Step) -> None:
        layout, style = self._layout, self._style
        upright = self._columns() == 4
        width, height = self._picture_size(step)
        beside = 0.0 if upright else width + PADDING
        item = Element(Role.LIST_ITEM, listed)
        with layout.structure.within(Role.LIST_BODY, parent=item) as body:
            number(layout, x + beside, y, BADGE, str(place))
            room = self._text_width(step) - BADGE - 3
            size = min(style.body, style.body * room * MM / self._width(step.name))
            base = (x + beside + BADGE + 3, y + (BADGE - leading(size)) / 2)
            lines(layout, body, Role.PARAGRAPH, base, [step.name], size, bold=True)
            if upright:
                left = x + (self._step_width() - width) / 2
                layout.picture(
                    step.picture.png, step.picture.alternative, left, y + BADGE + 4, width, height
                )
                at = (x, y + BADGE + 4 + height + 2)
            else:
                layout.picture(step.picture.png, step.picture.alternative, x, y, width, height)
                at = (x + beside, y + BADGE + 2)
            lines(layout, body, Role.PARAGRAPH, at, self._step_text(step), SMALL, colour=INK)

    def _width(self, text: str) -> float:
        """Return the width of body text, in points."""
        return max(1.0, self._layout.typeface.width(text, self._style.body))

    # -- notes -----------------------------------------------------------------------------

    def _note_width(self) -> float:
        count = len(self._guide.notes)
        return (self._style.width - (count - 1) * GUTTER) / count

    def _note_lines(self, note: Passage) -> list[list[str]]:
        width = self._note_width() - 2 * PADDING
        return [self._sheet.wrap(each, width, SMALL) for each in note.paragraphs]

    def _notes_height(self) -> float:
        most = max(sum(map(len, self._note_lines(note))) for note in self._guide.notes)
        return 2 * PADDING + leading(self._style.body) + 1 + most * leading(SMALL)

    def _notes(self, top: float, height: float) -> None:
        width = self._note_width()
        for place, note in enumerate(self._guide.notes):
            x = self._style.left + place * (width + GUTTER)
            ground, ink = (EARTH, WHITE) if note.help else (GROUND, INK)
            self._sheet.panel(x, top, width, height, ground, RADIUS)
            at = (x + PADDING, top + PADDING)
            y = lines(
                self._layout, self._root, Role.HEADING, at, [note.heading], self._style.body,
                colour=WHITE if note.help else WATER, bold=True,
            ) + 1  # fmt: skip
            for wrapped in self._note_lines(note):
                at = (x + PADDING, y)
                y = lines(self._layout, self._root, Role.PARAGRAPH, at, wrapped, SMALL, colour=ink)


def _height(column: Sequence[_Entry]) -> int:
    return sum(len(entry.lines) for entry in column)


def fill_columns(entries: Sequence[_Entry], room: int) -> tuple[list[list[_Entry]], int]:
    """Divide the entries into two columns of nearly equal height, at most ``room`` lines each.

    A group begins in the second column if that is as good. Return the columns, and the number of
    services for which there is no space.
    """
    best = min(
        range(len(entries) + 1),
        key=lambda at: (
            max(_height(entries[:at]), _height(entries[at:]))
            # No group is torn to save two lines, and no name of a group stands below its services.
            + (0 if at == len(entries) or entries[at].is_group else 2)
            + (100 if at and entries[at - 1].is_group else 0)
        ),
    )
    columns, left_out = [], 0
    for part in (entries[:best], entries[best:]):
        column: list[_Entry] = []
        for entry in part:
            if _height(column) + len(entry.lines) <= room:
                column.append(entry)
            else:
                left_out += not entry.is_group
        columns.append(column)
    return columns, left_out
