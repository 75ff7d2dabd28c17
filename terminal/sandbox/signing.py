"""The demonstration authority: real seals with keys that have no value.

Used by the sandbox and the tests. Each machine makes its own keys; only their owner can read them,
and they are never committed. The subject of its certificates says DEMONSTRATION, so that
verification can distinguish it from a real platform. It must never sign outside the sandbox.
"""

from __future__ import annotations

import ipaddress
import os
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from io import BytesIO
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from devices.health import Fault
from printing.seal import DEMONSTRATION_MARK
from printing.statement import SEAL_FIELD
from printing.typesetting import font_chain

ORGANIZATION = f"Station Terminal {DEMONSTRATION_MARK}"
VALIDITY = timedelta(days=730)
"""Of the roots and the signer. A demonstration is set up again long before that."""
SERVER_VALIDITY = timedelta(days=397)
"""The longest validity that browsers accept for a TLS server."""
BACKDATED = timedelta(days=1)
"""Certificates begin a day early, because the terminal's clock may be behind."""

_ROOT, _SIGNER, _TLS_ROOT, _SERVER = "root", "signer", "tls-root", "server"

# Reserved for the signature in the file. A CMS with one P-256 certificate takes 1.1 kB; the
# library's own estimate would need a second signature.
_CMS_BYTES = 2048
_TRIES = 4
"""How many reserved sizes, a byte apart, are tried until no stream ends with a carriage return
(`revision`). One file in a hundred needs a second try."""

# Position of the seal if a document has no field for it (points, from the lower left corner).
_DEFAULT_BOX = (440, 120, 553, 233)


@dataclass(frozen=True, slots=True)
class ServerCertificate:
    """The PEM files of a TLS server."""

    certificate: Path
    key: Path


def _name(common_name: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "CN"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, ORGANIZATION),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name),
        ]
    )


def _usage(*granted: str) -> x509.KeyUsage:
    names = (
        "digital_signature", "content_commitment", "key_encipherment", "data_encipherment",
        "key_agreement", "key_cert_sign", "crl_sign", "encipher_only", "decipher_only",
    )  # fmt: skip
    return x509.KeyUsage(**{name: name in granted for name in names})


@dataclass(frozen=True, slots=True)
class _Pair:
    """A certificate and its key."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    def write(self, directory: Path, name: str) -> None:
        (directory / f"{name}.pem").write_bytes(
            self.certificate.public_bytes(serialization.Encoding.PEM)
        )
        key = self.key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        path = directory / f"{name}.key"
        path.unlink(missing_ok=True)  # otherwise an old file would keep its old mode
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(key)

    @classmethod
    def read(cls, directory: Path, name: str) -> _Pair:
        certificate = x509.load_pem_x509_certificate((directory / f"{name}.pem").read_bytes())
        key = serialization.load_pem_private_key((directory / f"{name}.key").read_bytes(), None)
        if not isinstance(key, ec.EllipticCurvePrivateKey):
            raise ValueError(f"{name}.key is not an elliptic curve key")
        return cls(certificate, key)


def _builder(
    subject: x509.Name, key: ec.EllipticCurvePrivateKey, begins: datetime, ends: datetime
) -> x509.CertificateBuilder:
    public = key.public_key()
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(ends)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
    )


def _root(common_name: str, begins: datetime, ends: datetime) -> _Pair:
    key = ec.generate_private_key(ec.SECP256R1())
    name = _name(common_name)
    builder = (
        _builder(name, key, begins, ends)
        .issuer_name(name)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage("key_cert_sign", "crl_sign"), critical=True)
    )
    return _Pair(builder.sign(key, hashes.SHA256()), key)


def _issue(
    issuer: _Pair,
    common_name: str,
    begins: datetime,
    ends: datetime,
    *extensions: tuple[x509.ExtensionType, bool],
) -> _Pair:
    key = ec.generate_private_key(ec.SECP256R1())
    authority = x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer.key.public_key())
    builder = (
        _builder(_name(common_name), key, begins, ends)
        .issuer_name(issuer.certificate.subject)
        .add_extension(authority, critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    )
    for extension, critical in extensions:
        builder = builder.add_extension(extension, critical=critical)
    return _Pair(builder.sign(issuer.key, hashes.SHA256()), key)


class DemoAuthority:
    """The authority whose files are in ``directory``. Safe to use from several threads."""

    def __init__(self, directory: Path, root: _Pair, signer: _Pair, tls_root: _Pair) -> None:
        """Do not call this directly: use `create` or `load`."""
        self._directory = directory
        self._root, self._signer, self._tls_root = root, signer, tls_root
        self._signing = threading.Lock()

    @classmethod
    def create(cls, directory: Path, *, valid_from: datetime | None = None) -> DemoAuthority:
        """Make all keys again in ``directory`` (mode 0700), replacing existing ones.

        ``valid_from``: when its certificates begin (default: a day ago); they last `VALIDITY`.
        """
        directory.mkdir(parents=True, exist_ok=True)
        directory.chmod(0o700)
        begins = valid_from or datetime.now(UTC) - BACKDATED
        ends = begins + VALIDITY
        root = _root(f"{DEMONSTRATION_MARK} document root", begins, ends)
        signer = _issue(
            root,
            f"{DEMONSTRATION_MARK} document seal",
            begins,
            ends,
            (_usage("digital_signature", "content_commitment"), True),
        )
        tls_root = _root(f"{DEMONSTRATION_MARK} TLS root", begins, ends)
        authority = cls(directory, root, signer, tls_root)
        for pair, name in ((root, _ROOT), (signer, _SIGNER), (tls_root, _TLS_ROOT)):
            pair.write(directory, name)
        return authority

    @classmethod
    def load(cls, directory: Path) -> DemoAuthority:
        """Load the authority that `create` saved in ``directory``.

        :raises OSError: a file is missing.
        :raises ValueError: a file is damaged.
        """
        return cls(
            directory,
            _Pair.read(directory, _ROOT),
            _Pair.read(directory, _SIGNER),
            _Pair.read(directory, _TLS_ROOT),
        )

    @property
    def anchor(self) -> Path:
        """PEM file of the root certificate for document seals."""
        return self._directory / f"{_ROOT}.pem"

    @property
    def tls_anchor(self) -> Path:
        """PEM file of the root certificate for the TLS server; it seals no documents."""
        return self._directory / f"{_TLS_ROOT}.pem"

    def issue_server_certificate(self, hostnames: Sequence[str]) -> ServerCertificate:
        """Issue a TLS certificate for ``hostnames`` (names or IP addresses) as PEM files."""
        names: list[x509.GeneralName] = []
        for host in hostnames:
            try:
                names.append(x509.IPAddress(ipaddress.ip_address(host)))
            except ValueError:
                names.append(x509.DNSName(host))
        begins = datetime.now(UTC) - BACKDATED
        pair = _issue(
            self._tls_root,
            hostnames[0],
            begins,
            begins + SERVER_VALIDITY,
            (_usage("digital_signature"), True),
            (x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), False),
            (x509.SubjectAlternativeName(names), False),
        )
        pair.write(self._directory, _SERVER)
        return ServerCertificate(
            self._directory / f"{_SERVER}.pem", self._directory / f"{_SERVER}.key"
        )

    @cached_property
    def _cms_signer(self) -> Any:
        from asn1crypto import keys
        from asn1crypto import x509 as asn1_x509
        from pyhanko.sign.signers import SimpleSigner
        from pyhanko_certvalidator import registry

        der = serialization.Encoding.DER
        key = self._signer.key.private_bytes(
            der, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        store: Any = registry.SimpleCertificateStore
        return SimpleSigner(
            signing_cert=asn1_x509.Certificate.load(self._signer.certificate.public_bytes(der)),
            signing_key=keys.PrivateKeyInfo.load(key),
            cert_registry=store(),
            embed_roots=False,
        )

    @cached_property
    def _drawing(self) -> bytes:
        from .stamp import seal_drawing

        chain = font_chain.chain()
        if isinstance(chain, Fault):
            raise RuntimeError(f"the seal cannot be drawn: {chain.code} {chain.detail}")
        return seal_drawing(chain)

    def sign(self, pdf: bytes, *, verification_code: str) -> bytes:
        """Add a visible seal to ``pdf``: PAdES B-B, certified, with no change allowed afterwards.

        The seal is placed in the empty field of the document, or else on the last page. Takes about
        20 ms and runs its own event loop, so it must not be called inside one.
        """
        from pyhanko.sign.fields import MDPPerm, SigFieldSpec, SigSeedSubFilter
        from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner

        from .revision import SealRevision, streams_end_plainly
        from .stamp import stamp_style

        metadata = PdfSignatureMetadata(
            field_name=SEAL_FIELD,
            md_algorithm="sha256",
            subfilter=SigSeedSubFilter.PADES,
            certify=True,
            docmdp_permissions=MDPPerm.NO_CHANGES,
            reason=f"{DEMONSTRATION_MARK} {verification_code}",
        )
        sealed = b""
        # asn1crypto parses a certificate lazily. Two threads that use the same one for the first
        # time would see it partly parsed.
        with self._signing:
            for spare in range(_TRIES):
                signer = PdfSigner(
                    metadata,
                    self._cms_signer,
                    stamp_style=stamp_style(self._drawing),
                    new_field_spec=SigFieldSpec(SEAL_FIELD, on_page=-1, box=_DEFAULT_BOX),
                )
                out: BytesIO = signer.sign_pdf(
                    SealRevision(pdf), bytes_reserved=2 * (_CMS_BYTES + spare)
                )
                sealed = out.getvalue()
                if streams_end_plainly(sealed[len(pdf) :]):
                    break
        return sealed
