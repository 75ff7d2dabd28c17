"""Repeat the tests that depend on timing beside a busy load, and count what fails.

Run ``python -m tests.stability [--rig 5] [--kill 200] [--nohup 1] [--load 2] [--jobs 3]``:

- ``--rig``: runs of all rig tests, as `make rig-test` has them;
- ``--kill``: runs of the test that kills a terminal with two printers at ten instants each;
- ``--nohup``: runs of all tests, started with SIGHUP and SIGINT ignored;
- ``--load``: processes that compute all the time, beside every run;
- ``--jobs``: kill runs side by side, each with daemons of its own.

It prints a line for each run and a total, and ends with 0 if no run failed. What a failed run
printed, and the logs of its daemons, stay in ``--out``. Nothing is run a second time.
"""

from __future__ import annotations

import argparse
import contextlib
import re
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
ENTER = ("tests/rig/enter",)
IGNORING = ("/bin/sh", "-c", 'trap "" HUP INT; exec "$@"', "nohup")
"""As `nohup COMMAND &` starts it in a script."""
PYTEST = (sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider")
RIG_FOLDERS = ("devices", "journey", "printing", "terminal", "ui")
KILL_TEST = (
    "tests/printing/test_printer_group_kill.py"
    "::test_two_printers_lose_and_double_nothing_when_killed"
)
RUN_LIMIT_S = 3600
"""A run of everything takes minutes; under load several times that."""
BUSY = "import os; ours = os.getppid()\nwhile os.getppid() == ours: sum(range(100_000))"
"""Computes until its parent is gone."""
SUMMARY = re.compile(r"^(?=.*\b(?:passed|failed|errors?)\b).* in [\d.]+s.*$", re.MULTILINE)
"""Pytest's last line."""


@dataclass(frozen=True)
class Run:
    """One run to be made."""

    name: str
    command: tuple[str, ...]


def runs_of(options: argparse.Namespace) -> list[list[Run]]:
    """The runs in groups; those of a group may be made side by side."""
    folders = [f"tests/{name}" for name in RIG_FOLDERS]
    rig = (*ENTER, *PYTEST, "-m", "rig", *folders)
    kill = (*ENTER, *PYTEST, "-s", KILL_TEST)
    unit = (*IGNORING, *PYTEST, "-n", "auto", "-m", "not rig")
    groups = [[Run(f"rig-{number}", rig)] for number in range(1, options.rig + 1)]
    for number in range(1, options.nohup + 1):
        groups.append([Run(f"nohup-unit-{number}", unit)])
        groups.append([Run(f"nohup-rig-{number}", (*IGNORING, *rig))])
    return [*groups, [Run(f"kill-{number}", kill) for number in range(1, options.kill + 1)]]


@contextlib.contextmanager
def load(processes: int) -> Iterator[None]:
    """So many processes that compute, ended with the block."""
    busy = [subprocess.Popen([sys.executable, "-c", BUSY]) for _ in range(processes)]
    try:
        yield
    finally:
        for each in busy:
            each.kill()
            each.wait()


def make(run: Run, out: Path) -> bool:
    """Make one run, say how it ended, and keep what it left only if it failed."""
    kept = out / run.name
    shutil.rmtree(kept, ignore_errors=True)
    kept.mkdir(parents=True)
    output = kept / "output"
    began = time.monotonic()
    with output.open("wb") as file:
        try:
            done: int | str = subprocess.run(
                ["env", f"STATION_RIG_LOGS={kept / 'daemons'}", *run.command],
                cwd=ROOT, stdin=subprocess.DEVNULL, stdout=file, stderr=subprocess.STDOUT,
                timeout=RUN_LIMIT_S, check=False,
            ).returncode  # fmt: skip
        except subprocess.TimeoutExpired:
            done = f"not over after {RUN_LIMIT_S} s"
    said = SUMMARY.findall(output.read_text("utf-8", "replace"))
    verdict = "passed" if done == 0 and said else f"FAILED (exit {done}), see {kept}"
    print(f"{run.name}: {verdict}: {time.monotonic() - began:.0f} s: {' '.join(said[-1:])}",
          flush=True)  # fmt: skip
    if verdict == "passed":
        shutil.rmtree(kept)
    return verdict == "passed"


def make_all(groups: Sequence[Sequence[Run]], out: Path, jobs: int) -> dict[str, list[bool]]:
    """Make all runs; whether each passed, by kind."""
    results: dict[str, list[bool]] = {}
    lock = threading.Lock()

    def one(run: Run) -> None:
        passed = make(run, out)
        with lock:
            results.setdefault(run.name.rpartition("-")[0], []).append(passed)

    for group in groups:
        with ThreadPoolExecutor(jobs) as pool:
            list(pool.map(one, group))
    return results


def main(arguments: Sequence[str] | None = None) -> int:
    """Entry of ``python -m tests.stability``."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.stability",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--rig", type=int, default=5, help="runs of all rig tests (default: %(default)s)"
    )
    parser.add_argument(
        "--kill", type=int, default=200, help="runs of the kill test (default: %(default)s)"
    )
    parser.add_argument(
        "--nohup",
        type=int,
        default=1,
        help="runs with SIGHUP and SIGINT ignored (default: %(default)s)",
    )
    parser.add_argument(
        "--load", type=int, default=2, help="busy processes beside each run (default: %(default)s)"
    )
    parser.add_argument(
        "--jobs", type=int, default=3, help="kill runs at the same time (default: %(default)s)"
    )
    parser.add_argument(
        "--out", type=Path, default=ROOT / "build" / "stability", help="folder for output and logs"
    )
    options = parser.parse_args(arguments)
    with load(options.load):
        results = make_all(runs_of(options), options.out, options.jobs)
    for kind, passed in results.items():
        print(f"{kind}: {sum(passed)} of {len(passed)} runs passed, load {options.load}")
    return 0 if all(all(passed) for passed in results.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
