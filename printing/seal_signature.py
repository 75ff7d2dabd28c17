"""The signature itself: does it fit the bytes, and whom does its signer chain to?

For `printing.seal`; pyHanko and its certificate validator do the work, without a network.
"""

from __future__ import annotations

import asyncio
import re
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from asn1crypto import cms, crl, ocsp, pem, x509
from pyhanko.sign.ades.report import AdESIndeterminate
from pyhanko.sign.general import UnacceptableSignerError
from pyhanko.sign.validation import async_validate_detached_cms
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.policy_decl import (
    CertRevTrustPolicy,
    RevocationCheckingPolicy,
    RevocationCheckingRule,
)

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
    }
)
_REVOKED = frozenset({AdESIndeterminate.REVOKED_NO_POE, AdESIndeterminate.REVOKED_CA_NO_POE})
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


_loaded = threading.local()


def load_anchors(anchors: Sequence[bytes]) -> list[x509.Certificate]:
    """Certificates out of PEM (any number in each) or DER.

    The last ones are kept, each thread having its own: asn1crypto reads a certificate bit by bit
    as it is asked, and what one thread is reading another must not see.

    :raises ValueError: something else.
    """
    key = tuple(anchors)
    if getattr(_loaded, "key", None) != key:
        _loaded.certificates, _loaded.key = _certificates(key), key
    kept: list[x509.Certificate] = _loaded.certificates
    return kept


def _certificates(anchors: Sequence[bytes]) -> list[x509.Certificate]:
    found = []
    for anchor in anchors:
        if pem.detect(anchor):
            ders = [der for _, _, der in pem.unarmor(anchor, multiple=True)]
        else:
            ders = [anchor]
        found += [x509.Certificate.load(der, strict=True) for der in ders]
    return found


def validate(
    sealed: CoveredBytes, anchors: Sequence[x509.Certificate], at: datetime
) -> Signature | Fault:
    """Validate the CMS over the covered bytes, and its signer's chain at that time."""
    try:
        signed_data = _signed_data(sealed.cms)
        status = _status(sealed, signed_data, ValidationContext(**_offline(anchors, at)))
    except (SignatureValidationError, UnacceptableSignerError, *PARSE_ERRORS) as error:
        return SEAL_BROKEN.with_detail(f"the signature is malformed: {type(error).__name__}")
    if not (status.intact and status.valid):
        part = "bytes" if not status.intact else "signer's key"
        return SEAL_BROKEN.with_detail(f"the signature does not fit the {part}")
    problem = status.trust_problem_indic
    certificate = status.signing_cert
    if problem is AdESIndeterminate.CERTIFICATE_CHAIN_GENERAL_FAILURE:
        # The validator does not tell "not yet valid" or an expired authority from the rest: were
        # the chain good on the certificate's first day, then only the time is wrong.
        first_day = certificate.not_valid_before + timedelta(seconds=1)
        then = _status(sealed, signed_data, ValidationContext(**_offline(anchors, first_day)))
        if then.trust_problem_indic is None:
            return SEAL_EXPIRED.with_detail("not valid at this time")
    if problem is not None:
        return _distrusted(problem)
    chain = [link.subject.human_friendly for link in status.validation_path]
    names = certificate.subject.native
    return Signature(
        str(names.get("common_name", certificate.subject.human_friendly)),
        status.signer_reported_dt,
        any(DEMONSTRATION in name for name in chain),
    )


def revocation_fault(
    sealed: CoveredBytes, anchors: Sequence[x509.Certificate], at: datetime, content: Content
) -> Fault | None:
    """``SEAL_EXPIRED`` when revocation data in the signature or the file revokes the signer.

    Only what is there is looked at: data that is missing, stale or about others changes nothing,
    for nothing is ever fetched.
    """
    try:
        signed_data = _signed_data(sealed.cms)
        data = _revocation(signed_data, content)
        if not data["crls"] and not data["ocsps"]:
            return None
        rules = RevocationCheckingPolicy(
            ee_certificate_rule=RevocationCheckingRule.CRL_OR_OCSP_REQUIRED,
            intermediate_ca_cert_rule=RevocationCheckingRule.CHECK_IF_DECLARED_SOFT,
        )
        options = _offline(anchors, at) | data
        options["revinfo_policy"] = CertRevTrustPolicy(rules)
        status = _status(sealed, signed_data, ValidationContext(**options))
    except PARSE_ERRORS as error:
        return SEAL_BROKEN.with_detail(f"the revocation data is malformed: {type(error).__name__}")
    if status.trust_problem_indic in _REVOKED:
        return SEAL_EXPIRED.with_detail(status.trust_problem_indic.name)
    return None


def _offline(anchors: Sequence[x509.Certificate], at: datetime) -> dict[str, Any]:
    return {
        "trust_roots": list(anchors),
        "moment": at,
        "allow_fetching": False,
        "revocation_mode": "soft-fail",
    }


def _status(sealed: CoveredBytes, signed_data: cms.SignedData, context: Any) -> Any:
    usage = KeyUsageConstraints(
        key_usage={"digital_signature", "non_repudiation"}, match_all_key_usages=False
    )
    return asyncio.run(
        async_validate_detached_cms(
            sealed.covered,
            signed_data,
            signer_validation_context=context,
            key_usage_settings=usage,
        )
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


def _revocation(signed_data: cms.SignedData, content: Content) -> dict[str, Any]:
    """CRLs, OCSP responses and certificates that the signature or the file carry."""
    found: dict[str, Any] = {"crls": [], "ocsps": [], "other_certs": []}
    for attribute in signed_data["signer_infos"][0]["signed_attrs"]:
        if attribute["type"].native == "adobe_revocation_info_archival":
            for archive in attribute["values"]:
                found["crls"] += list(archive["crl"] or ())
                found["ocsps"] += list(archive["ocsp"] or ())
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
