"""How every command answers: JSON or words on standard output, and what it does on stderr."""

from __future__ import annotations

import errno
import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any


def answer(data: Mapping[str, Any], *, as_json: bool, text: str) -> None:
    """Print the result."""
    if as_json:
        print(json.dumps(data, ensure_ascii=False, indent=2))
    else:
        print(text)


def say(message: str) -> None:
    """A word to the person at the console, while it works."""
    print(message, file=sys.stderr, flush=True)


def unwritable(folder: Path) -> str | None:
    """Make this folder where it is not there; why nothing can be left in it, if so."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        return f"{folder}: {error.strerror}"
    if not os.access(folder, os.W_OK | os.X_OK):
        return f"{folder}: {os.strerror(errno.EACCES)}"
    return None
