"""Parts of the CUPS printer without cupsd: the worker, the task loop, and a journal that fails."""

from __future__ import annotations

import os
import secrets
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest

from printing import faults as f
from printing.cups import queue
from printing.cups.loop import Task, TaskLoop
from printing.cups.printer import CupsPrinter
from printing.cups.queue import CupsWorker, Problem, QueueFailure
from printing.outcome import Evidence, Outcome
from printing.printer import JobRecord
from tests.rig.print_fixtures import Heard, wait_until

# ---------------------------------------------------------------- the worker


@pytest.fixture
def worker(monkeypatch: pytest.MonkeyPatch) -> Iterator[CupsWorker]:
    monkeypatch.setattr(CupsWorker, "_connect", lambda self, cups: "connection")
    worker = CupsWorker()
    yield worker
    worker.close()


def test_calls_run_in_order_and_errors_are_results(worker: CupsWorker) -> None:
    import cups

    def refuse(error: Exception) -> Any:
        def call(_connection: Any) -> None:
            raise error

        return worker.call(call)

    assert worker.call(lambda connection: connection).result(5) == "connection"
    expected = {
        cups.IPPError(0x0406, "not found"): Problem.MISSING,
        cups.IPPError(0x0404, "not possible"): Problem.TOO_LATE,
        cups.IPPError(0x0409, "too large"): Problem.FULL,
        cups.IPPError(0x0502, "unavailable"): Problem.DOWN,
        cups.IPPError(0x0401, "forbidden"): Problem.REFUSED,
        cups.HTTPError(500): Problem.DOWN,
        RuntimeError("failed to connect to server"): Problem.DOWN,
        OSError("broken pipe"): Problem.DOWN,
    }
    for error, problem in expected.items():
        failure = refuse(error).result(5)
        assert isinstance(failure, QueueFailure)
        assert failure.problem is problem
        # cupsd's own text may name a job, so it must not be in a detail.
        assert "not found" not in failure.detail


def test_hanging_call_fails_with_the_queued_ones_and_a_new_thread_starts(
    worker: CupsWorker,
) -> None:
    let_go, ran = threading.Event(), []
    hung = worker.call(lambda _connection: let_go.wait(30))
    behind: Future[Any] = worker.call(lambda _connection: ran.append("behind"))
    worker.abandon(hung)
    for future in (hung, behind):
        assert future.result(1) == QueueFailure(Problem.STUCK, "no answer in time")
    assert worker.call(lambda _connection: "fresh").result(5) == "fresh"
    # Abandoning a call that has its answer already costs no thread.
    worker.abandon(hung)
    assert worker._stuck == 1
    let_go.set()
    assert worker.call(lambda _connection: "still").result(5) == "still"
    assert ran == []


def test_number_of_abandoned_threads_is_limited(worker: CupsWorker) -> None:
    let_go = threading.Event()
    for _ in range(queue.MAX_STUCK_CALLS):
        worker.abandon(worker.call(lambda _connection: let_go.wait(30)))
    refused = worker.call(lambda _connection: "never").result(1)
    let_go.set()
    assert isinstance(refused, QueueFailure)
    assert refused.problem is Problem.STUCK


# ---------------------------------------------------------------- the loop


def test_failing_task_does_not_end_other_tasks() -> None:
    events: list[object] = []
    done = threading.Event()

    def good() -> Task:
        for _ in range(3):
            yield 0.01
        events.append("good")
        done.set()

    def bad() -> Task:
        yield 0.001
        raise ValueError("a bug")

    loop = TaskLoop(
        lambda: 1.0,
        call_limit_s=1.0,
        overdue=lambda future: future.set_result("late"),
        failed=lambda error: events.append(str(error)),
    )

    def waits() -> Task:
        events.append((yield Future()))

    def begin() -> None:
        loop.begin(bad())
        loop.begin(good())

    loop.post(begin)
    loop.start("test")
    try:
        assert done.wait(5)
        assert events == ["a bug", "good"]
        loop.post(lambda: loop.begin(waits()))
        wait_until(lambda: "late" in events, 5, "the overdue future's result")
        with pytest.raises(RuntimeError, match="twice"):
            loop.start("again")
    finally:
        loop.stop(2)


def test_bug_is_logged_by_its_type_even_if_the_error_handler_fails(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def bad() -> None:
        raise ValueError("王建明")

    def failed(error: Exception) -> None:
        raise KeyError(str(error))

    done = threading.Event()
    loop = TaskLoop(lambda: 1.0, call_limit_s=1.0, overdue=lambda _future: None, failed=failed)
    loop.post(bad)
    loop.start("printer")
    try:
        wait_until(lambda: "KeyError" in caplog.text, 5, "both are logged")
        loop.post(done.set)
        assert done.wait(5)
    finally:
        loop.stop(2)
    assert "printer: ValueError" in caplog.text
    assert "王建明" not in caplog.text


# ---------------------------------------------------------------- a journal that fails


class BrokenJournal:
    """A journal on a full disk."""

    def record(self, job: JobRecord) -> None:
        raise OSError(28, os.strerror(28))

    def open_jobs(self) -> tuple[JobRecord, ...]:
        return ()

    def knows(self, job: str) -> bool:
        raise OSError(5, os.strerror(5))


def test_job_that_cannot_be_journalled_is_not_printed(tmp_path: Path) -> None:
    heard, name = Heard(), secrets.token_hex(16)
    printer = CupsPrinter(
        "nowhere",
        "ipp://127.0.0.1:1/ipp/print",
        BrokenJournal(),
        cups_server=str(tmp_path / "no.sock"),
    )
    printer.start(heard)
    printer.submit(name, b"%PDF", 1)
    ended = heard.ended(name, 5)
    assert (ended.outcome, ended.evidence) == (Outcome.QUEUED, Evidence.CANCELLED)
    assert f.JOB_ABORTED.same_as(ended.fault)
    began = time.monotonic()
    printer.close()
    assert time.monotonic() - began < 2.0
    mine = {"printer", "cups"}
    wait_until(
        lambda: not any(each.name in mine for each in threading.enumerate()), 5, "threads gone"
    )
