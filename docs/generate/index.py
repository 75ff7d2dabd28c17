"""The first page of `docs/reference/`: what each page is about."""

from __future__ import annotations

from collections.abc import Mapping

from .markdown import NOTE, page

INTRODUCTION = """\
The code declares these tables, and `make docs` writes them. `make lint` fails if a page differs
from the code. To change a page, change the declaration."""


def page_text(pages: Mapping[str, str]) -> str:
    """Return the index of the pages, given by file name."""
    lines = []
    for name, text in sorted(pages.items()):
        title = text.removeprefix(NOTE).lstrip().partition("\n")[0].removeprefix("# ")
        lines.append(f"- [{title}]({name})")
    return page("Reference", INTRODUCTION, "\n".join(lines))
