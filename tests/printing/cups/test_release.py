"""A release whose answer is lost: the job continues and is neither cancelled nor released twice."""

from __future__ import annotations

from pathlib import Path

import pytest

from printing import faults as f
from printing.cups.follower import Follower
from printing.cups.printer import CupsPrinter
from printing.cups.queue import CupsQueue, Problem, QueueFailure
from printing.ipp.client import JobState
from printing.outcome import Evidence, Outcome
from tests.rig.print_fixtures import Heard
from tests.rig.print_jobs import name
from tests.rig.print_journal import FileJournal

from .test_clearing import TIMING, Cupsd, cupsd
from .test_queue_watch import done

__all__ = ["cupsd"]


@pytest.mark.parametrize(
    ("became", "outcome", "evidence"),
    [
        (JobState.COMPLETED, Outcome.UNKNOWN, Evidence.CUPS_COMPLETED),
        # Another program has cancelled it in cupsd before anything was sent.
        (JobState.CANCELED, Outcome.QUEUED, Evidence.CANCELLED),
    ],
)
def test_job_counts_as_released_if_cupsd_restarts_during_the_release(
    cupsd: Cupsd,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    became: JobState,
    outcome: Outcome,
    evidence: Evidence,
) -> None:
    answers = [QueueFailure(Problem.DOWN), QueueFailure(Problem.TOO_LATE)]

    def release(_queue: CupsQueue, number: int) -> object:
        if len(answers) == 2:
            cupsd.become(number, became)
        return done(answers.pop(0))

    cancelled: list[object] = []
    monkeypatch.setattr(CupsQueue, "release", release)
    monkeypatch.setattr(Follower, "cancel", lambda *given, **_why: cancelled.append(given))
    heard, job = Heard(), name()
    printer = CupsPrinter("q", None, FileJournal(tmp_path / "journal"), timing=TIMING)
    printer.start(heard)
    try:
        printer.submit(job, b"%PDF", 1)
        ended = heard.ended(job, 10)
    finally:
        printer.close()
    assert (ended.outcome, ended.evidence) == (outcome, evidence)
    wanted = f.JOB_UNPROVED if became is JobState.COMPLETED else f.JOB_ABORTED
    assert wanted.same_as(ended.fault)
    assert answers == []
    assert cancelled == [], "the terminal would cancel a job that prints"
