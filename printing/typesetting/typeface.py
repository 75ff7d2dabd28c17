"""Convert text to glyph codes, and embed fonts that contain only the glyphs used.

One `Typeface` belongs to one document and to the thread that sets it. Each face is embedded as one
CID font (Identity-H) with one subset for all of Unicode. Its ToUnicode map is also correct beyond
the Basic Plane, so that extracted text has every name exactly.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from reportlab.pdfbase import pdfdoc

from .font_chain import LATIN_FACE, FontChain, Place
from .packing import Stream

NOTDEF = Place(0, 0, 0)
"""Used for a character without a glyph; such a document is discarded."""


class Glyph(NamedTuple):
    """The glyph of one character in this document."""

    font: str
    """Resource name of its font."""
    code: str
    """The two-byte code in hexadecimal."""
    advance: int
    """Width in thousandths of an em."""


class Run(NamedTuple):
    """Consecutive characters of one font."""

    font: str
    codes: str


class Shaped(NamedTuple):
    """A text with its width, split where the font changes."""

    width: float
    """Width in ems."""
    runs: list[Run]


_ASCII = range(0x20, 0x7F)
_DEFAULT_WIDTH = 1000
"""Width of a code that /W does not list: all Chinese characters, and codes without a glyph."""


class _Subset:
    """The glyphs of one face that the document uses, in the order of their first use.

    In the Latin face, ASCII characters have fixed codes, many of them unused. The map from codes to
    text then needs one range for them instead of a long list.
    """

    def __init__(self, resource: str, *, latin: bool) -> None:
        self.resource, self.latin = resource, latin
        fixed = len(_ASCII) if latin else 0
        self.glyphs: list[int | None] = [0, *[None] * fixed]  # .notdef first
        self.characters = [""] * (1 + fixed)
        self.advances = [_DEFAULT_WIDTH] * (1 + fixed)

    def add(self, glyph: int, character: str, advance: int) -> Glyph:
        if self.latin and ord(character) in _ASCII:
            code = ord(character) - _ASCII.start + 1
            self.glyphs[code], self.advances[code] = glyph, advance
            return Glyph(self.resource, f"{code:04X}", advance)
        self.glyphs.append(glyph)
        self.characters.append(character)
        self.advances.append(advance)
        return Glyph(self.resource, f"{len(self.glyphs) - 1:04X}", advance)


class _Glyphs(dict[str, Glyph]):
    """The glyph of each character; the first look-up adds it to the subset of its face."""

    def __init__(self, chain: FontChain) -> None:
        super().__init__()
        self._chain = chain
        self.subsets: dict[int, _Subset] = {}
        self.missing: set[str] = set()

    def __missing__(self, character: str) -> Glyph:
        place = self._chain.find(character)
        if place is None:
            self.missing.add(character)
            place = NOTDEF
        index, number, advance = place
        subset = self.subsets.get(index)
        if subset is None:
            subset = self.subsets[index] = _Subset(f"F{index}", latin=index == LATIN_FACE)
        glyph = self[character] = subset.add(number, character, advance)
        return glyph


class Typeface:
    """The fonts of one document."""

    def __init__(self, chain: FontChain) -> None:
        self._chain = chain
        self._glyphs = _Glyphs(chain)
        # Tables repeat the same texts, and each text is measured before it is set.
        self._shaped: dict[str, Shaped] = {}

    @property
    def missing(self) -> set[str]:
        """Characters that no face draws. If there are any, the document must not be used."""
        return self._glyphs.missing

    def width(self, text: str, size: float) -> float:
        """Return the width of ``text`` in points at ``size`` points."""
        shaped = self._shaped.get(text) or self._shape(text)
        return shaped[0] * size

    def runs(self, text: str) -> list[Run]:
        """Return ``text`` split where the font changes."""
        shaped = self._shaped.get(text) or self._shape(text)
        return shaped[1]

    def _shape(self, text: str) -> Shaped:
        glyphs = self._glyphs
        if text.isascii():  # amounts and dates need only one font
            found = [glyphs[character] for character in text]
            run = Run(found[0][0], "".join([glyph[1] for glyph in found])) if found else None
            width = sum([glyph[2] for glyph in found])
            shaped = self._shaped[text] = Shaped(width / 1000, [run] if run else [])
            return shaped
        runs: list[Run] = []
        font, width = "", 0
        codes: list[str] = []
        for character in text:
            resource, code, advance = glyphs[character]
            width += advance
            if resource != font:
                if codes:
                    runs.append(Run(font, "".join(codes)))
                font, codes = resource, []
            codes.append(code)
        if codes:
            runs.append(Run(font, "".join(codes)))
        shaped = self._shaped[text] = Shaped(width / 1000, runs)
        return shaped

    def embed(self, document: Any) -> object:
        """Add the fonts to ``document``; return the /Font dictionary of its resources.

        ``document`` is a ReportLab ``PDFDocument``, whose methods have no type annotations.
        """
        fonts = {
            subset.resource: self._font(document, index, subset)
            for index, subset in sorted(self._glyphs.subsets.items())
        }
        return document.Reference(pdfdoc.PDFDictionary(fonts), "fonts")

    def _font(self, document: Any, index: int, subset: _Subset) -> object:
        face = self._chain.faces[index]
        # A prefix of six letters marks a subset (ISO 32000-1, 9.6.4).
        name = pdfdoc.PDFName(f"STATN{chr(ord('A') + index)}+{face.postscript_name}")
        resource = subset.resource
        program = face.subset(subset.glyphs)
        file = Stream(program, Length1=len(program))
        descriptor = pdfdoc.PDFDictionary(
            {
                "Type": "/FontDescriptor",
                "FontName": name,
                "Flags": 4,
                "FontBBox": pdfdoc.PDFArrayCompact(face.bbox),
                "ItalicAngle": 0,
                "Ascent": face.ascent,
                "Descent": face.descent,
                "CapHeight": face.cap_height,
                "StemV": 80,
                "FontFile2": document.Reference(file, f"{resource}.file"),
            }
        )
        descendant = pdfdoc.PDFDictionary(
            {
                "Type": "/Font",
                "Subtype": "/CIDFontType2",
                "BaseFont": name,
                "CIDSystemInfo": pdfdoc.PDFDictionary(
                    {"Registry": "(Adobe)", "Ordering": "(Identity)", "Supplement": 0}
                ),
                "FontDescriptor": document.Reference(descriptor, f"{resource}.descriptor"),
                "DW": _DEFAULT_WIDTH,
                "W": _widths(subset.advances),
                "CIDToGIDMap": "/Identity",
            }
        )
        font = pdfdoc.PDFDictionary(
            {
                "Type": "/Font",
                "Subtype": "/Type0",
                "BaseFont": name,
                "Encoding": "/Identity-H",
                "DescendantFonts": pdfdoc.PDFArray(
                    [document.Reference(descendant, f"{resource}.descendant")]
                ),
                "ToUnicode": document.Reference(
                    Stream(_to_unicode(subset.characters, latin=subset.latin)),
                    f"{resource}.unicode",
                ),
            }
        )
        return document.Reference(font, resource)


def _widths(advances: list[int]) -> str:
    """Return the /W array: runs of codes whose width is not the default."""
    parts: list[str] = []
    run: list[str] = []
    for code, advance in enumerate([*advances, _DEFAULT_WIDTH]):
        if advance != _DEFAULT_WIDTH:
            run.append(str(advance))
        elif run:
            parts.append(f"{code - len(run)} [{' '.join(run)}]")
            run = []
    return f"[{' '.join(parts)}]"


# A bfchar block holds at most 100 entries (Adobe Technical Note 5014).
_BLOCK = 100


def _to_unicode(characters: list[str], *, latin: bool) -> bytes:
    """Return the CMap from codes to text, in UTF-16 (surrogate pairs beyond the Basic Plane)."""
    entries = [
        f"<{code:04X}> <{character.encode('utf-16-be').hex().upper()}>"
        for code, character in enumerate(characters)
        if character
    ]
    blocks = []
    if latin:
        last, first = len(_ASCII), _ASCII.start
        blocks += ["1 beginbfrange", f"<0001> <{last:04X}> <{first:04X}>", "endbfrange"]
    for start in range(0, len(entries), _BLOCK):
        block = entries[start : start + _BLOCK]
        blocks += [f"{len(block)} beginbfchar", *block, "endbfchar"]
    lines = [
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap",
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def",
        "/CMapName /Adobe-Identity-UCS def /CMapType 2 def",
        "1 begincodespacerange <0000> <FFFF> endcodespacerange",
        *blocks,
        "endcmap CMapName currentdict /CMap defineresource pop end end",
    ]
    return "\n".join(lines).encode("ascii")
