"""The platform's clock."""

from __future__ import annotations

from msgspec import Struct

from .values import UnixTime


class ServerTime(Struct, frozen=True):
    """The platform's clock; requested without a signature, to correct a wrong clock."""

    server_time: UnixTime
