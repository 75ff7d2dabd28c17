"""The line and the clock: the platform's time is passed on, and a wrong clock expires nothing."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest

from devices.health import Fault
from terminal.platform import faults
from terminal.platform.catalogue import open_catalogue
from terminal.platform.wire import Catalogue
from terminal.sandbox.process import SandboxProcess
from terminal.session import states as st
from tests.terminal.house import House, ready
from tests.terminal.line_world import OFFERED, Post, cached, until_offered
from tests.terminal.terminal_world import until

NEAR_S = 60.0
"""Two readings of one clock on a loaded machine."""


def test_each_heartbeat_brings_the_platforms_time(post: Post) -> None:
    post.line()
    until(lambda: post.times, "the time")
    assert post.times[0] == pytest.approx(time.time(), abs=NEAR_S)


@pytest.mark.parametrize("offset_s", [-86_400.0, 86_400.0])
def test_a_heartbeat_refused_because_the_clocks_differ_brings_the_time_too(
    post: Post, sandbox: SandboxProcess, offset_s: float
) -> None:
    sandbox.control(clock_offset_s=offset_s)
    post.line()
    until(lambda: post.times, "the time")
    assert post.times[0] == pytest.approx(time.time() + offset_s, abs=NEAR_S)
    until(post.platform, "the fault")
    assert post.platform()[0] == faults.CLOCK_SKEW


def test_a_platform_that_is_away_brings_no_time(post: Post, sandbox: SandboxProcess) -> None:
    sandbox.control(fault="absent")
    post.line()
    until(post.platform, "the fault")
    assert post.times == []


def test_the_whole_terminal_takes_the_platforms_time_over(
    house: House, sandbox: SandboxProcess
) -> None:
    """The platform contradicts this clock by three days: that is a fault in the journal."""
    sandbox.control(clock_offset_s=-3 * 86_400.0)
    _, watch = house.terminal()
    assert watch.wait(st.OutOfService).fault.same_as(faults.CLOCK_SKEW)
    until(
        lambda: any(code == "SYS-308" for (code,) in house.rows("SELECT code FROM faults")),
        "the clock's fault",
    )


def test_the_whole_terminal_finds_nothing_wrong_with_a_right_clock(house: House) -> None:
    _, watch = house.terminal()
    ready(watch)
    assert house.rows("SELECT code FROM faults") == []


def test_a_catalogue_is_good_until_its_last_moment_and_no_longer(post: Post) -> None:
    cached(post)
    envelope = post.cache.read_bytes()
    opened = open_catalogue(envelope, post.key, now=0.0)
    assert isinstance(opened, Catalogue)
    end = opened.expires_at
    assert isinstance(open_catalogue(envelope, post.key, now=end - 0.001), Catalogue)
    for late in (float(end), end + 0.001):
        refused = open_catalogue(envelope, post.key, now=late)
        assert isinstance(refused, Fault)
        assert refused == faults.CATALOGUE_EXPIRED


def test_a_catalogue_of_the_version_at_hand_is_taken_and_an_older_one_is_not(post: Post) -> None:
    cached(post)
    envelope = post.cache.read_bytes()
    opened = open_catalogue(envelope, post.key, now=0.0)
    assert isinstance(opened, Catalogue)
    same = open_catalogue(envelope, post.key, now=0.0, newer_than=opened.version)
    assert isinstance(same, Catalogue)
    older = open_catalogue(envelope, post.key, now=0.0, newer_than=opened.version + 1)
    assert isinstance(older, Fault)
    assert older == faults.CATALOGUE_OLDER


@pytest.mark.parametrize(("before_s", "offered"), [(30.0, True), (-30.0, False)])
def test_a_cached_catalogue_is_offered_until_it_ends(
    post: Post, sandbox: SandboxProcess, before_s: float, offered: bool
) -> None:
    cached(post)
    opened = open_catalogue(post.cache.read_bytes(), post.key, now=0.0)
    assert isinstance(opened, Catalogue)
    sandbox.control(fault="absent")
    post.ahead = timedelta(seconds=opened.expires_at - before_s - time.time())
    post.line()
    until(post.platform, "the platform's absence")
    if offered:
        until_offered(post)
    assert (OFFERED in post.items()) is offered
