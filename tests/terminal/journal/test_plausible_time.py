"""When the clock is trusted: at start, while running, and after the platform confirmed the time."""

from __future__ import annotations

import pytest

from terminal.journal.plausible_time import LATEST, RELEASED, SLACK_S, SWITCHED_OFF_S, Reading
from tests.terminal.clocks import DAY_S, START, Clock


@pytest.mark.parametrize(
    ("now", "plausible"),
    [
        (0.0, False),
        (RELEASED - 1, False),
        (RELEASED, True),
        (START, True),
        (LATEST, True),
        (LATEST + 1, False),
    ],
)
def test_clock_without_a_journal_is_limited_by_release_date_and_century(
    now: float, plausible: bool
) -> None:
    assert Clock(now).plausible().reading().plausible is plausible


@pytest.mark.parametrize(
    ("off_s", "plausible"),
    [
        (-SLACK_S - 1, False),
        (-SLACK_S, True),
        (0.0, True),
        (SWITCHED_OFF_S, True),
        (SWITCHED_OFF_S + 1, False),
        (200 * DAY_S, False),
    ],
)
def test_newest_row_limits_the_clock_at_start(off_s: float, plausible: bool) -> None:
    clock = Clock(START + off_s).plausible(newest=START)
    assert clock.reading() == Reading(START + off_s if plausible else START, plausible)


@pytest.mark.parametrize("jump_s", [-SLACK_S - 1, SLACK_S + 1, -START, 200 * DAY_S])
def test_clock_jump_while_running_is_not_plausible(jump_s: float) -> None:
    clock = Clock()
    time = clock.plausible(newest=START - 3600)
    assert time.reading() == Reading(START, True)
    clock.elapse(60)
    clock.set_to(clock.now + jump_s)
    clock.elapse(60)
    assert time.reading() == Reading(START + 120, False)
    clock.set_to(START + 120)
    assert time.reading() == Reading(START + 120, True)


def test_clock_is_plausible_after_a_year_of_running() -> None:
    clock = Clock()
    time = clock.plausible(newest=START)
    assert time.reading().plausible
    clock.elapse(365 * DAY_S)
    assert time.reading() == Reading(START + 365 * DAY_S, True)


@pytest.mark.parametrize("wrong", [0.0, START + 200 * DAY_S])
def test_corrected_clock_is_plausible_after_the_platform_confirmed(wrong: float) -> None:
    clock = Clock(wrong)
    time = clock.plausible(newest=START - 100 * DAY_S)
    assert time.reading() == Reading(START - 100 * DAY_S, False)
    time.confirm(START)
    assert time.reading() == Reading(START, False)
    clock.elapse(60)
    clock.set_to(START + 60)
    assert time.reading() == Reading(START + 60, True)


def test_platform_confirms_the_clock_after_a_long_power_off() -> None:
    clock = Clock(START + 200 * DAY_S)
    time = clock.plausible(newest=START)
    assert not time.reading().plausible
    time.confirm(START + 200 * DAY_S)
    assert time.reading() == Reading(START + 200 * DAY_S, True)


def test_platform_time_overrides_a_newest_row_in_the_future() -> None:
    clock = Clock()
    time = clock.plausible(newest=START + 200 * DAY_S)
    assert not time.reading().plausible
    time.confirm(START)
    assert time.reading() == Reading(START, True)


@pytest.mark.parametrize("said", [0.0, RELEASED - 1, LATEST + 1, float("nan")])
def test_impossible_platform_time_is_ignored(said: float) -> None:
    time = Clock().plausible(newest=START)
    time.confirm(said)
    assert time.reading() == Reading(START, True)


def test_clock_of_1970_without_a_journal_counts_from_the_release_date() -> None:
    clock = Clock(0.0)
    time = clock.plausible()
    clock.elapse(10)
    assert time.reading() == Reading(RELEASED + 10, False)
    clock.set_to(START)  # chrony corrects it
    assert time.reading() == Reading(START, True)
    clock.set_to(0.0)
    assert time.reading() == Reading(START, False)


def test_detail_states_the_clocks_offset() -> None:
    clock = Clock(START + 200 * DAY_S)
    time = clock.plausible(newest=START)
    assert time.wrong_by() == "200 days ahead of the known time"
    clock.set_to(START - SLACK_S - 1)
    assert time.wrong_by() == "86401 s behind the known time"
