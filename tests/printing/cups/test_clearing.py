"""Recovery and clearing: no new job starts before they are over, and no job is lost."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from printing.cups.printer import CupsPrinter
from printing.cups.queue import CupsQueue, QueueState
from printing.cups.verdict import QueueJob
from printing.ipp.client import JobState
from printing.job import PrinterTiming, Sides
from printing.outcome import Evidence, Outcome, PrintEnded
from printing.printer import JobRecord, JobStage
from tests.rig.print_fixtures import Heard
from tests.rig.print_journal import FileJournal

from .test_queue_watch import done

TIMING = PrinterTiming(
    idle_poll_s=0.02, busy_poll_s=0.02, queue_idle_poll_s=0.02, queue_poll_s=0.02,
    queue_retry_pause_s=0.02, wake_s=0.1, settle_s=0.1, cancel_s=0.5, clear_s=5.0,
)  # fmt: skip


class Cupsd:
    """A cupsd whose jobs print as soon as they are released. Its device is one-way."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.jobs: dict[int, QueueJob] = {}
        self.requests: list[tuple[str, str]] = []
        self.media: list[str] = []

        def patch(method: str, act: Callable[..., Any]) -> None:
            monkeypatch.setattr(CupsQueue, method, lambda _queue, *given: done(act(*given)))

        patch("state", lambda: QueueState(3, (), True))
        patch("create", self.create)
        patch("send", lambda *_: None)
        patch("release", lambda number: self.become(number, JobState.COMPLETED))
        patch("cancel", lambda number: self.become(number, JobState.CANCELED))
        patch("find", lambda name: tuple(j for j in self.jobs.values() if j.name == name))
        patch("open_jobs", lambda: tuple(j for j in self.jobs.values() if not j.state.ended))

    def create(self, name: str, _sides: Sides, media: str) -> int:
        number = len(self.jobs) + 1
        self.media.append(media)
        self.jobs[number] = QueueJob(number, name, JobState.HELD, started=False)
        self.requests.append(("create", name))
        return number

    def become(self, number: int, state: JobState) -> None:
        job = self.jobs[number]
        started = job.started or state is JobState.COMPLETED
        self.jobs[number] = QueueJob(number, job.name, state, started=started)
        self.requests.append((state.name, job.name))


def wait_for(event: threading.Event) -> None:
    """Keep the printer's thread waiting until the event is set."""
    event.wait(10)


@pytest.fixture
def cupsd(monkeypatch: pytest.MonkeyPatch) -> Cupsd:
    return Cupsd(monkeypatch)


def test_job_submitted_at_start_waits_for_recovery(cupsd: Cupsd, tmp_path: Path) -> None:
    """`station print` submits its job as soon as it has started."""
    old, new = secrets.token_hex(16), secrets.token_hex(16)
    journal = FileJournal(tmp_path / "journal")
    journal.record(JobRecord(old, JobStage.RELEASED, 2, "q", cups_job=1))
    cupsd.jobs[1] = QueueJob(1, old, JobState.PROCESSING, started=True)
    heard = Heard()
    printer = CupsPrinter("q", None, journal, timing=TIMING)
    given = threading.Event()
    printer._loop.post(partial(wait_for, given))
    printer.start(heard)
    try:
        # The calls are queued before the printer's thread runs them.
        for job in (new, new + "-1"):
            printer.submit(job, b"%PDF", 1)
        given.set()
        first = heard.ended(old, 10)
        for job in (new, new + "-1"):
            ended = heard.ended(job, 10)
            assert (ended.outcome, ended.evidence) == (Outcome.UNKNOWN, Evidence.CUPS_COMPLETED)
    finally:
        printer.close()
    ends = [each for each in heard.events if isinstance(each, PrintEnded)]
    assert ends[0] == first
    assert len(ends) == 3
    created = [name for request, name in cupsd.requests if request == "create"]
    assert cupsd.requests.index(("CANCELED", old)) < cupsd.requests.index(("create", created[0]))


def test_job_submitted_during_clear_is_printed_afterwards(cupsd: Cupsd, tmp_path: Path) -> None:
    """Staff confirm that the tray is empty and at once request a test page."""
    before, after = secrets.token_hex(16), secrets.token_hex(16)
    heard, cleared = Heard(), threading.Event()
    printer = CupsPrinter("q", None, FileJournal(tmp_path / "journal"), timing=TIMING)
    given = threading.Event()
    printer._loop.post(partial(wait_for, given))
    printer.start(heard)
    try:
        printer.submit(before, b"%PDF", 1)
        printer.clear(lambda empty: cleared.set() if empty else None)
        printer.submit(after, b"%PDF", 1)
        given.set()
        assert cleared.wait(10)
        assert heard.ended(before, 10).outcome is Outcome.QUEUED
        assert heard.ended(after, 10).evidence == Evidence.CUPS_COMPLETED
    finally:
        printer.close()
    assert ("COMPLETED", before) not in cupsd.requests


@pytest.mark.parametrize("stage", [JobStage.LOADED, JobStage.RELEASED])
def test_open_job_on_an_unknown_queue_is_resolved(
    cupsd: Cupsd, tmp_path: Path, stage: JobStage
) -> None:
    """The printer was replaced while the terminal was off. The document must not stay in cupsd."""
    old, ours = secrets.token_hex(16), secrets.token_hex(16)
    journal = FileJournal(tmp_path / "journal")
    journal.record(JobRecord(old, stage, 2, "replaced", cups_job=1))
    journal.record(JobRecord(ours, JobStage.LOADED, 2, "second", cups_job=2))
    cupsd.jobs[1] = QueueJob(1, old, JobState.HELD, started=False)
    heard = Heard()
    printer = CupsPrinter("first", None, journal, timing=TIMING, queues=("first", "second"))
    printer.start(heard)
    try:
        ended = heard.ended(old, 10)
        assert (ended.outcome, ended.evidence) == (Outcome.QUEUED, Evidence.CANCELLED)
    finally:
        printer.close()
    # The open job of another printer of the terminal is left to that printer.
    assert [each.job for each in journal.open_jobs()] == [ours]
    assert set(cupsd.requests) == {("CANCELED", old)}
