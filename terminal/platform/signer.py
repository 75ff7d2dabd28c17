"""Signs requests: proves that this terminal sent the request, recently and only once.

Used by the client. A signer is separate so that a region's own scheme (SM2/SM3, a token digest) is
another class, not another client. It must never put the key or the body itself into a header or a
message.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import dataclass, field
from typing import Protocol

from . import wire


@dataclass(frozen=True, slots=True)
class Unsigned:
    """The parts of a request that are signed.

    ``path`` is as sent, including any query. ``body`` is the bytes as sent (empty for GET).
    ``timestamp`` is Unix seconds of the terminal's clock. ``nonce`` is used only once.
    """

    method: str
    path: str
    body: bytes = field(repr=False)
    timestamp: int
    nonce: str


class RequestSigner(Protocol):
    """A scheme of request signatures."""

    def headers(self, request: Unsigned) -> dict[str, str]:
        """Return the headers that sign this request. They depend on nothing else."""
        ...


@dataclass(frozen=True, slots=True)
class HmacSha256Signer:
    """HMAC-SHA256 (RFC 2104, FIPS 180-4) over eight lines joined by LF, in lower-case hex.

    The lines: ``STATION-HMAC-SHA256``, method, path, app id, terminal id, timestamp, nonce,
    SHA-256 of the body in lower-case hex. UTF-8, no LF at the end. Vectors in docs/platform.md.
    """

    app_id: str
    terminal_id: str
    key: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.key) < MIN_KEY_BYTES:
            raise ValueError(f"request key shorter than {MIN_KEY_BYTES} bytes")
        for name, value in (("app id", self.app_id), ("terminal id", self.terminal_id)):
            if not _ID.fullmatch(value):
                raise ValueError(f"{name} must be 1 to 64 of A-Z a-z 0-9 . _ : -")

    def headers(self, request: Unsigned) -> dict[str, str]:
        """Return the headers for app, terminal, timestamp, nonce, body digest and signature."""
        digest = hashlib.sha256(request.body).hexdigest()
        lines = (
            SCHEME, request.method, request.path, self.app_id, self.terminal_id,
            str(request.timestamp), request.nonce, digest,
        )  # fmt: skip
        signature = hmac.new(self.key, "\n".join(lines).encode(), hashlib.sha256).hexdigest()
        return {
            wire.HEADER_APP: self.app_id,
            wire.HEADER_TERMINAL: self.terminal_id,
            wire.HEADER_TIMESTAMP: str(request.timestamp),
            wire.HEADER_NONCE: request.nonce,
            wire.HEADER_DIGEST: digest,
            wire.HEADER_SIGNATURE: signature,
        }


_ID = re.compile(r"[A-Za-z0-9._:-]{1,64}")
"""Allowed app and terminal ids. Both are part of the signed lines, so no line feed is allowed."""
SCHEME = "STATION-HMAC-SHA256"
MIN_KEY_BYTES = 32
"""As long as the digest (RFC 2104, section 3); a shorter key is a set-up mistake."""
