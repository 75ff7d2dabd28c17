"""How the document process starts, is replaced, and ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import Future
from pathlib import Path

import pytest

from devices.health import Fault
from printing import faults as prn
from printing.document_worker import limits
from printing.document_worker.client import Verified
from printing.document_worker.pictures import Picture
from ui.documents.process import COMMAND

from ..seal_house import NOW, Authority
from .worker_house import (
    WITHIN_S,
    Start,
    checked,
    drawn,
    gone,
    shown,
    standing_in,
    until,
)

pytestmark = pytest.mark.usefixtures("patient")


def test_killed_in_the_middle_of_a_request_it_is_a_fault_and_another_one_serves(
    start: Start, three: bytes, authority: Authority
) -> None:
    worker = standing_in(start, "hang")
    found = shown(worker, three, authority)
    pid = worker.pid
    assert pid is not None
    answer: Future[Picture | Fault] = Future()
    found.pages.ask(1, 60, 80, answer.set_result)
    os.kill(pid, signal.SIGKILL)
    assert answer.result(WITHIN_S) in (prn.DOCUMENT_TOO_HEAVY, prn.CHECKER_DOWN)
    assert isinstance(drawn(found, 0), Picture)
    assert worker.pid != pid


def test_killed_while_idle_it_is_started_again_without_a_request(
    start: Start, caplog: pytest.LogCaptureFixture
) -> None:
    worker = standing_in(start, "harmless")
    assert worker.wait_until_ready()
    pid = worker.pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    until(lambda: worker.pid not in (None, pid), "another process")
    assert gone(pid)
    assert "SIGKILL" in caplog.text  # the log names what ended it


def test_a_request_after_it_ended_while_idle_is_served(
    start: Start, three: bytes, authority: Authority
) -> None:
    """No document is blamed for it."""
    worker = standing_in(start, "harmless")
    for _ in range(3):
        assert worker.wait_until_ready()
        pid = worker.pid
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        until(lambda pid=pid: gone(pid), "its end")
        assert isinstance(worker.check(three, anchors=authority.anchors, at=NOW), Verified)


def test_a_command_that_cannot_run_is_a_fault_reported_once_and_is_not_tried_all_the_time(
    start: Start, tmp_path: Path, three: bytes, authority: Authority
) -> None:
    reported: list[Fault | None] = []
    marks = tmp_path / "started"
    script = f"open({str(marks)!r}, 'a').write('1'); raise SystemExit(3)"
    worker = start(sys.executable, "-c", script, on_fault=reported.append)
    until(lambda: reported, "the fault")
    for _ in range(20):
        found = worker.check(three, anchors=authority.anchors, at=NOW)
        assert found == prn.CHECKER_DOWN
    assert reported == [prn.CHECKER_DOWN]
    assert len(marks.read_text()) <= 4  # at once, again at once, after 1 s, after 2 s


def test_once_it_starts_again_that_is_reported(
    start: Start, tmp_path: Path, sealed: bytes, authority: Authority
) -> None:
    reported: list[Fault | None] = []
    mark = tmp_path / "repaired"
    script = (
        f"import os, sys; os.path.exists({str(mark)!r}) or sys.exit(3)\n"
        f"os.execv(sys.executable, [*{list(COMMAND)!r}, *sys.argv[1:]])"
    )
    worker = start(sys.executable, "-c", script, on_fault=reported.append)
    until(lambda: reported, "the fault")
    mark.touch()
    assert worker.wait_until_ready(WITHIN_S)
    checked(worker, sealed, authority)
    until(lambda: reported == [prn.CHECKER_DOWN, None], "that it works again")


def test_one_that_ends_while_idle_is_not_started_all_the_time(start: Start) -> None:
    reported: list[Fault | None] = []
    standing_in(start, "ends_when_idle", on_fault=reported.append)
    until(lambda: reported, "the fault")
    assert reported == [prn.CHECKER_DOWN]


def test_before_its_cpu_time_for_life_is_used_up_another_one_takes_over(
    start: Start, sealed: bytes, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    worker = start(*COMMAND)
    found = checked(worker, sealed, authority)
    first = worker.pid
    monkeypatch.setattr(limits, "LIFE_CPU_S", limits.REQUEST_CPU_S)
    assert isinstance(drawn(found, 0), Picture)
    assert worker.pid != first


@pytest.mark.parametrize("kind", ["hang", "burn"])
def test_closed_during_a_request_it_ends_within_two_seconds(
    start: Start, three: bytes, authority: Authority, kind: str
) -> None:
    worker = standing_in(start, kind)
    found = shown(worker, three, authority)
    pid = worker.pid
    assert pid is not None
    answers: list[Future[Picture | Fault]] = [Future(), Future()]
    for answer in answers:
        found.pages.ask(1, 60, 80, answer.set_result)
    began = time.monotonic()
    worker.close()
    assert time.monotonic() - began < 2.0
    assert all(isinstance(answer.result(WITHIN_S), Fault) for answer in answers)
    assert gone(pid)
    assert worker.check(three, anchors=[], at=NOW) == prn.CHECKER_DOWN


def test_closed_before_it_was_ready_it_ends_at_once(start: Start) -> None:
    worker = start(*COMMAND)
    began = time.monotonic()
    worker.close()
    assert time.monotonic() - began < 2.0
    assert worker.pid is None or gone(worker.pid)


@pytest.mark.parametrize("how", ["kill", "exit"])
def test_the_process_ends_with_the_terminal(tmp_path: Path, how: str) -> None:
    """However that ends: killed, or leaving without closing anything."""
    script = (
        "import sys; from printing.document_worker.client import DocumentWorker\n"
        f"worker = DocumentWorker({list(COMMAND)!r})\n"
        "worker.wait_until_ready(); print(worker.pid, flush=True)\n"
        "sys.stdin.read()"
    )
    terminal = subprocess.Popen(
        [sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    with terminal:
        assert terminal.stdout is not None
        pid = int(terminal.stdout.readline())
        assert not gone(pid)
        if how == "kill":
            terminal.kill()
        else:
            assert terminal.stdin is not None
            terminal.stdin.close()
        until(lambda: gone(pid), "the end of the process")


def test_ctrl_c_and_a_stopping_service_leave_it_to_the_terminal(
    start: Start, sealed: bytes, authority: Authority
) -> None:
    worker = start(*COMMAND)
    assert worker.wait_until_ready()
    pid = worker.pid
    assert pid is not None
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        os.kill(pid, number)
    checked(worker, sealed, authority)
    assert worker.pid == pid


def test_closing_a_document_of_a_process_that_is_replaced_is_no_failure(
    start: Start,
    three: bytes,
    authority: Authority,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    worker = standing_in(start, "harmless")
    found = shown(worker, three, authority)
    pid = worker.pid
    monkeypatch.setattr(limits, "LIFE_CPU_S", 0)  # it is replaced before the next request
    found.pages.close()
    until(lambda: worker.pid != pid, "its end")
    monkeypatch.undo()
    assert isinstance(worker.check(three, anchors=authority.anchors, at=NOW), Verified)
    assert caplog.text == ""
