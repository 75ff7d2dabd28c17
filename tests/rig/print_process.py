"""Print one job in a separate process, and kill the process at a given moment.

Usage: ``python -m tests.rig.print_process JSON`` with printers (each queue, device_uri, media,
duplex), cups_server, journal, document, job, pages, and ``kill_after_entry`` (n-th journal entry)
or ``kill_after_s`` (after the first entry). It ends by SIGKILL, or with status 0 if the job ends
first.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
from pathlib import Path

from printing.cups.device import JobNames
from printing.cups.printer import CupsPrinter
from printing.outcome import PrintEnded, PrintProgress
from printing.printer import JobRecord, PrinterChanged
from printing.printer_group import PrinterGroup

from .print_journal import FileJournal


def die() -> None:
    """Kill this process immediately, as a power cut would."""
    os.kill(os.getpid(), signal.SIGKILL)


def main() -> None:
    """Print the job; end when it has ended, if the process was not killed before."""
    order = json.loads(sys.argv[1])
    over = threading.Event()
    entries = 0

    def on_record(_record: JobRecord) -> None:
        nonlocal entries
        entries += 1
        if entries == order.get("kill_after_entry"):
            die()
        if entries == 1 and "kill_after_s" in order:
            timer = threading.Timer(order["kill_after_s"], die)
            timer.daemon = True
            timer.start()

    def sink(event: PrintProgress | PrintEnded | PrinterChanged) -> None:
        if isinstance(event, PrintEnded):
            over.set()

    journal = FileJournal(Path(order["journal"]), on_record)
    names = JobNames()
    printer = PrinterGroup(
        [
            (
                each["queue"],
                CupsPrinter(journal=journal, cups_server=order["cups_server"], names=names, **each),
            )
            for each in order["printers"]
        ]
    )
    printer.start(sink)
    printer.submit(order["job"], Path(order["document"]).read_bytes(), order["pages"])
    if not over.wait(60):
        raise SystemExit("the job did not end")


if __name__ == "__main__":
    main()
