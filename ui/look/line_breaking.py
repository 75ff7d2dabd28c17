"""Breaks text into lines of even length, at the ends of clauses if possible.

Used for all text on the screen. A line never begins with closing punctuation, a word of the keep
list is never broken, and the last character never gets a line of its own. Text is neither justified
nor truncated.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from operator import attrgetter

from PySide6.QtCore import QTextBoundaryFinder

Measure = Callable[[str, bool], float]
"""Width of a piece of text (first argument), plain or bold (second)."""

_CLAUSE_END = "，。；：？！、,.;:?!）)"
_CLAUSE_BREAK = 0.30
"""Cost of a break in the middle of a clause: the same as a line that is too short or too long by
this share."""
_TIGHT = re.compile(r"(?<=[\u4e00-\u9fff]) (?=[0-9A-Za-z])|(?<=[0-9A-Za-z]) (?=[\u4e00-\u9fff])")
_JOINER = "\u00a0"
_ROOMY = 0.9
"""A paragraph below this share of the line is one line. Closer to the line, the widths of its parts
decide, which add up to a little more or less (kerning)."""
_MARK = re.compile(r"</?b>")


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text in one weight."""

    text: str
    bold: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One line: its pieces, and its width in pixels."""

    pieces: tuple[Piece, ...]
    width: float

    @property
    def text(self) -> str:
        """The line's characters."""
        return "".join(piece.text for piece in self.pieces)


def plain(markup: str) -> str:
    """Return the text without its ``<b>`` marks."""
    return _MARK.sub("", markup)


def pieces(markup: str) -> list[Piece]:
    """Split the text into pieces of one weight; ``<b>`` and ``</b>`` are the only marks."""
    bold = False
    made = []
    for part in re.split(r"(</?b>)", markup):
        if part in ("<b>", "</b>"):
            bold = part == "<b>"
        elif part:
            made.append(Piece(part, bold))
    return made


def break_lines(markup: str, width: float, measure: Measure, keep: tuple[str, ...]) -> list[Line]:
    """Break ``markup`` into the fewest lines that fit ``width`` pixels, as even as possible."""
    lines: list[Line] = []
    for paragraph in markup.split("\n"):
        lines.extend(_break_paragraph(paragraph, width, measure, keep))
    return lines


@dataclass(frozen=True, slots=True)
class _Atom:
    """A part that is never broken: its pieces, its width, and its width without a trailing
    space."""

    pieces: tuple[Piece, ...]
    width: float
    inked: float
    ends_clause: bool


def _break_paragraph(
    markup: str, width: float, measure: Measure, keep: tuple[str, ...]
) -> list[Line]:
    whole = _unbroken(markup, measure)
    if whole.width <= width * _ROOMY:
        return [whole]
    atoms = _atoms(markup, width, measure, keep)
    if not atoms:
        return [Line((), 0.0)]
    ends = _choose(atoms, width)
    lines = []
    start = 0
    for end in ends:
        part = atoms[start:end]
        merged: list[Piece] = []
        for atom in part:
            for piece in atom.pieces:
                if merged and merged[-1].bold == piece.bold:
                    merged[-1] = Piece(merged[-1].text + piece.text, piece.bold)
                else:
                    merged.append(piece)
        merged[-1] = Piece(merged[-1].text.rstrip(" "), merged[-1].bold)
        lines.append(Line(tuple(merged), sum(measure(p.text, p.bold) for p in merged)))
        start = end
    return lines


def _unbroken(markup: str, measure: Measure) -> Line:
    """Return the paragraph as one line."""
    runs = pieces(markup)
    text = _TIGHT.sub(_JOINER, "".join(run.text for run in runs))
    merged: list[Piece] = []
    start = 0
    for bold, same in groupby(runs, attrgetter("bold")):
        end = start + sum(len(run.text) for run in same)
        merged.append(Piece(text[start:end], bold))
        start = end
    if merged:
        merged[-1] = Piece(merged[-1].text.rstrip(" "), merged[-1].bold)
    return Line(tuple(merged), sum(measure(p.text, p.bold) for p in merged))


def _atoms(markup: str, width: float, measure: Measure, keep: tuple[str, ...]) -> list[_Atom]:
    made: list[_Atom] = []
    runs = pieces(markup)
    text = _TIGHT.sub(_JOINER, "".join(run.text for run in runs))
    bold = [run.bold for run in runs for _ in run.text]
    start = 0
    for end in (*_opportunities(text, keep), len(text)):
        if end <= start:
            continue
        made.extend(_atom(text[start:end], bold[start:end], width, measure))
        start = end
    return made


def _atom(text: str, bold: list[bool], width: float, measure: Measure) -> list[_Atom]:
    parts: list[Piece] = []
    start = 0
    for weight, same in groupby(bold):
        end = start + len(list(same))
        parts.append(Piece(text[start:end], weight))
        start = end
    whole = sum(measure(part.text, part.bold) for part in parts)
    bare = text.rstrip(" ")
    inked = whole - (measure(" ", bold[-1]) * (len(text) - len(bare)))
    if inked > width and len(bare) > 1:
        # A word wider than the line is broken between characters, so that it is not painted over
        # the edge.
        half = len(text) // 2
        return [
            *_atom(text[:half], bold[:half], width, measure),
            *_atom(text[half:], bold[half:], width, measure),
        ]
    return [_Atom(tuple(parts), whole, inked, bare[-1:] in _CLAUSE_END or text[-1] == " ")]


@lru_cache(maxsize=2048)
def _opportunities(text: str, keep: tuple[str, ...]) -> tuple[int, ...]:
    """Return where a line may end: Unicode's line breaking (UAX 14), but never inside a kept
    word."""
    barred: set[int] = set()
    for word in keep:
        at = text.find(word)
        while at >= 0:
            barred.update(range(at + 1, at + len(word)))
            at = text.find(word, at + 1)
    # Qt counts UTF-16 units.
    units = [0]
    for char in text:
        units.append(units[-1] + (2 if ord(char) > 0xFFFF else 1))
    index = {unit: i for i, unit in enumerate(units)}
    finder = QTextBoundaryFinder(QTextBoundaryFinder.BoundaryType.Line, text)
    found = []
    while (at := finder.toNextBoundary()) >= 0:
        position = index.get(at)
        if position is not None and 0 < position < len(text) and position not in barred:
            found.append(position)
    return tuple(found)


def _choose(atoms: list[_Atom], width: float) -> list[int]:
    """Return the ends of the lines: the fewest lines; among those the most even, with the fewest
    breaks inside clauses."""
    count = len(atoms)
    total = sum(atom.width for atom in atoms)
    fewest, used = 1, 0.0
    for atom in atoms:
        if used and used + atom.inked > width:
            fewest, used = fewest + 1, 0.0
        used += atom.width
    if fewest == 1:
        return [count]
    target = total / fewest
    infinite = float("inf")
    # best[k][i]: lowest cost of setting the first i atoms in k lines, and the start of line k.
    best = [[(infinite, 0)] * (count + 1) for _ in range(fewest + 1)]
    best[0][0] = (0.0, 0)
    for k in range(1, fewest + 1):
        for end in range(1, count + 1):
            line = 0.0
            for start in range(end - 1, -1, -1):
                line += atoms[start].width
                inked = line - atoms[end - 1].width + atoms[end - 1].inked
                if inked > width and end - start > 1:
                    break
                before = best[k - 1][start][0]
                if before == infinite:
                    continue
                cost = before + ((inked - target) / width) ** 2
                if end < count and not atoms[end - 1].ends_clause:
                    cost += _CLAUSE_BREAK**2
                if cost < best[k][end][0]:
                    best[k][end] = (cost, start)
    ends = [count]
    for k in range(fewest, 1, -1):
        ends.append(best[k][ends[-1]][1])
    return ends[::-1]


def forget_breaks() -> None:
    """Clear the cache of text that was broken: it may contain a resident's name."""
    _opportunities.cache_clear()
