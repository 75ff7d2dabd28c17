"""The page of the journal's tables, from the comments and checks of ``terminal.journal.schema``."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing

from terminal.journal.journal import KEEP_S
from terminal.journal.schema import MIGRATIONS, migrate

from .declared import UndocumentedError, one_line
from .markdown import code, page, table

INTRODUCTION = f"""\
The journal is one SQLite database. It has no personal data: a person is a token, and every text is
an opaque id or a short word. Times are Unix seconds. The terminal deletes rows after
{KEEP_S / 86_400:g} days, but keeps the rows of an open print job, the devices and the last faults.
The schema has version {len(MIGRATIONS)}. It is declared in `terminal.journal.schema`."""
TABLE = re.compile(
    r"\s*(?P<comment>(?:--[^\n]*\n\s*)*)CREATE TABLE (?P<name>\w+) \(\n(?P<body>.*)\) STRICT", re.S
)
ADDED = re.compile(r"ALTER TABLE (?P<name>\w+) ADD COLUMN\n(?P<body>.*)", re.S)
COLUMN = re.compile(
    r"(?P<comment>(?:^\s*--[^\n]*\n)+)\s*(?P<name>\w+) (?P<rest>(?:(?!\n\s*--).)*)", re.M | re.S
)
CHARACTERS = {"0-9a-f-": "hexadecimal digits and `-`", "0-9a-f": "hexadecimal digits"}


def page_text() -> str:
    """Return the page with a table for each table of the journal."""
    meanings, columns = _declared()
    parts = []
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        migrate(connection)
        names = [
            name
            for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        ]
        for name in names:
            rows = []
            for _, column, kind, filled, default, key in connection.execute(
                f"PRAGMA table_info({name})"
            ):
                try:
                    meaning, rest = columns[name][column]
                except KeyError:
                    message = f"the journal's column {name}.{column} has no comment above it"
                    raise UndocumentedError(message) from None
                unique = key or " UNIQUE" in rest
                flags = ["not null"] * bool(filled or key) + ["unique"] * bool(unique)
                given = "" if default is None else code(default)
                rows.append(
                    (code(column), kind, ", ".join(flags), _values(column, rest), given, meaning)
                )
            head = ("Column", "Type", "Is", "Values", "Default", "Meaning")
            parts.append(f"## {name}\n\n{meanings[name]}\n\n{table(head, rows)}")
    return page("Journal", INTRODUCTION, *parts)


def _declared() -> tuple[dict[str, str], dict[str, dict[str, tuple[str, str]]]]:
    """Return the meaning of each table, and the meaning and definition of each of its columns."""
    meanings: dict[str, str] = {}
    columns: dict[str, dict[str, tuple[str, str]]] = {}
    for statement in (each for step in MIGRATIONS for each in step):
        found = TABLE.match(statement) or ADDED.match(statement)
        if found is None:
            continue
        name = found["name"]
        if "comment" in found.groupdict():
            if not found["comment"]:
                raise UndocumentedError(f"the journal's table {name} has no comment above it")
            meanings[name] = _plain(found["comment"])
        for column in COLUMN.finditer(found["body"]):
            columns.setdefault(name, {})[column["name"]] = (
                _plain(column["comment"]),
                one_line(column["rest"]),
            )
    return meanings, columns


def _plain(comment: str) -> str:
    return one_line(re.sub(r"^\s*--", "", comment, flags=re.M))


def _values(column: str, rest: str) -> str:
    """Return what the column's CHECK lets pass, in words; "" if it has none."""
    check = rest.partition("CHECK (")[2]
    if listed := re.match(rf"{column} IN \(([^)]*)\)", check):
        return ", ".join(code(each.strip(" '")) for each in listed[1].split(","))
    if between := re.match(rf"{column} BETWEEN (\d+) AND (\d+)", check):
        return f"{between[1]} to {between[2]}"
    if compared := re.match(rf"{column} (=|>=) (\d+)", check):
        return compared[2] if compared[1] == "=" else f"at least {compared[2]}"
    length = re.search(rf"length\({column}\) (?:BETWEEN (\d+) AND|<=) (\d+)", check)
    if length is None:
        return ""
    least = f"{length[1]} to " if length[1] else "at most "
    allowed = re.search(r"GLOB '\*\[\^(.*?)\]\*'", check)
    if allowed is None:
        return f"{least}{length[2]} characters"
    return f"{least}{length[2]} {CHARACTERS.get(allowed[1], f'of {code(allowed[1])}')}"
