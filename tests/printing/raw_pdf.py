"""Small PDF files, written byte by byte and signed, to test what a sealed PDF may contain.

A `Draft` has the parts of a valid sealed document; a test replaces one of them. `Signer` signs any
bytes that have an empty signature, so a file can break any rule of the format and still have a
trusted seal.
"""

from __future__ import annotations

import dataclasses
import re
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import pkcs7

CMS_BYTES = 2048
"""Bytes reserved for the signature: one certificate and one ECDSA signature take 1.2 kB."""
_HOLES = re.compile(rb"/ByteRange\[0 (\d{10}) (\d{10}) (\d{10})\]")
_GAP = b"<" + b"0" * (2 * CMS_BYTES) + b">"

Mangle = Callable[[bytes], bytes]

CONTENT = (
    b"0 0 0 rg 60 700 200 60 re f 60 600 60 60 re f 300 120 30 300 re f "
    b"0.8 0.1 0.1 rg 400 600 m 500 600 l 450 700 l f 2 w 60 60 475 722 re S"
)
"""Shapes that are different at the top, bottom, left and right, so a wrong rotation is visible."""
APPEARANCE = b"0.82 0.1 0.1 RG 6 w 5 5 90 90 re S 0.82 0.1 0.1 rg 20 20 30 60 re f"
"""A seal with a side of 100 units, on which a wrong rotation is visible too."""


def stream(data: bytes, entries: bytes = b"", *, packed: bool = False) -> bytes:
    """Return the body of a stream object."""
    if packed:
        data, entries = zlib.compress(data, 9), entries + b"/Filter/FlateDecode"
    return b"<<%s/Length %d>>\nstream\n%s\nendstream" % (entries, len(data), data)


def form_object(
    data: bytes = APPEARANCE, entries: bytes = b"", box: bytes = b"[0 0 100 100]"
) -> bytes:
    """Return the body of a form XObject."""
    return stream(data, b"/Type/XObject/Subtype/Form/BBox" + box + entries)


@dataclass
class Draft:
    """A sealed document of one page. Extra ``objects`` are numbered from ``first``."""

    catalog: bytes = b""
    """Further entries of the catalog."""
    pages: bytes = b""
    kids: bytes = b"[3 0 R]"
    count: int = 1
    page: bytes = b""
    media: bytes = b"/MediaBox[0 0 595 842]"
    resources: bytes = b"/Resources<<>>"
    contents: bytes = b"/Contents 4 0 R"
    content: bytes = dataclasses.field(default_factory=lambda: stream(CONTENT))
    annotations: bytes = b""
    """Further annotations of the page."""
    seal: bytes = b"[6 0 R]"
    """The array of the form's fields."""
    acro: bytes = b""
    widget: bytes = b""
    field: bytes = b"/FT/Sig/T(Seal)/V 5 0 R"
    subtype: bytes = b"/Subtype/Widget"
    rect: bytes = b"[380 220 480 320]"
    flags: int | None = 132
    appearance: bytes = b"/AP<</N 7 0 R>>"
    appearance_form: bytes = dataclasses.field(default_factory=form_object)
    signature: bytes = b""
    info: bytes = b"/Producer(test)"
    trailer: bytes = b""
    objects: Sequence[bytes] = ()
    first: int = 20
    in_table: bool = True
    """Whether the cross-reference table lists the extra objects."""

    def build(self) -> bytes:
        """Return the file with an empty signature."""
        flags = b"" if self.flags is None else b"/F %d" % self.flags
        bodies = {
            1: b"<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields%s/SigFlags 3%s>>%s>>"
            % (self.seal, self.acro, self.catalog),
            2: b"<</Type/Pages/Kids%s/Count %d%s>>" % (self.kids, self.count, self.pages),
            3: b"<</Type/Page/Parent 2 0 R%s%s%s/Annots[6 0 R %s]%s>>"
            % (self.media, self.resources, self.contents, self.annotations, self.page),
            4: self.content,
            5: b"<</Type/Sig/Filter/Adobe.PPKLite/SubFilter/adbe.pkcs7.detached%s"
            b"/ByteRange[0 0000000000 0000000000 0000000000]/Contents%s>>" % (self.signature, _GAP),
            6: b"<</Type/Annot%s%s/P 3 0 R/Rect%s%s%s%s>>"
            % (self.subtype, self.field, self.rect, flags, self.appearance, self.widget),
            7: self.appearance_form,
            8: b"<<%s>>" % self.info,
        }
        bodies |= dict(enumerate(self.objects, self.first))
        return assembled(bodies, self.trailer, set() if self.in_table else set(range(20, 10**6)))


def assembled(
    bodies: dict[int, bytes], trailer: bytes = b"", hidden: set[int] | None = None
) -> bytes:
    """Return a file with these objects, and a table of all except the ``hidden`` ones."""
    parts, offsets, at = [b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"], {}, 15
    for number, body in bodies.items():
        offsets[number] = at
        parts.append(b"%d 0 obj\n%s\nendobj\n" % (number, body))
        at += len(parts[-1])
    named = sorted(number for number in offsets if number not in (hidden or ()))
    table = [b"xref\n0 1\n0000000000 65535 f \n"]
    begin = 0
    while begin < len(named):
        end = begin
        while end < len(named) and named[end] == named[begin] + end - begin:
            end += 1
        table.append(b"%d %d\n" % (named[begin], end - begin))
        table += [b"%010d 00000 n \n" % offsets[number] for number in named[begin:end]]
        begin = end
    size = max(bodies) + 1
    table.append(b"trailer\n<</Size %d/Root 1 0 R/Info 8 0 R%s>>\n" % (size, trailer))
    return b"".join([*parts, *table, b"startxref\n%d\n%%%%EOF\n" % at])


@dataclass(frozen=True)
class Signer:
    """A key with the certificate that the terminal trusts."""

    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate

    @classmethod
    def read(cls, directory: Path) -> Signer:
        """Read the key and certificate for seals of a demonstration authority."""
        key = serialization.load_pem_private_key((directory / "signer.key").read_bytes(), None)
        assert isinstance(key, ec.EllipticCurvePrivateKey)
        return cls(key, x509.load_pem_x509_certificate((directory / "signer.pem").read_bytes()))

    def sign(self, unsigned: bytes) -> bytes:
        """Return ``unsigned`` with its last empty signature filled."""
        gap = unsigned.rindex(_GAP)
        after = gap + len(_GAP)
        holes = [found for found in _HOLES.finditer(unsigned) if found.start() < gap][-1]
        numbers = b"/ByteRange[0 %010d %010d %010d]" % (gap, after, len(unsigned) - after)
        ready = unsigned[: holes.start()] + numbers + unsigned[holes.end() :]
        covered = ready[:gap] + ready[after:]
        cms = (
            pkcs7.PKCS7SignatureBuilder()
            .set_data(covered)
            .add_signer(self.certificate, self.key, hashes.SHA256())
            .sign(
                serialization.Encoding.DER,
                [pkcs7.PKCS7Options.DetachedSignature, pkcs7.PKCS7Options.Binary],
            )
        )
        contents = cms.hex().upper().encode().ljust(2 * CMS_BYTES, b"0")
        return ready[: gap + 1] + contents + ready[after - 1 :]
