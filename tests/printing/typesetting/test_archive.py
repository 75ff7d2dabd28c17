"""Documents follow PDF/A-2a and PDF/UA-1, checked by a validator and by own tests."""

from __future__ import annotations

import io
import re
from datetime import datetime

import page as validator
import pikepdf
import pytest
from lxml import etree
from PIL import Image, ImageCms

from devices.health import Fault
from printing.documents import Edition, render
from printing.documents.certificates.registry import CERTIFICATES
from printing.typesetting import font_chain
from printing.typesetting.archive import packet, srgb_profile
from terminal.sandbox.signing import DemoAuthority

from .. import samples
from ..samples_more import EVERY

PROFILES = [validator.ValidationProfile.PDF_A_2A, validator.ValidationProfile.PDF_UA_1]
ISSUED = [kind for kind, document in EVERY.items() if hasattr(document, "issue")]
_DC = "{http://purl.org/dc/elements/1.1/}"
_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
_PDF = "{http://ns.adobe.com/pdf/1.3/}"
_XMP = "{http://ns.adobe.com/xap/1.0/}"


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> DemoAuthority:
    return DemoAuthority.create(tmp_path_factory.mktemp("authority"))


def made(kind: str, edition: Edition, *, sample: bool = False) -> bytes:
    pdf = render(EVERY[kind], sample=sample, edition=edition)
    assert isinstance(pdf, bytes)
    return pdf


def failures(pdf: bytes) -> list[str]:
    """Return the rules that ``pdf`` breaks, with the messages of the validator."""
    found = []
    for profile in PROFILES:
        report = validator.validate_pdf_bytes(pdf, profile=profile)
        assert report.rules.total > 100
        found += [f"{each.rule_id} {each.message}" for each in report.failures]
    return found


@pytest.mark.parametrize("edition", Edition)
@pytest.mark.parametrize("kind", EVERY)
def test_validator_accepts_every_document(kind: str, edition: Edition) -> None:
    assert failures(made(kind, edition)) == []
    assert failures(made(kind, edition, sample=True)) == []


@pytest.mark.parametrize("edition", Edition)
@pytest.mark.parametrize("kind", ISSUED)
def test_validator_accepts_sealed_documents(
    kind: str, edition: Edition, authority: DemoAuthority
) -> None:
    sealed = authority.sign(made(kind, edition, sample=True), verification_code=samples.CODE)
    assert failures(sealed) == []


def test_every_certificate_can_be_sealed() -> None:
    assert set(ISSUED) == {each.TYPE for each in CERTIFICATES}


@pytest.mark.parametrize("count", [0, 1, 240])
def test_validator_accepts_empty_and_long_tables(count: int) -> None:
    pdf = render(samples.insurance(count, name=samples.RARE_NAME), sample=False)
    assert isinstance(pdf, bytes)
    assert failures(pdf) == []


def test_validator_reports_a_missing_entry() -> None:
    pdf = made("insurance_certificate", Edition.STANDARD)
    for key in ("Metadata", "OutputIntents", "StructTreeRoot"):
        out = io.BytesIO()
        with pikepdf.open(io.BytesIO(pdf)) as opened:
            del opened.Root[f"/{key}"]
            opened.save(out)
        assert failures(out.getvalue()), key


@pytest.mark.parametrize("kind", EVERY)
def test_metadata_and_info_dictionary_agree(kind: str) -> None:
    with pikepdf.open(io.BytesIO(made(kind, Edition.STANDARD))) as opened:
        written = opened.Root.Metadata.read_raw_bytes()  # not compressed, so programs can find it
        assert "/Filter" not in opened.Root.Metadata
        info = {key: str(value) for key, value in opened.docinfo.items()}
        assert len(opened.trailer.ID) == 2
        assert opened.trailer.ID[0] == opened.trailer.ID[1]
    tree = etree.fromstring(written.decode("utf-8-sig").encode())
    (title,) = tree.iter(f"{_DC}title")
    assert title.findtext(f"{_RDF}Alt/{_RDF}li") == info["/Title"]
    (stated,) = (
        each for each in tree.iter(f"{_RDF}Description") if f"{_PDF}Producer" in each.attrib
    )
    assert stated.get(f"{_PDF}Producer") == info["/Producer"]
    date = re.sub(r"^D:|'", "", info["/CreationDate"])
    created = datetime.fromisoformat(str(stated.get(f"{_XMP}CreateDate")))
    assert created == datetime.strptime(date, "%Y%m%d%H%M%S%z")
    everything = written.decode()
    assert samples.NAME not in everything
    assert samples.ID_NUMBER not in everything


def test_xml_characters_in_a_title_are_escaped() -> None:
    now = datetime.now().astimezone()
    written = packet(title="<甲> & {乙}", producer="A&B", created=now)
    tree = etree.fromstring(written.decode().encode())
    (title,) = tree.iter(f"{_DC}title")
    assert title.findtext(f"{_RDF}Alt/{_RDF}li") == "<甲> & {乙}"


def test_colour_profile_is_srgb() -> None:
    """The profile maps colours as the colour engine's own sRGB does."""
    profile = ImageCms.ImageCmsProfile(io.BytesIO(srgb_profile()))
    assert profile.profile.profile_description == "sRGB"
    assert profile.profile.xcolor_space.strip() == "RGB"
    assert profile.profile.device_class == "mntr"
    transform = ImageCms.buildTransform(profile, ImageCms.createProfile("sRGB"), "RGB", "RGB")
    shown = Image.new("RGB", (256, 3))
    for value in range(256):
        for row, colour in enumerate([(value,) * 3, (value, 255 - value, 90), (209, 23, value)]):
            shown.putpixel((value, row), colour)
    through = ImageCms.applyTransform(shown, transform)
    assert through is not None
    assert max(abs(a - b) for a, b in zip(shown.tobytes(), through.tobytes(), strict=True)) <= 1


def test_sealing_keeps_the_metadata(authority: DemoAuthority) -> None:
    pdf = made("deposit_certificate", Edition.STANDARD)
    sealed = authority.sign(pdf, verification_code=samples.CODE)
    with pikepdf.open(io.BytesIO(pdf)) as before, pikepdf.open(io.BytesIO(sealed)) as after:
        assert dict(before.docinfo) == dict(after.docinfo)
        assert before.Root.Metadata.read_bytes() == after.Root.Metadata.read_bytes()


def test_private_use_characters_have_no_glyph() -> None:
    """Each font draws something else for such a character, so its meaning would be unclear."""
    chain = font_chain.chain()
    assert not isinstance(chain, Fault)
    for code in (0xE000, 0xE863, 0xF8FF, 0xF0000, 0x10FFFD):
        assert chain.find(chr(code)) is None
