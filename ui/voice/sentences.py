"""What the sentences of the voice are made with: the words of the page, joined for speech.

Used by the pages, which each declare what the voice says (`Page.spoken`). The voice says only what
the page shows. Masked name and last digits of the phone are the only personal data in it, and only
`Speech.personal` can put them into a sentence. A code or a PIN is never spoken.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from terminal.session.model import Item, Language, Look
from terminal.session.model.look import in_language
from terminal.session.state import InVisit
from terminal.words import Words

from ..look.line_breaking import plain
from .utterance import Form, PersonalDataError, Sentence, Span, Utterance

STOPS = "。？！.?!"
PHONE_DIGITS = 4
MARKER = 0xE000
"""The first character for private use (Unicode). It holds a span's place in a template."""


@dataclass(frozen=True, slots=True)
class InSight:
    """The services that the page shows now, and the name of their group (empty: no groups).

    ``turned`` is true if the resident moved to them on this page and has heard its question
    already.
    """

    group: str
    items: tuple[Item, ...]
    turned: bool = False


class Speech:
    """Makes the sentences of one page, in the mode of ``look`` and the language of ``words``.

    ``in_sight`` is given if the page has more services than it shows at once: those it shows now.
    """

    def __init__(self, look: Look, words: Words, in_sight: InSight | None = None) -> None:
        self.words = words
        self.in_sight = in_sight
        self.forms = look.mode.forms
        self._plain_words = look.mode.plain_words
        self._language = Language(words.language)

    def say(self, key: str, **values: object) -> str:
        """Return the spoken words of ``key``, which may also be the code of a fault.

        :raises PersonalDataError: a value is a span. `personal` is for those.
        """
        if any(isinstance(value, Span) for value in values.values()):
            raise PersonalDataError(f"{key}: personal data in a sentence for everyone")
        return plain(self.words.spoken(key, forms=self.forms, **values))

    def personal(self, key: str, public: str, **values: Span) -> Sentence:
        """Return the spoken words of ``key`` with these personal data in it.

        ``public`` is the key of the words that the loudspeaker says instead; it has no data.
        """
        names = {name: chr(MARKER + i) for i, name in enumerate(values)}
        template = plain(self.words.spoken(key, forms=self.forms, **names))
        spans = {chr(MARKER + i): span for i, span in enumerate(values.values())}
        parts = re.split(f"([{chr(MARKER)}-{chr(MARKER + len(values))}])", template)
        said = tuple(spans[part] if part in spans else Span(part) for part in parts if part)
        return Sentence(said, (Span(self.say(public)),))

    def join(self, *parts: str | Sentence | Utterance) -> Utterance:
        """Join sentences, and add a full stop to those that have none. Empty ones are left out.

        A text holds no personal data.
        """
        return tuple(self._ended(sentence) for part in parts for sentence in _sentences(part))

    def _ended(self, sentence: Sentence) -> Sentence:
        return Sentence(self._with_stop(sentence.spans), self._with_stop(sentence.public))

    def _with_stop(self, spans: tuple[Span, ...]) -> tuple[Span, ...]:
        if not spans or (spans[-1].text[-1:] in STOPS and not spans[-1].personal):
            return spans
        return (*spans, Span(self.words.text("voice.full_stop")))

    def name(self, state: InVisit) -> Span | None:
        """Return the masked name that addresses the person, for speech.

        ``None`` if the name cannot be used for that, or if the voice cannot pronounce Chinese: its
        table then has no word for the mask.
        """
        mask, masked = self.say("mask"), state.visit.identity.masked_address
        if not mask or not masked:
            return None
        return Span(masked.replace("*", mask), Form.NAME, personal=True)

    def phone(self, masked: str) -> Span:
        """Return the last digits of the phone on record."""
        return Span(masked[-PHONE_DIGITS:], Form.PHONE, personal=True)

    def card(self, state: InVisit) -> str:
        """Return what the resident's card is called."""
        return self.say(f"card.{state.visit.identity.kind.value}")

    def formal_item(self, item: Item) -> str:
        """Return the official name of the document in this language."""
        return in_language(item.title, self._language)

    def item(self, item: Item) -> str:
        """Return the item's title in this language and mode."""
        texts = item.elder_title if self._plain_words else item.title
        return in_language(texts, self._language)


def _sentences(part: str | Sentence | Utterance) -> Iterator[Sentence]:
    match part:
        case "":
            pass
        case str():
            yield Sentence((Span(part),))
        case Sentence():
            yield part
        case _:
            yield from part
