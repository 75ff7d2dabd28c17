"""How long the client waits, when it asks again, and what one exchange gives.

For whoever configures the client; apart from the transport, which is slow to import.
"""

from __future__ import annotations

from dataclasses import dataclass, field

RETRY_STATUSES = frozenset({502, 503, 504})
"""A gateway's: the platform itself may never have seen the request."""


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds to wait. Field: 5-10 s; ``total_s`` bounds a whole call, retries included."""

    connect_s: float = 5.0
    read_s: float = 8.0
    """Between two arrivals of data."""
    total_s: float = 10.0
    retry_after_s: tuple[float, ...] = (0.2, 0.6)
    """Before each repeat of an idempotent call. Short: a person waits; long enough for a
    connection that was dropped by a restart or a switch-over."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Status and body as they came; the body may hold personal data."""

    status: int
    body: bytes = field(repr=False)
