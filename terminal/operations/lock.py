"""Allows one terminal per state directory: a lock that ends with its process, and its holder.

Used by the composition root, and by `station diagnose` to find out whether the service runs. The
kernel releases the lock however the process ends, so a stale lock never has to be removed.
"""

from __future__ import annotations

import errno
import fcntl
import os
import stat
import struct
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from devices.health import Fault

from .. import faults

FILE_NAME = "station.lock"


class Program(StrEnum):
    """The programs that take the lock. Its file holds the value."""

    RUN = "run"
    """A station in service."""
    TRIAL = "trial"
    """A trial installation."""
    DEMO = "demo"
    """The demo, on the embedded sandbox."""
    PRINT = "print"
    """The command `station print`, which also keeps a journal of jobs."""


@dataclass(frozen=True, slots=True)
class Holder:
    """The process that holds the lock. ``program`` is ``None`` until it has written its line."""

    pid: int
    program: Program | None


class StationLock:
    """The held lock, from ``take`` to ``release`` or to the end of the process."""

    def __init__(self, handle: int) -> None:
        """Do not call this directly: use ``StationLock.take``."""
        self._handle = handle

    @classmethod
    def take(cls, state_directory: Path, program: Program) -> StationLock | Fault:
        """Take the lock in ``state_directory`` (created if missing, mode 0700) for ``program``.

        Return ``ALREADY_RUNNING`` if another process holds it, ``DISK_UNWRITABLE`` if no lock can
        be created. Child processes do not inherit it.
        """
        try:
            state_directory.mkdir(mode=0o700, parents=True, exist_ok=True)
            handle = os.open(state_directory / FILE_NAME, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            return faults.DISK_UNWRITABLE.with_detail(f"lock: {error.strerror}")
        try:
            fcntl.fcntl(handle, fcntl.F_OFD_SETLK, _whole_file(fcntl.F_WRLCK))
            os.ftruncate(handle, 0)
            os.pwrite(handle, f"{os.getpid()} {program.value}\n".encode("ascii"), 0)
        except BlockingIOError:
            os.close(handle)
            found = holder(state_directory)
            detail = f"process {found.pid} ({found.program or ''})" if found else ""
            return faults.ALREADY_RUNNING.with_detail(detail)
        except OSError as error:
            os.close(handle)
            return faults.DISK_UNWRITABLE.with_detail(f"lock: {error.strerror}")
        return cls(handle)

    def release(self) -> None:
        """Release the lock; calling it twice is a bug of the caller."""
        os.close(self._handle)


def why_unwritable(state_directory: Path) -> str | None:
    """Return why a terminal could not write to or create this directory; ``None`` if it could.

    Nothing is created or written. A full or failing disk is not detected.
    """
    place = state_directory
    try:
        while not os.path.lexists(place):
            place = place.parent
        if not stat.S_ISDIR(os.stat(place).st_mode):
            return f"{place} is not a folder"
        if os.statvfs(place).f_flag & os.ST_RDONLY:
            return os.strerror(errno.EROFS)
    except OSError as error:
        return error.strerror
    if not os.access(place, os.W_OK | os.X_OK):
        return os.strerror(errno.EACCES)
    return None


def holder(state_directory: Path) -> Holder | None:
    """Return the process that runs on this state directory; ``None`` if there is none.

    Raise ``OSError`` if the directory may not be read.
    """
    try:
        handle = os.open(state_directory / FILE_NAME, os.O_RDONLY)
    except FileNotFoundError:
        return None
    try:
        # Query only: taking the lock could stop a terminal that starts at this moment.
        answer = fcntl.fcntl(handle, fcntl.F_OFD_GETLK, _whole_file(fcntl.F_RDLCK))
        if struct.unpack(_FLOCK, answer)[0] == fcntl.F_UNLCK:
            return None
        pid, _, name = os.read(handle, 64).decode("ascii", "replace").strip().partition(" ")
    finally:
        os.close(handle)
    # For a moment after the lock is taken its line is not written yet.
    known = next((program for program in Program if program.value == name), None)
    return Holder(int(pid) if pid.isdecimal() else 0, known)


_FLOCK = "hhqqi0q"
"""``struct flock`` (fcntl.h): type, whence, start, length, pid; native alignment."""


def _whole_file(kind: int) -> bytes:
    return struct.pack(_FLOCK, kind, os.SEEK_SET, 0, 0, 0)
