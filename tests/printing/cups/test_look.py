"""One look at the device: how long it holds the printer's thread, and what silence means."""

from __future__ import annotations

import pytest

from devices.health import DeviceStatus
from printing.cups.device import ASK_S, LOOK_LIMIT_S, DeviceWatch, JobNames
from printing.cups.follower import Follower
from printing.ipp.client import (
    CONNECT_TIMEOUT_S,
    EXCHANGE_LIMIT_S,
    READ_TIMEOUT_S,
    DeviceJob,
    IppFailure,
    JobState,
    Reason,
)
from printing.ipp.codec import Group
from printing.job import PrinterTiming
from printing.printer import JobRecord, JobStage

from .test_device import NAME, FakeDevice, job

UNKNOWN_LIMIT_S = 10.0
"""Within this time a device that trickles must be unknown (issue 8)."""
SILENT = IppFailure(Reason.TIMED_OUT)
LEFT = "left-behind-0001"


class Asked(FakeDevice):
    """A device that keeps what it is asked, and answers a question as the test says."""

    def __init__(self) -> None:
        super().__init__()
        self.questions: list[str] = []
        self.fails: dict[str, IppFailure] = {}

    def _note(self, question: str) -> IppFailure | None:
        self.questions.append(question)
        return self.fails.get(question)

    def printer_attributes(self) -> Group | IppFailure:
        return self._note("state") or super().printer_attributes()

    def jobs(self, *, completed: bool = False) -> tuple[DeviceJob, ...] | IppFailure:
        question = "ended" if completed else "jobs"
        return self._note(question) or super().jobs(completed=completed)

    def job(self, job_id: int) -> DeviceJob | IppFailure | None:
        return self._note("job") or super().job(job_id)

    def cancel(self, job_id: int) -> IppFailure | None:  # type: ignore[override]
        super().cancel(job_id)
        return self._note("cancel")


@pytest.fixture
def device() -> Asked:
    return Asked()


def watching(device: Asked, **options: float) -> DeviceWatch:
    watch = DeviceWatch(device, JobNames(), lambda name: name == LEFT, **options)  # type: ignore[arg-type]
    watch.expect(NAME)
    return watch


def whole_look(watch: DeviceWatch, follower: Follower | None = None) -> None:
    """What the printer's thread does in one turn."""
    watch.look()
    if follower is not None:
        watch.follow(follower, 1.0)
    watch.look_for_leftovers({follower.record.job} if follower is not None else set())


def following() -> Follower:
    return Follower(JobRecord(NAME, JobStage.RELEASED, 2, "q"), PrinterTiming(), 0.0, one_way=False)


@pytest.mark.parametrize("question", ["state", "jobs", "ended", "job", "cancel"])
def test_a_question_that_is_not_answered_in_time_ends_the_look_and_the_good_state(
    device: Asked, question: str
) -> None:
    watch = watching(device)
    follower = following()
    device.active = (job(JobState.PROCESSING, 0), job(JobState.PENDING, number=8, name=LEFT))
    whole_look(watch, follower)
    assert watch.status.status is DeviceStatus.ONLINE
    device.active = (job(JobState.PENDING, number=8, name=LEFT),)
    device.fails[question] = SILENT
    device.questions.clear()
    whole_look(watch, follower)
    assert watch.status.status is DeviceStatus.UNKNOWN
    assert not watch.status.can_print
    assert device.questions.count(question) == 1
    assert device.questions[-1] == question
    device.fails.clear()
    whole_look(watch, follower)
    assert watch.status.status is DeviceStatus.ONLINE


def test_a_device_that_was_asked_whether_it_is_there_and_is_silent_is_unknown(
    device: Asked,
) -> None:
    watch = watching(device)
    whole_look(watch)
    device.fails["state"] = SILENT
    assert not watch.answers()
    assert watch.status.status is DeviceStatus.UNKNOWN


@pytest.mark.parametrize("reason", [Reason.REFUSED, Reason.GARBLED, Reason.TLS])
def test_a_device_that_does_not_list_its_jobs_is_not_fit_for_a_new_one(
    device: Asked, reason: Reason
) -> None:
    watch = watching(device)
    device.fails["jobs"] = IppFailure(reason)
    whole_look(watch)
    assert watch.status.status is DeviceStatus.UNKNOWN
    assert not watch.status.can_print
    assert isinstance(watch.jobs, IppFailure)


def test_no_question_begins_after_the_time_of_a_look(device: Asked) -> None:
    """A device that keeps many jobs of ours and is slow does not hold the thread for each."""
    watch = watching(device, ask_s=0.0)
    device.active = tuple(job(JobState.PENDING, number=each, name=LEFT) for each in range(1, 50))
    whole_look(watch)
    assert device.questions == []
    assert isinstance(watch.jobs, IppFailure)
    # Not asked is not empty, and not a good state either.
    assert watch.status.status is DeviceStatus.UNKNOWN

    watch = watching(device)
    whole_look(watch)
    assert device.questions.count("cancel") == 49


def test_the_shipped_limits_add_up() -> None:
    timing = PrinterTiming()
    # A device that uses both limits of a usual exchange still answers in time.
    assert CONNECT_TIMEOUT_S + READ_TIMEOUT_S <= EXCHANGE_LIMIT_S
    # The three questions that follow a job fit into one look of a slow device.
    assert 3 * READ_TIMEOUT_S <= ASK_S
    assert LOOK_LIMIT_S == ASK_S + EXCHANGE_LIMIT_S
    # The device begins to trickle right after a look: the pause, then a question whether it is
    # there (before a job is released), then the next look.
    longest_pause = max(timing.idle_poll_s, timing.busy_poll_s)
    assert longest_pause + 2 * EXCHANGE_LIMIT_S <= UNKNOWN_LIMIT_S
    # It begins to trickle within a look: the exchange that is under way is the last.
    assert EXCHANGE_LIMIT_S <= UNKNOWN_LIMIT_S
