"""Make certificates, revocation data and CMS signatures of any kind, valid and invalid.

For the tests of seals. The structures are built with asn1crypto, because `cryptography` does not
build what the tests need: weak hashes, missing extensions, contradictions. The keys are made for
each run and protect nothing.
"""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from asn1crypto import algos, cms, core, crl, keys, ocsp, x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed25519, padding, rsa

SERIALS = itertools.count(1000)
DAY = timedelta(days=1)

HASHES: dict[str, hashes.HashAlgorithm] = {
    "md5": hashes.MD5(),
    "sha1": hashes.SHA1(),
    "sha224": hashes.SHA224(),
    "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(),
    "sha512": hashes.SHA512(),
    "sha3_256": hashes.SHA3_256(),
}

DOCUMENT_SIGNING = "1.3.6.1.5.5.7.3.36"
ADOBE_SIGNING = "1.2.840.113583.1.1.5"
MICROSOFT_SIGNING = "1.3.6.1.4.1.311.10.3.12"
ANY_PURPOSE = "2.5.29.37.0"
SERVER_AUTH = "1.3.6.1.5.5.7.3.1"
CLIENT_AUTH = "1.3.6.1.5.5.7.3.2"
CODE_SIGNING = "1.3.6.1.5.5.7.3.3"
EMAIL_PROTECTION = "1.3.6.1.5.5.7.3.4"
TIME_STAMPING = "1.3.6.1.5.5.7.3.8"
OCSP_SIGNING = "1.3.6.1.5.5.7.3.9"

CURVES: dict[str, ec.EllipticCurve] = {
    "p192": ec.SECP192R1(),
    "p224": ec.SECP224R1(),
    "p256": ec.SECP256R1(),
    "p384": ec.SECP384R1(),
    "p521": ec.SECP521R1(),
    "k256": ec.SECP256K1(),
    "brainpool": ec.BrainpoolP256R1(),
}


def new_key(kind: str = "p256") -> Any:
    """A private key: a name of `CURVES`, ``rsa2048``, ``ed25519`` or ``dsa1024``.

    RSA and DSA keys are slow to make: there is one of each size for the whole run.
    """
    if kind in CURVES:
        return ec.generate_private_key(CURVES[kind])
    return ed25519.Ed25519PrivateKey.generate() if kind == "ed25519" else _slow_key(kind)


@cache
def _slow_key(kind: str) -> Any:
    if kind.startswith("rsa"):
        return rsa.generate_private_key(65537, int(kind[3:]))
    return dsa.generate_private_key(int(kind[3:]))


def encoded(value: core.Asn1Value) -> bytes:
    """Return the DER of a value."""
    der: bytes = value.dump()
    return der


def public_der(key: Any) -> bytes:
    """Return the SubjectPublicKeyInfo of ``key``."""
    der: bytes = key.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return der


@dataclass(frozen=True)
class Scheme:
    """A signature scheme: the hash, whether RSA uses PSS padding, and the hash of the PSS mask."""

    digest: str = "sha256"
    pss: bool = False
    mask: str | None = None


PLAIN = Scheme()


def signature_algorithm(key: Any, scheme: Scheme) -> algos.SignedDigestAlgorithm:
    """Return the AlgorithmIdentifier of a signature by ``key``."""
    if isinstance(key, ed25519.Ed25519PrivateKey):
        return algos.SignedDigestAlgorithm({"algorithm": "ed25519"})
    if isinstance(key, ec.EllipticCurvePrivateKey):
        return algos.SignedDigestAlgorithm({"algorithm": f"{scheme.digest}_ecdsa"})
    if isinstance(key, dsa.DSAPrivateKey):
        return algos.SignedDigestAlgorithm({"algorithm": f"{scheme.digest}_dsa"})
    if not scheme.pss:
        return algos.SignedDigestAlgorithm(
            {"algorithm": f"{scheme.digest}_rsa", "parameters": core.Null()}
        )
    mask = {"algorithm": "mgf1", "parameters": {"algorithm": scheme.mask or scheme.digest}}
    parameters = algos.RSASSAPSSParams(
        {
            "hash_algorithm": {"algorithm": scheme.digest},
            "mask_gen_algorithm": mask,
            "salt_length": HASHES[scheme.digest].digest_size,
        }
    )
    return algos.SignedDigestAlgorithm({"algorithm": "rsassa_pss", "parameters": parameters})


def sign(key: Any, data: bytes, scheme: Scheme) -> bytes:
    """Return the signature of ``data``, without any structure around it."""
    if isinstance(key, ed25519.Ed25519PrivateKey):
        return key.sign(data)
    chosen = HASHES[scheme.digest]
    if isinstance(key, ec.EllipticCurvePrivateKey):
        return key.sign(data, ec.ECDSA(chosen))
    if isinstance(key, dsa.DSAPrivateKey):
        return key.sign(data, chosen)
    assert isinstance(key, rsa.RSAPrivateKey)
    if not scheme.pss:
        return key.sign(data, padding.PKCS1v15(), chosen)
    mask = padding.MGF1(HASHES[scheme.mask or scheme.digest])
    return key.sign(data, padding.PSS(mask, chosen.digest_size), chosen)


@dataclass(frozen=True)
class Pair:
    """A certificate and its private key."""

    certificate: x509.Certificate
    key: Any

    @property
    def der(self) -> bytes:
        return encoded(self.certificate)


def _extension(name: str, value: Any, *, critical: bool) -> dict[str, Any]:
    return {"extn_id": name, "critical": critical, "extn_value": value}


def _where_to_ask() -> list[dict[str, Any]]:
    """Return extensions with addresses of revocation data: without them, pyHanko uses none."""
    address = x509.GeneralName("uniform_resource_identifier", "http://crl.invalid/list.crl")
    point = x509.DistributionPoint(
        {"distribution_point": x509.DistributionPointName("full_name", [address])}
    )
    access = {"access_method": "ocsp", "access_location": address}
    return [
        _extension("crl_distribution_points", [point], critical=False),
        _extension("authority_information_access", [access], critical=False),
    ]


def name(common_name: str) -> x509.Name:
    """Return a subject with this common name."""
    return x509.Name.build(
        {"country_name": "CN", "organization_name": "示范市", "common_name": common_name}
    )


def issue(
    common_name: str,
    issuer: Pair | None = None,
    *,
    at: datetime,
    begins: datetime | None = None,
    ends: datetime | None = None,
    key: Any = None,
    ca: bool | None = False,
    path_length: int | None = None,
    usage: Sequence[str] | None = ("digital_signature", "non_repudiation"),
    purposes: Sequence[str] | None = None,
    scheme: Scheme = PLAIN,
    version: str = "v3",
    constraint: str | None = None,
    unknown_extension: bool = False,
    odd_name: bool = False,
    signing_key: Any = None,
) -> Pair:
    """Make a certificate by ``issuer``, or a self-signed one.

    By default it is valid for half a year before and after ``at``. ``ca``: ``None`` omits
    BasicConstraints. ``constraint``: the only organisation that it may issue to. ``odd_name``: adds
    a name of a kind that `cryptography` cannot read. ``signing_key``: signs instead of the issuer's
    key.
    """
    key = key if key is not None else new_key()
    spki = public_der(key)
    subject = name(common_name)
    by = signing_key or (key if issuer is None else issuer.key)
    algorithm = signature_algorithm(by, scheme)
    tbs: dict[str, Any] = {
        "version": version,
        "serial_number": next(SERIALS),
        "signature": algorithm,
        "issuer": subject if issuer is None else issuer.certificate.subject,
        "validity": {
            "not_before": x509.Time({"utc_time": begins or at - 180 * DAY}),
            "not_after": x509.Time({"utc_time": ends or at + 180 * DAY}),
        },
        "subject": subject,
        "subject_public_key_info": keys.PublicKeyInfo.load(spki),
    }
    if version == "v3":
        authority = spki if issuer is None else public_der(issuer.key)
        found = [
            _extension("key_identifier", hashlib.sha1(spki).digest(), critical=False),
            _extension(
                "authority_key_identifier",
                {"key_identifier": hashlib.sha1(authority).digest()},
                critical=False,
            ),
        ]
        if ca is not None:
            basic: dict[str, Any] = {"ca": ca}
            if path_length is not None:
                basic["path_len_constraint"] = path_length
            found.append(_extension("basic_constraints", basic, critical=True))
        if usage is not None:
            found.append(_extension("key_usage", set(usage), critical=True))
        if purposes is not None:
            found.append(_extension("extended_key_usage", list(purposes), critical=False))
        if constraint is not None:
            base = x509.GeneralName(
                "directory_name", x509.Name.build({"organization_name": constraint})
            )
            limits = {"permitted_subtrees": [{"base": base}]}
            found.append(_extension("name_constraints", limits, critical=True))
        if issuer is not None:
            found += _where_to_ask()
        if unknown_extension:
            found.append(
                {"extn_id": "1.3.6.1.4.1.99999.1", "critical": True,
                 "extn_value": core.ParsableOctetString(core.Null().dump())}
            )  # fmt: skip
        if odd_name:
            # An x400Address (RFC 5280, 4.2.1.6), empty.
            names = core.ParsableOctetString(bytes.fromhex("3004a3023000"))
            found.append({"extn_id": "2.5.29.17", "critical": False, "extn_value": names})
        tbs["extensions"] = found
    made = x509.TbsCertificate(tbs)
    signature = sign(by, made.dump(), scheme)
    return Pair(
        x509.Certificate(
            {
                "tbs_certificate": made,
                "signature_algorithm": algorithm,
                "signature_value": signature,
            }
        ),
        key,
    )


def authority(common_name: str, issuer: Pair | None = None, **options: Any) -> Pair:
    """Make the certificate of an authority: `issue` with the usages of a CA."""
    return issue(
        common_name, issuer, **{"ca": True, "usage": ("key_cert_sign", "crl_sign"), **options}
    )


def revocation_list(
    issuer: Pair,
    revoked: Sequence[Pair],
    *,
    at: datetime,
    ends: datetime | None = None,
    reason: str | None = None,
    scheme: Scheme = PLAIN,
) -> bytes:
    """Make a CRL of ``issuer`` (DER) that lists ``revoked``."""
    entries = []
    for pair in revoked:
        entry: dict[str, Any] = {
            "user_certificate": pair.certificate.serial_number,
            "revocation_date": x509.Time({"utc_time": at - 20 * DAY}),
        }
        if reason is not None:
            entry["crl_entry_extensions"] = [
                {"extn_id": "crl_reason", "critical": False, "extn_value": reason}
            ]
        entries.append(entry)
    algorithm = signature_algorithm(issuer.key, scheme)
    identifier = {"key_identifier": hashlib.sha1(public_der(issuer.key)).digest()}
    content: dict[str, Any] = {
        "version": "v2",
        "signature": algorithm,
        "issuer": issuer.certificate.subject,
        "this_update": x509.Time({"utc_time": at - 10 * DAY}),
        "next_update": x509.Time({"utc_time": ends or at + 10 * DAY}),
        "crl_extensions": [
            _extension("authority_key_identifier", identifier, critical=False),
            _extension("crl_number", 1, critical=False),
        ],
    }
    if entries:
        content["revoked_certificates"] = entries
    tbs = crl.TbsCertList(content)
    return encoded(
        crl.CertificateList(
            {
                "tbs_cert_list": tbs,
                "signature_algorithm": algorithm,
                "signature": sign(issuer.key, tbs.dump(), scheme),
            }
        )
    )


def ocsp_answer(
    about: Pair,
    issuer: Pair,
    *,
    at: datetime,
    revoked: bool,
    responder: Pair | None = None,
    scheme: Scheme = PLAIN,
) -> bytes:
    """Make an OCSP response (DER) about ``about``, by its issuer or by ``responder``."""
    by = responder or issuer
    status: dict[str, Any] = (
        {"revoked": ocsp.RevokedInfo({"revocation_time": at - 20 * DAY})}
        if revoked
        else {"good": core.Null()}
    )
    tag, value = next(iter(status.items()))
    single = {
        "cert_id": {
            "hash_algorithm": {"algorithm": "sha1"},
            "issuer_name_hash": hashlib.sha1(issuer.certificate.subject.dump()).digest(),
            "issuer_key_hash": hashlib.sha1(issuer.certificate.public_key["public_key"].native
                if isinstance(issuer.certificate.public_key["public_key"].native, bytes)
                else issuer.certificate.public_key["public_key"].contents[1:]).digest(),
            "serial_number": about.certificate.serial_number,
        },
        "cert_status": ocsp.CertStatus(tag, value),
        "this_update": at - DAY,
        "next_update": at + DAY,
    }  # fmt: skip
    data = ocsp.ResponseData(
        {
            "responder_id": ocsp.ResponderId("by_name", by.certificate.subject),
            "produced_at": at - DAY,
            "responses": [single],
        }
    )
    basic: dict[str, Any] = {
        "tbs_response_data": data,
        "signature_algorithm": signature_algorithm(by.key, scheme),
        "signature": sign(by.key, data.dump(), scheme),
    }
    if responder is not None:
        basic["certs"] = [responder.certificate]
    return encoded(
        ocsp.OCSPResponse(
            {
                "response_status": "successful",
                "response_bytes": {
                    "response_type": "basic_ocsp_response",
                    "response": ocsp.BasicOCSPResponse(basic),
                },
            }
        )
    )


def detached_cms(
    content: bytes,
    signer: Pair,
    others: Sequence[Pair] = (),
    *,
    at: datetime,
    scheme: Scheme = PLAIN,
    crls: Sequence[bytes] = (),
    ocsps: Sequence[bytes] = (),
    signers: int = 1,
    unsigned: Sequence[cms.CMSAttribute] = (),
    attributes: bool = True,
    own_content: bytes | None = None,
) -> bytes:
    """Make a detached CMS signature of ``content`` (DER), as PDF files contain it.

    ``own_content`` is embedded in the CMS, which is not allowed in a PDF file.
    """
    within: dict[str, Any] = {"content_type": "data"}
    if own_content is not None:
        within["content"] = own_content
    digest = hashlib.new(scheme.digest, content).digest()
    found = [
        {"type": "content_type", "values": ["data"]},
        {"type": "message_digest", "values": [digest]},
        {"type": "signing_time", "values": [cms.Time({"utc_time": at})]},
    ]
    if crls or ocsps:
        archive: dict[str, Any] = {}
        if crls:
            archive["crl"] = [crl.CertificateList.load(der) for der in crls]
        if ocsps:
            archive["ocsp"] = [ocsp.OCSPResponse.load(der) for der in ocsps]
        found.append({"type": "adobe_revocation_info_archival", "values": [archive]})
    signed = cms.CMSAttributes([cms.CMSAttribute(each) for each in found])
    signed = cms.CMSAttributes.load(signed.dump(force=True))
    certificate = signer.certificate
    info: dict[str, Any] = {
        "version": "v1",
        "sid": cms.SignerIdentifier(
            "issuer_and_serial_number",
            {"issuer": certificate.issuer, "serial_number": certificate.serial_number},
        ),
        "digest_algorithm": {"algorithm": scheme.digest},
        "signature_algorithm": signature_algorithm(signer.key, scheme),
        "signature": sign(signer.key, signed.dump() if attributes else content, scheme),
    }
    if attributes:
        info["signed_attrs"] = signed
    if unsigned:
        info["unsigned_attrs"] = list(unsigned)
    data = cms.SignedData(
        {
            "version": "v1",
            "digest_algorithms": [{"algorithm": scheme.digest}],
            "encap_content_info": within,
            "certificates": [each.certificate for each in (signer, *others)],
            "signer_infos": [cms.SignerInfo(info)] * signers,
        }
    )
    return encoded(cms.ContentInfo({"content_type": "signed_data", "content": data}))
