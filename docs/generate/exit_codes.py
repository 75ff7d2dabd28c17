"""The page of exit codes, from ``terminal.process.exit_codes``."""

from __future__ import annotations

from terminal.process.exit_codes import COMMANDS

from .markdown import page, table

INTRODUCTION = """\
A shell shows 128 and the number of the signal if a signal ends a command that has no code for it
below: 143 after SIGTERM, 129 after SIGHUP. The codes are declared in
`terminal.process.exit_codes`."""


def page_text() -> str:
    """Return the whole page, a section for each command."""
    sections = []
    for name, (own, shared) in COMMANDS.items():
        codes = sorted([*own, *shared])
        rows = ((str(int(code)), code.meaning) for code in codes)
        sections.append(f"## station {name}\n\n" + table(("Code", "Meaning"), rows))
    return page("Exit codes", INTRODUCTION, *sections)
