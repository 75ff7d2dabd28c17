"""Check the path from the signer to the anchor again, by stricter rules than pyHanko's.

For `printing.seal.signature`, after pyHanko has built and validated the path. pyHanko uses only the
name and the key of an anchor (RFC 5280, 6.1.1) and ignores the purpose of a signer. This module
checks each certificate of the path, including the anchor, at each verification. A signer that is
itself an anchor is checked like any other signer.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID, ExtensionOID, ObjectIdentifier

from devices.health import Fault

from ..faults import SEAL_EXPIRED, SIGNER_UNTRUSTED

MAX_PATH = 6
"""Greatest number of certificates from the signer to the anchor. National roots use 4: root, policy
CA, issuing CA, signer. A bridge adds one or two."""

DOCUMENT_PURPOSES = frozenset(
    {
        ObjectIdentifier("1.3.6.1.5.5.7.3.36"),  # documentSigning, RFC 9336
        ObjectIdentifier("1.2.840.113583.1.1.5"),  # Adobe: authentic documents
        ObjectIdentifier("1.3.6.1.4.1.311.10.3.12"),  # Microsoft: document signing
        ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE,
    }
)
"""The extended key usages accepted for a seal. "Any" means the same as no such extension. E-mail
protection is not accepted: an authority gives it to each member of its staff."""

_KNOWN_CRITICAL = frozenset(
    {
        ExtensionOID.BASIC_CONSTRAINTS,
        ExtensionOID.CERTIFICATE_POLICIES,
        ExtensionOID.CRL_DISTRIBUTION_POINTS,
        ExtensionOID.EXTENDED_KEY_USAGE,
        ExtensionOID.INHIBIT_ANY_POLICY,
        ExtensionOID.KEY_USAGE,
        ExtensionOID.NAME_CONSTRAINTS,
        ExtensionOID.POLICY_CONSTRAINTS,
        ExtensionOID.POLICY_MAPPINGS,
        ExtensionOID.SUBJECT_ALTERNATIVE_NAME,
        ObjectIdentifier("1.3.6.1.5.5.7.1.3"),  # qcStatements: some authorities mark it critical
    }
)
"""Critical extensions that pyHanko or this module evaluates, or that do not matter to an offline
verifier. All others must be refused (RFC 5280, 4.2)."""


def is_current(certificate: x509.Certificate, at: datetime) -> bool:
    """Return whether ``certificate`` is valid ``at`` this time (with a time zone).

    Both limits of the validity are included.
    """
    return certificate.not_valid_before_utc <= at <= certificate.not_valid_after_utc


def path_fault(path: Sequence[x509.Certificate], at: datetime) -> Fault | None:
    """Return a fault if the first certificate of ``path`` must not seal documents, else ``None``.

    ``path`` goes from the signer to the anchor; it has one certificate if the signer is the anchor.
    The signatures in the path are not checked here.

    :returns: ``SEAL_EXPIRED`` if a certificate is not valid ``at`` this time; ``SIGNER_UNTRUSTED``
        for any other problem.
    """
    if len(path) > MAX_PATH:
        return SIGNER_UNTRUSTED.with_detail(f"more than {MAX_PATH} certificates in the path")
    for certificate in path:
        if not is_current(certificate, at):
            return SEAL_EXPIRED.with_detail("a certificate is not valid at this time")
    try:
        why = _signer_problem(path[0])
        for number, certificate in enumerate(path):
            why = why or _problem(certificate)
            if number > 0:
                why = why or _authority_problem(certificate, path[1:number])
    except (ValueError, x509.DuplicateExtension, x509.UnsupportedGeneralNameType):
        why = "a malformed extension"
    return None if why is None else SIGNER_UNTRUSTED.with_detail(why)


def _signer_problem(certificate: x509.Certificate) -> str | None:
    usage = _key_usage(certificate)
    if usage is None:
        # RFC 5280 does not restrict such a key, but the key of a seal must state its usage.
        return "the signer states no key usage"
    if not (usage.digital_signature or usage.content_commitment):
        return "the signer's key usage has neither digitalSignature nor nonRepudiation"
    if _is_authority(certificate) or usage.key_cert_sign:
        return "the signer is a certificate authority"
    return None


def _authority_problem(
    certificate: x509.Certificate, below: Sequence[x509.Certificate]
) -> str | None:
    """Return why ``certificate`` must not issue the path below it, or ``None``.

    ``below``: the authorities between the signer and this certificate.
    """
    if not _is_authority(certificate):
        return "issued by a certificate that is not an authority"
    usage = _key_usage(certificate)
    if usage is not None and not usage.key_cert_sign:
        return "issued by a key that may not sign certificates"
    limit = certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.path_length
    # Certificates that an authority issued to itself are not counted (RFC 5280, 4.2.1.9).
    counted = [each for each in below if each.subject != each.issuer]
    if limit is not None and len(counted) > limit:
        return "more authorities in the path than one of them permits"
    return None


def _problem(certificate: x509.Certificate) -> str | None:
    """Return why ``certificate`` must not be in the path of a seal at all, or ``None``."""
    for extension in certificate.extensions:
        if extension.critical and extension.oid not in _KNOWN_CRITICAL:
            return "a critical extension that is not known"
        value = extension.value
        if isinstance(value, x509.ExtendedKeyUsage) and DOCUMENT_PURPOSES.isdisjoint(value):
            return "a certificate for another purpose than documents"
    return None


def _is_authority(certificate: x509.Certificate) -> bool:
    try:
        basic = certificate.extensions.get_extension_for_class(x509.BasicConstraints)
    except x509.ExtensionNotFound:
        return False
    return basic.value.ca


def _key_usage(certificate: x509.Certificate) -> x509.KeyUsage | None:
    try:
        return certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        return None
