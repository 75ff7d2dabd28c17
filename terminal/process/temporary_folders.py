"""Temporary folders of a process, removed when it ends.

Used by the demo, which keeps its state and its keys in one.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from pathlib import Path
from typing import NoReturn

REMOVALS = 3
"""How often a folder is removed while a thread may still write into it."""

_temporary: set[Path] = set()
"""Folders of this process that are removed when it ends."""


def temporary_folder(prefix: str) -> Path:
    """Create a folder (0700) that is removed when this process ends, even after a signal."""
    import secrets  # loads OpenSSL (3 ms), which the first page does not need

    folder = Path(tempfile.gettempdir()) / f"{prefix}{secrets.token_hex(8)}"
    _temporary.add(folder)  # before creating it, so that there is no gap
    folder.mkdir(mode=0o700)
    return folder


@atexit.register
def remove_temporary_folders() -> None:
    """Remove the folders; a worker that still writes into one cannot delay this for long."""
    while _temporary:
        folder = _temporary.pop()
        for _ in range(REMOVALS):
            shutil.rmtree(folder, ignore_errors=True)
            if not folder.exists():
                break


def end_without_folders(code: int) -> NoReturn:
    """End this process at once with this exit code, and leave none of its folders behind.

    A thread could make a folder again while another one removes it. So the process is replaced by a
    program that removes the folders: no thread survives that (execve(2)).
    """
    folders = [str(folder) for folder in _temporary]
    try:
        os.execv(  # noqa: S606  # the script is constant, and the folders are its arguments
            "/bin/sh", ["sh", "-c", 'rm -rf -- "$@"; exit "$0"', str(code), *folders]
        )
    except OSError:
        remove_temporary_folders()
        os._exit(code)
