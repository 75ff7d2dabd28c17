"""Card profiles, one module each. ``devices.cards.registry`` lists those that readers try."""

from __future__ import annotations

from collections.abc import Callable

from ...health import Fault
from ...identity import Identity
from ...operator import OperatorCard
from ..channel import CardChannel
from . import belgian_eid, mykad, thai_id

Profile = Callable[[CardChannel], Identity | OperatorCard | Fault | None]
"""A function that reads a powered card. It returns an identity or an operator card; a fault if the
card is of its kind but cannot be used; or ``None`` if the card is of another kind. It raises only
``ChannelError``."""

NATIONAL_PROFILES: tuple[Profile, ...] = (thai_id.read, belgian_eid.read, mykad.read)
"""Identity cards of other countries that can be read without a key. By default none is tried; the
configuration of a station whose platform knows their holders names them."""
