"""The list of card profiles, and ``read_card``, which tries them in order.

For the readers. For any answers of a card, the result is an identity, an operator card, or one
declared fault.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from enum import StrEnum
from functools import partial

from ..faults import CARD_UNSUPPORTED
from ..health import Fault
from ..identity import CardKind, Identity
from ..operator import OperatorCard
from .apdu import ChannelError
from .channel import CardChannel
from .fields.record import in_force
from .operator import card
from .operator.card import OperatorTrust
from .profiles import (
    Profile,
    belgian_eid,
    mykad,
    resident_id_pcsc,
    social_security,
    thai_id,
    unreadable,
)
from .reading import LimitedChannel, Reading


class ProfileName(StrEnum):
    """The names of card profiles in a reader's configuration."""

    SOCIAL_SECURITY = "social-security"
    SAMV = "samv"
    """The resident ID card and its variants, in a PC/SC reader with a security module."""
    THAI_ID = "thai-id"
    BELGIAN_EID = "belgian-eid"
    MYKAD = "mykad"


RESIDENT_ID_KINDS = (
    CardKind.RESIDENT_ID,
    CardKind.RESIDENCE_PERMIT,
    CardKind.FOREIGN_PERMANENT_2017,
    CardKind.FOREIGN_PERMANENT_2023,
)
"""The kinds of card that a security module reads, on a serial port or in a PC/SC reader."""

_NAMED: dict[ProfileName, tuple[Profile, tuple[CardKind, ...]]] = {
    ProfileName.SOCIAL_SECURITY: (social_security.read, (CardKind.SOCIAL_SECURITY,)),
    ProfileName.SAMV: (resident_id_pcsc.read, RESIDENT_ID_KINDS),
    ProfileName.THAI_ID: (thai_id.read, (CardKind.THAI_ID,)),
    ProfileName.BELGIAN_EID: (belgian_eid.read, (CardKind.BELGIAN_EID,)),
    ProfileName.MYKAD: (mykad.read, (CardKind.MYKAD,)),
}


def profiles_for(
    trust: OperatorTrust,
    named: Iterable[ProfileName] = (ProfileName.SOCIAL_SECURITY, ProfileName.SAMV),
) -> tuple[Profile, ...]:
    """Return a reader's profiles in the order in which they are tried.

    First the residents' cards in ``named``, then the operator cards that ``trust`` accepts, and
    last the profile that recognises cards which need a security module.
    """
    residents = (_NAMED[name][0] for name in dict.fromkeys(named))
    return (*residents, partial(card.read, trust=trust), unreadable.read)


def kinds_read(named: Iterable[ProfileName]) -> tuple[CardKind, ...]:
    """Return the kinds of card that these profiles read."""
    return tuple(kind for name in dict.fromkeys(named) for kind in _NAMED[name][1])


PROFILES: tuple[Profile, ...] = profiles_for(card.NO_ISSUERS)
"""The profiles of a station without configured issuers, which refuses every operator card."""


def read_card(
    channel: CardChannel,
    today: date,
    profiles: Sequence[Profile] = PROFILES,
    reading: Reading | None = None,
) -> Identity | OperatorCard | Fault:
    """Read a card of any kind, within the time limit of ``reading`` (by default it starts now).

    ``today`` is the civil date at the station. Faults: ``CARD_UNSUPPORTED``, ``CARD_NEEDS_SAM``,
    ``CARD_DAMAGED``, ``CARD_EXPIRED``, ``CARD_NOT_YET_VALID``, ``OPERATOR_CARD_REFUSED``, and
    those of ``ChannelError`` (``CARD_PULLED`` and others).
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
