"""The layout kit that every document shares: title, facts, tables, closing words, footer.

One `Layout` sets one document. Its content flows down A4 pages; heads of tables are repeated, no
page begins or ends a table with a lone row, and the closing words never stand alone on a page.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone

import segno
from reportlab.pdfbase import pdfdoc

from devices.health import Fault
from printing.fonts import FontChain, glyph_missing

from .data import Issue
from .sheet import MM, RULE, Align, Sheet, outline_path
from .statement import Statement
from .typeface import Typeface
from .writer import PageContent, write

A4 = (210.0, 297.0)
LEFT, RIGHT, TOP = 20.0, 190.0, 15.0
WIDTH = RIGHT - LEFT
_FOOTER = 269.0
"""Where the footer begins; content ends above."""
_BOTTOM = _FOOTER - 2.5
SEAL_SIZE = 39.0
"""Diameter of the place for the visible seal (mm); seals of offices measure 38 to 42."""
CHINA_TIME = timezone(timedelta(hours=8))

TINT = 0.955
MISSING = "未提供"
LABEL = 27.0
"""Width of a fact's name (mm)."""

Fact = tuple[str, str | None]
"""A name and its value, as printed; ``None`` when the source has none."""


@dataclass(frozen=True, slots=True)
class Style:
    """Type sizes in points, leadings and paddings in mm."""

    title: float = 21
    body: float = 10
    cell: float = 9
    note: float = 8.5
    small: float = 7.5
    leading: float = 4.4
    cell_leading: float = 3.7
    padding: float = 0.8


STANDARD = Style()


def day(value: date | None) -> str:
    """2026年11月21日, or the word for missing."""
    return MISSING if value is None else f"{value.year}年{value.month}月{value.day}日"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: ``width`` in mm; columns of one ``group`` share a head above."""

    title: str
    width: float
    align: Align = Align.CENTRE
    group: str = ""


class Layout:
    """One document being set. Not shared between threads."""

    def __init__(self, chain: FontChain, *, sample: bool, style: Style = STANDARD) -> None:
        self.style = style
        self._chain = chain
        self._sample = sample
        self.typeface = Typeface(chain)
        self._sheets: list[Sheet] = []
        self._running = ""
        self._seal: tuple[Sheet, list[float]] | None = None
        self.y = TOP
        self.sheet = self._new_sheet()

    def _new_sheet(self) -> Sheet:
        sheet = Sheet(self.typeface, *A4)
        self._sheets.append(sheet)
        if self._sample:
            _watermark(sheet, self._chain)
        return sheet

    def break_page(self) -> None:
        """Go on at the top of a new page, under a running head."""
        self.sheet = self._new_sheet()
        self.y = TOP
        if self._running:
            size = self.style.note
            self.sheet.text(LEFT, self.y, f"{self._running}（续）", size, gray=0.25)
            self.y += 2.2
            self.sheet.horizontal(LEFT, self.y, WIDTH)
            self.y += 3.5

    def title(self, text: str, left: str = "", right: str = "") -> None:
        """The title, and a line of two small statements under it."""
        self._running = text
        self.y += 8
        spacing = 2.0 if len(text) <= 16 else 0.5
        self.sheet.text(
            A4[0] / 2, self.y, text, self.style.title, Align.CENTRE, bold=True, spacing=spacing
        )
        self.y += 10
        if left or right:
            self.sheet.text(LEFT, self.y, left, self.style.note)
            self.sheet.text(RIGHT, self.y, right, self.style.note, Align.RIGHT)
            self.y += 2.4

    def heading(self, text: str) -> None:
        """The head of a section."""
        self.y += 6.4
        self.sheet.text(LEFT, self.y, text, self.style.body, bold=True)
        self.y += 2.0

    def facts(self, rows: Sequence[Sequence[Fact]]) -> None:
        """A grid of names and values, the facts of a row side by side; ``None`` is 未提供."""
        style, top = self.style, self.y
        for number, row in enumerate(rows):
            span = WIDTH / len(row)
            wrapped = [
                self.sheet.wrap(MISSING if value is None else value, span - LABEL - 4, style.body)
                for _, value in row
            ]
            height = max(map(len, wrapped)) * style.leading + 2.9
            middle = self.y + height / 2 + 1.3
            if number:
                self.sheet.horizontal(LEFT, self.y, WIDTH)
            for place, ((name, _), lines) in enumerate(zip(row, wrapped, strict=True)):
                x = LEFT + place * span
                self.sheet.tint(x, self.y, LABEL, height, TINT)
                self.sheet.text(x + LABEL / 2, middle, name, style.cell, Align.CENTRE)
                base = middle - (len(lines) - 1) * style.leading / 2
                self.sheet.block(x + LABEL + 2.5, base, lines, style.body, style.leading)
                self.sheet.vertical(x + LABEL, self.y, height)
                if place:
                    self.sheet.vertical(x, self.y, height)
            self.y += height
        self.sheet.frame(LEFT, top, WIDTH, self.y - top)

    def table(
        self,
        columns: Sequence[Column],
        rows: Sequence[Sequence[str]],
        *,
        empty: str = "",
        reserve: float = 0.0,
    ) -> None:
        """A table over as many pages as it needs.

        ``empty`` stands in one wide row when there are no ``rows``. ``reserve``: the height in mm
        that must remain below the last row for what follows it.
        """
        style = self.style
        set_rows = [self._cells(columns, row) for row in rows]
        heights = [
            max(map(len, cells)) * style.cell_leading + 2 * style.padding for cells in set_rows
        ]
        head = self._head_height(columns)
        if not set_rows:
            if self.y + head + 12 + reserve > _BOTTOM:
                self.break_page()
            top = self.y
            self._head(columns, head)
            x = LEFT + sum(column.width for column in columns) / 2
            self.sheet.text(x, self.y + 7, empty, style.cell, Align.CENTRE)
            self.y += 11
            self._close_table(columns, top, spanned=11)
            return
        first = _BOTTOM - self.y - head
        other = _BOTTOM - (TOP + 5.7) - head
        at = 0
        for page, count in enumerate(plan(heights, first, other, reserve)):
            if page:
                self.break_page()
            if not count:
                continue
            top = self.y
            self._head(columns, head)
            for row in range(at, at + count):
                self._row(columns, set_rows[row], heights[row])
                if row < at + count - 1:
                    self.sheet.horizontal(LEFT, self.y, sum(c.width for c in columns))
            self._close_table(columns, top)
            at += count

    def _cells(self, columns: Sequence[Column], row: Sequence[str]) -> list[list[str]]:
        size = self.style.cell
        return [
            self.sheet.wrap(text, column.width - 2, size)
            for column, text in zip(columns, row, strict=True)
        ]

    def _head_height(self, columns: Sequence[Column]) -> float:
        lines = max(len(self.sheet.wrap(c.title, c.width - 1.6, self.style.cell)) for c in columns)
        height = lines * self.style.cell_leading + 2 * self.style.padding + 0.6
        return height + (6.0 if any(c.group for c in columns) else 0.0)

    def _head(self, columns: Sequence[Column], height: float) -> None:
        style, sheet, top = self.style, self.sheet, self.y
        grouped = 6.0 if any(c.group for c in columns) else 0.0
        total = sum(c.width for c in columns)
        sheet.tint(LEFT, top, total, height, TINT)
        x = LEFT
        for place, column in enumerate(columns):
            upper = top + (grouped if column.group else 0.0)
            room = top + height - upper
            lines = sheet.wrap(column.title, column.width - 1.6, style.cell)
            base = upper + room / 2 - (len(lines) - 1) * style.cell_leading / 2 + 1.15
            sheet.block(
                x + column.width / 2, base, lines, style.cell, style.cell_leading, Align.CENTRE
            )
            begins = place == 0 or columns[place - 1].group != column.group
            if place and (begins or not column.group):
                sheet.vertical(x, top, grouped)
            if column.group and begins:
                width = sum(c.width for c in columns if c.group == column.group)
                sheet.text(
                    x + width / 2, top + grouped / 2 + 1.15, column.group, style.cell, Align.CENTRE
                )
                sheet.horizontal(x, top + grouped, width)
            x += column.width
        self.y = top + height
        sheet.horizontal(LEFT, self.y, total, RULE)

    def _row(self, columns: Sequence[Column], cells: list[list[str]], height: float) -> None:
        style, x = self.style, LEFT
        for column, lines in zip(columns, cells, strict=True):
            if column.align is Align.LEFT:
                anchor = x + 1.0
            elif column.align is Align.RIGHT:
                anchor = x + column.width - 1.4
            else:
                anchor = x + column.width / 2
            base = self.y + height / 2 - (len(lines) - 1) * style.cell_leading / 2 + 1.15
            self.sheet.block(anchor, base, lines, style.cell, style.cell_leading, column.align)
            x += column.width
        self.y += height

    def _close_table(self, columns: Sequence[Column], top: float, spanned: float = 0.0) -> None:
        """The vertical rules and the frame; ``spanned`` mm at the foot stay undivided."""
        grouped = 6.0 if any(c.group for c in columns) else 0.0
        x = LEFT
        for column in columns[:-1]:
            x += column.width
            self.sheet.vertical(x, top + grouped, self.y - top - grouped - spanned)
        self.sheet.frame(LEFT, top, sum(c.width for c in columns), self.y - top)

    def closing_height(self, notes: Sequence[str]) -> float:
        """Height in mm that `closing` takes."""
        return 3.5 + max(self._notes_height(notes), SEAL_SIZE)

    def _notes(self, notes: Sequence[str]) -> list[list[str]]:
        width = WIDTH - SEAL_SIZE - 28
        return [self.sheet.wrap(note, width, self.style.note) for note in notes]

    def _notes_height(self, notes: Sequence[str]) -> float:
        return sum(len(lines) for lines in self._notes(notes)) * 4.3 + 6

    def closing(self, notes: Sequence[str], authority: str | None, dated: date) -> None:
        """Numbered notes on the left; office, date and the place for its seal on the right."""
        height = self.closing_height(notes)
        if self.y + height > _BOTTOM:
            self.break_page()
        style = self.style
        top = self.y + 3.5
        y = top + 4
        self.sheet.text(LEFT, y, "说明", style.note, bold=True)
        y += 5
        for number, lines in enumerate(self._notes(notes), 1):
            self.sheet.text(LEFT, y, f"{number}.", style.note)
            self.sheet.block(LEFT + 4.5, y, lines, style.note, 4.3)
            y += len(lines) * 4.3
        # The office and the date stand across the lower half of the seal's ring, as on paper
        # sealed by hand.
        centre = RIGHT - SEAL_SIZE / 2 - 4
        name = self.sheet.wrap(authority or MISSING, 58, style.body)
        base = top + SEAL_SIZE * 0.58 - (len(name) - 1) * style.leading
        self.sheet.block(centre, base, name, style.body, style.leading, Align.CENTRE)
        self.sheet.text(
            centre, base + len(name) * style.leading + 1.8, day(dated), style.body, Align.CENTRE
        )
        box = self.sheet.rectangle(centre - SEAL_SIZE / 2, top, SEAL_SIZE, SEAL_SIZE)
        self._seal = (self.sheet, box)
        self.y = top + SEAL_SIZE

    def finish(
        self,
        *,
        title: str,
        statement: Statement,
        issue: Issue | None,
        station: str,
        created: datetime,
    ) -> bytes | Fault:
        """Set the footers and write the file; ``GLYPH_MISSING`` when a character has no glyph."""
        images: dict[str, pdfdoc.PDFStream] = {}
        if issue is not None:
            images["Code"] = _qr_code(issue.verify_url)
        for number, sheet in enumerate(self._sheets, 1):
            self._footer(sheet, number, issue, station)
        pages = [
            PageContent(sheet.width * MM, sheet.height * MM, sheet.operators())
            for sheet in self._sheets
        ]
        if self.typeface.missing:
            return glyph_missing(sorted(self.typeface.missing))
        field = None
        if self._seal is not None:
            field = (self._sheets.index(self._seal[0]), self._seal[1])
        return write(
            pages,
            self.typeface,
            images,
            title=title,
            created=created,
            statement=statement,
            seal_field=field,
        )

    def _footer(self, sheet: Sheet, number: int, issue: Issue | None, station: str) -> None:
        style = self.style
        sheet.horizontal(LEFT, _FOOTER, WIDTH)
        if self._sample:
            sheet.text(A4[0] / 2, 12, "样张　仅供演示", style.note, Align.CENTRE, gray=0.35)
        pages = f"第 {number} 页　共 {len(self._sheets)} 页"
        y = _FOOTER + 6
        if issue is not None:
            sheet.image("Code", LEFT, _FOOTER + 2.5, 18, 18)
            x = LEFT + 22
            sheet.text(x, y, f"校验码：{issue.verification_code}", style.body)
            sheet.text(x, y + 5.2, "凭此校验码可网上确认真伪，也可扫描左侧二维码核验", style.note)
            sheet.block(
                x,
                y + 9.8,
                sheet.wrap(issue.verify_url, 92, style.small),
                style.small,
                3.4,
                gray=0.3,
            )
        sheet.text(RIGHT, y, pages, style.note, Align.RIGHT)
        lines = sheet.wrap(station, 52, style.small)
        sheet.block(RIGHT, y + 5.2, lines, style.small, 3.4, Align.RIGHT, gray=0.3)
        if issue is not None:
            y += 5.2 + len(lines) * 3.4 + 0.8
            sheet.text(
                RIGHT, y, f"编号 {issue.document_number}", style.small, Align.RIGHT, gray=0.3
            )


def plan(heights: Sequence[float], first: float, other: float, reserve: float) -> list[int]:
    """How many rows stand on each page.

    ``first`` and ``other`` are the room for rows on the first and on each further page,
    ``reserve`` what must stay free under the last row. No page but one that cannot help it holds
    a single row beside others; a page may hold none when there is no room for two.
    """
    counts: list[int] = []
    at, room = 0, first
    while True:
        used, count = 0.0, 0
        while at + count < len(heights) and used + heights[at + count] <= room:
            used += heights[at + count]
            count += 1
        left = len(heights) - at - count
        if left == 0:
            if used + reserve <= room:
                return [*counts, count]
            # The rows fit, what follows them does not: take the last rows along to it.
            count -= min(2, count)
            if count == 1:
                count = 0
        elif left == 1:
            count = count - 1 if count > 2 else 0
        if count == 1 and not counts:
            count = 0
        if not count and counts:
            count = 1  # a row higher than a page: it is set all the same
        counts.append(count)
        at += count
        room = other
        if at == len(heights):
            return counts


def midnight(value: date) -> datetime:
    """The beginning of that day in China: when a document that only knows its day was made."""
    return datetime.combine(value, time(), CHINA_TIME)


def _watermark(sheet: Sheet, chain: FontChain) -> None:
    turn = (math.cos(math.radians(32)), math.sin(math.radians(32)))
    path = "0.93 g " + outline_path(chain, "样张", spacing=1150)
    sheet.figure(path, 58, 198, 0.15, turn)


def _qr_code(url: str) -> pdfdoc.PDFStream:
    """The QR code (ISO/IEC 18004, level M) as a one-bit stencil: a pixel a module, no seams.

    The mask pattern is fixed: judging all eight takes five times as long, and a reader does not
    care which it is.
    """
    code = segno.make(url, error="m", micro=False, mask=2)
    rows = [
        int("".join("0" if module else "1" for module in row).ljust(-(-len(row) // 8) * 8, "1"), 2)
        for row in code.matrix
    ]
    size = len(rows)
    width = -(-size // 8)
    entries = {
        "Type": "/XObject",
        "Subtype": "/Image",
        "Width": size,
        "Height": size,
        "ImageMask": "true",
        "BitsPerComponent": 1,
        "Interpolate": "false",
    }
    content = b"".join(row.to_bytes(width, "big") for row in rows)
    return pdfdoc.PDFStream(pdfdoc.PDFDictionary(entries), content, filters=[pdfdoc.PDFZCompress])
