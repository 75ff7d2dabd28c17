"""What became of a print job: five outcomes, no sixth, and what proves them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from devices.health import Fault


class Outcome(StrEnum):
    """Where a job stands. ``UNKNOWN`` is never shown as success."""

    QUEUED = "queued"
    """In the journal and held; nothing was released to the printer."""
    SENT = "sent"
    """Released; the device has not said that it started."""
    PRINTING = "printing"
    """The device counts, or waits in the middle of it."""
    PRINTED = "printed"
    """The device counted every page and completed, or the person said so."""
    UNKNOWN = "unknown"
    """It ended, and nothing proves that every page came out."""


@dataclass(frozen=True, slots=True)
class PrintProgress:
    """A job under way.

    ``pages_done`` counts impressions that the *device* reports, of ``pages``. ``waiting`` is the
    fault that the job waits on (paper out, cover open); ``None`` while it runs.
    """

    job: str
    outcome: Outcome
    pages_done: int
    pages: int
    waiting: Fault | None = None


@dataclass(frozen=True, slots=True)
class PrintEnded:
    """A job that is over.

    ``outcome`` is ``PRINTED``, ``UNKNOWN``, or ``QUEUED``: it ended before anything was released
    and so surely nothing came out. ``evidence`` names what was relied on ("device-impressions",
    "device-completed", "cancelled", "none"). ``fault`` says why it is not printed.
    """

    job: str
    outcome: Outcome
    pages_done: int
    pages: int
    evidence: str
    fault: Fault | None = None
