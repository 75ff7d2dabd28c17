"""The layout that all page documents share: title, facts, running text, closing block, footer.

One `Layout` sets one document in one edition. Content flows down the pages; the closing block is
never alone on a page. Tables are set by `table`. ReportLab is loaded by the first `Layout`, not by
this import: the modules of the certificates import this one, and are needed before a document is
set.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from devices.health import Fault

from ..media import Edition
from ..statement import Statement
from .amounts import MISSING, day
from .edition import STYLES, Style
from .font_chain import FontChain, glyph_missing
from .issue import Issue
from .marks import watermark
from .page_breaks import plan
from .sheet import MM, Align, Sheet
from .tags import Element, Field, Role, Structure, of_cell, of_figure

SEAL_SIZE = 39.0
"""Diameter of the place for the visible seal (mm); seals of offices measure 38 to 42."""
TINT = 0.955
"""Gray level behind names and table heads; 1 is white."""

_MIN_EDGE = 5.5
"""Smallest distance of the footer from the paper's edge (mm): printers leave 4 or 5 mm blank."""
_ROW_HEAD = of_cell("/Scope/Row")
_TEXT_LEADING = 1.35
"""Line distance of running text, as a multiple of that of tables."""

Fact = tuple[str, str | None]
"""A name and its value, as printed; ``None`` if the source has no value."""


@dataclass(frozen=True, slots=True)
class Setting:
    """The fonts, the edition, and whether the document is marked as a sample."""

    chain: FontChain
    edition: Edition
    sample: bool


class Layout:
    """A document while it is typeset. Used by one thread only."""

    def __init__(self, setting: Setting, style: Style | None = None) -> None:
        """``style``: the sizes, if they are not those of the edition."""
        from .typeface import Typeface  # slow: loads ReportLab

        self.style = style or STYLES[setting.edition]
        self._setting = setting
        self.typeface = Typeface(setting.chain)
        self.structure = Structure()
        self._sheets: list[Sheet] = []
        self._running = ""
        self._images: dict[str, Any] = {}
        self._seal: tuple[Sheet, list[float]] | None = None
        self._notes_set: dict[tuple[str, ...], list[list[str]]] = {}
        self.y = self.style.top
        self.sheet = self._new_sheet()

    @property
    def centre(self) -> float:
        """Horizontal centre of the page, in mm."""
        return self.style.page[0] / 2

    def _new_sheet(self) -> Sheet:
        sheet = Sheet(self.typeface, self.structure, len(self._sheets), *self.style.page)
        self._sheets.append(sheet)
        if self._setting.sample:
            watermark(sheet, self._setting.chain)
        return sheet

    def break_page(self) -> None:
        """Continue at the top of a new page, below a running head."""
        style, scale = self.style, self.style.scale
        self.sheet = self._new_sheet()
        with self.structure.artifact():
            self.sheet.text(style.left, style.top, f"{self._running}（续）", style.note, gray=0.25)
        self.sheet.horizontal(style.left, style.top + 2.2 * scale, style.width)
        self.y = style.further_top

    def need(self, height: float) -> None:
        """Start a new page unless ``height`` mm are left on this one."""
        if self.y + height > self.style.bottom:
            self.break_page()

    def running_head(self, text: str) -> None:
        """Set the words at the top of the second and later pages. `title` does it too."""
        self._running = text

    def title(self, text: str, left: str = "", right: str = "") -> None:
        """Set the title, and below it a line with the small texts ``left`` and ``right``."""
        style, scale = self.style, self.style.scale
        self._running = text
        spare = style.width * MM - self.typeface.width(text, style.title)
        # The widest letter spacing that fits, in steps of half a point; never negative.
        spacing = max(0.0, min(2.0 * scale, 0.5 * (spare / len(text) // 0.5)))
        self.y += 8 * scale
        with self.structure.within(Role.TITLE):
            for number, line in enumerate(self.sheet.wrap(text, style.width, style.title)):
                self.y += 9 * scale if number else 0.0
                self.sheet.text(
                    self.centre, self.y, line, style.title, Align.CENTRE, bold=True, spacing=spacing
                )
        self.y += 10 * scale
        if left or right:
            with self.structure.within(Role.PARAGRAPH):
                self._beside(left, right)
            self.y += 2.4 * scale

    def _beside(self, left: str, right: str) -> None:
        """Set two small texts on one line, or ``right`` below ``left`` if they do not fit."""
        style = self.style
        width = self.typeface.width
        if (
            width(left, style.note) + width(right, style.note)
            > (style.width - 4 * style.scale) * MM
        ):
            for line in self.sheet.wrap(left, style.width, style.note):
                self.sheet.text(style.left, self.y, line, style.note)
                self.y += style.note_leading
            left = ""
        self.sheet.text(style.left, self.y, left, style.note)
        self.sheet.text(style.right, self.y, right, style.note, Align.RIGHT)

    def issued_title(self, title: str, issue: Issue) -> None:
        """Set the title of an issued document, with its number and the day of printing."""
        self.title(title, f"编号：{issue.document_number}", f"打印日期：{day(issue.issued_on)}")

    def heading(self, text: str) -> None:
        """Set the heading of a section of running text; start a new page if few lines would follow.

        `facts` and `table.set_table` set the headings of their rows themselves.
        """
        self.need(24 * self.style.scale)
        self._set_heading(text)

    @property
    def heading_height(self) -> float:
        """Height of the heading of a section, in mm."""
        return 8.4 * self.style.scale * self.style.emphasis

    def picture(
        self, png: bytes, alternative: str, x: float, y: float, width: float, height: float
    ) -> None:
        """Draw a PNG file as a figure of the current element, in a thin frame.

        ``alternative``: its text for screen readers. Each file is embedded once.
        """
        from .png import png_image  # loads ReportLab

        name = f"Picture{zlib.crc32(png):08X}"
        if name not in self._images:
            self._images[name] = png_image(png)
        words = of_figure(alternative, self.sheet.rectangle(x, y, width, height))
        figure = Element(Role.FIGURE, self.structure.current or self.structure.root, words)
        self.sheet.image(name, x, y, width, height, figure)
        self.sheet.frame(x, y, width, height)

    def begin_rows(
        self, heights: Sequence[float], heading: str, table_head: float, reserve: float
    ) -> list[int]:
        """Set ``heading``, unless it is empty, on the page where the rows begin.

        ``table_head``: height in mm of the table head, repeated on each page. ``reserve``: height
        in mm that must stay free below the last row. Return the number of rows on each page,
        beginning with the current one.
        """
        style = self.style
        head = self.heading_height if heading else 0.0
        further = style.bottom - style.further_top - table_head
        counts = plan(heights, style.bottom - self.y - head - table_head, further, reserve)
        if heading:
            if heights and not counts[0]:
                self.break_page()
                counts = plan(heights, further - head, further, reserve)
            self._set_heading(heading)
        return counts

    def _set_heading(self, text: str) -> None:
        style = self.style
        self.y += 6.4 * style.scale * style.emphasis
        with self.structure.within(Role.HEADING):
            self.sheet.text(style.left, self.y, text, style.heading, bold=True)
        self.y += 2.0 * style.scale * style.emphasis

    def paragraph(self, text: str, *, indent: bool = True) -> None:
        """Set running text, over several pages if needed; ``indent`` is two characters wide."""
        leading = self.style.leading * _TEXT_LEADING
        with self.structure.within(Role.PARAGRAPH):
            for line in self._paragraph(text, indent):
                self.need(leading)
                self.y += leading
                self.sheet.text(self.style.left, self.y, line, self.style.body)

    def paragraph_height(self, text: str, *, indent: bool = True) -> float:
        """Return the height in mm that `paragraph` takes."""
        return len(self._paragraph(text, indent)) * self.style.leading * _TEXT_LEADING

    def _paragraph(self, text: str, indent: bool) -> list[str]:
        start = "　　" if indent else ""
        return self.sheet.wrap(start + text, self.style.width, self.style.body)

    def facts(
        self, rows: Sequence[Sequence[Fact]], *, heading: str = "", reserve: float = 0.0
    ) -> None:
        """Set a grid of names and values, the facts of a row side by side; ``None`` is 未提供.

        ``heading``: heading of the section that starts here. ``reserve``: height in mm that must
        stay free below the grid for what follows.
        """
        style = self.style
        set_rows = [self._set_facts(row) for row in rows]
        heights = [self._facts_height(row) for row in set_rows]
        at = 0
        columns = 2 * max(map(len, set_rows), default=0)
        counts = self.begin_rows(heights, heading, 0.0, reserve)
        grid = Element(Role.TABLE, self.structure.root)
        for page, number in enumerate(counts):
            if page:
                self.break_page()
            top = self.y
            for row, height in zip(
                set_rows[at : at + number], heights[at : at + number], strict=True
            ):
                if self.y > top:
                    self.sheet.horizontal(style.left, self.y, style.width)
                span = style.width / len(row)
                line = Element(Role.ROW, grid)
                for place, (name, value) in enumerate(row):
                    x = style.left + place * span
                    # The last value of a shorter row extends to the edge of the grid.
                    column_span = columns - 2 * place - 1 if place == len(row) - 1 else 1
                    self._fact(line, x, name, value, height, column_span)
                    if place:
                        self.sheet.vertical(x, self.y, height)
                self.y += height
            if number:
                self.sheet.frame(style.left, top, style.width, self.y - top)
            at += number

    def facts_height(self, rows: Sequence[Sequence[Fact]]) -> float:
        """Return the height in mm that `facts` takes without a heading."""
        return sum(self._facts_height(self._set_facts(row)) for row in rows)

    def _facts_height(self, row: Sequence[tuple[list[str], list[str]]]) -> float:
        lines = max(len(lines) for fact in row for lines in fact)
        return lines * self.style.leading + 2.9 * self.style.scale

    def _set_facts(self, row: Sequence[Fact]) -> list[tuple[list[str], list[str]]]:
        value_width = self.style.width / len(row) - self.style.label
        return [self._set_fact(fact, value_width) for fact in row]

    def _set_fact(self, fact: Fact, value_width: float) -> tuple[list[str], list[str]]:
        style, scale = self.style, self.style.scale
        name, value = fact
        return (
            self.sheet.wrap(name, style.label - 2 * scale, style.cell),
            self.sheet.wrap(
                MISSING if value is None else value, value_width - 4 * scale, style.body
            ),
        )

    def _fact(
        self,
        row: Element,
        x: float,
        name: list[str],
        value: list[str],
        height: float,
        column_span: int,
    ) -> None:
        """Set one name and its value; ``column_span``: number of grid columns the value takes."""
        style, sheet, within = self.style, self.sheet, self.structure.within
        middle = self.y + height / 2 + 1.3 * style.scale
        sheet.tint(x, self.y, style.label, height, TINT)
        base = middle - (len(name) - 1) * style.cell_leading / 2
        centre = x + style.label / 2
        with within(Role.HEAD_CELL, _ROW_HEAD, parent=row):
            sheet.block(centre, base, name, style.cell, style.cell_leading, Align.CENTRE)
        base = middle - (len(value) - 1) * style.leading / 2
        left = x + style.label + 2.5 * style.scale
        span = f"/ColSpan {column_span}" if column_span > 1 else ""
        with within(Role.CELL, of_cell(span), parent=row):
            sheet.block(left, base, value, style.body, style.leading)
        sheet.vertical(x + style.label, self.y, height)

    def closing_height(self, notes: Sequence[str], issue: Issue) -> float:
        """Return the height in mm that `closing` takes."""
        style = self.style
        lines = sum(map(len, self._notes(notes)))
        signed = len(self._signature(issue)[0]) * style.leading + 2 * style.scale + SEAL_SIZE
        return 3.5 * style.scale + max(lines * style.note_leading + 6 * style.scale, signed)

    def _office_half(self) -> float:
        """Return half of the width that the name of the office may take, in mm."""
        return 27 * self.style.scale

    def _notes(self, notes: Sequence[str]) -> list[list[str]]:
        key = tuple(notes)
        found = self._notes_set.get(key)
        if found is None:
            style = self.style
            width = style.width - 2 * self._office_half() - 10 * style.scale
            found = [self.sheet.wrap(note, width, style.note) for note in notes]
            self._notes_set[key] = found
        return found

    def _signature(self, issue: Issue) -> tuple[list[str], str]:
        """Return the lines above the seal, and the date if it fits inside the ring of the seal.

        If the date does not fit, it is the last of the lines, and the second value is empty.
        """
        style = self.style
        above = self.sheet.wrap(issue.authority or MISSING, 2 * self._office_half(), style.body)
        dated = day(issue.issued_on) or MISSING
        if self.typeface.width(dated, style.body) > SEAL_SIZE * 0.7 * MM:
            return [*above, dated], ""
        return above, dated

    def closing(self, notes: Sequence[str], issue: Issue) -> None:
        """Set numbered notes on the left, and office, date and place for the seal on the right.

        The ring of the seal does not cross any text: a black-and-white printer would make that
        text unreadable.
        """
        self.need(self.closing_height(notes, issue))
        style, sheet, scale = self.style, self.sheet, self.style.scale
        top = self.y + 3.5 * scale
        y = top + 4 * scale
        within = self.structure.within
        with within(Role.PARAGRAPH):
            sheet.text(style.left, y, "说明", style.note, bold=True)
        y += 5 * scale
        left = style.left + 4.5 * scale
        listed = Element(Role.LIST, self.structure.root)
        for number, lines in enumerate(self._notes(notes), 1):
            with within(Role.LIST_ITEM, parent=listed), within(Role.LIST_BODY):
                sheet.text(style.left, y, f"{number}.", style.note)
                sheet.block(left, y, lines, style.note, style.note_leading)
            y += len(lines) * style.note_leading
        centre = style.right - self._office_half()
        above, dated = self._signature(issue)
        base = top + 3.6 * scale
        ring = base + (len(above) - 1) * style.leading + 2.2 * scale
        with within(Role.PARAGRAPH):
            sheet.block(centre, base, above, style.body, style.leading, Align.CENTRE)
            sheet.text(centre, ring + SEAL_SIZE * 0.64, dated, style.body, Align.CENTRE)
        box = sheet.rectangle(centre - SEAL_SIZE / 2, ring, SEAL_SIZE, SEAL_SIZE)
        self._seal = (sheet, box)
        Element(Role.FORM, self.structure.root).kids.append(Field(self._sheets.index(sheet)))
        self.y = max(y, ring + SEAL_SIZE)

    def finish(
        self,
        *,
        title: str,
        statement: Statement,
        station: str,
        created: datetime,
        issue: Issue | None = None,
        footers: bool = True,
    ) -> bytes | Fault:
        """Set the footers, unless ``footers`` is false, and write the file.

        Only an issued document has an ``issue``.

        :returns: the file, or ``GLYPH_MISSING`` if a character has no glyph.
        """
        from .qr_code import qr_code  # slow: loads segno
        from .writer import PageContent, write

        images = dict(self._images)
        if issue is not None:
            images["Code"] = qr_code(issue.verify_url)
        for number, sheet in enumerate(self._sheets if footers else (), 1):
            if number == 1 and issue is not None:
                # A screen reader reads the footer once, after the text: how to verify the document.
                # On the other pages the footer is an artifact.
                with self.structure.within(Role.PARAGRAPH):
                    self._footer(sheet, number, issue, station)
            else:
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
            self.structure.root,
            title=title,
            created=created,
            statement=statement,
            seal_field=field,
        )

    def _code(self, sheet: Sheet, y: float, *, tagged: bool) -> None:
        """Draw the QR code, as a figure that is read out (``tagged``) or as an artifact."""
        x, side = self.style.left, self.style.code
        figure = None
        if tagged:
            words = of_figure("核验二维码", sheet.rectangle(x, y, side, side))
            figure = Element(Role.FIGURE, self.structure.root, words)
        sheet.image("Code", x, y, side, side, figure)

    def _footer(self, sheet: Sheet, number: int, issue: Issue | None, station: str) -> None:
        style, scale = self.style, self.style.scale
        top = style.footer_top
        sheet.horizontal(style.left, top, style.width)
        if self._setting.sample:
            sheet.text(self.centre, 9.5, "样张　仅供演示", style.note, Align.CENTRE, gray=0.35)
        y = top + 6 * scale
        pages = f"第 {number} 页　共 {len(self._sheets)} 页"
        taken, below = style.left, ""
        if issue is not None:
            self._code(sheet, top + 2.5, tagged=number == 1)
            taken = self._how_to_verify(sheet, y, issue) + 4 * scale
            below = f"编号 {issue.document_number}"
        at = y + 5.2 * scale
        leading, gap = style.small_leading, 0.8 * scale
        lines = sheet.wrap(station, 52 * scale, style.small)
        last = at + len(lines) * leading + (gap if below else -leading)
        if last > style.page[1] - _MIN_EDGE:
            # Give a long name the full width, and set the document number before the page number.
            lines = sheet.wrap(station, style.right - taken, style.small)
            pages, below = f"{below}　{pages}" if below else pages, ""
        sheet.text(style.right, y, pages, style.note, Align.RIGHT)
        sheet.block(style.right, at, lines, style.small, leading, Align.RIGHT, gray=0.3)
        at += len(lines) * leading + gap
        sheet.text(style.right, at, below, style.small, Align.RIGHT, gray=0.3)

    def _how_to_verify(self, sheet: Sheet, y: float, issue: Issue) -> float:
        """Set the text beside the QR code; return its right edge, in mm from the left."""
        style, scale = self.style, self.style.scale
        x = style.left + style.code + 4
        sheet.text(x, y, f"校验码：{issue.verification_code}", style.body)
        words = "凭此校验码可网上确认真伪，也可扫描左侧二维码核验"
        sheet.text(x, y + 5.2 * scale, words, style.note)
        lines = sheet.wrap(issue.verify_url, 92 * scale, style.small)
        sheet.block(x, y + 9.8 * scale, lines, style.small, style.small_leading, gray=0.3)
        width = self.typeface.width
        widths = [width(words, style.note), *(width(line, style.small) for line in lines)]
        return x + max(widths) / MM
