"""The contract as an OpenAPI document, generated from the wire types.

Used by the application, and by developers of other platforms.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec
from fastapi import FastAPI

from devices.identity import Assurance
from terminal.platform import wire
from terminal.platform.wire import ErrorCode, Operation

from .refusal import STATUS
from .service import MOST_OF_A_CARD


@dataclass(frozen=True, slots=True)
class Call:
    """One call of the contract: request and answer types, and the refusals specific to it."""

    operation: Operation
    summary: str
    asked: type[msgspec.Struct] | None
    answer: type[msgspec.Struct]
    refusals: tuple[ErrorCode, ...] = ()

    @property
    def method(self) -> str:
        """The HTTP method: GET for a call without a body."""
        return "GET" if self.asked is None else "POST"

    @property
    def method_name(self) -> str:
        """The name of the ``Service`` method that handles the call."""
        return self.operation.name.lower()


_ALWAYS = (ErrorCode.BAD_REQUEST,)
_SIGNED = (ErrorCode.SIGNATURE_REFUSED, ErrorCode.NONCE_REPLAYED, ErrorCode.CLOCK_SKEW)

CALLS: tuple[Call, ...] = (
    Call(
        Operation.IDENTIFY,
        "Who is this card's holder?",
        wire.Identify,
        wire.Identified,
        (ErrorCode.PERSON_UNKNOWN,),
    ),
    Call(
        Operation.CATALOGUE,
        "The items offered, signed",
        None,
        wire.CatalogueEnvelope,
    ),
    Call(
        Operation.SEND_CODE,
        "Send six digits to the phone on record",
        wire.SendCode,
        wire.CodeSent,
        (ErrorCode.PERSON_LAPSED, ErrorCode.NO_PHONE, ErrorCode.CODE_LOCKED),
    ),
    Call(
        Operation.CHECK_CODE,
        "Check the six digits",
        wire.CheckCode,
        wire.Proved,
        (
            ErrorCode.PERSON_LAPSED,
            ErrorCode.CODE_WRONG,
            ErrorCode.CODE_EXPIRED,
            ErrorCode.CODE_LOCKED,
        ),
    ),
    Call(
        Operation.CHECK_STAFF,
        "Check a member of staff who has verified the person",
        wire.CheckStaff,
        wire.Proved,
        (
            ErrorCode.PERSON_LAPSED,
            ErrorCode.ITEM_UNKNOWN,
            ErrorCode.STAFF_REFUSED,
            ErrorCode.STAFF_LOCKED,
        ),
    ),
    Call(
        Operation.ISSUE,
        "Issue the sealed document",
        wire.Issue,
        wire.Issued,
        (
            ErrorCode.PERSON_LAPSED,
            ErrorCode.ITEM_UNKNOWN,
            ErrorCode.ASSURANCE_TOO_LOW,
            ErrorCode.KEY_REUSED,
            ErrorCode.ITEM_CLOSED,
            ErrorCode.QUOTA_SPENT,
            ErrorCode.NO_RECORD,
        ),
    ),
    Call(
        Operation.COPY,
        "Offer the document for a phone to fetch",
        wire.AskCopy,
        wire.CopyOffered,
        (ErrorCode.PERSON_LAPSED, ErrorCode.NOT_FOUND),
    ),
    Call(
        Operation.CONFIRM_PRINTED,
        "Report the print outcome of a document",
        wire.ConfirmPrinted,
        wire.Done,
        (ErrorCode.NOT_FOUND, ErrorCode.KEY_REUSED),
    ),
    Call(
        Operation.CALL_HELP,
        "Call staff to the terminal",
        wire.CallHelp,
        wire.HelpCalled,
        (ErrorCode.KEY_REUSED,),
    ),
    Call(
        Operation.HEARTBEAT,
        "Report that the terminal is running",
        wire.Heartbeat,
        wire.HeartbeatAnswer,
    ),
    Call(Operation.TIME, "The platform's clock", None, wire.ServerTime),
)

_HEADERS = (
    wire.HEADER_APP, wire.HEADER_TERMINAL, wire.HEADER_TIMESTAMP, wire.HEADER_NONCE,
    wire.HEADER_DIGEST, wire.HEADER_SIGNATURE,
)  # fmt: skip


def describe(call: Call) -> dict[str, Any]:
    """Return the arguments of ``add_api_route`` that document this call."""
    signed = call.operation is not Operation.TIME
    codes = (*_ALWAYS, *(_SIGNED if signed else ()), *call.refusals)
    by_status: dict[int, list[str]] = {}
    for code in codes:
        by_status.setdefault(STATUS[code], []).append(code)
    responses: dict[int | str, dict[str, Any]] = {
        status: _content(wire.ErrorAnswer, ", ".join(each)) for status, each in by_status.items()
    }
    responses[200] = _content(call.answer, "Answered")
    extra: dict[str, Any] = {"security": [{name: [] for name in _HEADERS}] if signed else []}
    if call.asked is not None:
        extra["requestBody"] = {"required": True, **_content(call.asked)}
    return {
        "summary": call.summary,
        "operation_id": call.operation.name.lower(),
        "responses": responses,
        "response_model": None,
        "openapi_extra": extra,
    }


def complete(app: FastAPI) -> None:
    """Put the wire types and the signature headers into the application's OpenAPI document."""
    types = [each for call in CALLS for each in (call.asked, call.answer) if each is not None]
    _, schemas = msgspec.json.schema_components(
        [*types, wire.ErrorAnswer, wire.Catalogue], ref_template="#/components/schemas/{name}"
    )
    drawn = app.openapi()
    drawn["components"] = {
        "schemas": {**schemas, "Identify": _narrowed(schemas["Identify"])},
        "securitySchemes": {
            name: {"type": "apiKey", "in": "header", "name": name} for name in _HEADERS
        },
    }
    app.openapi_schema = drawn


def _narrowed(identify: Mapping[str, Any]) -> dict[str, Any]:
    """Add to the schema of ``Identify`` the rules that span fields (``Service.identify``)."""
    of_cards = [level.value for level in Assurance if level <= MOST_OF_A_CARD]
    level = {"enum": of_cards, "description": "The level that the reader reached."}
    return {
        **identify,
        "properties": {**identify["properties"], "card_assurance": level},
        "anyOf": [
            {"required": [number], "properties": {number: {"type": "string"}}}
            for number in ("id_number", "card_number")
        ],
    }


def _content(schema: type[msgspec.Struct], description: str | None = None) -> dict[str, Any]:
    media = {wire.MEDIA_TYPE: {"schema": {"$ref": f"#/components/schemas/{schema.__name__}"}}}
    return {"content": media} if description is None else {
        "description": description, "content": media
    }  # fmt: skip
