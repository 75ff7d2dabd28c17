"""The terminal is killed at instants of a job's life, and started again: none lost or doubled.

`python -m tests.printing.soak` does it at 240 instants.
"""

from __future__ import annotations

import json
import os
import secrets
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from reportlab.lib.pagesizes import A4

from printing import faults as f
from printing.job import PrinterTiming
from printing.outcome import Evidence, Outcome, nothing_came_out
from printing.printer import Printer
from tests.rig.print_fixtures import Heard, PrintRig, wait_until
from tests.rig.print_jobs import cleared, pdf
from tests.rig.print_journal import FileJournal

pytestmark = [pytest.mark.rig, pytest.mark.xdist_group("cups"), pytest.mark.timeout(3600)]

POINTS = int(os.environ.get("STATION_KILL_POINTS", "10"))
ENTRIES = 8
"""Entries of a job of three pages: planned, held, loaded, released, three counts, closed."""
LIFE_S = 1.3
"""From the first entry to the last, with pages of 0.15 s; the later instants find it closed."""
PAGES = 3
LET_GO_S = 60.0
"""The rig's printer prints a cancelled job to its end, so how long that takes is up to the load of
this machine. A limit that it can exceed makes the product report pages that came out after it had
given the job up (PRN-205), which is right, and "not clear"."""


def killed(
    rig: PrintRig,
    folder: Path,
    job: str,
    *,
    size: tuple[float, float] = A4,
    printers: Sequence[dict[str, object]] = (),
    **when: Any,
) -> None:
    """Print in a process that is killed; ``printers`` beside or instead of the rig's own."""
    document = folder / "document.pdf"
    document.write_bytes(pdf(PAGES, size))
    order = {
        "printers": printers or [{"queue": rig.queue, "device_uri": rig.device_uri}],
        "cups_server": rig.cups_server,
        "journal": str(folder / "journal"),
        "document": str(document),
        "job": job,
        "pages": PAGES,
        **when,
    }
    ran = subprocess.run(
        [sys.executable, "-m", "tests.rig.print_process", json.dumps(order)],
        capture_output=True,
        timeout=90,
        check=False,
    )
    assert ran.returncode in (-signal.SIGKILL, 0), ran.stderr.decode()


def restarted(
    rig: PrintRig,
    folder: Path,
    job: str,
    make: Callable[[FileJournal, PrinterTiming], Printer] | None = None,
) -> str:
    """Start again on the same journal, and hold what is told against what came out."""
    heard = Heard()
    journal = rig.journal(str(folder / "journal"))
    before = journal.all()[job]
    printer = (make or rig.printer)(journal, PrinterTiming(cancel_s=LET_GO_S))
    printer.start(heard)
    try:
        wait_until(lambda: journal.open_jobs() == (), LET_GO_S + 30, "every job resolved")
        assert cleared(printer), printer.status()
    finally:
        printer.close()
    record = journal.all()[job]
    out = rig.pages_out(job)
    documents = [each for each in rig.received() if each.job == job]
    assert len(documents) <= 1, "sent twice"
    assert out <= PAGES
    match record.outcome:
        case Outcome.PRINTED:
            assert (out, record.evidence) == (PAGES, Evidence.DEVICE_IMPRESSIONS)
        case Outcome.QUEUED:
            assert out == 0
        case Outcome.UNKNOWN:
            if record.evidence == Evidence.DEVICE_NONE:
                assert out == 0
        case other:
            raise AssertionError(f"not an ended job's outcome: {other}")
    if before.outcome == "":
        ended = heard.ended(job)
        assert ended.outcome == record.outcome
        if nothing_came_out(ended):
            assert out == 0
    wait_until(lambda: rig.documents_left() == [], 10, "spools empty")
    return f"{before.stage}->{record.outcome}/{record.evidence}:{out}"


@pytest.mark.parametrize("entry", range(1, ENTRIES + 1))
def test_killed_after_each_journal_entry(print_rig: PrintRig, tmp_path: Path, entry: int) -> None:
    job = secrets.token_hex(16)
    killed(print_rig, tmp_path, job, kill_after_entry=entry)
    told = restarted(print_rig, tmp_path, job)
    if entry <= 3:
        # Nothing was released: that is known for sure, and nothing may come out later.
        assert told.endswith("queued/cancelled:0")


def test_restart_waits_for_a_printer_that_takes_long_to_stop(
    print_rig: PrintRig, tmp_path: Path
) -> None:
    """As on a loaded machine: two more pages come out after the cancel, in four seconds."""
    print_rig.device.page_seconds(2.0)
    job = secrets.token_hex(16)
    killed(print_rig, tmp_path, job, kill_after_entry=5)
    assert restarted(print_rig, tmp_path, job).endswith("unknown/device-partly:3")


def test_killed_at_many_instants(print_rig: PrintRig, tmp_path: Path) -> None:
    print_rig.device.page_seconds(0.15)
    told: dict[str, int] = {}
    for point in range(POINTS):
        folder = tmp_path / str(point)
        folder.mkdir()
        job = secrets.token_hex(16)
        killed(print_rig, folder, job, kill_after_s=LIFE_S * point / POINTS)
        result = restarted(print_rig, folder, job)
        told[result] = told.get(result, 0) + 1
    print(f"\n{POINTS} instants: {json.dumps(told, indent=1)}")
    # The instants must have met the job before, during and after its pages.
    assert len(told) >= 3


def test_killed_while_paper_is_out_the_old_pages_do_not_meet_the_next_person(
    print_rig: PrintRig, tmp_path: Path
) -> None:
    """The device keeps the job, and prints it on once paper is back: staff look first."""
    job = secrets.token_hex(16)
    print_rig.paper_out(after=1)
    killed(print_rig, tmp_path, job, kill_after_entry=5)
    heard, journal = Heard(), print_rig.journal(str(tmp_path / "journal"))
    supply = tmp_path / "paper.json"
    timing = PrinterTiming(cancel_s=1.0, clear_s=1.0)
    printer = print_rig.printer(journal, timing, supply_file=supply)
    printer.start(heard)
    ended = heard.ended(job)
    assert (ended.outcome, ended.evidence) == (Outcome.UNKNOWN, Evidence.DEVICE_PARTLY)
    wait_until(lambda: has_leftover(printer), 5, "the leftover told")
    assert not cleared(printer)
    # Killed once more, it finds the device's job again although the journal has closed it.
    printer.close()
    printer = print_rig.printer(journal, timing, supply_file=supply)
    printer.start(Heard())
    wait_until(lambda: has_leftover(printer), 5, "the leftover told again")
    print_rig.refill()
    wait_until(lambda: printer.status().jobs_waiting == 0, 20, "the device lets go")
    printed_on = print_rig.pages_out(job) > 1
    assert printed_on, "this device prints on: else the test shows nothing"
    assert not cleared(printer)
    printer.close()
    printer = print_rig.printer(journal, timing, supply_file=supply)
    printer.start(Heard())
    wait_until(lambda: printer.status().jobs_waiting == 0, 5, "a look at the device")
    assert has_leftover(printer)
    printer.tray_checked()
    wait_until(lambda: printer.status().can_print, 5, "back in service")
    assert cleared(printer)


def has_leftover(printer: Printer) -> bool:
    """Whether the printer takes nobody because of an earlier person's pages."""
    return any(f.LEFTOVER_JOB.same_as(each) for each in printer.status().faults)
