"""The page of configuration keys and the commented sample, from ``terminal.config.Config``."""

from __future__ import annotations

import base64
import inspect
import json
import textwrap
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any

import msgspec
from msgspec import inspect as types

from terminal.config.keys import MIN_KEY_BYTES, REQUEST_KEY, TOKEN_KEY
from terminal.config.load import Config
from terminal.config.sections import TimeoutsConfig
from terminal.session.model import Limits

from .declared import UndocumentedError, docstring, one_line
from .markdown import code, page, table

MEANINGS_IN: dict[type, type] = {TimeoutsConfig: Limits}
"""A struct whose keys are documented where the session declares the same names."""
TRIAL_ENDS_BEFORE = "screen"
"""`station sandbox` prints the part of the sample above this section (docs/trial.md)."""
DIVIDER = "# ---- the station itself: the same for a trial " + "-" * 53
SAMPLE_HEAD = """\
# Configuration of one station terminal. Copy it to /etc/station/station.toml, then:
#     station run --config /etc/station/station.toml
# UTF-8, TOML 1.0. Every key is checked: the terminal stops at an unknown or misspelt key and names
# the key and its line (exit code 78). Relative paths start at the folder of this file.
# This file contains no secret key; see [keys]. Optional keys show their default.
# Written by `make docs`.
"""
INTRODUCTION = """\
One TOML file with these sections. A key without a default is required. Relative paths start at the
folder of the file. The commented sample is [station.example.toml](../station.example.toml). The
classes `Config` and `…Config` of the terminal declare the keys."""
SECRETS = f"""\
## Secret files

The configuration contains no secret key. The terminal reads two secrets from systemd credentials,
or else from the folder `keys.directory`. Each is hexadecimal text of at least {MIN_KEY_BYTES}
bytes.

"""
COMMENT_COLUMN = 32
WIDTH = 100


@dataclass(frozen=True, slots=True)
class Key:
    """One key with everything that its declaration says."""

    name: str
    meaning: str
    type: Any
    """msgspec's description of the type, without ``Metadata`` and ``None``."""
    default: Any
    """``msgspec.NODEFAULT`` if the key is required."""
    example: Any
    """What the sample shows; ``None`` if there is no example."""
    description: str
    extra: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Section:
    """One section of the file; ``header`` is "" for the top of the file."""

    header: str
    tag: tuple[str, str] | None
    """The key that tells the kinds of an array's sections apart, and its value."""
    meaning: str
    keys: tuple[Key, ...]


def page_text() -> str:
    """Return the page with a table for each section."""
    parts = []
    for section in sections():
        title = section.header or "Top of the file"
        kind = "" if section.tag is None else f', {section.tag[0]} = "{section.tag[1]}"'
        rows = (
            (
                code(key.name),
                _type_name(key.type),
                _default(key),
                key.extra.get("unit", ""),
                _range(key),
                "yes" if key.extra.get("secret") else "no",
                key.meaning,
            )
            for key in section.keys
        )
        head = ("Key", "Type", "Default", "Unit", "Range", "Secret", "Meaning")
        heading = f"## {title}{kind}\n\n"
        meaning = f"{section.meaning}\n\n" if section.header else ""
        parts.append(heading + meaning + table(head, rows))
    secrets = table(
        ("File", "Use"),
        (
            (code(REQUEST_KEY), "Signs the requests to the platform, which has the same key."),
            (code(TOKEN_KEY), "Turns a person into the token in the journal. No one else has it."),
        ),
    )
    return page("Configuration", INTRODUCTION, *parts, SECRETS + secrets)


def sample_text() -> str:
    """Return the commented sample; every key is in it."""
    blocks = [SAMPLE_HEAD]
    for section in sections():
        lines = []
        if section.header.strip("[]") == TRIAL_ENDS_BEFORE:
            lines += [DIVIDER, ""]
        if section.header:
            lines += [*_comment(section.meaning), section.header]
        if section.tag is not None:
            lines.append(f'{section.tag[0]} = "{section.tag[1]}"')
        for key in section.keys:
            lines += _sample_lines(key)
        blocks.append("\n".join(lines) + "\n")
    return "\n".join(blocks)


def sections() -> Iterator[Section]:
    """Yield every section, the top of the file first."""
    whole = types.type_info(Config)
    assert isinstance(whole, types.StructType)
    yield from _sections(whole, "", None)


def _sections(
    kind: types.StructType, path: str, given: Any, array: bool = False
) -> Iterator[Section]:
    """Yield the section of this struct and those below it; ``given`` holds its defaults, if any."""
    below: list[tuple[types.StructType, str, Any, bool]] = []
    keys = []
    for field in kind.fields:
        inner, extra, schema = _unwrapped(field.type)
        default = getattr(given, field.name) if given is not None else field.default
        if default is msgspec.NODEFAULT and field.default_factory is not msgspec.NODEFAULT:
            default = field.default_factory()
        where = f"{path}.{field.name}".removeprefix(".")
        item = getattr(inner, "item_type", inner)
        structs = item.types if isinstance(item, types.UnionType) else (item,)
        found = [each for each in structs if isinstance(each, types.StructType)]
        if found:
            value = None if default is msgspec.NODEFAULT else default
            below += [(each, where, value, item is not inner) for each in found]
            continue
        meaning = docstring(MEANINGS_IN.get(kind.cls, kind.cls), field.name)
        example = schema.get("examples", [None])[0]
        described = schema.get("description", "")
        keys.append(Key(field.name, meaning, inner, default, example, described, extra))
    header = "" if not path else f"[[{path}]]" if array else f"[{path}]"
    tag = (kind.tag_field, str(kind.tag)) if kind.tag_field else None
    yield Section(header, tag, one_line(inspect.getdoc(kind.cls) or ""), tuple(keys))
    for each, where, value, repeated in below:
        yield from _sections(each, where, value, repeated)


def _unwrapped(kind: Any) -> tuple[Any, dict[str, Any], dict[str, Any]]:
    """Return the type without ``Metadata`` and ``None``, its extra data, and its schema data."""
    extra: dict[str, Any] = {}
    schema: dict[str, Any] = {}
    while True:
        if isinstance(kind, types.Metadata):
            extra = (kind.extra or {}) | extra
            schema = (kind.extra_json_schema or {}) | schema
            kind = kind.type
            continue
        if isinstance(kind, types.UnionType):
            others = [each for each in kind.types if not isinstance(each, types.NoneType)]
            if len(others) == 1:
                (kind,) = others
                continue
        return kind, extra, schema


def _type_name(kind: Any) -> str:
    match kind:
        case types.StrType():
            return "text"
        case types.BoolType():
            return "true or false"
        case types.IntType():
            return "whole number"
        case types.FloatType():
            return "number"
        case types.BytesType():
            return "text (base64)"
        case types.EnumType():
            return "text"
        case types.CustomType(cls=cls) if cls is Path:
            return "path"
        case types.VarTupleType(item_type=item):
            return f"list: {_type_name(_unwrapped(item)[0])}"
        case types.DictType(value_type=value):
            return f"table: {_type_name(_unwrapped(value)[0])}"
        case _:
            raise NotImplementedError(kind)


def _range(key: Key) -> str:
    if key.description:
        return key.description
    if choices := key.extra.get("choices"):
        return ", ".join(map(str, choices))
    match key.type:
        case types.EnumType(cls=cls):
            return ", ".join(code(each.value) for each in cls)
        case types.IntType(ge=least, le=most) | types.FloatType(ge=least, le=most):
            return "" if least is None and most is None else f"{least:g} to {most:g}"
        case types.VarTupleType(item_type=item, min_length=least):
            inner, _, schema = _unwrapped(item)
            several = f"at least {least}" if least else "any number"
            each = schema.get("description", "")
            if isinstance(inner, types.EnumType):
                each = ", ".join(code(each.value) for each in inner.cls)
            return f"{several}; each: {each}" if each else several
        case types.DictType(key_type=types.EnumType(cls=cls)):
            return "keys: " + ", ".join(code(each.value) for each in cls)
        case types.StrType(pattern=str()):
            raise UndocumentedError(f"{key.name}: a pattern needs Meta(description=...)")
        case _:
            return ""


def _default(key: Key) -> str:
    if key.default is msgspec.NODEFAULT:
        return "required"
    return "none" if key.default is None else code(_toml(key.default, key))


def _sample_lines(key: Key) -> list[str]:
    """Return the lines of the sample for one key: its comment, and its value."""
    value = key.default
    if value is msgspec.NODEFAULT or value is None:
        if key.example is None:
            raise UndocumentedError(f"{key.name}: a key without a default needs an example")
        value = key.example
    shown = f"{key.name} = {_toml(value, key)}"
    if key.default is None and not key.extra.get("recommended"):
        shown = f"# {shown}"
    padding = " " * (COMMENT_COLUMN - _columns(shown))
    beside = f"{shown}{padding}# {key.meaning}"
    if padding and _columns(beside) <= WIDTH:
        return [beside]
    return [*_comment(key.meaning), shown]


def _columns(text: str) -> int:
    """Return the width of the text in an editor: a Chinese character takes two columns."""
    return sum(2 if unicodedata.east_asian_width(each) in "WF" else 1 for each in text)


def _comment(text: str) -> list[str]:
    return textwrap.wrap(
        text, WIDTH, initial_indent="# ", subsequent_indent="# ", break_on_hyphens=False
    )


def _toml(value: Any, key: Key) -> str:
    match value:
        case bool():
            return str(value).lower()
        case Enum():
            return json.dumps(value.value)
        case str() | Path():
            return json.dumps(str(value), ensure_ascii=False)
        case bytes():
            return json.dumps(base64.b64encode(value).decode("ascii"))
        case float() if key.extra.get("unit") == "s" and value.is_integer():
            return str(int(value))
        case int() | float():
            return str(value)
        case list() | tuple():
            return "[" + ", ".join(_toml(each, key) for each in value) + "]"
        case dict() if not value:
            return "{}"
        case _:
            raise NotImplementedError(f"{key.name}: {value!r}")
