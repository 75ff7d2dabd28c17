"""What the voice says, as data: sentences whose personal parts are marked.

Made by the pages (`ui.voice.sentences`), read aloud by the speech process. A sentence with personal
data also has the wording for the loudspeaker, which everyone in the room can hear.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum


class Form(StrEnum):
    """How a span is read aloud."""

    TEXT = "text"
    """As ordinary text. Numbers in it are read as quantities, dates, amounts or codes."""
    NAME = "name"
    """A person's name: its surname has a reading of its own."""
    DIGITS = "digits"
    """Digit by digit: a code, an ID number."""
    PHONE = "phone"
    """Digit by digit, with 幺 for 1 in Chinese."""


class PersonalDataError(ValueError):
    """The wording for the loudspeaker contains personal data. This is a bug."""


@dataclass(frozen=True, slots=True)
class Span:
    """A part of a sentence. Its text is not shown by ``repr`` if it is ``personal``."""

    text: str = field(repr=False)
    form: Form = Form.TEXT
    personal: bool = False


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence, or a few that belong together.

    ``public`` is the wording for the loudspeaker if ``spans`` contain personal data. If it is empty
    then, the loudspeaker says nothing for this sentence.
    """

    spans: tuple[Span, ...]
    public: tuple[Span, ...] = ()

    def __post_init__(self) -> None:
        if any(span.personal for span in self.public):
            raise PersonalDataError("personal data in the wording for the loudspeaker")

    @property
    def personal(self) -> bool:
        """Whether only the person who is served may hear it as it is."""
        return any(span.personal for span in self.spans)

    def heard(self, *, privately: bool) -> tuple[Span, ...]:
        """Return the wording for a headset (``privately``) or for the loudspeaker."""
        return self.public if self.personal and not privately else self.spans


Utterance = tuple[Sentence, ...]
"""What the voice says for one page."""


def text_of(spans: Iterable[Span]) -> str:
    """Return the text of these spans, as it would be written."""
    return "".join(span.text for span in spans)


def sentences_heard(said: Sequence[Sentence], *, privately: bool) -> tuple[tuple[Span, ...], ...]:
    """Return the wording of each sentence that is said, without those that are silent."""
    heard = (sentence.heard(privately=privately) for sentence in said)
    return tuple(spans for spans in heard if text_of(spans).strip())
