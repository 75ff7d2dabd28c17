"""Call staff to the terminal, and ask whether they come."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from msgspec import Meta, Struct

from ..kinds import HelpProgress
from .screen import Heading
from .values import Opaque, StaffNumber


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


class AskHelpAnswer(Struct, frozen=True, forbid_unknown_fields=True):
    """Ask what became of the call for staff that this terminal made under ``idempotency_key``."""

    idempotency_key: Opaque


class HelpAnswer(Struct, frozen=True):
    """Whether staff come, who, and when. It may change until staff have arrived.

    ``role`` and ``staff_number`` are shown to residents. They name no person: "Lobby manager",
    "1001". ``expected_s`` is the time until staff arrive, counted from this answer.
    """

    progress: HelpProgress
    role: Heading | None = None
    staff_number: StaffNumber | None = None
    expected_s: Annotated[int, Meta(ge=0, le=86_400)] | None = None
