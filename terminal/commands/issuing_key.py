"""The issuing key: an Ed25519 key in a file that nobody but its owner can read.

For `station personalise`, on a machine of the issuer's. It never shows the key, never overwrites
one, and refuses a key file that others can read.
"""

from __future__ import annotations

import base64
import os
import stat
from enum import StrEnum
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from devices.cards.operator.personalise import Refused

from .exit_codes import PersonaliseExit
from .output import answer

_MAX_KEY_FILE = 4096


class KeyProblem(StrEnum):
    """Why there is no issuing key; told in JSON, so the values are stable."""

    EXISTS = "key_exists"
    UNREADABLE = "key_unreadable"
    EXPOSED = "key_exposed"
    NO_KEY = "key_not_ed25519"
    UNWRITABLE = "key_unwritable"


def new_key(path: Path, *, as_json: bool) -> int:
    """Make an issuing key: PKCS#8 PEM, mode 0600, never over a file that is there.

    Exit code 0: made, and its public half told for `[operators] issuers`; 1: not made.
    """
    key = Ed25519PrivateKey.generate()
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return no_key(Refused(KeyProblem.EXISTS, f"{path} is there; it stays"), as_json)
    except OSError as error:
        return no_key(Refused(KeyProblem.UNWRITABLE, f"{path}: {error.strerror}"), as_json)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(pem)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:  # half a key is none, and the file would be in the next one's way
        path.unlink(missing_ok=True)
        return no_key(Refused(KeyProblem.UNWRITABLE, f"{path}: {error.strerror}"), as_json)
    public = public_half(key)
    answer(
        {"outcome": "key_made", "key": str(path), "issuer": public},
        as_json=as_json,
        text=f'[operators]\nissuers = ["{public}"]',
    )
    return PersonaliseExit.DONE


def load_key(path: Path) -> Ed25519PrivateKey | Refused[KeyProblem]:
    """An issuing key that nobody but its owner can read."""
    try:
        with path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            pem = file.read(_MAX_KEY_FILE)
    except OSError as error:
        return Refused(KeyProblem.UNREADABLE, f"{path}: {error.strerror}")
    if stat.S_IMODE(mode) & 0o077:
        return Refused(KeyProblem.EXPOSED, f"{path} is open to others: chmod 0600")
    try:
        key = load_pem_private_key(pem, None)
    except (ValueError, TypeError):  # TypeError: the key is encrypted
        return Refused(KeyProblem.NO_KEY, f"{path} holds no plain private key (PEM)")
    except UnsupportedAlgorithm:
        return Refused(KeyProblem.NO_KEY, f"{path} holds a key of another kind than Ed25519")
    if not isinstance(key, Ed25519PrivateKey):
        return Refused(KeyProblem.NO_KEY, f"{path} holds a key of another kind than Ed25519")
    return key


def no_key(refused: Refused[KeyProblem], as_json: bool) -> int:
    """Tell it; the exit code."""
    told = {"outcome": refused.problem.value, "detail": refused.detail}
    answer(told, as_json=as_json, text=f"station personalise: {refused.detail}")
    return PersonaliseExit.FAULT


def public_half(key: Ed25519PrivateKey) -> str:
    """The key's public half in base64, as `[operators] issuers` takes it."""
    return base64.b64encode(key.public_key().public_bytes_raw()).decode("ascii")
