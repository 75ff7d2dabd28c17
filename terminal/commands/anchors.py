"""The trust anchors of `station verify`: the named certificates, or the station's and the demo's.

This module only reads them; the verification checks whether they are still valid.
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
    """Return the anchors (PEM or DER); if one cannot be used, print why and return an exit code.

    The station's own anchors are added from ``config``, or from the usual configuration if no
    certificate is named. In that case this machine's demonstration authority is also trusted.
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
                anchors.append(file.read(CERTIFICATE_BYTES + 1))  # limited: a device never ends
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
    """Whether this is one or more certificates and nothing else (such as a private key)."""
    blocks = data.count(b"-----BEGIN ")
    with warnings.catch_warnings(), contextlib.suppress(ValueError):
        warnings.simplefilter("ignore")  # old authorities have oddities (a serial number of 0)
        if blocks:
            return len(x509.load_pem_x509_certificates(data)) == blocks
        x509.load_der_x509_certificate(data)
        return True
    return False
