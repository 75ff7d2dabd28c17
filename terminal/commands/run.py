"""`station run` before it builds anything: configuration, keys, and the station for itself alone.

For the composition root. Whatever is unfit stops it here, in one line that names the code.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from devices.health import Fault
from terminal.config import EX_CONFIG, Config, load
from terminal.faults import DISPLAY_MISSING
from terminal.keys import Keys, load_keys
from terminal.operations.lock import StationLock
from terminal.published import unfit_key
from terminal.station import unfit_anchor
from terminal.words import words

from .display import why_no_terminal
from .output import EXIT_FAILED, say


@dataclass(frozen=True, slots=True)
class Prepared:
    """What a terminal may be built from; the lock is to be released after it."""

    config: Config
    keys: Keys
    lock: StationLock


def prepared(path: Path) -> Prepared | int:
    """All of it, or the exit code after it was said what is wrong."""
    config = load(path)
    if not isinstance(config, Config):
        say(f"station run: {config}")
        return EX_CONFIG
    keys = load_keys(config)
    if not isinstance(keys, Keys):
        say(f"station run: {keys}")
        return EX_CONFIG
    unfit = unfit_key(config) or unfit_anchor(config)
    if unfit is not None:
        say(f"station run: {unfit}")
        return EX_CONFIG
    if (why := why_no_terminal()) is not None:
        say(f"station run: {_told(DISPLAY_MISSING)}: {why}")
        return EXIT_FAILED
    lock = StationLock.take(config.state.directory, "run")
    if isinstance(lock, Fault):
        say(f"station run: {_told(lock)}: {config.state.directory} ({lock.detail})")
        return EX_CONFIG
    return Prepared(config, keys, lock)


def _told(fault: Fault) -> str:
    return f"{fault.code} {words('en').form(fault.code, 'cause')}"
