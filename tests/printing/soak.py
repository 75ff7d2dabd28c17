"""The long form of the kill test: the terminal is killed at many instants of a print job's life.

Run inside the rig: ``tests/rig/enter .venv/bin/python -m tests.printing.soak [--points 240]``.
It takes about 1.6 s an instant, and ends with pytest's own status.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

import pytest


def main() -> int:
    """Set the number of instants, and let the test itself run."""
    parser = argparse.ArgumentParser(prog="python -m tests.printing.soak", description=__doc__)
    parser.add_argument("--points", type=int, default=240, help="instants (default: 240)")
    parser.add_argument(
        "tests",
        nargs="*",
        default=["cups/test_kill.py", "test_printer_group_kill.py"],
        help="which",
    )
    wanted = parser.parse_args()
    os.environ["STATION_KILL_POINTS"] = str(wanted.points)
    tests = [str(Path(__file__).parent / each) for each in wanted.tests]
    return int(pytest.main(["-q", "-s", "-p", "no:cacheprovider", *tests]))


if __name__ == "__main__":
    sys.exit(main())
