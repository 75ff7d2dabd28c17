"""Signers' certificates, and the verdicts of the seal check, pyHanko and OpenSSL on each.

`python -m tests.printing.seal.certificates` writes the table `docs/seal-certificates.md`;
`test_certificates.py` collects the verdicts again and compares them with the table.
"""

from __future__ import annotations

import asyncio
import logging
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import Enum
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any, cast

from asn1crypto import cms, crl, keys, ocsp, pem, x509
from cryptography.hazmat.primitives import serialization
from pyhanko.pdf_utils import generic, writer
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigFieldSpec
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, SimpleSigner
from pyhanko.sign.validation import async_validate_detached_cms
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleCertificateStore

from devices.health import Fault
from printing import faults
from printing.seal import verify as seal
from printing.seal.envelope import find_seal

from . import certificate_maker as make
from .certificate_maker import DAY, Pair, Scheme, authority, issue, new_key

TABLE = Path(__file__).parents[3] / "docs" / "seal-certificates.md"
AT = datetime(2026, 6, 1, 12, tzinfo=UTC)
"""The time of each verification. It is fixed, so that the table does not depend on the day."""
SECOND = timedelta(seconds=1)
ACCEPTED = "accepted"

_CMS_BYTES = 60_000
"""Bytes reserved for the CMS in the file: a CRL and twenty certificates take 20 kB."""


@dataclass(frozen=True)
class Case:
    """One signer, and the anchors that the verifier trusts.

    ``pyhanko`` and ``openssl`` give the reason if their verdict differs from the seal check's.
    """

    group: str
    name: str
    signer: Pair
    anchors: tuple[Pair, ...]
    others: tuple[Pair, ...] = ()
    at: datetime = AT
    scheme: Scheme = make.PLAIN
    crls: tuple[bytes, ...] = ()
    ocsps: tuple[bytes, ...] = ()
    pyhanko: str = ""
    openssl: str = ""

    def cms(self, content: bytes) -> bytes:
        return make.detached_cms(
            content, self.signer, self.others, at=AT, scheme=self.scheme,
            crls=self.crls, ocsps=self.ocsps,
        )  # fmt: skip


@dataclass(frozen=True)
class Verdict:
    """The three verdicts: `ACCEPTED`, or the reason of the refusal."""

    ours: str
    pyhanko: str
    openssl: str


# The reasons for differences between the verdicts, used by the cases below.
ANCHOR_BLIND = "it does not check a signer that is an anchor"
NO_PURPOSE = "it checks the extended key usage only on request"
WEAK_ALLOWED = "it refuses only MD5, SHA-1 and short RSA keys"
NO_ANCHOR_EXTENSIONS = "it uses only name and key of an anchor (RFC 5280, 6.1.1)"
TOLERANT = "it tolerates one second"
SAME_KEY = "it accepts any certificate with the anchor's name and key as the anchor"
MAIL_PURPOSE = "it does not know document signing; smimesign requires e-mail protection"
LEVEL_2 = "level 2 requires 112 bits of security; the seal check 128 of a curve or hash"
NO_MESSAGE_LEVEL = "its level applies to the certificates, not to the message"
NO_CURVE_LIST = "it has no list of curves; ETSI TS 119 312 does not list secp256k1"
NO_ED25519 = "OpenSSL 3.0 cannot verify Ed25519 in a CMS"
NO_OCSP = "its command reads no OCSP answers"
NO_USAGE_IS_ANY = "a missing key usage permits any use; the seal check requires a key usage"
OLD_ROOT = "it accepts a self-signed certificate of version 1 as an authority"
LAST_SECOND = "it excludes the last second of the validity"
LIST_WANTED = "it requires a valid list or answer; the seal check does not"
AUTHORITY_SIGNS = "it lets an authority sign documents if its key usage permits it"
PATH_LIMIT = "the seal check limits a path to 6 certificates"
CMS_LIMIT = "the seal check limits a CMS to 16 certificates, to limit the time"
NAMESAKES = "the seal check refuses two certificates with one subject, to limit the paths"


@dataclass(frozen=True)
class Roots:
    """The two root authorities that most cases use."""

    root: Pair
    other: Pair

    def signer(self, **options: Any) -> Pair:
        return issue("电子印章", self.root, at=AT, **options)


@cache
def _roots() -> Roots:
    return Roots(authority("根", at=AT), authority("另一根", at=AT))


def cases() -> list[Case]:
    """Return all cases, in the order of the table."""
    found = [each for group in GROUPS for each in group_cases(group)]
    assert len({each.name for each in found}) == len(found)
    return found


def group_cases(group: str) -> list[Case]:
    """Return the cases of one group of the table."""
    return [replace(each, group=group) for each in GROUPS[group](_roots())]


def _plain(name: str, signer: Pair, anchor: Pair, *others: Pair, **options: Any) -> Case:
    return Case("", name, signer, (anchor,), others, **options)


def _good(roots: Roots) -> Iterator[Case]:
    root = roots.root
    signer = roots.signer()
    yield _plain("root and signer", signer, root)
    yield _plain("root, signer; the root is in the CMS too", signer, root, root)
    policy = authority("政策 CA", root, at=AT)
    issuing = authority("签发 CA", policy, at=AT)
    low = issue("电子印章", issuing, at=AT)
    yield _plain("two intermediates", low, root, issuing, policy)
    yield _plain("an intermediate is the anchor", low, issuing)
    yield _plain("the signer is the anchor", signer, signer)
    own = issue("自签印章", at=AT)
    yield _plain("a self-signed signer is the anchor", own, own)
    yield _plain("digitalSignature alone", roots.signer(usage=["digital_signature"]), root)
    yield _plain("nonRepudiation alone", roots.signer(usage=["non_repudiation"]), root)
    for kind, scheme in (
        ("rsa2048", make.PLAIN),
        ("rsa3072", Scheme(pss=True)),
        ("p384", Scheme("sha384")),
        ("p521", Scheme("sha512")),
        ("brainpool", make.PLAIN),
        ("ed25519", Scheme("sha512")),
    ):
        padded = " with PSS" if scheme.pss else ""
        signed = roots.signer(key=new_key(kind))
        yield _plain(f"key {kind}{padded}, {scheme.digest}", signed, root, scheme=scheme,
                     openssl=NO_ED25519 if kind == "ed25519" else "")  # fmt: skip
    yield _plain("SHA3-256", roots.signer(), root, scheme=Scheme("sha3_256"))
    strong = authority("RSA 根", at=AT, key=new_key("rsa2048"))
    below = issue("电子印章", strong, at=AT, scheme=Scheme(pss=True))
    yield _plain("certificate signed with RSA-PSS", below, strong)
    weak_self = authority("旧根", at=AT, key=new_key("rsa2048"), scheme=Scheme("sha1"))
    below = issue("电子印章", weak_self, at=AT)
    yield _plain("the self-signature of the root uses SHA-1", below, weak_self)


def _validity(roots: Roots) -> Iterator[Case]:
    root = roots.root
    past: dict[str, Any] = {"begins": AT - 90 * DAY, "ends": AT - DAY}
    future: dict[str, Any] = {"begins": AT + DAY, "ends": AT + 90 * DAY}
    for word, span in (("expired", past), ("not yet valid", future)):
        yield _plain(f"signer {word}", roots.signer(**span), root)
        old_root = authority("期外根", at=AT, **span)
        yield _plain(
            f"root {word}", issue("电子印章", old_root, at=AT), old_root,
            pyhanko=NO_ANCHOR_EXTENSIONS,
        )  # fmt: skip
        middle = authority("签发 CA", root, at=AT, **span)
        yield _plain(f"intermediate {word}", issue("电子印章", middle, at=AT), root, middle)
        pinned = roots.signer(**span)
        yield _plain(f"the signer is the anchor and {word}", pinned, pinned, pyhanko=ANCHOR_BLIND)
        own = issue("自签印章", at=AT, **span)
        yield _plain(f"a self-signed signer is the anchor and {word}", own, own,
                     pyhanko=ANCHOR_BLIND)  # fmt: skip
    bounded = roots.signer(begins=AT - 10 * DAY, ends=AT + 10 * DAY)
    yield _plain("in the last second of its validity", bounded, root, at=AT + 10 * DAY,
                 openssl=LAST_SECOND)  # fmt: skip
    yield _plain("one second after its validity", bounded, root, at=AT + 10 * DAY + SECOND,
                 pyhanko=TOLERANT)  # fmt: skip
    yield _plain("in the first second of its validity", bounded, root, at=AT - 10 * DAY)
    yield _plain("one second before its validity", bounded, root, at=AT - 10 * DAY - SECOND,
                 pyhanko=TOLERANT)  # fmt: skip
    key = new_key()
    expired = authority("续期根", at=AT, key=key, **past)
    renewed = authority("续期根", at=AT, key=key)
    yield Case("", "an expired anchor and its renewal", issue("电子印章", renewed, at=AT),
               (expired, renewed))  # fmt: skip


def _revocation(roots: Roots) -> Iterator[Case]:
    root, at = roots.root, AT
    signer = roots.signer()
    listed = make.revocation_list(root, [signer], at=at)
    yield _plain("signer on its issuer's CRL", signer, root, crls=(listed,))
    held = make.revocation_list(root, [signer], at=at, reason="certificate_hold")
    yield _plain("signer on hold", signer, root, crls=(held,))
    stale = make.revocation_list(root, [signer], at=at, ends=at - DAY)
    yield _plain("signer on an expired CRL", signer, root, crls=(stale,))
    yield _plain("signer is not on the CRL", signer, root,
                 crls=(make.revocation_list(root, [roots.signer()], at=at),))  # fmt: skip
    unknown = authority("根", at=at)
    yield _plain("signer on a CRL of an unknown root with the same name", signer, root,
                 crls=(make.revocation_list(unknown, [signer], at=at),),
                 pyhanko=LIST_WANTED, openssl=LIST_WANTED)  # fmt: skip
    middle = authority("签发 CA", root, at=at)
    low = issue("电子印章", middle, at=at)
    lists = (make.revocation_list(root, [middle], at=at), make.revocation_list(middle, [], at=at))
    yield _plain("intermediate on the root's CRL", low, root, middle, crls=lists)
    yield _plain("the signer is the anchor and on its issuer's CRL", signer, signer, root,
                 crls=(listed,), pyhanko=ANCHOR_BLIND)  # fmt: skip
    own = issue("自签印章", at=at, usage=["digital_signature", "crl_sign"])
    yield _plain("a self-signed signer is the anchor and on its own CRL", own, own,
                 crls=(make.revocation_list(own, [own], at=at),), pyhanko=ANCHOR_BLIND)  # fmt: skip
    yield _plain("an intermediate is the anchor and on the root's CRL", low, middle, root,
                 crls=lists, pyhanko=ANCHOR_BLIND)  # fmt: skip
    yield _plain("OCSP: revoked", signer, root,
                 ocsps=(make.ocsp_answer(signer, root, at=at, revoked=True),),
                 openssl=NO_OCSP)  # fmt: skip
    yield _plain("OCSP: good", signer, root,
                 ocsps=(make.ocsp_answer(signer, root, at=at, revoked=False),))  # fmt: skip
    responder = issue(
        "OCSP", root, at=at, usage=["digital_signature"], purposes=[make.OCSP_SIGNING]
    )
    yield _plain("OCSP by a responder of the issuer: revoked", signer, root, ocsps=(
        make.ocsp_answer(signer, root, at=at, revoked=True, responder=responder),),
        openssl=NO_OCSP)  # fmt: skip
    false = issue("OCSP", root, at=at, usage=["digital_signature"], purposes=[make.CLIENT_AUTH])
    yield _plain("OCSP by a certificate without the OCSP purpose: revoked", signer, root, ocsps=(
        make.ocsp_answer(signer, root, at=at, revoked=True, responder=false),),
        pyhanko=LIST_WANTED)  # fmt: skip
    yield _plain("OCSP: the signer is the anchor and revoked", signer, signer, root,
                 ocsps=(make.ocsp_answer(signer, root, at=at, revoked=True),),
                 pyhanko=ANCHOR_BLIND, openssl=NO_OCSP)  # fmt: skip


def _usage(roots: Roots) -> Iterator[Case]:
    root = roots.root
    yield _plain("no key usage", roots.signer(usage=None), root, openssl=NO_USAGE_IS_ANY)
    for usage in ("key_encipherment", "key_agreement", "crl_sign"):
        yield _plain(f"key usage {usage} alone", roots.signer(usage=[usage]), root)
    both = ["digital_signature", "key_cert_sign", "crl_sign"]
    yield _plain("signer is a CA", authority("签发 CA", root, at=AT, usage=both), root,
                 pyhanko=AUTHORITY_SIGNS, openssl=AUTHORITY_SIGNS)  # fmt: skip
    yield _plain("keyCertSign without being a CA", roots.signer(usage=both), root,
                 pyhanko=AUTHORITY_SIGNS, openssl=AUTHORITY_SIGNS)  # fmt: skip
    yield _plain("no BasicConstraints", roots.signer(ca=None), root)
    yield _plain("signer is a certificate of version 1", roots.signer(version="v1"), root,
                 openssl=NO_USAGE_IS_ANY)  # fmt: skip
    yield _plain("the root is the signer", root, root, pyhanko=ANCHOR_BLIND)
    able = authority("会签名的根", at=AT, usage=both)
    yield _plain("the root is the signer, with digitalSignature", able, able,
                 pyhanko=ANCHOR_BLIND, openssl=AUTHORITY_SIGNS)  # fmt: skip
    for word, named in (("none", None), ("keyEncipherment", ["key_encipherment"])):
        pinned = roots.signer(usage=named)
        yield _plain(f"the signer is the anchor, key usage {word}", pinned, pinned,
                     pyhanko=ANCHOR_BLIND,
                     openssl=NO_USAGE_IS_ANY if named is None else "")  # fmt: skip
    pinned = roots.signer(unknown_extension=True)
    yield _plain("an unknown critical extension", pinned, root)
    yield _plain("the signer is the anchor, with an unknown critical extension", pinned, pinned,
                 pyhanko=ANCHOR_BLIND)  # fmt: skip


def _purpose(roots: Roots) -> Iterator[Case]:
    root = roots.root
    for word, purposes in (
        ("document signing (RFC 9336)", [make.DOCUMENT_SIGNING]),
        ("Adobe's document signing", [make.ADOBE_SIGNING]),
        ("Microsoft's document signing", [make.MICROSOFT_SIGNING]),
        ("any", [make.ANY_PURPOSE]),
        ("document signing and TLS client", [make.DOCUMENT_SIGNING, make.CLIENT_AUTH]),
    ):
        yield _plain(f"purpose {word}", roots.signer(purposes=purposes), root, openssl=MAIL_PURPOSE)
    for word, purposes in (
        ("TLS server", [make.SERVER_AUTH]),
        ("TLS client", [make.CLIENT_AUTH]),
        ("TLS server and client", [make.SERVER_AUTH, make.CLIENT_AUTH]),
        ("e-mail", [make.EMAIL_PROTECTION]),
        ("code signing", [make.CODE_SIGNING]),
        ("time stamps", [make.TIME_STAMPING]),
        ("OCSP", [make.OCSP_SIGNING]),
    ):
        yield _plain(f"purpose {word}", roots.signer(purposes=purposes), root,
                     pyhanko=NO_PURPOSE,
                     openssl=MAIL_PURPOSE if word == "e-mail" else "")  # fmt: skip
    pinned = roots.signer(purposes=[make.SERVER_AUTH])
    yield _plain("the signer is the anchor, purpose TLS server", pinned, pinned,
                 pyhanko=ANCHOR_BLIND)  # fmt: skip
    tls = authority("TLS CA", root, at=AT, purposes=[make.SERVER_AUTH])
    yield _plain("an intermediate only for TLS servers", issue("电子印章", tls, at=AT), root, tls,
                 pyhanko=NO_PURPOSE)  # fmt: skip
    tls_root = authority("TLS 根", at=AT, purposes=[make.SERVER_AUTH])
    yield _plain("a root only for TLS servers", issue("电子印章", tls_root, at=AT), tls_root,
                 pyhanko=NO_ANCHOR_EXTENSIONS)  # fmt: skip


def _weak(roots: Roots) -> Iterator[Case]:
    root = roots.root
    for kind in ("p192", "p224", "k256", "rsa1024", "dsa1024"):
        weak = roots.signer(key=new_key(kind))
        yield _plain(f"signer's key {kind}", weak, root, pyhanko=WEAK_ALLOWED,
                     openssl=NO_CURVE_LIST if kind == "k256" else LEVEL_2)  # fmt: skip
    for kind in ("p192", "p224", "rsa1024"):
        weak_root = authority("弱根", at=AT, key=new_key(kind))
        yield _plain(f"root's key {kind}", issue("电子印章", weak_root, at=AT), weak_root,
                     pyhanko=WEAK_ALLOWED, openssl=LEVEL_2)  # fmt: skip
        middle = authority("弱 CA", root, at=AT, key=new_key(kind))
        yield _plain(f"intermediate's key {kind}", issue("电子印章", middle, at=AT), root, middle,
                     pyhanko=WEAK_ALLOWED, openssl=LEVEL_2)  # fmt: skip
    pinned = roots.signer(key=new_key("p224"))
    yield _plain("the signer is the anchor, key p224", pinned, pinned,
                 pyhanko=WEAK_ALLOWED, openssl=LEVEL_2)  # fmt: skip
    for digest in ("sha1", "sha224"):
        yield _plain(f"message digest {digest}", roots.signer(), root, scheme=Scheme(digest),
                     pyhanko=WEAK_ALLOWED,
                     openssl=NO_MESSAGE_LEVEL)  # fmt: skip
    strong = authority("RSA 根", at=AT, key=new_key("rsa2048"))
    for digest in ("md5", "sha1", "sha224"):
        yield _plain(f"signer's certificate signed with {digest}",
                     issue("电子印章", strong, at=AT, scheme=Scheme(digest)), strong,
                     pyhanko=WEAK_ALLOWED, openssl=LEVEL_2)  # fmt: skip
    middle = authority("签发 CA", strong, at=AT, scheme=Scheme("sha1"))
    yield _plain("intermediate's certificate signed with sha1", issue("电子印章", middle, at=AT),
                 strong, middle)  # fmt: skip
    yield _plain("PSS with a mask of SHA-1", roots.signer(key=new_key("rsa2048")), root,
                 scheme=Scheme(pss=True, mask="sha1"), pyhanko=WEAK_ALLOWED,
                 openssl=NO_MESSAGE_LEVEL)  # fmt: skip


def _paths(roots: Roots) -> Iterator[Case]:
    root = roots.root
    short = authority("短根", at=AT, path_length=0)
    middle = authority("签发 CA", short, at=AT)
    yield _plain("path length 0 at the root, one intermediate", issue("电子印章", middle, at=AT),
                 short, middle, pyhanko=NO_ANCHOR_EXTENSIONS)  # fmt: skip
    yield _plain(
        "path length 0 at the root, no intermediate", issue("电子印章", short, at=AT), short
    )
    first = authority("一级 CA", root, at=AT, path_length=0)
    second = authority("二级 CA", first, at=AT)
    yield _plain("path length 0 at an intermediate, another one below",
                 issue("电子印章", second, at=AT), root, second, first)  # fmt: skip
    first = authority("一级 CA", root, at=AT, path_length=1)
    second = authority("二级 CA", first, at=AT)
    yield _plain("path length 1 at an intermediate, another one below",
                 issue("电子印章", second, at=AT), root, second, first)  # fmt: skip
    chain = [root]
    for number in range(9):
        chain.append(authority(f"{number} 级 CA", chain[-1], at=AT))
    yield _plain("three intermediates", issue("电子印章", chain[3], at=AT), root, *chain[1:4])
    yield _plain("four intermediates: 6 certificates", issue("电子印章", chain[4], at=AT), root,
                 *chain[1:5])  # fmt: skip
    yield _plain("five intermediates: 7 certificates", issue("电子印章", chain[5], at=AT), root,
                 *chain[1:6], pyhanko=PATH_LIMIT, openssl=PATH_LIMIT)  # fmt: skip
    signer = roots.signer()
    yield _plain("16 certificates in the CMS", signer, root,
                 *(authority(f"{n} 号 CA", root, at=AT) for n in range(15)))  # fmt: skip
    yield _plain("17 certificates in the CMS", signer, root,
                 *(authority(f"{n} 号 CA", root, at=AT) for n in range(16)),
                 pyhanko=CMS_LIMIT, openssl=CMS_LIMIT)  # fmt: skip
    plain = roots.signer()
    below = issue("冒充印章", plain, at=AT)
    yield _plain("issued by another signer", below, root, plain)
    yield _plain("issued by a signer that is the anchor", below, plain,
                 pyhanko=NO_ANCHOR_EXTENSIONS)  # fmt: skip
    unable = authority("签发 CA", root, at=AT, usage=["crl_sign"])
    yield _plain("intermediate without keyCertSign", issue("电子印章", unable, at=AT), root, unable)
    unable = authority("根", at=AT, usage=["crl_sign"])
    yield _plain("root without keyCertSign", issue("电子印章", unable, at=AT), unable,
                 pyhanko=NO_ANCHOR_EXTENSIONS)  # fmt: skip
    old = authority("旧根", at=AT, version="v1")
    yield _plain("root of version 1", issue("电子印章", old, at=AT), old,
                 pyhanko=NO_ANCHOR_EXTENSIONS,
                 openssl=OLD_ROOT)  # fmt: skip
    middle = authority("签发 CA", root, at=AT)
    yield _plain("the intermediate is missing", issue("电子印章", middle, at=AT), root)
    yield _plain("another root", roots.signer(), roots.other)
    unknown = authority("根", at=AT)
    yield _plain("an unknown root with the same name", issue("电子印章", unknown, at=AT), root,
                 unknown)  # fmt: skip
    forged = issue("电子印章", root, at=AT, signing_key=new_key())
    yield _plain("a forged signature on the signer's certificate", forged, root)
    limited = authority("限名 CA", root, at=AT, constraint="别的机关")
    yield _plain("the intermediate must not issue for this name", issue("电子印章", limited, at=AT),
                 root, limited)  # fmt: skip
    pinned = roots.signer()
    again = issue("电子印章", at=AT, key=pinned.key)
    yield _plain("the key of the anchor, in a self-made certificate", again, pinned,
                 pyhanko=SAME_KEY)  # fmt: skip


def _crossed(roots: Roots) -> Iterator[Case]:
    root, other = roots.root, roots.other
    key = new_key()
    one = authority("交叉 CA", root, at=AT, key=key)
    two = authority("交叉 CA", other, at=AT, key=key)
    signer = issue("电子印章", one, at=AT)
    yield _plain("cross-certified: only the certificate by the other root", signer, other, two)
    yield _plain("cross-certified: both certificates in the CMS", signer, other, one, two,
                 pyhanko=NAMESAKES, openssl=NAMESAKES)  # fmt: skip
    bridge = authority("根", other, at=AT, key=root.key)
    yield _plain("the root is cross-certified by the anchor", roots.signer(), other, bridge)
    yield Case("", "the root is an anchor and cross-certified", roots.signer(), (root, other),
               (bridge,))  # fmt: skip
    for count in (3, 5):
        crossed = _cross_named(count)
        yield _plain(f"{count} CAs that certify each other, none under the anchor",
                     issue("电子印章", crossed[0], at=AT), root, *crossed)  # fmt: skip
    loop_key = new_key()
    first = authority("环一", at=AT, key=loop_key)
    back = authority("环二", first, at=AT)
    first = authority("环一", back, at=AT, key=loop_key)
    yield _plain("two CAs that certify each other", issue("电子印章", first, at=AT), root, first,
                 back)  # fmt: skip


def _cross_named(count: int) -> list[Pair]:
    """Return ``count`` CAs with the same name and key, so that each could be the issuer of each."""
    key = new_key()
    return [authority("交叉 CA", at=AT, key=key) for _ in range(count)]


GROUPS: dict[str, Callable[[Roots], Iterator[Case]]] = {
    "Accepted kinds": _good,
    "Validity": _validity,
    "Revocation": _revocation,
    "Key usage": _usage,
    "Extended key usage": _purpose,
    "Weak algorithms": _weak,
    "Paths": _paths,
    "Cross-certified": _crossed,
}


class Template:
    """A PDF with an empty signature, which is filled with the CMS of each case."""

    def __init__(self) -> None:
        pdf = writer.PdfFileWriter()
        page = generic.DictionaryObject(
            {
                generic.pdf_name("/Type"): generic.pdf_name("/Page"),
                generic.pdf_name("/MediaBox"): generic.ArrayObject(
                    map(generic.NumberObject, (0, 0, 595, 842))
                ),
                generic.pdf_name("/Resources"): generic.DictionaryObject(),
            }
        )
        pdf.insert_page(page)
        out = BytesIO()
        pdf.write(out)
        key = issue("空", at=AT)
        der = key.key.private_bytes(
            serialization.Encoding.DER,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        signer = SimpleSigner(
            signing_cert=key.certificate,
            signing_key=keys.PrivateKeyInfo.load(der),
            cert_registry=SimpleCertificateStore(),
        )
        self.pdf: bytes = (
            PdfSigner(
                PdfSignatureMetadata(field_name="Seal", md_algorithm="sha256"),
                signer,
                new_field_spec=SigFieldSpec("Seal"),
            )
            .sign_pdf(IncrementalPdfFileWriter(out), bytes_reserved=2 * _CMS_BYTES)
            .getvalue()
        )
        found = find_seal(self.pdf)
        assert not isinstance(found, Fault), found
        self.covered = found.covered
        _, self._before, self._after, _ = found.byte_range

    def sealed(self, contents: bytes) -> bytes:
        """Return the PDF with these bytes as its signature."""
        space = self._after - self._before - 2
        digits = contents.hex().encode().ljust(space, b"0")
        assert len(digits) == space
        return self.pdf[: self._before] + b"<" + digits + b">" + self.pdf[self._after :]


@cache
def template() -> Template:
    return Template()


_FAULTS = {
    fault.code: word
    for word, fault in vars(faults).items()
    if isinstance(fault, Fault)
}  # fmt: skip


def our_verdict(case: Case) -> str:
    """Return the verdict of the seal check."""
    found = seal.verify(
        template().sealed(case.cms(template().covered)),
        anchors=[each.der for each in case.anchors],
        at=case.at,
    )
    return _FAULTS[found.code] if isinstance(found, Fault) else ACCEPTED


def pyhanko_verdict(case: Case) -> str:
    """Return the verdict of pyHanko, with default settings except key usage and revocation data."""
    data = cms.ContentInfo.load(case.cms(template().covered))["content"]
    usage = KeyUsageConstraints(
        key_usage={"digital_signature", "non_repudiation"}, match_all_key_usages=False
    )
    context = ValidationContext(
        trust_roots=[x509.Certificate.load(each.der) for each in case.anchors],
        moment=case.at,
        allow_fetching=False,
        crls=[crl.CertificateList.load(der) for der in case.crls],
        ocsps=[ocsp.OCSPResponse.load(der) for der in case.ocsps],
        revocation_mode="soft-fail",
    )
    try:
        status = asyncio.run(
            async_validate_detached_cms(
                template().covered, data, signer_validation_context=context,
                key_usage_settings=usage,
            )
        )  # fmt: skip
    except SignatureValidationError as error:
        return f"SignatureValidationError {error.ades_subindication}"
    if not (status.intact and status.valid):
        return "does not fit"
    problem = status.trust_problem_indic
    return ACCEPTED if problem is None else cast(Enum, problem).name


_ERROR = re.compile(r"Verify error:\s*(.+)")


def openssl_verdict(case: Case, directory: Path) -> str:
    """Return the verdict of `openssl cms -verify`, purpose smimesign, security level 2."""
    directory.mkdir()
    (directory / "cms").write_bytes(case.cms(template().covered))
    (directory / "content").write_bytes(template().covered)
    trusted = b"".join(_pem(each.der, "CERTIFICATE") for each in case.anchors)
    lists = b"".join(_pem(der, "X509 CRL") for der in case.crls)
    (directory / "trusted").write_bytes(trusted + lists)
    command: list[str | Path] = [
        "openssl", "cms", "-verify", "-binary", "-inform", "DER", "-in", directory / "cms",
        "-content", directory / "content", "-CAfile", directory / "trusted", "-partial_chain",
        "-no-CApath", "-no-CAstore", "-auth_level", "2", "-purpose", "smimesign",
        "-attime", str(int(case.at.timestamp())), "-out", directory / "out",
        *(["-crl_check_all"] if case.crls else []),
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode == 0:
        return ACCEPTED
    found = _ERROR.search(done.stderr)
    if found is None:
        found = re.search(r"error:[^:]*:[^:]*:[^:]*:([^:]+):", done.stderr)
    return found.group(1).strip() if found else f"exit code {done.returncode}"


def _pem(der: bytes, word: str) -> bytes:
    armoured: bytes = pem.armor(word, der)
    return armoured


def measure(chosen: Sequence[Case]) -> list[Verdict]:
    """Return the verdicts on ``chosen``; OpenSSL runs in two threads beside the others."""
    template()  # build it once, before several threads use it
    with tempfile.TemporaryDirectory() as name, ThreadPoolExecutor(max_workers=2) as pool:
        asked = [
            pool.submit(openssl_verdict, case, Path(name) / str(number))
            for number, case in enumerate(chosen)
        ]
        own = [(our_verdict(case), pyhanko_verdict(case)) for case in chosen]
        return [
            Verdict(ours, pyhanko, openssl.result())
            for (ours, pyhanko), openssl in zip(own, asked, strict=True)
        ]


def differences(case: Case, verdict: Verdict) -> list[tuple[str, str]]:
    """Return the verifiers that differ from the seal check, each with its reason.

    An empty reason makes the test fail.
    """
    found = []
    for who, given, why in (
        ("pyHanko", verdict.pyhanko, case.pyhanko),
        ("OpenSSL", verdict.openssl, case.openssl),
    ):
        if (given == ACCEPTED) != (verdict.ours == ACCEPTED):
            found.append((who, why))
    return found


_HEAD = """# Certificates of seals: three verdicts

`.venv/bin/python -m tests.printing.seal.certificates` generates this page. A test measures again
and compares.

Each case is a PDF that is sealed with the certificate in the second column and verified as of
1 June 2026, by three programs:

- *Seal check*: `printing.seal.verify`.
- *pyHanko*: `async_validate_detached_cms` with its defaults, and the key usage digitalSignature or
  nonRepudiation. It gets the revocation data in the signature.
- *OpenSSL*: `openssl cms -verify -purpose smimesign -auth_level 2 -partial_chain`. It gets the
  CRLs in the signature.

The last column gives the reason if pyHanko or OpenSSL accepts what the seal check refuses, or the
other way round. [documents.md](documents.md) has the rules of the seal check.
"""


_COLUMNS = (
    "| # | Certificate | Seal check | pyHanko | OpenSSL | Difference |",
    "|---|---|---|---|---|---|",
)


def table(chosen: Sequence[Case], verdicts: Sequence[Verdict]) -> str:
    """Return the page `TABLE`."""
    lines, group = [_HEAD], ""
    for number, (case, verdict) in enumerate(zip(chosen, verdicts, strict=True), start=1):
        if case.group != group:
            group = case.group
            lines += [f"## {group}\n", *_COLUMNS]
        why = "; ".join(f"{who}: {why}" for who, why in differences(case, verdict))
        cells = (number, case.name, verdict.ours, verdict.pyhanko, verdict.openssl, why)
        lines.append(f"| {' | '.join(map(str, cells))} |")
        if chosen[number : number + 1] and chosen[number].group != group:
            lines.append("")
    return "\n".join(lines) + "\n"


def main() -> int:
    logging.disable()  # pyHanko logs each refusal with its stack
    chosen = cases()
    verdicts = measure(chosen)
    TABLE.write_text(table(chosen, verdicts), encoding="utf-8")
    unexplained = [
        f"{case.name}: {who}"
        for case, verdict in zip(chosen, verdicts, strict=True)
        for who, why in differences(case, verdict)
        if not why
    ]
    for line in unexplained:
        print(f"no reason given: {line}", file=sys.stderr)
    print(f"{len(chosen)} certificates, {TABLE}")
    return 1 if unexplained else 0


if __name__ == "__main__":
    sys.exit(main())
