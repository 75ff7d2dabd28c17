"""The fonts of all documents: an ordered chain of font faces, searched for each character.

Together the faces draw all of GB 18030-2022 level 3. The chain never replaces a character by
another one: a character that no face draws is a fault, reported before anything is printed.
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
"""Folders in which the faces are searched, with their subfolders."""

LATIN = "LiberationSerif-Regular.ttf"
"""Latin letters, and digits of equal width. Debian: fonts-liberation."""
LATIN_FACE = 0
"""Index of the Latin face in the chain."""
HAN = ("BabelStoneHan.ttf", "HanaMinA.ttf", "HanaMinB.ttf")
"""The Chinese faces, in search order. Debian: fonts-babelstone-han, fonts-hanazono.

BabelStone Han has the PRC forms and half of the extensions; Hanazono has the rest.
"""

# Characters that take the full width in Chinese text, although the Latin face has them too:
# the dot in names (U+00B7), dashes, quotes, the ellipsis.
_WIDE = frozenset("·—‘’“”…×")
# From this code on, the Chinese faces are searched before the Latin one.
_FIRST_WIDE_CODE = 0x2000

# Private use: each font draws something else for these codes, so a glyph would be wrong.
_PRIVATE = ((0xE000, 0xF8FF), (0xF0000, 0x10FFFF))

# The 3,755 characters of GB 2312, level 1, and ASCII: nearly all of any text. They are looked up
# once, when the fonts are loaded. Other characters are not cached: a list of the rare characters
# used could reveal names of residents.
_COMMON = "".join(map(chr, range(0x20, 0x7F))) + "".join(
    bytes((row, cell)).decode("gb2312")
    for row in range(0xB0, 0xD8)
    for cell in range(0xA1, 0xFF)
    if (row, cell) < (0xD7, 0xFA)
)


class Place(NamedTuple):
    """The face and the glyph that draw a character."""

    face: int
    """Index in the chain."""
    glyph: int
    """Number of the glyph in the face."""
    advance: int
    """Width of the glyph in thousandths of an em."""


class FontChain:
    """The faces in search order. Immutable, so threads may share it."""

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
        """Return the face and glyph for ``character``, or ``None`` if no face draws it."""
        common = self._common.get(character)
        if common is not None:
            return common
        code = ord(character)
        if any(first <= code <= last for first, last in _PRIVATE):
            return None
        if code == 0xA0:
            code = 0x20  # drawn as a space; `line_breaking` does not break at it
        wide = code >= _FIRST_WIDE_CODE or character in _WIDE
        for index in self._wide if wide else self._narrow:
            face = self.faces[index]
            glyph = face.glyph(code)
            if glyph:
                return Place(index, glyph, face.advance(glyph))
        return None

    def check(self, texts: Iterable[str]) -> Fault | None:
        """Return ``GLYPH_MISSING`` if no face has a glyph for a character of ``texts``."""
        wanted = set().union(*texts)
        missing = sorted(c for c in wanted if self.find(c) is None)
        return glyph_missing(missing) if missing else None


def glyph_missing(characters: Sequence[str]) -> Fault:
    """Return the fault for ``characters``.

    A rare character can reveal a name, so the detail gives only its row of the code table. The row
    is enough to see which font is too old.
    """
    rows = sorted({f"U+{ord(c) >> 8:02X}xx" for c in characters})
    return GLYPH_MISSING.with_detail(f"{len(characters)} without a glyph, in {', '.join(rows)}")


def load_chain(directories: Sequence[Path] = DIRECTORIES) -> FontChain | Fault:
    """Open the faces of the chain, each found by its file name below ``directories``.

    The files are mapped, not read, which takes a few milliseconds. The detail of ``FONT_MISSING``
    names the file.
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
    """Return the chain, loaded once per process.

    A fault is not cached, so the next call finds a font that was installed in the meantime.
    """
    key = tuple(directories)
    with _lock:
        found = _loaded.get(key)
        if found is None:
            loaded = load_chain(directories)
            if isinstance(loaded, Fault):
                return loaded
            found = _loaded[key] = loaded
        return found
