"""Submission of a job: the journal has each step before cupsd gets the request for it.

After a kill between the two, the next start therefore knows the job (docs/printing.md).
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest

from printing.cups.device import DeviceWatch, JobNames
from printing.cups.jobs import Job, PrinterJobs
from printing.cups.loop import Task
from printing.cups.queue import CupsQueue, Problem, QueueFailure, QueueState
from printing.cups.submission import Submission
from printing.job import PrinterTiming, Sides
from printing.printer import JobRecord, JobStage
from tests.rig.print_journal import FileJournal

NUMBER = 7
"""The job's id in cupsd."""
Stages = list[tuple[str, JobStage, int | None]]


class Queue:
    """A cupsd that notes the journal's content at each request; ``answers`` sets its answers."""

    def __init__(self, journal: FileJournal, name: str) -> None:
        self._journal = journal
        self._name = name
        self.orders: Stages = []
        self.answers: dict[str, Any] = {"state": QueueState(3, (), True), "create": NUMBER}
        self.before: dict[str, Callable[[], None]] = {}

    def order(self, act: str) -> Future[Any]:
        """Note one request and return its answer."""
        self.before.get(act, lambda: None)()
        record = self._journal.all()[self._name]
        self.orders.append((act, record.stage, record.cups_job))
        future: Future[Any] = Future()
        future.set_result(self.answers.get(act))
        return future


class Over:
    """One job that is submitted, step by step, on this thread."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
        self.journal = FileJournal(folder / "journal")
        self.job = Job(JobRecord(secrets.token_hex(16), JobStage.PLANNED, 2, "q"), b"%PDF")
        self.queue = Queue(self.journal, self.job.record.job)
        for act in ("state", "create", "send", "release", "cancel"):
            monkeypatch.setattr(
                CupsQueue, act, lambda _queue, *_given, act=act: self.queue.order(act)
            )
        self.events: list[object] = []
        self.unreleased: list[str] = []
        names = JobNames()
        self.jobs = PrinterJobs(self.journal, names, self.events.append)
        self.jobs.add(self.job)
        self.jobs.current = self.jobs.waiting.popleft()
        self.submission = Submission(
            CupsQueue("q"),
            DeviceWatch(None, names, self.jobs.knows),
            self.jobs,
            PrinterTiming(),
            sides=lambda _job: Sides.ONE,
            media=lambda _job: "iso_a4_210x297mm",
            released=lambda: None,
            unreleased=lambda _job, fault: self.unreleased.append(fault.code),
        )

    def run(self) -> list[str]:
        """Run the whole submission and return the requests that cupsd got."""
        task: Task = self.submission.run(self.job)
        answer = None
        while True:
            try:
                wanted = task.send(answer)
            except StopIteration:
                return [order for order, *_ in self.queue.orders]
            answer = wanted.result(0) if isinstance(wanted, Future) else None


@pytest.fixture
def over(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Over:
    return Over(monkeypatch, tmp_path)


def test_each_step_is_journalled_before_the_next_request(over: Over) -> None:
    assert over.run() == ["state", "create", "send", "release"]
    assert over.queue.orders[1:] == [
        ("create", JobStage.PLANNED, None),
        ("send", JobStage.HELD, NUMBER),
        ("release", JobStage.RELEASED, NUMBER),
    ]
    assert over.journal.history(over.job.record.job) == [
        JobStage.PLANNED, JobStage.HELD, JobStage.LOADED, JobStage.RELEASED,
    ]  # fmt: skip
    assert over.job.follower is not None
    assert not over.job.follower.cancel_asked
    assert over.job.document == b""


@pytest.mark.parametrize("act", ["create", "send"])
def test_job_cancelled_during_submission_is_never_released(over: Over, act: str) -> None:
    def cancel() -> None:
        over.job.cancelled = True

    over.queue.before[act] = cancel
    assert "release" not in over.run()
    assert over.unreleased == ["PRN-202"]


@pytest.mark.parametrize("stage", [JobStage.HELD, JobStage.LOADED, JobStage.RELEASED])
def test_submission_stops_at_a_step_that_cannot_be_journalled(
    over: Over, monkeypatch: pytest.MonkeyPatch, stage: JobStage
) -> None:
    written = over.journal.record

    def record(job: JobRecord) -> None:
        if job.stage is stage:
            raise OSError(28, "no space")
        written(job)

    monkeypatch.setattr(over.journal, "record", record)
    with pytest.raises(OSError, match="no space"):
        over.run()
    assert "release" not in [order for order, *_ in over.queue.orders]
    assert over.job.follower is None


def test_job_that_cupsd_lost_before_its_release_ends_unreleased(over: Over) -> None:
    over.queue.answers["release"] = QueueFailure(Problem.MISSING)
    over.run()
    assert over.unreleased == ["PRN-102"]
    assert over.job.follower is None


def test_job_with_an_uncertain_release_is_followed_and_cancelled(over: Over) -> None:
    over.queue.answers["release"] = QueueFailure(Problem.REFUSED)
    over.run()
    assert over.unreleased == []
    assert over.job.follower is not None
    assert over.job.follower.cancel_asked


def test_job_that_ended_during_its_release_is_cancelled_in_cupsd(over: Over) -> None:
    def end() -> None:
        over.job.over = True

    over.queue.before["release"] = end
    assert over.run()[-1] == "cancel"
    assert over.job.follower is None
