"""The output of every command: the result on standard output (JSON or text), progress on stderr."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any


def answer(data: Mapping[str, Any], *, as_json: bool, text: str) -> None:
    """Print the result on standard output."""
    if as_json:
        import json  # the terminal itself prints no result, and loads it after the first page

        print(json.dumps(data, ensure_ascii=False, indent=2))
    else:
        print(text)


def say(message: str) -> None:
    """Print progress for the person at the console on standard error."""
    print(message, file=sys.stderr, flush=True)


def unwritable(folder: Path) -> str | None:
    """Create this folder if it is missing; return why nothing can be written to it, if so."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        return f"{folder}: {error.strerror}"
    if not os.access(folder, os.W_OK | os.X_OK):
        return f"{folder}: {os.strerror(errno.EACCES)}"
    return None
