"""The journal's file: opened so that a commit survives a power cut, checked, or set aside.

For ``terminal.journal`` and the probe of `station diagnose`. It never repairs and never deletes
what it cannot read: a journal that cannot be used is kept under another name.
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
"""`station diagnose` may hold the write lock for a moment; the terminal itself is one process."""
MONTH_S = 30 * 86_400.0
KEEP_SET_ASIDE = 3
"""Damaged journals kept for inspection. A disk that damages each new one must not fill up."""
_NO_SPACE_BYTES = 256 * 1024
"""Below this SQLite cannot even make its shared index, and reports that as an I/O error."""
DAMAGED_NAME = "damaged-while-running"
"""A file with this name in the journal's folder says that the next start must set it aside: a quick
check need not find what a running terminal has met (a damaged index)."""
_LOGS = ("-wal", "-journal")
"""Files beside the database (by SQLite's own suffixes) that hold commits of it."""
_PASSING = frozenset(
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
"""SQLite's errors that come from the disk, permissions, memory or another program. They may pass
and say nothing about the database; any other error while it is opened means that it is unusable
(sqlite.org/rescode.html)."""


@dataclass(frozen=True, slots=True)
class Opened:
    """An open database. ``lost`` says why an earlier journal is not in it, if there was one."""

    connection: sqlite3.Connection
    lost: Fault | None


def open_database(directory: Path, at: float, lost: Fault | None = None) -> Opened | Fault:
    """Open the database (or begin one), check it, and bring its schema up to date.

    WAL with ``synchronous=FULL``: each commit is on the disk when it returns (sqlite.org/wal,
    pragma synchronous). Statements commit by themselves unless a transaction was begun.
    ``lost`` is why the last journal was set aside; a new journal begins with it as a fault ``at``
    this Unix time. ``JOURNAL_CORRUPT`` and ``JOURNAL_NEWER`` mean that the journal there is
    unusable; any other fault may pass.
    """
    path = directory / FILE_NAME
    try:
        misshapen = _misshapen(directory)
        if misshapen is not None:
            return misshapen
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
        fault = _whole(connection)
        if fault is None:
            fault = _durable(connection)
        if fault is None:
            migrate(connection)
            fault = _misses(connection)
        if fault is None:
            _write_once(connection)
            return Opened(connection, lost)
    except sqlite3.Error as error:
        fault = _opening_fault(error, directory)
    if connection is not None:
        connection.close()
    return fault


@dataclass(frozen=True, slots=True)
class Inspection:
    """A journal that is whole and can be written, as another program finds it.

    ``devices`` are the states that the running terminal has noted: name to status and fault code.
    ``totals``: what was given out in the last 30 days, item by item, the busiest first.
    ``newest`` is the time of the newest row in Unix seconds, ``None`` if there is no row.
    """

    open_jobs: int
    unsent: int
    devices: dict[str, tuple[str, str]]
    totals: tuple[Total, ...] = ()
    newest: float | None = None


def begun(directory: Path) -> bool:
    """Whether a journal is or was in ``directory``. ``OSError`` if that may not be looked at."""
    if not directory.exists():
        return bool(_set_aside_already(directory))
    if not directory.is_dir():
        return True
    kept = any(os.path.lexists(directory / f"{FILE_NAME}{end}") for end in ("", *_LOGS))
    return kept or bool(_set_aside_already(directory))


def inspect(directory: Path) -> Inspection | Fault:
    """Check the journal without changing it, beside a terminal that may be using it.

    Every page and index is checked, and the write lock taken for a row that is rolled back.
    """
    path = directory / FILE_NAME
    connection = None
    try:
        fault = _misshapen(directory)
        if fault is not None:
            return fault
        if not path.exists():
            missing = _missing(directory)
            return missing or faults.JOURNAL_FAILED.with_detail("no journal was begun yet")
        connection = _connect(path)
        fault = _whole(connection, "integrity_check") or _misses(connection)
        if fault is not None:
            return fault
        _write_once(connection)
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
        # The terminal of this version has not opened it yet: it counts no sheets so far.
        return Inspection(jobs, unsent, noted)
    newest = newest_row(connection)
    since = PlausibleClock(newest).now() - MONTH_S
    given = connection.execute(TOTALS, (since,) * 3).fetchall()
    return Inspection(jobs, unsent, noted, tuple(Total(*row) for row in given), newest)


def newest_row(connection: sqlite3.Connection) -> float | None:
    """The time of the newest row in Unix seconds; ``None`` if the journal has no row."""
    (newest,) = connection.execute(NEWEST).fetchone()
    return None if newest is None else float(newest)


def newest_in(directory: Path) -> float | None:
    """As ``newest_row``, of a journal that is not opened otherwise; ``None`` if it cannot be."""
    path = directory / FILE_NAME
    try:
        # SQLite would make a file that is not there, and an empty one is a damaged journal.
        if not path.exists() or _misshapen(directory) is not None:
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
        _sync(directory.parent)


def _begin(directory: Path, lost: Fault | None, at: float) -> None:
    """Make a new database, complete when it gets its name.

    A terminal that is killed in between has not begun a journal. So a file of no length under the
    final name is always a damaged journal, never a first start.
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
        connection.close()  # moves the log into the file
    os.rename(fresh, directory / FILE_NAME)
    _sync(directory)


def _durable(connection: sqlite3.Connection) -> Fault | None:
    (mode,) = connection.execute("PRAGMA journal_mode = WAL").fetchone()
    connection.execute("PRAGMA synchronous = FULL")
    if mode != "wal":
        return faults.JOURNAL_FAILED.with_detail("no write-ahead log on this file system")
    return None


def _write_once(connection: sqlite3.Connection) -> None:
    """Write a row and roll it back; ``sqlite3.Error`` if that is not possible."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        connection.execute(
            "INSERT INTO faults (code, detail, page, at) VALUES ('SYS-0', '', '', 0)"
        )
    finally:
        if connection.in_transaction:  # after some errors SQLite has rolled back by itself
            connection.execute("ROLLBACK")


def _misshapen(directory: Path) -> Fault | None:
    """Why these files cannot be a journal, found without opening one. A FIFO would block."""
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
    """The fault if no journal is there although an earlier one was set aside.

    That happens if the terminal is killed between setting it aside and beginning the new one.
    """
    if _set_aside_already(directory):
        return faults.JOURNAL_CORRUPT.with_detail("missing; an earlier one was set aside")
    return None


def _whole(connection: sqlite3.Connection, check: str = "quick_check") -> Fault | None:
    """Whether every page can be read and belongs where it is; a few milliseconds a megabyte."""
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version > len(MIGRATIONS):
        return faults.JOURNAL_NEWER.with_detail(f"schema {version}, known {len(MIGRATIONS)}")
    if version < 1:
        return faults.JOURNAL_CORRUPT.with_detail(f"schema {version}")
    (first, *more) = connection.execute(f"PRAGMA {check}(10)").fetchall()
    if first != ("ok",):
        return faults.JOURNAL_CORRUPT.with_detail(f"{1 + len(more)} complaints of {check}")
    return None


def _misses(connection: sqlite3.Connection) -> Fault | None:
    """Which table, column, index or trigger of its version the database lacks."""
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


def condemn(directory: Path) -> None:
    """Have the journal in this folder set aside at the next start; ``OSError`` if that fails."""
    (directory / DAMAGED_NAME).touch(mode=0o600)
    _sync(directory)


def set_aside(directory: Path) -> None:
    """Rename the journal's folder, log and all in one act, and keep the last few of them.

    One rename, because a write-ahead log left beside a new database would be played into it.
    """
    kept = sorted(_set_aside_already(directory))
    number = kept[-1][0] + 1 if kept else 1
    os.rename(directory, directory.with_name(f"{directory.name}.set-aside-{number}"))
    _sync(directory.parent)
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
    """SQLite's error as a fault; its detail is the error's name and never a statement."""
    code = getattr(error, "sqlite_errorcode", None)
    name = getattr(error, "sqlite_errorname", type(error).__name__)
    primary = code & 0xFF if code is not None else None  # extended codes keep it in the low byte
    if primary in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
        return faults.JOURNAL_CORRUPT.with_detail(name)
    io = primary in (sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN)
    if primary == sqlite3.SQLITE_FULL or (io and is_full(directory)):
        return faults.JOURNAL_FULL.with_detail(name)
    return faults.JOURNAL_FAILED.with_detail(name)


def _opening_fault(error: sqlite3.Error, directory: Path) -> Fault:
    """SQLite's error while the database is opened and checked: it may pass, or never will."""
    code = getattr(error, "sqlite_errorcode", None)
    name = getattr(error, "sqlite_errorname", type(error).__name__)
    primary = code & 0xFF if code is not None else None
    if primary not in _PASSING:
        return faults.JOURNAL_CORRUPT.with_detail(name)
    if primary == sqlite3.SQLITE_READONLY and _may_write(directory):
        # The file's own header says so (byte 18, a version of writing that is not known).
        return faults.JOURNAL_CORRUPT.with_detail(name)
    return fault_of(error, directory)


def _may_write(directory: Path) -> bool:
    """Whether permissions and the file system let this user write the database and its logs."""
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
    """Whether the file system that ``path`` is on (or would be) has no space or no inode left."""
    try:
        while not path.exists():
            path = path.parent
        about = os.statvfs(path)
    except OSError:
        return False
    no_inode = about.f_files > 0 and about.f_favail == 0
    return no_inode or about.f_bavail * about.f_frsize < _NO_SPACE_BYTES


def _sync(directory: Path) -> None:
    """Make a name in ``directory`` survive a power cut."""
    handle = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
