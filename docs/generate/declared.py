"""Reads the docstrings below assignments: the meaning of a fault or a configuration key.

Python keeps no docstring for an assignment, so they are read from the source.
"""

from __future__ import annotations

import ast
import inspect
from functools import cache
from itertools import pairwise
from textwrap import dedent
from types import ModuleType


class UndocumentedError(Exception):
    """A declaration has no docstring or no words, so its table would have an empty cell."""


@cache
def docstrings(declared_in: ModuleType | type) -> dict[str, str]:
    """Return the docstring of each name assigned in the body of a module or class.

    Each docstring is one line: line breaks in it become spaces.
    """
    source = inspect.getsource(declared_in)
    body = ast.parse(dedent(source)).body
    if isinstance(declared_in, type):
        definition = body[0]
        assert isinstance(definition, ast.ClassDef)
        body = definition.body
    found: dict[str, str] = {}
    for assignment, below in pairwise(body):
        if not (isinstance(below, ast.Expr) and isinstance(below.value, ast.Constant)):
            continue
        if not isinstance(below.value.value, str):
            continue
        text = one_line(below.value.value)
        match assignment:
            case ast.AnnAssign(target=ast.Name(id=name)):
                found[name] = text
            case ast.Assign(targets=[ast.Name(id=name)]):
                found[name] = text
            case _:
                pass
    return found


def docstring(declared_in: ModuleType | type, name: str) -> str:
    """Return the docstring below the assignment to ``name``."""
    try:
        return docstrings(declared_in)[name]
    except KeyError:
        place = getattr(declared_in, "__qualname__", declared_in.__name__)
        raise UndocumentedError(f"{place}.{name} has no docstring below it") from None


def one_line(text: str) -> str:
    """Return the text with its line breaks as spaces."""
    return " ".join(text.split())
