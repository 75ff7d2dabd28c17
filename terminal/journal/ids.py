"""Opaque ids: random, of a fixed form, without any information about a person."""

from __future__ import annotations

import secrets


def opaque_id() -> str:
    """Return 128 random bits as 32 lower-case hexadecimal digits."""
    return secrets.token_hex(16)
