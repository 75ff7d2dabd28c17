"""The document process in the whole terminal: when it runs, and what a visit sees if it fails."""

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
from tests.terminal.house import House, preview, ready
from tests.terminal.terminal_world import until

ROOT = Path(__file__).parents[3]


def process(terminal: Terminal) -> int:
    """The process's id, once there is one."""
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


def test_it_runs_from_the_start_to_the_stop(house: House) -> None:
    terminal, watch = house.terminal(start=False)
    assert terminal.documents.pid is None
    terminal.start()
    ready(watch)
    pid = process(terminal)
    assert Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")[4] == b"ui.documents.process"
    terminal.stop()
    assert gone(pid)


def test_a_document_is_drawn_until_its_visit_ends(house: House) -> None:
    terminal, watch = house.terminal()
    ready(watch)
    document = preview(house, terminal, watch).document
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


def test_a_visit_after_it_was_killed_is_served(house: House) -> None:
    terminal, watch = house.terminal()
    ready(watch)
    killed = process(terminal)
    os.kill(killed, signal.SIGKILL)
    until(lambda: gone(killed), "its end")
    document = preview(house, terminal, watch).document
    assert isinstance(draw(document), Picture)
    os.kill(process(terminal), signal.SIGKILL)
    terminal.runtime.post(ev.PrintPressed())  # what is printed does not come from there
    watch.wait(st.Collecting)
    assert [path.read_bytes().startswith(b"%PDF-") for path in house.paper] == [True]


def test_a_page_that_cannot_be_shown_is_not_printed(house: House) -> None:
    terminal, watch = house.terminal()
    ready(watch)
    shown = preview(house, terminal, watch)
    terminal.runtime.post(ev.PageNotShown(shown.request, CANNOT_BE_SHOWN))
    assert watch.wait(st.Trouble).fault == CANNOT_BE_SHOWN
    until(lambda: shown.document.wiped, "the wiping")
    terminal.runtime.post(ev.PrintPressed())
    terminal.runtime.post(ev.LeavePressed())
    watch.wait(st.Ending)
    assert house.paper == []


def test_without_it_no_document_is_shown_and_that_is_known(house: House) -> None:
    terminal, watch = house.terminal(documents=(sys.executable, "-c", "raise SystemExit(3)"))
    ready(watch)
    house.readers[-1].lay("wang")
    watch.wait(st.Consenting)
    terminal.runtime.post(ev.Consented())
    item = watch.wait(st.Choosing).station.items[0].id
    terminal.runtime.post(ev.ServiceChosen(item))
    assert watch.wait(st.Trouble).fault == CHECKER_DOWN
    until(
        lambda: (CHECKER_DOWN.code, "") in house.rows("SELECT code, page FROM faults"),
        "the fault in the journal, of no page",
    )
    assert house.paper == []


def test_a_process_that_fails_before_the_journal_is_open_is_in_the_journal(
    house: House, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    opened = Journal.open
    failed = f"{CHECKER_DOWN.code}: the document process is lost"

    def slow(*given: Any) -> Journal | Fault:
        # The second failure in a row is reported; only then there is a journal.
        until(lambda: caplog.text.count(failed) >= 2, "the failures of the document process")
        return opened(*given)

    monkeypatch.setattr(Journal, "open", slow)
    _, watch = house.terminal(documents=(sys.executable, "-c", "raise SystemExit(3)"))
    ready(watch)
    until(
        lambda: (CHECKER_DOWN.code, "") in house.rows("SELECT code, page FROM faults"),
        "the fault in the journal, of no page",
    )


def test_the_terminals_own_process_loads_neither_the_verifier_nor_the_renderer() -> None:
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
