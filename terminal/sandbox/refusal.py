"""A refusal by the sandbox, and its HTTP status."""

from __future__ import annotations

from dataclasses import dataclass

from terminal.platform.wire import ErrorCode


@dataclass(frozen=True, slots=True)
class Refusal:
    """The reason for a refusal. ``message`` is for logs: English, never personal data."""

    code: ErrorCode
    message: str
    tries_left: int | None = None
    wait_s: int | None = None


STATUS: dict[ErrorCode, int] = {
    ErrorCode.BAD_REQUEST: 400,
    ErrorCode.SIGNATURE_REFUSED: 401,
    ErrorCode.NONCE_REPLAYED: 401,
    ErrorCode.CLOCK_SKEW: 401,
    ErrorCode.PERSON_LAPSED: 403,
    ErrorCode.STAFF_REFUSED: 403,
    ErrorCode.CODE_WRONG: 403,
    ErrorCode.ASSURANCE_TOO_LOW: 403,
    ErrorCode.NOT_FOUND: 404,
    ErrorCode.PERSON_UNKNOWN: 404,
    ErrorCode.ITEM_UNKNOWN: 404,
    ErrorCode.NO_RECORD: 404,
    ErrorCode.NO_PHONE: 409,
    ErrorCode.ITEM_CLOSED: 409,
    ErrorCode.KEY_REUSED: 409,
    ErrorCode.CODE_EXPIRED: 410,
    ErrorCode.CODE_LOCKED: 423,
    ErrorCode.STAFF_LOCKED: 423,
    ErrorCode.QUOTA_SPENT: 429,
    ErrorCode.SERVER_ERROR: 500,
}
"""The HTTP status of each refusal (RFC 9110, section 15)."""
