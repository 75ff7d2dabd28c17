"""Checks whether a configured seal anchor (a root certificate) is valid, and until when.

Used by `station run`, which refuses to start with an invalid anchor, and by `station diagnose`.
Each verification of a seal checks the anchor again.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from ..journal.plausible_time import LATEST, RELEASED

if TYPE_CHECKING:
    from cryptography.x509 import Certificate


@dataclass(frozen=True, slots=True)
class InForce:
    """All certificates of the file are valid until this moment."""

    until: datetime


def certificates(pem: bytes) -> Sequence[Certificate]:
    """Return the certificates of a PEM file; ``ValueError`` if there is none, or one is damaged."""
    from cryptography import x509  # slow to import

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # old authorities have oddities (a serial number of 0)
        found = x509.load_pem_x509_certificates(pem)
        for each in found:
            _ = each.subject  # parsed lazily: a damaged certificate raises here, not in a caller
    return found


def in_force(pem: bytes, now: datetime) -> InForce | str:
    """Return until when every certificate of the file is valid, or why one is not (English).

    The first and the last second both count as valid (RFC 5280, 4.1.2.5).
    """
    try:
        found = certificates(pem)
    except ValueError:
        return "holds no certificate (PEM)"
    for each in found:
        if now < each.not_valid_before_utc:
            return f"is not valid before {each.not_valid_before_utc:%Y-%m-%d %H:%M} UTC"
        if now.replace(microsecond=0) > each.not_valid_after_utc:
            return f"has expired on {each.not_valid_after_utc:%Y-%m-%d %H:%M} UTC"
    return InForce(min(each.not_valid_after_utc for each in found))


def judged_at(now: float) -> datetime | None:
    """Return the time to check anchors with; ``None`` if the clock cannot be right.

    ``now`` is Unix seconds. A machine with a dead battery must still start: its clock is corrected
    a few seconds later.
    """
    return datetime.fromtimestamp(now, UTC) if RELEASED <= now <= LATEST else None
