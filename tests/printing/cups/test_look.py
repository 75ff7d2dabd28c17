"""One look at the device: how long it blocks the printer's thread, and what no answer means."""

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
"""Within this time, a device that sends its answer byte by byte must be *unknown* (issue 8)."""
SILENT = IppFailure(Reason.TIMED_OUT)
LEFT = "left-behind-0001"


class Asked(FakeDevice):
    """A device that notes its requests and answers them as the test sets."""

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

    def cancel(self, job_id: int) -> IppFailure | None:
        super().cancel(job_id)
        return self._note("cancel")


@pytest.fixture
def device() -> Asked:
    return Asked()


def watching(device: Asked, ask_s: float = ASK_S) -> DeviceWatch:
    watch = DeviceWatch(device.client(), JobNames(), lambda name: name == LEFT, ask_s=ask_s)
    watch.expect(NAME)
    return watch


def whole_look(watch: DeviceWatch, follower: Follower | None = None) -> None:
    """Do what the printer's thread does in one look."""
    watch.look()
    if follower is not None:
        watch.follow(follower, 1.0)
    watch.look_for_leftovers({follower.record.job} if follower is not None else set())


def following() -> Follower:
    return Follower(JobRecord(NAME, JobStage.RELEASED, 2, "q"), PrinterTiming(), 0.0, one_way=False)


@pytest.mark.parametrize("question", ["state", "jobs", "ended", "job", "cancel"])
def test_unanswered_request_ends_the_look_and_sets_unknown(device: Asked, question: str) -> None:
    watch = watching(device)
    follower = following()
    device.active = (job(JobState.PROCESSING, 0), job(JobState.PENDING, number=8, name=LEFT))
    whole_look(watch, follower)
    before = watch.status
    assert before.status is DeviceStatus.ONLINE
    device.active = (job(JobState.PENDING, number=8, name=LEFT),)
    device.fails[question] = SILENT
    device.questions.clear()
    whole_look(watch, follower)
    silent = watch.status
    assert silent.status is DeviceStatus.UNKNOWN
    assert not silent.can_print
    assert device.questions.count(question) == 1
    assert device.questions[-1] == question
    device.fails.clear()
    whole_look(watch, follower)
    assert watch.status.status is DeviceStatus.ONLINE


def test_device_that_does_not_answer_the_wake_request_is_unknown(
    device: Asked,
) -> None:
    watch = watching(device)
    whole_look(watch)
    device.fails["state"] = SILENT
    assert not watch.answers()
    assert watch.status.status is DeviceStatus.UNKNOWN


@pytest.mark.parametrize("reason", [Reason.REFUSED, Reason.GARBLED, Reason.TLS])
def test_device_that_does_not_list_its_jobs_cannot_print(device: Asked, reason: Reason) -> None:
    watch = watching(device)
    device.fails["jobs"] = IppFailure(reason)
    whole_look(watch)
    assert watch.status.status is DeviceStatus.UNKNOWN
    assert not watch.status.can_print
    assert isinstance(watch.jobs, IppFailure)


def test_no_request_starts_after_the_time_limit_of_a_look(device: Asked) -> None:
    """A slow device that keeps many of our jobs does not block the thread for each of them."""
    watch = watching(device, ask_s=0.0)
    device.active = tuple(job(JobState.PENDING, number=each, name=LEFT) for each in range(1, 50))
    whole_look(watch)
    assert device.questions == []
    assert isinstance(watch.jobs, IppFailure)
    # A list that was not requested is not empty, and the state is not good.
    assert watch.status.status is DeviceStatus.UNKNOWN

    watch = watching(device)
    whole_look(watch)
    assert device.questions.count("cancel") == 49


def test_default_limits_add_up() -> None:
    timing = PrinterTiming()
    # A device that uses both the connect and the read time-out still answers in time.
    assert CONNECT_TIMEOUT_S + READ_TIMEOUT_S <= EXCHANGE_LIMIT_S
    # The three requests that following a job needs fit into one look at a slow device.
    assert 3 * READ_TIMEOUT_S <= ASK_S
    assert LOOK_LIMIT_S == ASK_S + EXCHANGE_LIMIT_S
    # The device gets slow right after a look. Until it is unknown there are: the pause, the request
    # whether it answers (before a job's release), and the next look.
    longest_pause = max(timing.idle_poll_s, timing.busy_poll_s)
    assert longest_pause + 2 * EXCHANGE_LIMIT_S <= UNKNOWN_LIMIT_S
    # The device gets slow during a look: its current exchange is the last one.
    assert EXCHANGE_LIMIT_S <= UNKNOWN_LIMIT_S
