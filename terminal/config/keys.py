"""The two secret keys of a station: where they may come from, and where they must never be.

Used by the composition root. The request key signs requests. The token key turns a person into an
opaque token; it must not be kept beside the journal, because anyone with both could try every ID
number. The terminal never shows, logs or writes either key.
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
"""The length of the SHA-256 digest that they are used with (RFC 2104, section 3)."""
_MAX_FILE_BYTES = 4096
"""Far more than any key; a wrong path may name a file of any size."""


@dataclass(frozen=True, slots=True)
class Keys:
    """Both keys as raw bytes."""

    request_key: bytes = field(repr=False)
    token_key: bytes = field(repr=False)


def given_credentials(environ: Mapping[str, str] = os.environ) -> str | None:
    """Return the folder with systemd's credentials; ``None`` if systemd gives none."""
    return environ.get("CREDENTIALS_DIRECTORY") or None


def load_keys(config: Config, environ: Mapping[str, str] = os.environ) -> Keys | ConfigProblem:
    """Read ``request-key`` and ``token-key``: hexadecimal text, at least 32 bytes.

    They come from systemd's credentials (``$CREDENTIALS_DIRECTORY``, guarded by systemd) or else
    from ``keys.directory``, where each file must belong to this user or root and be closed to all
    others. If neither key can be used, the problem names both (``ConfigProblem.every``).
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
            return problem(faults.KEY_EXPOSED, "is in the state directory, beside the journal")
        text, about = read_file(real, _MAX_FILE_BYTES)
    except (OSError, RuntimeError, ValueError) as error:  # also a loop of links, a NUL in the name
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
