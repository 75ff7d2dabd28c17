"""``station print`` reports a queue that cupsd does not have, and prints nothing."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from printing.faults import QUEUE_MISSING
from tests.rig.print_fixtures import PrintRig
from tests.rig.print_jobs import pdf

pytestmark = [pytest.mark.rig, pytest.mark.timeout(120)]


def test_a_missing_queue_is_reported(print_rig: PrintRig, tmp_path: Path) -> None:
    file = tmp_path / "page.pdf"
    file.write_bytes(pdf(1))
    done = subprocess.run(
        [sys.executable, "-m", "terminal", "print", str(file), "--queue", "nosuchqueue",
         "--server", print_rig.cups_server, "--state", str(tmp_path / "state"), "--json"],
        capture_output=True, text=True, cwd=Path(__file__).parents[2], check=False, timeout=100,
    )  # fmt: skip
    answer = json.loads(done.stdout)
    assert (done.returncode, answer["outcome"], answer["pages_done"]) == (4, "queued", 0)
    assert answer["fault"] == QUEUE_MISSING.code
    assert answer["may_still_print"] is False
    assert print_rig.pages_out() == 0
