"""Texts that the platform writes for the screen, each in both languages.

They are shown as plain text: markup, control characters and invisible characters are refused, and
an address in a text is never opened.
"""

from __future__ import annotations

import unicodedata
from typing import Annotated

from msgspec import Meta, Struct

from devices.cards.fields.text import REFUSED_CLASS, problem_in

from .values import whole

HEADING_CHARACTERS = 60
"""Two lines of the largest type in landscape; a station's name or a notice's title."""
SENTENCE_CHARACTERS = 240
"""What a passer-by reads in half a minute; an address or the body of a notice."""
MAX_MARKS = 2
"""Combining marks after one letter. Real scripts use at most two; more of them cover other lines
of the screen."""

_INNER = f"[^<>{REFUSED_CLASS}]"
_EDGE = f"[^<> \u3000{REFUSED_CLASS}]"
_SHOWN = whole(f"{_EDGE}(?:{_INNER}*{_EDGE})?")

HeadingLine = Annotated[str, Meta(min_length=1, max_length=HEADING_CHARACTERS, pattern=_SHOWN)]
SentenceLine = Annotated[str, Meta(min_length=1, max_length=SENTENCE_CHARACTERS, pattern=_SHOWN)]


class Heading(Struct, frozen=True):
    """One line of text in both languages."""

    zh: HeadingLine
    en: HeadingLine

    def __post_init__(self) -> None:
        """Refuse what the pattern cannot: the rules that depend on the neighbouring character."""
        check_shown(self.zh, self.en)


class Sentence(Struct, frozen=True):
    """A sentence or two in both languages."""

    zh: SentenceLine
    en: SentenceLine

    def __post_init__(self) -> None:
        """Refuse what the pattern cannot: the rules that depend on the neighbouring character."""
        check_shown(self.zh, self.en)


def check_shown(*texts: str) -> None:
    """Raise ``ValueError`` if a text has characters that a screen cannot show as written."""
    for text in texts:
        problem = problem_in(text)
        if problem is not None:
            raise ValueError(problem.value)
        marks = 0
        for character in text:
            marks = marks + 1 if unicodedata.category(character) in ("Mn", "Me") else 0
            if marks > MAX_MARKS:
                raise ValueError("too many combining marks")
