"""The contract as an OpenAPI document, generated from the wire types.

Used by the application, and by developers of other platforms.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
from fastapi import FastAPI

from devices.identity import Assurance

from ..platform import wire
from ..platform.wire import CALLS, Call
from .service import MOST_OF_A_CARD

_HEADERS = (
    wire.HEADER_APP, wire.HEADER_TERMINAL, wire.HEADER_TIMESTAMP, wire.HEADER_NONCE,
    wire.HEADER_DIGEST, wire.HEADER_SIGNATURE,
)  # fmt: skip


def describe(call: Call[Any, Any]) -> dict[str, Any]:
    """Return the arguments of ``add_api_route`` that document this call."""
    by_status: dict[int, list[str]] = {}
    for code in call.possible_refusals:
        by_status.setdefault(code.status, []).append(code)
    responses: dict[int | str, dict[str, Any]] = {
        status: _content(wire.ErrorAnswer, ", ".join(each)) for status, each in by_status.items()
    }
    responses[200] = _content(call.answer, "Answered")
    security: list[dict[str, list[str]]] = [{name: [] for name in _HEADERS}] if call.signed else []
    extra: dict[str, Any] = {"security": security}
    if call.request is not None:
        extra["requestBody"] = {"required": True, **_content(call.request)}
    return {
        "summary": call.summary,
        "operation_id": call.name,
        "responses": responses,
        "response_model": None,
        "openapi_extra": extra,
    }


def complete(app: FastAPI) -> None:
    """Put the wire types and the signature headers into the application's OpenAPI document."""
    types = [each for call in CALLS for each in (call.request, call.answer) if each is not None]
    _, schemas = msgspec.json.schema_components(
        [*types, wire.ErrorAnswer, wire.Catalogue, wire.Notices, wire.Nearby],
        ref_template="#/components/schemas/{name}",
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
