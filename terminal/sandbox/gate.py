"""The sandbox's own check of a request's signature, clock and nonce.

It is written from docs/platform.md, not from the terminal's signer, so that a test can detect a
difference between them.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Mapping

from ..platform import wire
from ..platform.wire import ErrorCode
from .refusal import Refusal

_OPAQUE = re.compile(r"[A-Za-z0-9._:-]{1,64}", re.ASCII)
_SECONDS = re.compile(r"[0-9]{1,12}", re.ASCII)
_HEX_256 = re.compile(r"[0-9a-f]{64}", re.ASCII)


class Gate:
    """Admits each request once; keeps nonces for as long as a request could be replayed."""

    def __init__(self, app_id: str, key: bytes) -> None:
        self._app_id = app_id
        self._key = key
        self._nonces: dict[str, float] = {}

    def admit(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes, *, now: float
    ) -> str | Refusal:
        """Return the terminal's id, or the reason for a refusal. ``now`` is Unix seconds."""
        app, terminal, timestamp, nonce, digest, signature = (
            headers.get(name, "")
            for name in (
                wire.HEADER_APP, wire.HEADER_TERMINAL, wire.HEADER_TIMESTAMP, wire.HEADER_NONCE,
                wire.HEADER_DIGEST, wire.HEADER_SIGNATURE,
            )
        )  # fmt: skip
        formed = (
            all(_OPAQUE.fullmatch(each) for each in (app, terminal, nonce))
            and _SECONDS.fullmatch(timestamp)
            and all(_HEX_256.fullmatch(each) for each in (digest, signature))
        )
        if not formed or app != self._app_id:
            return Refusal(ErrorCode.SIGNATURE_REFUSED, "signature headers missing or malformed")
        if not hmac.compare_digest(hashlib.sha256(body).hexdigest(), digest):
            return Refusal(ErrorCode.SIGNATURE_REFUSED, "digest does not fit the body")
        text = f"STATION-HMAC-SHA256\n{method}\n{path}\n{app}\n{terminal}\n{timestamp}\n{nonce}\n"
        expected = hmac.new(self._key, (text + digest).encode("ascii"), hashlib.sha256)
        if not hmac.compare_digest(expected.hexdigest(), signature):
            return Refusal(ErrorCode.SIGNATURE_REFUSED, "signature does not fit")
        skew = int(timestamp) - now
        if abs(skew) > wire.WINDOW_S:
            return Refusal(ErrorCode.CLOCK_SKEW, f"timestamp is off by {skew:+.0f} s")
        self._nonces = {each: until for each, until in self._nonces.items() if until > now}
        if nonce in self._nonces:
            return Refusal(ErrorCode.NONCE_REPLAYED, "nonce has served already")
        # A timestamp may be one window ahead and is then accepted until one window after it.
        self._nonces[nonce] = int(timestamp) + wire.WINDOW_S + 1
        return terminal

    def forget(self) -> None:
        """Delete all nonces."""
        self._nonces.clear()
