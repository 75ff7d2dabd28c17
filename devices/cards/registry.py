"""Which profiles there are, and what is said of a card that none of them knows.

For the readers. Whatever a card answers, the result is an identity, an operator's card, or one
declared fault.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from functools import partial

from devices.apdu import ChannelError
from devices.faults import CARD_UNSUPPORTED
from devices.health import Fault
from devices.identity import Identity
from devices.operator import OperatorCard
from devices.reader import CardChannel

from . import (
    belgian_eid,
    mykad,
    operator_card,
    samv_pcsc,
    social_security,
    storage,
    thai_id,
)
from .operator_card import Trust
from .record import in_force

Profile = Callable[[CardChannel], Identity | OperatorCard | Fault | None]
"""A profile reads a powered card: an identity or an operator's card; the fault of a card that is
surely of its kind; or ``None`` for "not my card". It may let ``ChannelError`` pass and raises
nothing else."""

RESIDENT_PROFILES: tuple[Profile, ...] = (social_security.read, samv_pcsc.read)
"""The station's daily cards."""


def profiles_for(trust: Trust) -> tuple[Profile, ...]:
    """A station's profiles in the order in which they are tried: its daily cards first, then the
    cards of its own that ``trust`` accepts, the refusal of cards that need a security module last.
    """
    return (*RESIDENT_PROFILES, partial(operator_card.read, trust=trust), storage.read)


PROFILES: tuple[Profile, ...] = profiles_for(operator_card.NOBODY)
"""Of a station without configured issuers: it refuses every operator's card."""

NATIONAL_PROFILES: tuple[Profile, ...] = (thai_id.read, belgian_eid.read, mykad.read)
"""Identity cards of other countries that plain APDUs can read. A station whose platform knows their
holders puts them before ``storage.read``; by default none is tried."""


def read_card(
    channel: CardChannel, today: date, profiles: Sequence[Profile] = PROFILES
) -> Identity | OperatorCard | Fault:
    """Read whatever card this is.

    ``today`` is the civil date at the station. Faults: ``CARD_UNSUPPORTED``, ``CARD_NEEDS_SAM``,
    ``CARD_DAMAGED``, ``CARD_EXPIRED``, ``CARD_NOT_YET_VALID``, and those of a channel that broke
    (``CARD_PULLED`` and others).
    """
    try:
        for profile in profiles:
            result = profile(channel)
            if isinstance(result, OperatorCard):
                return result.fault_on(today) or result
            if result is not None:
                return in_force(result, today)
    except ChannelError as broken:
        return broken.fault
    return CARD_UNSUPPORTED
