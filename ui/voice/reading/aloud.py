"""Returns what the synthesiser is given for the spans of a sentence.

For the speech process only, because it loads `pinyin` for a voice that needs it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from devices.speech.voices import Reads

from ..utterance import Form, Span
from . import chinese, english, other


class Reader(Protocol):
    """What a module of this package says how to write out in one language."""

    def written_out(self, text: str, /) -> str: ...
    def digits(self, text: str, /) -> str: ...
    def phone(self, text: str, /) -> str: ...


READERS: Mapping[str, Reader] = {"zh": chinese, "en": english}
"""By the tag of the language. Each other language is read by `other`."""


def aloud(spans: Sequence[Span], language: str, reads: Reads) -> str:
    """Return the text, or the pinyin of it, that a voice of this language reads out."""
    written = [(span.form, _written(span, language)) for span in spans]
    if reads is Reads.TEXT:
        return "".join(text for _, text in written)
    from . import pinyin

    return pinyin.joined(
        pinyin.name(text) if form is Form.NAME else pinyin.pinyin(text) for form, text in written
    )


def load(reads: Reads) -> None:
    """Load now what `aloud` will need, so that the daemon does not wait between two sentences."""
    if reads is Reads.PINYIN:
        from . import pinyin

        pinyin.pinyin("您好")


def _written(span: Span, language: str) -> str:
    reader = READERS.get(language, other)
    match span.form:
        case Form.TEXT:
            return reader.written_out(span.text)
        case Form.NAME:
            return span.text
        case Form.DIGITS:
            return reader.digits(span.text)
        case Form.PHONE:
            return reader.phone(span.text)
