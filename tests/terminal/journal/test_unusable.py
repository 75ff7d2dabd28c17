"""A journal that cannot be used is set aside and reported; a temporary fault is waited out."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from devices.health import Fault
from printing.printer import JobRecord, JobStage
from terminal import faults
from terminal.journal import file as journal_file
from terminal.journal.file import has_journal, inspect
from terminal.journal.journal import Journal
from terminal.journal.schema import MIGRATIONS
from terminal.operations.probes import probe_journal

KEY = b"k" * 32
JOB = JobRecord("ab-1", JobStage.PLANNED, 3, "station", "item")


def opened(folder: Path) -> Journal:
    journal = Journal.open(folder, KEY)
    assert isinstance(journal, Journal), journal
    return journal


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A closed journal with one job."""
    folder = tmp_path / "state" / "journal"
    journal = opened(folder)
    journal.record(JOB)
    journal.close()
    return folder


def changed(*statements: str) -> Callable[[Path], None]:
    """Damage the journal with SQL."""

    def damage(folder: Path) -> None:
        connection = sqlite3.connect(folder / "journal.db", isolation_level=None)
        for statement in statements:
            connection.execute(statement)
        connection.close()

    return damage


def emptied(folder: Path) -> None:
    (folder / "journal.db").write_bytes(b"")


def cut(length: int) -> Callable[[Path], None]:
    return lambda folder: os.truncate(folder / "journal.db", length)


def overwritten(offset: int, data: bytes) -> Callable[[Path], None]:
    def damage(folder: Path) -> None:
        with (folder / "journal.db").open("r+b") as file:
            file.seek(offset)
            file.write(data)

    return damage


def replaced(make: Callable[[Path], object], name: str = "journal.db") -> Callable[[Path], None]:
    """Replace the file with something else of the same name."""

    def damage(folder: Path) -> None:
        (folder / name).unlink(missing_ok=True)
        make(folder / name)

    return damage


def log_alone(name: str) -> Callable[[Path], None]:
    def damage(folder: Path) -> None:
        (folder / "journal.db").unlink()
        (folder / name).write_bytes(b"commits of a database that is gone")

    return damage


def text_file(path: Path) -> None:
    path.write_text("SQLite? No.\n" * 100)


def empty_database(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("VACUUM")
    connection.close()


def another_database(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE jobs (x)")
    connection.execute("PRAGMA user_version = 2")
    connection.close()


def no_folder(folder: Path) -> None:
    shutil.rmtree(folder)
    folder.write_text("a file in the folder's place")


TABLES = (
    "jobs", "visits", "documents", "prints", "outbox", "faults", "devices", "pin", "reprints",
    "copies", "openings",
)  # fmt: skip
UNUSABLE: dict[str, Callable[[Path], None]] = {
    "zero length": emptied,
    "one byte": cut(1),
    "half a header": cut(50),
    "header only": cut(100),
    "less than a page": cut(3000),
    "first page only": cut(4096),
    "a page less": lambda folder: os.truncate(
        folder / "journal.db", (folder / "journal.db").stat().st_size - 4096
    ),
    "zeros": overwritten(0, bytes(4096)),
    "a text file": replaced(text_file),
    "no table": replaced(empty_database),
    "another database": replaced(another_database),
    "a folder": replaced(Path.mkdir),
    "a pipe": replaced(os.mkfifo),
    "a folder for the log": replaced(Path.mkdir, "journal.db-wal"),
    "a folder for the index": replaced(Path.mkdir, "journal.db-shm"),
    "a log alone": log_alone("journal.db-wal"),
    "a rollback journal alone": log_alone("journal.db-journal"),
    "a file for the folder": no_folder,
    "version 0": changed("PRAGMA user_version = 0"),
    "version 1 of version 2": changed("PRAGMA user_version = 1"),
    "a version below 0": changed("PRAGMA user_version = -1"),
    "no trigger": changed("DROP TRIGGER printed_once"),
    "no index": changed("DROP INDEX open_jobs"),
    "a column less": changed("ALTER TABLE jobs DROP COLUMN sheets"),
    "a column more": changed("ALTER TABLE faults ADD COLUMN extra TEXT"),
    "a column of another name": changed("ALTER TABLE pin RENAME COLUMN wrong TO tries"),
    "a table of another type": changed(
        "DROP TABLE devices", "CREATE TABLE devices (name TEXT, status BLOB, fault TEXT, at REAL)"
    ),
    "a view for a table": changed(
        "DROP TABLE copies", "CREATE VIEW copies AS SELECT * FROM openings"
    ),
    "a writing version that is not known": overwritten(18, b"\x09"),
    "a reading version that is not known": overwritten(19, b"\x09"),
    "a schema format that is not known": overwritten(44, b"\0\0\0\x63"),
    **{f"no {table}": changed(f"DROP TABLE {table}") for table in TABLES},
}


@pytest.mark.parametrize("damage", UNUSABLE.values(), ids=UNUSABLE)
def test_unusable_journal_is_set_aside_once_and_reported(
    folder: Path, damage: Callable[[Path], None]
) -> None:
    damage(folder)
    kept = {path.name for path in folder.iterdir()} if folder.is_dir() else set()

    # `station diagnose` reports the damage first, and does not move the journal.
    found = probe_journal(folder)
    assert (found.ok, found.fault) == (False, faults.JOURNAL_CORRUPT)
    assert not list(folder.parent.glob("journal.set-aside-*"))

    journal = opened(folder)
    assert journal.set_aside == faults.JOURNAL_CORRUPT
    assert [past.code for past in journal.last_faults()] == [faults.JOURNAL_CORRUPT.code]
    assert journal.open_jobs() == ()
    journal.record(JOB)
    assert journal.knows(JOB.job)
    journal.close()
    aside = folder.parent / "journal.set-aside-1"
    assert aside.is_file() or {path.name for path in aside.iterdir()} >= kept

    again = opened(folder)
    assert again.set_aside is None
    assert again.open_jobs() == (JOB,)
    assert len(again.last_faults()) == 1
    again.close()
    assert not list(folder.parent.glob("journal.set-aside-2"))


@pytest.mark.slow(reason="opens a journal for each byte")
def test_no_damaged_header_byte_blocks_the_start(folder: Path) -> None:
    """No damage in the first hundred bytes (sqlite.org/fileformat.html) may block a start."""
    whole = (folder / "journal.db").read_bytes()
    for offset in range(100):
        for value in (0x00, 0xFF, whole[offset] ^ 0x01):
            shutil.rmtree(folder)
            folder.mkdir()
            damaged = bytearray(whole)
            damaged[offset] = value
            (folder / "journal.db").write_bytes(damaged)
            journal = opened(folder)
            assert (journal.set_aside is not None) or (journal.open_jobs() == (JOB,)), offset
            journal.record(JOB)
            journal.close()
            for aside in folder.parent.glob("journal.set-aside-*"):
                shutil.rmtree(aside)


@pytest.mark.parametrize("made", [False, True], ids=["no folder", "an empty folder"])
def test_first_start_is_not_a_fault(tmp_path: Path, made: bool) -> None:
    folder = tmp_path / "journal"
    if made:
        folder.mkdir()
    assert has_journal(folder) is False
    journal = opened(folder)
    assert journal.set_aside is None
    assert journal.last_faults() == ()
    journal.close()
    assert has_journal(folder) is True
    assert sorted(path.name for path in tmp_path.iterdir()) == ["journal"]


KILLED = """
import os, signal, sqlite3, sys
from pathlib import Path
from terminal.journal import file as journal_file
from terminal.journal.journal import Journal
left = int(sys.argv[2])

def watched(event, arguments):
    # Each file opening, rename and statement is a moment to be killed at.
    global left
    if event in ("os.rename", "os.mkdir", "os.remove", "sqlite3.connect", "open", "os.listdir"):
        if "journal" in str(arguments[0]):
            left -= 1
            if left < 0:
                os.kill(os.getpid(), signal.SIGKILL)

sys.addaudithook(watched)
migrate = journal_file.migrate

def slowly(connection, *rest):
    connection.set_progress_handler(stepped, 50)
    migrate(connection, *rest)

def stepped():
    global left
    left -= 1
    if left < 0:
        os.kill(os.getpid(), signal.SIGKILL)

journal_file.migrate = slowly
journal = Journal.open(Path(sys.argv[1]), b"k" * 32)
journal.close()
print("opened")
"""


def killed_at(folder: Path, moment: int) -> bool:
    """Open the journal in a process that is killed at this moment; return whether it was killed."""
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(folder), str(moment)],
        stdout=subprocess.PIPE, text=True, check=False, cwd=Path(__file__).parents[3],
    )  # fmt: skip
    if done.returncode == -signal.SIGKILL:
        return True
    assert (done.returncode, done.stdout) == (0, "opened\n")
    return False


def moments() -> list[int]:
    """Return moments during the creation of a journal: all early ones, then some later ones."""
    return [*range(12), *range(12, 400, 23)]


@pytest.mark.process
def test_killed_first_start_is_repeated_as_a_first_start(tmp_path: Path) -> None:
    killed = 0
    for moment in moments():
        folder = tmp_path / f"{moment}" / "journal"
        if not killed_at(folder, moment):
            break
        killed += 1
        journal = opened(folder)
        assert journal.set_aside is None, moment
        assert journal.last_faults() == ()
        journal.record(JOB)
        journal.close()
        assert [path.name for path in folder.parent.iterdir()] == ["journal"]
    assert killed > 12


@pytest.mark.process
def test_lost_journal_is_reported_even_after_a_kill(tmp_path: Path) -> None:
    killed = 0
    for moment in moments():
        folder = tmp_path / f"{moment}" / "journal"
        journal = opened(folder)
        journal.record(JOB)
        journal.close()
        emptied(folder)
        if not killed_at(folder, moment):
            break
        killed += 1
        journal = opened(folder)
        assert [past.code for past in journal.last_faults()] == [faults.JOURNAL_CORRUPT.code]
        journal.close()
        assert (folder.parent / "journal.set-aside-1" / "journal.db").exists()
        assert not (folder.parent / "journal.set-aside-2").exists()
    assert killed > 12


# -- temporary faults ----------------------------------------------------------------------------


@pytest.fixture
def locked(folder: Path, monkeypatch: pytest.MonkeyPatch) -> object:
    """Another program locks the whole database."""
    monkeypatch.setattr(journal_file, "BUSY_S", 0.01)
    other = sqlite3.connect(folder / "journal.db", isolation_level=None)
    other.execute("PRAGMA locking_mode = EXCLUSIVE")
    other.execute("BEGIN IMMEDIATE")
    yield other
    other.close()


@pytest.mark.usefixtures("locked")
def test_locked_journal_is_not_set_aside(folder: Path) -> None:
    refused = Journal.open(folder, KEY)
    assert isinstance(refused, Fault)
    assert refused == faults.JOURNAL_FAILED
    assert [path.name for path in folder.parent.iterdir()] == ["journal"]
    found = inspect(folder)
    assert isinstance(found, Fault)
    assert found == faults.JOURNAL_FAILED


def test_link_to_a_missing_disk_is_a_temporary_fault(tmp_path: Path) -> None:
    (tmp_path / "journal").symlink_to(tmp_path / "disk" / "journal")
    refused = Journal.open(tmp_path / "journal", KEY)
    assert isinstance(refused, Fault)
    assert refused == faults.JOURNAL_FAILED
    (tmp_path / "disk" / "journal").mkdir(parents=True)
    journal = opened(tmp_path / "journal")
    assert journal.set_aside is None
    journal.close()


OTHER_USER = 65534
"""The user "nobody": root may write everything, so permissions are tested as another user."""

AS_NOBODY = """
import os, sys
from pathlib import Path
from terminal.journal.journal import Journal
os.setgroups([])
os.setgid(65534)
os.setuid(65534)
opened = Journal.open(Path(sys.argv[1]), b"k" * 32)
print(getattr(opened, "code", "opened"))
"""


@pytest.mark.process
@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
@pytest.mark.parametrize("mode", ["file", "folder", "closed folder"])
def test_unwritable_journal_is_not_set_aside(folder: Path, mode: str) -> None:
    above = folder.parent
    while above.stat().st_mode & 0o001 == 0:
        above.chmod(above.stat().st_mode | 0o011)
        above = above.parent
    folder.parent.chmod(0o777)
    os.chown(folder, OTHER_USER, OTHER_USER)
    folder.chmod({"file": 0o700, "folder": 0o500, "closed folder": 0o000}[mode])
    if mode != "file":
        os.chown(folder / "journal.db", OTHER_USER, OTHER_USER)
    before = (folder / "journal.db").read_bytes()
    done = subprocess.run(
        [sys.executable, "-c", AS_NOBODY, str(folder)],
        stdout=subprocess.PIPE, text=True, check=True, cwd=Path(__file__).parents[3],
    )  # fmt: skip
    assert done.stdout == f"{faults.JOURNAL_FAILED.code}\n"
    assert (folder / "journal.db").read_bytes() == before
    assert [path.name for path in folder.parent.iterdir()] == ["journal"]


@pytest.mark.rig
def test_read_only_disk_is_a_temporary_fault(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", disk], check=True)
    try:
        opened(disk / "journal").close()
        subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
        refused = Journal.open(disk / "journal", KEY)
        assert isinstance(refused, Fault)
        assert refused == faults.JOURNAL_FAILED
        subprocess.run(["mount", "-o", "remount,rw", disk], check=True)
        journal = opened(disk / "journal")
        assert journal.set_aside is None
        journal.close()
        assert [path.name for path in disk.iterdir()] == ["journal"]
    finally:
        subprocess.run(["umount", "--lazy", disk], check=True)


def test_additional_table_or_index_is_not_damage(folder: Path) -> None:
    changed("CREATE TABLE notes (x)", "CREATE INDEX by_time ON faults (at)", "ANALYZE")(folder)
    journal = opened(folder)
    assert journal.set_aside is None
    assert journal.open_jobs() == (JOB,)
    journal.close()


def test_each_schema_version_is_checked_against_its_own_tables(folder: Path) -> None:
    assert len(MIGRATIONS) == 2
    changed("DROP TABLE openings", "PRAGMA user_version = 1")(folder)
    found = inspect(folder)
    assert isinstance(found, Fault)
    assert found == faults.JOURNAL_CORRUPT
