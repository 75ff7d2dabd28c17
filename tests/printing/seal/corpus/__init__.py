"""Sealed documents that must be refused, by subject, and documents that must pass (`accepted`).

Each is a `Draft` of `tests.printing.raw_pdf` with one part replaced.
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
