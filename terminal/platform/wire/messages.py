"""What all messages have in common: the media type, private structs and canonical JSON."""

from __future__ import annotations

import msgspec
from msgspec import Struct

MEDIA_TYPE = "application/json"


class Private(Struct, frozen=True, forbid_unknown_fields=True):
    """A request that may hold personal data or a secret; its ``repr`` shows only the type."""

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"


class PrivateAnswer(Struct, frozen=True):
    """An answer that may hold personal data; its ``repr`` shows only the type."""

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"


def canonical(value: Struct) -> bytes:
    """Return the bytes that the catalogue signature covers: JSON, sorted keys, no spaces."""
    return msgspec.json.encode(value, order="sorted")
