"""The issuing key: an Ed25519 key in a file that only its owner can read.

Used by `station personalise` on a machine of the issuer. It never shows the key, never overwrites a
key file, and refuses one that others can read.
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

from ..process.exit_codes import PersonaliseExit
from .output import answer

_MAX_KEY_FILE = 4096


class KeyProblem(StrEnum):
    """Why there is no issuing key. The values appear in JSON, so they are stable."""

    EXISTS = "key_exists"
    UNREADABLE = "key_unreadable"
    EXPOSED = "key_exposed"
    NO_KEY = "key_not_ed25519"
    UNWRITABLE = "key_unwritable"


def new_key(path: Path, *, as_json: bool) -> int:
    """Make an issuing key: PKCS#8 PEM, mode 0600, never overwriting a file.

    Return 0 and print the public key for `[operators] issuers`, or return 1 if it failed.
    """
    key = Ed25519PrivateKey.generate()
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return no_key(Refused(KeyProblem.EXISTS, f"{path} exists and is not overwritten"), as_json)
    except OSError as error:
        return no_key(Refused(KeyProblem.UNWRITABLE, f"{path}: {error.strerror}"), as_json)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(pem)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:  # an incomplete key is useless, and its file would block the next one
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
    """Load an issuing key that only its owner can read."""
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
        return Refused(KeyProblem.NO_KEY, f"{path} holds no unencrypted private key (PEM)")
    except UnsupportedAlgorithm:
        return Refused(KeyProblem.NO_KEY, f"{path} holds a key that is not Ed25519")
    if not isinstance(key, Ed25519PrivateKey):
        return Refused(KeyProblem.NO_KEY, f"{path} holds a key that is not Ed25519")
    return key


def no_key(refused: Refused[KeyProblem], as_json: bool) -> int:
    """Print the problem; return the exit code."""
    result = {"outcome": refused.problem.value, "detail": refused.detail}
    answer(result, as_json=as_json, text=f"station personalise: {refused.detail}")
    return PersonaliseExit.FAULT


def public_half(key: Ed25519PrivateKey) -> str:
    """Return the public key in base64, in the form for `[operators] issuers`."""
    return base64.b64encode(key.public_key().public_bytes_raw()).decode("ascii")
