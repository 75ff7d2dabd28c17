"""Documents with a trusted seal that take time or memory: each is refused by a rule."""

from __future__ import annotations

import pytest

from .bounded import Verifier, expect_refusal
from .corpus import BOMBS
from .raw_pdf import Signer

_BY_NAME = {bomb.name: bomb for bomb in BOMBS}


@pytest.mark.parametrize("name", _BY_NAME)
def test_each_is_refused_by_its_rule_within_the_limits(
    name: str, verifier: Verifier, signer: Signer
) -> None:
    expect_refusal(_BY_NAME[name], verifier, signer)
