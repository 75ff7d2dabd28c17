"""The platform's refusals."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from msgspec import Meta, Struct

from .codes import CODE_TRIES
from .values import Line, Seconds, UnixTime


class ErrorCode(StrEnum):
    """Stable codes of the platform's refusals."""

    BAD_REQUEST = "bad_request"
    SIGNATURE_REFUSED = "signature_refused"
    NONCE_REPLAYED = "nonce_replayed"
    CLOCK_SKEW = "clock_skew"
    NOT_FOUND = "not_found"
    PERSON_UNKNOWN = "person_unknown"
    PERSON_LAPSED = "person_lapsed"
    NO_PHONE = "no_phone"
    CODE_WRONG = "code_wrong"
    CODE_EXPIRED = "code_expired"
    CODE_LOCKED = "code_locked"
    STAFF_REFUSED = "staff_refused"
    STAFF_LOCKED = "staff_locked"
    ASSURANCE_TOO_LOW = "assurance_too_low"
    ITEM_UNKNOWN = "item_unknown"
    ITEM_CLOSED = "item_closed"
    QUOTA_SPENT = "quota_spent"
    NO_RECORD = "no_record"
    KEY_REUSED = "key_reused"
    SERVER_ERROR = "server_error"


class ErrorAnswer(Struct, frozen=True):
    """A refusal. ``message`` is for logs: English, never personal data."""

    code: ErrorCode
    message: Line
    server_time: UnixTime
    tries_left: Annotated[int, Meta(ge=0, le=CODE_TRIES)] | None = None
    wait_s: Seconds | None = None
