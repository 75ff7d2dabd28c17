"""Opens the signed catalogue, from the platform's answer or from the cache.

Used by the client and the cache. Nothing in a catalogue is used before its signature is verified.
"""

from __future__ import annotations

from typing import TypeVar

import msgspec

from devices.health import Fault

from . import faults
from .wire import Catalogue, CatalogueEnvelope

T = TypeVar("T")

CACHE_FILE = "catalogue.json"
"""Name of the cached envelope in the state directory."""


def open_catalogue(
    envelope: bytes, key: bytes, *, now: float, newer_than: int = 0
) -> Catalogue | Fault:
    """Verify and decode a ``CatalogueEnvelope`` (JSON bytes).

    ``key`` is the raw Ed25519 public key (32 bytes), ``now`` Unix seconds. A version below
    ``newer_than`` is refused, so that an old, genuine catalogue cannot be replayed.
    """
    try:
        sealed = decode(envelope, CatalogueEnvelope)
    except msgspec.DecodeError as error:
        return faults.GARBAGE.with_detail(f"catalogue envelope: {describe(error)}")
    if not signed_by(key, sealed.signature, sealed.catalogue):
        return faults.CATALOGUE_UNSIGNED
    try:
        catalogue = decode(sealed.catalogue, Catalogue)
    except msgspec.DecodeError as error:
        return faults.GARBAGE.with_detail(f"catalogue: {describe(error)}")
    if catalogue.version < newer_than:
        return faults.CATALOGUE_OLDER.with_detail(f"version {catalogue.version} < {newer_than}")
    if now >= catalogue.expires_at:
        return faults.CATALOGUE_EXPIRED.with_detail(f"version {catalogue.version}")
    return catalogue


def signed_by(key: bytes, signature: bytes, signed: bytes) -> bool:
    """Whether the signature of these bytes is genuine; ``key`` is a raw Ed25519 public key."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, signed)
    except InvalidSignature:
        return False
    return True


def decode(data: bytes, kind: type[T]) -> T:
    """Decode JSON from outside as a ``kind``; raise ``msgspec.DecodeError`` for any defect.

    msgspec itself raises Python's own errors for bytes that are not text and for endless nesting.
    """
    try:
        return msgspec.json.decode(data, type=kind)
    except (UnicodeDecodeError, RecursionError) as error:
        # Without its cause: a UnicodeDecodeError holds the bytes, which may be personal data.
        raise msgspec.DecodeError(type(error).__name__) from None


def describe(error: msgspec.DecodeError) -> str:
    """Return where JSON is wrong and the kind of error, without the wrong text itself.

    msgspec quotes invalid *values* (of enums) in its messages, and those could be personal data.
    Only the path of field names after ``at `` and the kind of error are kept.
    """
    text = str(error)
    place = text.rpartition(" - at `")[2].rstrip("`") if " - at `" in text else ""
    return f"{type(error).__name__} {place}".strip()
