"""PySide6's import hook is out: it would read the source of every module that is imported."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = """
import linecache
import {qt}
from terminal.words import words
print(any(name.endswith("terminal/words/__init__.py") for name in linecache.cache))
"""


@pytest.mark.parametrize(
    ("qt", "source_read"),
    [("ui.import_hook", False), ("PySide6.QtCore", True)],
    ids=["ours", "plain"],
)
def test_source_of_later_imports_is_not_read(qt: str, source_read: bool) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM.format(qt=qt)],
        capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2],
    )  # fmt: skip
    assert done.stdout == f"{source_read}\n"
