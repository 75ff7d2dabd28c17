"""What is known of a print job at one instant, and what that proves.

The judgement is pure, from what the device and the queue said, so that a table of tests can hold
it. It must never call a job printed on the queue's word.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from devices.health import Fault

from ..faults import JOB_ABORTED, JOB_CANCELLED, JOB_TIMED_OUT, JOB_UNPROVED, PRINTER_UNREACHABLE
from ..ipp.client import DeviceJob, JobState
from ..job import DETAIL_CHARACTERS, Sides, impressions_possible, sheets_possible
from ..outcome import Evidence, Outcome

CLEAN_REASONS = frozenset(
    {
        "none",
        "job-completed-successfully",
        "job-printed-successfully",
        "job-restartable",
        "queued-in-device",
    }
)
"""job-state-reasons that a cleanly completed job may have (RFC 8011 §5.3.8, PWG 5100.7). Any other
reports an error or is unknown here; the job then does not count as printed."""


@dataclass(frozen=True, slots=True)
class QueueJob:
    """A job as cupsd tells it. ``started``: it was handed to the device's backend at some time."""

    id: int
    name: str
    state: JobState
    started: bool


class NoJob(Enum):
    """Why there is no job to look at."""

    ABSENT = "absent"
    """Asked, and it does not know the job."""
    UNREACHABLE = "unreachable"
    """It could not be asked."""
    ONE_WAY = "one_way"
    """A device that cannot be asked at all (plain USB)."""


@dataclass(frozen=True, slots=True)
class Observation:
    """All that is known of one released job at one instant.

    ``counted`` is the highest count the device ever told; ``seen_at_device``: it has known the job.
    ``copy_impressions`` counts the pages of other jobs of the same name (cupsd has sent it again);
    ``copies_ended``: the device has just answered, and holds no such job that could still print.
    ``sides``: how it was to be printed (``None``: not known, of a job of an earlier run).
    ``inconsistent`` says what the device reported in the course of the job that cannot be true of
    one job; it is empty if there was nothing.
    ``must_decide`` is set by the watcher once a limit has run out (settling, cancelling, a device
    gone): a verdict is due now.
    """

    pages: int
    device: DeviceJob | NoJob
    queue: QueueJob | NoJob
    counted: int = 0
    copy_impressions: int = 0
    copies_ended: bool = True
    seen_at_device: bool = False
    cancel_requested: bool = False
    timed_out: bool = False
    sides: Sides | None = Sides.ONE
    inconsistent: str = ""
    must_decide: bool = False


@dataclass(frozen=True, slots=True)
class InProgress:
    """The job is not over, or its end is not understood yet."""

    outcome: Outcome
    settling: bool = False
    """It seems over; ask again until the settling time has run out."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """The job is over."""

    outcome: Outcome
    evidence: Evidence
    fault: Fault | None


def judge(seen: Observation) -> InProgress | Verdict:
    """What is known of a released job, by the order of evidence.

    The device's own count and end come first; the queue's word is never enough for *printed*.
    """
    match seen.device:
        case DeviceJob() as job if job.state.ended:
            return _ended_at_device(seen, job)
        case DeviceJob(state=state):
            if seen.must_decide:
                evidence = Evidence.DEVICE_PARTLY if seen.counted else Evidence.NONE
                return Verdict(Outcome.UNKNOWN, evidence, _why(seen, JOB_TIMED_OUT))
            begun = state is not JobState.PENDING and state is not JobState.HELD
            return InProgress(Outcome.PRINTING if begun or seen.counted else Outcome.SENT)
        case NoJob.ONE_WAY:
            return _by_queue_alone(seen)
        case NoJob.ABSENT | NoJob.UNREACHABLE as silence:
            return _without_device_job(seen, silence)


def _ended_at_device(seen: Observation, job: DeviceJob) -> InProgress | Verdict:
    if job.state is JobState.COMPLETED:
        return _completed_at_device(seen, job)
    if not seen.must_decide:
        return InProgress(Outcome.PRINTING, settling=True)
    fault = _why(seen, JOB_ABORTED)
    if seen.counted > 0 or seen.copy_impressions > 0:
        return Verdict(Outcome.UNKNOWN, Evidence.DEVICE_PARTLY, fault)
    if seen.inconsistent or job.sheets or _SUCCESS & set(job.reasons):
        return Verdict(Outcome.UNKNOWN, Evidence.DEVICE_CONTRADICTS, fault)
    evidence = Evidence.DEVICE_NONE if job.impressions == 0 and seen.copies_ended else Evidence.NONE
    return Verdict(Outcome.UNKNOWN, evidence, fault)


_SUCCESS = frozenset({"job-completed-successfully", "job-printed-successfully"})


def _completed_at_device(seen: Observation, job: DeviceJob) -> InProgress | Verdict:
    """*Printed* needs exact and consistent evidence. A count or reason that does not fit yet is
    given the settling time: a device may update it after the state."""
    against = _against(seen, job)
    short = job.impressions is None or job.impressions < seen.pages
    if not short and not against:
        return Verdict(Outcome.PRINTED, Evidence.DEVICE_IMPRESSIONS, None)
    if not seen.must_decide:
        return InProgress(Outcome.PRINTING, settling=True)
    if against:
        fault = JOB_UNPROVED.with_detail(against)
        return Verdict(Outcome.UNKNOWN, Evidence.DEVICE_CONTRADICTS, fault)
    return Verdict(Outcome.UNKNOWN, Evidence.DEVICE_COMPLETED, JOB_UNPROVED)


def _against(seen: Observation, job: DeviceJob) -> str:
    """Return the evidence against a clean completion, for staff and maintainers; empty if none.

    A count that is too low is no such evidence: the device may not count at all.
    """
    if seen.inconsistent:
        return seen.inconsistent
    unclean = [each for each in job.reasons if each not in CLEAN_REASONS]
    if unclean:
        return " ".join(unclean)[:DETAIL_CHARACTERS]
    if job.impressions is None or job.impressions < seen.pages:
        return ""
    if job.impressions not in impressions_possible(seen.pages, seen.sides):
        return f"{job.impressions} impressions of {seen.pages} pages"
    if job.total and job.impressions > job.total:
        return f"{job.impressions} impressions of a job of {job.total}"
    if job.sheets is not None and job.sheets not in sheets_possible(seen.pages, seen.sides):
        return f"{job.sheets} sheets of {seen.pages} pages"
    return ""


def _by_queue_alone(seen: Observation) -> InProgress | Verdict:
    """A device that cannot be asked: "completed" means that the data was sent, and no more."""
    match seen.queue:
        case QueueJob() as job if _never_started(job):
            return Verdict(Outcome.QUEUED, Evidence.CANCELLED, _why(seen, JOB_ABORTED))
        case QueueJob(state=JobState.COMPLETED):
            return Verdict(Outcome.UNKNOWN, Evidence.CUPS_COMPLETED, JOB_UNPROVED)
        case QueueJob() as job if job.state.ended:
            return Verdict(Outcome.UNKNOWN, Evidence.NONE, _why(seen, JOB_ABORTED))
        case _ if seen.must_decide:
            return Verdict(Outcome.UNKNOWN, Evidence.NONE, _why(seen, JOB_UNPROVED))
        case _:
            return InProgress(Outcome.SENT)


def _without_device_job(seen: Observation, silence: NoJob) -> InProgress | Verdict:
    """The device does not know the job, or cannot be asked."""
    if isinstance(seen.queue, QueueJob) and _never_started(seen.queue) and not seen.counted:
        return Verdict(Outcome.QUEUED, Evidence.CANCELLED, _why(seen, JOB_ABORTED))
    if seen.must_decide:
        gone = JOB_UNPROVED if silence is NoJob.ABSENT else PRINTER_UNREACHABLE
        evidence = Evidence.DEVICE_PARTLY if seen.counted else Evidence.NONE
        return Verdict(Outcome.UNKNOWN, evidence, _why(seen, gone))
    ended = isinstance(seen.queue, QueueJob) and seen.queue.state.ended
    over = seen.seen_at_device or seen.queue is NoJob.ABSENT or ended
    outcome = Outcome.PRINTING if seen.counted else Outcome.SENT
    return InProgress(outcome, settling=silence is NoJob.ABSENT and over)


def _never_started(job: QueueJob) -> bool:
    return job.state in (JobState.CANCELED, JobState.ABORTED) and not job.started


def _why(seen: Observation, otherwise: Fault) -> Fault:
    if seen.timed_out:
        return JOB_TIMED_OUT
    return JOB_CANCELLED if seen.cancel_requested else otherwise
