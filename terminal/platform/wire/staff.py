"""The check of a person by staff."""

from __future__ import annotations

import msgspec

from .messages import Private
from .values import Opaque, Typed


class CheckStaff(Private, frozen=True):
    """A member of staff has checked the card and the person, for this one item."""

    person: Opaque
    item: Opaque
    staff_number: Typed = msgspec.field(name="helper")
    pin: Typed
