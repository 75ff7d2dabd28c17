"""The connection and the clock: it passes on the platform's time; a wrong clock expires nothing."""

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
from tests.terminal.line_world import OFFERED, Post, cached, until_offered
from tests.terminal.terminal_bench import TerminalBench, ready
from tests.terminal.terminal_world import until

NEAR_S = 60.0
"""Tolerance for two readings of one clock on a loaded machine."""


def test_each_heartbeat_reports_the_platforms_time(post: Post) -> None:
    post.line()
    until(lambda: post.times, "the time")
    assert post.times[0] == pytest.approx(time.time(), abs=NEAR_S)


@pytest.mark.parametrize("offset_s", [-86_400.0, 86_400.0])
def test_heartbeat_refused_for_clock_skew_reports_the_time(
    post: Post, sandbox: SandboxProcess, offset_s: float
) -> None:
    sandbox.control(clock_offset_s=offset_s)
    post.line()
    until(lambda: post.times, "the time")
    assert post.times[0] == pytest.approx(time.time() + offset_s, abs=NEAR_S)
    until(post.platform, "the fault")
    assert post.platform()[0] == faults.CLOCK_SKEW


def test_unreachable_platform_reports_no_time(post: Post, sandbox: SandboxProcess) -> None:
    sandbox.control(fault="absent")
    post.line()
    until(post.platform, "the fault")
    assert post.times == []


def test_terminal_adopts_the_platforms_time(bench: TerminalBench, sandbox: SandboxProcess) -> None:
    """The platform's clock differs by three days: this is recorded as a fault."""
    sandbox.control(clock_offset_s=-3 * 86_400.0)
    _, watch = bench.terminal()
    assert watch.wait(st.OutOfService).fault.same_as(faults.CLOCK_SKEW)
    until(
        lambda: any(code == "SYS-308" for (code,) in bench.rows("SELECT code FROM faults")),
        "the clock's fault",
    )


def test_right_clock_causes_no_fault(bench: TerminalBench) -> None:
    _, watch = bench.terminal()
    ready(watch)
    assert bench.rows("SELECT code FROM faults") == []


def test_catalogue_is_valid_until_its_expiry(post: Post) -> None:
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


def test_catalogue_of_the_same_version_is_accepted_and_an_older_one_refused(post: Post) -> None:
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
def test_cached_catalogue_is_offered_until_it_expires(
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
