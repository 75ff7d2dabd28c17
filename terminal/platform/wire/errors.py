"""The platform's refusals, each declared once with its HTTP status and the terminal's fault."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from msgspec import Meta, Struct

from devices.health import Fault

from .. import faults
from .codes import CODE_TRIES
from .values import Line, Seconds, UnixTime


class ErrorCode(StrEnum):
    """Stable codes of the platform's refusals."""

    def __new__(cls, code: str, status: int, fault: Fault) -> ErrorCode:
        """Create the member; its value is the code alone."""
        member = str.__new__(cls, code)
        member._value_ = code
        member.status = status
        member.fault = fault
        return member

    status: int
    """The HTTP status of the answer (RFC 9110, section 15)."""
    fault: Fault
    """The fault that the client returns for this refusal."""

    BAD_REQUEST = "bad_request", 400, faults.REQUEST_REFUSED
    SIGNATURE_REFUSED = "signature_refused", 401, faults.SIGNATURE_REFUSED
    NONCE_REPLAYED = "nonce_replayed", 401, faults.SIGNATURE_REFUSED
    CLOCK_SKEW = "clock_skew", 401, faults.CLOCK_SKEW
    NOT_FOUND = "not_found", 404, faults.REQUEST_REFUSED
    PERSON_UNKNOWN = "person_unknown", 404, faults.PERSON_UNKNOWN
    PERSON_LAPSED = "person_lapsed", 403, faults.PERSON_LAPSED
    NO_PHONE = "no_phone", 409, faults.NO_PHONE
    CODE_WRONG = "code_wrong", 403, faults.CODE_WRONG
    CODE_EXPIRED = "code_expired", 410, faults.CODE_EXPIRED
    CODE_LOCKED = "code_locked", 423, faults.CODE_LOCKED
    STAFF_REFUSED = "staff_refused", 403, faults.STAFF_REFUSED
    STAFF_LOCKED = "staff_locked", 423, faults.STAFF_LOCKED
    ASSURANCE_TOO_LOW = "assurance_too_low", 403, faults.ASSURANCE_TOO_LOW
    ITEM_UNKNOWN = "item_unknown", 404, faults.ITEM_UNKNOWN
    ITEM_CLOSED = "item_closed", 409, faults.ITEM_CLOSED
    QUOTA_SPENT = "quota_spent", 429, faults.QUOTA_SPENT
    NO_RECORD = "no_record", 404, faults.NO_RECORD
    KEY_REUSED = "key_reused", 409, faults.KEY_REUSED
    SERVER_ERROR = "server_error", 500, faults.SERVER_ERROR


class ErrorAnswer(Struct, frozen=True):
    """A refusal. ``message`` is for logs: English, never personal data."""

    code: ErrorCode
    message: Line
    server_time: UnixTime
    tries_left: Annotated[int, Meta(ge=0, le=CODE_TRIES)] | None = None
    wait_s: Seconds | None = None
