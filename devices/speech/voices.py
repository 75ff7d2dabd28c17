"""The voices of the speech daemon, and the choice of one by its name.

For the speech process and `station diagnose`. speech-dispatcher accepts every name and language
and then speaks with whichever voice it finds, so a voice is used only if the daemon lists it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

PINYIN_TAG = "latn-pinyin"
"""Subtags of a voice that reads pinyin and no characters (BCP 47: script and variant)."""
SPELLS_CHARACTERS = frozenset({("espeak-ng", "cmn"), ("espeak-ng", "yue")})
"""Module and language of voices that read out "Chinese letter" for each character. espeak-ng has no
dictionary of characters as Debian builds it (1.51)."""
SPOKEN_AS = {"zh": ("zh", "cmn")}
"""Languages that voices have several tags for. Mandarin is `cmn` in ISO 639-3."""


class Reads(StrEnum):
    """What a voice must be given."""

    TEXT = "text"
    """Text as it is written."""
    PINYIN = "pinyin"
    """Pinyin with the number of the tone after each syllable: ``ni3 hao3``."""


@dataclass(frozen=True, slots=True)
class Voice:
    """A voice that the daemon lists. ``language`` is its tag, ``module`` the synthesiser."""

    name: str
    language: str
    module: str

    @property
    def reads(self) -> Reads:
        """What this voice must be given."""
        return Reads.PINYIN if self.language.lower().endswith(PINYIN_TAG) else Reads.TEXT

    def speaks(self, language: str) -> bool:
        """Whether this voice speaks ``language`` ("zh", "en") so that people understand it."""
        if (self.module, self.language.lower()) in SPELLS_CHARACTERS:
            return False
        return self.language.lower().split("-")[0] in SPOKEN_AS.get(language, (language,))


def chosen(voices: Iterable[Voice], name: str, language: str) -> Voice | None:
    """Return the voice with this name that speaks this language; ``None`` if there is none."""
    fit = (voice for voice in voices if voice.name == name and voice.speaks(language))
    return next(fit, None)
