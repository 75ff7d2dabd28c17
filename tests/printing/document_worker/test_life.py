"""How the document process starts, is replaced, and ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import Future
from functools import partial
from pathlib import Path

import pytest

from devices.health import Fault
from printing import faults as prn
from printing.document_worker import limits
from printing.document_worker.client import Verified
from printing.document_worker.pictures import Picture
from ui.documents.process import COMMAND

from ..seal_fixtures import NOW, Authority
from .worker_fixtures import (
    WITHIN_S,
    Start,
    checked,
    drawn,
    gone,
    shown,
    standing_in,
    until,
)

pytestmark = [pytest.mark.process, pytest.mark.usefixtures("patient")]


def test_kill_during_a_request_is_a_fault_and_a_new_process_serves(
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


def test_process_killed_while_idle_is_started_again(
    start: Start, caplog: pytest.LogCaptureFixture
) -> None:
    worker = standing_in(start, "harmless")
    assert worker.wait_until_ready()
    pid = worker.pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    until(lambda: worker.pid not in (None, pid), "another process")
    assert gone(pid)
    assert "SIGKILL" in caplog.text  # the log names the signal


def test_request_after_an_idle_process_ended_is_served(
    start: Start, three: bytes, authority: Authority
) -> None:
    """The next document must not be refused because of it."""
    worker = standing_in(start, "harmless")
    for _ in range(3):
        assert worker.wait_until_ready()
        pid = worker.pid
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        until(partial(gone, pid), "its end")
        assert isinstance(worker.check(three, anchors=authority.anchors, at=NOW), Verified)


def test_command_that_fails_is_reported_once_and_retried_with_pauses(
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
    assert len(marks.read_text()) <= 4  # the first start, and retries at once, after 1 s and 2 s


def test_recovered_process_is_reported(
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


def test_process_that_ends_while_idle_is_reported_once(start: Start) -> None:
    reported: list[Fault | None] = []
    standing_in(start, "ends_when_idle", on_fault=reported.append)
    until(lambda: reported, "the fault")
    assert reported == [prn.CHECKER_DOWN]


def test_process_is_replaced_before_its_cpu_time_is_used_up(
    start: Start, sealed: bytes, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    worker = start(*COMMAND)
    found = checked(worker, sealed, authority)
    first = worker.pid
    monkeypatch.setattr(limits, "LIFE_CPU_S", limits.REQUEST_CPU_S)
    assert isinstance(drawn(found, 0), Picture)
    assert worker.pid != first


def test_process_is_replaced_before_its_memory_is_used_up(
    start: Start, sealed: bytes, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    worker = start(*COMMAND)
    found = checked(worker, sealed, authority)
    first = worker.pid
    assert isinstance(drawn(found, 0), Picture)
    assert worker.pid == first
    monkeypatch.setattr(limits, "IDLE_BYTES", 1)
    assert isinstance(drawn(found, 0), Picture)
    assert worker.pid != first


def test_memory_does_not_grow_with_the_number_of_documents(
    start: Start, sealed: bytes, authority: Authority
) -> None:
    """Without a document that keeps PDFium open, each one left 2 MB."""
    worker = start(*COMMAND)

    def used_after(documents: int) -> int:
        for _ in range(documents):
            found = checked(worker, sealed, authority)
            assert isinstance(drawn(found, 0), Picture)
            found.pages.close()
        assert worker.pid is not None
        return limits.private_bytes(worker.pid)

    first = used_after(5)
    assert used_after(20) < first + 10_000_000


@pytest.mark.parametrize("kind", ["hang", "burn"])
def test_close_during_a_request_ends_within_two_seconds(
    start: Start,
    three: bytes,
    authority: Authority,
    kind: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    worker = standing_in(start, kind)
    found = shown(worker, three, authority)
    pid = worker.pid
    assert pid is not None
    under_way = threading.Event()
    allow_request = limits.allow_request

    def allowed(process: int) -> None:
        allow_request(process)
        under_way.set()  # each request begins with this call

    monkeypatch.setattr(limits, "allow_request", allowed)
    answers: list[Future[Picture | Fault]] = [Future(), Future()]
    for answer in answers:
        found.pages.ask(1, 60, 80, answer.set_result)
    assert under_way.wait(WITHIN_S)
    began = time.monotonic()
    worker.close()
    assert time.monotonic() - began < 2.0
    assert all(isinstance(answer.result(WITHIN_S), Fault) for answer in answers)
    assert gone(pid)
    assert worker.check(three, anchors=[], at=NOW) == prn.CHECKER_DOWN


def test_close_before_the_process_is_ready_ends_at_once(start: Start) -> None:
    worker = start(*COMMAND)
    began = time.monotonic()
    worker.close()
    assert time.monotonic() - began < 2.0
    assert worker.pid is None or gone(worker.pid)


@pytest.mark.parametrize("how", ["kill", "exit"])
def test_process_ends_with_the_terminal(tmp_path: Path, how: str) -> None:
    """This holds if the terminal is killed, and if it exits without closing anything."""
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


def test_process_ignores_signals_to_the_terminals_group(
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


def test_close_of_a_document_in_a_replaced_process_is_not_a_failure(
    start: Start,
    three: bytes,
    authority: Authority,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    worker = standing_in(start, "harmless")
    found = shown(worker, three, authority)
    pid = worker.pid
    monkeypatch.setattr(limits, "LIFE_CPU_S", 0)  # so the next request needs a new process
    found.pages.close()
    until(lambda: worker.pid != pid, "its end")
    monkeypatch.undo()
    assert isinstance(worker.check(three, anchors=authority.anchors, at=NOW), Verified)
    assert caplog.text == ""
