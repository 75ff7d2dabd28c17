"""docs/trial.md as steps: what is typed in which terminal, what is touched, what must be seen.

For `follow` and for the test that the page can be read. Standard library alone: it runs in a new
Debian tree before anything is installed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "trial.md"


@dataclass(frozen=True)
class Typed:
    """Lines for a terminal. Number 1 waits for each; the others go on running."""

    terminal: int
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Expected:
    """Texts that the terminal last typed in must have printed, in any order."""

    texts: tuple[str, ...]


@dataclass(frozen=True)
class Touch:
    """A control of the page that a gallery's scene shows; ``see`` waits for it only."""

    scene: str
    control: str
    see: bool = False


@dataclass(frozen=True)
class Code:
    """Enter the six digits that the last command printed."""


@dataclass(frozen=True)
class Enter:
    """Press Enter in a terminal."""

    terminal: int


Step = Typed | Expected | Touch | Code | Enter
_STEP = re.compile(r"^```(sh|text)\n(.*?)^```$|<!-- (.*?) -->", re.MULTILINE | re.DOTALL)


def steps(text: str) -> list[Step]:
    """The steps of the page, from its blocks and comments. ``ValueError`` for an unknown one."""
    return [_step(*match.groups()) for match in _STEP.finditer(text)]


def _step(kind: str | None, block: str | None, comment: str | None) -> Step:
    if block is not None:
        lines = tuple(block.splitlines())
        if kind == "text":
            return Expected(lines)
        named = re.fullmatch(r"# terminal (\d)", lines[0])
        return Typed(int(named[1]), lines[1:]) if named else Typed(1, lines)
    match (comment or "").split():
        case ["touch", scene, control]:
            return Touch(scene, control)
        case ["see", scene, control]:
            return Touch(scene, control, see=True)
        case ["code"]:
            return Code()
        case ["enter", number]:
            return Enter(int(number))
    raise ValueError(f"no step: {comment}")
