"""Seals of all eight documents in both editions: each passes for its own request and no other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from devices.health import Fault
from printing import faults
from printing.documents import Certificate, Edition, render
from printing.documents.statement import INFO_HOLDER
from printing.seal import verify as seal

from .. import samples
from ..samples_more import EVERY
from ..seal_house import NOW, Authority, Shown

SEALED: dict[str, Certificate] = {
    kind: document for kind, document in EVERY.items() if hasattr(document, "issue")
}
ANOTHER = "赵国芳"
ANOTHER_NUMBER = "100101196901100379"


@pytest.fixture(scope="module")
def sealed_types(authority: Authority) -> dict[tuple[str, Edition], bytes]:
    """Every document of a person, sealed, in both editions."""
    found = {}
    for kind, document in SEALED.items():
        for edition in Edition:
            pdf = render(document, sample=True, edition=edition)
            assert isinstance(pdf, bytes)
            found[kind, edition] = Shown(authority.demo.sign(pdf, verification_code=samples.CODE))
    return found


def request_for(document: Certificate) -> seal.Expectation:
    """What somebody asks for who means this document."""
    return seal.Expectation(
        document.TYPE, document.name, document.id_number, document.issue.verification_code
    )


def verified(pdf: bytes, authority: Authority, expect: seal.Expectation) -> seal.SealReport | Fault:
    return seal.verify(pdf, anchors=authority.anchors, at=NOW, expect=expect)


def others(right: seal.Expectation) -> Iterator[tuple[seal.Expectation, Fault]]:
    """Requests that differ from the right one in one point, and what each is refused for."""
    yield replace(right, name=ANOTHER), faults.WRONG_PERSON
    yield replace(right, id_number=ANOTHER_NUMBER), faults.WRONG_PERSON
    yield replace(right, name=ANOTHER, id_number=ANOTHER_NUMBER), faults.WRONG_PERSON
    yield replace(right, verification_code=samples.CODE[::-1]), faults.WRONG_DOCUMENT
    for kind in SEALED:
        if kind != right.document_type:
            yield replace(right, document_type=kind), faults.WRONG_DOCUMENT


def test_there_are_eight() -> None:
    assert len(SEALED) == 8


@pytest.mark.parametrize("edition", Edition)
@pytest.mark.parametrize("kind", SEALED)
def test_it_passes_for_its_own_request_and_no_other(
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


def test_the_documents_of_two_people_do_not_pass_for_each_other(
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
def test_a_digest_of_another_type_does_not_do(
    kind: str, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The statement's type may be right, and its digest that of another paper of the person."""
    from printing.documents.statement import holder_digest
    from printing.typesetting import layout

    def misled(document_type: str, code: str, name: str, id_number: str) -> str:
        other = next(each for each in SEALED if each != document_type)
        return holder_digest(other, code, name, id_number)

    monkeypatch.setattr(layout, "holder_digest", misled)
    pdf = render(SEALED[kind], sample=True)
    assert isinstance(pdf, bytes)
    assert INFO_HOLDER.encode() not in pdf  # packed: nothing is found by a mere search
    pdf = authority.demo.sign(pdf, verification_code=samples.CODE)
    found = verified(pdf, authority, request_for(SEALED[kind]))
    assert isinstance(found, Fault)
    assert found.same_as(faults.WRONG_PERSON)
