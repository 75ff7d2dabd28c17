"""Set tables over any number of pages.

The head is repeated on each page, no row is alone on a page if that can be avoided, and each
column takes its share of the width.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass

from .layout import TINT, Layout
from .sheet import HAIRLINE, MM, RULE, Align
from .tags import Element, Role, of_cell

_EMPTY_ROW = 11.0
_GROUP_HEAD = 6.0


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table.

    ``width`` is relative to the widths of the other columns. Adjacent columns with the same
    ``group`` share a second head above their own.
    """

    title: str
    width: float
    align: Align = Align.CENTRE
    group: str = ""


def set_table(
    layout: Layout,
    columns: Sequence[Column],
    rows: Sequence[Sequence[str]],
    *,
    heading: str = "",
    empty: str = "",
    reserve: float = 0.0,
    total: Sequence[str] = (),
) -> None:
    """Set a table at the current position of ``layout``, over as many pages as it needs.

    ``heading``: heading of the section that starts here. ``empty``: text of the single wide row if
    there are no ``rows``. ``reserve``: height in mm that must stay free below the last row for what
    follows. ``total``: last row, separated by a thick rule.
    """
    table = _Table(layout, columns)
    if rows:
        table.set([*rows, total] if total else rows, heading, reserve, bool(total))
    else:
        table.set_empty(empty, heading, reserve)


class _Table:
    def __init__(self, layout: Layout, columns: Sequence[Column]) -> None:
        self._layout = layout
        self._style = style = layout.style
        factor = style.width / sum(column.width for column in columns)
        self._columns = columns
        self._widths = [column.width * factor for column in columns]
        self._grouped = _GROUP_HEAD * style.scale if any(c.group for c in columns) else 0.0
        self._titles = [
            layout.sheet.wrap(column.title, width - 1.6 * style.scale, style.cell)
            for column, width in zip(columns, self._widths, strict=True)
        ]
        lines = max(map(len, self._titles))
        single = lines * style.cell_leading + 2 * style.padding + 0.6 * style.scale
        self._head_height = single + self._grouped
        self._edges: list[float] = []

    def _begin(self, heights: Sequence[float], heading: str, reserve: float) -> list[int]:
        counts = self._layout.begin_rows(heights, heading, self._head_height, reserve)
        self._grid = Element(Role.TABLE, self._layout.structure.root)
        return counts

    def set(
        self, rows: Sequence[Sequence[str]], heading: str, reserve: float, summed: bool
    ) -> None:
        """Set the rows; ``summed``: the last row is the total of the others."""
        layout, style = self._layout, self._style
        cells = [self._cells(row) for row in rows]
        self._measure(cells)
        heights = [max(map(len, row)) * style.cell_leading + 2 * style.padding for row in cells]
        at = 0
        for page, count in enumerate(self._begin(heights, heading, reserve)):
            if page:
                layout.break_page()
            if not count:
                continue
            top = layout.y
            self._head(tagged=at == 0)
            for row in range(at, at + count):
                self._row(cells[row], heights[row])
                if row < at + count - 1:
                    apart = summed and row == len(cells) - 2
                    weight = RULE if apart else HAIRLINE
                    layout.sheet.horizontal(style.left, layout.y, style.width, weight)
            self._close(top)
            at += count

    def set_empty(self, empty: str, heading: str, reserve: float) -> None:
        """Set the head, and one wide row with the text ``empty``."""
        layout, style = self._layout, self._style
        height = _EMPTY_ROW * style.scale
        for _ in range(self._begin([height], heading, reserve).index(1)):
            layout.break_page()
        top = layout.y
        self._head(tagged=True)
        middle = layout.y + height / 2 + 1.15 * style.scale
        row = Element(Role.ROW, self._grid)
        with self._cell(row, Role.CELL, f"/ColSpan {len(self._columns)}"):
            layout.sheet.text(layout.centre, middle, empty, style.cell, Align.CENTRE)
        layout.y += height
        self._close(top, spanned=height)

    def _cells(self, row: Sequence[str]) -> list[list[str]]:
        sheet, padding, size = self._layout.sheet, 2 * self._style.scale, self._style.cell
        return [
            sheet.wrap(text, width - padding, size)
            for width, text in zip(self._widths, row, strict=True)
        ]

    def _measure(self, cells: Sequence[list[list[str]]]) -> None:
        """Compute the right edge of the text in each column, in mm from the column's left edge.

        In a right-aligned column the widest text is centred, and the others end where it ends.
        """
        measure, size = self._layout.typeface.width, self._style.cell
        self._edges = []
        for place, width in enumerate(self._widths):
            if self._columns[place].align is Align.RIGHT:
                widest = max(measure(line, size) for row in cells for line in row[place]) / MM
                self._edges.append(min(width / 2 + widest / 2, width - 1.4 * self._style.scale))
            else:
                self._edges.append(width)

    def _cell(
        self, row: Element | None, role: Role, attributes: str
    ) -> AbstractContextManager[object]:
        """Tag the text set inside as a cell of ``row``, or as an artifact if it is ``None``."""
        if row is None:
            return self._layout.structure.artifact()
        return self._layout.structure.within(role, of_cell(attributes), parent=row)

    def _head(self, *, tagged: bool) -> None:
        """Set the head, ``tagged`` on the first page and as an artifact on later ones."""
        layout, style, grouped = self._layout, self._style, self._grouped
        over_row = Element(Role.ROW, self._grid) if tagged else None
        under_row = Element(Role.ROW, self._grid) if tagged and grouped else over_row
        sheet, top, height = layout.sheet, layout.y, self._head_height
        sheet.tint(style.left, top, style.width, height, TINT)
        drop = 1.15 * style.scale
        x = style.left
        for place, (column, width) in enumerate(zip(self._columns, self._widths, strict=True)):
            upper = top + (grouped if column.group else 0.0)
            lines = self._titles[place]
            base = (upper + top + height - (len(lines) - 1) * style.cell_leading) / 2 + drop
            middle = x + width / 2
            row = under_row if column.group else over_row
            spans = "" if column.group or not grouped else "/RowSpan 2"
            with self._cell(row, Role.HEAD_CELL, f"/Scope/Column{spans}"):
                sheet.block(middle, base, lines, style.cell, style.cell_leading, Align.CENTRE)
            begins = place == 0 or self._columns[place - 1].group != column.group
            if place and (begins or not column.group):
                sheet.vertical(x, top, grouped)
            if column.group and begins:
                widths = [
                    w
                    for c, w in zip(self._columns, self._widths, strict=True)
                    if c.group == column.group
                ]
                span, over = sum(widths), top + grouped / 2 + drop
                spans = f"/Scope/Column/ColSpan {len(widths)}"
                with self._cell(over_row, Role.HEAD_CELL, spans):
                    sheet.text(x + span / 2, over, column.group, style.cell, Align.CENTRE)
                sheet.horizontal(x, top + grouped, span)
            x += width
        layout.y = top + height
        sheet.horizontal(style.left, layout.y, style.width, RULE)

    def _row(self, cells: list[list[str]], height: float) -> None:
        layout, style, x = self._layout, self._style, self._style.left
        leading, size = style.cell_leading, style.cell
        middle = layout.y + height / 2 + 1.15 * style.scale
        row, structure = Element(Role.ROW, self._grid), layout.structure
        for column, width, edge, lines in zip(
            self._columns, self._widths, self._edges, cells, strict=True
        ):
            if column.align is Align.LEFT:
                anchor = x + style.scale
            elif column.align is Align.RIGHT:
                anchor = x + edge
            else:
                anchor = x + width / 2
            base = middle - (len(lines) - 1) * leading / 2
            structure.current = Element(Role.CELL, row)
            layout.sheet.block(anchor, base, lines, size, leading, column.align)
            x += width
        structure.current = None
        layout.y += height

    def _close(self, top: float, spanned: float = 0.0) -> None:
        """Draw the vertical rules and the frame; the last ``spanned`` mm get no vertical rules."""
        style, sheet = self._style, self._layout.sheet
        height = self._layout.y - top
        x = style.left
        for width in self._widths[:-1]:
            x += width
            sheet.vertical(x, top + self._grouped, height - self._grouped - spanned)
        sheet.frame(style.left, top, style.width, height)
