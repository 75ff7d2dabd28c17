"""The memory of the terminal's processes is in no core dump, whatever the system's settings."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.process


ROOT = Path(__file__).parents[3]
PR_GET_DUMPABLE = 3
"""prctl(2)."""
REPORT = f"import ctypes, os; report = lambda: os.write(1, b'%d' % ctypes.CDLL(None).prctl({PR_GET_DUMPABLE}))\n"  # noqa: E501
CORE_PATTERN = Path("/proc/sys/kernel/core_pattern")


def crashed(before: str, folder: Path) -> bool:
    """Run ``before`` and crash with core dumps allowed; return whether one was made."""

    def allow() -> None:
        resource.setrlimit(resource.RLIMIT_CORE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))

    script = f"import os, resource, sys; sys.path.insert(0, {str(ROOT)!r})\n{before}\nos.abort()"
    with subprocess.Popen([sys.executable, "-c", script], cwd=folder, preexec_fn=allow) as child:
        _, status = os.waitpid(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    assert os.WIFSIGNALED(status)
    return os.WCOREDUMP(status)


def test_crash_leaves_no_core_dump(tmp_path: Path) -> None:
    _, hard = resource.getrlimit(resource.RLIMIT_CORE)
    if hard != resource.RLIM_INFINITY and os.geteuid() != 0:
        pytest.skip("this user may not allow core dumps")
    if not crashed("", tmp_path):
        pytest.skip(f"this system makes no core dumps: {CORE_PATTERN.read_text().strip()}")
    keep = "from devices.system.memory import keep_memory_private; {}keep_memory_private()"
    assert not crashed(keep.format(""), tmp_path)
    # A core dump into a pipe ignores the limit, so the limit is left out here.
    assert not crashed(keep.format("resource.setrlimit = lambda *_: None; "), tmp_path)


@pytest.mark.parametrize(
    "start",
    [
        # Every command passes through `main`; the last one is the fastest to stop at.
        "import terminal.cli as cli, terminal.commands.pin as pin\n"
        "pin.pin = lambda **_: report()\n"
        "cli.main(['pin'])",
        "import terminal.sandbox.server as server\n"
        "server.serve = lambda _: report()\n"
        "server.main([])",
        "import sys, ui.voice.engine as engine\n"
        "sys.argv[1:] = ['--folder', '/nonexistent', '--voices', '{}']\n"
        "engine.serve = lambda *_: report()\n"
        "engine.main()",
    ],
    ids=["station", "sandbox", "speech"],
)
def test_each_program_of_the_terminal_keeps_its_memory_private(start: str) -> None:
    script = (
        f"{REPORT}{start}\nimport resource; print('', *resource.getrlimit(resource.RLIMIT_CORE))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout == "0 0 0\n"
