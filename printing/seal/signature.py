"""Check that the signature fits the bytes, and that its signer chains to an anchor.

For `printing.seal.verify`. pyHanko and its certificate validator verify the signatures and build
the path, without a network. `printing.seal.cms` limits their input; `printing.seal.certificates`
and `printing.seal.revocation` check the path again by stricter rules.
"""

from __future__ import annotations

import asyncio
import hashlib
import re
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from asn1crypto import cms, pem, x509
from cryptography import x509 as checked
from cryptography.exceptions import UnsupportedAlgorithm
from pyhanko.sign.ades.report import AdESIndeterminate
from pyhanko.sign.general import UnacceptableSignerError, extract_certificate_info
from pyhanko.sign.validation import async_validate_cms_signature
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.generic_cms import extract_self_reported_ts
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko_certvalidator import ValidationContext

from devices.health import Fault

from ..faults import SEAL_BROKEN, SEAL_EXPIRED, SIGNER_UNTRUSTED
from ..pdf.parse_errors import PARSE_ERRORS
from . import DEMONSTRATION_MARK
from .algorithms import ACCEPTED_HASHES, SealAlgorithms
from .certificates import is_current, path_fault
from .cms import TooManyCertificatesError, certificates, signed_data
from .content import Content
from .envelope import CoveredBytes
from .revocation import RevocationData
from .revocation import revocation_fault as path_revocation_fault

_ANY_TIME = timedelta(days=365 * 100)
"""A tolerance that makes pyHanko ignore the validity of certificates."""
_WEAK = frozenset(
    {
        AdESIndeterminate.CRYPTO_CONSTRAINTS_FAILURE,
        AdESIndeterminate.CRYPTO_CONSTRAINTS_FAILURE_NO_POE,
    }
)
_PDF_TIME = re.compile(r"D:(\d{14})(?:Z|([+-])(\d\d)'?(\d\d)'?)")


@dataclass(frozen=True, slots=True)
class Signature:
    """A valid signature with a trusted signer."""

    signer: str
    signed_at: datetime | None
    demonstration: bool
    path: tuple[checked.Certificate, ...] = field(repr=False)
    """From the signer to the anchor; one certificate if the signer is the anchor."""
    revocation: RevocationData = field(repr=False)
    """The revocation data in the signature itself."""


@dataclass(frozen=True, slots=True)
class Anchor:
    """A trusted certificate, as loaded by asn1crypto and by `cryptography`."""

    validated: x509.Certificate
    checked: checked.Certificate


_loaded = threading.local()


def load_anchors(anchors: Sequence[bytes]) -> list[Anchor]:
    """Load certificates from PEM (any number in each) or DER.

    Each thread caches the anchors of its last call. Threads cannot share them: asn1crypto parses
    the fields of a certificate on first use, which is not thread-safe.

    :raises ValueError: an anchor is not a certificate.
    """
    key = tuple(anchors)
    if getattr(_loaded, "key", None) != key:
        _loaded.anchors, _loaded.key = _load(key), key
    kept: list[Anchor] = _loaded.anchors
    return kept


def _load(anchors: Sequence[bytes]) -> list[Anchor]:
    found = []
    for anchor in anchors:
        if pem.detect(anchor):
            ders = [der for _, _, der in pem.unarmor(anchor, multiple=True)]
        else:
            ders = [anchor]
        try:
            found += [
                Anchor(
                    x509.Certificate.load(der, strict=True), checked.load_der_x509_certificate(der)
                )
                for der in ders
            ]
        except checked.InvalidVersion as error:
            raise ValueError("a certificate of an unknown version") from error
    return found


def validate(sealed: CoveredBytes, anchors: Sequence[Anchor], at: datetime) -> Signature | Fault:
    """Validate the CMS over the covered bytes, and the path of its signer ``at`` that time."""
    at = at.replace(microsecond=0)  # a certificate is valid until the end of its last second
    try:
        data = signed_data(sealed.cms)
        certificates(data)
        digest = _digest(data, sealed.covered)
        if digest is None:
            return SEAL_BROKEN.with_detail("a hash that is not accepted")
        anchors = _without_same_key(anchors, extract_certificate_info(data).signer_cert)
        current = [each for each in anchors if is_current(each.checked, at)]
        status = _status(data, digest, current, at)
        if not (status.intact and status.valid):
            part = "bytes" if not status.intact else "signer's key"
            return SEAL_BROKEN.with_detail(f"the signature does not fit the {part}")
        problem = status.trust_problem_indic
        if problem in _WEAK:
            return SEAL_BROKEN.with_detail(problem.name)
        if problem is not None:
            if _status(data, digest, anchors, at, _ANY_TIME).trust_problem_indic is None:
                return SEAL_EXPIRED.with_detail("a certificate is not valid at this time")
            return SIGNER_UNTRUSTED.with_detail(problem.name)
        path = _path(status)
        signature = Signature(
            _common_name(status.signing_cert),
            extract_self_reported_ts(data["signer_infos"][0]),
            any(_is_demonstration(each) for each in path),
            path,
            _revocation_data(data),
        )
    except TooManyCertificatesError as error:
        return SIGNER_UNTRUSTED.with_detail(str(error))
    except (
        SignatureValidationError, UnacceptableSignerError, UnsupportedAlgorithm,
        checked.InvalidVersion, *PARSE_ERRORS,
    ) as error:  # fmt: skip
        return SEAL_BROKEN.with_detail(f"the signature is malformed: {type(error).__name__}")
    return path_fault(path, at) or signature


def revocation_fault(signature: Signature, content: Content) -> Fault | None:
    """Return ``SEAL_EXPIRED`` if the signature or the file revokes a certificate of the path."""
    carried = signature.revocation
    return path_revocation_fault(
        signature.path,
        RevocationData(
            (*carried.certificates, *content.certificates),
            (*carried.crls, *content.crls),
            (*carried.ocsp_responses, *content.ocsp_responses),
        ),
    )


def _status(
    data: cms.SignedData,
    digest: bytes,
    anchors: Sequence[Anchor],
    at: datetime,
    tolerance: timedelta = timedelta(0),
) -> Any:
    """Validate with pyHanko and return its status.

    Time stamps in the signature are ignored, because no anchor for them is configured.
    """
    context = ValidationContext(
        trust_roots=[each.validated for each in anchors],
        moment=at,
        time_tolerance=tolerance,
        allow_fetching=False,
        revocation_mode="soft-fail",
        algorithm_usage_policy=SealAlgorithms(),
    )
    usage = KeyUsageConstraints(
        key_usage={"digital_signature", "non_repudiation"}, match_all_key_usages=False
    )
    return asyncio.run(
        async_validate_cms_signature(
            data, raw_digest=digest, validation_context=context, key_usage_settings=usage
        )
    )


def _digest(data: cms.SignedData, covered: bytes) -> bytes | None:
    """Hash the covered bytes with the signer's hash; return ``None`` if it is not accepted."""
    name = data["signer_infos"][0]["digest_algorithm"]["algorithm"].native
    return hashlib.new(name, covered).digest() if name in ACCEPTED_HASHES else None


def _without_same_key(anchors: Sequence[Anchor], signer: x509.Certificate) -> list[Anchor]:
    """Remove anchors that have the name and the key of ``signer`` but are another certificate.

    pyHanko would treat ``signer`` as such an anchor. Then the owner of the key could issue a
    certificate with a longer validity or more usages.
    """
    return [
        each
        for each in anchors
        if each.validated.dump() == signer.dump()
        or each.validated.public_key.dump() != signer.public_key.dump()
        or each.validated.subject != signer.subject
    ]


def _path(status: Any) -> tuple[checked.Certificate, ...]:
    """Return the path that pyHanko has validated, from the signer to the anchor."""
    to_anchor = list(status.validation_path.iter_certs(include_root=True))[::-1]
    return tuple(checked.load_der_x509_certificate(each.dump()) for each in to_anchor)


def _common_name(certificate: x509.Certificate) -> str:
    names = certificate.subject
    return str(names.native.get("common_name", names.human_friendly))


def _is_demonstration(certificate: checked.Certificate) -> bool:
    names = (certificate.subject, certificate.issuer)
    return any(DEMONSTRATION_MARK in name.rfc4514_string() for name in names)


def _revocation_data(data: cms.SignedData) -> RevocationData:
    """Return the certificates, CRLs and OCSP responses in the signature."""
    crls: list[bytes] = []
    answers: list[bytes] = []
    for attribute in data["signer_infos"][0]["signed_attrs"]:
        if attribute["type"].native == "adobe_revocation_info_archival":
            for archive in attribute["values"]:
                crls += [each.dump() for each in archive["crl"] or ()]
                answers += [each.dump() for each in archive["ocsp"] or ()]
    return RevocationData(
        tuple(each.dump() for each in certificates(data)), tuple(crls), tuple(answers)
    )


def pdf_time(value: str) -> datetime | None:
    """Parse a PDF date with seconds and time zone (ISO 32000-1, 7.9.4); else return ``None``."""
    match = _PDF_TIME.fullmatch(value)
    if match is None:
        return None
    digits, sign, hours, minutes = match.groups()
    try:
        return datetime.strptime(
            f"{digits}{sign or '+'}{hours or '00'}{minutes or '00'}", "%Y%m%d%H%M%S%z"
        )
    except ValueError:
        return None
