"""Hostile documents, each made by one change to a valid document."""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pikepdf
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization

from terminal.sandbox import signing
from terminal.sandbox.signing import DemoAuthority

from .. import samples

Edit = Callable[[pikepdf.Pdf], None]


def edited(pdf: bytes, edit: Edit) -> bytes:
    """Return ``pdf`` (unsigned), changed by ``edit`` and written again."""
    out = BytesIO()
    with pikepdf.open(BytesIO(pdf)) as opened:
        edit(opened)
        # Keep the encoded streams: by default, qpdf would decode and encode them again.
        opened.save(
            out,
            min_version="1.7",
            compress_streams=False,
            stream_decode_level=pikepdf.StreamDecodeLevel.none,
        )
    return out.getvalue()


def open_script(pdf: pikepdf.Pdf) -> None:
    pdf.Root.OpenAction = pikepdf.Dictionary(
        S=pikepdf.Name.JavaScript, JS=pikepdf.String("app.alert(1)")
    )


def named_script(pdf: pikepdf.Pdf) -> None:
    script = pdf.make_indirect(
        pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=pikepdf.String("1"))
    )
    pdf.Root.Names = pikepdf.Dictionary(
        JavaScript=pikepdf.Dictionary(Names=pikepdf.Array([pikepdf.String("a"), script]))
    )


def page_action(pdf: pikepdf.Pdf) -> None:
    pdf.pages[0].AA = pikepdf.Dictionary(
        O=pikepdf.Dictionary(S=pikepdf.Name.Launch, F=pikepdf.String("a.sh"))
    )


def _link(pdf: pikepdf.Pdf, action: pikepdf.Object) -> None:
    link = pikepdf.Dictionary(
        Type=pikepdf.Name.Annot,
        Subtype=pikepdf.Name.Link,
        Rect=pikepdf.Array([0, 0, 90, 90]),
        A=action,
    )
    pdf.pages[0].Annots.append(pdf.make_indirect(link))


def launching_link(pdf: pikepdf.Pdf) -> None:
    """The kind of the action is behind a reference, which a careless checker does not follow."""
    kind = pdf.make_indirect(pikepdf.Name.Launch)
    _link(pdf, pikepdf.Dictionary(S=kind, F=pikepdf.String("a.sh")))


def remote_link(pdf: pikepdf.Pdf) -> None:
    _link(
        pdf,
        pikepdf.Dictionary(
            Type=pikepdf.Name.Action, S=pikepdf.Name.GoToR, F=pikepdf.String("b.pdf")
        ),
    )


def embedded_file(pdf: pikepdf.Pdf) -> None:
    pdf.attachments["a.txt"] = b"hidden"


def external_stream(pdf: pikepdf.Pdf) -> None:
    pdf.pages[0].Contents.F = pikepdf.String("http://example.com/other")


def text_field(pdf: pikepdf.Pdf) -> None:
    field = pdf.make_indirect(
        pikepdf.Dictionary(FT=pikepdf.Name.Tx, T=pikepdf.String("amount"), V=pikepdf.String("1"))
    )
    pdf.Root.AcroForm.Fields.append(field)


def xfa_form(pdf: pikepdf.Pdf) -> None:
    pdf.Root.AcroForm.XFA = pdf.make_stream(b"<xdp/>")


def rich_media(pdf: pikepdf.Pdf) -> None:
    media = pikepdf.Dictionary(
        Type=pikepdf.Name.Annot,
        Subtype=pikepdf.Name.RichMedia,
        Rect=pikepdf.Array([0, 0, 90, 90]),
    )
    pdf.pages[0].Annots.append(pdf.make_indirect(media))


def layers(pdf: pikepdf.Pdf) -> None:
    layer = pdf.make_indirect(
        pikepdf.Dictionary(Type=pikepdf.Name.OCG, Name=pikepdf.String("paper"))
    )
    pdf.Root.OCProperties = pikepdf.Dictionary(
        OCGs=pikepdf.Array([layer]), D=pikepdf.Dictionary(OFF=pikepdf.Array([layer]))
    )


def other_print_image(pdf: pikepdf.Pdf) -> None:
    image = pdf.pages[0].Resources.XObject.Code
    other = pikepdf.Dictionary(Image=pdf.make_stream(b""), DefaultForPrinting=True)
    image.Alternates = pikepdf.Array([other])


def postscript(pdf: pikepdf.Pdf) -> None:
    program = pdf.make_stream(b"showpage", Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.PS)
    pdf.pages[0].Resources.XObject.Run = program


def second_seal_place(pdf: pikepdf.Pdf) -> None:
    field = pdf.make_indirect(pikepdf.Dictionary(FT=pikepdf.Name.Sig, T=pikepdf.String("Other")))
    pdf.Root.AcroForm.Fields.append(field)


ACTIVE: dict[str, Edit] = {
    edit.__name__: edit
    for edit in (
        open_script, named_script, page_action, launching_link, remote_link, embedded_file,
        external_stream, text_field, xfa_form, rich_media, layers, other_print_image, postscript,
        second_seal_place,
    )
}  # fmt: skip


def zip_bomb(pdf: pikepdf.Pdf) -> None:
    """Make a page content of 300 MB of zeros."""
    packer = zlib.compressobj(9)
    zeros = bytes(1 << 20)
    packed = b"".join(packer.compress(zeros) for _ in range(300)) + packer.flush()
    pdf.pages[0].Contents = _packed(pdf, packed, "FlateDecode")


def twice_packed_bomb(pdf: pikepdf.Pdf) -> None:
    """Make the same bomb, compressed twice: a few hundred bytes."""
    packer = zlib.compressobj(9)
    zeros = bytes(1 << 20)
    packed = b"".join(packer.compress(zeros) for _ in range(300)) + packer.flush()
    stream = _packed(pdf, zlib.compress(packed, 9), "FlateDecode")
    stream.Filter = pikepdf.Array([pikepdf.Name.FlateDecode, pikepdf.Name.FlateDecode])
    pdf.pages[0].Contents = stream


def hex_packed_bomb(pdf: pikepdf.Pdf) -> None:
    """Make the same bomb in hexadecimal."""
    packed = zlib.compress(bytes(100 << 20), 9)
    stream = _packed(pdf, packed.hex().encode() + b">", "ASCIIHexDecode")
    stream.Filter = pikepdf.Array([pikepdf.Name.ASCIIHexDecode, pikepdf.Name.FlateDecode])
    pdf.pages[0].Contents = stream


def packed_hex_bomb(pdf: pikepdf.Pdf) -> None:
    """Make the same bomb in hexadecimal, compressed again, with data after the end mark."""
    text = zlib.compress(bytes(300 << 20), 9).hex().encode() + b"> "
    stream = _packed(pdf, zlib.compress(text, 9), "FlateDecode")
    name = pikepdf.Name
    stream.Filter = pikepdf.Array([name.FlateDecode, name.ASCIIHexDecode, name.FlateDecode])
    pdf.pages[0].Contents = stream


def doubling_tree(pdf: pikepdf.Pdf) -> None:
    """Make forty levels below the only page, each with the next one twice."""
    node = pdf.make_indirect(
        pikepdf.Dictionary(Type=pikepdf.Name.Pages, Count=0, Kids=pikepdf.Array())
    )
    for _ in range(40):
        kids = pikepdf.Array([node, node])
        node = pdf.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.Pages, Count=0, Kids=kids))
    pdf.Root.Pages.Kids.append(node)


def _packed(pdf: pikepdf.Pdf, data: bytes, name: str) -> pikepdf.Stream:
    stream = pdf.make_stream(b"")
    stream.write(data, filter=pikepdf.Name(f"/{name}"))
    return stream


def huge_image(pdf: pikepdf.Pdf) -> None:
    image = pdf.pages[0].Resources.XObject.Code
    image.Width, image.Height = 60_000, 60_000


def many_pages(pdf: pikepdf.Pdf) -> None:
    for _ in range(150):
        pdf.pages.append(pdf.pages[0])


def huge_page(pdf: pikepdf.Pdf) -> None:
    pdf.pages[0].MediaBox = pikepdf.Array([0, 0, 14_000, 14_000])


def unknown_filter(pdf: pikepdf.Pdf) -> None:
    pdf.pages[0].Contents = _packed(pdf, b"\x80\x0b\x60\x50", "LZWDecode")


def deep_values(pdf: pikepdf.Pdf) -> None:
    value: pikepdf.Object = pikepdf.Array([])
    for _ in range(90):
        value = pikepdf.Array([value])
    pdf.Root.Deep = value


BEYOND_LIMITS: dict[str, Edit] = {
    edit.__name__: edit
    for edit in (
        zip_bomb, twice_packed_bomb, hex_packed_bomb, packed_hex_bomb, huge_image, many_pages,
        huge_page, unknown_filter, deep_values, doubling_tree,
    )
}  # fmt: skip


def blank_after_stream(pdf: bytes) -> bytes:
    """Return ``pdf`` (unsigned) with a blank after each "stream", which only readers accept."""
    return pdf.replace(b">>\nstream\n", b">>stream \n")


def appended(sealed: bytes) -> bytes:
    """Append an incremental update after the signature, with a note on the page."""
    from pyhanko.pdf_utils import generic
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

    writer = IncrementalPdfFileWriter(BytesIO(sealed))
    writer.root["/Lang"] = generic.pdf_string("en")
    writer.update_root()
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def flipped(sealed: bytes) -> bytes:
    """Change one bit in the content of a page."""
    at = sealed.index(b"stream\n") + 40
    return sealed[:at] + bytes([sealed[at] ^ 1]) + sealed[at + 1 :]


def another_key(sealed: bytes) -> bytes:
    """Change the last bytes of the signature itself."""
    gap = re.search(rb"/Contents <([0-9A-F]+?)(?:00)*>", sealed)
    assert gap is not None
    at = gap.end(1) - 6
    return sealed[:at] + (b"1" if sealed[at : at + 1] == b"0" else b"0") + sealed[at + 1 :]


def widened_gap(sealed: bytes) -> bytes:
    """Change the byte range so that it omits a few bytes before the signature too."""
    found = re.search(rb"/ByteRange \[0 (\d+) ", sealed)
    assert found is not None
    before = int(found.group(1))
    changed = str(before - 9).encode().rjust(len(found.group(1)), b"0")
    return sealed[: found.start(1)] + changed + sealed[found.end(1) :]


def signed_twice(pdf: bytes, first: DemoAuthority, second: DemoAuthority) -> bytes:
    """Sign with two approval signatures that permit each other."""
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner

    for name, authority in (("Seal", first), ("Second", second)):
        signer = PdfSigner(PdfSignatureMetadata(field_name=name), authority._cms_signer)
        pdf = signer.sign_pdf(IncrementalPdfFileWriter(BytesIO(pdf))).getvalue()
    return pdf


def encrypted(pdf: bytes) -> bytes:
    out = BytesIO()
    with pikepdf.open(BytesIO(pdf)) as opened:
        opened.save(out, encryption=pikepdf.Encryption(owner="o", user="", R=6))
    return out.getvalue()


def revoked(authority: DemoAuthority, directory: Path, pdf: bytes, at: datetime) -> bytes:
    """Seal ``pdf`` with a CRL of the root in the file that revokes the signer."""
    root = signing._Pair.read(directory, "root")
    signer = signing._Pair.read(directory, "signer")
    entry = (
        x509.RevokedCertificateBuilder()
        .serial_number(signer.certificate.serial_number)
        .revocation_date(at - timedelta(hours=2))
        .build()
    )
    revocations = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(root.certificate.subject)
        .last_update(at - timedelta(hours=1))
        .next_update(at + timedelta(days=7))
        .add_revoked_certificate(entry)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(root.key.public_key()),
            critical=False,
        )
        .add_extension(x509.CRLNumber(1), critical=False)
        .sign(root.key, hashes.SHA256())
    )

    def store(opened: pikepdf.Pdf) -> None:
        stream = opened.make_stream(revocations.public_bytes(serialization.Encoding.DER))
        opened.Root.DSS = pikepdf.Dictionary(Type=pikepdf.Name.DSS, CRLs=pikepdf.Array([stream]))

    return authority.sign(edited(pdf, store), verification_code=samples.CODE)


def expired_authority(directory: Path) -> DemoAuthority:
    """Return an authority with certificates that expired a month ago."""
    begins = datetime.now(UTC) - signing.VALIDITY - timedelta(days=30)
    return DemoAuthority.create(directory, valid_from=begins)
