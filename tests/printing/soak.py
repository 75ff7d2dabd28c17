"""The long form of the kill tests: kill the terminal at many moments of a print job.

Run inside the rig: ``tests/rig/enter .venv/bin/python -m tests.printing.soak [--points 240]``.
It takes about 1.6 s for each moment. The exit code is pytest's.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

import pytest


def main() -> int:
    """Set the number of moments and run the tests."""
    parser = argparse.ArgumentParser(prog="python -m tests.printing.soak", description=__doc__)
    parser.add_argument(
        "--points", type=int, default=240, help="moments to kill at (default: %(default)s)"
    )
    parser.add_argument(
        "tests",
        nargs="*",
        default=["cups/test_kill.py", "test_printer_group_kill.py"],
        help="test files (default: both kill tests)",
    )
    wanted = parser.parse_args()
    os.environ["STATION_KILL_POINTS"] = str(wanted.points)
    tests = [str(Path(__file__).parent / each) for each in wanted.tests]
    return int(pytest.main(["-q", "-s", "-p", "no:cacheprovider", *tests]))


if __name__ == "__main__":
    sys.exit(main())
