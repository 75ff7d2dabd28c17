"""The hashes, keys and schemes that the policy for pyHanko accepts."""

from __future__ import annotations

import subprocess

import pytest
from asn1crypto import algos, keys

from devices.health import Fault
from printing import faults
from printing.seal import verify as seal
from printing.seal.algorithms import MIN_RSA_BITS, SealAlgorithms

from . import certificate_maker as make
from .certificate_maker import Scheme, issue, new_key
from .certificates import AT, template

POLICY = SealAlgorithms()


def allowed(key_kind: str, scheme: Scheme, signed_by: str = "") -> bool:
    key = new_key(key_kind)
    algorithm = make.signature_algorithm(new_key(signed_by) if signed_by else key, scheme)
    spki = keys.PublicKeyInfo.load(make.public_der(key))
    return bool(POLICY.signature_algorithm_allowed(algorithm, None, spki))


@pytest.mark.parametrize("digest", ["sha256", "sha384", "sha512"])
@pytest.mark.parametrize("kind", ["p256", "p384", "p521", "brainpool", "rsa2048"])
def test_strong_algorithms_are_accepted(kind: str, digest: str) -> None:
    assert allowed(kind, Scheme(digest))
    if kind.startswith("rsa"):
        assert allowed(kind, Scheme(digest, pss=True))


@pytest.mark.parametrize("digest", ["md5", "sha1", "sha224"])
@pytest.mark.parametrize("kind", ["p256", "rsa2048"])
def test_weak_hashes_are_refused(kind: str, digest: str) -> None:
    if (kind, digest) != ("p256", "md5"):  # no algorithm identifier exists for ECDSA with MD5
        assert not allowed(kind, Scheme(digest))
    found = POLICY.digest_algorithm_allowed(algos.DigestAlgorithm({"algorithm": digest}), None)
    assert not found


@pytest.mark.parametrize("kind", ["p192", "p224", "k256", "rsa1024", "rsa2047", "dsa1024"])
def test_weak_keys_are_refused(kind: str) -> None:
    assert not allowed(kind, Scheme("sha256"))
    assert MIN_RSA_BITS == 2048


@pytest.mark.parametrize(
    ("kind", "other"), [("p256", "rsa2048"), ("rsa2048", "p256"), ("p256", "ed25519")]
)
def test_scheme_that_does_not_fit_the_key_is_refused(kind: str, other: str) -> None:
    assert not allowed(kind, Scheme("sha256"), signed_by=other)


def test_signature_without_a_known_key_is_refused() -> None:
    algorithm = make.signature_algorithm(new_key(), Scheme("sha256"))
    assert not POLICY.signature_algorithm_allowed(algorithm, None, None)


@pytest.mark.process
def test_curve_given_by_parameters_is_refused() -> None:
    """The curve could be P-256 with another base point, chosen so that the private key is known."""
    command = [
        "openssl", "ecparam", "-name", "prime256v1", "-genkey", "-noout",
        "-param_enc", "explicit", "-outform", "DER",
    ]  # fmt: skip
    private = subprocess.run(command, capture_output=True, check=True).stdout
    command = ["openssl", "ec", "-inform", "DER", "-pubout", "-outform", "DER"]
    public = subprocess.run(command, input=private, capture_output=True, check=True).stdout
    spki = keys.PublicKeyInfo.load(public)
    assert spki.curve[0] == "specified"
    algorithm = make.signature_algorithm(new_key(), Scheme("sha256"))
    assert not POLICY.signature_algorithm_allowed(algorithm, None, spki)


@pytest.mark.parametrize("digest", ["sha1", "sha224"])
def test_weak_message_digest_is_the_reported_reason(digest: str) -> None:
    signer = issue("电子印章", at=AT)
    contents = make.detached_cms(template().covered, signer, at=AT, scheme=Scheme(digest))
    found = seal.verify(template().sealed(contents), anchors=[signer.der], at=AT)
    assert isinstance(found, Fault)
    assert found.same_as(faults.SEAL_BROKEN)
    assert found.detail == "a hash that is not accepted"
