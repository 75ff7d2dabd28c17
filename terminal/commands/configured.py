"""Loads the station's configuration for the commands that need it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from terminal.commands.options import DEFAULT_CONFIG
from terminal.config.load import Config, ConfigProblem, load

from .exit_codes import SharedExit
from .output import say


def configured(path: Path | None) -> Config | int:
    """Return the configuration, or print all its problems and return an exit code."""
    config = load(path or DEFAULT_CONFIG)
    if isinstance(config, Config):
        return config
    return refused("station", config.every)


def refused(command: str, problems: Sequence[ConfigProblem]) -> int:
    """Print each problem on its own line; return the exit code for them."""
    for problem in problems:
        say(f"{command}: {problem}")
    return SharedExit.CONFIG
