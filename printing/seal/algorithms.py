"""The hashes, keys and signature schemes that a seal may use.

For `printing.seal.signature`, which passes the policy to pyHanko. pyHanko calls it for the
signature, and for each certificate of the path with the key that must verify it.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pyhanko_certvalidator.policy_decl import AlgorithmUsageConstraint, AlgorithmUsagePolicy

ACCEPTED_HASHES = frozenset({"sha256", "sha384", "sha512", "sha3_256", "sha3_384", "sha3_512"})
"""At least 256 bits: shorter hashes give less than 128 bits of security against collisions."""
ACCEPTED_CURVES = frozenset(
    {"secp256r1", "secp384r1", "secp521r1", "brainpoolp256r1", "brainpoolp384r1", "brainpoolp512r1"}
)
"""The NIST and Brainpool curves of at least 256 bits that ETSI TS 119 312 lists. Only named curves
are accepted: parameters in a certificate could describe any curve."""
MIN_RSA_BITS = 2048
"""The shortest key that NIST SP 800-131A accepts; many authorities still use it."""
MAX_RSA_BITS = 16_384
"""The limit of OpenSSL. A longer key would only take more time."""

_RSA = frozenset({"rsassa_pkcs1v15", "rsassa_pss"})
_REFUSED = "not among the accepted algorithms"


class SealAlgorithms(AlgorithmUsagePolicy):
    """Accept only the listed algorithms, whatever the time of the signature."""

    def digest_algorithm_allowed(
        self,
        algo: Any,
        moment: datetime | None,  # noqa: ARG002 - a parameter of pyHanko's method
    ) -> Any:
        """Return whether the hash is accepted."""
        return _answer(algo["algorithm"].native in ACCEPTED_HASHES)

    def signature_algorithm_allowed(
        self,
        algo: Any,
        moment: datetime | None,  # noqa: ARG002 - a parameter of pyHanko's method
        public_key: Any,
    ) -> Any:
        """Return whether a signature of this kind by this key is accepted."""
        return _answer(
            public_key is not None and _strong_key(public_key) and _strong_scheme(algo, public_key)
        )


def _answer(allowed: bool) -> Any:
    return AlgorithmUsageConstraint(allowed, failure_reason=None if allowed else _REFUSED)


def _strong_key(key: Any) -> bool:
    """Return whether the kind and the length of the key (SubjectPublicKeyInfo) are accepted."""
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
    """Return whether the scheme (AlgorithmIdentifier) fits the key, and its hash is accepted.

    ``rsaEncryption`` and plain ``ecdsa`` name no hash. The hash of the message is used then, and
    pyHanko checks it with a separate call.
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
        # Ed25519 always uses SHA-512 (RFC 8032).
        return bool(scheme == "ed25519" and key.algorithm == "ed25519")
    return named_hash is None or named_hash in ACCEPTED_HASHES


def _strong_mask(algo: Any) -> bool:
    """Return whether RSASSA-PSS uses MGF1 with an accepted hash; the default hash is SHA-1."""
    mask = algo["parameters"]["mask_gen_algorithm"]
    return bool(
        mask["algorithm"].native == "mgf1"
        and mask["parameters"]["algorithm"].native in ACCEPTED_HASHES
    )
