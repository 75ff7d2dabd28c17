"""What is wrong with a configuration, in words that name the key and its line.

For ``terminal.config``, which finds the first problem, and the commands that show it. It must
never show what ``maintenance.pin_hash`` holds.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from dataclasses import dataclass
from typing import Any

import msgspec

from devices.health import Fault

from . import faults
from .toml_lines import Keys, key_lines, line_of


@dataclass(frozen=True, slots=True)
class ConfigProblem:
    """Why the configuration cannot be used.

    ``key`` is dotted ("readers[0].port"; empty where the whole file is meant), ``line`` counts
    from 1 (``None`` where nothing stands in the file), ``sentence`` is English, for maintainers.
    """

    fault: Fault
    key: str
    line: int | None
    sentence: str

    @property
    def code(self) -> str:
        """The fault's code (SYS-1xx)."""
        return self.fault.code

    def __str__(self) -> str:
        place = f"line {self.line}: " if self.line else ""
        return f"{self.code} {place}{self.sentence}"


def not_toml(text: str, message: str) -> ConfigProblem:
    """``tomllib``'s sentence as a problem, with the key that the line begins with."""
    place = re.search(r" \(at (?:line (\d+), column \d+|end of document)\)$", message)
    lines = text.rstrip("\n").split("\n")
    line = int(place[1]) if place and place[1] else len(lines)
    what = message[: place.start()] if place else message
    written = re.match(r"\s*([A-Za-z0-9_.-]+)\s*=", lines[min(line, len(lines)) - 1])
    key = written[1] if written else ""
    where = f"{key}: " if key else ""
    sentence = f"{where}not TOML: {what[:1].lower()}{what[1:]}"
    return ConfigProblem(faults.CONFIG_SYNTAX, key, line, sentence)


def mistyped(text: str, message: str, root: type[msgspec.Struct]) -> ConfigProblem:
    """msgspec's one sentence ("… - at `$.screen.width_px`") as a problem with its line."""
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
    sentence = f"{dotted(keys)}: {what[:1].lower()}{what[1:]}"
    return ConfigProblem(faults.CONFIG_WRONG_VALUE, dotted(keys), line_of(lines, keys), sentence)


def _names_at(keys: Keys, text: str, root: type[msgspec.Struct]) -> list[str]:
    """The names that the object at ``keys`` may have."""
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
    """``readers[0].port``."""
    written = "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in keys)
    return written.removeprefix(".")
