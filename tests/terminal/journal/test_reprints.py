"""Sheets, copies, reprints and openings; which documents may be reprinted; the migration."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from devices.operator import Role
from printing.media import Edition
from printing.outcome import Evidence, Outcome
from printing.printer import JobRecord, JobStage
from terminal.journal.file import MONTH_S
from terminal.journal.journal import KEEP_S, PRUNE_EVERY_S, Journal, OutgoingHelp
from terminal.journal.pin_tries import PinTries
from terminal.journal.reprints import REUSE_S, Reusable
from terminal.platform.wire import HelpReason
from terminal.session.model import Reprint, ReprintReason, Total
from tests.terminal.clocks import Clock
from tests.terminal.journal.test_journal import opened, rows

VERSION_1 = Path(__file__).parents[1] / "data" / "journal-v1.db.gz"
"""Written by the last version without sheet counts: one visit whose document was printed, one whose
job was released when the terminal stopped, a call for help, a fault, and two wrong PINs."""
SOCIAL, FUND = "100101-SI-0101", "100101-HF-0201"
SERIAL = "00000000000000a1"
CLOSED = JobRecord("a1-1", JobStage.CLOSED, 2, "pages", SOCIAL, 1, 2, Outcome.PRINTED,
                   Evidence.DEVICE_IMPRESSIONS, 1)  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "state" / "journal"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def journal(folder: Path, clock: Clock) -> Iterator[Journal]:
    journal = opened(folder, clock)
    yield journal
    journal.close()


def issued(
    journal: Journal, visit: str, key: str, token: str = "ee",
    edition: Edition = Edition.STANDARD, item: str = SOCIAL,
) -> None:  # fmt: skip
    """Record a document that the platform issued in a visit of this person."""
    journal.visit_began(visit, token)
    journal.issue_asked(key, visit, item, edition)
    journal.issued(key, f"N-{key}")


def printed(journal: Journal, job: str, key: str, **how: Any) -> None:
    """Print it with this result; later jobs are reprints because nothing came out."""
    visit, _, number = job.partition("-")
    earlier = Reprint(f"{visit}-{int(number) - 1}", ReprintReason.NOTHING_CAME_OUT)
    assert journal.print_planned(job, key, earlier if number != "1" else None) is None
    journal.record(replace(CLOSED, job=job, **how))


# -- migration from version 1 --------------------


def test_journal_of_version_1_is_migrated_completely(folder: Path, clock: Clock) -> None:
    folder.mkdir(parents=True)
    (folder / "journal.db").write_bytes(gzip.decompress(VERSION_1.read_bytes()))
    assert rows(folder, "PRAGMA user_version") == [(1,)]
    clock.elapse(7200)
    journal = opened(folder, clock)
    assert journal.set_aside is None
    assert rows(folder, "PRAGMA user_version") == [(2,)]
    (left,) = journal.open_jobs()
    assert left == JobRecord("a2-1", JobStage.RELEASED, 2, "station", SOCIAL, 8)
    assert left.sheets == 0
    kept = journal.document_of("a1-1")
    assert kept is not None
    assert (kept.number, kept.visit) == ("N-1", "a1")
    assert journal.unsettled() == (OutgoingHelp("a3", HelpReason.FAULT, "Printing", "PRN-104"),)
    assert [(past.code, past.detail) for past in journal.last_faults()] == [
        ("PRN-104", "media-empty")
    ]
    assert journal.pin_tries() == PinTries(2, 1_800_000_100.0)
    assert rows(folder, "SELECT key, edition FROM documents") == [
        ("a1-0", "standard"), ("a2-0", "standard"),
    ]  # fmt: skip
    # The migrated journal can be written: new rows join the old ones.
    journal.record(replace(left, stage=JobStage.CLOSED, outcome=Outcome.UNKNOWN,
                           evidence=Evidence.NONE, sheets=2))  # fmt: skip
    assert journal.print_planned("a2-2", "a2-0", Reprint("a2-1", ReprintReason.STAFF, SERIAL)) is (
        None
    )
    assert journal.totals(0) == (Total(SOCIAL, 2, 2, 0, 1),)
    journal.close()


def test_migrated_and_new_journals_have_the_same_schema(folder: Path, clock: Clock) -> None:
    old = folder.with_name("old")
    old.mkdir(parents=True)
    (old / "journal.db").write_bytes(gzip.decompress(VERSION_1.read_bytes()))
    for place in (old, folder):
        opened(place, clock).close()
    schema = "SELECT name, sql FROM sqlite_schema ORDER BY name"
    assert rows(old, schema) == rows(folder, schema)


# -- sheets, copies, reprints, openings ---------------------


def test_sheets_of_a_job_survive_a_restart(journal: Journal, folder: Path, clock: Clock) -> None:
    journal.record(replace(CLOSED, stage=JobStage.RELEASED, sheets=3))
    journal.close()
    again = opened(folder, clock)
    assert [job.sheets for job in again.open_jobs()] == [3]
    again.close()


def test_totals_count_jobs_sheets_copies_and_reprints_by_item(journal: Journal) -> None:
    issued(journal, "a1", "a0")
    printed(
        journal, "a1-1", "a0", outcome=Outcome.UNKNOWN, evidence=Evidence.DEVICE_PARTLY, sheets=1
    )
    journal.print_planned("a1-2", "a0", Reprint("a1-1", ReprintReason.STAFF, SERIAL))
    journal.record(replace(CLOSED, job="a1-2", sheets=2))
    issued(journal, "a2", "b0", item=FUND)
    printed(
        journal,
        "a2-1",
        "b0",
        service=FUND,
        outcome=Outcome.QUEUED,
        evidence=Evidence.NONE,
        sheets=0,
    )
    printed(
        journal,
        "a2-2",
        "b0",
        service=FUND,
        outcome=Outcome.UNKNOWN,
        evidence=Evidence.DEVICE_NONE,
        sheets=0,
    )
    journal.copied("a2", FUND)
    journal.record(replace(CLOSED, job="cc-1", service="test-page", sheets=1))
    journal.record(
        replace(CLOSED, job="dd-1", stage=JobStage.RELEASED, outcome=None, evidence=None)
    )
    assert journal.totals(0) == (
        Total(SOCIAL, 2, 3, 0, 1),
        Total(FUND, 0, 0, 1, 1),
        Total("test-page", 1, 1, 0, 0),
    )


def test_totals_cover_today_and_the_last_30_days(journal: Journal, clock: Clock) -> None:
    for name, then_s in (("a1", 120), ("b1", MONTH_S - 60), ("c1", 0.0)):
        journal.copied(name, SOCIAL)
        clock.elapse(then_s)
    totals = journal.totals_by_item()
    assert (totals.today[0].copies, totals.month[0].copies) == (1, 2)


def test_reprints_and_openings_record_the_cards_serial(journal: Journal, folder: Path) -> None:
    journal.print_planned("a1-2", "a0", Reprint("a1-1", ReprintReason.STAFF, SERIAL))
    journal.print_planned("a1-3", "a0", Reprint("a1-2", ReprintReason.NOTHING_CAME_OUT))
    assert rows(folder, "SELECT job, of_job, reason, card FROM reprints") == [
        ("a1-2", "a1-1", "staff", SERIAL), ("a1-3", "a1-2", "nothing_came_out", ""),
    ]  # fmt: skip
    journal.opened(Role.STAFF, SERIAL)
    journal.opened(Role.MAINTAINER)
    assert rows(folder, "SELECT role, card FROM openings") == [
        ("staff", SERIAL), ("maintainer", ""),
    ]  # fmt: skip


@pytest.mark.parametrize("serial", ["王建明", "8001 x", "0" * 17, "A1"])
def test_only_a_serial_is_accepted_for_a_card(journal: Journal, serial: str) -> None:
    with pytest.raises(ValueError, match="journal"):
        journal.opened(Role.STAFF, serial)
    with pytest.raises(ValueError, match="journal"):
        journal.print_planned("a1-2", "a0", Reprint("a1-1", ReprintReason.STAFF, serial))


def test_document_is_not_reprinted_without_approval(journal: Journal, folder: Path) -> None:
    issued(journal, "a1", "a0")
    journal.print_planned("a1-1", "a0")
    with pytest.raises(ValueError, match="printed again without a right"):
        journal.print_planned("a1-2", "a0")
    assert rows(folder, "SELECT job FROM prints") == [("a1-1",)]
    assert journal.print_planned("a1-1", "a0") is None  # the same job, planned again
    right = Reprint("a1-1", ReprintReason.STAFF, SERIAL)
    assert journal.print_planned("a1-3", "a0", right) is None
    with pytest.raises(ValueError, match="printed again without a right"):
        journal.print_planned("a1-4", "a0")  # an approval covers one job only


def test_print_is_not_planned_if_its_approval_cannot_be_written(journal: Journal) -> None:
    journal.store.read("PRAGMA query_only = 1")
    fault = journal.print_planned("a1-2", "a0", Reprint("a1-1", ReprintReason.STAFF, SERIAL))
    assert fault is not None


def test_copies_openings_and_reprints_are_deleted_when_old(
    journal: Journal, folder: Path, clock: Clock
) -> None:
    journal.copied("a1", SOCIAL)
    journal.opened(Role.STAFF, SERIAL)
    journal.print_planned("a1-2", "a0", Reprint("a1-1", ReprintReason.STAFF, SERIAL))
    clock.elapse(KEEP_S + 1)
    journal.visit_began("bb", "ee")
    clock.elapse(PRUNE_EVERY_S + 1)
    journal.visit_began("cc", "ee")
    for table in ("copies", "openings", "reprints"):
        assert rows(folder, f"SELECT * FROM {table}") == []


# -- documents that may be reprinted ---------------------


def test_issued_but_unprinted_document_is_reused_by_its_key(journal: Journal) -> None:
    issued(journal, "a1", "a0")
    journal.visit_began("b1", "ee")
    assert journal.reusable("b1", SOCIAL, Edition.STANDARD) == Reusable("a0", "")


NOTHING = [
    {"outcome": "queued", "evidence": "cancelled"},
    {"outcome": "queued", "evidence": "none"},
    {"outcome": "unknown", "evidence": "device-none"},
]


@pytest.mark.parametrize("end", NOTHING, ids=lambda end: end["evidence"])
def test_document_that_did_not_come_out_is_reused_with_its_last_job(
    journal: Journal, end: dict[str, str]
) -> None:
    issued(journal, "a1", "a0")
    printed(journal, "a1-1", "a0", **NOTHING[0])
    printed(journal, "a1-2", "a0", **end)
    journal.visit_began("b1", "ee")
    assert journal.reusable("b1", SOCIAL, Edition.STANDARD) == Reusable("a0", "a1-2")


@pytest.mark.parametrize(
    "end",
    [{"outcome": "printed"}, {"outcome": "unknown", "evidence": "none"},
     {"outcome": "unknown", "evidence": "device-partly"},
     {"stage": JobStage.RELEASED, "outcome": "", "evidence": ""},
     {"stage": JobStage.HELD, "outcome": "", "evidence": ""}],
    ids=["printed", "unknown", "partly", "released", "held"],
)  # fmt: skip
@pytest.mark.parametrize("later", [False, True], ids=["", "and_nothing_came_out_later"])
def test_document_that_may_have_come_out_is_not_reused(
    journal: Journal, end: dict[str, object], later: bool
) -> None:
    issued(journal, "a1", "a0")
    printed(journal, "a1-1", "a0", **end)
    if later:
        printed(journal, "a1-2", "a0", **NOTHING[2])
    journal.visit_began("b1", "ee")
    assert journal.reusable("b1", SOCIAL, Edition.STANDARD) is None


def test_planned_print_that_never_reached_the_printer_is_reused(
    journal: Journal,
) -> None:
    issued(journal, "a1", "a0")
    journal.print_planned("a1-1", "a0")
    journal.visit_began("b1", "ee")
    assert journal.reusable("b1", SOCIAL, Edition.STANDARD) == Reusable("a0", "a1-1")


def test_document_is_reused_only_for_same_person_item_edition_and_day(
    journal: Journal, clock: Clock
) -> None:
    issued(journal, "a1", "a0")
    journal.visit_began("b1", "ff")
    assert journal.reusable("b1", SOCIAL, Edition.STANDARD) is None
    journal.visit_began("b2", "ee")
    assert journal.reusable("b2", FUND, Edition.STANDARD) is None
    assert journal.reusable("b2", SOCIAL, Edition.LARGE) is None
    assert journal.reusable("b3", SOCIAL, Edition.STANDARD) is None  # a visit without a token
    clock.elapse(REUSE_S - 1)
    assert journal.reusable("b2", SOCIAL, Edition.STANDARD) == Reusable("a0", "")
    clock.elapse(1)
    assert journal.reusable("b2", SOCIAL, Edition.STANDARD) is None


def test_only_the_last_document_counts(journal: Journal) -> None:
    issued(journal, "a1", "a0")
    issued(journal, "a2", "b0")
    printed(journal, "a2-1", "b0")
    journal.visit_began("b1", "ee")
    assert journal.reusable("b1", SOCIAL, Edition.STANDARD) is None


def test_unanswered_request_is_repeated_with_the_same_key(
    journal: Journal,
) -> None:
    journal.visit_began("a1", "ee")
    journal.issue_asked("a0", "a1", SOCIAL, Edition.LARGE)
    assert journal.reusable("a1", SOCIAL, Edition.LARGE) == Reusable("a0", "")


def test_print_and_reprint_outcomes_are_both_reported(journal: Journal) -> None:
    issued(journal, "a1", "a0")
    for job, outcome in (("a1-1", Outcome.UNKNOWN), ("a1-2", Outcome.PRINTED)):
        journal.outcome_known(job, "N-a0", outcome, 1, Evidence.NONE)
    assert [message.key for message in journal.unsettled()] == ["a1-1", "a1-2"]
