"""On which line of a TOML file a key stands: the parser of the standard library does not say.

For configuration problems, which name key and line to the maintainer. Works only on text that
``tomllib`` accepts; it reads no value itself.
"""

from __future__ import annotations

import tomllib
from typing import Any

Keys = tuple[str | int, ...]
"""Keys and array indices from the root: ``("readers", 0, "port")``."""


def key_lines(text: str) -> dict[Keys, int]:
    """The line (from 1) of every section header and key of ``text``.

    Keys within an inline table or an array stand on the line where that begins, and are not
    listed. A section's path is listed with its header's line.
    """
    found: dict[Keys, int] = {}
    counts: dict[Keys, int] = {}
    table: Keys = ()
    lines = text.replace("\r\n", "\n").split("\n")
    at = 0
    while at < len(lines):
        line = lines[at].strip()
        start, at = at + 1, at + 1
        if not line or line.startswith("#"):
            continue
        if line.startswith("["):
            table = _header(line, counts)
            for depth in range(1, len(table) + 1):
                found.setdefault(table[:depth], start)
            continue
        # A value may span lines (arrays, long strings): it ends where the parser accepts it.
        parsed = _parsed(line)
        while parsed is None and at < len(lines):
            line += "\n" + lines[at]
            at += 1
            parsed = _parsed(line)
        if parsed is not None:
            for path in _single_paths(parsed):
                found.setdefault((*table, *path), start)
    return found


def line_of(lines: dict[Keys, int], path: Keys) -> int | None:
    """The line of ``path``, or of the nearest thing above it that has one."""
    while path:
        if path in lines:
            return lines[path]
        path = path[:-1]
    return None


def _parsed(text: str) -> dict[str, Any] | None:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return None


def _header(line: str, counts: dict[Keys, int]) -> Keys:
    """The path that a header opens; ``[[x]]`` opens the next element of ``x``."""
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
    """``a.b = 1`` as ``(a,)`` and ``(a, b)``."""
    paths: list[Keys] = []
    path: Keys = ()
    inner: Any = parsed
    while isinstance(inner, dict) and len(inner) == 1:
        name = next(iter(inner))
        path = (*path, name)
        paths.append(path)
        inner = inner[name]
    return paths
