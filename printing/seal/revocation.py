"""Check whether revocation data in a sealed file revokes a certificate of the path.

For `printing.seal.signature`. Nothing is fetched. An entry counts if it is signed by the key that
issued the certificate, or by an OCSP responder of that key. Its date does not matter, because
nothing newer can be fetched. Data about other certificates, by other issuers or in an unknown
format is ignored. The work grows with the size of the data, not with the number of combinations of
certificates.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID, SignatureAlgorithmOID

from devices.health import Fault

from ..faults import SEAL_BROKEN, SEAL_EXPIRED

MAX_ITEMS = 64
"""Greatest number of certificates, of lists and of OCSP responses. A path of 6 certificates needs
one list or response for each."""

_MISFITS = (
    InvalidSignature, UnsupportedAlgorithm, ValueError, TypeError, x509.DuplicateExtension,
    x509.InvalidVersion, x509.UnsupportedGeneralNameType,
)  # fmt: skip
"""The exceptions of `cryptography` for a key or a structure that does not fit."""

_Loaded = TypeVar("_Loaded")


@dataclass(frozen=True, slots=True)
class RevocationData:
    """The revocation data in the signature or the file, in DER."""

    certificates: tuple[bytes, ...] = ()
    crls: tuple[bytes, ...] = ()
    ocsp_responses: tuple[bytes, ...] = ()


def revocation_fault(path: Sequence[x509.Certificate], data: RevocationData) -> Fault | None:
    """Return ``SEAL_EXPIRED`` if ``data`` revokes a certificate of ``path``.

    ``path`` goes from the signer to the anchor. The issuer of the anchor is searched in ``data``.
    Return ``SEAL_BROKEN`` if ``data`` has more than `MAX_ITEMS` items of one kind.
    """
    if max(map(len, (data.certificates, data.crls, data.ocsp_responses))) > MAX_ITEMS:
        return SEAL_BROKEN.with_detail(f"more than {MAX_ITEMS} items of revocation data")
    if not data.crls and not data.ocsp_responses:
        return None
    crls = list(_loaded(data.crls, x509.load_der_x509_crl))
    answers = list(_loaded(data.ocsp_responses, ocsp.load_der_ocsp_response))
    others = list(_loaded(data.certificates, x509.load_der_x509_certificate))
    for number, certificate in enumerate(path):
        above = path[number + 1 : number + 2]
        for issuer in above or _issuers_of(certificate, [certificate, *others]):
            if any(_listed(certificate, issuer, each) for each in crls):
                return SEAL_EXPIRED.with_detail("REVOKED by a list of its issuer")
            if any(_answered(certificate, issuer, each) for each in answers):
                return SEAL_EXPIRED.with_detail("REVOKED by an OCSP answer of its issuer")
    return None


def _loaded(items: Iterable[bytes], load: Callable[[bytes], _Loaded]) -> Iterator[_Loaded]:
    """Yield the items that can be parsed; skip the others."""
    for item in items:
        try:
            yield load(item)
        except _MISFITS:
            continue


def _issuers_of(
    certificate: x509.Certificate, candidates: Sequence[x509.Certificate]
) -> Iterator[x509.Certificate]:
    """Yield the candidates whose key has signed ``certificate``."""
    for candidate in candidates:
        try:
            certificate.verify_directly_issued_by(candidate)
        except _MISFITS:
            continue
        yield candidate


def _listed(
    certificate: x509.Certificate,
    issuer: x509.Certificate,
    crl: x509.CertificateRevocationList,
) -> bool:
    """Return whether ``crl`` is a list by ``issuer`` that revokes ``certificate``."""
    try:
        entry = crl.get_revoked_certificate_by_serial_number(certificate.serial_number)
        if entry is None or crl.issuer != issuer.subject or _is_indirect(crl):
            return False
        key: Any = issuer.public_key()  # a key that cannot sign a list raises TypeError
        return not _is_removal(entry) and crl.is_signature_valid(key)
    except _MISFITS:
        return False


def _is_indirect(crl: x509.CertificateRevocationList) -> bool:
    """Return whether ``crl`` may list serial numbers of other issuers (RFC 5280, 5.2.5)."""
    try:
        point = crl.extensions.get_extension_for_class(x509.IssuingDistributionPoint)
    except x509.ExtensionNotFound:
        return False
    return point.value.indirect_crl


def _is_removal(entry: x509.RevokedCertificate) -> bool:
    """Return whether ``entry`` removes a certificate from the list (delta CRL, RFC 5280, 5.3.1)."""
    try:
        reason = entry.extensions.get_extension_for_class(x509.CRLReason).value.reason
    except x509.ExtensionNotFound:
        return False
    return reason is x509.ReasonFlags.remove_from_crl


def _answered(
    certificate: x509.Certificate, issuer: x509.Certificate, answer: ocsp.OCSPResponse
) -> bool:
    """Return whether ``answer`` revokes ``certificate`` and is signed by ``issuer`` or for it."""
    try:
        if answer.response_status is not ocsp.OCSPResponseStatus.SUCCESSFUL:
            return False
        about = [
            each
            for each in answer.responses
            if each.serial_number == certificate.serial_number
            and each.certificate_status is ocsp.OCSPCertStatus.REVOKED
            and each.issuer_key_hash == _key_hash(issuer, each.hash_algorithm)
        ]
        return bool(about) and any(_signed(answer, each) for each in _responders(issuer, answer))
    except _MISFITS:
        return False


def _responders(issuer: x509.Certificate, answer: ocsp.OCSPResponse) -> Iterator[x509.Certificate]:
    """Yield ``issuer``, and the certificates in ``answer`` that it has issued for OCSP signing."""
    yield issuer
    for candidate in answer.certificates[:MAX_ITEMS]:
        if issuer not in _issuers_of(candidate, [issuer]):
            continue
        try:
            usage = candidate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
        except (x509.ExtensionNotFound, *_MISFITS):
            continue
        if ExtendedKeyUsageOID.OCSP_SIGNING in usage:
            yield candidate


def _signed(answer: ocsp.OCSPResponse, responder: x509.Certificate) -> bool:
    """Return whether the key of ``responder`` (RSA, ECDSA or Ed25519) has signed ``answer``."""
    key = responder.public_key()
    signature, signed = answer.signature, answer.tbs_response_bytes
    if isinstance(key, rsa.RSAPublicKey) and (
        answer.signature_algorithm_oid == SignatureAlgorithmOID.RSASSA_PSS
    ):
        # `cryptography` does not return the parameters of the scheme, so try each hash.
        return any(_verified(key, signature, signed, *_pss(each)) for each in _PSS_HASHES)
    if isinstance(key, ed25519.Ed25519PublicKey):
        return _verified(key, signature, signed)
    chosen = answer.signature_hash_algorithm
    if isinstance(key, ec.EllipticCurvePublicKey) and chosen is not None:
        return _verified(key, signature, signed, ec.ECDSA(chosen))
    if isinstance(key, rsa.RSAPublicKey) and chosen is not None:
        return _verified(key, signature, signed, padding.PKCS1v15(), chosen)
    return False


_PSS_HASHES = (hashes.SHA256(), hashes.SHA384(), hashes.SHA512())


def _pss(chosen: hashes.HashAlgorithm) -> tuple[padding.PSS, hashes.HashAlgorithm]:
    return padding.PSS(padding.MGF1(chosen), padding.PSS.AUTO), chosen


def _verified(key: Any, signature: bytes, signed: bytes, *scheme: object) -> bool:
    try:
        key.verify(signature, signed, *scheme)
    except _MISFITS:
        return False
    return True


def _key_hash(issuer: x509.Certificate, algorithm: hashes.HashAlgorithm) -> bytes | None:
    """Return the hash of the issuer's key that an OCSP response contains (RFC 6960, 4.1.1)."""
    key = issuer.public_key()
    if isinstance(key, ec.EllipticCurvePublicKey):
        bits = key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    elif isinstance(key, rsa.RSAPublicKey):
        bits = key.public_bytes(Encoding.DER, PublicFormat.PKCS1)
    elif isinstance(key, ed25519.Ed25519PublicKey):
        bits = key.public_bytes_raw()
    else:
        return None
    return hashlib.new(algorithm.name, bits, usedforsecurity=False).digest()
