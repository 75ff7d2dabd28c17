"""Every sealed document in both editions: each passes only for its own request."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from devices.health import Fault
from printing import faults
from printing.documents import Certificate, Edition, render
from printing.documents.certificates.registry import CERTIFICATES
from printing.seal import verify as seal
from printing.statement import INFO_HOLDER

from .. import samples
from ..samples_more import EVERY
from ..seal_fixtures import NOW, Authority, QuietBytes

pytestmark = pytest.mark.slow(reason="seals a document of every kind")


SEALED: dict[str, Certificate] = {
    kind: document for kind, document in EVERY.items() if isinstance(document, Certificate)
}
ANOTHER = "赵国芳"
ANOTHER_NUMBER = "100101196901100379"


@pytest.fixture(scope="module")
def sealed_types(authority: Authority) -> dict[tuple[str, Edition], bytes]:
    """All documents about a person, sealed, in both editions."""
    found: dict[tuple[str, Edition], bytes] = {}
    for kind, document in SEALED.items():
        for edition in Edition:
            pdf = render(document, sample=True, edition=edition)
            assert isinstance(pdf, bytes)
            found[kind, edition] = QuietBytes(
                authority.demo.sign(pdf, verification_code=samples.CODE)
            )
    return found


def request_for(document: Certificate) -> seal.Expectation:
    """Return the expectation for this document."""
    return seal.Expectation(
        document.TYPE, document.name, document.id_number, document.issue.verification_code
    )


def verified(pdf: bytes, authority: Authority, expect: seal.Expectation) -> seal.SealReport | Fault:
    return seal.verify(pdf, anchors=authority.anchors, at=NOW, expect=expect)


def others(right: seal.Expectation) -> Iterator[tuple[seal.Expectation, Fault]]:
    """Yield expectations that differ from the right one in one point, each with its fault."""
    yield replace(right, name=ANOTHER), faults.WRONG_PERSON
    yield replace(right, id_number=ANOTHER_NUMBER), faults.WRONG_PERSON
    yield replace(right, name=ANOTHER, id_number=ANOTHER_NUMBER), faults.WRONG_PERSON
    yield replace(right, verification_code=samples.CODE[::-1]), faults.WRONG_DOCUMENT
    for kind in SEALED:
        if kind != right.document_type:
            yield replace(right, document_type=kind), faults.WRONG_DOCUMENT


def test_every_certificate_is_sealed() -> None:
    assert set(SEALED) == {each.TYPE for each in CERTIFICATES}


@pytest.mark.parametrize("edition", Edition)
@pytest.mark.parametrize("kind", SEALED)
def test_document_passes_only_for_its_own_request(
    kind: str,
    edition: Edition,
    authority: Authority,
    sealed_types: dict[tuple[str, Edition], bytes],
) -> None:
    pdf, right = sealed_types[kind, edition], request_for(SEALED[kind])
    report = verified(pdf, authority, right)
    assert isinstance(report, seal.SealReport), report
    assert (report.document_type, report.verification_code) == (kind, samples.CODE)
    across = report.pages[0].width_mm > report.pages[0].height_mm
    assert across is (edition is Edition.LARGE)
    for wrong, reason in others(right):
        refused = verified(pdf, authority, wrong)
        assert isinstance(refused, Fault), f"passed as {wrong.document_type}"
        assert refused.same_as(reason), refused
        for personal in (right.name, right.id_number, ANOTHER, ANOTHER_NUMBER):
            assert personal not in refused.detail


def test_document_of_another_person_is_refused(
    authority: Authority, sealed_types: dict[tuple[str, Edition], bytes]
) -> None:
    theirs = {kind: request_for(document) for kind, document in SEALED.items()}
    assert len({each.name for each in theirs.values()}) == 2
    for (kind, _), pdf in sealed_types.items():
        for other, expect in theirs.items():
            wanted = replace(expect, document_type=kind)
            passes = isinstance(verified(pdf, authority, wanted), seal.SealReport)
            assert passes is (expect.name == theirs[kind].name), f"{kind} for the person of {other}"


@pytest.mark.parametrize("kind", SEALED)
def test_digest_of_another_document_type_is_refused(
    kind: str, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The type in the statement is right, but the digest belongs to another document type."""
    from printing.documents import catalogue
    from printing.statement import holder_digest

    def misled(document_type: str, code: str, name: str, id_number: str) -> str:
        other = next(each for each in SEALED if each != document_type)
        return holder_digest(other, code, name, id_number)

    monkeypatch.setattr(catalogue, "holder_digest", misled)
    pdf = render(SEALED[kind], sample=True)
    assert isinstance(pdf, bytes)
    assert INFO_HOLDER.encode() not in pdf  # in an object stream, so a text search finds nothing
    pdf = authority.demo.sign(pdf, verification_code=samples.CODE)
    found = verified(pdf, authority, request_for(SEALED[kind]))
    assert isinstance(found, Fault)
    assert found.same_as(faults.WRONG_PERSON)
