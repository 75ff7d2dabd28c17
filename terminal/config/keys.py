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

from .. import faults
from .files import read_file
from .load import Config
from .problem import ConfigProblem

REQUEST_KEY, TOKEN_KEY = "request-key", "token-key"
MIN_KEY_BYTES = 32
"""As long as the SHA-256 that they key (RFC 2104, section 3)."""
_MAX_FILE_BYTES = 4096
"""Far more than any key; a wrong path may name a file of any size."""


@dataclass(frozen=True, slots=True)
class Keys:
    """Both keys, raw."""

    request_key: bytes = field(repr=False)
    token_key: bytes = field(repr=False)


def given_credentials(environ: Mapping[str, str] = os.environ) -> str | None:
    """The folder of systemd's credentials, if it gives any."""
    return environ.get("CREDENTIALS_DIRECTORY") or None


def load_keys(config: Config, environ: Mapping[str, str] = os.environ) -> Keys | ConfigProblem:
    """Read ``request-key`` and ``token-key``: hexadecimal text, 32 bytes at least.

    From systemd's credentials (``$CREDENTIALS_DIRECTORY``; systemd guards them), else from
    ``keys.directory``, where each must belong to this user or root and be closed to all others.
    A problem names both keys if neither can be used (``ConfigProblem.every``).
    """
    given = given_credentials(environ)
    directory = Path(given) if given else config.keys.directory
    if directory is None:
        sentence = "no keys: neither systemd credentials nor keys.directory are set"
        return ConfigProblem(faults.KEY_MISSING, "keys.directory", None, sentence)
    found = [
        _read(directory / name, config.state.directory, guarded=bool(given))
        for name in (REQUEST_KEY, TOKEN_KEY)
    ]
    problems = [each for each in found if isinstance(each, ConfigProblem)]
    if problems:
        return ConfigProblem.first_of(problems)
    return Keys(*(each for each in found if isinstance(each, bytes)))


def _read(path: Path, state: Path, *, guarded: bool) -> bytes | ConfigProblem:
    def problem(fault: Fault, why: str) -> ConfigProblem:
        return ConfigProblem(fault, f"keys.{path.name}", None, f"{path} {why}")

    try:
        real = path.resolve()
        if real.is_relative_to(state.resolve()):
            return problem(faults.KEY_EXPOSED, "stands in the state directory, beside the journal")
        text, about = read_file(real, _MAX_FILE_BYTES)
    except (OSError, RuntimeError, ValueError) as error:  # a loop of links, a NUL in its name
        why = error.strerror if isinstance(error, OSError) else "no file can have this name"
        return problem(faults.KEY_MISSING, f"cannot be read: {why}")
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
