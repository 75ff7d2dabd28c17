"""Reads the small files that a configuration names, with a size limit and from regular files only.

Used for the configuration, its keys and its certificates. A FIFO would block the start forever, a
device never ends, and opening some devices has side effects.
"""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

CERTIFICATE_BYTES = 1024 * 1024
"""A file of certificates (PEM) has a few kilobytes; a system's whole store has about 250 kB."""


def read_file(path: Path, most_bytes: int) -> tuple[bytes, os.stat_result]:
    """Read a whole file of at most ``most_bytes``; return its data and its ``stat`` result.

    Every failure is an ``OSError`` with a ``strerror``, including a name that no file can have.
    """
    try:
        about = os.stat(path)
        _check(path, about)  # before opening, which could have a side effect on a device
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)
    except ValueError as error:  # a NUL, or a character outside the file system's encoding
        raise OSError(errno.EINVAL, "no file can have this name", str(path)) from error
    with os.fdopen(handle, "rb") as file:
        about = os.fstat(file.fileno())
        _check(path, about)
        data = file.read(most_bytes + 1)
    if len(data) > most_bytes:
        raise OSError(errno.EFBIG, f"larger than {most_bytes} bytes", str(path))
    return data, about


def _check(path: Path, about: os.stat_result) -> None:
    if stat.S_ISDIR(about.st_mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    if not stat.S_ISREG(about.st_mode):
        raise OSError(errno.EINVAL, "not a regular file", str(path))
