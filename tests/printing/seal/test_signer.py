"""Which certificates may seal documents: for each rule, a certificate that breaks only this one."""

from __future__ import annotations

import pytest

from .certificates import ACCEPTED, GROUPS, cases, group_cases, our_verdict

pytestmark = pytest.mark.slow(reason="checks every certificate of the table")


GOOD = frozenset(
    {
        "root and signer",
        "root, signer; the root is in the CMS too",
        "two intermediates",
        "an intermediate is the anchor",
        "the signer is the anchor",
        "a self-signed signer is the anchor",
        "digitalSignature alone",
        "nonRepudiation alone",
        "key rsa2048, sha256",
        "key rsa3072 with PSS, sha256",
        "key p384, sha384",
        "key p521, sha512",
        "key brainpool, sha256",
        "key ed25519, sha512",
        "SHA3-256",
        "certificate signed with RSA-PSS",
        "the self-signature of the root uses SHA-1",
        "in the last second of its validity",
        "in the first second of its validity",
        "an expired anchor and its renewal",
        "signer is not on the CRL",
        "signer on a CRL of an unknown root with the same name",
        "OCSP: good",
        "OCSP by a certificate without the OCSP purpose: revoked",
        "no BasicConstraints",
        "purpose document signing (RFC 9336)",
        "purpose Adobe's document signing",
        "purpose Microsoft's document signing",
        "purpose any",
        "purpose document signing and TLS client",
        "path length 0 at the root, no intermediate",
        "path length 1 at an intermediate, another one below",
        "three intermediates",
        "four intermediates: 6 certificates",
        "16 certificates in the CMS",
        "cross-certified: only the certificate by the other root",
        "the root is cross-certified by the anchor",
        "the root is an anchor and cross-certified",
    }
)
"""The accepted cases; all others are refused for the reason of their group."""

REASONS = {
    "Accepted kinds": "",
    "Validity": "SEAL_EXPIRED",
    "Revocation": "SEAL_EXPIRED",
    "Key usage": "SIGNER_UNTRUSTED",
    "Extended key usage": "SIGNER_UNTRUSTED",
    "Weak algorithms": "SEAL_BROKEN",
    "Paths": "SIGNER_UNTRUSTED",
    "Cross-certified": "SIGNER_UNTRUSTED",
}


@pytest.mark.parametrize("group", GROUPS)
def test_each_certificate_is_accepted_or_refused_as_expected(group: str) -> None:
    chosen = group_cases(group)
    expected = {case.name: ACCEPTED if case.name in GOOD else REASONS[group] for case in chosen}
    assert {case.name: our_verdict(case) for case in chosen} == expected


def test_every_accepted_name_has_a_case() -> None:
    assert {case.name for case in cases()} >= GOOD
