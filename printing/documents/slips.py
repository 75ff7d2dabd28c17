"""业务回执 on small paper: a strip off an 80 mm roll, or a slip of a card's size.

For stations that have a receipt printer beside the page printer. A strip is as long as its words;
nothing is left out for want of room, and nothing is boxed: thermal heads draw rules badly.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from devices.health import Fault
from printing.typesetting.font_chain import glyph_missing

from ..media import Edition
from ..typesetting.layout import Setting
from ..typesetting.marks import watermark
from ..typesetting.sheet import MM, Align, Sheet
from ..typesetting.tags import Element, Role, Structure
from ..typesetting.typeface import Typeface
from ..typesetting.writer import PageContent, write
from .amounts import MISSING, capitals, stamp, yuan
from .own_data import Receipt, ReceiptPaper
from .statement import Statement

RECEIPT_TITLE = "业务回执"
DISCLAIMER = "本回执由自助终端打印，仅供查询，不作为证明使用。"
_SAMPLE = "样张　仅供演示"


@dataclass(frozen=True, slots=True)
class _Format:
    """Geometry in mm, type in points."""

    width: float
    height: float
    """Of a card; the longest of a strip."""
    cut: bool
    """Cut where the words end."""
    margin: float
    title: float
    body: float
    note: float
    name: float
    """Width of the names' column."""
    spacing: float
    """From line to line, as a multiple of the type."""

    def leading(self, size: float) -> float:
        """From line to line of type of that ``size``, in mm."""
        return size * self.spacing / MM


# 72 of the 80 mm can be printed on. A card is ISO/IEC 7810's ID-1.
_FORMATS = {
    (ReceiptPaper.ROLL, Edition.STANDARD): _Format(80, 297, True, 4, 15, 10, 8.5, 20, 1.35),
    (ReceiptPaper.ROLL, Edition.LARGE): _Format(80, 297, True, 4, 19, 14, 11, 26.5, 1.35),
    (ReceiptPaper.CARD, Edition.STANDARD): _Format(85.6, 53.98, False, 2.5, 11, 8, 7, 16.5, 1.25),
    (ReceiptPaper.CARD, Edition.LARGE): _Format(85.6, 53.98, False, 2.5, 14, 11, 11, 22, 1.25),
}


@dataclass(frozen=True, slots=True)
class _Words:
    """Words on one line: what, how large, where."""

    text: str
    size: float
    x: float
    align: Align = Align.LEFT
    bold: bool = False


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of the slip; ``element``: what it belongs to. A rule has no words."""

    height: float
    element: Element | None
    words: Sequence[_Words] = ()


def set_slip(document: Receipt, setting: Setting) -> bytes | Fault:
    """The receipt as PDF on its small paper; a card that is full goes on on the next."""
    return _Slip(document, setting).set()


class _Slip:
    def __init__(self, document: Receipt, setting: Setting) -> None:
        self._document, self._setting = document, setting
        self._format = _FORMATS[document.paper, setting.edition]
        self._typeface = Typeface(setting.chain)
        self._structure = Structure()
        # A sheet to measure with; what is set stands on others.
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
        """All that is said, from the top."""
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
        # The title stands off a little from what is above and below it.
        return _Line(self._format.leading(size) * (1.4 if bold else 1.0), element, [words])

    def _fact(self, name: str, value: str) -> list[_Line]:
        """Name and value side by side; a name too long for its column has a line of its own."""
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
        """Room for the number of the page, where there are several."""
        return self._format.leading(self._format.note) if pages > 1 else 0.0

    def _cut(self, lines: Sequence[_Line]) -> list[list[_Line]]:
        """The lines of each page. Where one page does not do, each has room for its number."""
        room = self._format.height - 2 * self._format.margin
        if sum(line.height for line in lines) <= room:
            return [list(lines)]
        room -= self._foot(2)
        strips: list[list[_Line]] = [[]]
        left = room
        for _, each in groupby(lines, lambda line: line.element):
            together = list(each)
            # What belongs together is not torn apart, where one page can hold it.
            height = sum(line.height for line in together)
            if left < height <= room:
                strips.append([])
                left = room
            for line in together:
                if line.height > left:
                    strips.append([])
                    left = room
                if line.words or strips[-1]:  # no page begins with a gap
                    strips[-1].append(line)
                    left -= line.height
        return strips

    def _page(self, strip: Sequence[_Line], number: int, pages: int, height: float) -> PageContent:
        form = self._format
        sheet = Sheet(self._typeface, self._structure, number, form.width, height)
        if self._setting.sample:
            # 114 mm at their full size; the tilt takes its part of a card's height.
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
