"""`make bench`: every figure beside its bar and peer, as a table and `benchmarks/results.json`."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from . import documents, journey
from .figures import Figure, keep, table

ROOT = Path(__file__).parents[1]
RESULTS = Path(__file__).parent / "results.json"


def main() -> int:
    """Measure everything; exit code 1 where a figure is short of its bar."""
    figures: list[Figure] = []
    for name, measure in (
        ("journey", journey.measure),
        ("documents", documents.measure),
        ("cards", cards_in_the_rig),
    ):
        print(f"measuring {name} ...", file=sys.stderr, flush=True)
        figures += measure()
    print(table(figures))
    keep(figures, RESULTS)
    return 0 if all(figure.met is not False for figure in figures) else 1


def cards_in_the_rig() -> list[Figure]:
    """The card figures, measured where pcscd is the rig's own."""
    done = subprocess.run(
        [ROOT / "tests/rig/enter", sys.executable, "-m", "benchmarks.cards", "--json"],
        stdout=subprocess.PIPE, check=True, cwd=ROOT,
    )  # fmt: skip
    told = json.loads(done.stdout)
    return [
        Figure(**(figure | {"spread": tuple(figure["spread"]) if figure["spread"] else None}))
        for figure in told.values()
    ]


if __name__ == "__main__":
    sys.exit(main())
