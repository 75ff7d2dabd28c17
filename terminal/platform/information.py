"""Opens signed notices and nearby stations, from the platform's answer or from the cache.

Used by the client and by `workers.enquiries`. Nothing is used before its signature is verified.
"""

from __future__ import annotations

from typing import TypeVar

import msgspec

from devices.health import Fault

from . import faults
from .catalogue import decode, describe, signed_by
from .wire import Information, SignedInformation

Kind = TypeVar("Kind", bound=Information)


def open_information(
    envelope: bytes, key: bytes, kind: type[Kind], *, terminal: str, now: float, newer_than: int = 0
) -> Kind | Fault:
    """Verify and decode a ``SignedInformation`` (JSON bytes) that contains a ``kind``.

    ``key`` is the raw Ed25519 public key (32 bytes), ``terminal`` this terminal's id, ``now`` Unix
    seconds. A version below ``newer_than`` is refused, so that old, genuine information cannot be
    replayed.
    """
    name = kind.__name__
    try:
        sealed = decode(envelope, SignedInformation)
    except msgspec.DecodeError as error:
        return faults.GARBAGE.with_detail(f"{name} envelope: {describe(error)}")
    if not signed_by(key, sealed.signature, sealed.payload):
        return faults.INFORMATION_REFUSED.with_detail(f"{name}: not genuine")
    try:
        opened = decode(sealed.payload, kind)
    except msgspec.DecodeError as error:
        return faults.GARBAGE.with_detail(f"{name}: {describe(error)}")
    if opened.terminal != terminal:
        return faults.INFORMATION_REFUSED.with_detail(f"{name}: of another terminal")
    if opened.version < newer_than:
        version = f"version {opened.version} < {newer_than}"
        return faults.INFORMATION_REFUSED.with_detail(f"{name}: {version}")
    if now >= opened.expires_at:
        return faults.INFORMATION_REFUSED.with_detail(f"{name}: expired")
    return opened
