"""Call staff to the terminal."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from .values import Opaque


class HelpReason(StrEnum):
    """Why staff are called."""

    RESIDENT_ASKS = "resident_asks"
    FAULT = "fault"
    LEFT_PAPER = "left_paper"


class CallHelp(Struct, frozen=True, forbid_unknown_fields=True):
    """A call for staff. ``page`` is the screen's name, ``fault`` a fault code; no personal data."""

    idempotency_key: Opaque
    reason: HelpReason
    page: Opaque
    fault: Opaque | None = None


class HelpCalled(Struct, frozen=True):
    """The platform accepted the call under this reference, which may be shown."""

    reference: Opaque
