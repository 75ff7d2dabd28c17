"""The journal's file: opens it so that a commit survives a power cut, checks it, or sets it aside.

Used by ``terminal.journal`` and the probe of `station diagnose`. It never repairs and never deletes
data that it cannot read: a journal that cannot be used is kept under another name.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from devices.health import Fault

from .. import faults
from ..session.model import Total
from .plausible_time import PlausibleClock
from .schema import MIGRATIONS, NEWEST, TOTALS, TOTALS_SINCE, migrate

FILE_NAME = "journal.db"
BUSY_S = 1.0
"""`station diagnose` may hold the write lock briefly; the terminal itself is one process."""
MONTH_S = 30 * 86_400.0
KEEP_SET_ASIDE = 3
"""How many damaged journals are kept for inspection. A bad disk must not fill up with them."""
_NO_SPACE_BYTES = 256 * 1024
"""With less free space SQLite cannot create its shared index and reports an I/O error."""
DAMAGED_NAME = "damaged-while-running"
"""A file with this name in the journal's folder makes the next start set the journal aside. A quick
check may miss damage that the running terminal has found (a damaged index)."""
_LOGS = ("-wal", "-journal")
"""Suffixes of the files beside the database in which SQLite keeps commits."""
_TEMPORARY = frozenset(
    (
        sqlite3.SQLITE_AUTH,
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_INTERRUPT,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_NOLFS,
        sqlite3.SQLITE_NOMEM,
        sqlite3.SQLITE_PERM,
        sqlite3.SQLITE_PROTOCOL,
        sqlite3.SQLITE_READONLY,
    )
)
"""SQLite errors caused by the disk, permissions, memory or another program. They may be temporary
and do not mean that the database is damaged. Any other error while opening means that it is
unusable (sqlite.org/rescode.html)."""


@dataclass(frozen=True, slots=True)
class Opened:
    """An open database. ``lost`` is the fault of an earlier journal that was set aside, if any."""

    connection: sqlite3.Connection
    lost: Fault | None


def open_database(directory: Path, at: float, lost: Fault | None = None) -> Opened | Fault:
    """Open the database (or create it), check it, and bring its schema up to date.

    WAL with ``synchronous=FULL``: each commit is on the disk when it returns (sqlite.org/wal,
    pragma synchronous). Each statement commits by itself unless a transaction was started.
    ``lost`` is the reason why the last journal was set aside; a new journal records it as a fault
    at the Unix time ``at``. ``JOURNAL_CORRUPT`` and ``JOURNAL_NEWER`` mean that the existing
    journal is unusable; any other fault may be temporary.
    """
    path = directory / FILE_NAME
    try:
        wrong_files = _check_files(directory)
        if wrong_files is not None:
            return wrong_files
        _make(directory)
        if not os.path.lexists(path):
            lost = lost or _missing(directory)
            _begin(directory, lost, at)
    except OSError as error:
        return _folder_fault(error, directory)
    except sqlite3.Error as error:
        return fault_of(error, directory)
    connection = None
    try:
        connection = _connect(path)
        fault = _check_integrity(connection)
        if fault is None:
            fault = _durable(connection)
        if fault is None:
            migrate(connection)
            fault = _check_schema(connection)
        if fault is None:
            _try_write(connection)
            return Opened(connection, lost)
    except sqlite3.Error as error:
        fault = _opening_fault(error, directory)
    if connection is not None:
        connection.close()
    return fault


@dataclass(frozen=True, slots=True)
class Inspection:
    """The contents of an undamaged, writable journal, as seen by another program.

    ``devices`` are the states that the running terminal has recorded: name to status and fault
    code. ``totals``: what was given out in the last 30 days per item, the busiest item first.
    ``newest`` is the time of the newest row in Unix seconds, ``None`` if there is no row.
    """

    open_jobs: int
    unsent: int
    devices: dict[str, tuple[str, str]]
    totals: tuple[Total, ...] = ()
    newest: float | None = None


def has_journal(directory: Path) -> bool:
    """Whether ``directory`` has or had a journal. Raise ``OSError`` if it cannot be inspected."""
    if not directory.exists():
        return bool(_set_aside_already(directory))
    if not directory.is_dir():
        return True
    kept = any(os.path.lexists(directory / f"{FILE_NAME}{end}") for end in ("", *_LOGS))
    return kept or bool(_set_aside_already(directory))


def inspect(directory: Path) -> Inspection | Fault:
    """Check the journal without changing it, also while a terminal is using it.

    Every page and index is checked. The write lock is taken to write a row and roll it back.
    """
    path = directory / FILE_NAME
    connection = None
    try:
        fault = _check_files(directory)
        if fault is not None:
            return fault
        if not path.exists():
            missing = _missing(directory)
            return missing or faults.JOURNAL_FAILED.with_detail("no journal exists yet")
        connection = _connect(path)
        fault = _check_integrity(connection, "integrity_check") or _check_schema(connection)
        if fault is not None:
            return fault
        _try_write(connection)
        return _inspected(connection)
    except OSError as error:
        return _folder_fault(error, directory)
    except sqlite3.Error as error:
        return _opening_fault(error, directory)
    finally:
        if connection is not None:
            connection.close()


def _inspected(connection: sqlite3.Connection) -> Inspection:
    (jobs,) = connection.execute("SELECT count(*) FROM jobs WHERE stage <> 'closed'").fetchone()
    (unsent,) = connection.execute("SELECT count(*) FROM outbox WHERE settled IS NULL").fetchone()
    rows = connection.execute("SELECT name, status, fault FROM devices").fetchall()
    noted = {name: (status, fault) for name, status, fault in rows}
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version < TOTALS_SINCE:
        # This version of the terminal has not opened the journal yet: it has no sheet counts.
        return Inspection(jobs, unsent, noted)
    newest = newest_row(connection)
    since = PlausibleClock(newest).now() - MONTH_S
    given = connection.execute(TOTALS, (since,) * 3).fetchall()
    return Inspection(jobs, unsent, noted, tuple(Total(*row) for row in given), newest)


def newest_row(connection: sqlite3.Connection) -> float | None:
    """Return the time of the newest row in Unix seconds; ``None`` if the journal has no row."""
    (newest,) = connection.execute(NEWEST).fetchone()
    return None if newest is None else float(newest)


def newest_in(directory: Path) -> float | None:
    """Like ``newest_row``, for a journal that is not open; ``None`` if it cannot be read."""
    path = directory / FILE_NAME
    try:
        # SQLite would create a missing file, and an empty file counts as a damaged journal.
        if not path.exists() or _check_files(directory) is not None:
            return None
        connection = _connect(path)
    except (OSError, sqlite3.Error):
        return None
    try:
        return newest_row(connection)
    except sqlite3.Error:
        return None
    finally:
        connection.close()


def _connect(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(path, timeout=BUSY_S, isolation_level=None, check_same_thread=False)


def _make(directory: Path) -> None:
    if not directory.is_dir():
        directory.mkdir(mode=0o700, parents=True)
        sync_folder(directory.parent)


def _begin(directory: Path, lost: Fault | None, at: float) -> None:
    """Create a new database under a temporary name; rename it once it is complete.

    If the terminal is killed in between, no journal exists yet. So an empty file under the final
    name always means a damaged journal, never a first start.
    """
    fresh = directory / f"{FILE_NAME}.new"
    for end in ("", "-shm", *_LOGS):
        (directory / f"{fresh.name}{end}").unlink(missing_ok=True)
    connection = _connect(fresh)
    try:
        _durable(connection)
        migrate(connection)
        if lost is not None:
            connection.execute(
                "INSERT INTO faults (code, detail, page, at) VALUES (?, ?, '', ?)",
                (lost.code, lost.detail, at),
            )
    finally:
        connection.close()  # moves the write-ahead log into the file
    os.rename(fresh, directory / FILE_NAME)
    sync_folder(directory)


def _durable(connection: sqlite3.Connection) -> Fault | None:
    (mode,) = connection.execute("PRAGMA journal_mode = WAL").fetchone()
    connection.execute("PRAGMA synchronous = FULL")
    if mode != "wal":
        return faults.JOURNAL_FAILED.with_detail("no write-ahead log on this file system")
    return None


def _try_write(connection: sqlite3.Connection) -> None:
    """Write a row and roll it back; raise ``sqlite3.Error`` if that is not possible."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        connection.execute(
            "INSERT INTO faults (code, detail, page, at) VALUES ('SYS-0', '', '', 0)"
        )
    finally:
        if connection.in_transaction:  # after some errors SQLite has rolled back by itself
            connection.execute("ROLLBACK")


def _check_files(directory: Path) -> Fault | None:
    """Return why these files cannot be a journal, without opening one: a FIFO would block."""
    if directory.exists() and not directory.is_dir():
        return faults.JOURNAL_CORRUPT.with_detail("not a folder")
    for end in ("", "-shm", *_LOGS):
        try:
            about = os.stat(directory / f"{FILE_NAME}{end}")
        except FileNotFoundError:
            continue
        if not stat.S_ISREG(about.st_mode):
            return faults.JOURNAL_CORRUPT.with_detail(f"{FILE_NAME}{end} is not a file")
        if not end and about.st_size == 0:
            return faults.JOURNAL_CORRUPT.with_detail("the file is empty")
    if os.path.lexists(directory / DAMAGED_NAME):
        return faults.JOURNAL_CORRUPT.with_detail("found damaged while the terminal was running")
    if not os.path.lexists(directory / FILE_NAME):
        for end in _LOGS:
            if os.path.lexists(directory / f"{FILE_NAME}{end}"):
                return faults.JOURNAL_CORRUPT.with_detail(f"{FILE_NAME}{end} without {FILE_NAME}")
    return None


def _missing(directory: Path) -> Fault | None:
    """Return the fault if there is no journal although an earlier one was set aside.

    This happens if the terminal is killed after setting it aside and before creating a new one.
    """
    if _set_aside_already(directory):
        return faults.JOURNAL_CORRUPT.with_detail("missing; an earlier one was set aside")
    return None


def _check_integrity(connection: sqlite3.Connection, check: str = "quick_check") -> Fault | None:
    """Return a fault if a page is unreadable or misplaced. Takes a few milliseconds per MB."""
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version > len(MIGRATIONS):
        return faults.JOURNAL_NEWER.with_detail(f"schema {version}, known {len(MIGRATIONS)}")
    if version < 1:
        return faults.JOURNAL_CORRUPT.with_detail(f"schema {version}")
    (first, *more) = connection.execute(f"PRAGMA {check}(10)").fetchall()
    if first != ("ok",):
        return faults.JOURNAL_CORRUPT.with_detail(f"{1 + len(more)} complaints of {check}")
    return None


def _check_schema(connection: sqlite3.Connection) -> Fault | None:
    """Return a fault if a table, column, index or trigger of its schema version is missing."""
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    there = dict(_parts(connection))
    for part, columns in _expected(version):
        if part not in there:
            return faults.JOURNAL_CORRUPT.with_detail(f"{part} is missing")
        if there[part] != columns:
            return faults.JOURNAL_CORRUPT.with_detail(f"{part} has other columns")
    return None


_Part = tuple[str, tuple[tuple[object, ...], ...]]
"""Kind and name of a part of the schema, and a table's columns (name, type, not null, key)."""


def _parts(connection: sqlite3.Connection) -> list[_Part]:
    listed = connection.execute(
        "SELECT type, name FROM sqlite_master WHERE name NOT LIKE 'sqlite!_%' ESCAPE '!'"
    ).fetchall()
    columns = 'SELECT name, type, "notnull", pk FROM pragma_table_info(?)'
    return [
        (
            f"{kind} {name}",
            tuple(connection.execute(columns, (name,)).fetchall()) if kind == "table" else (),
        )
        for kind, name in listed
    ]


@cache
def _expected(version: int) -> tuple[_Part, ...]:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    try:
        migrate(connection, MIGRATIONS[:version])
        return tuple(_parts(connection))
    finally:
        connection.close()


def mark_damaged(directory: Path) -> None:
    """Make the next start set this journal aside; raise ``OSError`` if that fails."""
    (directory / DAMAGED_NAME).touch(mode=0o600)
    sync_folder(directory)


def set_aside(directory: Path) -> None:
    """Rename the journal's folder, log included, in one step; keep only the last few of them.

    One rename, because SQLite would apply a leftover write-ahead log to the new database.
    """
    kept = sorted(_set_aside_already(directory))
    number = kept[-1][0] + 1 if kept else 1
    os.rename(directory, directory.with_name(f"{directory.name}.set-aside-{number}"))
    sync_folder(directory.parent)
    for _, old in kept[: max(0, len(kept) + 1 - KEEP_SET_ASIDE)]:
        if old.is_dir():
            shutil.rmtree(old, ignore_errors=True)
        else:
            old.unlink(missing_ok=True)


def _set_aside_already(directory: Path) -> list[tuple[int, Path]]:
    prefix = f"{directory.name}.set-aside-"
    found = directory.parent.glob(f"{prefix}*")
    numbers = [(path.name.removeprefix(prefix), path) for path in found]
    return [(int(number), path) for number, path in numbers if number.isdecimal()]


def fault_of(error: sqlite3.Error, directory: Path) -> Fault:
    """Convert SQLite's error to a fault. Its detail is the error's name, never a statement."""
    code = getattr(error, "sqlite_errorcode", None)
    name = getattr(error, "sqlite_errorname", type(error).__name__)
    primary = code & 0xFF if code is not None else None  # the low byte of an extended code
    if primary in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
        return faults.JOURNAL_CORRUPT.with_detail(name)
    io = primary in (sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN)
    if primary == sqlite3.SQLITE_FULL or (io and is_full(directory)):
        return faults.JOURNAL_FULL.with_detail(name)
    return faults.JOURNAL_FAILED.with_detail(name)


def _opening_fault(error: sqlite3.Error, directory: Path) -> Fault:
    """Convert an error met while opening and checking: temporary, or the database is damaged."""
    code = getattr(error, "sqlite_errorcode", None)
    name = getattr(error, "sqlite_errorname", type(error).__name__)
    primary = code & 0xFF if code is not None else None
    if primary not in _TEMPORARY:
        return faults.JOURNAL_CORRUPT.with_detail(name)
    if primary == sqlite3.SQLITE_READONLY and _may_write(directory):
        # The file's own header forbids writing (byte 18: an unknown write version).
        return faults.JOURNAL_CORRUPT.with_detail(name)
    return fault_of(error, directory)


def _may_write(directory: Path) -> bool:
    """Whether this user may write the database and its logs on this file system."""
    path = directory / FILE_NAME
    try:
        read_only = os.statvfs(path).f_flag & os.ST_RDONLY
    except OSError:
        return False
    logs = [directory / f"{FILE_NAME}{end}" for end in ("-wal", "-shm")]
    there = [path, *(log for log in logs if log.exists())]
    writable = all(os.access(each, os.R_OK | os.W_OK) for each in there)
    return not read_only and writable and os.access(directory, os.W_OK | os.X_OK)


def _folder_fault(error: OSError, directory: Path) -> Fault:
    full = faults.JOURNAL_FULL if is_full(directory) else faults.JOURNAL_FAILED
    return full.with_detail(f"folder: {error.strerror}")


def is_full(path: Path) -> bool:
    """Whether the file system of ``path`` (which may not exist) has no space or inode left."""
    try:
        while not path.exists():
            path = path.parent
        about = os.statvfs(path)
    except OSError:
        return False
    no_inode = about.f_files > 0 and about.f_favail == 0
    return no_inode or about.f_bavail * about.f_frsize < _NO_SPACE_BYTES


def sync_folder(directory: Path) -> None:
    """Make changed names in ``directory`` survive a power cut."""
    handle = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
