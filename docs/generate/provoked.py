"""Which tests provoke a fault, from their marks ``@pytest.mark.provokes(code, where, how)``."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

TESTS = Path(__file__).parents[2] / "tests"
MARK = "provokes"


@dataclass(frozen=True, slots=True)
class Provoked:
    """A test that provokes a fault. ``where`` is "rig" or "pty"; ``file`` is below ``tests/``."""

    code: str
    where: str
    how: str
    file: str
    test: str


@cache
def provoked(tests: Path = TESTS) -> tuple[Provoked, ...]:
    """Return every mark of every test, sorted by code, file and test. No test is imported."""
    found = [each for path in tests.rglob("test_*.py") for each in _marks(path, tests)]
    return tuple(sorted(found, key=lambda each: (each.code, each.where, each.file, each.test)))


def _marks(path: Path, tests: Path) -> Iterator[Provoked]:
    text = path.read_text(encoding="utf-8")
    if f".{MARK}(" not in text:
        return
    for function in ast.parse(text).body:
        if not isinstance(function, ast.FunctionDef):
            continue
        for mark in function.decorator_list:
            match mark:
                case ast.Call(func=ast.Attribute(attr=name), args=args) if name == MARK:
                    code, where, how = (ast.literal_eval(each) for each in args)
                    yield Provoked(
                        code, where, how, path.relative_to(tests).as_posix(), function.name
                    )
                case _:
                    pass
