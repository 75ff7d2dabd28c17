"""The reports about a released print job, and the verdict that they prove.

``judge`` is a pure function of the reports of the device and the queue, so that a table of tests
covers it. It never reports a job as printed by the queue's report alone.
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
    """A job as cupsd reports it. ``started``: cupsd has given it to the device's backend."""

    id: int
    name: str
    state: JobState
    started: bool


class NoJob(Enum):
    """Why there is no report of the job."""

    ABSENT = "absent"
    """The device or queue answered and does not know the job."""
    UNREACHABLE = "unreachable"
    """The device or queue did not answer."""
    ONE_WAY = "one_way"
    """The device takes data only and can never be asked (plain USB)."""


@dataclass(frozen=True, slots=True)
class Observation:
    """Everything that is known of one released job at one moment.

    ``counted`` is the highest count of impressions that the device has reported.
    ``copy_impressions`` is the count of other jobs of the same name (cupsd has sent the document
    again). ``copies_ended``: the device has just answered, and no such copy can still print.
    ``seen_at_device``: the device has known the job. ``cancel_requested``: the terminal has
    cancelled the job on request. ``timed_out``: it has cancelled the job because a time limit has
    passed or the release failed. ``sides``: how the job was to be printed (``None``: not known, for
    a job of an earlier run). ``inconsistent`` names the first report of the device that cannot be
    true of one job; empty if there is none. ``must_decide``: a limit has passed (settling,
    cancelling, a device that is gone), so a verdict is due now.
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
    """The job is not over, or its reports do not allow a verdict yet."""

    outcome: Outcome
    settling: bool = False
    """The job seems over; ask again until the settling time has passed."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """The job is over."""

    outcome: Outcome
    evidence: Evidence
    fault: Fault | None


def judge(seen: Observation) -> InProgress | Verdict:
    """Return the verdict on a released job, or that it is in progress.

    The device's own end and count come first. The queue's report alone never proves *printed*.
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
    """Return *printed* only for exact and consistent evidence.

    A count or reason that does not fit yet gets the settling time, because a device may update it
    after the state.
    """
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

    A count that is too low is not such evidence: the device may not count at all.
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
    """Judge a job on a one-way device. "completed" then only means that the data was sent."""
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
    """Judge a job that the device does not know, or whose device does not answer."""
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
