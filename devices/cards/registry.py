"""Which profiles there are, and what is said of a card that none of them knows.

For the readers. Whatever a card answers, the result is an identity, an operator's card, or one
declared fault.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from enum import StrEnum
from functools import partial

from devices.cards.apdu import ChannelError
from devices.cards.channel import CardChannel
from devices.cards.reading import LimitedChannel, Reading
from devices.faults import CARD_UNSUPPORTED
from devices.health import Fault
from devices.identity import CardKind, Identity
from devices.operator import OperatorCard

from .fields.record import in_force
from .operator import card
from .operator.card import Trust
from .profiles import belgian_eid, mykad, resident_id_pcsc, social_security, thai_id, unreadable

Profile = Callable[[CardChannel], Identity | OperatorCard | Fault | None]
"""A profile reads a powered card: an identity or an operator's card; the fault of a card that is
surely of its kind; or ``None`` for "not my card". It may let ``ChannelError`` pass and raises
nothing else."""

NATIONAL_PROFILES: tuple[Profile, ...] = (thai_id.read, belgian_eid.read, mykad.read)
"""Identity cards of other countries that plain APDUs can read. A station whose platform knows their
holders asks for them by name; by default none is tried."""


class ProfileName(StrEnum):
    """What a reader's configuration calls the cards that it is to read."""

    SOCIAL_SECURITY = "social-security"
    SAMV = "samv"
    """The resident ID family, in a PC/SC reader that carries a security module."""
    THAI_ID = "thai-id"
    BELGIAN_EID = "belgian-eid"
    MYKAD = "mykad"


RESIDENT_ID_KINDS = (
    CardKind.RESIDENT_ID,
    CardKind.RESIDENCE_PERMIT,
    CardKind.FOREIGN_PERMANENT_2017,
    CardKind.FOREIGN_PERMANENT_2023,
)
"""What a security module reads, wherever it is."""

_NAMED: dict[ProfileName, tuple[Profile, tuple[CardKind, ...]]] = {
    ProfileName.SOCIAL_SECURITY: (social_security.read, (CardKind.SOCIAL_SECURITY,)),
    ProfileName.SAMV: (resident_id_pcsc.read, RESIDENT_ID_KINDS),
    ProfileName.THAI_ID: (thai_id.read, (CardKind.THAI_ID,)),
    ProfileName.BELGIAN_EID: (belgian_eid.read, (CardKind.BELGIAN_EID,)),
    ProfileName.MYKAD: (mykad.read, (CardKind.MYKAD,)),
}


def profiles_for(
    trust: Trust, named: Iterable[ProfileName] = (ProfileName.SOCIAL_SECURITY, ProfileName.SAMV)
) -> tuple[Profile, ...]:
    """A reader's profiles in the order in which they are tried: the residents' cards that are
    ``named``, then the cards of the terminal's own that ``trust`` accepts, and last the refusal of
    cards that need a security module.
    """
    residents = (_NAMED[name][0] for name in dict.fromkeys(named))
    return (*residents, partial(card.read, trust=trust), unreadable.read)


def kinds_read(named: Iterable[ProfileName]) -> tuple[CardKind, ...]:
    """The kinds of card that these profiles read."""
    return tuple(kind for name in dict.fromkeys(named) for kind in _NAMED[name][1])


PROFILES: tuple[Profile, ...] = profiles_for(card.NOBODY)
"""Of a station without configured issuers: it refuses every operator's card."""


def read_card(
    channel: CardChannel,
    today: date,
    profiles: Sequence[Profile] = PROFILES,
    reading: Reading | None = None,
) -> Identity | OperatorCard | Fault:
    """Read whatever card this is, within the time limit of ``reading`` (default: from now on).

    ``today`` is the civil date at the station. Faults: ``CARD_UNSUPPORTED``, ``CARD_NEEDS_SAM``,
    ``CARD_DAMAGED``, ``CARD_EXPIRED``, ``CARD_NOT_YET_VALID``, and those of a channel that broke
    (``CARD_PULLED`` and others).
    """
    reading = reading or Reading()
    limited = LimitedChannel(channel, reading.until, reading.limit_s)
    try:
        for profile in profiles:
            result = profile(limited)
            if isinstance(result, OperatorCard):
                return result.fault_on(today) or result
            if result is not None:
                return in_force(result, today)
    except ChannelError as broken:
        return broken.fault
    return CARD_UNSUPPORTED
