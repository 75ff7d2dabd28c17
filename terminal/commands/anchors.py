"""Whom `station verify` trusts: the certificates that were named, or the station's and the demo's.

For the command line. It only reads them; whether they are still valid is the verification's own.
"""

from __future__ import annotations

import contextlib
import os
import warnings
from collections.abc import Sequence
from pathlib import Path

from cryptography import x509

from terminal.commands.options import DEFAULT_CONFIG
from terminal.config.files import CERTIFICATE_BYTES
from terminal.demo.demo import demonstration_anchors

from .configured import configured
from .exit_codes import SharedExit
from .output import say


def trusted(named: Sequence[Path], config: Path | None) -> list[bytes] | int:
    """The anchors (PEM or DER), or the exit code after it was said what is wrong with one.

    ``config`` or, where nothing is named, the usual configuration adds the station's own; where
    none is named, this machine's demonstration authority counts as well.
    """
    anchors = _read(named)
    if anchors is None:
        return SharedExit.USAGE
    if config is not None or (not named and os.path.exists(DEFAULT_CONFIG)):
        station = configured(config)
        if isinstance(station, int):
            return station
        own = _read(station.seal.anchors)
        if own is None:
            return SharedExit.CONFIG
        anchors += own
    return anchors if named else [*anchors, *demonstration_anchors()]


def _read(paths: Sequence[Path]) -> list[bytes] | None:
    anchors = []
    for path in paths:
        try:
            with path.open("rb") as file:
                anchors.append(file.read(CERTIFICATE_BYTES + 1))  # a device has no end
        except OSError as error:
            say(f"station verify: {path}: {error.strerror}")
            return None
        if len(anchors[-1]) > CERTIFICATE_BYTES:
            say(f"station verify: {path}: larger than {CERTIFICATE_BYTES} bytes")
            return None
        if not _certificates_alone(anchors[-1]):
            say(f"station verify: {path}: holds no certificate (PEM or DER)")
            return None
    return anchors


def _certificates_alone(data: bytes) -> bool:
    """Whether this is one certificate or several, and nothing else (a key beside them)."""
    blocks = data.count(b"-----BEGIN ")
    with warnings.catch_warnings(), contextlib.suppress(ValueError):
        warnings.simplefilter("ignore")  # old authorities have their oddities (a serial of 0)
        if blocks:
            return len(x509.load_pem_x509_certificates(data)) == blocks
        x509.load_der_x509_certificate(data)
        return True
    return False
