"""Finds the line of a key in a TOML file, which the standard library's parser does not report.

Used for configuration problems, which name key and line. It works only on text that ``tomllib``
accepts and does not interpret values.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from typing import Any

Keys = tuple[str | int, ...]
"""Keys and array indices from the root: ``("readers", 0, "port")``."""


def key_lines(text: str) -> dict[Keys, int]:
    """Return the line (from 1) of every section header and key of ``text``.

    Keys within an inline table or an array are not listed; they belong to the line where it
    begins. A section's path has the line of its header.
    """
    found: dict[Keys, int] = {}
    counts: dict[Keys, int] = {}
    table: Keys = ()
    for start, statement in _statements(text.replace("\r\n", "\n")):
        if statement.startswith("["):
            table = _header(statement, counts)
            for depth in range(1, len(table) + 1):
                found.setdefault(table[:depth], start)
            continue
        for path in _single_paths(tomllib.loads(statement)):
            found.setdefault((*table, *path), start)
    return found


def line_of(lines: dict[Keys, int], path: Keys) -> int | None:
    """Return the line of ``path``, or of its nearest parent that has one."""
    while path:
        if path in lines:
            return lines[path]
        path = path[:-1]
    return None


_TOKEN = re.compile(
    r'''
      """(?:\\.|[^\\])*?"{3,5}      # a long string, which may itself end with two quotes
    | \'{3}.*?\'{3,5}
    | "(?:\\.|[^"\\\n])*"
    | \'[^\'\n]*\'
    | \#[^\n]*
    | .
    ''',
    re.DOTALL | re.VERBOSE,
)
"""Matches a string or comment as a whole, anything else one character at a time (TOML 1.0)."""


def _statements(text: str) -> Iterator[tuple[int, str]]:
    """Yield each header and each key with its value, together with its first line.

    A value may span lines (arrays, long strings); only a line feed outside of both ends it.
    """
    line = start = 1
    depth = 0
    statement = ""
    for match in _TOKEN.finditer(text + "\n"):
        piece = match[0]
        if piece == "\n" and depth == 0:
            if statement.strip():
                yield start, statement.strip()
            statement, start = "", line + 1
        elif not piece.startswith("#"):
            statement += piece
            depth += (piece in ("[", "{")) - (piece in ("]", "}"))
        line += piece.count("\n")


def _header(line: str, counts: dict[Keys, int]) -> Keys:
    """Return the path that a header opens; ``[[x]]`` opens the next element of ``x``."""
    parsed = tomllib.loads(line)
    is_array = line.startswith("[[")
    path: Keys = ()
    names = _names(parsed)
    for depth, name in enumerate(names, 1):
        path = (*path, name)
        if is_array and depth == len(names):
            counts[path] = counts.get(path, -1) + 1
        if path in counts:
            path = (*path, counts[path])
    return path


def _names(parsed: dict[str, Any]) -> list[str]:
    names = []
    inner: Any = parsed
    while isinstance(inner, dict) and inner:
        name = next(iter(inner))
        names.append(name)
        inner = inner[name][0] if isinstance(inner[name], list) else inner[name]
    return names


def _single_paths(parsed: dict[str, Any]) -> list[Keys]:
    """Return the paths of a dotted key: ``a.b = 1`` gives ``(a,)`` and ``(a, b)``."""
    paths: list[Keys] = []
    path: Keys = ()
    inner: Any = parsed
    while isinstance(inner, dict) and len(inner) == 1:
        name = next(iter(inner))
        path = (*path, name)
        paths.append(path)
        inner = inner[name]
    return paths
