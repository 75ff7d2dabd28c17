"""Sealed documents by subject: those that must be refused, and those that must pass.

Each is a `Draft` of `tests.printing.raw_pdf` with one part of it replaced.
"""

from __future__ import annotations

from .actions import ACTIONS
from .annotations import ANNOTATIONS
from .bombs import BOMBS
from .graphics import GRAPHICS
from .pages import PAGES
from .refused import Refused
from .syntax import SYNTAX

_TABLES = (ACTIONS, ANNOTATIONS, GRAPHICS, PAGES, SYNTAX, BOMBS)
REFUSED: dict[str, Refused] = {each.name: each for table in _TABLES for each in table}
