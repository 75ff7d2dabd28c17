"""The calls of the contract and their paths."""

from __future__ import annotations

from enum import StrEnum


class Operation(StrEnum):
    """All calls of the contract; the value is the path."""

    IDENTIFY = "/v1/identify"
    CATALOGUE = "/v1/catalogue"
    SEND_CODE = "/v1/code/send"
    CHECK_CODE = "/v1/code/check"
    CHECK_STAFF = "/v1/staff/check"
    ISSUE = "/v1/documents/issue"
    COPY = "/v1/documents/copy"
    CONFIRM_PRINTED = "/v1/documents/printed"
    CALL_HELP = "/v1/help"
    HEARTBEAT = "/v1/heartbeat"
    TIME = "/v1/time"
