"""Polling and following with a fake device: which reports count, and which limits apply."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

import pytest

from devices.health import DeviceStatus
from printing import faults as f
from printing.cups.device import NAMES_KEPT, DeviceWatch, JobNames
from printing.cups.follower import Follower
from printing.cups.verdict import InProgress, NoJob, QueueJob, Verdict
from printing.ipp.client import DeviceJob, IppClient, IppFailure, JobState, Reason
from printing.ipp.codec import Attribute, Group, Tag, Value
from printing.job import PrinterTiming
from printing.outcome import Evidence, Outcome
from printing.printer import JobRecord, JobStage

NAME = "0123456789abcdef"
OLDER = "earlier-run-1234"
"""The name of a job that only the journal knows."""
TIMING = PrinterTiming()


def job(state: JobState, count: int | None = 0, *, number: int = 7, name: str = NAME) -> DeviceJob:
    return DeviceJob(number, name, "root", state, (), count)


class FakeDevice:
    """An IPP client whose answers the test sets."""

    def __init__(self) -> None:
        self.active: tuple[DeviceJob, ...] | IppFailure = ()
        self.ended: tuple[DeviceJob, ...] | IppFailure = ()
        self.there = True
        self.reason = Reason.UNREACHABLE
        self.cancelled: list[int] = []

    def printer_attributes(self) -> Group | IppFailure:
        if not self.there:
            return IppFailure(self.reason)
        return Group(
            Tag.PRINTER,
            (
                Attribute("printer-state", (Value(Tag.ENUM, 3),)),
                Attribute("printer-state-reasons", (Value(Tag.KEYWORD, "none"),)),
            ),
        )

    def jobs(self, *, completed: bool = False) -> tuple[DeviceJob, ...] | IppFailure:
        return self.ended if completed else self.active

    def job(self, job_id: int) -> DeviceJob | IppFailure | None:
        lists = [jobs for jobs in (self.active, self.ended) if not isinstance(jobs, IppFailure)]
        return next((each for jobs in lists for each in jobs if each.id == job_id), None)

    def cancel(self, job_id: int) -> IppFailure | None:
        self.cancelled.append(job_id)
        return None

    def client(self) -> IppClient:
        """Return itself, as the client of a watch."""
        return cast(IppClient, self)


@pytest.fixture
def device() -> FakeDevice:
    return FakeDevice()


@pytest.fixture
def watch(device: FakeDevice) -> DeviceWatch:
    watch = DeviceWatch(device.client(), JobNames(), lambda name: name == OLDER)
    watch.expect(NAME)
    return watch


def look(watch: DeviceWatch, *current: str) -> None:
    watch.look()
    watch.look_for_leftovers(set(current))


def is_online(watch: DeviceWatch) -> bool:
    return watch.status.status is DeviceStatus.ONLINE


def test_one_refused_connection_does_not_change_the_status(
    watch: DeviceWatch, device: FakeDevice
) -> None:
    look(watch)
    device.there = False
    look(watch)
    assert is_online(watch)
    # Its list of jobs does not count as empty, however.
    assert isinstance(watch.jobs, IppFailure)
    look(watch)
    assert watch.status.status is DeviceStatus.UNKNOWN
    device.there = True
    look(watch)
    device.there, device.reason = False, Reason.TIMED_OUT
    look(watch)
    assert watch.status.status is DeviceStatus.UNKNOWN


def test_only_our_leftover_job_is_cancelled(watch: DeviceWatch, device: FakeDevice) -> None:
    # The same user name: another program on this computer.
    stranger = DeviceJob(1, "another job", "station", JobState.PROCESSING, (), 0)
    mine = DeviceJob(2, OLDER, "station", JobState.PENDING, (), 0)
    device.active = (stranger, mine, job(JobState.PROCESSING, number=3))
    look(watch, NAME)
    assert device.cancelled == [2]
    assert watch.leftovers.kept == (2,)
    look(watch)
    assert device.cancelled == [2, 2, 3]


def test_unknown_job_of_our_user_at_start_is_a_leftover_and_not_cancelled(
    device: FakeDevice,
) -> None:
    """A lost journal knows no earlier job. Its pages must not reach the next resident."""
    watch = DeviceWatch(device.client(), JobNames(), lambda _name: False, "station")
    before = DeviceJob(1, "unknown-job-0001", "station", JobState.PROCESSING, (), 1)
    device.active = (before,)
    look(watch)
    assert watch.leftovers.kept == (1,)
    later = DeviceJob(2, "unknown-job-0002", "station", JobState.PENDING, (), 0)
    device.active = (before, later)
    look(watch)
    assert watch.leftovers.kept == (1,)
    assert watch.foreign
    assert device.cancelled == []
    device.active, device.ended = (), (replace(before, state=JobState.COMPLETED, impressions=2),)
    look(watch)
    # It has printed another page, so staff must check the tray.
    assert f.LEFTOVER_JOB.same_as(watch.leftovers.fault())
    watch.leftovers.tray_checked()
    assert watch.leftovers.fault() is None


def test_second_copy_that_ended_between_two_looks_is_a_leftover_once(
    watch: DeviceWatch, device: FakeDevice
) -> None:
    follower = Follower(JobRecord(NAME, JobStage.RELEASED, 2, "q"), TIMING, 0.0, one_way=False)
    device.ended = (job(JobState.COMPLETED, 2, number=1),)
    watch.look()
    watch.follow(follower, 0.1)
    assert isinstance(follower.judge(0.1), Verdict)
    watch.finish(follower)
    look(watch)
    assert watch.leftovers.fault() is None
    device.ended = (job(JobState.COMPLETED, 2, number=2), *device.ended)
    look(watch)
    assert f.LEFTOVER_JOB.same_as(watch.leftovers.fault())
    watch.leftovers.tray_checked()
    look(watch)
    assert watch.leftovers.fault() is None


def test_pages_printed_after_the_verdict_are_leftovers(
    watch: DeviceWatch, device: FakeDevice
) -> None:
    follower = Follower(JobRecord(NAME, JobStage.RELEASED, 3, "q"), TIMING, 0.0, one_way=False)
    device.active = (job(JobState.PROCESSING, 1),)
    watch.look()
    watch.follow(follower, 0.1)
    device.there = False
    watch.look()
    watch.follow(follower, 0.2)
    verdict = follower.judge(0.2 + TIMING.gone_s)
    assert isinstance(verdict, Verdict)
    assert (verdict.outcome, verdict.evidence) == (Outcome.UNKNOWN, Evidence.DEVICE_PARTLY)
    watch.finish(follower)
    device.there, device.active = True, ()
    device.ended = (job(JobState.COMPLETED, 1),)
    look(watch)
    assert watch.leftovers.fault() is None
    device.ended = (job(JobState.COMPLETED, 3),)
    look(watch)
    assert f.LEFTOVER_JOB.same_as(watch.leftovers.fault())


def test_reused_job_id_with_another_name_is_another_job(
    watch: DeviceWatch, device: FakeDevice
) -> None:
    follower = Follower(JobRecord(NAME, JobStage.RELEASED, 2, "q"), TIMING, 0.0, one_way=False)
    device.active = (job(JobState.PROCESSING, 1),)
    watch.look()
    watch.follow(follower, 0.1)
    device.active, device.ended = (), (job(JobState.COMPLETED, 2, name="another-job-0001"),)
    watch.look()
    watch.follow(follower, 0.2)
    assert follower.device is NoJob.ABSENT
    assert follower.cancel_asked
    assert follower.judge(0.2) == InProgress(Outcome.PRINTING, settling=True)
    verdict = follower.judge(0.3 + TIMING.settle_s)
    assert isinstance(verdict, Verdict)
    assert verdict.outcome is Outcome.UNKNOWN


@pytest.mark.parametrize("impressions", [1, 3])
def test_job_that_ends_between_two_lists_is_one_job(
    watch: DeviceWatch, device: FakeDevice, impressions: int
) -> None:
    """The job is in the list of active jobs and also in the list of ended ones.

    Once it counted as a second copy of itself then, and staff were called to check the tray.
    """
    record = JobRecord(NAME, JobStage.RELEASED, 3, "q")
    follower = Follower(record, TIMING, 0.0, one_way=False, recovering=True)
    device.active = (job(JobState.PROCESSING, impressions),)
    device.ended = (job(JobState.COMPLETED, 3),)
    watch.look()
    watch.follow(follower, 0.1)
    assert follower.copies == ()
    verdict = follower.judge(0.1)
    assert verdict == Verdict(Outcome.PRINTED, Evidence.DEVICE_IMPRESSIONS, None)
    assert follower.record.pages_done == 3
    watch.finish(follower)
    device.active = ()
    look(watch)
    assert watch.leftovers.fault() is None
    assert device.cancelled == []


def test_number_of_remembered_names_is_limited(watch: DeviceWatch, device: FakeDevice) -> None:
    for number in range(NAMES_KEPT):
        watch.expect(f"later-job-{number:06d}")
    device.ended = (job(JobState.COMPLETED, 2),)
    look(watch)
    assert watch.leftovers.fault() is None


# ---------------------------------------------------------------- the follower's time limits


def followed(now: float = 0.0, **timing: float) -> Follower:
    record = JobRecord(NAME, JobStage.RELEASED, 3, "q")
    return Follower(record, replace(TIMING, **timing), now, one_way=False)


def test_job_without_progress_is_overdue_and_a_page_restarts_the_limit() -> None:
    follower = followed(stall_s=10.0)
    follower.note_device_jobs((job(JobState.PROCESSING, 0),), 1.0)
    assert not follower.overdue(10.9)
    assert follower.overdue(11.1)
    follower.note_device_jobs((job(JobState.PROCESSING, 1),), 11.2)
    assert not follower.overdue(12.0)
    assert follower.overdue(21.3)
    follower.cancel(21.3, timed_out=True)
    assert not follower.overdue(22.0)
    follower.note_device_jobs((job(JobState.CANCELED, 1),), 22.0)
    follower.judge(22.0)
    verdict = follower.judge(22.0 + TIMING.settle_s)
    assert verdict == Verdict(Outcome.UNKNOWN, Evidence.DEVICE_PARTLY, f.JOB_TIMED_OUT)


def test_slow_job_is_overdue_after_its_total_limit() -> None:
    follower = followed(stall_s=10.0, job_s=15.0)
    for second in range(15):
        follower.note_device_jobs((job(JobState.PROCESSING, second),), float(second))
        assert not follower.overdue(float(second))
    assert follower.overdue(15.5)


def test_cancelled_job_that_does_not_end_gets_a_verdict_after_the_limit() -> None:
    follower = followed(cancel_s=5.0)
    follower.note_device_jobs((job(JobState.PROCESSING, 0),), 1.0)
    follower.cancel(2.0)
    assert isinstance(follower.judge(6.9), InProgress)
    verdict = follower.judge(7.0)
    assert verdict == Verdict(Outcome.UNKNOWN, Evidence.NONE, f.JOB_CANCELLED)


def test_job_of_an_earlier_run_waits_for_its_device_without_limit() -> None:
    record = JobRecord(NAME, JobStage.RELEASED, 3, "q", pages_done=1)
    follower = Follower(record, TIMING, 0.0, one_way=False, recovering=True)
    for hour in range(10):
        follower.note_device_jobs(IppFailure(Reason.UNREACHABLE), hour * 3600.0)
        assert isinstance(follower.judge(hour * 3600.0), InProgress)
    follower.note_device_jobs((job(JobState.COMPLETED, 3),), 36_001.0)
    verdict = follower.judge(36_001.0)
    assert isinstance(verdict, Verdict)
    assert verdict.outcome is Outcome.PRINTED


def test_count_after_a_late_end_gets_the_settling_time() -> None:
    """A device ends a cancelled job just before the limit and has not counted its last page yet."""
    follower = followed(cancel_s=5.0)
    follower.note_device_jobs((job(JobState.PROCESSING, 1),), 1.0)
    follower.cancel(2.0)
    follower.note_device_jobs((job(JobState.CANCELED, 1),), 6.9)
    assert follower.judge(6.9) == InProgress(Outcome.PRINTING, settling=True)
    assert follower.judge(7.1) == InProgress(Outcome.PRINTING, settling=True)
    follower.note_device_jobs((job(JobState.CANCELED, 2),), 7.2)
    verdict = follower.judge(6.9 + TIMING.settle_s)
    assert verdict == Verdict(Outcome.UNKNOWN, Evidence.DEVICE_PARTLY, f.JOB_CANCELLED)
    assert follower.counted == 2


@pytest.mark.parametrize("recovering", [True, False])
def test_cancel_limit_starts_with_the_devices_first_answer(recovering: bool) -> None:
    """While the device does not answer, it does not receive the cancel request either."""
    record = JobRecord(NAME, JobStage.RELEASED, 3, "q", pages_done=1)
    timing = replace(TIMING, cancel_s=5.0, gone_s=100.0)
    follower = Follower(record, timing, 0.0, one_way=False, recovering=recovering)
    follower.cancel(0.0)
    follower.note_device_jobs(IppFailure(Reason.TIMED_OUT), 0.0)
    follower.note_device_jobs((job(JobState.PROCESSING, 1),), 60.0)
    assert isinstance(follower.judge(60.0), InProgress)
    assert isinstance(follower.judge(64.9), InProgress)
    assert isinstance(follower.judge(65.0), Verdict)


def test_cancel_limit_adds_up_the_times_in_which_the_device_answers() -> None:
    follower = followed(cancel_s=5.0, gone_s=60.0)
    follower.cancel(0.0)
    for number in range(5):
        follower.note_device_jobs((job(JobState.PROCESSING, 1),), number * 10.0)
        assert isinstance(follower.judge(number * 10.0), InProgress)
        follower.note_device_jobs(IppFailure(Reason.TIMED_OUT), number * 10.0 + 1.0)
        assert isinstance(follower.judge(number * 10.0 + 9.0), InProgress)
    follower.note_device_jobs((job(JobState.PROCESSING, 1),), 50.0)
    assert isinstance(follower.judge(50.0), Verdict)


def test_started_and_pending_job_will_run_again() -> None:
    follower = followed()
    pending = QueueJob(3, NAME, JobState.PENDING, started=False)
    follower.note_queue_jobs((pending,))
    runs_again = follower.will_run_again
    assert not runs_again
    follower.note_queue_jobs((replace(pending, started=True),))
    runs_again = follower.will_run_again
    assert runs_again
    follower.note_queue_jobs(())
    assert not follower.will_run_again
    assert follower.queue is NoJob.ABSENT
