"""Names the cards that this station reads, for the page and for the voice.

Used by the welcome page, and when a card is not supported. Residents are asked only for cards that
a reader of this station can read.
"""

from __future__ import annotations

from devices.identity import CardKind
from terminal.session.model import Station
from terminal.words import Words

_FAMILY = {
    CardKind.RESIDENCE_PERMIT: CardKind.RESIDENT_ID,
    CardKind.FOREIGN_PERMANENT_2017: CardKind.RESIDENT_ID,
    CardKind.FOREIGN_PERMANENT_2023: CardKind.RESIDENT_ID,
}
"""Kinds of card that people all call an ID card."""
_USUAL = (CardKind.RESIDENT_ID, CardKind.SOCIAL_SECURITY)
"""The two cards that nearly every resident has. They are named first. Until the readers have
answered, only these are named."""


def family(kind: CardKind) -> CardKind:
    """Return the kind by which people call this kind."""
    return _FAMILY.get(kind, kind)


def families(station: Station) -> tuple[CardKind, ...]:
    """Return the families of cards that the station reads, each once, the usual ones first."""
    kinds = dict.fromkeys(family(kind) for kind in station.accepts)
    if not kinds:
        return _USUAL
    usual = tuple(kind for kind in _USUAL if kind in kinds)
    return usual + tuple(kind for kind in kinds if kind not in _USUAL)


def accepted(station: Station, words: Words) -> str:
    """Return the names of the cards that the station accepts, joined for use within a sentence."""
    names = [words.text(f"card.{kind.value}") for kind in families(station)]
    said = names[-1]
    for name in reversed(names[:-1]):
        said = words.text("cards.either", one=name, other=said)
    return said
