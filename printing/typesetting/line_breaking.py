"""Break text into lines by the rules of Chinese typesetting (GB/T 15834-2011, 5.1; JIS X 4051).

No line begins with closing punctuation or ends with opening punctuation. Latin words, numbers,
dashes and ellipses are not divided, unless one of them is wider than a line.
"""

from __future__ import annotations

from collections.abc import Callable

Measure = Callable[[str], float]
"""A function that returns the width of a text, in any unit."""

NEVER_FIRST = frozenset("，。、；：？！）〕］｝》〉」』】〗”’·～％‰℃,.;:?!)]}%")
NEVER_LAST = frozenset("（〔［｛《〈「『【〖“‘￥¥$([{")
# Two characters that form one punctuation mark.
_INSEPARABLE = frozenset({"——", "……"})


def _is_word(character: str) -> bool:
    return not character.isspace() and (character < "\u2e80" and character not in "“”‘’—…·")


def _atoms(text: str) -> list[str]:
    """Split ``text`` where a line may break. A space belongs to the piece before it."""
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
    """Cut an atom that is wider than a line; no piece begins with closing punctuation."""
    pieces = [""]
    for character in atom:
        if pieces[-1] and measure(pieces[-1] + character) > width:
            if character in NEVER_FIRST and len(pieces[-1]) > 1:
                # Move the character before it to the next line too, so that the punctuation mark
                # is not the first character of that line.
                pieces[-1], character = pieces[-1][:-1], pieces[-1][-1] + character
            pieces.append(character)
        else:
            pieces[-1] += character
    return pieces


def wrap(text: str, width: float, measure: Measure) -> list[str]:
    """Break ``text`` into lines of at most ``width``. Return at least one line.

    A line feed in ``text`` also ends a line. Spaces at a break are dropped, no other character is.
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
