"""Programs whose parent ignores or blocks signals still end when they are asked to, and only then.

`nohup` ignores SIGHUP, a shell's background job ignores SIGINT, and some supervisors block signals.
"""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.rig.processes import wait_until

from .test_demo import INSURANCE

pytestmark = pytest.mark.process


ROOT = Path(__file__).parents[2]
IGNORING = "import os, signal, sys\n{}\nos.execv(sys.executable, [sys.executable, *sys.argv[1:]])"
"""A parent that prepares its signals and then becomes the program under test."""


def started_with(prepare: str, *arguments: object) -> list[str]:
    """Return the command line of a program whose parent first runs ``prepare``."""
    return [sys.executable, "-c", IGNORING.format(prepare), *map(str, arguments)]


@pytest.mark.parametrize(
    ("prepare", "number", "code"),
    [
        ("signal.signal(signal.SIGHUP, signal.SIG_IGN)", signal.SIGHUP, 0),
        ("signal.signal(signal.SIGINT, signal.SIG_IGN)", signal.SIGINT, 0),
        ("signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})", signal.SIGTERM, 143),
        ("signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGHUP})", signal.SIGHUP, 129),
    ],
)
def test_demo_goes_on_if_a_signal_is_ignored_and_ends_if_it_was_blocked(
    environment: dict[str, str], tmp_path: Path, prepare: str, number: signal.Signals, code: int
) -> None:
    temporary = tmp_path / "tmpdir"
    command = started_with(
        prepare, "-m", "terminal", "demo", "--headless", "--card", "wang-ssc",
        "--service", INSURANCE, "--no-screens", "--out", tmp_path / "out",
    )  # fmt: skip
    with subprocess.Popen(
        command, env=environment, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as demo:
        try:
            wait_until(lambda: any(temporary.glob("station-demo-*")), 60, "the demo has begun")
            demo.send_signal(number)
            said, _ = demo.communicate(timeout=60)
        finally:
            demo.kill()
    assert demo.returncode == code
    if code == 0:
        assert json.loads(said)["outcome"] == "printed"
    assert list(temporary.iterdir()) == []


def test_exit_code_of_a_child_is_known_if_the_parent_ignored_sigchld() -> None:
    script = (
        "import subprocess, sys\nfrom terminal.process.signals import accept_signals\n"
        "accept_signals()\n"
        "print(subprocess.run([sys.executable, '-c', 'raise SystemExit(3)']).returncode)"
    )
    command = started_with("signal.signal(signal.SIGCHLD, signal.SIG_IGN)", "-c", script)
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "3\n"


RESERVED = 1 << 31 | 1 << 32
"""Mask of signals 32 and 33. The C library reserves them, so a program cannot reset them if they
were ignored when it started."""


def test_children_of_the_tests_start_with_default_signals() -> None:
    """Otherwise tests of signals would fail if the tests were started with `nohup` or `&`."""
    script = (
        "import os, signal, subprocess, sys\n"
        "from tests.rig.processes import give_children_default_signals\n"
        "give_children_default_signals()\n"
        "os.kill(os.getpid(), signal.SIGHUP)\n"  # still ignored, as in the parent
        "os.kill(os.getpid(), signal.SIGINT)\n"
        "subprocess.run(['grep', '-E', 'Sig(Blk|Ign)', '/proc/self/status'], check=True)"
    )
    prepare = (
        "for n in (signal.SIGHUP, signal.SIGINT, signal.SIGQUIT, signal.SIGCHLD, signal.SIGUSR1):"
        " signal.signal(n, signal.SIG_IGN)\n"
        "signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM, signal.SIGUSR2})"
    )
    done = subprocess.run(
        started_with(prepare, "-c", script), cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    masks = dict(line.split(":\t") for line in done.stdout.splitlines())
    found = {name: int(mask, 16) & ~RESERVED for name, mask in masks.items()}
    assert found == {"SigBlk": 0, "SigIgn": 0}
