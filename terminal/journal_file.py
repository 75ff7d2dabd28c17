"""The journal's file: opened so that a commit survives a power cut, checked, or set aside.

For ``terminal.journal`` and the probe of `station diagnose`. It never repairs and never deletes
what it cannot read: a damaged journal is kept under another name.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import time
from dataclasses import dataclass
from pathlib import Path

from devices.health import Fault

from . import faults
from .journal_schema import MIGRATIONS, TOTALS, TOTALS_SINCE, migrate
from .session.model import Total

FILE_NAME = "journal.db"
BUSY_S = 1.0
"""`station diagnose` may hold the write lock for a moment; the terminal itself is one process."""
MONTH_S = 30 * 86_400.0
KEEP_SET_ASIDE = 3
"""Damaged journals kept for inspection. A disk that damages each new one must not fill up."""
_NO_SPACE_BYTES = 256 * 1024
"""Below this SQLite cannot even make its shared index, and reports that as an I/O error."""


def open_database(directory: Path) -> sqlite3.Connection | Fault:
    """Open (or make) the database, check it, and bring its schema up to date.

    WAL with ``synchronous=FULL``: each commit is on the disk when it returns (sqlite.org/wal,
    pragma synchronous). Statements commit by themselves unless a transaction was begun.
    """
    try:
        _make(directory)
    except OSError as error:
        full = faults.JOURNAL_FULL if is_full(directory) else faults.JOURNAL_FAILED
        return full.with_detail(f"folder: {error.strerror}")
    connection = None
    try:
        connection = _connect(directory / FILE_NAME)
        (mode,) = connection.execute("PRAGMA journal_mode = WAL").fetchone()
        connection.execute("PRAGMA synchronous = FULL")
        fault = _checked(connection)
        if fault is None and mode != "wal":
            fault = faults.JOURNAL_FAILED.with_detail("no write-ahead log on this file system")
        if fault is None:
            migrate(connection)
            return connection
    except sqlite3.Error as error:
        fault = fault_of(error, directory)
    if connection is not None:
        connection.close()
    return fault


@dataclass(frozen=True, slots=True)
class Inspection:
    """A journal that is whole and can be written, as another program finds it.

    ``devices`` are the states that the running terminal has noted: name to status and fault code.
    ``totals``: what was given out in the last 30 days, item by item, the busiest first.
    """

    open_jobs: int
    unsent: int
    devices: dict[str, tuple[str, str]]
    totals: tuple[Total, ...] = ()


def inspect(directory: Path) -> Inspection | Fault:
    """Check the journal without changing it, beside a terminal that may be using it.

    Every page and index is checked, and the write lock taken for a row that is rolled back.
    """
    path = directory / FILE_NAME
    if not path.exists():
        return faults.JOURNAL_FAILED.with_detail("no journal was begun yet")
    connection = None
    try:
        connection = _connect(path)
        fault = _checked(connection, "integrity_check")
        if fault is not None:
            return fault
        connection.execute("BEGIN IMMEDIATE")
        connection.execute(
            "INSERT INTO faults (code, detail, page, at) VALUES ('SYS-0', '', '', 0)"
        )
        connection.execute("ROLLBACK")
        (jobs,) = connection.execute("SELECT count(*) FROM jobs WHERE stage <> 'closed'").fetchone()
        (unsent,) = connection.execute(
            "SELECT count(*) FROM outbox WHERE settled IS NULL"
        ).fetchone()
        rows = connection.execute("SELECT name, status, fault FROM devices").fetchall()
        noted = {name: (status, fault) for name, status, fault in rows}
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        # The terminal of this version has not opened it yet: it counts no sheets so far.
        since = (time.time() - MONTH_S,) * 3
        given = connection.execute(TOTALS, since).fetchall() if version >= TOTALS_SINCE else []
        return Inspection(jobs, unsent, noted, tuple(Total(*row) for row in given))
    except sqlite3.Error as error:
        return fault_of(error, directory)
    finally:
        if connection is not None:
            connection.close()


def _connect(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(path, timeout=BUSY_S, isolation_level=None, check_same_thread=False)


def _make(directory: Path) -> None:
    if not directory.is_dir():
        directory.mkdir(mode=0o700, parents=True)
        _sync(directory.parent)


def _checked(connection: sqlite3.Connection, check: str = "quick_check") -> Fault | None:
    """Whether every page can be read and belongs where it is; a few milliseconds a megabyte."""
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version > len(MIGRATIONS):
        return faults.JOURNAL_NEWER.with_detail(f"schema {version}, known {len(MIGRATIONS)}")
    (first, *more) = connection.execute(f"PRAGMA {check}(10)").fetchall()
    if first != ("ok",):
        return faults.JOURNAL_CORRUPT.with_detail(f"{1 + len(more)} complaints of {check}")
    return None


def set_aside(directory: Path) -> None:
    """Rename the journal's folder, log and all in one act, and keep the last few of them.

    One rename, because a write-ahead log left beside a new database would be played into it.
    """
    kept = sorted(_set_aside_already(directory))
    number = kept[-1][0] + 1 if kept else 1
    os.rename(directory, directory.with_name(f"{directory.name}.set-aside-{number}"))
    _sync(directory.parent)
    for _, old in kept[: max(0, len(kept) + 1 - KEEP_SET_ASIDE)]:
        shutil.rmtree(old, ignore_errors=True)


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


def is_full(path: Path) -> bool:
    """Whether the file system that ``path`` is on (or would be) has no space or no inode left."""
    while not path.exists():
        path = path.parent
    try:
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
