"""The register of faults in ``docs/cards.md``: each has a test that provokes it, and the other way.

A row names the code, where it is provoked ("rig": the real service or its real library, "pty": the
real serial library) and the test. The test must be there, must speak of this very fault, and must
run where the row says.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from devices import faults
from devices.faults import FAULTS
from devices.health import Fault

TESTS = Path(__file__).parents[1]
PAGE = (TESTS.parent / "docs" / "cards.md").read_text(encoding="utf-8")
NAMES = {value.code: name for name, value in vars(faults).items() if isinstance(value, Fault)}
WHEN = re.compile(r"^\| (CRD-\d{3}) \| `(\w+)` \| [^|]+ \|$", re.MULTILINE)
PROVOKED = re.compile(
    r"^\| (CRD-\d{3}) \| (\w+) \| [^|]+ \| `([\w/.]+)::(\w+)` \|$", re.MULTILINE
)  # fmt: skip


@dataclass(frozen=True)
class Row:
    """How a fault is provoked."""

    code: str
    where: str
    file: str
    test: str


ROWS = [Row(*found) for found in PROVOKED.findall(PAGE)]


def source_of(row: Row) -> tuple[str, str]:
    """The text of the named test with its decorators, and of its whole file."""
    text = (TESTS / row.file).read_text(encoding="utf-8")
    for node in ast.parse(text).body:
        if isinstance(node, ast.FunctionDef) and node.name == row.test:
            first = min([node.lineno, *(mark.lineno for mark in node.decorator_list)])
            return "\n".join(text.splitlines()[first - 1 : node.end_lineno]), text
    raise AssertionError(f"{row.file} has no {row.test}")


def test_the_table_of_faults_is_the_list_of_faults() -> None:
    assert dict(WHEN.findall(PAGE)) == NAMES
    assert [code for code, _ in WHEN.findall(PAGE)] == [fault.code for fault in FAULTS]


def test_every_fault_is_provoked_and_no_other() -> None:
    assert len(ROWS) == PAGE.count("::test_")
    assert {row.code for row in ROWS} == FAULTS.codes()


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.code}-{row.where}-{row.test[5:25]}")
def test_the_test_that_is_named_provokes_this_fault_there(row: Row) -> None:
    test, whole = source_of(row)
    assert re.search(rf"\b{NAMES[row.code]}\b", test), f"{row.test} never names the fault"
    match row.where:
        case "rig":
            assert "pytest.mark.rig" in whole
        case "pty":
            assert re.search(r"\b(samv: SamvEmulator|reader: SamvSerialReader)\b", test)
        case _:
            raise AssertionError(f"{row.where}: neither the rig nor a pty")
