"""The terminal's own cards: what a member of staff or a maintainer shows instead of a resident's.

For the readers and the session. Nothing here is personal: a number of the platform's and the
card's serial, never a name.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from .faults import CARD_EXPIRED, CARD_NOT_YET_VALID
from .health import Fault

NUMBER_PATTERN = re.compile(r"[A-Za-z0-9._-]{1,32}")
"""The platform's number of a member of staff."""
SERIAL_PATTERN = re.compile(r"[0-9a-f]{16}")
"""A card's serial: eight bytes in hex."""


class Role(StrEnum):
    """What the holder may do at a terminal."""

    STAFF = "staff"
    """Vouches for residents (with a PIN) and sees the devices' state."""
    MAINTAINER = "maintainer"
    """Opens the whole maintenance page."""


@dataclass(frozen=True, slots=True)
class OperatorCard:
    """A card of the terminal's own, its signature found good.

    ``number`` is the platform's number of the holder (``NUMBER_PATTERN``), ``serial`` the card's
    own (``SERIAL_PATTERN``), for the journal and the revocation list. First and last day both
    count.
    """

    role: Role
    number: str
    serial: str
    valid_from: date
    valid_to: date

    def fault_on(self, today: date) -> Fault | None:
        """Why the card is not in force on ``today``, the civil date at the station."""
        if today < self.valid_from:
            return CARD_NOT_YET_VALID
        if today > self.valid_to:
            return CARD_EXPIRED
        return None
