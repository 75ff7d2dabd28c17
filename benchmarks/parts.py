"""Measures the parts of one certificate, each alone; their sum is the peer of the whole journey.

The parts are: typesetting and sealing in the sandbox, the check and the first page's picture in the
document process, one connection to the platform with its requests, rows in the journal, and the
hand-over to the printer. What the journey takes beyond this sum is spent in the session, the pages
and the threads between them.
"""

from __future__ import annotations

import queue
import secrets
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from devices.health import Fault
from printing.folder_printer import FolderPrinter
from printing.outcome import PrintEnded
from printing.printer import JobRecord
from terminal.journal.journal import Journal
from terminal.platform.client import PlatformClient
from terminal.sandbox.process import SandboxProcess

RUNS = 30
FRESH = 3
EXCHANGES = 2
"""Identify and issue: the card of the journey needs no code. The message that the document was
printed follows later."""
ROWS = 8
"""Visit, consent, issue requested and answered, and four steps of the print job."""

DOCUMENT_BYTES = 56_000
"""The size of a sealed certificate."""


def sums_ms() -> list[float]:
    """Return the sum of all parts, `FRESH` times, as the journey runs once in a fresh process."""
    from . import documents

    return [
        documents.parts_ms() + exchanges_ms() + rows_ms() + hand_over_ms() for _ in range(FRESH)
    ]


def exchanges_ms() -> float:
    """Time `EXCHANGES` signed requests to a real sandbox over one new TLS connection."""
    with tempfile.TemporaryDirectory() as folder, SandboxProcess(Path(folder)) as sandbox:
        sandbox.wait_until_warm()
        client = PlatformClient(
            sandbox.address, ca_file=sandbox.ca_file, app_id=sandbox.app_id,
            request_key=sandbox.request_key, terminal_id="bench",
            catalogue_key=sandbox.catalogue_key,
        )  # fmt: skip

        def ask() -> None:
            answer = client.heartbeat(True, 1, ())
            assert not isinstance(answer, Fault), answer

        def ask_again() -> None:
            client.close()
            ask()

        took = _median_ms(ask_again) + (EXCHANGES - 1) * _median_ms(ask)
        client.close()
        return took


def rows_ms() -> float:
    """Time `ROWS` rows in a journal; each is durable before the next is written."""
    with tempfile.TemporaryDirectory() as folder:
        journal = Journal.open(Path(folder), secrets.token_bytes(32))
        assert not isinstance(journal, Fault), journal

        def write() -> None:
            assert journal.visit_began(secrets.token_hex(16), secrets.token_hex(32)) is None

        took = _median_ms(write)
        journal.close()
        return ROWS * took


def hand_over_ms() -> float:
    """Time a document of two pages from its hand-over to the demo's printer until its end."""

    class NoJournal:
        """Keeps no job: the rows are another part."""

        def record(self, record: JobRecord) -> None:
            """Do nothing."""

        def open_jobs(self) -> tuple[JobRecord, ...]:
            """Return no job."""
            return ()

        def knows(self, _job: str) -> bool:
            """Know no job."""
            return False

    ended: queue.SimpleQueue[object] = queue.SimpleQueue()

    def note(event: object) -> None:
        if isinstance(event, PrintEnded):
            ended.put(event)

    with tempfile.TemporaryDirectory() as folder:
        printer = FolderPrinter(Path(folder), NoJournal(), seconds_per_page=0.0)
        printer.start(note)

        def print_one() -> None:
            printer.submit(secrets.token_hex(16) + "-1", bytes(DOCUMENT_BYTES), 2)
            ended.get(timeout=10.0)

        took = _median_ms(print_one)
        printer.close()
        return took


def _median_ms(act: Callable[[], object]) -> float:
    act()
    times = []
    for _ in range(RUNS):
        began = time.perf_counter()
        act()
        times.append((time.perf_counter() - began) * 1000)
    return statistics.median(times)
