"""The platform connection: reachable or not, and its heartbeat, against the real sandbox."""

from __future__ import annotations

import threading
import time
from typing import Any

import pytest

from devices.faults import READER_UNPLUGGED
from devices.health import DeviceStatus
from printing.faults import PAPER_OUT
from terminal import faults as own
from terminal.platform import faults
from terminal.platform.wire import DeviceState
from terminal.sandbox.process import SandboxProcess
from terminal.workers import uplink as line_module
from tests.terminal.line_world import OFFERED, Post, cached, until_offered
from tests.terminal.session_world import NO_PAPER, UNPLUGGED, station
from tests.terminal.terminal_world import until


def test_lost_and_restored_platform_is_reported_once_each(
    post: Post, sandbox: SandboxProcess
) -> None:
    sandbox.control(fault="absent")
    post.line()
    until(post.platform, "the platform's absence")
    post.beats(3)
    assert [fault and fault.code for fault in post.platform()] == [faults.UNREACHABLE.code]
    sandbox.control()
    until_offered(post)
    assert post.platform()[1:] == [None]
    assert post.items() == [OFFERED]


def test_exception_is_reported_as_a_fault_until_the_next_success(post: Post) -> None:
    broken = [True]

    def client() -> Any:
        if broken[0]:
            raise RuntimeError("secret")
        return post.client

    post.line(client)
    until(post.platform, "the fault")
    (fault,) = post.platform()
    assert fault is not None
    assert (fault.code, fault.detail) == (own.WORKER_FAILED.code, "RuntimeError")
    broken[0] = False
    until_offered(post)
    assert post.platform()[1:] == [None]


def test_hanging_client_blocks_neither_the_cached_catalogue_nor_stopping(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(line_module, "HELP_ANSWER_S", 0.1)
    monkeypatch.setattr(line_module, "STOP_S", 0.1)
    cached(post)
    never = threading.Event()
    line = post.line(lambda: never.wait(30))
    until_offered(post)
    assert post.items() == [OFFERED]
    results: list[tuple[bool, str]] = []
    line.expect_help("ab", lambda *how: results.append(how))
    until(lambda: results, "an answer about the call")
    assert results == [(False, "")]
    began = time.monotonic()
    line.stop()
    assert time.monotonic() - began < 5
    never.set()


def test_connection_stopped_before_start_makes_no_call(post: Post) -> None:
    line = post.line(start=False)
    line.stop()
    line.start()
    assert not line._thread.is_alive()
    assert post.client.calls == []


# -- the heartbeat ------------------------------------------------------------------------------


def test_heartbeat_contains_the_state_of_each_device(post: Post) -> None:
    post.station = station(readers=(("front", UNPLUGGED),), printer=NO_PAPER)
    post.line()
    until(lambda: post.client.of("heartbeat"), "a heartbeat")
    in_service, version, devices = post.client.of("heartbeat")[0]
    assert (in_service, version) == (False, 0)
    assert devices == (
        DeviceState("front", DeviceStatus.NO_DEVICE, READER_UNPLUGGED.code),
        DeviceState("printer", DeviceStatus.ONLINE, PAPER_OUT.code),
    )


def test_lost_connection_does_not_count_as_out_of_service(post: Post) -> None:
    post.station = station(platform=faults.UNREACHABLE)
    post.line()
    until(lambda: post.client.of("heartbeat"), "a heartbeat")
    assert post.client.of("heartbeat")[0][0] is True
