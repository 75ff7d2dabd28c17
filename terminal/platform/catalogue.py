"""The signed catalogue: opened from the platform's answer, and from the cache the same way.

For the client and for whoever keeps the cache. Nothing of a catalogue is looked at before its
signature has been found good.
"""

from __future__ import annotations

from typing import TypeVar

import msgspec

from devices.health import Fault

from . import faults
from .wire import Catalogue, CatalogueEnvelope

T = TypeVar("T")


def open_catalogue(
    envelope: bytes, key: bytes, *, now: float, newer_than: int = 0
) -> Catalogue | Fault:
    """Check and decode a ``CatalogueEnvelope`` (JSON bytes).

    ``key`` is the raw Ed25519 public key (32 bytes), ``now`` Unix seconds. A version below
    ``newer_than`` is refused: nobody can play back an old, genuine catalogue.
    """
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        sealed = decode(envelope, CatalogueEnvelope)
    except msgspec.DecodeError as error:
        return faults.GARBAGE.with_detail(f"catalogue envelope: {describe(error)}")
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(sealed.signature, sealed.catalogue)
    except InvalidSignature:
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


def decode(data: bytes, kind: type[T]) -> T:
    """JSON from outside as a ``kind``; ``msgspec.DecodeError`` whatever is wrong with it.

    msgspec raises Python's own errors for bytes that are no text and for nesting without end.
    """
    try:
        return msgspec.json.decode(data, type=kind)
    except (UnicodeDecodeError, RecursionError) as error:
        # Without its cause: that of a text holds the bytes, which may be a resident's.
        raise msgspec.DecodeError(type(error).__name__) from None


def describe(error: msgspec.DecodeError) -> str:
    """Where and what kind of thing was wrong with JSON, without the text that was wrong.

    msgspec quotes invalid *values* (of enums) in its messages, and those could be personal data;
    only what follows ``at `` (a path of field names) and the kind of error are kept.
    """
    text = str(error)
    place = text.rpartition(" - at `")[2].rstrip("`") if " - at `" in text else ""
    return f"{type(error).__name__} {place}".strip()
