"""Loads the station's configuration for the commands that need it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ..config.load import Config, ConfigProblem, load
from ..process.exit_codes import CommandError, SharedExit
from .options import DEFAULT_CONFIG


def configured(path: Path | None) -> Config:
    """Return the configuration.

    :raises CommandError: it has problems; the message names them all.
    """
    config = load(path or DEFAULT_CONFIG)
    if isinstance(config, Config):
        return config
    raise refused("station", config.every)


def refused(command: str, problems: Sequence[ConfigProblem]) -> CommandError:
    """Return the error for these problems, with one line for each."""
    lines = [f"{command}: {problem}" for problem in problems]
    return CommandError(SharedExit.CONFIG, "\n".join(lines))
