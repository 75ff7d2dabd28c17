"""``station print`` as a process on the real print stack: only *printed* is a success."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from reportlab.lib.pagesizes import A4

from tests.rig.print_fixtures import PrintRig, PrintStack
from tests.rig.print_jobs import pdf
from tests.rig.processes import wait_until

pytestmark = [pytest.mark.rig, pytest.mark.timeout(120)]
ROOT = Path(__file__).parents[2]


class Command:
    """A running ``station print``."""

    def __init__(self, rig: PrintRig, folder: Path, size: tuple[float, float] = A4) -> None:
        file = folder / "two-pages.pdf"
        file.write_bytes(pdf(2, size))
        self.state = folder / "state"
        self.process = subprocess.Popen(
            [sys.executable, "-m", "terminal", "print", str(file), "--queue", rig.queue,
             "--device-uri", rig.device_uri, "--server", rig.cups_server,
             "--state", str(self.state), "--json"],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT,
        )  # fmt: skip

    def says(self, words: str) -> None:
        """Wait until the command's progress output contains these words."""
        assert self.process.stderr is not None
        for line in self.process.stderr:
            if words in line:
                return
        raise AssertionError(f"it ended without printing {words!r}")

    def ended(self) -> tuple[int, dict[str, object]]:
        """Wait until the command ends; return exit code and JSON output."""
        output, _ = self.process.communicate(timeout=60)
        return self.process.returncode, json.loads(output)


Start = Callable[[], Command]
"""A function that starts the command."""


@pytest.fixture
def command(print_rig: PrintRig, tmp_path: Path) -> Iterator[Start]:
    """A function that starts the command. Processes still running at the end are killed."""
    running: list[Command] = []

    def start() -> Command:
        running.append(Command(print_rig, tmp_path))
        return running[-1]

    yield start
    for each in running:
        if each.process.poll() is None:
            each.process.kill()
            each.process.communicate()


def test_a_printed_document_is_a_success(command: Start, print_rig: PrintRig) -> None:
    code, answer = command().ended()
    assert (code, answer["outcome"], answer["pages_done"]) == (0, "printed", 2)
    assert answer["may_still_print"] is False
    assert print_rig.pages_out() == 2


def test_a_page_of_another_size_asks_for_paper_of_that_size(
    print_stack: PrintStack, tmp_path: Path
) -> None:
    rig = print_stack.rig(paper_mm=(80, 200))
    try:
        code, answer = Command(rig, tmp_path, (80 / 25.4 * 72, 200 / 25.4 * 72)).ended()
        assert (code, answer["outcome"]) == (0, "printed"), answer
        assert "{x-dimension=8000 y-dimension=20000}" in rig.received()[0].media
    finally:
        rig.close()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_command_cancels_and_does_not_report_printed(
    command: Start, print_rig: PrintRig, number: signal.Signals
) -> None:
    print_rig.paper_out(after=1)
    printing = command()
    # Wait for the progress: the page is printed a moment before the command reads that.
    printing.says("printing: 1 of 2 pages")
    printing.process.send_signal(number)
    code, answer = printing.ended()
    assert code in (3, 6)
    assert answer["outcome"] in ("unknown", "printing")
    assert answer["pages_done"] == 1
    wait_until(lambda: not print_rig.documents_left(), 10.0, "cupsd has let the document go")
    # This printer keeps the job until it has paper and then prints it, as the output announced.
    assert answer["may_still_print"] is True
    print_rig.refill()
    wait_until(lambda: print_rig.pages_out() == 2, 10.0, "the second page after all")


def test_a_second_command_does_not_cancel_the_job_of_the_first(
    command: Start, print_rig: PrintRig
) -> None:
    """A starting command cancels open jobs of its journal, but not those of a running process."""
    print_rig.hold()
    first = command()
    wait_until(lambda: len(print_rig.received()) == 1, 30.0, "the document is at the device")
    code, answer = command().ended()
    assert (code, answer["outcome"], answer["fault"]) == (4, "queued", "SYS-302")
    print_rig.unhold()
    code, answer = first.ended()
    assert (code, answer["outcome"], answer["pages_done"]) == (0, "printed", 2)
    assert print_rig.pages_out() == 2
