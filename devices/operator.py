"""Operator cards: the cards with which staff and maintainers identify themselves.

For the readers and the session. They hold no personal data: a staff number of the platform and the
card's serial, but no name.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from .faults import CARD_EXPIRED, CARD_NOT_YET_VALID
from .health import Fault

NUMBER_PATTERN = re.compile(r"[A-Za-z0-9._-]{1,32}")
"""The format of a holder's number on the platform."""
SERIAL_PATTERN = re.compile(r"[0-9a-f]{16}")
"""The format of a card's serial number: eight bytes in hex."""


class Role(StrEnum):
    """What the holder may do at a terminal."""

    STAFF = "staff"
    """Vouches for residents (with a PIN) and sees the devices' state."""
    MAINTAINER = "maintainer"
    """Opens the whole maintenance page."""


@dataclass(frozen=True, slots=True)
class OperatorCard:
    """An operator card whose signature was verified.

    ``number`` is the holder's number on the platform (``NUMBER_PATTERN``). ``serial`` is the card's
    (``SERIAL_PATTERN``), for the journal and the revocation list. The card is valid from
    ``valid_from`` to ``valid_to``, both days included.
    """

    role: Role
    number: str
    serial: str
    valid_from: date
    valid_to: date

    def fault_on(self, today: date) -> Fault | None:
        """Return the fault if the card is not valid on ``today``, the civil date at the station."""
        if today < self.valid_from:
            return CARD_NOT_YET_VALID
        if today > self.valid_to:
            return CARD_EXPIRED
        return None
