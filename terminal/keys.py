"""The two secrets of a station: where they come from, and where they may never be.

For the composition root. The request key signs requests; the token key turns a person into an
opaque token, and is worth nothing beside the journal that it guards: ID numbers can be counted
through. Neither is ever shown, logged or written by the terminal.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from devices.health import Fault

from . import faults
from .config import Config
from .config_problem import ConfigProblem

REQUEST_KEY, TOKEN_KEY = "request-key", "token-key"
MIN_KEY_BYTES = 32
"""As long as the SHA-256 that they key (RFC 2104, section 3)."""
_MAX_FILE_BYTES = 4096


@dataclass(frozen=True, slots=True)
class Keys:
    """Both keys, raw."""

    request_key: bytes = field(repr=False)
    token_key: bytes = field(repr=False)


def load_keys(config: Config, environ: Mapping[str, str] = os.environ) -> Keys | ConfigProblem:
    """Read ``request-key`` and ``token-key``: hexadecimal text, 32 bytes at least.

    From systemd's credentials (``$CREDENTIALS_DIRECTORY``; systemd guards them), else from
    ``keys.directory``, where each must belong to this user or root and be closed to all others.
    """
    given = environ.get("CREDENTIALS_DIRECTORY")
    directory = Path(given) if given else config.keys.directory
    if directory is None:
        sentence = "no keys: neither systemd credentials nor keys.directory are set"
        return ConfigProblem(faults.KEY_MISSING, "keys.directory", None, sentence)
    keys = []
    for name in (REQUEST_KEY, TOKEN_KEY):
        key = _read(directory / name, config.state.directory, guarded=bool(given))
        if isinstance(key, ConfigProblem):
            return key
        keys.append(key)
    return Keys(*keys)


def _read(path: Path, state: Path, *, guarded: bool) -> bytes | ConfigProblem:
    def problem(fault: Fault, why: str) -> ConfigProblem:
        return ConfigProblem(fault, f"keys.{path.name}", None, f"{path} {why}")

    real = path.resolve()
    if real.is_relative_to(state.resolve()):
        return problem(faults.KEY_EXPOSED, "stands in the state directory, beside the journal")
    try:
        with real.open("rb") as file:
            about = os.fstat(file.fileno())
            text = file.read(_MAX_FILE_BYTES)
    except OSError as error:
        return problem(faults.KEY_MISSING, f"cannot be read: {error.strerror}")
    if not guarded:
        if stat.S_IMODE(about.st_mode) & 0o077:
            return problem(faults.KEY_EXPOSED, "is open to others: chmod 0600")
        if about.st_uid not in (0, os.geteuid()):
            return problem(faults.KEY_EXPOSED, "belongs to another user")
    try:
        key = bytes.fromhex(text.decode("ascii").strip())
    except ValueError:
        return problem(faults.KEY_MISSING, "is not hexadecimal text")
    if len(key) < MIN_KEY_BYTES:
        return problem(faults.KEY_MISSING, f"is shorter than {MIN_KEY_BYTES} bytes")
    return key
