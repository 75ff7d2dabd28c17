"""Each fault of the card readers has a test that provokes it, in the rig or on a pty.

The test has the mark ``provokes(code, where, how)``: "rig" is the real service or its real library,
"pty" the real serial library. The test must name this fault, and must run where the mark says.
"""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from devices import faults
from devices.faults import FAULTS
from devices.health import Fault
from docs.generate.provoked import Provoked, provoked

TESTS = Path(__file__).parents[1]
NAMES = {value.code: name for name, value in vars(faults).items() if isinstance(value, Fault)}
ROWS = [row for row in provoked() if row.code in FAULTS.codes()]


def source_of(row: Provoked) -> tuple[str, str]:
    """Return the source of the named test, with its decorators, and of its whole file."""
    text = (TESTS / row.file).read_text(encoding="utf-8")
    for node in ast.parse(text).body:
        if isinstance(node, ast.FunctionDef) and node.name == row.test:
            first = min([node.lineno, *(mark.lineno for mark in node.decorator_list)])
            return "\n".join(text.splitlines()[first - 1 : node.end_lineno]), text
    raise AssertionError(f"{row.file} has no {row.test}")


def test_every_fault_has_a_test_that_provokes_it() -> None:
    assert {row.code for row in ROWS} == FAULTS.codes()


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.code}-{row.where}-{row.test[5:25]}")
def test_the_named_test_exists_and_names_the_fault(row: Provoked) -> None:
    test, whole = source_of(row)
    assert re.search(rf"\b{NAMES[row.code]}\b", test), f"{row.test} never names the fault"
    match row.where:
        case "rig":
            assert "pytest.mark.rig" in whole
        case "pty":
            assert re.search(r"\b(samv: SamvEmulator|reader: SamvSerialReader)\b", test)
        case _:
            raise AssertionError(f"{row.where}: neither the rig nor a pty")
