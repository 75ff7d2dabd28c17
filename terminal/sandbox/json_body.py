"""Decodes a JSON body into one of the wire types, exactly as the OpenAPI document describes it.

Used by the sandbox's application. In JSON Schema ``72.0`` is an integer; msgspec alone would refuse
it.
"""

from __future__ import annotations

from typing import Any, TypeVar

import msgspec

Asked = TypeVar("Asked", bound=msgspec.Struct)


def decoded(body: bytes, kind: type[Asked]) -> Asked:
    """Decode ``body`` as ``kind``; raise ``ValueError`` for anything else."""
    try:
        return msgspec.convert(_whole(msgspec.json.decode(body)), kind)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def _whole(value: Any) -> Any:
    """Convert each float without a fraction to an ``int`` (JSON Schema 2020-12, 4.2.1)."""
    match value:
        case float() if value.is_integer():
            return int(value)
        case dict():
            return {name: _whole(each) for name, each in value.items()}
        case list():
            return [_whole(each) for each in value]
        case _:
            return value
