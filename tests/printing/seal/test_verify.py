"""Valid sealed documents pass, but only for their person and their type."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from asn1crypto import keys
from cryptography.hazmat.primitives import serialization
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, SimpleSigner
from pyhanko_certvalidator.registry import SimpleCertificateStore

from printing import faults
from printing.documents import Certificate, render
from printing.media import PageSize
from printing.seal import verify as seal
from terminal.sandbox.signing import DemoAuthority

from .. import samples
from ..seal_fixtures import EXPECTED, NOW, Authority, refused
from . import hostile
from .certificate_maker import issue, new_key


def test_a_sealed_certificate_passes(authority: Authority, sealed: bytes) -> None:
    report = seal.verify(sealed, anchors=authority.anchors, at=NOW, expect=EXPECTED)
    assert isinstance(report, seal.SealReport), report
    assert report.trust is seal.Trust.DEMONSTRATION
    assert report.signer == "DEMONSTRATION document seal"
    assert report.signed_at is not None
    assert NOW - timedelta(minutes=5) < report.signed_at <= datetime.now(UTC)
    assert report.pages == (PageSize(210.0, 297.0),)
    assert report.document_type == "insurance_certificate"
    assert report.verification_code == samples.CODE


@pytest.mark.parametrize(
    "document",
    [samples.deposit(), samples.insurance(240), samples.insurance(0, samples.RARE_NAME)],
    ids=["deposit", "ten pages", "rare name"],
)
def test_every_document_passes_for_its_person(authority: Authority, document: Certificate) -> None:
    pdf = render(document, sample=True)
    assert isinstance(pdf, bytes)
    pdf = authority.demo.sign(pdf, verification_code=samples.CODE)
    expect = seal.Expectation(document.TYPE, document.name, document.id_number)
    report = seal.verify(pdf, anchors=authority.anchors, at=NOW, expect=expect)
    assert isinstance(report, seal.SealReport), report
    with pikepdf.open(BytesIO(pdf)) as opened:
        assert len(report.pages) == len(opened.pages)


def test_document_without_a_holder_passes_without_an_expectation(authority: Authority) -> None:
    pdf = render(samples.test_page(), sample=True)
    assert isinstance(pdf, bytes)
    pdf = authority.demo.sign(pdf, verification_code="none")
    assert isinstance(seal.verify(pdf, anchors=authority.anchors, at=NOW), seal.SealReport)
    assert refused(pdf, authority).same_as(faults.WRONG_DOCUMENT)


def test_seal_of_a_real_authority_is_trusted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, unsigned: bytes
) -> None:
    """The same authority without the word DEMONSTRATION in its name."""
    from terminal.sandbox import signing

    monkeypatch.setattr(signing, "ORGANIZATION", "示范市数据管理局")
    monkeypatch.setattr(
        signing,
        "_name",
        lambda common, named=signing._name: named(common.replace("DEMONSTRATION ", "")),
    )
    demo = DemoAuthority.create(tmp_path)
    pdf = demo.sign(unsigned, verification_code=samples.CODE)
    report = seal.verify(pdf, anchors=[demo.anchor.read_bytes()], at=NOW, expect=EXPECTED)
    assert isinstance(report, seal.SealReport)
    assert report.trust is seal.Trust.TRUSTED
    assert report.signer == "document seal"


def test_signer_certificate_may_be_the_anchor(
    authority: Authority, sealed: bytes, tmp_path: Path
) -> None:
    anchor = (authority.directory / "signer.pem").read_bytes()
    assert isinstance(seal.verify(sealed, anchors=[anchor], at=NOW), seal.SealReport)


def test_document_for_another_person_is_refused(authority: Authority, sealed: bytes) -> None:
    for other in (
        replace(EXPECTED, name="赵国芳"),
        replace(EXPECTED, id_number="100101196901100379"),
        replace(EXPECTED, name=samples.ID_NUMBER, id_number=samples.NAME),
    ):
        assert refused(sealed, authority, other).same_as(faults.WRONG_PERSON)


def test_other_spellings_of_the_same_person_pass(authority: Authority) -> None:
    """Decomposed letters, a small x and outer spaces do not change the name and the number."""
    pdf = render(samples.insurance(name="Ünal", id_number="10010119430905014X"), sample=True)
    assert isinstance(pdf, bytes)
    pdf = authority.demo.sign(pdf, verification_code=samples.CODE)
    expect = seal.Expectation("insurance_certificate", " U\u0308nal ", "10010119430905014x")
    report = seal.verify(pdf, anchors=authority.anchors, at=NOW, expect=expect)
    assert isinstance(report, seal.SealReport), report


def test_other_document_than_requested_is_refused(authority: Authority, sealed: bytes) -> None:
    for other in (
        replace(EXPECTED, document_type="deposit_certificate"),
        replace(EXPECTED, verification_code="OTHER"),
    ):
        assert refused(sealed, authority, other).same_as(faults.WRONG_DOCUMENT)


def test_anchor_that_is_not_a_certificate_raises(
    sealed: bytes,
) -> None:
    with pytest.raises(ValueError, match=r"."):
        seal.verify(sealed, anchors=[b"not a certificate"], at=NOW)


def test_several_threads_verify_at_once(authority: Authority, sealed: bytes) -> None:
    with ThreadPoolExecutor(max_workers=4) as pool:
        reports = list(
            pool.map(
                lambda _: seal.verify(sealed, anchors=authority.anchors, at=NOW, expect=EXPECTED),
                range(12),
            )
        )
    assert all(isinstance(report, seal.SealReport) for report in reports)


def test_repr_of_an_expectation_shows_no_personal_data() -> None:
    assert samples.NAME not in repr(EXPECTED)
    assert samples.ID_NUMBER not in repr(EXPECTED)


def _with_link(pdf: pikepdf.Pdf) -> None:
    hostile._link(pdf, pikepdf.Dictionary(S=pikepdf.Name.URI, URI=pikepdf.String("https://a")))


def _with_attributes_of_archives(pdf: pikepdf.Pdf) -> None:
    with pdf.open_metadata() as metadata:
        metadata["dc:title"] = "证明"
    pdf.Root.MarkInfo = pikepdf.Dictionary(Marked=True)
    pdf.Root.PageLabels = pikepdf.Dictionary(
        Nums=pikepdf.Array([0, pikepdf.Dictionary(S=pikepdf.Name.D)])
    )


def _turned(pdf: pikepdf.Pdf) -> None:
    pdf.pages[0].Rotate = 90


@pytest.mark.parametrize("edit", [_with_link, _with_attributes_of_archives, _turned])
@pytest.mark.parametrize("packed", [False, True], ids=["plain", "object streams"])
def test_files_of_other_producers_pass(
    authority: Authority, unsigned: bytes, edit: hostile.Edit, packed: bool
) -> None:
    """Entries of other producers and ordinary contents of a page are accepted."""
    out = BytesIO()
    with pikepdf.open(BytesIO(unsigned)) as opened:
        edit(opened)
        mode = pikepdf.ObjectStreamMode.generate if packed else pikepdf.ObjectStreamMode.disable
        opened.save(out, object_stream_mode=mode, linearize=not packed)
    pdf = authority.demo.sign(out.getvalue(), verification_code=samples.CODE)
    report = seal.verify(pdf, anchors=authority.anchors, at=NOW, expect=EXPECTED)
    assert isinstance(report, seal.SealReport), report
    wide = report.pages[0].width_mm > report.pages[0].height_mm
    assert wide == (edit is _turned)


def test_thousands_of_tags_do_not_slow_verification(authority: Authority, unsigned: bytes) -> None:
    """In a long tagged document of another producer, the structure elements are not parsed."""

    def tag(pdf: pikepdf.Pdf) -> None:
        kids = [
            pdf.make_indirect(pikepdf.Dictionary(S=pikepdf.Name.TD, K=number))
            for number in range(25_000)
        ]
        pdf.Root.StructTreeRoot = pdf.make_indirect(
            pikepdf.Dictionary(Type=pikepdf.Name.StructTreeRoot, K=pikepdf.Array(kids))
        )

    pdf = authority.demo.sign(hostile.edited(unsigned, tag), verification_code=samples.CODE)
    began = time.process_time()
    report = seal.verify(pdf, anchors=authority.anchors, at=NOW, expect=EXPECTED)
    assert isinstance(report, seal.SealReport), report
    assert time.process_time() - began < 2


def test_adbe_pkcs7_detached_seal_passes(authority: Authority, unsigned: bytes) -> None:
    """adbe.pkcs7.detached by an RSA key whose own certificate is the anchor."""
    pair = issue("示范市电子印章", at=NOW, key=new_key("rsa2048"), usage=["digital_signature"])
    key = pair.key.private_bytes(
        serialization.Encoding.DER,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    signer = SimpleSigner(
        signing_cert=pair.certificate,
        signing_key=keys.PrivateKeyInfo.load(key),
        cert_registry=SimpleCertificateStore(),
    )
    pdf = PdfSigner(PdfSignatureMetadata(field_name="Seal", md_algorithm="sha256"), signer)
    sealed = pdf.sign_pdf(IncrementalPdfFileWriter(BytesIO(unsigned))).getvalue()
    report = seal.verify(sealed, anchors=[pair.der], at=NOW, expect=EXPECTED)
    assert isinstance(report, seal.SealReport), report
    assert report.trust is seal.Trust.TRUSTED
    assert report.signer == "示范市电子印章"
