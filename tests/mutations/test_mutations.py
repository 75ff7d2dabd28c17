"""Each mutation fits the code as it is now; ``make mutate`` runs them."""

from __future__ import annotations

import ast

import pytest

from tests.mutations.catalogue import ROOT, Mutation, StaleMutationError, mutations


@pytest.mark.parametrize("mutation", mutations(), ids=lambda mutation: mutation.name)
def test_a_mutation_fits_the_code(mutation: Mutation) -> None:
    source = (ROOT / mutation.file).read_text(encoding="utf-8")
    mutated = mutation.applied_to(source)
    assert mutated != source
    if mutation.file.endswith(".py"):
        ast.parse(mutated)
    for test in mutation.tests:
        assert (ROOT / test).exists(), f"{mutation.name} names {test}, which does not exist"


def test_a_line_that_is_missing_or_stands_twice_is_refused() -> None:
    defect = Mutation("x", "x", "x.py", "a = 1", "a = 2", ())
    assert defect.applied_to("b\na = 1\n") == "b\na = 2\n"
    for source in ("b\n", "a = 1\na = 1\n"):
        with pytest.raises(StaleMutationError):
            defect.applied_to(source)
