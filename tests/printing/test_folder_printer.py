"""The demo's printer: paper in a folder, with the same rules of evidence as the real one."""

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


class Desk:
    """A folder printer with its journal, and what it told."""

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
        told = threading.Event()
        self.printer.clear(lambda empty: (answers.append(empty), told.set()))
        assert told.wait(5)
        return answers[0]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(tmp_path)
    yield desk
    desk.printer.close()


def test_a_document_lands_whole_and_is_counted(desk: Desk) -> None:
    job = name()
    desk.printer.start(desk.heard)
    desk.printer.submit(job, DOCUMENT, 3, "insurance_certificate")
    ended = desk.heard.ended(job)
    assert ended == PrintEnded(job, Outcome.PRINTED, 3, 3, Evidence.DEVICE_IMPRESSIONS)
    assert (desk.folder / f"{job}.pdf").read_bytes() == DOCUMENT
    assert desk.papers() == [f"{job}.pdf"]
    assert desk.printer.sheets == 97
    told = [e for e in desk.heard.events if isinstance(e, PrintProgress)]
    assert [(e.outcome, e.pages_done) for e in told] == [
        (Outcome.QUEUED, 0),
        (Outcome.SENT, 0),
        (Outcome.PRINTING, 0),
        (Outcome.PRINTING, 1),
        (Outcome.PRINTING, 2),
        (Outcome.PRINTING, 3),
    ]
    record = desk.journal.all()[job]
    assert (record.stage, record.outcome, record.service) == (
        JobStage.CLOSED,
        "printed",
        "insurance_certificate",
    )


def test_paper_out_is_waited_for_and_nothing_is_printed_twice(desk: Desk) -> None:
    job = name()
    desk.printer.load(1)
    desk.printer.start(desk.heard)
    desk.printer.submit(job, DOCUMENT, 3)
    told = desk.heard.wait(PrintProgress, lambda e: e.waiting is not None)
    assert isinstance(told, PrintProgress)
    assert (told.outcome, told.pages_done, told.waiting) == (Outcome.PRINTING, 1, PAPER_OUT)
    assert desk.printer.status().paper is PaperState.OUT
    assert desk.printer.status().toner is TonerState.NOT_SUPPORTED
    assert not desk.printer.status().can_print
    assert desk.papers() == []
    desk.printer.refill(10)
    assert desk.heard.ended(job).outcome is Outcome.PRINTED
    assert desk.printer.sheets == 8
    desk.heard.wait(PrinterChanged, lambda e: e.status.paper is PaperState.LOW)
    assert desk.papers() == [f"{job}.pdf"]


def test_a_cancel_while_paper_is_out_leaves_nothing(desk: Desk) -> None:
    first, second = name(), name()
    desk.printer.load(1)
    desk.printer.start(desk.heard)
    desk.printer.submit(first, DOCUMENT, 2)
    desk.printer.submit(second, DOCUMENT, 1)
    desk.heard.wait(PrintProgress, lambda e: e.waiting is not None)
    assert desk.cleared()
    ended = desk.heard.ended(first)
    assert ended == PrintEnded(first, Outcome.UNKNOWN, 1, 2, Evidence.DEVICE_PARTLY, JOB_CANCELLED)
    assert not nothing_came_out(ended)
    waited = desk.heard.ended(second)
    assert (waited.outcome, waited.evidence) == (Outcome.QUEUED, Evidence.CANCELLED)
    assert nothing_came_out(waited)
    desk.printer.refill()
    last = name()
    desk.printer.submit(last, DOCUMENT, 1)
    assert desk.heard.ended(last).outcome is Outcome.PRINTED
    assert desk.papers() == [f"{last}.pdf"]


def test_a_jam_in_mid_job_leaves_what_came_out_and_no_document(desk: Desk) -> None:
    job = name()
    desk.printer.load(1)
    desk.printer.start(desk.heard)
    desk.printer.submit(job, DOCUMENT, 3)
    desk.heard.wait(PrintProgress, lambda e: e.waiting is not None)
    desk.printer.jam()
    ended = desk.heard.ended(job)
    assert ended == PrintEnded(job, Outcome.UNKNOWN, 1, 3, Evidence.DEVICE_PARTLY, JOB_ABORTED)
    assert desk.papers() == []


def test_a_cancel_before_the_first_page_is_shown_to_have_printed_nothing(desk: Desk) -> None:
    job = name()
    desk.printer.empty()
    desk.printer.start(desk.heard)
    desk.printer.submit(job, DOCUMENT, 2)
    desk.heard.wait(PrintProgress, lambda e: e.waiting is not None)
    desk.printer.cancel(job)
    ended = desk.heard.ended(job)
    assert (ended.outcome, ended.evidence) == (Outcome.UNKNOWN, Evidence.DEVICE_NONE)
    assert nothing_came_out(ended)


def test_pages_take_their_time_and_a_cancel_does_not_wait_for_it(tmp_path: Path) -> None:
    desk = Desk(tmp_path, seconds=60)
    job = name()
    try:
        desk.printer.start(desk.heard)
        desk.printer.submit(job, DOCUMENT, 1)
        desk.heard.wait(PrintProgress, lambda e: e.outcome is Outcome.PRINTING)
        assert desk.printer.status().status is DeviceStatus.BUSY
        desk.printer.cancel(job)
        assert desk.heard.ended(job, 2).outcome is Outcome.UNKNOWN
        assert desk.papers() == []
    finally:
        desk.printer.close()


def test_what_an_earlier_run_left_is_resolved_without_printing(desk: Desk) -> None:
    whole, half, none, planned = (name() for _ in range(4))
    record = JobRecord(whole, JobStage.RELEASED, 2, "folder")
    desk.journal.record(replace(record, pages_done=1))
    desk.journal.record(replace(record, job=half, pages_done=1))
    desk.journal.record(replace(record, job=none))
    desk.journal.record(replace(record, job=planned, stage=JobStage.PLANNED))
    desk.folder.mkdir()
    (desk.folder / f"{whole}.pdf").write_bytes(DOCUMENT)
    (desk.folder / f".{half}.part").write_bytes(b"half")
    desk.printer.start(desk.heard)
    ends = [desk.heard.ended(job) for job in (whole, half, none, planned)]
    assert [(e.outcome, e.evidence) for e in ends] == [
        (Outcome.PRINTED, Evidence.DEVICE_IMPRESSIONS),
        (Outcome.UNKNOWN, Evidence.DEVICE_PARTLY),
        (Outcome.UNKNOWN, Evidence.DEVICE_NONE),
        (Outcome.QUEUED, Evidence.CANCELLED),
    ]
    assert all(JOB_ABORTED.same_as(e.fault) for e in ends[1:])
    assert desk.journal.open_jobs() == ()
    assert desk.papers() == [f"{whole}.pdf"]
    assert desk.printer.sheets == 100


def test_a_folder_that_cannot_be_written_is_a_fault_and_no_success(tmp_path: Path) -> None:
    (tmp_path / "tray").write_text("a file stands where the folder should be")
    desk = Desk(tmp_path)
    job = name()
    try:
        desk.printer.start(desk.heard)
        desk.printer.submit(job, DOCUMENT, 1)
        ended = desk.heard.ended(job)
        assert ended.outcome is Outcome.UNKNOWN
        assert ended.fault is not None
        assert not desk.printer.status().can_print
    finally:
        desk.printer.close()


def test_an_end_that_cannot_be_written_is_told_and_the_next_job_has_its_turn(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = name(), name()
    record = desk.journal.record

    def full(job: JobRecord) -> None:
        if (job.job, job.stage) == (first, JobStage.CLOSED):
            raise OSError(28, "no space left on device")
        record(job)

    monkeypatch.setattr(desk.journal, "record", full)
    desk.printer.start(desk.heard)
    desk.printer.submit(first, DOCUMENT, 1)
    desk.printer.submit(second, DOCUMENT, 1)
    for job in (first, second):
        assert desk.heard.ended(job, 5).outcome is Outcome.PRINTED
    # It is resolved at the next start.
    assert [each.job for each in desk.journal.open_jobs()] == [first]


@pytest.mark.parametrize("bad", ["", "short", "a name with spaces", "../../etc/passwd", "x" * 65])
def test_only_opaque_names_are_taken(desk: Desk, bad: str) -> None:
    with pytest.raises(ValueError, match="opaque"):
        desk.printer.submit(bad, DOCUMENT, 1)


@pytest.mark.parametrize("kept", [jobs.Job, folder_printer._Job])
def test_a_job_under_way_shows_nothing_of_its_document(kept: type) -> None:
    job = kept(JobRecord(name(), JobStage.PLANNED, 1, "queue"), DOCUMENT)
    assert "planned" in repr(job)
    assert "very bytes" not in repr(job)
