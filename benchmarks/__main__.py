"""`make bench`: every figure with its bar and peer, as a table and in `benchmarks/results.json`."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from . import documents, journey
from .figures import Figure, keep, table

ROOT = Path(__file__).parents[1]
RESULTS = Path(__file__).parent / "results.json"


def main() -> int:
    """Measure everything; the exit code is 1 if a figure misses its bar."""
    figures: list[Figure] = []
    for name, measure in (
        ("journey", journey.measure),
        ("pages", page_changes),
        ("documents", documents.measure),
        ("cards", cards_in_the_rig),
    ):
        print(f"measuring {name} ...", file=sys.stderr, flush=True)
        figures += measure()
    print(table(figures))
    keep(figures, RESULTS)
    return 0 if all(figure.met is not False for figure in figures) else 1


def page_changes() -> list[Figure]:
    """Measure the page changes in a process of their own, which has Qt's application."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.pages"],
        stdout=subprocess.PIPE, check=True, cwd=ROOT,
        env=os.environ | {"QT_QPA_PLATFORM": "offscreen"},
    )  # fmt: skip
    return _figures(json.loads(done.stdout))


def cards_in_the_rig() -> list[Figure]:
    """Measure the card figures inside the rig, which has its own pcscd."""
    done = subprocess.run(
        [ROOT / "tests/rig/enter", sys.executable, "-m", "benchmarks.cards", "--json"],
        stdout=subprocess.PIPE, check=True, cwd=ROOT,
    )  # fmt: skip
    return _figures(json.loads(done.stdout).values())


def _figures(printed: Iterable[dict[str, Any]]) -> list[Figure]:
    return [
        Figure(**(figure | {"spread": tuple(figure["spread"]) if figure["spread"] else None}))
        for figure in printed
    ]


if __name__ == "__main__":
    sys.exit(main())
