"""Documents with a trusted seal in the document process, within the limits of the kernel.

Each one passes, or is refused for its own reason.
"""

from __future__ import annotations

import pytest

from printing.document_worker.client import DocumentWorker, Verified
from printing.seal import verify as seal

from ..raw_pdf import Draft, Signer
from ..seal_fixtures import NOW, Authority
from .corpus import REFUSED
from .corpus.accepted import ACCEPTED
from .corpus.bombs import BOMBS

pytestmark = pytest.mark.usefixtures("patient")

_SMALL = {name: each for name, each in REFUSED.items() if each not in BOMBS}


def test_corpus_has_enough_documents() -> None:
    assert len(REFUSED) >= 120


def test_unchanged_draft_passes(authority: Authority, signer: Signer) -> None:
    report = seal.verify(signer.sign(Draft().build()), anchors=authority.anchors, at=NOW)
    assert isinstance(report, seal.SealReport), report


@pytest.mark.parametrize("name", _SMALL)
def test_each_document_is_refused_for_its_own_reason(
    name: str, worker: DocumentWorker, signer: Signer, authority: Authority
) -> None:
    pdf = signer.sign(REFUSED[name].unsigned())
    REFUSED[name].expect(worker.check(pdf, anchors=authority.anchors, at=NOW))


@pytest.mark.parametrize("name", ACCEPTED)
def test_accepted_documents_pass_and_are_drawn(
    name: str, worker: DocumentWorker, signer: Signer, authority: Authority
) -> None:
    found = worker.check(signer.sign(ACCEPTED[name]().build()), anchors=authority.anchors, at=NOW)
    assert isinstance(found, Verified), found
    found.pages.close()
