"""Prepares `station run`: checks configuration and keys, and locks the state directory.

Used by the composition root. Anything unfit stops the command here, with one line per problem that
names its code.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path

from devices.health import Fault

from ..config.keys import Keys, given_credentials, load_keys
from ..config.load import Config, ConfigProblem, examine
from ..config.published_keys import unfit_key
from ..config.toml_lines import Keys as TomlKeys
from ..config.toml_lines import line_of
from ..config.trial import claim_state
from ..faults import CLOCK_WRONG, DISK_UNWRITABLE, DISPLAY_MISSING
from ..journal.plausible_time import PlausibleClock
from ..operations.lock import Program, StationLock, why_unwritable
from ..process.exit_codes import CommandError, RunExit, SharedExit
from ..runtime.from_config import unfit_anchor
from ..words import words
from .configured import refused
from .display import why_no_terminal
from .output import say

COMMAND = "station run"


@dataclass(frozen=True, slots=True)
class Prepared:
    """Everything that a terminal is built from. Release the lock afterwards."""

    config: Config
    keys: Keys
    lock: StationLock


def prepared(path: Path) -> Prepared:
    """Return everything that the terminal needs.

    :raises CommandError: something is wrong; the message has a line for each problem.
    """
    examined = examine(path)
    config = examined.config
    if config is None:
        raise refused(COMMAND, examined.problems)
    # Report everything that is missing at once, so that one round of copying is enough.
    keys = load_keys(config)
    missing = [*examined.problems]
    if not isinstance(keys, Keys):
        at = line_of(examined.lines, ("keys", "directory"))
        missing += [each if given_credentials() else replace(each, line=at) for each in keys.every]
    if (why := why_unwritable(config.state.directory)) is not None:
        at = line_of(examined.lines, ("state", "directory"))
        sentence = f"state.directory: {config.state.directory} cannot be written: {why}"
        missing.append(ConfigProblem(DISK_UNWRITABLE, "state.directory", at, sentence))
    if missing or not isinstance(keys, Keys):
        raise refused(COMMAND, missing)
    unfit = unfit_key(config) or unfit_anchor(config)
    if unfit is not None:
        raise refused(COMMAND, [_with_line(each, examined.lines) for each in unfit.every])
    if not PlausibleClock().reading().plausible:
        # Start nevertheless: the clock is corrected once there is a network.
        say(f"{COMMAND}: {_cause(CLOCK_WRONG)}; anchors are not checked for their validity yet")
    if (why := why_no_terminal()) is not None:
        raise CommandError(RunExit.NO_DISPLAY, f"{COMMAND}: {_cause(DISPLAY_MISSING)}: {why}")
    lock = StationLock.take(config.state.directory, Program.TRIAL if config.trial else Program.RUN)
    if isinstance(lock, Fault):
        raise CommandError(
            SharedExit.CONFIG,
            f"{COMMAND}: {_cause(lock)}: {config.state.directory} ({lock.detail})",
        )
    claimed = claim_state(config.state.directory, trial=config.trial)
    if claimed is not None:
        lock.release()
        raise refused(COMMAND, [_with_line(claimed, examined.lines)])
    return Prepared(config, keys, lock)


def _with_line(problem: ConfigProblem, lines: dict[TomlKeys, int]) -> ConfigProblem:
    """Return the same problem with the line of its key."""
    keys: TomlKeys = tuple(
        int(index) if index else name
        for name, index in re.findall(r"([^.\[\]]+)(?!\])|\[(\d+)\]", problem.key)
    )
    return replace(problem, line=line_of(lines, keys))


def _cause(fault: Fault) -> str:
    return f"{fault.code} {words('en').form(fault.code, 'cause')}"
