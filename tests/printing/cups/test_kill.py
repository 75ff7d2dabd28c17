"""The terminal is killed at some instant of a job and started again: no job is lost or doubled.

`python -m tests.printing.soak` does this at 240 instants.
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
"""Journal entries of a job with 3 pages: planned, held, loaded, released, three counts, closed."""
LIFE_S = 1.3
"""Seconds from the first entry to the last, with pages of 0.15 s. At later instants the job is
closed already."""
PAGES = 3
CANCEL_LIMIT_S = 60.0
"""Limit for the device to end a cancelled job. The rig's printer prints such a job to its end, and
how long that takes depends on the load of this machine. With a shorter limit, the terminal would
correctly report pages that came out after the verdict (PRN-205), and the printer would not be
clear."""


def killed(
    rig: PrintRig,
    folder: Path,
    job: str,
    *,
    size: tuple[float, float] = A4,
    printers: Sequence[dict[str, object]] = (),
    **when: Any,
) -> None:
    """Print in a process that is killed. ``printers`` replaces the rig's own printer."""
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
    """Start again with the same journal, and compare the outcome with the pages that came out."""
    heard = Heard()
    journal = rig.journal(str(folder / "journal"))
    before = journal.all()[job]
    printer = (make or rig.printer)(journal, PrinterTiming(cancel_s=CANCEL_LIMIT_S))
    printer.start(heard)
    try:
        wait_until(lambda: journal.open_jobs() == (), CANCEL_LIMIT_S + 30, "every job resolved")
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
    if before.outcome is None:
        ended = heard.ended(job)
        assert ended.outcome == record.outcome
        if nothing_came_out(ended):
            assert out == 0
    wait_until(lambda: rig.documents_left() == [], 10, "spools empty")
    return f"{before.stage}->{record.outcome}/{record.evidence}:{out}"


@pytest.mark.parametrize("entry", range(1, ENTRIES + 1))
def test_kill_after_each_journal_entry_loses_and_doubles_nothing(
    print_rig: PrintRig, tmp_path: Path, entry: int
) -> None:
    job = secrets.token_hex(16)
    killed(print_rig, tmp_path, job, kill_after_entry=entry)
    result = restarted(print_rig, tmp_path, job)
    if entry <= 3:
        # The job was not released, so the outcome is certain and no page may come out later.
        assert result.endswith("queued/cancelled:0")


def test_restart_waits_for_a_device_that_stops_slowly(print_rig: PrintRig, tmp_path: Path) -> None:
    """As on a busy machine, two more pages come out within four seconds after the cancel."""
    print_rig.device.page_seconds(2.0)
    job = secrets.token_hex(16)
    killed(print_rig, tmp_path, job, kill_after_entry=5)
    assert restarted(print_rig, tmp_path, job).endswith("unknown/device-partly:3")


def test_kill_at_many_instants_loses_and_doubles_nothing(
    print_rig: PrintRig, tmp_path: Path
) -> None:
    print_rig.device.page_seconds(0.15)
    results: dict[str, int] = {}
    for point in range(POINTS):
        folder = tmp_path / str(point)
        folder.mkdir()
        job = secrets.token_hex(16)
        killed(print_rig, folder, job, kill_after_s=LIFE_S * point / POINTS)
        result = restarted(print_rig, folder, job)
        results[result] = results.get(result, 0) + 1
    print(f"\n{POINTS} instants: {json.dumps(results, indent=1)}")
    # The kills must have come before, during and after the job's pages.
    assert len(results) >= 3


def test_pages_printed_after_a_kill_are_leftovers_until_staff_check_the_tray(
    print_rig: PrintRig, tmp_path: Path
) -> None:
    """The device keeps the job and prints its other pages when the paper is refilled."""
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
    wait_until(lambda: has_leftover(printer), 5, "the leftover fault")
    assert not cleared(printer)
    # After another restart, it finds the device's job again although the journal has closed it.
    printer.close()
    printer = print_rig.printer(journal, timing, supply_file=supply)
    printer.start(Heard())
    wait_until(lambda: has_leftover(printer), 5, "the leftover fault again")
    print_rig.refill()
    wait_until(lambda: printer.status().jobs_waiting == 0, 20, "the device drops the job")
    printed_more = print_rig.pages_out(job) > 1
    assert printed_more, "the device must print more pages, or the test shows nothing"
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
    """Whether the printer reports leftover pages."""
    return any(f.LEFTOVER_JOB.same_as(each) for each in printer.status().faults)
