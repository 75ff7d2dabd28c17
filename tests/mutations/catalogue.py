"""The mutations: one changed line of product code each, and the tests that must notice it.

For `__main__`, which runs them, and for the test that keeps them up to date with the code. The
mutations stand in the TOML files of this folder, one file per area.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
FOLDER = Path(__file__).parent


class StaleMutationError(Exception):
    """A mutation no longer fits the code."""


@dataclass(frozen=True)
class Mutation:
    """One defect: in ``file`` the line ``old`` becomes ``new``.

    ``occurrence`` counts equal lines from 1; 0: there is only one such line. ``tests`` are files
    or folders of tests, of which at least one must fail. ``rig``: they need the real stacks, and
    run inside ``tests/rig/enter``.
    ``survives`` is the reason why no test can notice it; empty for all that must be noticed.
    """

    name: str
    area: str
    file: str
    old: str
    new: str
    tests: tuple[str, ...]
    occurrence: int = 0
    rig: bool = False
    survives: str = ""

    def applied_to(self, source: str) -> str:
        """Return ``source`` with the defect.

        :raises StaleMutationError: the line is missing, or equal lines are not told apart.
        """
        lines = source.split("\n")
        at = [number for number, line in enumerate(lines) if line == self.old]
        if not at or len(at) < self.occurrence or (len(at) > 1 and not self.occurrence):
            raise StaleMutationError(f"{self.name}: {self.file} has {len(at)} lines {self.old!r}")
        lines[at[max(0, self.occurrence - 1)]] = self.new
        return "\n".join(lines)


def mutations(folder: Path = FOLDER) -> list[Mutation]:
    """Return every mutation, by area and in the order of its file.

    :raises ValueError: a name stands twice.
    """
    found = [
        Mutation(**{**entry, "tests": tuple(entry["tests"])}, area=path.stem)
        for path in sorted(folder.glob("*.toml"))
        for entry in tomllib.loads(path.read_text(encoding="utf-8"))["mutation"]
    ]
    names = [mutation.name for mutation in found]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ValueError(f"mutations of one name: {', '.join(twice)}")
    return found
