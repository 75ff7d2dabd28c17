"""The tools of a trial installation on the real stacks: the printer and the sample card."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.rig.ippeveprinter import listens
from tests.rig.pcscd import Pcscd
from tests.rig.print_fixtures import PrintStack, free_port
from tests.rig.print_jobs import pdf
from tests.rig.processes import START_S, Daemon, wait_until

pytestmark = [pytest.mark.rig, pytest.mark.timeout(180)]
ROOT = Path(__file__).parents[2]
QUEUE = "trial"


class Device:
    """A running printer program with its queue."""

    def __init__(self, stack: PrintStack, folder: Path, command: list[str], port: int) -> None:
        self._stack = stack
        self._uri = f"ipp://localhost:{port}/ipp/print"
        environment = {**os.environ, "STATION_TRIAL_PORT": str(port)}
        self._daemon = Daemon(command, folder / "log", environment)
        self._daemon.start()
        wait_until(lambda: listens(port), START_S, "the printer")
        stack.cupsd.add_queue(QUEUE, self._uri)

    def prints(self, folder: Path) -> tuple[int, dict[str, object]]:
        """Print two pages with ``station print``; return exit code and JSON output."""
        file = folder / "two-pages.pdf"
        file.write_bytes(pdf(2))
        done = subprocess.run(
            [sys.executable, "-m", "terminal", "print", str(file), "--queue", QUEUE,
             "--server", self._stack.cupsd.server, "--device-uri", self._uri,
             "--state", str(folder / "state"), "--json"],
            capture_output=True, text=True, cwd=ROOT, timeout=100, check=False,
        )  # fmt: skip
        return done.returncode, json.loads(done.stdout)

    def stop(self) -> None:
        """Stop the program and remove its queue."""
        self._daemon.stop()
        self._stack.cupsd.remove_queue(QUEUE)


@pytest.fixture
def device(print_stack: PrintStack, tmp_path: Path) -> Iterator[Callable[..., Device]]:
    """A function that starts a printer program: ``device(COMMAND, PORT)``."""
    made: list[Device] = []

    def start(command: list[str], port: int) -> Device:
        made.append(Device(print_stack, tmp_path, command, port))
        return made[-1]

    yield start
    for each in made:
        each.stop()


def test_the_trial_printer_counts_and_stores_the_papers(
    device: Callable[..., Device], tmp_path: Path
) -> None:
    papers = tmp_path / "papers"
    printer = device([str(ROOT / "deploy" / "trial" / "printer"), str(papers)], free_port())
    for number in (1, 2):
        code, answer = printer.prints(tmp_path)
        assert (code, answer["outcome"], answer["pages_done"]) == (0, "printed", 2)
        assert answer["explanation"] == ""
        paper = papers / f"paper-{number}.pdf"
        info = subprocess.run(["pdfinfo", paper], capture_output=True, text=True, check=True)
        assert "Pages:           2" in info.stdout


def test_a_printer_that_counts_no_pages_is_explained(
    device: Callable[..., Device], tmp_path: Path
) -> None:
    port = free_port()
    spool = tmp_path / "spool"
    spool.mkdir()
    printer = device(
        ["ippeveprinter", "-d", str(spool), "-p", str(port), "-r", "off", "-n", "localhost",
         "-f", "application/pdf", "-c", "/bin/true", "Plain"],
        port,
    )  # fmt: skip
    code, answer = printer.prints(tmp_path)
    assert (code, answer["outcome"]) == (3, "unknown")
    assert "counts no pages" in str(answer["explanation"])
    assert "deploy/trial/printer" in str(answer["explanation"])


def test_a_sample_card_is_presented_until_enter(pcscd: Pcscd) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "tests.rig.sample_card", "wang"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT,
    ) as card:  # fmt: skip
        assert card.stdout is not None
        assert "王建明" in card.stdout.readline()
        read = subprocess.run(
            [sys.executable, "-m", "terminal", "card", "--pcsc", "Virtual", "--reveal", "--json",
             "--timeout", "30"],
            capture_output=True, text=True, cwd=ROOT, timeout=60, check=False,
        )  # fmt: skip
        assert read.returncode == 0
        assert "王建明" in read.stdout
        answer, _ = card.communicate("\n", timeout=30)
        assert "removed" in answer
        assert card.returncode == 0
