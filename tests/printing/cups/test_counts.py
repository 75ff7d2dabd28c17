"""Impossible counts of a device, and a journal that fails: the job ends, and only once."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from printing import faults as f
from printing.cups.device import DeviceWatch, JobNames
from printing.cups.follower import Follower
from printing.cups.jobs import Job, PrinterJobs
from printing.cups.verdict import InProgress, Verdict
from printing.ipp.client import DeviceJob, JobState
from printing.job import PrinterTiming, Sides
from printing.outcome import Evidence, Outcome, PrintEnded
from printing.printer import JobRecord, JobStage
from tests.rig.print_journal import FileJournal

from .test_device import FakeDevice, job, look

NAME = "0123456789abcdef"
PAGES = 3


@pytest.mark.parametrize("count", [PAGES + 1, 2**31 - 1])
def test_count_above_the_number_of_pages_is_not_printed(count: int) -> None:
    """The journal never stores more pages than the document has."""
    device = FakeDevice()
    watch = DeviceWatch(device.client(), JobNames(), lambda _name: False)
    watch.expect(NAME)
    record = JobRecord(NAME, JobStage.RELEASED, PAGES, "q")
    follower = Follower(record, PrinterTiming(), 0.0, one_way=False)
    device.active = (job(JobState.PROCESSING, count, name=NAME),)
    watch.look()
    watch.follow(follower, 0.1)
    assert follower.record.pages_done == PAGES
    device.active, device.ended = (), (job(JobState.COMPLETED, count, name=NAME),)
    watch.look()
    watch.follow(follower, 0.2)
    follower.judge(0.2)
    verdict = follower.judge(0.2 + PrinterTiming().settle_s)
    assert isinstance(verdict, Verdict)
    assert (verdict.outcome, verdict.evidence) == (Outcome.UNKNOWN, Evidence.DEVICE_CONTRADICTS)
    assert follower.record.pages_done == PAGES
    watch.finish(follower)
    look(watch)
    # Pages that the device has counted already are not leftovers.
    assert watch.leftovers.fault() is None


def reports(*jobs: DeviceJob, pages_done: int = 0) -> Verdict:
    """Return the verdict on a job for which the device sends these reports in order."""
    record = JobRecord(NAME, JobStage.RELEASED, PAGES, "q", pages_done=pages_done)
    follower = Follower(record, PrinterTiming(), 0.0, one_way=False, sides=Sides.ONE)
    for each in jobs:
        follower.note_device_jobs((each,), 1.0)
        judged = follower.judge(1.0)
    if isinstance(judged, InProgress):
        judged = follower.judge(1.0 + PrinterTiming().settle_s)
    assert isinstance(judged, Verdict)
    return judged


RUNNING = job(JobState.PROCESSING, 1, name=NAME)
DONE = job(JobState.COMPLETED, PAGES, name=NAME)


@pytest.mark.parametrize(
    "before",
    [
        replace(RUNNING, impressions=PAGES + 1),
        replace(RUNNING, user="another"),
        replace(RUNNING, uuid="urn:uuid:00000000-0000-0000-0000-000000000001"),
        replace(RUNNING, sheets=PAGES + 1),
        replace(DONE, impressions=1),
    ],
    ids=["count goes back", "another user", "another uuid", "sheets go back", "goes on after end"],
)
def test_contradicting_reports_of_one_job_are_not_printed(before: DeviceJob) -> None:
    done = replace(DONE, uuid="urn:uuid:00000000-0000-0000-0000-000000000002", sheets=PAGES)
    reported = [before, RUNNING, done] if before.state.ended else [before, done]
    judged = reports(*reported)
    assert (judged.outcome, judged.evidence) == (Outcome.UNKNOWN, Evidence.DEVICE_CONTRADICTS)
    assert f.JOB_UNPROVED.same_as(judged.fault)
    # The same job without the contradiction is printed.
    assert reports(RUNNING, done).outcome is Outcome.PRINTED


def test_count_below_the_journalled_count_is_not_printed() -> None:
    assert reports(DONE, pages_done=PAGES).outcome is Outcome.PRINTED
    judged = reports(replace(RUNNING, impressions=1), DONE, pages_done=2)
    assert judged.evidence is Evidence.DEVICE_CONTRADICTS


class Refusing(FileJournal):
    """A journal that refuses the end of a job."""

    def record(self, job: JobRecord) -> None:
        if job.stage is JobStage.CLOSED:
            raise ValueError("journal: CHECK constraint failed")
        super().record(job)


def test_job_whose_end_cannot_be_journalled_still_ends(tmp_path: Path) -> None:
    events: list[object] = []
    jobs = PrinterJobs(Refusing(tmp_path / "journal"), JobNames(), events.append)
    ending = Job(JobRecord(NAME, JobStage.RELEASED, PAGES, "q"), b"")
    jobs.current = ending
    with pytest.raises(ValueError, match="CHECK"):
        jobs.end(ending, Outcome.UNKNOWN, Evidence.NONE, f.JOB_ABORTED)
    left: object = jobs.current
    assert left is None
    (ended,) = events
    assert isinstance(ended, PrintEnded)
    assert ended.outcome is Outcome.UNKNOWN


def test_job_lost_and_found_by_the_device_ends_after_the_cancel_limit() -> None:
    """The device restarts and keeps its jobs. They are cancelled there, but may never end."""
    timing = PrinterTiming(cancel_s=5.0)
    follower = Follower(JobRecord(NAME, JobStage.RELEASED, PAGES, "q"), timing, 0.0, one_way=False)
    follower.note_device_jobs((job(JobState.PROCESSING, 1, name=NAME),), 1.0)
    follower.note_device_jobs((), 2.0)
    assert follower.cancel_asked
    follower.note_device_jobs((job(JobState.PROCESSING, 1, name=NAME),), 2.5)
    follower.judge(2.5)
    assert not follower.overdue(2.5)
    verdict = follower.judge(2.0 + timing.cancel_s)
    assert verdict == Verdict(Outcome.UNKNOWN, Evidence.DEVICE_PARTLY, f.JOB_TIMED_OUT)


class Picky(FileJournal):
    """A journal that refuses every record."""

    def record(self, job: JobRecord) -> None:
        raise ValueError("journal: CHECK constraint failed")


def test_job_that_the_journal_refuses_ends_and_is_not_printed(tmp_path: Path) -> None:
    events: list[object] = []
    jobs = PrinterJobs(Picky(tmp_path / "journal"), JobNames(), events.append)
    with pytest.raises(ValueError, match="CHECK"):
        jobs.add(Job(JobRecord(NAME, JobStage.PLANNED, PAGES, "q"), b""))
    assert not jobs.waiting
    (ended,) = events
    assert isinstance(ended, PrintEnded)
    assert (ended.outcome, ended.evidence) == (Outcome.QUEUED, Evidence.CANCELLED)
