"""Run the mutations: change one line of the product, and see whether the tests notice.

``make mutate``, or ``python -m tests.mutations [--only WORD] [--jobs N] [--json FILE]``. Each
mutation runs in a copy of the tree, so the tree itself never changes. First all named tests must
pass on the unchanged code. Exit code 0: every mutation was noticed, or its survival is explained;
1: a mutation survived without a reason; 2: the run itself failed.
"""

from __future__ import annotations

import argparse
import json
import os
import queue
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from tests.mutations.catalogue import ROOT, Mutation, mutations

TESTS_LIMIT_S = 240.0
"""For the tests of one mutation: four times what the slowest take on two loaded cores."""
TESTS_FAILED = 1
"""Pytest's exit code when tests ran and at least one failed."""


class Verdict(StrEnum):
    """What became of a mutation."""

    NOTICED = "noticed"
    HUNG = "noticed (hung)"
    SURVIVED = "survived"
    BROKEN = "broken"
    """Pytest could not run the tests: the mutation is not a defect but a syntax or import error."""


@dataclass(frozen=True)
class Result:
    """One mutation's run. ``says``: the first failed test, or the end of pytest's output."""

    mutation: Mutation
    verdict: Verdict
    seconds: float
    says: str


def main() -> int:
    """Run the chosen mutations and print a line for each, then the counts."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutations", description=__doc__)
    parser.add_argument(
        "--only", default="", help="run only mutations whose area or name contains this"
    )
    parser.add_argument(
        "--jobs",
        type=int,
        default=os.cpu_count() or 1,
        help="mutations at the same time (default: %(default)s)",
    )
    parser.add_argument("--json", type=Path, help="write the results to this file")
    wanted = parser.parse_args()
    chosen = [each for each in mutations() if wanted.only in f"{each.area} {each.name}"]
    if not chosen:
        parser.error(f"no mutation contains {wanted.only!r}")
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="mutations-") as folder:
        trees = [_copy(Path(folder) / str(number)) for number in range(wanted.jobs)]
        for rig in (False, True):
            tests = sorted({test for each in chosen if each.rig is rig for test in each.tests})
            if tests and not _passes(trees[0], tests, rig):
                return 2
        results = _run_all(chosen, trees)
    return _report(results, time.monotonic() - began, wanted.json)


def _copy(tree: Path) -> Path:
    """Copy the files that git tracks, as they are in the working tree."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True
    )
    for name in listed.stdout.split("\0"):
        if name and (ROOT / name).is_file():
            (tree / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, tree / name)
    (tree / ".venv").symlink_to(ROOT / ".venv", target_is_directory=True)
    return tree


def _passes(tree: Path, tests: Sequence[str], rig: bool) -> bool:
    code, output = _pytest(tree, tests, rig, limit_s=10 * TESTS_LIMIT_S)
    if code != 0:
        print(output, file=sys.stderr)
        print("The tests fail on the unchanged code; nothing was measured.", file=sys.stderr)
    return code == 0


def _run_all(chosen: Sequence[Mutation], trees: Sequence[Path]) -> list[Result]:
    waiting: queue.SimpleQueue[Mutation] = queue.SimpleQueue()
    for mutation in chosen:
        waiting.put(mutation)
    results: list[Result] = []

    def work(tree: Path) -> None:
        while True:
            try:
                mutation = waiting.get_nowait()
            except queue.Empty:
                return
            result = _run(mutation, tree)
            results.append(result)
            print(
                f"{result.verdict:15} {result.seconds:5.1f} s  {mutation.area}/{mutation.name}"
                f"  {result.says}",
                flush=True,
            )

    threads = [threading.Thread(target=work, args=(tree,)) for tree in trees]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def _run(mutation: Mutation, tree: Path) -> Result:
    path = tree / mutation.file
    source = path.read_text(encoding="utf-8")
    began = time.monotonic()
    _write(path, mutation.applied_to(source))
    try:
        code, output = _pytest(tree, mutation.tests, mutation.rig, limit_s=TESTS_LIMIT_S)
    finally:
        _write(path, source)
    failed = [line for line in output.splitlines() if line.startswith(("FAILED", "ERROR"))]
    if code is None:
        verdict = Verdict.HUNG
    elif code == TESTS_FAILED:
        verdict = Verdict.NOTICED
    else:
        verdict = Verdict.BROKEN if code else Verdict.SURVIVED
    says = failed[0] if failed else "" if code == 0 else output.strip()[-400:]
    return Result(mutation, verdict, time.monotonic() - began, says[:160])


_stamp = iter(range(1, 1_000_000))


def _write(path: Path, source: str) -> None:
    """Write, with a time of its own: compiled code is reused if time and size are the same."""
    path.write_text(source, encoding="utf-8")
    os.utime(path, (1_000_000_000 + (at := next(_stamp)), 1_000_000_000 + at))


def _pytest(tree: Path, tests: Sequence[str], rig: bool, limit_s: float) -> tuple[int | None, str]:
    """Run the tests up to the first failure; the exit code is ``None`` if they hung."""
    command = [
        str(tree / ".venv/bin/python"), "-m", "pytest", "-x", "-q", "--tb=line", "-rfE",
        "-p", "no:cacheprovider", "-m", "rig" if rig else "not rig", *tests,
    ]  # fmt: skip
    if rig:
        command = [str(tree / "tests/rig/enter"), *command]
    with subprocess.Popen(
        command, cwd=tree, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True, start_new_session=True,
        env={**os.environ, "PYTHONPATH": str(tree)},  # for processes that tests start elsewhere
    ) as running:  # fmt: skip
        try:
            output, _ = running.communicate(timeout=limit_s)
        except subprocess.TimeoutExpired:
            os.killpg(running.pid, signal.SIGKILL)
            running.communicate()
            return None, f"hung for {limit_s:.0f} s"
    return running.returncode, output


def _report(results: Sequence[Result], seconds: float, to: Path | None) -> int:
    noticed = [r for r in results if r.verdict in (Verdict.NOTICED, Verdict.HUNG)]
    survivors = [r for r in results if r.verdict is Verdict.SURVIVED]
    broken = [r for r in results if r.verdict is Verdict.BROKEN]
    unexplained = [r for r in survivors if not r.mutation.survives]
    print(f"\n{len(noticed)} of {len(results)} mutations noticed in {seconds / 60:.1f} min")
    for result in survivors:
        why = result.mutation.survives or "no reason given: a test is missing"
        print(f"survived: {result.mutation.area}/{result.mutation.name}: {why}")
    for result in broken:
        print(f"broken: {result.mutation.area}/{result.mutation.name}: {result.says}")
    if to is not None:
        rows = [
            {
                "area": r.mutation.area, "name": r.mutation.name, "verdict": r.verdict.value,
                "seconds": round(r.seconds, 1), "first": r.says,
            }
            for r in sorted(results, key=lambda r: (r.mutation.area, r.mutation.name))
        ]  # fmt: skip
        to.write_text(json.dumps(rows, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    if broken:
        return 2
    return 1 if unexplained else 0


if __name__ == "__main__":
    sys.exit(main())
