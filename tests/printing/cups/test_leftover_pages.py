"""A job of an earlier person that the device keeps: forgotten only when nothing can come of it."""

from __future__ import annotations

import pytest

from printing.cups.leftover_pages import Leftovers
from printing.faults import LEFTOVER_JOB
from printing.ipp.client import DeviceJob, IppFailure, JobState, Reason


def job(state: JobState, impressions: int | None = 1) -> DeviceJob:
    return DeviceJob(7, "0123456789abcdef", "root", state, (), impressions)


@pytest.fixture
def kept() -> Leftovers:
    leftovers = Leftovers()
    leftovers.abandon(job(JobState.PROCESSING), 1)
    return leftovers


def test_a_job_that_ended_leaves_nothing() -> None:
    leftovers = Leftovers()
    leftovers.abandon(job(JobState.COMPLETED), 1)
    leftovers.abandon(None, 0)
    assert leftovers.kept == ()
    assert leftovers.fault() is None


def test_a_kept_job_is_a_fault_until_the_device_lets_go_of_it_without_a_page(
    kept: Leftovers,
) -> None:
    assert LEFTOVER_JOB.same_as(kept.fault())
    kept.gone(7, job(JobState.CANCELED, 1))
    assert kept.fault() is None


@pytest.mark.parametrize(
    "last",
    [
        None,
        job(JobState.CANCELED, 2),
        job(JobState.CANCELED, None),
        job(JobState.COMPLETED, 1),
        job(JobState.ABORTED, 3),
    ],
)
def test_pages_that_may_have_come_out_want_a_look(kept: Leftovers, last: DeviceJob | None) -> None:
    kept.gone(7, last)
    assert kept.kept == ()
    assert LEFTOVER_JOB.same_as(kept.fault())
    kept.list_is_empty()
    assert LEFTOVER_JOB.same_as(kept.fault())
    kept.tray_checked()
    assert kept.fault() is None


def test_silence_lets_go_of_nothing(kept: Leftovers) -> None:
    kept.gone(7, IppFailure(Reason.TIMED_OUT))
    assert kept.kept == (7,)
    kept.tray_checked()
    assert LEFTOVER_JOB.same_as(kept.fault())


def test_what_was_printed_before_does_not_count_again() -> None:
    leftovers = Leftovers()
    leftovers.seen(job(JobState.PROCESSING, 2))
    leftovers.seen(job(JobState.PROCESSING, 3))
    leftovers.gone(7, job(JobState.CANCELED, 2))
    assert leftovers.fault() is None


def test_a_list_not_shown_empty_is_a_fault_until_it_is() -> None:
    leftovers = Leftovers()
    leftovers.not_cleared()
    assert LEFTOVER_JOB.same_as(leftovers.fault())
    leftovers.tray_checked()
    assert LEFTOVER_JOB.same_as(leftovers.fault())
    leftovers.list_is_empty()
    assert leftovers.fault() is None
