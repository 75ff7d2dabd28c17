"""Documents with a trusted seal that take much time or memory: each is refused by a rule."""

from __future__ import annotations

import pytest

from printing.document_worker.client import DocumentWorker

from ..raw_pdf import Signer
from ..seal_fixtures import NOW, Authority
from .corpus.bombs import BOMBS

pytestmark = pytest.mark.usefixtures("patient")

_BY_NAME = {bomb.name: bomb for bomb in BOMBS}


@pytest.mark.parametrize("name", _BY_NAME)
def test_each_is_refused_by_a_rule_before_the_kernel_limit(
    name: str, worker: DocumentWorker, signer: Signer, authority: Authority
) -> None:
    bomb = _BY_NAME[name]
    found = worker.check(signer.sign(bomb.unsigned()), anchors=authority.anchors, at=NOW)
    bomb.expect(found)
