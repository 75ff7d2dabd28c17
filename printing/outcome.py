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
    """The device completed the job without an error and counted exactly its pages, or the person
    said that they are there."""
    UNKNOWN = "unknown"
    """It ended, and nothing proves that every page came out."""


class Evidence(StrEnum):
    """What an ended job's outcome rests on, the strongest first."""

    DEVICE_IMPRESSIONS = "device-impressions"
    """The device completed the job without an error and counted exactly its pages."""
    DEVICE_CONTRADICTS = "device-contradicts"
    """The device ended the job, and what it reports of it cannot all be true, or names an error."""
    DEVICE_COMPLETED = "device-completed"
    """The device says completed, and did not count every page."""
    DEVICE_PARTLY = "device-partly"
    """The device counted some pages, then the job ended early."""
    DEVICE_NONE = "device-none"
    """The device counted no page, and the job is over there."""
    CANCELLED = "cancelled"
    """The job ended before anything was released to the device."""
    CUPS_COMPLETED = "cups-completed"
    """Only the queue says completed: the data was sent, no more is known."""
    NONE = "none"
    """Nobody who could know was able to say."""


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


def nothing_came_out(ended: PrintEnded) -> bool:
    """Whether there is evidence that no page came out: the one case for an unasked reprint."""
    return ended.outcome is Outcome.QUEUED or ended.evidence == Evidence.DEVICE_NONE
