"""The client's time limits and retries, and the result of one exchange.

Used wherever the client is configured. Separate from the transport, which is slow to import.
"""

from __future__ import annotations

from dataclasses import dataclass, field

RETRY_STATUSES = frozenset({502, 503, 504})
"""Sent by a gateway: the platform itself may not have got the request."""


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds to wait. Field: 5-10 s; ``total_s`` limits a whole call including retries."""

    connect_s: float = 5.0
    read_s: float = 8.0
    """Longest gap between two arrivals of data."""
    total_s: float = 10.0
    retry_after_s: tuple[float, ...] = (0.2, 0.6)
    """Pause before each retry of an idempotent call. Short, because a person waits; long enough for
    a connection that was lost in a restart or switch-over."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Status and body of the answer. The body may hold personal data."""

    status: int
    body: bytes = field(repr=False)
