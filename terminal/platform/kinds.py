"""Enumerations that the wire types and the session share.

Separate from the wire types, because the session must not import them.
"""

from __future__ import annotations

from enum import StrEnum


class NoticeKind(StrEnum):
    """What a notice is about."""

    SERVICE_HOURS = "service_hours"
    NEW_SERVICE = "new_service"
    WARNING = "warning"


class HelpProgress(StrEnum):
    """What became of a call for staff."""

    WAITING = "waiting"
    """No member of staff has answered yet."""
    COMING = "coming"
    NOT_COMING = "not_coming"
    ARRIVED = "arrived"

    @property
    def final(self) -> bool:
        """Whether the answer cannot change any more."""
        return self is HelpProgress.ARRIVED
