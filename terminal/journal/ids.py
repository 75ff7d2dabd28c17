"""Opaque ids: random, of a fixed form, saying nothing of anybody."""

from __future__ import annotations

import secrets


def opaque_id() -> str:
    """128 random bits as 32 lower-case hexadecimal digits."""
    return secrets.token_hex(16)
