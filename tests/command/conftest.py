"""Fixtures that run `station` as a process with its own home folder."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

Station = Callable[..., subprocess.CompletedProcess[str]]
LIMIT_S = 100


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """Environment for the command: its own home folder, and no display."""
    home = {
        name: str(tmp_path / name.lower())
        for name in ("HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME", "TMPDIR")
    }
    for folder in home.values():
        Path(folder).mkdir()
    environment = {**os.environ, **home, "QT_QPA_PLATFORM": "offscreen"}
    environment.pop("DISPLAY", None)
    environment.pop("WAYLAND_DISPLAY", None)
    return environment


@pytest.fixture
def station(child_process: None, environment: dict[str, str]) -> Station:
    """Runs `station ARG...` and returns its output and its exit code."""

    def run(*arguments: object, stdin: str = "") -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "terminal", *map(str, arguments)],
            input=stdin, capture_output=True, text=True, env=environment, timeout=LIMIT_S,
            cwd=Path(__file__).parents[2], check=False,
        )  # fmt: skip

    return run
