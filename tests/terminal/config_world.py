"""Fixtures for the configuration tests: the commented sample, with edits."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from terminal.config.load import Config, ConfigProblem, load

SAMPLE = Path(__file__).parents[2] / "docs" / "station.example.toml"

Edit = Callable[[str, str], Config | ConfigProblem]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the files that the sample configuration names."""
    for name in ("platform-ca.pem", "seal-root.pem"):
        (tmp_path / name).write_text("-----BEGIN CERTIFICATE-----\n")
    return tmp_path


@pytest.fixture
def edit(folder: Path) -> Edit:
    """Load the sample with one part of it replaced."""

    def load_edited(old: str, new: str) -> Config | ConfigProblem:
        text = SAMPLE.read_text(encoding="utf-8")
        assert text.count(old) >= 1
        path = folder / "station.toml"
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
        return load(path)

    return load_edited


def line_with(text: str, path: Path) -> int:
    """Return the last line that contains ``text``, counted from 1."""
    lines = path.read_text(encoding="utf-8").split("\n")
    return max(number for number, line in enumerate(lines, 1) if text in line)
