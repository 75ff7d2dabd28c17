"""Describes a configuration problem in a sentence that names the key and its line.

``terminal.config`` finds the problems; commands show them. A sentence must never show the value of
``maintenance.pin_hash``.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import msgspec

from devices.health import Fault

from .. import faults
from .toml_lines import Keys, key_lines, line_of


@dataclass(frozen=True, slots=True)
class ConfigProblem:
    """The reason why the configuration cannot be used.

    ``key`` is dotted ("readers[0].port"; empty if the whole file is meant). ``line`` counts from 1
    (``None`` if the key is not in the file). ``sentence`` is English, for maintainers.
    """

    fault: Fault
    key: str
    line: int | None
    sentence: str
    more: tuple[ConfigProblem, ...] = ()
    """Other problems that were found at the same time."""

    @classmethod
    def first_of(cls, problems: Sequence[ConfigProblem]) -> ConfigProblem:
        """Combine all problems into one: the first, with the others as ``more``."""
        first, *others = problems
        return replace(first, more=(*first.more, *others))

    @property
    def every(self) -> tuple[ConfigProblem, ...]:
        """This problem and those found with it, in display order."""
        return (replace(self, more=()), *(each for other in self.more for each in other.every))

    @property
    def code(self) -> str:
        """The fault's code (SYS-1xx)."""
        return self.fault.code

    def __str__(self) -> str:
        """Return this problem alone, in one line, with unprintable characters escaped."""
        place = f"line {self.line}: " if self.line else ""
        shown = "".join(each if each.isprintable() else ascii(each)[1:-1] for each in self.sentence)
        return f"{self.code} {place}{shown}"


def not_toml(text: str, message: str) -> ConfigProblem:
    """Turn ``tomllib``'s message into a problem that names the key on its line."""
    place = re.search(r" \(at (?:line (\d+), column \d+|end of document)\)$", message)
    if place is None:  # for example a number that is too long, or tables nested too deeply
        return ConfigProblem(faults.CONFIG_SYNTAX, "", None, f"not TOML: {_lower(message)}")
    lines = text.rstrip("\n").split("\n")
    line = int(place[1]) if place[1] else len(lines)
    key = _key_on(lines[min(line, len(lines)) - 1])
    where = f"{key}: " if key else ""
    sentence = f"{where}not TOML: {_lower(message[: place.start()])}"
    return ConfigProblem(faults.CONFIG_SYNTAX, key, line, sentence)


def with_mark(text: str) -> ConfigProblem:
    """Return the problem of a file with a byte order mark, which TOML 1.0 does not allow."""
    key = _key_on(text.split("\n", 1)[0])
    where = f"{key}: " if key else ""
    sentence = f"{where}the file begins with a byte order mark (BOM): save it without one"
    return ConfigProblem(faults.CONFIG_SYNTAX, key, 1, sentence)


def _key_on(line: str) -> str:
    """Return the key or section at the start of this line; empty if there is none."""
    written = re.match(r"\s*(?:\[{1,2}\s*)?([A-Za-z0-9_.-]+)\s*[=\]]", line)
    return written[1] if written else ""


def _lower(message: str) -> str:
    return f"{message[:1].lower()}{message[1:]}"


def mistyped(text: str, message: str, root: type[msgspec.Struct]) -> ConfigProblem:
    """Turn msgspec's message ("… - at `$.screen.width_px`") into a problem with its line."""
    what, _, where = message.partition(" - at `$")
    keys: Keys = tuple(
        int(index) if index else name
        for name, index in re.findall(r"\.(\w+)|\[(\d+)\]", where.rstrip("`"))
    )
    lines = key_lines(text)
    missing = re.fullmatch(r"Object missing required field `(.+)`", what)
    if missing:
        full = (*keys, missing[1])
        sentence = f"{dotted(full)} is missing"
        return ConfigProblem(
            faults.CONFIG_MISSING_KEY, dotted(full), line_of(lines, keys), sentence
        )
    unknown = re.fullmatch(r"Object contains unknown field `(.+)`", what, re.DOTALL)
    if unknown:
        full = (*keys, unknown[1])
        near = difflib.get_close_matches(unknown[1], _names_at(keys, text, root), 1)
        hint = f"; did you mean {near[0]}?" if near else ""
        sentence = f"{dotted(full)} is not a key of the configuration{hint}"
        return ConfigProblem(
            faults.CONFIG_UNKNOWN_KEY, dotted(full), line_of(lines, full), sentence
        )
    sentence = f"{dotted(keys)}: {_lower(what)}"
    return ConfigProblem(faults.CONFIG_WRONG_VALUE, dotted(keys), line_of(lines, keys), sentence)


def _names_at(keys: Keys, text: str, root: type[msgspec.Struct]) -> list[str]:
    """Return the field names that the object at ``keys`` may have."""
    kind: Any = msgspec.inspect.type_info(root)
    data: Any = tomllib.loads(text)
    for key in keys:
        data = data[key]
        if isinstance(kind, msgspec.inspect.StructType):
            kind = next(field.type for field in kind.fields if field.name == key)
        else:
            kind = kind.item_type
        if isinstance(kind, msgspec.inspect.UnionType):
            kinds: tuple[Any, ...] = kind.types
            kind = next(k for k in kinds if k.tag == data[k.tag_field])
    return [field.name for field in kind.fields]


def dotted(keys: Keys) -> str:
    """Return the path as text: ``readers[0].port``."""
    written = "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in keys)
    return written.removeprefix(".")
