"""The state of a running sandbox: its keys on disk, everything else in memory.

Used by the server. Every key is made on this machine, in a directory of the user (0700), in files
that only the owner can read (0600), and is valid only for this sandbox.
"""

from __future__ import annotations

import os
import secrets
import threading
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from .gate import Gate
from .issuing import Issuer
from .service import Service
from .signing import DemoAuthority
from .switches import SwitchBoard

APP_ID = "station-demo"
KEY_BYTES = 32
LAST_DAYS = timedelta(days=7)
"""An authority that expires sooner than this is replaced when the sandbox starts."""
CHINA = timezone(timedelta(hours=8), "CST")
"""China has had no daylight saving time since 1991."""


def civil(at: float) -> datetime:
    """Return China's civil time at these Unix seconds."""
    return datetime.fromtimestamp(at, UTC).astimezone(CHINA)


class State:
    """All data of one sandbox. ``address`` is its URL; ``lock`` guards the rest."""

    def __init__(
        self, directory: Path, address: str, *, clock: Callable[[], float] = time.time
    ) -> None:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.directory = directory
        self.address = address
        self.lock = threading.Lock()
        self.warmed = threading.Event()
        """Set when the first certificate is as fast as any later one."""
        self.board = SwitchBoard()
        self.counts: Counter[str] = Counter()
        self.app_id = APP_ID
        self.request_key = bytes.fromhex(_kept(directory / "request.key"))
        self.control_token = _kept(directory / "control.token")
        catalogue_key = Ed25519PrivateKey.from_private_bytes(
            bytes.fromhex(_kept(directory / "catalogue.key"))
        )
        self.catalogue_key = catalogue_key.public_key().public_bytes(
            serialization.Encoding.Raw, serialization.PublicFormat.Raw
        )
        self.authority = _authority(directory / "authority")
        self.terminal_keys = directory / "terminal-keys"
        """The keys of a trial on this sandbox, in the form that ``terminal.config.keys`` reads."""
        _keep_for_terminal(self.terminal_keys, directory / "request.key")
        self.gate = Gate(self.app_id, self.request_key)
        self.service = Service(
            issuer=Issuer(
                self.authority, directory / "stranger", lambda code: f"{self.address}/v/{code}"
            ),
            catalogue_key=catalogue_key,
            board=self.board,
            clock=clock,
            local=civil,
            copy_url=lambda token: f"{self.address}/copy/{token}",
        )

    def forget(self) -> None:
        """Reset to a newly started platform, but keep the keys."""
        self.service.forget()
        self.gate.forget()
        self.counts.clear()


def _authority(directory: Path) -> DemoAuthority:
    """Load the authority of this directory; create it if missing, incomplete or expiring."""
    try:
        authority = DemoAuthority.load(directory)
        root = x509.load_pem_x509_certificate(authority.anchor.read_bytes())
        if datetime.now(UTC) + LAST_DAYS < root.not_valid_after_utc:
            return authority
    except (OSError, ValueError):
        pass
    return DemoAuthority.create(directory)


def _kept(path: Path) -> str:
    """Return the secret in this file (32 bytes in hex).

    Create it if the file is missing or incomplete because its writer was killed.
    """
    try:
        kept = path.read_text("ascii").strip()
        if len(bytes.fromhex(kept)) == KEY_BYTES:
            return kept
    except (FileNotFoundError, ValueError):
        pass
    secret = secrets.token_hex(KEY_BYTES)
    _write_secret(path, secret)
    return secret


def _keep_for_terminal(folder: Path, request_key: Path) -> None:
    """Create a folder with the request key and a token key that does not change."""
    folder.mkdir(mode=0o700, exist_ok=True)
    _write_secret(folder / "request-key", _kept(request_key))
    _kept(folder / "token-key")


def _write_secret(path: Path, secret: str) -> None:
    path.unlink(missing_ok=True)  # otherwise an old file would keep its old mode
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(secret + "\n")
