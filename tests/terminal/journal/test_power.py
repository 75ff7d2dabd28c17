"""The journal after a power cut, with a damaged file, and on a full disk."""

from __future__ import annotations

import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from devices.health import Fault
from printing.printer import JobRecord, JobStage
from terminal import faults
from terminal.journal import file as journal_file
from terminal.journal.file import KEEP_SET_ASIDE
from terminal.journal.journal import Journal, JournalError
from terminal.journal.schema import MIGRATIONS, migrate
from terminal.platform.wire import HelpReason

KEY = b"k" * 32
JOB = JobRecord("ab-1", JobStage.PLANNED, 3, "station", "item")

WRITER = """
import itertools, sys
from pathlib import Path
from dataclasses import replace
from printing.outcome import Evidence, Outcome
from printing.printer import JobRecord, JobStage
from terminal.journal.journal import Journal
journal = Journal.open(Path(sys.argv[1]), b"k" * 32)
for n in itertools.count(int(sys.argv[2])):
    job = JobRecord(f"{n:x}", JobStage.PLANNED, 3, "station", "item")
    journal.record(job)
    journal.record(replace(job, stage=JobStage.RELEASED, cups_job=n))
    journal.outcome_known(job.job, f"N-{n}", Outcome.PRINTED, 3, Evidence.PERSON)
    sys.stdout.write(f"{n}\\n")  # only now may the world know of it
    sys.stdout.flush()
"""


def opened(folder: Path) -> Journal:
    journal = Journal.open(folder, KEY)
    assert isinstance(journal, Journal)
    return journal


@pytest.mark.process
def test_killed_writer_loses_no_committed_row(tmp_path: Path) -> None:
    folder = tmp_path / "journal"
    chance = random.Random(20261121)
    promised: set[int] = set()
    first = 0
    for kill in range(1, 7):
        writer = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(folder), str(first)],
            stdout=subprocess.PIPE,
            text=True,
        )
        assert writer.stdout is not None
        with writer:
            for _ in range(chance.randrange(1, 40)):
                promised.add(int(writer.stdout.readline()))
            os.kill(writer.pid, signal.SIGKILL)
            # Lines that it wrote before it was killed; the last one may be incomplete.
            promised |= {int(line) for line in writer.stdout if line.endswith("\n")}
        journal = opened(folder)
        assert journal.set_aside is None
        jobs = {int(job.job, 16): job for job in journal.open_jobs()}
        reported = {int(each.key, 16) for each in journal.unsettled()}
        journal.close()
        assert promised <= reported
        assert len(jobs.keys() - promised) <= kill  # at most one unfinished job per kill
        for number in reported:  # its outcome is written last, so all earlier rows must be complete
            assert jobs[number].stage is JobStage.RELEASED
            assert jobs[number].cups_job == number
        first = max(jobs) + 1
    assert len(promised) > 6


def test_truncated_log_keeps_complete_leading_commits(tmp_path: Path) -> None:
    """A power cut may keep any part of the write-ahead log; each commit is complete or absent."""
    folder = tmp_path / "journal"
    journal = opened(folder)
    for number in range(1, 9):
        journal.record(replace(JOB, job=f"{number:x}", cups_job=number))
    log = (folder / "journal.db-wal").read_bytes()
    cut = tmp_path / "cut"
    seen = set()
    for length in range(0, len(log), 1009):
        cut.mkdir()
        shutil.copy(folder / "journal.db", cut / "journal.db")
        (cut / "journal.db-wal").write_bytes(log[:length])
        again = opened(cut)
        assert again.set_aside is None
        jobs = again.open_jobs()
        assert [(job.job, job.cups_job) for job in jobs] == [
            (f"{n:x}", n) for n in range(1, len(jobs) + 1)
        ]
        seen.add(len(jobs))
        again.close()
        shutil.rmtree(cut)
    journal.close()
    assert seen >= {0, 3, 7}


def damage_header(file: Path) -> None:
    file.write_bytes(b"garbage!" * 1000)


def damage_pages(file: Path) -> None:
    data = bytearray(file.read_bytes())
    data[4096:] = b"\xa5" * (len(data) - 4096)
    file.write_bytes(data)


def damage_length(file: Path) -> None:
    os.truncate(file, file.stat().st_size // 2 + 100)


@pytest.mark.parametrize("damage", [damage_header, damage_pages, damage_length])
def test_damaged_journal_is_set_aside_and_a_new_one_created(tmp_path: Path, damage: object) -> None:
    folder = tmp_path / "journal"
    journal = opened(folder)
    journal.record(JOB)
    journal.close()
    assert callable(damage)
    damage(folder / "journal.db")
    (folder / "journal.db-wal").write_bytes(b"an old log")
    before = (folder / "journal.db").read_bytes()

    journal = opened(folder)
    assert journal.set_aside is not None
    assert journal.set_aside.code == "SYS-201"
    assert [past.code for past in journal.last_faults()] == ["SYS-201"]
    assert journal.open_jobs() == ()
    journal.record(JOB)
    journal.close()
    assert (tmp_path / "journal.set-aside-1" / "journal.db").read_bytes() == before
    again = opened(folder)
    assert again.set_aside is None
    assert again.open_jobs() == (JOB,)
    again.close()


def test_only_the_last_damaged_journals_are_kept(tmp_path: Path) -> None:
    folder = tmp_path / "journal"
    for _ in range(12):
        opened(folder).close()
        damage_header(folder / "journal.db")
    opened(folder).close()
    kept = sorted(path.name for path in tmp_path.iterdir())
    assert kept == ["journal", *sorted(f"journal.set-aside-{n}" for n in (10, 11, 12))]
    assert KEEP_SET_ASIDE == 3


def test_journal_of_a_newer_version_is_set_aside_unchanged(tmp_path: Path) -> None:
    folder = tmp_path / "journal"
    opened(folder).close()
    connection = sqlite3.connect(folder / "journal.db")
    connection.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    connection.execute("CREATE TABLE from_the_future (x)")
    connection.close()
    journal = opened(folder)
    assert journal.set_aside is not None
    assert journal.set_aside.code == "SYS-204"
    journal.close()
    kept = sqlite3.connect(tmp_path / "journal.set-aside-1" / "journal.db")
    assert kept.execute("SELECT count(*) FROM from_the_future").fetchone() == (0,)
    kept.close()


def test_migration_step_is_applied_completely_or_not_at_all(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "x.db", isolation_level=None)
    first = ("CREATE TABLE a (x)", "INSERT INTO a VALUES (1)")
    migrate(connection, (first,))
    broken = ("ALTER TABLE a ADD COLUMN y", "CREATE TABLE a (z)")
    with pytest.raises(sqlite3.OperationalError):
        migrate(connection, (first, broken))
    assert connection.execute("SELECT * FROM a").description[0][0] == "x"
    assert len(connection.execute("SELECT * FROM a").description) == 1
    assert connection.execute("PRAGMA user_version").fetchone() == (1,)
    fixed = ("ALTER TABLE a ADD COLUMN y DEFAULT 2",)
    migrate(connection, (first, fixed))
    migrate(connection, (first, fixed))
    assert connection.execute("SELECT x, y FROM a").fetchall() == [(1, 2)]
    assert connection.execute("PRAGMA user_version").fetchone() == (2,)
    connection.close()


def test_locked_journal_is_a_fault_and_is_not_moved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal_file, "BUSY_S", 0.01)
    folder = tmp_path / "journal"
    journal = opened(folder)
    other = sqlite3.connect(folder / "journal.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    fault = journal.fault(faults.DISK_LOW)
    assert fault is not None
    assert fault.code == "SYS-203"
    assert journal.health() == fault
    with pytest.raises(JournalError) as caught:
        journal.record(JOB)
    assert caught.value.fault.code == "SYS-203"
    other.execute("ROLLBACK")
    journal.record(JOB)
    assert journal.health() is None
    journal.close()
    other.close()
    assert [path.name for path in tmp_path.iterdir()] == ["journal"]


def test_folder_that_cannot_be_created_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    fault = Journal.open(tmp_path / "file" / "journal", KEY)
    assert isinstance(fault, Fault)
    assert fault.code == "SYS-203"


@pytest.mark.rig
def test_a_full_disk_is_a_fault_until_there_is_space(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", disk], check=True)
    try:
        ballast = disk / "ballast"
        journal = opened(disk / "journal")
        journal.record(JOB)
        fill(ballast)
        number = 0
        fault = None
        while fault is None and number < 10_000:  # the log's allocated blocks still take some
            number += 1
            fault = journal.help_called(f"{number:x}", HelpReason.FAULT, "Printing")
        assert fault is not None
        assert fault.code == "SYS-202"
        with pytest.raises(JournalError) as caught:
            journal.record(replace(JOB, job="cd"))
        assert caught.value.fault.code == "SYS-202"
        kept = len(journal.unsettled())
        assert kept == number - 1
        ballast.unlink()
        journal.record(replace(JOB, job="ef"))
        assert journal.health() is None
        journal.close()

        fill(ballast)
        refused = Journal.open(disk / "second" / "journal", KEY)
        assert isinstance(refused, Fault)
        assert refused.code == "SYS-202"
        ballast.unlink()
        again = opened(disk / "journal")
        assert again.set_aside is None
        assert len(again.unsettled()) == kept
        assert {job.job for job in again.open_jobs()} >= {"ab-1", "ef"}
        again.close()
    finally:
        subprocess.run(["umount", "--lazy", disk], check=True)


def fill(file: Path) -> None:
    """Fill the free space of the file's disk."""
    with file.open("wb", buffering=0) as ballast, suppress(OSError):
        while ballast.write(b"\0" * 4096):
            pass
    assert os.statvfs(file).f_bavail == 0
