"""Leftover jobs at the device: forgotten only if no page of them can come out any more."""

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


def test_ended_job_is_not_a_leftover() -> None:
    leftovers = Leftovers()
    leftovers.abandon(job(JobState.COMPLETED), 1)
    leftovers.abandon(None, 0)
    assert leftovers.kept == ()
    assert leftovers.fault() is None


def test_kept_job_is_a_fault_until_the_device_drops_it_without_a_page(
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
def test_possible_pages_are_a_fault_until_staff_check_the_tray(
    kept: Leftovers, last: DeviceJob | None
) -> None:
    kept.gone(7, last)
    assert kept.kept == ()
    assert LEFTOVER_JOB.same_as(kept.fault())
    kept.list_is_empty()
    assert LEFTOVER_JOB.same_as(kept.fault())
    kept.tray_checked()
    assert kept.fault() is None


def test_job_stays_kept_while_the_device_does_not_answer(kept: Leftovers) -> None:
    kept.gone(7, IppFailure(Reason.TIMED_OUT))
    assert kept.kept == (7,)
    kept.tray_checked()
    assert LEFTOVER_JOB.same_as(kept.fault())


def test_pages_counted_at_first_sight_are_not_leftovers() -> None:
    leftovers = Leftovers()
    leftovers.seen(job(JobState.PROCESSING, 2))
    leftovers.seen(job(JobState.PROCESSING, 3))
    leftovers.gone(7, job(JobState.CANCELED, 2))
    assert leftovers.fault() is None


def test_list_not_shown_empty_is_a_fault_until_it_is_empty() -> None:
    leftovers = Leftovers()
    leftovers.not_cleared()
    assert LEFTOVER_JOB.same_as(leftovers.fault())
    leftovers.tray_checked()
    assert LEFTOVER_JOB.same_as(leftovers.fault())
    leftovers.list_is_empty()
    assert leftovers.fault() is None
