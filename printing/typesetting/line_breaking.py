"""Breaks text into lines by the rules of Chinese setting (GB/T 15834-2011, 5.1; JIS X 4051).

No line begins with closing punctuation or ends with opening punctuation; Latin words, numbers,
dashes and ellipses stay whole unless one alone is wider than the line.
"""

from __future__ import annotations

from collections.abc import Callable

Measure = Callable[[str], float]
"""Width of a text in any unit."""

NEVER_FIRST = frozenset("，。、；：？！）〕］｝》〉」』】〗”’·～％‰℃,.;:?!)]}%")
NEVER_LAST = frozenset("（〔［｛《〈「『【〖“‘￥¥$([{")
# Pairs that are one mark.
_INSEPARABLE = frozenset({"——", "……"})


def _is_word(character: str) -> bool:
    return not character.isspace() and (character < "\u2e80" and character not in "“”‘’—…·")


def _atoms(text: str) -> list[str]:
    """The smallest pieces between which a line may break. A space ends the piece before it."""
    atoms: list[str] = []
    glued = False
    for character in text:
        last = atoms[-1] if atoms else ""
        previous = last[-1:]
        joined = (
            glued
            or character in NEVER_FIRST
            or character.isspace()
            or previous in NEVER_LAST
            or (_is_word(character) and _is_word(previous or " "))
            or previous + character in _INSEPARABLE
        )
        if last and joined and not (previous.isspace() and not character.isspace()):
            atoms[-1] = last + character
        else:
            atoms.append(character)
        glued = character == "\u00a0"
    return atoms


def _cut(atom: str, width: float, measure: Measure) -> list[str]:
    """An atom wider than the line, cut where it must be; marks still keep to their neighbours."""
    pieces = [""]
    for character in atom:
        if pieces[-1] and measure(pieces[-1] + character) > width:
            if character in NEVER_FIRST and len(pieces[-1]) > 1:
                # Take the character before it along, so that the mark does not begin the line.
                pieces[-1], character = pieces[-1][:-1], pieces[-1][-1] + character
            pieces.append(character)
        else:
            pieces[-1] += character
    return pieces


def wrap(text: str, width: float, measure: Measure) -> list[str]:
    """``text`` in lines no wider than ``width``; at least one line, and no character lost.

    Line feeds in ``text`` break as well. Spaces at a break are dropped.
    """
    lines: list[str] = []
    for paragraph in text.split("\n"):
        if measure(paragraph) <= width:
            lines.append(paragraph.strip(" "))
            continue
        line = ""
        for atom in _atoms(paragraph):
            if measure((line + atom).rstrip(" ")) <= width:
                line += atom
                continue
            if line.strip(" "):
                lines.append(line.strip(" "))
            line = atom
            if measure(atom.rstrip(" ")) > width:
                *full, line = _cut(atom, width, measure)
                lines += [piece.strip(" ") for piece in full]
        lines.append(line.strip(" "))
    return lines
