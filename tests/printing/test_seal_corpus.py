"""Documents with a trusted seal: each is refused for its own reason, or passes, within limits."""

from __future__ import annotations

import pytest

from printing import seal

from .bounded import Verifier, expect_refusal
from .corpus import BOMBS, REFUSED
from .corpus.accepted import ACCEPTED
from .raw_pdf import Draft, Signer
from .seal_house import NOW, Authority

_SMALL = {name: each for name, each in REFUSED.items() if each not in BOMBS}


def test_there_are_documents_enough() -> None:
    assert len(REFUSED) >= 120


def test_the_document_that_all_of_them_start_from_passes(
    authority: Authority, signer: Signer
) -> None:
    report = seal.verify(signer.sign(Draft().build()), anchors=authority.anchors, at=NOW)
    assert isinstance(report, seal.SealReport), report


@pytest.mark.parametrize("name", _SMALL)
def test_each_is_refused_for_its_own_reason_within_the_limits(
    name: str, verifier: Verifier, signer: Signer
) -> None:
    expect_refusal(REFUSED[name], verifier, signer)


@pytest.mark.parametrize("name", ACCEPTED)
def test_others_pass_within_the_limits(name: str, verifier: Verifier, signer: Signer) -> None:
    verdict = verifier.verify(signer.sign(ACCEPTED[name]().build()))
    assert (verdict.killed, verdict.code, verdict.detail) == (False, None, "")
