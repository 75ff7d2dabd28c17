"""The station's configuration, for the commands that need one."""

from __future__ import annotations

from pathlib import Path

from terminal.config import EX_CONFIG, Config, load
from terminal.options import DEFAULT_CONFIG

from .output import say


def configured(path: Path | None) -> Config | int:
    """The configuration, or the exit code after it was said what is wrong with it."""
    config = load(path or DEFAULT_CONFIG)
    if isinstance(config, Config):
        return config
    say(f"station: {config}")
    return EX_CONFIG
