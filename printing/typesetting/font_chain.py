"""The fonts that documents are set in: one chain, in which every character has its face.

Serves everything typeset here. Together the faces draw all of GB 18030-2022 level 3. It never
replaces a character by another: what no face draws is a fault, raised before anything prints.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from devices.health import Fault

from ..faults import FONT_MISSING, GLYPH_MISSING
from .truetype import NotTrueTypeError, TrueTypeFont

DIRECTORIES: tuple[Path, ...] = (
    Path("/usr/share/fonts"),
    Path("/usr/local/share/fonts"),
)
"""Where the faces are looked for, folders within included."""

LATIN = "LiberationSerif-Regular.ttf"
"""Latin letters and figures, of one width each (tabular). Debian: fonts-liberation."""
LATIN_FACE = 0
"""Its index in the chain."""
HAN = ("BabelStoneHan.ttf", "HanaMinA.ttf", "HanaMinB.ttf")
"""Chinese, in the order asked. Debian: fonts-babelstone-han, fonts-hanazono.

BabelStone Han has PRC forms and half of the extensions; Hanazono has the rest.
"""

# What stands in a Chinese line at full width, though a Latin face would draw it too: the dot of
# names U+00B7, dashes, quotes, the ellipsis.
_WIDE = frozenset("·—‘’“”…×")
# From here on, characters are Chinese first and Latin only as a last resort.
_FIRST_WIDE_CODE = 0x2000

# Private use: what a font draws there is its maker's own, and no name meant it.
_PRIVATE = ((0xE000, 0xF8FF), (0xF0000, 0x10FFFF))

# The 3,755 characters of GB 2312, level 1, and ASCII: nearly all of any text. They are looked up
# once, when the fonts are loaded. What a document has beside them is not remembered: a memory of
# characters asked for would tell names.
_COMMON = "".join(map(chr, range(0x20, 0x7F))) + "".join(
    bytes((row, cell)).decode("gb2312")
    for row in range(0xB0, 0xD8)
    for cell in range(0xA1, 0xFF)
    if (row, cell) < (0xD7, 0xFA)
)


class Place(NamedTuple):
    """Where a character's glyph is."""

    face: int
    """Index in the chain."""
    glyph: int
    """Its number in the face."""
    advance: int
    """Its width in thousandths of an em."""


class FontChain:
    """The faces in their order; immutable, and so shared by every thread."""

    def __init__(self, faces: Sequence[TrueTypeFont]) -> None:
        """``faces``: the Latin face first, then the Chinese ones."""
        self.faces = tuple(faces)
        count = len(self.faces)
        self._narrow = tuple(range(count))
        self._wide = (*range(1, count), 0)
        self._common: dict[str, Place] = {}
        for character in _COMMON:
            place = self.find(character)
            if place is not None:
                self._common[character] = place

    def find(self, character: str) -> Place | None:
        """Which face draws ``character`` and as which glyph; ``None`` when none does."""
        common = self._common.get(character)
        if common is not None:
            return common
        code = ord(character)
        if any(first <= code <= last for first, last in _PRIVATE):
            return None
        if code == 0xA0:
            code = 0x20  # no-break space: the same gap, and one that line breaking knows
        wide = code >= _FIRST_WIDE_CODE or character in _WIDE
        for index in self._wide if wide else self._narrow:
            face = self.faces[index]
            glyph = face.glyph(code)
            if glyph:
                return Place(index, glyph, face.advance(glyph))
        return None

    def check(self, texts: Iterable[str]) -> Fault | None:
        """``GLYPH_MISSING`` when a character of ``texts`` has no glyph in any face."""
        wanted = set().union(*texts)
        missing = sorted(c for c in wanted if self.find(c) is None)
        return glyph_missing(missing) if missing else None


def glyph_missing(characters: Sequence[str]) -> Fault:
    """The fault for ``characters``.

    A rare character can tell whose name it was, so the detail gives only its row of the code
    table: that is enough to know which font is too old.
    """
    rows = sorted({f"U+{ord(c) >> 8:02X}xx" for c in characters})
    return GLYPH_MISSING.with_detail(f"{len(characters)} without a glyph, in {', '.join(rows)}")


def load_chain(directories: Sequence[Path] = DIRECTORIES) -> FontChain | Fault:
    """Open the chain's faces, each found by its file name below ``directories``.

    Maps the files without reading them (a few milliseconds). ``FONT_MISSING`` names the file.
    """
    faces = []
    for name in (LATIN, *HAN):
        path = _find(name, directories)
        if path is None:
            return FONT_MISSING.with_detail(f"{name} is not installed")
        try:
            faces.append(TrueTypeFont(path))
        except OSError as error:
            return FONT_MISSING.with_detail(f"{name}: {error.strerror}")
        except NotTrueTypeError:
            return FONT_MISSING.with_detail(f"{name} is not a TrueType font")
    return FontChain(faces)


def _find(name: str, directories: Sequence[Path]) -> Path | None:
    for directory in directories:
        for found in sorted(directory.rglob(name)):
            return found
    return None


_lock = threading.Lock()
_loaded: dict[tuple[Path, ...], FontChain] = {}


def chain(directories: Sequence[Path] = DIRECTORIES) -> FontChain | Fault:
    """The chain, loaded once for the process; a fault is not kept, so a mended font is found."""
    key = tuple(directories)
    with _lock:
        found = _loaded.get(key)
        if found is None:
            loaded = load_chain(directories)
            if isinstance(loaded, Fault):
                return loaded
            found = _loaded[key] = loaded
        return found
