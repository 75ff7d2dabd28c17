"""Counts that no printer should tell, and a journal that refuses: the job ends, and once only."""

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
def test_more_sides_than_the_document_has_are_no_proof(count: int) -> None:
    """The journal keeps a number of pages that the document has, whatever the device reports."""
    device = FakeDevice()
    watch = DeviceWatch(device, JobNames(), lambda _name: False)  # type: ignore[arg-type]
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
    # What it has told is known: nobody is sent to the tray for it.
    assert watch.leftovers.fault() is None


def reports(*jobs: DeviceJob, pages_done: int = 0) -> Verdict:
    """The verdict on a job of which the device reports this, one report after the other."""
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
def test_reports_that_cannot_be_of_one_job_are_no_proof(before: DeviceJob) -> None:
    done = replace(DONE, uuid="urn:uuid:00000000-0000-0000-0000-000000000002", sheets=PAGES)
    reported = [before, RUNNING, done] if before.state.ended else [before, done]
    judged = reports(*reported)
    assert (judged.outcome, judged.evidence) == (Outcome.UNKNOWN, Evidence.DEVICE_CONTRADICTS)
    assert f.JOB_UNPROVED.same_as(judged.fault)
    # The same job without the contradiction is printed.
    assert reports(RUNNING, done).outcome is Outcome.PRINTED


def test_a_count_below_the_journals_is_no_proof() -> None:
    assert reports(DONE, pages_done=PAGES).outcome is Outcome.PRINTED
    judged = reports(replace(RUNNING, impressions=1), DONE, pages_done=2)
    assert judged.evidence is Evidence.DEVICE_CONTRADICTS


class Refusing(FileJournal):
    """A journal whose rules refuse the end of a job."""

    def record(self, job: JobRecord) -> None:
        if job.stage is JobStage.CLOSED:
            raise ValueError("journal: CHECK constraint failed")
        super().record(job)


def test_a_job_whose_end_cannot_be_written_ends_all_the_same(tmp_path: Path) -> None:
    told: list[object] = []
    jobs = PrinterJobs(Refusing(tmp_path / "journal"), JobNames(), told.append)
    ending = Job(JobRecord(NAME, JobStage.RELEASED, PAGES, "q"), b"")
    jobs.current = ending
    with pytest.raises(ValueError, match="CHECK"):
        jobs.end(ending, Outcome.UNKNOWN, Evidence.NONE, f.JOB_ABORTED)
    assert jobs.current is None
    (ended,) = told
    assert isinstance(ended, PrintEnded)
    assert ended.outcome is Outcome.UNKNOWN


def test_a_device_that_forgot_the_job_and_finds_it_again_is_given_up_after_its_time() -> None:
    """Restarted with its jobs kept: they are cancelled there, and it may never let them go."""
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
    """A journal whose rules refuse the job at all."""

    def record(self, job: JobRecord) -> None:
        raise ValueError("journal: CHECK constraint failed")


def test_a_job_that_the_journal_will_not_have_ends_and_is_not_printed(tmp_path: Path) -> None:
    told: list[object] = []
    jobs = PrinterJobs(Picky(tmp_path / "journal"), JobNames(), told.append)
    with pytest.raises(ValueError, match="CHECK"):
        jobs.take(Job(JobRecord(NAME, JobStage.PLANNED, PAGES, "q"), b""))
    assert not jobs.waiting
    (ended,) = told
    assert isinstance(ended, PrintEnded)
    assert (ended.outcome, ended.evidence) == (Outcome.QUEUED, Evidence.CANCELLED)
