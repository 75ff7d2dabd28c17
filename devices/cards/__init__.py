"""Card profiles: one file each, each recognised by what the card answers and never by guess.

``read_card`` tries them in order. Adding one is adding a module with a ``read`` function of the
``Profile`` shape and its name to ``PROFILES`` (see ``docs/cards.md``).
"""

from .operator_card import Trust
from .registry import (
    NATIONAL_PROFILES,
    PROFILES,
    RESIDENT_ID_KINDS,
    Profile,
    ProfileName,
    kinds_read,
    profiles_for,
    read_card,
)

__all__ = [
    "NATIONAL_PROFILES",
    "PROFILES",
    "RESIDENT_ID_KINDS",
    "Profile",
    "ProfileName",
    "Trust",
    "kinds_read",
    "profiles_for",
    "read_card",
]
