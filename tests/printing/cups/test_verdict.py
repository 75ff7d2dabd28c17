"""The verdict on a released job, case by case: which evidence proves that it was printed."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import Any

import pytest

from devices.health import Fault
from printing import faults as f
from printing.cups.verdict import (
    CLEAN_REASONS,
    InProgress,
    NoJob,
    Observation,
    QueueJob,
    Verdict,
    judge,
)
from printing.ipp.client import DeviceJob, JobState
from printing.job import JOB_NAME, Sides
from printing.outcome import Evidence, Outcome

DONE, CANCELED, ABORTED = JobState.COMPLETED, JobState.CANCELED, JobState.ABORTED
PRINTED, UNKNOWN, QUEUED = Outcome.PRINTED, Outcome.UNKNOWN, Outcome.QUEUED


def at_device(state: JobState, impressions: int | None) -> DeviceJob:
    return DeviceJob(7, "0123456789abcdef", "root", state, (), impressions)


def in_queue(state: JobState, *, started: bool = True) -> QueueJob:
    return QueueJob(3, "0123456789abcdef", state, started)


PROCESSING = in_queue(JobState.PROCESSING)
NEVER_STARTED = in_queue(CANCELED, started=False)


@pytest.mark.parametrize(
    ("device", "queue", "counted", "cancel_requested", "outcome", "evidence", "fault"),
    [
        # The device completed the job and counted every page.
        (at_device(DONE, 3), PROCESSING, 3, False, PRINTED, Evidence.DEVICE_IMPRESSIONS, None),
        (at_device(DONE, 3), PROCESSING, 3, True, PRINTED, Evidence.DEVICE_IMPRESSIONS, None),
        # Completed, with a count that is too low, or without a count.
        (at_device(DONE, 2), PROCESSING, 2, False, UNKNOWN, "device-completed", f.JOB_UNPROVED),
        (at_device(DONE, None), PROCESSING, 0, False, UNKNOWN, "device-completed", f.JOB_UNPROVED),
        (at_device(DONE, None), in_queue(DONE), 3, False, UNKNOWN, "device-completed",
         f.JOB_UNPROVED),
        # Ended early.
        (at_device(ABORTED, 1), PROCESSING, 1, False, UNKNOWN, "device-partly", f.JOB_ABORTED),
        (at_device(CANCELED, 1), PROCESSING, 1, True, UNKNOWN, "device-partly", f.JOB_CANCELLED),
        (at_device(CANCELED, 3), PROCESSING, 3, True, UNKNOWN, "device-partly", f.JOB_CANCELLED),
        (at_device(ABORTED, 0), PROCESSING, 0, False, UNKNOWN, "device-none", f.JOB_ABORTED),
        (at_device(CANCELED, 0), PROCESSING, 0, True, UNKNOWN, "device-none", f.JOB_CANCELLED),
        (at_device(CANCELED, None), PROCESSING, 0, True, UNKNOWN, "none", f.JOB_CANCELLED),
        # Cancelled, and the device does not end it.
        (at_device(JobState.PROCESSING, 0), PROCESSING, 0, True, UNKNOWN, "none", f.JOB_CANCELLED),
        (at_device(JobState.STOPPED, 2), PROCESSING, 2, True, UNKNOWN, "device-partly",
         f.JOB_CANCELLED),
        # The device does not know the job.
        (NoJob.ABSENT, in_queue(DONE), 0, False, UNKNOWN, "none", f.JOB_UNPROVED),
        (NoJob.ABSENT, NoJob.ABSENT, 0, False, UNKNOWN, "none", f.JOB_UNPROVED),
        (NoJob.ABSENT, NoJob.ABSENT, 1, False, UNKNOWN, "device-partly", f.JOB_UNPROVED),
        (NoJob.ABSENT, NEVER_STARTED, 0, True, QUEUED, "cancelled", f.JOB_CANCELLED),
        (NoJob.ABSENT, in_queue(ABORTED), 0, False, UNKNOWN, "none", f.JOB_UNPROVED),
        # The device does not answer.
        (NoJob.UNREACHABLE, in_queue(DONE), 3, False, UNKNOWN, "device-partly",
         f.PRINTER_UNREACHABLE),
        (NoJob.UNREACHABLE, PROCESSING, 0, False, UNKNOWN, "none", f.PRINTER_UNREACHABLE),
        (NoJob.UNREACHABLE, NEVER_STARTED, 0, False, QUEUED, "cancelled", f.JOB_ABORTED),
        # A one-way device: only the queue's report is available, and it is not enough.
        (NoJob.ONE_WAY, in_queue(DONE), 0, False, UNKNOWN, "cups-completed", f.JOB_UNPROVED),
        (NoJob.ONE_WAY, in_queue(ABORTED), 0, False, UNKNOWN, "none", f.JOB_ABORTED),
        (NoJob.ONE_WAY, in_queue(CANCELED), 0, True, UNKNOWN, "none", f.JOB_CANCELLED),
        (NoJob.ONE_WAY, NEVER_STARTED, 0, True, QUEUED, "cancelled", f.JOB_CANCELLED),
        (NoJob.ONE_WAY, NoJob.ABSENT, 0, False, UNKNOWN, "none", f.JOB_UNPROVED),
    ],
)  # fmt: skip
def test_verdict_after_a_limit_has_passed(
    device: DeviceJob | NoJob,
    queue: QueueJob | NoJob,
    counted: int,
    cancel_requested: bool,
    outcome: Outcome,
    evidence: str,
    fault: Fault | None,
) -> None:
    seen = Observation(
        3, device, queue, counted=counted, cancel_requested=cancel_requested, must_decide=True
    )
    assert judge(seen) == Verdict(outcome, Evidence(evidence), fault)


@pytest.mark.parametrize(
    ("device", "queue", "counted", "outcome", "settling"),
    [
        (at_device(JobState.PENDING, 0), PROCESSING, 0, Outcome.SENT, False),
        (at_device(JobState.HELD, None), PROCESSING, 0, Outcome.SENT, False),
        (at_device(JobState.PROCESSING, 0), PROCESSING, 0, Outcome.PRINTING, False),
        (at_device(JobState.STOPPED, 1), PROCESSING, 1, Outcome.PRINTING, False),
        # The job seems over: its count may still come.
        (at_device(DONE, 2), PROCESSING, 2, Outcome.PRINTING, True),
        (at_device(ABORTED, 0), PROCESSING, 0, Outcome.PRINTING, True),
        # The job is still in the queue's filters.
        (NoJob.ABSENT, PROCESSING, 0, Outcome.SENT, False),
        (NoJob.ABSENT, in_queue(JobState.PENDING, started=False), 0, Outcome.SENT, False),
        (NoJob.ABSENT, in_queue(DONE), 0, Outcome.SENT, True),
        (NoJob.ABSENT, NoJob.ABSENT, 0, Outcome.SENT, True),
        # A queue that was not asked yet, or is restarting, does not show that the job is over.
        (NoJob.ABSENT, NoJob.UNREACHABLE, 0, Outcome.SENT, False),
        (NoJob.UNREACHABLE, in_queue(DONE), 1, Outcome.PRINTING, False),
        (NoJob.ONE_WAY, PROCESSING, 0, Outcome.SENT, False),
    ],
)
def test_job_in_progress_has_no_verdict(
    device: DeviceJob | NoJob,
    queue: QueueJob | NoJob,
    counted: int,
    outcome: Outcome,
    settling: bool,
) -> None:
    assert judge(Observation(3, device, queue, counted=counted)) == InProgress(outcome, settling)


def test_pages_of_a_second_copy_count_as_partly_printed() -> None:
    seen = Observation(3, at_device(ABORTED, 0), PROCESSING, copy_impressions=1, must_decide=True)
    assert judge(seen) == Verdict(UNKNOWN, Evidence.DEVICE_PARTLY, f.JOB_ABORTED)


def test_nothing_came_out_needs_all_copies_to_have_ended() -> None:
    seen = Observation(3, at_device(ABORTED, 0), PROCESSING, copies_ended=False, must_decide=True)
    assert judge(seen) == Verdict(UNKNOWN, Evidence.NONE, f.JOB_ABORTED)


def test_job_that_the_device_has_lost_settles_without_the_queue() -> None:
    lost = Observation(3, NoJob.ABSENT, PROCESSING, seen_at_device=True)
    assert judge(lost) == InProgress(Outcome.SENT, settling=True)


def test_printed_always_needs_the_devices_completion_and_full_count() -> None:
    devices = [
        *(at_device(state, count) for state in JobState for count in (None, 0, 1, 2, 3)),
        *NoJob,
    ]
    queues = [*(in_queue(state, started=s) for state in JobState for s in (True, False)), *NoJob]
    flags = (False, True)
    printed = 0
    for device, queue, counted, *four in itertools.product(
        devices, queues, range(4), flags, flags, flags, flags
    ):
        cancel_requested, timed_out, seen_at_device, must_decide = four
        seen = Observation(
            3,
            device,
            queue,
            counted,
            seen_at_device=seen_at_device,
            cancel_requested=cancel_requested,
            timed_out=timed_out,
            must_decide=must_decide,
        )
        judged = judge(seen)
        if isinstance(judged, Verdict) and judged.outcome is Outcome.PRINTED:
            printed += 1
            assert isinstance(device, DeviceJob)
            assert device.state is JobState.COMPLETED
            assert device.impressions == 3
            assert judged.evidence is Evidence.DEVICE_IMPRESSIONS
            assert judged.fault is None
        elif isinstance(judged, Verdict):
            assert judged.fault is not None
        else:
            assert not must_decide
    assert printed > 0


def completed(pages: int, sides: Sides | None = Sides.ONE, **reported: Any) -> InProgress | Verdict:
    """Judge a job that the device completed with these reports, after a limit has passed."""
    device = replace(at_device(DONE, reported.pop("impressions", pages)), **reported)
    seen = Observation(
        pages, device, PROCESSING, device.impressions or 0, sides=sides, must_decide=True
    )
    return judge(seen)


@pytest.mark.parametrize(
    "reported",
    [
        {"impressions": 3},
        {"impressions": 57},
        {"impressions": 2**31 - 1},
        {"reasons": ("job-completed-with-errors",)},
        {"reasons": ("job-completed-with-warnings",)},
        {"reasons": ("none", "job-printed-with-errors")},
        {"reasons": ("job-completed-successfully", "job-completed-with-errors")},
        {"reasons": ("job-printing",)},
        {"reasons": ("job-canceled-by-user",)},
        {"reasons": ("aborted-by-system",)},
        {"reasons": ("processing-to-stop-point",)},
        {"reasons": ("com.example-anything-else",)},
        {"reasons": ("x" * 255,)},
        {"sheets": 0},
        {"sheets": 1},
        {"sheets": 3},
        {"sheets": 2**31 - 1},
        {"total": 1},
    ],
    ids=repr,
)
def test_contradicting_evidence_is_not_printed(reported: dict[str, Any]) -> None:
    judged = completed(2, **reported)
    assert isinstance(judged, Verdict)
    assert (judged.outcome, judged.evidence) == (UNKNOWN, Evidence.DEVICE_CONTRADICTS)
    # The detail gives the reason to staff. The journal accepts 200 characters.
    assert judged.fault is not None
    assert f.JOB_UNPROVED.same_as(judged.fault)
    assert 0 < len(judged.fault.detail) <= 100


@pytest.mark.parametrize("reason", sorted(CLEAN_REASONS))
def test_clean_completion_is_printed(reason: str) -> None:
    printed = Verdict(PRINTED, Evidence.DEVICE_IMPRESSIONS, None)
    assert completed(2, reasons=(reason,)) == printed
    assert completed(2, reasons=(reason,), sheets=2, total=2) == printed
    assert completed(2, reasons=(reason,), total=0) == printed


@pytest.mark.parametrize(
    ("pages", "sides", "impressions", "sheets", "printed"),
    [
        (2, Sides.LONG_EDGE, 2, 1, True),
        (2, Sides.LONG_EDGE, 2, 2, False),
        (2, Sides.LONG_EDGE, 3, None, False),
        (3, Sides.SHORT_EDGE, 3, 2, True),
        # Some devices count the empty back of the last sheet.
        (3, Sides.LONG_EDGE, 4, 2, True),
        (3, Sides.LONG_EDGE, 4, 4, False),
        (3, Sides.LONG_EDGE, 5, None, False),
        (4, Sides.LONG_EDGE, 5, None, False),
        (3, Sides.ONE, 4, None, False),
        (3, Sides.ONE, 3, 2, False),
        # A job of an earlier run: the journal does not have its sides.
        (3, None, 3, 3, True),
        (3, None, 3, 2, True),
        (3, None, 3, 1, False),
        (3, None, 4, None, False),
    ],
)
def test_count_of_impressions_and_sheets_decides_printed(
    pages: int, sides: Sides | None, impressions: int, sheets: int | None, printed: bool
) -> None:
    judged = completed(pages, sides, impressions=impressions, sheets=sheets)
    assert isinstance(judged, Verdict)
    assert (judged.outcome is PRINTED) is printed


def test_contradiction_gets_the_settling_time() -> None:
    early = replace(at_device(DONE, 2), reasons=("job-printing",))
    assert judge(Observation(2, early, PROCESSING, 2)) == InProgress(
        Outcome.PRINTING, settling=True
    )


@pytest.mark.parametrize(
    "reported", [{"sheets": 1}, {"reasons": ("job-completed-successfully",)}], ids=repr
)
def test_nothing_came_out_needs_consistent_evidence(reported: dict[str, Any]) -> None:
    device = replace(at_device(CANCELED, 0), **reported)
    judged = judge(Observation(2, device, PROCESSING, cancel_requested=True, must_decide=True))
    assert judged == Verdict(UNKNOWN, Evidence.DEVICE_CONTRADICTS, f.JOB_CANCELLED)
    back = Observation(2, at_device(CANCELED, 0), PROCESSING, inconsistent="x", must_decide=True)
    judged = judge(back)
    assert isinstance(judged, Verdict)
    assert judged.evidence is Evidence.DEVICE_CONTRADICTS


def test_timed_out_job_has_its_own_fault() -> None:
    seen = Observation(
        2,
        at_device(CANCELED, 0),
        PROCESSING,
        cancel_requested=True,
        timed_out=True,
        must_decide=True,
    )
    assert judge(seen) == Verdict(UNKNOWN, Evidence.DEVICE_NONE, f.JOB_TIMED_OUT)


@pytest.mark.parametrize("good", ["0123456789abcdef", "a-b-c-d-e", "F" * 64])
def test_job_name_accepts_opaque_names_only(good: str) -> None:
    assert JOB_NAME.match(good)
    assert not JOB_NAME.match(good + "\n")
