"""The document process in the whole terminal: when it runs, and what a visit shows if it fails."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest

from devices.health import Fault
from printing.document_worker.pictures import Picture
from printing.faults import CANNOT_BE_SHOWN, CHECKER_DOWN
from terminal.journal.journal import Journal
from terminal.runtime.assembly import Terminal
from terminal.session import events as ev
from terminal.session import model as m
from terminal.session import states as st
from tests.terminal.terminal_bench import TerminalBench, preview, ready
from tests.terminal.terminal_world import until

pytestmark = pytest.mark.process


ROOT = Path(__file__).parents[3]


def process(terminal: Terminal) -> int:
    """Wait for the process and return its id."""
    until(lambda: terminal.documents.pid, "the document process")
    pid = terminal.documents.pid
    assert pid is not None
    return pid


def gone(pid: int) -> bool:
    return not Path(f"/proc/{pid}").exists()


def draw(document: m.Document) -> Picture | Fault:
    answer: Future[Picture | Fault] = Future()
    assert document.preview is not None
    document.preview.ask(0, 100, 141, answer.set_result)
    return answer.result(60)


def test_document_process_runs_from_start_to_stop(bench: TerminalBench) -> None:
    terminal, watch = bench.terminal(start=False)
    assert terminal.documents.pid is None
    terminal.start()
    ready(watch)
    pid = process(terminal)
    assert Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")[4] == b"ui.documents.process"
    terminal.stop()
    assert gone(pid)


def test_document_can_be_rendered_until_its_visit_ends(bench: TerminalBench) -> None:
    terminal, watch = bench.terminal()
    ready(watch)
    document = preview(bench, terminal, watch).document
    pages = document.preview
    assert pages is not None
    assert isinstance(draw(document), Picture)
    terminal.runtime.post(ev.LeavePressed())
    watch.wait(st.Ending)
    until(lambda: document.wiped, "the wiping")
    assert document.preview is None
    answer: Future[Picture | Fault] = Future()
    pages.ask(0, 100, 141, answer.set_result)
    assert answer.result(60) == CANNOT_BE_SHOWN


def test_visit_is_served_after_the_document_process_was_killed(bench: TerminalBench) -> None:
    terminal, watch = bench.terminal()
    ready(watch)
    killed = process(terminal)
    os.kill(killed, signal.SIGKILL)
    until(lambda: gone(killed), "its end")
    document = preview(bench, terminal, watch).document
    assert isinstance(draw(document), Picture)
    os.kill(process(terminal), signal.SIGKILL)
    terminal.runtime.post(ev.PrintPressed())  # printing does not use the document process
    watch.wait(st.Collecting)
    assert [path.read_bytes().startswith(b"%PDF-") for path in bench.paper] == [True]


def test_document_that_cannot_be_shown_is_not_printed(bench: TerminalBench) -> None:
    terminal, watch = bench.terminal()
    ready(watch)
    shown = preview(bench, terminal, watch)
    terminal.runtime.post(ev.PageNotShown(shown.request, CANNOT_BE_SHOWN))
    assert watch.wait(st.ServiceFailure).fault == CANNOT_BE_SHOWN
    until(lambda: shown.document.wiped, "the wiping")
    terminal.runtime.post(ev.PrintPressed())
    terminal.runtime.post(ev.LeavePressed())
    watch.wait(st.Ending)
    assert bench.paper == []


def test_missing_document_process_is_a_fault_and_shows_no_document(bench: TerminalBench) -> None:
    terminal, watch = bench.terminal(documents=(sys.executable, "-c", "raise SystemExit(3)"))
    ready(watch)
    bench.readers[-1].present("wang")
    watch.wait(st.Consenting)
    terminal.runtime.post(ev.Consented())
    item = watch.wait(st.Choosing).station.items[0].id
    terminal.runtime.post(ev.ServiceChosen(item))
    assert watch.wait(st.ServiceFailure).fault == CHECKER_DOWN
    until(
        lambda: (CHECKER_DOWN.code, "") in bench.rows("SELECT code, page FROM faults"),
        "the fault in the journal, of no page",
    )
    assert bench.paper == []


def test_early_document_process_failure_is_recorded_once_the_journal_is_open(
    bench: TerminalBench, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    opened = Journal.open
    failed = f"{CHECKER_DOWN.code}: the document process is lost"

    def slow(*given: Any) -> Journal | Fault:
        # The journal opens only after the second failure in a row, which is reported.
        until(lambda: caplog.text.count(failed) >= 2, "the failures of the document process")
        return opened(*given)

    monkeypatch.setattr(Journal, "open", slow)
    _, watch = bench.terminal(documents=(sys.executable, "-c", "raise SystemExit(3)"))
    ready(watch)
    until(
        lambda: (CHECKER_DOWN.code, "") in bench.rows("SELECT code, page FROM faults"),
        "the fault in the journal, of no page",
    )


def test_terminal_process_imports_neither_verifier_nor_renderer() -> None:
    script = (
        "import sys\n"
        "from datetime import UTC, datetime\n"
        "import terminal.runtime.assembly, ui.window\n"
        "from printing.document_worker.client import DocumentWorker\n"
        "from ui.documents.process import COMMAND\n"
        "worker = DocumentWorker(COMMAND)\n"
        "found = worker.check(b'%PDF-', anchors=[], at=datetime.now(UTC))\n"
        "worker.close()\n"
        "print(found.code, [m for m in ('pyhanko', 'PySide6.QtPdf', 'printing.documents')"
        " if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True
    )
    assert done.stdout == "DOC-101 []\n"
