"""The five outcomes of a print job and the evidence for them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from devices.health import Fault


class Outcome(StrEnum):
    """The state of a job. ``UNKNOWN`` is never shown as success."""

    QUEUED = "queued"
    """The job is journalled and held; nothing was released to the printer."""
    SENT = "sent"
    """Released; the device has not reported that it started."""
    PRINTING = "printing"
    """The device prints the job, or has paused within it."""
    PRINTED = "printed"
    """The device completed the job without an error and counted exactly its pages, or the resident
    confirmed that the pages are there."""
    UNKNOWN = "unknown"
    """The job ended, and nothing proves that every page came out."""


class Evidence(StrEnum):
    """The evidence for an ended job's outcome: the reports, strongest first, then the answer of
    the resident."""

    DEVICE_IMPRESSIONS = "device-impressions"
    """The device completed the job without an error and counted exactly its pages."""
    DEVICE_CONTRADICTS = "device-contradicts"
    """The device ended the job, and its reports contradict each other or name an error."""
    DEVICE_COMPLETED = "device-completed"
    """The device reports the job as completed and did not count every page."""
    DEVICE_PARTLY = "device-partly"
    """The device counted some pages, and the job ended early."""
    DEVICE_NONE = "device-none"
    """The device counted no page, and the job has ended there."""
    CANCELLED = "cancelled"
    """The job ended before anything was released to the device."""
    CUPS_COMPLETED = "cups-completed"
    """Only the queue reports the job as completed: the data was sent, and no more is known."""
    NONE = "none"
    """There is no report that proves anything."""
    PERSON = "person"
    """The device's reports prove nothing, and the resident answered whether every page came out."""


@dataclass(frozen=True, slots=True)
class PrintProgress:
    """Progress of a job that has not ended.

    ``pages_done`` is the number of impressions that the *device* reports, out of ``pages``.
    ``waiting`` is the fault for which the job waits (paper out, cover open); ``None`` while it
    runs.
    """

    job: str
    outcome: Outcome
    pages_done: int
    pages: int
    waiting: Fault | None = None


@dataclass(frozen=True, slots=True)
class PrintEnded:
    """The end of a job.

    ``outcome`` is ``PRINTED``, ``UNKNOWN`` or ``QUEUED``. ``QUEUED`` means that the job ended
    before anything was released, so no page came out. ``fault`` is the reason if the job was not
    printed.
    """

    job: str
    outcome: Outcome
    pages_done: int
    pages: int
    evidence: Evidence
    fault: Fault | None = None


def nothing_came_out(ended: PrintEnded) -> bool:
    """Whether evidence shows that no page came out. Only then may the terminal reprint unasked."""
    return ended.outcome is Outcome.QUEUED or ended.evidence == Evidence.DEVICE_NONE
