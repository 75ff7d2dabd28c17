"""A wrong clock must neither delete rows nor allow a document to be printed twice."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from printing.media import Edition
from printing.outcome import Evidence, Outcome
from printing.printer import JobRecord, JobStage
from terminal import faults
from terminal.journal.journal import KEEP_S, Journal
from terminal.journal.reprints import REUSE_S
from terminal.platform.wire import HelpReason
from tests.terminal.clocks import DAY_S, START, Clock

KEY = b"k" * 32
JOB = JobRecord(
    "aa-1", JobStage.CLOSED, 1, "station", "item", None, 1, Outcome.PRINTED, Evidence.PERSON, 1
)
TABLES = ("visits", "jobs", "documents", "prints", "outbox", "copies", "reprints", "openings")
WRONG = [pytest.param(200 * DAY_S, id="200 days ahead"), pytest.param(-START, id="1970")]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "journal"


@pytest.fixture
def opened(folder: Path, clock: Clock) -> Iterator[list[Journal]]:
    """Journals that the test opened; they are closed when it ends."""
    journals: list[Journal] = []
    yield journals
    for journal in journals:
        journal.close()


def start(folder: Path, clock: Clock, opened: list[Journal]) -> Journal:
    """Start the terminal on a machine that has just booted."""
    for journal in opened:
        journal.close()
    clock.reboot()
    again = Journal.open(folder, KEY, clock, clock.running)
    assert isinstance(again, Journal)
    opened.append(again)
    return again


def printed(journal: Journal, visit: str = "aa") -> None:
    """Serve a resident: this writes rows to every table that retention deletes from."""
    job = replace(JOB, job=f"{visit}-1")
    journal.visit_began(visit, "ee")
    journal.issue_asked(f"{visit}-0", visit, "item")
    journal.issued(f"{visit}-0", "N-1")
    assert journal.print_planned(job.job, f"{visit}-0") is None
    journal.record(job)
    journal.outcome_known(job.job, "N-1", Outcome.PRINTED, 1, Evidence.PERSON)
    journal.acknowledged(job.job)


def counts(folder: Path) -> dict[str, int]:
    connection = sqlite3.connect(folder / "journal.db")
    try:
        return {
            table: connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
            for table in TABLES
        }
    finally:
        connection.close()


@pytest.mark.parametrize("off_s", WRONG)
def test_a_start_with_a_wrong_clock_deletes_nothing(
    folder: Path, clock: Clock, opened: list[Journal], off_s: float
) -> None:
    printed(start(folder, clock, opened))
    before = counts(folder)
    clock.set_to(START + off_s)
    journal = start(folder, clock, opened)
    assert counts(folder) == before
    journal.visit_began("bb", "ee")  # a visit triggers the daily deletion
    clock.elapse(2 * DAY_S)
    journal.visit_began("cc", "ee")
    assert counts(folder) == {**before, "visits": before["visits"] + 2}


@pytest.mark.parametrize("off_s", WRONG)
def test_wrong_clock_allows_no_second_print(
    folder: Path, clock: Clock, opened: list[Journal], off_s: float
) -> None:
    printed(start(folder, clock, opened))
    clock.set_to(START + off_s)
    journal = start(folder, clock, opened)
    assert journal.knows("aa-1")
    with pytest.raises(ValueError, match="without a right to it"):
        journal.print_planned("aa-2", "aa-0")
    clock.set_to(START + 600)
    journal = start(folder, clock, opened)
    with pytest.raises(ValueError, match="without a right to it"):
        journal.print_planned("aa-2", "aa-0")


@pytest.mark.parametrize("off_s", WRONG)
def test_rows_written_with_a_wrong_clock_are_kept_as_long_as_others(
    folder: Path, clock: Clock, opened: list[Journal], off_s: float
) -> None:
    printed(start(folder, clock, opened))
    clock.set_to(START + off_s)
    printed(start(folder, clock, opened), "bb")
    clock.set_to(START + DAY_S)
    journal = start(folder, clock, opened)
    journal.platform_time(START + DAY_S)
    printed(journal, "cc")
    assert counts(folder)["prints"] == 3
    clock.elapse(KEEP_S + DAY_S)
    journal.visit_began("dd", "ee")
    clock.elapse(2 * DAY_S)
    journal.visit_began("ff", "ee")
    assert counts(folder)["prints"] == 0


def test_journal_created_with_a_clock_ahead_keeps_later_rows(
    folder: Path, clock: Clock, opened: list[Journal]
) -> None:
    """Its first rows are in the future: the newest row alone would delete all later ones."""
    clock.set_to(START + 200 * DAY_S)
    printed(start(folder, clock, opened))
    clock.set_to(START)
    journal = start(folder, clock, opened)
    journal.platform_time(START)
    printed(journal, "bb")
    before = counts(folder)
    for _ in range(3):
        clock.elapse(DAY_S)
        journal = start(folder, clock, opened)
        journal.visit_began("bb", "ee")
        assert counts(folder) == before


def test_clock_jump_while_running_deletes_nothing(
    folder: Path, clock: Clock, opened: list[Journal]
) -> None:
    journal = start(folder, clock, opened)
    printed(journal)
    before = counts(folder)
    clock.set_to(START + 200 * DAY_S)
    clock.elapse(2 * DAY_S)
    journal.visit_began("aa", "ee")
    assert counts(folder) == before


def test_rows_are_deleted_only_after_the_retention_time(
    folder: Path, clock: Clock, opened: list[Journal]
) -> None:
    journal = start(folder, clock, opened)
    printed(journal)
    journal.help_called("ab", HelpReason.FAULT, "Printing")
    clock.elapse(KEEP_S)
    journal.visit_began("bb", "ee")
    journal = start(folder, clock, opened)
    assert counts(folder)["prints"] == 1
    clock.elapse(1)
    journal.visit_began("cc", "ee")
    assert counts(folder)["prints"] == 1  # deletion runs only once a day
    start(folder, clock, opened)
    assert counts(folder)["prints"] == 0
    assert counts(folder)["outbox"] == 1  # the unanswered call for staff


def test_nothing_is_deleted_beyond_the_newest_row(
    folder: Path, clock: Clock, opened: list[Journal]
) -> None:
    """Switched off for four weeks: the clock may be right, but nothing confirms it."""
    journal = start(folder, clock, opened)
    printed(journal)
    clock.elapse(KEEP_S - DAY_S)
    printed(journal, "bb")
    clock.set_to(clock.now + 28 * DAY_S)
    start(folder, clock, opened)
    assert counts(folder)["prints"] == 2


def test_old_rows_are_deleted_once_the_platform_confirms_the_time(
    folder: Path, clock: Clock, opened: list[Journal]
) -> None:
    printed(start(folder, clock, opened))
    clock.set_to(START + 200 * DAY_S)
    journal = start(folder, clock, opened)
    journal.platform_time(clock.now)
    journal.visit_began("bb", "ee")
    assert counts(folder)["prints"] == 1  # the newest row is still the old one
    clock.elapse(2 * DAY_S)
    journal.visit_began("cc", "ee")
    assert counts(folder)["prints"] == 0


@pytest.mark.parametrize("off_s", WRONG)
def test_wrong_clock_is_recorded_as_a_fault_with_its_offset(
    folder: Path, clock: Clock, opened: list[Journal], off_s: float
) -> None:
    printed(start(folder, clock, opened))
    clock.set_to(START + off_s)
    (past,) = start(folder, clock, opened).last_faults()
    assert past.code == faults.CLOCK_WRONG.code
    assert "days" in past.detail


def test_clock_contradicted_by_the_platform_is_recorded_once(
    folder: Path, clock: Clock, opened: list[Journal]
) -> None:
    clock.set_to(START + 20 * DAY_S)
    journal = start(folder, clock, opened)
    for _ in range(3):
        journal.platform_time(START)
    assert [past.detail for past in journal.last_faults()] == ["20 days ahead of the known time"]


def asked(journal: Journal, visit: str = "aa") -> None:
    journal.visit_began(visit, "ee")
    journal.issue_asked(f"{visit}-0", visit, "item")


@pytest.mark.parametrize(
    ("off_s", "reused"), [(0.0, True), (REUSE_S - 1, True), (REUSE_S, False), (29 * DAY_S, False)]
)
def test_unprinted_document_is_reused_within_a_day(
    folder: Path, clock: Clock, opened: list[Journal], off_s: float, reused: bool
) -> None:
    asked(start(folder, clock, opened))
    clock.set_to(START + off_s)
    journal = start(folder, clock, opened)
    journal.visit_began("bb", "ee")
    assert (journal.reusable("bb", "item", Edition.STANDARD) is not None) is reused


def test_old_document_is_not_reused_when_the_clock_is_behind(
    folder: Path, clock: Clock, opened: list[Journal]
) -> None:
    """With a clock in 1970 every document would seem less than a day old."""
    journal = start(folder, clock, opened)
    asked(journal)
    clock.elapse(20 * DAY_S)
    journal.visit_began("cc", "ee")
    clock.set_to(60.0)
    journal = start(folder, clock, opened)
    journal.visit_began("bb", "ee")
    assert journal.reusable("bb", "item", Edition.STANDARD) is None


def test_document_of_unknown_age_is_not_reused(
    folder: Path, clock: Clock, opened: list[Journal]
) -> None:
    clock.set_to(START + 20 * DAY_S)  # ahead, but not yet contradicted
    asked(start(folder, clock, opened))
    clock.set_to(START)
    journal = start(folder, clock, opened)
    journal.platform_time(START)
    journal.visit_began("bb", "ee")
    assert journal.reusable("bb", "item", Edition.STANDARD) is None


def test_daily_and_monthly_totals_survive_a_wrong_clock(
    folder: Path, clock: Clock, opened: list[Journal]
) -> None:
    journal = start(folder, clock, opened)
    printed(journal)
    clock.elapse(5 * DAY_S)
    journal.copied("aa", "other")
    right = journal.totals_by_item()
    assert (len(right.today), len(right.month)) == (1, 2)
    for wrong in (clock.now + 200 * DAY_S, 0.0):
        clock.set_to(wrong)
        assert start(folder, clock, opened).totals_by_item() == right
