"""Typeset 业务回执 on small paper: a strip from an 80 mm roll, or a slip the size of a bank card.

For stations that have a receipt printer in addition to the page printer. A strip is as long as its
text, and no text is left out to save paper. There are no boxes: thermal heads print rules badly.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from devices.health import Fault

from ..media import Edition
from ..statement import Statement
from ..typesetting.amounts import MISSING, capitals, stamp, yuan
from ..typesetting.font_chain import glyph_missing
from ..typesetting.layout import Setting
from ..typesetting.marks import watermark
from ..typesetting.sheet import MM, Align, Sheet
from ..typesetting.tags import Element, Role, Structure
from ..typesetting.typeface import Typeface
from ..typesetting.writer import PageContent, write
from .own_data import Receipt, ReceiptPaper

RECEIPT_TITLE = "业务回执"
DISCLAIMER = "本回执由自助终端打印，仅供查询，不作为证明使用。"
_SAMPLE = "样张　仅供演示"


@dataclass(frozen=True, slots=True)
class _Format:
    """The measures of a slip: lengths in mm, type sizes in points."""

    width: float
    height: float
    """Height of a card; greatest length of a strip."""
    cut: bool
    """Whether the paper is cut below the text."""
    margin: float
    title: float
    body: float
    note: float
    name: float
    """Width of the column for names."""
    spacing: float
    """Distance between baselines, as a multiple of the type size."""

    def leading(self, size: float) -> float:
        """Return the distance between baselines for that type ``size``, in mm."""
        return size * self.spacing / MM


# Only 72 of the 80 mm of a roll are printable. A card is ID-1 of ISO/IEC 7810.
_FORMATS = {
    (ReceiptPaper.ROLL, Edition.STANDARD): _Format(80, 297, True, 4, 15, 10, 8.5, 20, 1.35),
    (ReceiptPaper.ROLL, Edition.LARGE): _Format(80, 297, True, 4, 19, 14, 11, 26.5, 1.35),
    (ReceiptPaper.CARD, Edition.STANDARD): _Format(85.6, 53.98, False, 2.5, 11, 8, 7, 16.5, 1.25),
    (ReceiptPaper.CARD, Edition.LARGE): _Format(85.6, 53.98, False, 2.5, 14, 11, 11, 22, 1.25),
}


@dataclass(frozen=True, slots=True)
class _Words:
    """A text on a line: its size and its position."""

    text: str
    size: float
    x: float
    align: Align = Align.LEFT
    bold: bool = False


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of the slip; ``element``: its element in the tags. A gap has no words."""

    height: float
    element: Element | None
    words: Sequence[_Words] = ()


def set_slip(document: Receipt, setting: Setting) -> bytes | Fault:
    """Typeset the receipt as PDF. A text too long for one page continues on the next."""
    return _Slip(document, setting).set()


class _Slip:
    def __init__(self, document: Receipt, setting: Setting) -> None:
        self._document, self._setting = document, setting
        self._format = _FORMATS[document.paper, setting.edition]
        self._typeface = Typeface(setting.chain)
        self._structure = Structure()
        # Used only to measure text; `_page` draws on other sheets.
        self._measure = Sheet(self._typeface, self._structure, 0, self._format.width, 1)

    def set(self) -> bytes | Fault:
        lines = self._lines()
        if self._typeface.missing:
            return glyph_missing(sorted(self._typeface.missing))
        form, document = self._format, self._document
        strips = self._cut(lines)
        pages = []
        for number, strip in enumerate(strips):
            used = sum(line.height for line in strip) + 2 * form.margin + self._foot(len(strips))
            height = max(used, form.width) if form.cut else form.height
            pages.append(self._page(strip, number, len(strips), height))
        return write(
            pages,
            self._typeface,
            {},
            self._structure.root,
            title=RECEIPT_TITLE,
            created=document.made_at,
            statement=Statement(document.TYPE),
        )

    def _lines(self) -> list[_Line]:
        """Return all lines of the receipt, from the top."""
        document, form = self._document, self._format
        facts: list[tuple[str, str | None]] = [
            ("编　号", document.number),
            ("时　间", stamp(document.made_at)),
            ("事　项", document.service),
            *document.lines,
        ]
        if document.amount is not None:
            facts += [("金　额", yuan(document.amount)), ("大　写", capitals(document.amount))]
        lines = [self._centred(RECEIPT_TITLE, form.title, Role.TITLE, bold=True)]
        if self._setting.sample:
            lines.insert(0, self._centred(_SAMPLE, form.note, None))
        for name, value in facts:
            lines += self._fact(name, MISSING if value is None else value)
        lines.append(_Line(form.leading(form.note) / 2, None))
        for remark in (*document.remarks, DISCLAIMER, document.station):
            element = Element(Role.PARAGRAPH, self._structure.root)
            for text in self._wrap(remark, form.width - 2 * form.margin, form.note):
                words = _Words(text, form.note, form.margin)
                lines.append(_Line(form.leading(form.note), element, [words]))
        return lines

    def _wrap(self, text: str, width: float, size: float) -> list[str]:
        return self._measure.wrap(text, width, size)

    def _centred(self, text: str, size: float, role: Role | None, *, bold: bool = False) -> _Line:
        element = None if role is None else Element(role, self._structure.root)
        words = _Words(text, size, self._format.width / 2, Align.CENTRE, bold)
        # The title has more space above and below it than other lines.
        return _Line(self._format.leading(size) * (1.4 if bold else 1.0), element, [words])

    def _fact(self, name: str, value: str) -> list[_Line]:
        """Return name and value side by side; a name too wide for its column is above the value."""
        form = self._format
        element = Element(Role.PARAGRAPH, self._structure.root)
        left = form.margin + form.name
        values = [
            _Words(text, form.body, left)
            for text in self._wrap(value, form.width - form.margin - left, form.body)
        ]
        height = form.leading(form.body)
        names = [
            _Words(text, form.body, form.margin)
            for text in self._wrap(f"{name}：", form.width - 2 * form.margin, form.body)
        ]
        beside = self._typeface.width(names[0].text, form.body) <= form.name * MM
        if len(names) == 1 and beside:
            return [
                _Line(height, element, [names[0], values[0]]),
                *(_Line(height, element, [words]) for words in values[1:]),
            ]
        return [_Line(height, element, [words]) for words in (*names, *values)]

    def _foot(self, pages: int) -> float:
        """Return the height of the page number in mm, or 0 if there is only one page."""
        return self._format.leading(self._format.note) if pages > 1 else 0.0

    def _cut(self, lines: Sequence[_Line]) -> list[list[_Line]]:
        """Divide the lines into pages. If there are several, each page has space for its number."""
        available = self._format.height - 2 * self._format.margin
        if sum(line.height for line in lines) <= available:
            return [list(lines)]
        available -= self._foot(2)
        strips: list[list[_Line]] = [[]]
        left = available
        for _, each in groupby(lines, lambda line: line.element):
            together = list(each)
            # Keep the lines of one element on one page if they fit on a page.
            height = sum(line.height for line in together)
            if left < height <= available:
                strips.append([])
                left = available
            for line in together:
                if line.height > left:
                    strips.append([])
                    left = available
                if line.words or strips[-1]:  # drop a gap at the top of a page
                    strips[-1].append(line)
                    left -= line.height
        return strips

    def _page(self, strip: Sequence[_Line], number: int, pages: int, height: float) -> PageContent:
        form = self._format
        sheet = Sheet(self._typeface, self._structure, number, form.width, height)
        if self._setting.sample:
            # The watermark is 114 mm long at full size. On a card its slope must fit the height.
            watermark(sheet, self._setting.chain, min(form.width, 1.5 * height) / 150)
        y = form.margin
        for line in strip:
            y += line.height
            self._structure.current = line.element
            for words in line.words:
                base = y - (0.6 if words.bold else 0.35) * words.size / MM
                sheet.text(words.x, base, words.text, words.size, words.align, bold=words.bold)
        self._structure.current = None
        if pages > 1:
            place = (form.width - form.margin, height - form.margin)
            sheet.text(*place, f"第 {number + 1} 页　共 {pages} 页", form.note, Align.RIGHT)
        return PageContent(sheet.width * MM, sheet.height * MM, sheet.operators())
