"""The journal: what it stores, what it refuses, and what it returns after a restart."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import cast

import pytest

from devices.identity import Assurance, CardKind, Identity, PersonalRecord
from printing.faults import PAPER_OUT
from printing.outcome import Evidence, Outcome
from printing.printer import JobRecord, JobStage
from terminal import faults
from terminal.journal.journal import (
    KEEP_S,
    PRUNE_EVERY_S,
    IssuedDocument,
    Journal,
    OutgoingHelp,
    OutgoingOutcome,
)
from terminal.platform.faults import KEY_REUSED
from terminal.platform.wire import HelpReason
from terminal.session.model import EndReason, Reprint, ReprintReason
from tests.terminal.clocks import Clock

KEY = b"k" * 32
VISIT = "0f8e2b1c4d5a69788796a5b4c3d2e1f0"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "state" / "journal"


@pytest.fixture
def journal(folder: Path, clock: Clock) -> Iterator[Journal]:
    journal = opened(folder, clock)
    yield journal
    journal.close()


def opened(folder: Path, clock: Clock) -> Journal:
    journal = Journal.open(folder, KEY, clock, clock.running)
    assert isinstance(journal, Journal)
    return journal


def rows(folder: Path, statement: str) -> list[tuple[object, ...]]:
    """Read the journal as another program does."""
    connection = sqlite3.connect(folder / "journal.db")
    try:
        return connection.execute(statement).fetchall()
    finally:
        connection.close()


def person(id_number: str | None, card_number: str | None = None) -> Identity:
    record = PersonalRecord(
        CardKind.SOCIAL_SECURITY, name="王建明", id_number=id_number, card_number=card_number
    )
    return Identity(record, Assurance.CARD_FREE)


JOB = JobRecord(f"{VISIT}-1", JobStage.PLANNED, 3, "station", "100101-SI-0101")


def test_each_commit_is_synced_to_disk(folder: Path, journal: Journal) -> None:
    assert rows(folder, "PRAGMA journal_mode") == [("wal",)]
    # synchronous belongs to the connection: 2 is FULL (sqlite.org/pragma.html#pragma_synchronous)
    assert journal.store.read("PRAGMA synchronous") == [(2,)]
    assert folder.stat().st_mode & 0o777 == 0o700


def test_a_job_is_updated_and_stays_open_until_closed(
    folder: Path, clock: Clock, journal: Journal
) -> None:
    second = replace(JOB, job=f"{VISIT}-2")
    journal.record(JOB)
    journal.record(second)
    held = replace(JOB, stage=JobStage.HELD, cups_job=17)
    journal.record(held)
    journal.close()
    journal = opened(folder, clock)
    assert journal.open_jobs() == (held, second)
    closed = replace(
        held,
        stage=JobStage.CLOSED,
        pages_done=3,
        outcome=Outcome.PRINTED,
        evidence=Evidence.DEVICE_IMPRESSIONS,
    )
    journal.record(closed)
    assert journal.open_jobs() == (second,)
    assert rows(folder, "SELECT job, pages_done, outcome, evidence FROM jobs ORDER BY id")[0] == (
        JOB.job, 3, "printed", "device-impressions",
    )  # fmt: skip
    journal.close()


def test_a_visit_records_begin_end_and_token(folder: Path, clock: Clock, journal: Journal) -> None:
    token = journal.token(person("100101195803120216"))
    assert journal.visit_began(VISIT, token) is None
    clock.elapse(60)
    assert journal.visit_ended(VISIT, EndReason.DONE) is None
    clock.elapse(60)
    assert journal.visit_ended(VISIT, EndReason.TIMEOUT) is None  # the first end is kept
    assert rows(folder, "SELECT visit, token, ended - began, reason FROM visits") == [
        (VISIT, token, 60.0, "done")
    ]


def test_token_depends_on_person_and_key(folder: Path, journal: Journal) -> None:
    wang, li = person("100101195803120216", "A10010011"), person("10010119430905014X")
    card_only = person(None, "A10010011")
    tokens = {journal.token(each) for each in (wang, li, card_only)}
    assert len(tokens) == 3
    assert journal.token(person("100101195803120216")) == journal.token(wang)
    other = Journal.open(folder.with_name("other"), b"x" * 32)
    assert isinstance(other, Journal)
    assert other.token(wang) not in tokens
    other.close()
    with pytest.raises(ValueError, match="no number"):
        journal.token(person(None))


@pytest.mark.parametrize("value", ["", "王建明", "ghij", "A1", "a" * 65, "a b", "a\0王建明"])
def test_invalid_id_is_refused_and_not_quoted(folder: Path, journal: Journal, value: str) -> None:
    attempts: tuple[Callable[[], object], ...] = (
        lambda: journal.visit_began(value, "ab"),
        lambda: journal.visit_began("ab", value),
        lambda: journal.record(replace(JOB, job=value)),
        lambda: journal.issue_asked(value, VISIT, "item"),
        lambda: journal.issue_asked("ab", value, "item"),
        lambda: journal.print_planned(value, "ab"),
        lambda: journal.outcome_known(value, "N-1", Outcome.PRINTED, 1, Evidence.PERSON),
        lambda: journal.help_called(value, HelpReason.FAULT, "Choosing"),
    )
    for attempt in attempts:
        with pytest.raises(ValueError, match=r"^journal: ") as caught:
            attempt()
        assert not value or value not in str(caught.value)
    for table in ("visits", "jobs", "documents", "prints", "outbox"):
        assert rows(folder, f"SELECT count(*) FROM {table}") == [(0,)]


@pytest.mark.parametrize("value", ["王建明", "a b", "x" * 65, "n\0王"])
def test_invalid_word_is_refused(folder: Path, journal: Journal, value: str) -> None:
    journal.issue_asked("ab", VISIT, "item")
    attempts: tuple[Callable[[], object], ...] = (
        lambda: journal.record(replace(JOB, service=value)),
        lambda: journal.record(replace(JOB, evidence=cast(Evidence, value))),
        lambda: journal.issue_asked("cd", VISIT, value),
        lambda: journal.issued("ab", value),
        lambda: journal.outcome_known("ab", value, Outcome.PRINTED, 1, Evidence.PERSON),
        lambda: journal.help_called("ab", HelpReason.FAULT, value),
        lambda: journal.help_called("ab", HelpReason.FAULT, "Choosing", value),
        lambda: journal.fault(PAPER_OUT, value),
    )
    for attempt in attempts:
        with pytest.raises(ValueError, match=r"^journal: ") as caught:
            attempt()
        assert value not in str(caught.value)


def test_document_of_a_job_is_known_after_a_restart(
    folder: Path, clock: Clock, journal: Journal
) -> None:
    journal.issue_asked("ab-1", VISIT, "100101-SI-0101")
    journal.issue_asked("ab-1", VISIT, "100101-SI-0101")  # the same request again
    journal.print_planned(JOB.job, "ab-1")
    assert journal.document_of(JOB.job) == IssuedDocument("ab-1", VISIT, "100101-SI-0101", None)
    journal.issued("ab-1", "SI-2026-000123")
    journal.close()
    journal = opened(folder, clock)
    wanted = IssuedDocument("ab-1", VISIT, "100101-SI-0101", "SI-2026-000123")
    assert journal.document_of(JOB.job) == wanted
    again = Reprint(JOB.job, ReprintReason.NOTHING_CAME_OUT)
    journal.print_planned(f"{VISIT}-2", "ab-1", again)
    assert journal.document_of(f"{VISIT}-2") == wanted
    assert journal.document_of(JOB.job) == wanted
    assert journal.document_of("ee") is None
    journal.close()


def test_unacknowledged_messages_are_kept_with_their_keys(
    folder: Path, clock: Clock, journal: Journal
) -> None:
    journal.outcome_known(JOB.job, "N-1", Outcome.PRINTED, 3, Evidence.DEVICE_IMPRESSIONS)
    journal.help_called("aa", HelpReason.RESIDENT_ASKS, "Choosing")
    journal.help_called("bb", HelpReason.FAULT, "Printing", "PRN-104")
    journal.outcome_known("cc-1", "N-2", Outcome.UNKNOWN, 0, Evidence.NONE)
    journal.outcome_known(
        "cc-1", "N-2", Outcome.PRINTED, 3, Evidence.PERSON
    )  # the first outcome is kept
    journal.close()
    journal = opened(folder, clock)
    asks = OutgoingHelp("aa", HelpReason.RESIDENT_ASKS, "Choosing", None)
    fault = OutgoingHelp("bb", HelpReason.FAULT, "Printing", "PRN-104")
    first = OutgoingOutcome(JOB.job, "N-1", Outcome.PRINTED, 3)
    last = OutgoingOutcome("cc-1", "N-2", Outcome.UNKNOWN, 0)
    assert journal.unsettled() == (first, asks, fault, last)
    journal.acknowledged(JOB.job)
    journal.acknowledged("bb", "H-77")
    journal.refused("cc-1", KEY_REUSED)
    assert journal.unsettled() == (asks,)
    answers = rows(folder, "SELECT key, answer FROM outbox WHERE settled IS NOT NULL ORDER BY id")
    assert answers == [(JOB.job, ""), ("bb", "H-77"), ("cc-1", KEY_REUSED.code)]
    journal.close()


def test_last_faults_are_returned_newest_first(clock: Clock, journal: Journal) -> None:
    for number in range(3):
        journal.fault(PAPER_OUT.with_detail(f"tray {number}"), "Printing")
        clock.elapse(1)
    past = journal.last_faults(2)
    assert [(each.code, each.detail) for each in past] == [
        (PAPER_OUT.code, "tray 2"),
        (PAPER_OUT.code, "tray 1"),
    ]
    assert datetime.fromisoformat(past[0].at).timestamp() == clock.now - 1
    assert datetime.fromisoformat(past[0].at).tzinfo is not None


def test_fault_detail_is_cut_and_made_writable(journal: Journal) -> None:
    journal.fault(PAPER_OUT.with_detail("x" * 10_000))
    journal.fault(PAPER_OUT.with_detail("bad \udcff name\0end"))
    newest, long = journal.last_faults()
    assert newest.detail == "bad ? nameend"
    assert long.detail == "x" * 200


def test_only_the_last_5000_faults_are_kept(folder: Path, journal: Journal) -> None:
    connection = sqlite3.connect(folder / "journal.db")
    with connection:
        connection.executemany(
            "INSERT INTO faults (code, detail, page, at) VALUES ('PRN-104', '', '', ?)",
            [(float(n),) for n in range(6000)],
        )
    connection.close()
    journal.fault(faults.DISK_LOW)
    assert rows(folder, "SELECT count(*), max(id) FROM faults") == [(5000, 6001)]


def test_only_old_finished_rows_are_deleted(folder: Path, clock: Clock, journal: Journal) -> None:
    journal.visit_began("aa", "ee")
    journal.record(replace(JOB, job="aa-1", stage=JobStage.CLOSED))
    journal.record(replace(JOB, job="aa-2", stage=JobStage.RELEASED))
    for job in ("aa-1", "aa-2"):
        journal.issue_asked(f"{job}-0", "aa", "item")
        journal.issued(f"{job}-0", "N-1")
        journal.print_planned(job, f"{job}-0")
    journal.outcome_known("aa-1", "N-1", Outcome.PRINTED, 1, Evidence.PERSON)
    journal.acknowledged("aa-1")
    journal.help_called("ab", HelpReason.FAULT, "Printing")
    clock.elapse(KEEP_S + 1)
    journal.visit_began("bb", "ee")
    clock.elapse(PRUNE_EVERY_S + 1)
    journal.visit_began("bb", "ee")
    assert rows(folder, "SELECT visit FROM visits") == [("bb",)]
    assert rows(folder, "SELECT job FROM jobs") == [("aa-2",)]
    assert journal.document_of("aa-1") is None
    document = journal.document_of("aa-2")
    assert document is not None
    assert document.number == "N-1"
    assert [each.key for each in journal.unsettled()] == ["ab"]


def test_writes_of_eight_threads_are_all_kept(journal: Journal) -> None:
    def work(name: int) -> None:
        for number in range(25):
            journal.record(replace(JOB, job=f"{name:x}-{number}"))
            journal.fault(PAPER_OUT.with_detail(f"{name}-{number}"))

    threads = [threading.Thread(target=work, args=(name,)) for name in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({job.job for job in journal.open_jobs()}) == 200
    assert len(journal.last_faults(1000)) == 200
