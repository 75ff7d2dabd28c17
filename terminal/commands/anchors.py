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

from ..config.files import CERTIFICATE_BYTES
from ..demo.demo import demonstration_anchors
from ..process.exit_codes import CommandError, SharedExit
from .configured import configured
from .options import DEFAULT_CONFIG


def trusted(named: Sequence[Path], config: Path | None) -> list[bytes]:
    """Return the anchors (PEM or DER).

    The station's own anchors are added from ``config``, or from the usual configuration if no
    certificate is named. In that case this machine's demonstration authority is also trusted.

    :raises CommandError: an anchor or the configuration cannot be used.
    """
    anchors = _read(named, SharedExit.USAGE)
    if config is not None or (not named and os.path.exists(DEFAULT_CONFIG)):
        anchors += _read(configured(config).seal.anchors, SharedExit.CONFIG)
    return anchors if named else [*anchors, *demonstration_anchors()]


def _read(paths: Sequence[Path], unusable: SharedExit) -> list[bytes]:
    """Return the content of the files; ``unusable`` is the code if one cannot be used."""
    anchors = []
    for path in paths:
        try:
            with path.open("rb") as file:
                anchors.append(file.read(CERTIFICATE_BYTES + 1))  # limited: a device never ends
        except OSError as error:
            raise CommandError(unusable, f"station verify: {path}: {error.strerror}") from None
        if len(anchors[-1]) > CERTIFICATE_BYTES:
            why = f"larger than {CERTIFICATE_BYTES} bytes"
            raise CommandError(unusable, f"station verify: {path}: {why}")
        if not _certificates_alone(anchors[-1]):
            why = "holds no certificate (PEM or DER)"
            raise CommandError(unusable, f"station verify: {path}: {why}")
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
