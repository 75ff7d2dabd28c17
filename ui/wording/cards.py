"""Which cards this station reads, in the words of the page and of the voice.

For Welcome and for cards that cannot be used here: nobody is asked for a card that no reader of
the station can read.
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
"""Cards of the same make, which people call an ID card all of them."""
_USUAL = (CardKind.RESIDENT_ID, CardKind.SOCIAL_SECURITY)
"""The two that nearly everybody has; named first, and named until the readers have answered."""


def family(kind: CardKind) -> CardKind:
    """The kind by which people call this kind."""
    return _FAMILY.get(kind, kind)


def families(station: Station) -> tuple[CardKind, ...]:
    """The families that the station reads, each once, the usual ones first."""
    told = dict.fromkeys(family(kind) for kind in station.accepts)
    if not told:
        return _USUAL
    usual = tuple(kind for kind in _USUAL if kind in told)
    return usual + tuple(kind for kind in told if kind not in _USUAL)


def accepted(station: Station, words: Words) -> str:
    """The cards that one may lay on, as they stand within a sentence."""
    names = [words.text(f"card.{kind.value}") for kind in families(station)]
    said = names[-1]
    for name in reversed(names[:-1]):
        said = words.text("cards.either", one=name, other=said)
    return said
