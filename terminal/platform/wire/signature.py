"""The headers that sign a request, and how far the two clocks may differ."""

from __future__ import annotations

HEADER_APP = "X-Station-App"
HEADER_TERMINAL = "X-Station-Terminal"
HEADER_TIMESTAMP = "X-Station-Timestamp"
HEADER_NONCE = "X-Station-Nonce"
HEADER_DIGEST = "X-Station-Digest"
HEADER_SIGNATURE = "X-Station-Signature"

WINDOW_S = 300
"""How far a request's timestamp may be from the platform's clock, either way (field: ±5 min)."""
