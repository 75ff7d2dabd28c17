"""What the sentences of the voice are made with: the words of the page, joined for speech.

Used by the pages, which each declare what the voice says (`Page.spoken`). The voice says only what
the page shows. The masked name is the only personal data in it; a code or a PIN is never spoken.
"""

from __future__ import annotations

from dataclasses import dataclass

from terminal.session.model import Item, Language, Look
from terminal.session.model.look import in_language
from terminal.session.state import InVisit
from terminal.words import Words

from ..look.line_breaking import plain


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
        """Return the spoken words of ``key``, which may also be the code of a fault."""
        return plain(self.words.spoken(key, forms=self.forms, **values))

    def join(self, *parts: str) -> str:
        """Join sentences, and add a full stop to those that have none. Empty ones are left out."""
        stop = self.words.text("voice.full_stop")
        ended = [part if part[-1] in "。？！.?!" else part + stop for part in parts if part]
        return self.words.text("voice.pause").join(ended)

    def name(self, state: InVisit) -> str:
        """Return the masked name for speech; empty if the voice cannot pronounce Chinese: its
        table then has no word for the mask."""
        mask = self.say("mask")
        return state.visit.identity.masked_name.replace("*", mask) if mask else ""

    def card(self, state: InVisit) -> str:
        """Return what the resident's card is called."""
        return self.say(f"card.{state.visit.identity.kind.value}")

    def item(self, item: Item) -> str:
        """Return the item's title in this language and mode."""
        texts = item.elder_title if self._plain_words else item.title
        return in_language(texts, self._language)
