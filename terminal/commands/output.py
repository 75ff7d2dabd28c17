"""How every command answers: JSON or words on standard output, and what it does on stderr."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from typing import Any

EXIT_OK = 0
EXIT_FAILED = 1
EXIT_USAGE = 2
"""As argparse's own."""


def answer(data: Mapping[str, Any], *, as_json: bool, text: str) -> None:
    """Print the result."""
    if as_json:
        print(json.dumps(data, ensure_ascii=False, indent=2))
    else:
        print(text)


def say(message: str) -> None:
    """A word to the person at the console, while it works."""
    print(message, file=sys.stderr, flush=True)
