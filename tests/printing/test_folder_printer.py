"""The folder printer of the demo, which follows the same rules of evidence as the CUPS printer."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from devices.health import DeviceStatus
from printing import folder_printer
from printing.cups import jobs
from printing.faults import JOB_ABORTED, JOB_CANCELLED, PAPER_OUT
from printing.folder_printer import FolderPrinter
from printing.outcome import (
    Evidence,
    Outcome,
    PrintEnded,
    PrintProgress,
    nothing_came_out,
)
from printing.printer import JobRecord, JobStage, PaperState, PrinterChanged, TonerState
from tests.rig.print_fixtures import Heard
from tests.rig.print_journal import FileJournal

DOCUMENT = b"%PDF-1.7 the very bytes"


def name() -> str:
    return secrets.token_hex(16)


class Setup:
    """A folder printer with its journal and its events."""

    def __init__(self, root: Path, *, seconds: float = 0.0, sheets: int = 100) -> None:
        self.folder = root / "tray"
        self.journal = FileJournal(root / "journal")
        self.heard = Heard()
        self.printer = FolderPrinter(
            self.folder, self.journal, seconds_per_page=seconds, sheets=sheets
        )

    def papers(self) -> list[str]:
        return sorted(path.name for path in self.folder.iterdir())

    def cleared(self) -> bool:
        answers: list[bool] = []
        answered = threading.Event()

        def note(empty: bool) -> None:
            answers.append(empty)
            answered.set()

        self.printer.clear(note)
        assert answered.wait(5)
        return answers[0]


@pytest.fixture
def setup(tmp_path: Path) -> Iterator[Setup]:
    setup = Setup(tmp_path)
    yield setup
    setup.printer.close()


def test_printer_alone_returns_its_own_status_as_the_only_printer(setup: Setup) -> None:
    assert setup.printer.statuses() == (("printer", setup.printer.status()),)
    assert not setup.printer.needs_restart


def test_document_is_written_whole_and_counted(setup: Setup) -> None:
    job = name()
    setup.printer.start(setup.heard)
    setup.printer.submit(job, DOCUMENT, 3, "insurance_certificate")
    ended = setup.heard.ended(job)
    assert ended == PrintEnded(job, Outcome.PRINTED, 3, 3, Evidence.DEVICE_IMPRESSIONS)
    assert (setup.folder / f"{job}.pdf").read_bytes() == DOCUMENT
    assert setup.papers() == [f"{job}.pdf"]
    assert setup.printer.sheets == 97
    progress = [e for e in setup.heard.events if isinstance(e, PrintProgress)]
    assert [(e.outcome, e.pages_done) for e in progress] == [
        (Outcome.QUEUED, 0),
        (Outcome.SENT, 0),
        (Outcome.PRINTING, 0),
        (Outcome.PRINTING, 1),
        (Outcome.PRINTING, 2),
        (Outcome.PRINTING, 3),
    ]
    record = setup.journal.all()[job]
    assert (record.stage, record.outcome, record.service) == (
        JobStage.CLOSED,
        "printed",
        "insurance_certificate",
    )


def test_job_waits_for_paper_and_prints_once(setup: Setup) -> None:
    job = name()
    setup.printer.load(1)
    setup.printer.start(setup.heard)
    setup.printer.submit(job, DOCUMENT, 3)
    progress = setup.heard.wait(PrintProgress, lambda e: e.waiting is not None)
    assert isinstance(progress, PrintProgress)
    assert (progress.outcome, progress.pages_done, progress.waiting) == (
        Outcome.PRINTING,
        1,
        PAPER_OUT,
    )
    assert setup.printer.status().paper is PaperState.OUT
    assert setup.printer.status().toner is TonerState.NOT_SUPPORTED
    assert not setup.printer.status().can_print
    assert setup.papers() == []
    setup.printer.refill(10)
    assert setup.heard.ended(job).outcome is Outcome.PRINTED
    assert setup.printer.sheets == 8
    setup.heard.wait(PrinterChanged, lambda e: e.status.paper is PaperState.LOW)
    assert setup.papers() == [f"{job}.pdf"]


def test_job_cancelled_while_paper_is_out_writes_nothing(setup: Setup) -> None:
    first, second = name(), name()
    setup.printer.load(1)
    setup.printer.start(setup.heard)
    setup.printer.submit(first, DOCUMENT, 2)
    setup.printer.submit(second, DOCUMENT, 1)
    setup.heard.wait(PrintProgress, lambda e: e.waiting is not None)
    assert setup.cleared()
    ended = setup.heard.ended(first)
    assert ended == PrintEnded(first, Outcome.UNKNOWN, 1, 2, Evidence.DEVICE_PARTLY, JOB_CANCELLED)
    assert not nothing_came_out(ended)
    waited = setup.heard.ended(second)
    assert (waited.outcome, waited.evidence) == (Outcome.QUEUED, Evidence.CANCELLED)
    assert nothing_came_out(waited)
    setup.printer.refill()
    last = name()
    setup.printer.submit(last, DOCUMENT, 1)
    assert setup.heard.ended(last).outcome is Outcome.PRINTED
    assert setup.papers() == [f"{last}.pdf"]


def test_jam_ends_the_job_with_its_count_and_no_document(setup: Setup) -> None:
    job = name()
    setup.printer.load(1)
    setup.printer.start(setup.heard)
    setup.printer.submit(job, DOCUMENT, 3)
    setup.heard.wait(PrintProgress, lambda e: e.waiting is not None)
    setup.printer.jam()
    ended = setup.heard.ended(job)
    assert ended == PrintEnded(job, Outcome.UNKNOWN, 1, 3, Evidence.DEVICE_PARTLY, JOB_ABORTED)
    assert setup.papers() == []


def test_job_cancelled_before_its_first_page_printed_nothing(setup: Setup) -> None:
    job = name()
    setup.printer.empty()
    setup.printer.start(setup.heard)
    setup.printer.submit(job, DOCUMENT, 2)
    setup.heard.wait(PrintProgress, lambda e: e.waiting is not None)
    setup.printer.cancel(job)
    ended = setup.heard.ended(job)
    assert (ended.outcome, ended.evidence) == (Outcome.UNKNOWN, Evidence.DEVICE_NONE)
    assert nothing_came_out(ended)


def test_cancel_does_not_wait_for_the_current_page(tmp_path: Path) -> None:
    setup = Setup(tmp_path, seconds=60)
    job = name()
    try:
        setup.printer.start(setup.heard)
        setup.printer.submit(job, DOCUMENT, 1)
        setup.heard.wait(PrintProgress, lambda e: e.outcome is Outcome.PRINTING)
        assert setup.printer.status().status is DeviceStatus.BUSY
        setup.printer.cancel(job)
        assert setup.heard.ended(job, 2).outcome is Outcome.UNKNOWN
        assert setup.papers() == []
    finally:
        setup.printer.close()


def test_jobs_of_an_earlier_run_are_resolved_without_printing(setup: Setup) -> None:
    whole, half, none, planned = (name() for _ in range(4))
    record = JobRecord(whole, JobStage.RELEASED, 2, "folder")
    setup.journal.record(replace(record, pages_done=1))
    setup.journal.record(replace(record, job=half, pages_done=1))
    setup.journal.record(replace(record, job=none))
    setup.journal.record(replace(record, job=planned, stage=JobStage.PLANNED))
    setup.folder.mkdir()
    (setup.folder / f"{whole}.pdf").write_bytes(DOCUMENT)
    (setup.folder / f".{half}.part").write_bytes(b"half")
    setup.printer.start(setup.heard)
    ends = [setup.heard.ended(job) for job in (whole, half, none, planned)]
    assert [(e.outcome, e.evidence) for e in ends] == [
        (Outcome.PRINTED, Evidence.DEVICE_IMPRESSIONS),
        (Outcome.UNKNOWN, Evidence.DEVICE_PARTLY),
        (Outcome.UNKNOWN, Evidence.DEVICE_NONE),
        (Outcome.QUEUED, Evidence.CANCELLED),
    ]
    assert all(JOB_ABORTED.same_as(e.fault) for e in ends[1:])
    assert setup.journal.open_jobs() == ()
    assert setup.papers() == [f"{whole}.pdf"]
    assert setup.printer.sheets == 100


def test_folder_that_cannot_be_written_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / "tray").write_text("a file stands where the folder should be")
    setup = Setup(tmp_path)
    job = name()
    try:
        setup.printer.start(setup.heard)
        setup.printer.submit(job, DOCUMENT, 1)
        ended = setup.heard.ended(job)
        assert ended.outcome is Outcome.UNKNOWN
        assert ended.fault is not None
        assert not setup.printer.status().can_print
    finally:
        setup.printer.close()


def test_end_that_cannot_be_journalled_is_reported_and_the_next_job_starts(
    setup: Setup, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = name(), name()
    record = setup.journal.record

    def full(job: JobRecord) -> None:
        if (job.job, job.stage) == (first, JobStage.CLOSED):
            raise OSError(28, "no space left on device")
        record(job)

    monkeypatch.setattr(setup.journal, "record", full)
    setup.printer.start(setup.heard)
    setup.printer.submit(first, DOCUMENT, 1)
    setup.printer.submit(second, DOCUMENT, 1)
    for job in (first, second):
        assert setup.heard.ended(job, 5).outcome is Outcome.PRINTED
    # The first job is resolved at the next start.
    assert [each.job for each in setup.journal.open_jobs()] == [first]


@pytest.mark.parametrize("bad", ["", "short", "a name with spaces", "../../etc/passwd", "x" * 65])
def test_only_opaque_names_are_accepted(setup: Setup, bad: str) -> None:
    with pytest.raises(ValueError, match="opaque"):
        setup.printer.submit(bad, DOCUMENT, 1)


@pytest.mark.parametrize("kept", [jobs.Job, folder_printer._Job])
def test_repr_of_a_job_shows_nothing_of_its_document(kept: type) -> None:
    job = kept(JobRecord(name(), JobStage.PLANNED, 1, "queue"), DOCUMENT)
    assert "planned" in repr(job)
    assert "very bytes" not in repr(job)
