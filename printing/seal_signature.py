"""The signature itself: does it fit the bytes, and whom does its signer chain to?

For `printing.seal`; pyHanko and its certificate validator do the work, without a network.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from asn1crypto import cms, crl, ocsp, pem, x509
from pyhanko.sign.ades.report import AdESIndeterminate
from pyhanko.sign.general import UnacceptableSignerError
from pyhanko.sign.validation import async_validate_detached_cms
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko_certvalidator import ValidationContext

from devices.health import Fault

from .faults import SEAL_BROKEN, SEAL_EXPIRED, SIGNER_UNTRUSTED
from .seal_bytes import CoveredBytes
from .seal_content import PARSE_ERRORS, Content

DEMONSTRATION = "DEMONSTRATION"
"""Stands in the subject of every certificate of the sandbox's authority."""

_OUT_OF_TIME = frozenset(
    {
        AdESIndeterminate.EXPIRED,
        AdESIndeterminate.NOT_YET_VALID,
        AdESIndeterminate.OUT_OF_BOUNDS_NO_POE,
        AdESIndeterminate.OUT_OF_BOUNDS_NOT_REVOKED,
        AdESIndeterminate.REVOKED_NO_POE,
        AdESIndeterminate.REVOKED_CA_NO_POE,
        AdESIndeterminate.REVOCATION_OUT_OF_BOUNDS_NO_POE,
    }
)
_WEAK = frozenset(
    {
        AdESIndeterminate.CRYPTO_CONSTRAINTS_FAILURE,
        AdESIndeterminate.CRYPTO_CONSTRAINTS_FAILURE_NO_POE,
    }
)
_PDF_TIME = re.compile(r"D:(\d{14})(?:Z|([+-])(\d\d)'?(\d\d)'?)")


@dataclass(frozen=True, slots=True)
class Signature:
    """A signature that fits and whose signer is trusted."""

    signer: str
    signed_at: datetime | None
    demonstration: bool


def load_anchors(anchors: Sequence[bytes]) -> list[x509.Certificate]:
    """Certificates out of PEM (any number in each) or DER.

    :raises ValueError: something else.
    """
    found = []
    for anchor in anchors:
        if pem.detect(anchor):
            ders = [der for _, _, der in pem.unarmor(anchor, multiple=True)]
        else:
            ders = [anchor]
        found += [x509.Certificate.load(der, strict=True) for der in ders]
    return found


def validate(
    sealed: CoveredBytes,
    anchors: Sequence[x509.Certificate],
    at: datetime,
    content: Content | None = None,
) -> Signature | Fault:
    """Validate the CMS over the covered bytes, with the revocation data of ``content`` if given."""
    try:
        signed_data = _signed_data(sealed.cms)
        revocation = _revocation(signed_data, content)
    except PARSE_ERRORS as error:
        return SEAL_BROKEN.with_detail(f"the signature cannot be read: {type(error).__name__}")
    context: Any = ValidationContext(
        trust_roots=list(anchors),
        moment=at,
        allow_fetching=False,
        revocation_mode="soft-fail",
        **revocation,
    )
    usage = KeyUsageConstraints(
        key_usage={"digital_signature", "non_repudiation"}, match_all_key_usages=False
    )
    try:
        status: Any = asyncio.run(
            async_validate_detached_cms(
                sealed.covered,
                signed_data,
                signer_validation_context=context,
                key_usage_settings=usage,
            )
        )
    except (SignatureValidationError, UnacceptableSignerError, *PARSE_ERRORS) as error:
        return SEAL_BROKEN.with_detail(f"the signature is malformed: {type(error).__name__}")
    if not (status.intact and status.valid):
        part = "bytes" if not status.intact else "signer's key"
        return SEAL_BROKEN.with_detail(f"the signature does not fit the {part}")
    problem = status.trust_problem_indic
    if problem is not None:
        return _distrusted(problem)
    chain = [certificate.subject.human_friendly for certificate in status.validation_path]
    names = status.signing_cert.subject.native
    return Signature(
        str(names.get("common_name", status.signing_cert.subject.human_friendly)),
        status.signer_reported_dt,
        any(DEMONSTRATION in name for name in chain),
    )


def _distrusted(problem: Any) -> Fault:
    if problem in _OUT_OF_TIME:
        return SEAL_EXPIRED.with_detail(problem.name)
    if problem in _WEAK:
        return SEAL_BROKEN.with_detail(problem.name)
    return SIGNER_UNTRUSTED.with_detail(problem.name)


def _signed_data(contents: bytes) -> cms.SignedData:
    """The SignedData in the signature's place, whose unused room must be zeros."""
    info = cms.ContentInfo.load(contents)
    if contents[len(info.dump()) :].strip(b"\0"):
        raise ValueError("something follows the signature")
    if info["content_type"].native != "signed_data":
        raise ValueError("not a signature")
    return info["content"]


def _revocation(signed_data: cms.SignedData, content: Content | None) -> dict[str, Any]:
    """CRLs, OCSP responses and certificates that the signature or the file carry."""
    found: dict[str, Any] = {"crls": [], "ocsps": [], "other_certs": []}
    for attribute in signed_data["signer_infos"][0]["signed_attrs"]:
        if attribute["type"].native == "adobe_revocation_info_archival":
            for archive in attribute["values"]:
                found["crls"] += list(archive["crl"] or ())
                found["ocsps"] += list(archive["ocsp"] or ())
    if content is not None:
        found["crls"] += [crl.CertificateList.load(der) for der in content.crls]
        found["ocsps"] += [ocsp.OCSPResponse.load(der) for der in content.ocsp_responses]
        found["other_certs"] += [x509.Certificate.load(der) for der in content.certificates]
    return found


def pdf_time(value: str) -> datetime | None:
    """A PDF date with seconds and zone (ISO 32000-1, 7.9.4); ``None`` for anything else."""
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
