"""Revocation data: every kind of key that may sign a certificate may also revoke it."""

from __future__ import annotations

import pytest
from cryptography import x509

from devices.health import Fault
from printing import faults
from printing.seal.revocation import RevocationData, revocation_fault

from .certificate_maker import (
    PLAIN,
    Pair,
    Scheme,
    authority,
    issue,
    new_key,
    ocsp_answer,
    revocation_list,
)
from .certificates import AT

KEYS = {
    "curve": ("p256", PLAIN),
    "RSA": ("rsa2048", PLAIN),
    "RSA with PSS": ("rsa2048", Scheme(pss=True)),
    "RSA with PSS and SHA-512": ("rsa2048", Scheme("sha512", pss=True)),
    "Ed25519": ("ed25519", PLAIN),
}


def fault_of(path: list[Pair], data: RevocationData) -> Fault | None:
    return revocation_fault([x509.load_der_x509_certificate(pair.der) for pair in path], data)


@pytest.mark.parametrize("kind", KEYS)
def test_ocsp_response_by_any_accepted_key_revokes(kind: str) -> None:
    key, scheme = KEYS[kind]
    root = authority("根", at=AT, key=new_key(key))
    signer = issue("电子印章", root, at=AT, scheme=scheme)
    answer = ocsp_answer(signer, root, at=AT, revoked=True, scheme=scheme)
    fault = fault_of([signer, root], RevocationData(ocsp_responses=(answer,)))
    assert fault is not None
    assert fault.same_as(faults.SEAL_EXPIRED)
    good = ocsp_answer(signer, root, at=AT, revoked=False, scheme=scheme)
    assert fault_of([signer, root], RevocationData(ocsp_responses=(good,))) is None


@pytest.mark.parametrize("kind", KEYS)
def test_ocsp_response_with_a_wrong_signature_is_ignored(kind: str) -> None:
    key, scheme = KEYS[kind]
    root = authority("根", at=AT, key=new_key(key))
    signer = issue("电子印章", root, at=AT, scheme=scheme)
    answer = ocsp_answer(signer, root, at=AT, revoked=True, scheme=scheme)
    damaged = answer[:-1] + bytes([answer[-1] ^ 1])
    assert fault_of([signer, root], RevocationData(ocsp_responses=(damaged,))) is None


@pytest.mark.parametrize("kind", KEYS)
def test_crl_by_any_accepted_key_revokes(kind: str) -> None:
    key, scheme = KEYS[kind]
    root = authority("根", at=AT, key=new_key(key))
    signer = issue("电子印章", root, at=AT, scheme=scheme)
    listed = revocation_list(root, [signer], at=AT, scheme=scheme)
    fault = fault_of([signer, root], RevocationData(crls=(listed,)))
    assert fault is not None
    assert fault.same_as(faults.SEAL_EXPIRED)


def test_certificate_of_an_unknown_version_in_the_data_is_ignored() -> None:
    root = authority("根", at=AT)
    signer = issue("电子印章", root, at=AT)
    listed = revocation_list(root, [issue("另一印章", root, at=AT)], at=AT)
    odd = signer.der.replace(bytes.fromhex("a003020102"), bytes.fromhex("a003020109"), 1)
    assert odd != signer.der
    assert fault_of([signer, root], RevocationData((odd,), (listed,))) is None
