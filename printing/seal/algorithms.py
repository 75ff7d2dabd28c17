"""The hashes, keys and signature schemes that a seal may use.

For `printing.seal.signature`, which gives the policy to pyHanko. pyHanko asks it about the
signature, and about each certificate of the path together with the key that must verify it.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pyhanko_certvalidator.policy_decl import AlgorithmUsageConstraint, AlgorithmUsagePolicy

ACCEPTED_HASHES = frozenset({"sha256", "sha384", "sha512", "sha3_256", "sha3_384", "sha3_512"})
"""256 bits and more: shorter ones give less than 128 bits of security against collisions."""
ACCEPTED_CURVES = frozenset(
    {"secp256r1", "secp384r1", "secp521r1", "brainpoolp256r1", "brainpoolp384r1", "brainpoolp512r1"}
)
"""The curves of NIST and Brainpool that ETSI TS 119 312 lists, from 256 bits on, and by their
names: a curve that is given by its parameters could be any curve."""
MIN_RSA_BITS = 2048
"""The shortest that NIST SP 800-131A accepts; many authorities still use it."""
MAX_RSA_BITS = 16_384
"""OpenSSL's own limit; a key beyond it only costs time."""

_RSA = frozenset({"rsassa_pkcs1v15", "rsassa_pss"})
_REFUSED = "not among the accepted algorithms"


class SealAlgorithms(AlgorithmUsagePolicy):
    """A list of what is accepted; everything else is refused, now and at any time."""

    def digest_algorithm_allowed(
        self,
        algo: Any,
        moment: datetime | None,  # noqa: ARG002
    ) -> Any:
        """Return whether the hash is accepted."""
        return _answer(algo["algorithm"].native in ACCEPTED_HASHES)

    def signature_algorithm_allowed(
        self,
        algo: Any,
        moment: datetime | None,  # noqa: ARG002
        public_key: Any,
    ) -> Any:
        """Return whether a signature of this kind by this key is accepted."""
        return _answer(
            public_key is not None and _strong_key(public_key) and _strong_scheme(algo, public_key)
        )


def _answer(allowed: bool) -> Any:
    return AlgorithmUsageConstraint(allowed, failure_reason=None if allowed else _REFUSED)


def _strong_key(key: Any) -> bool:
    """Whether the key (SubjectPublicKeyInfo) is long enough."""
    match key.algorithm:
        case "rsa" | "rsassa_pss":
            modulus = int(key["public_key"].parsed["modulus"].native)  # bit_size rounds up
            return MIN_RSA_BITS <= modulus.bit_length() <= MAX_RSA_BITS
        case "ec":
            kind, curve = key.curve
            return kind == "named" and curve in ACCEPTED_CURVES
        case "ed25519":
            return True
        case _:
            return False


def _strong_scheme(algo: Any, key: Any) -> bool:
    """Whether the scheme (AlgorithmIdentifier) fits the key and its hash is accepted.

    ``rsaEncryption`` and a plain ``ecdsa`` name no hash: then the message's own hash is used, and
    pyHanko asks about that one separately.
    """
    try:
        scheme = algo.signature_algo
    except ValueError:
        scheme = algo["algorithm"].native
    try:
        named_hash = algo.hash_algo
    except ValueError:
        named_hash = None
    if scheme in _RSA:
        if key.algorithm not in ("rsa", "rsassa_pss"):
            return False
        if scheme == "rsassa_pss" and not _strong_mask(algo):
            return False
    elif scheme == "ecdsa":
        if key.algorithm != "ec":
            return False
    else:
        # Ed25519 hashes with SHA-512 by itself (RFC 8032).
        return bool(scheme == "ed25519" and key.algorithm == "ed25519")
    return named_hash is None or named_hash in ACCEPTED_HASHES


def _strong_mask(algo: Any) -> bool:
    """Whether the mask of RSASSA-PSS is MGF1 with an accepted hash; its default is SHA-1."""
    mask = algo["parameters"]["mask_gen_algorithm"]
    return bool(
        mask["algorithm"].native == "mgf1"
        and mask["parameters"]["algorithm"].native in ACCEPTED_HASHES
    )
