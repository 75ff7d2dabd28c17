"""``station print`` and a running station on the same queue: neither cancels the other's jobs."""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path

import pytest

from devices.health import Fault
from printing import faults as f
from printing.cups.printer import CupsPrinter
from printing.job import PrinterTiming
from printing.outcome import Outcome, PrintProgress
from printing.printer import PrinterChanged
from tests.journey.test_print_rig import Start, command
from tests.rig.print_fixtures import Heard, PrintRig, wait_until
from tests.rig.print_jobs import cleared, name, pdf

__all__ = ["command"]
pytestmark = [pytest.mark.rig, pytest.mark.timeout(120)]

OFTEN = PrinterTiming(idle_poll_s=0.1, queue_idle_poll_s=0.2, clear_s=1.5)
"""Shorter polling than on a real station, so that it certainly sees the jobs of the command."""


def detail(printer: CupsPrinter, fault: Fault) -> str:
    """Return the detail of this fault in a printer's status; empty if the fault is not there."""
    faults = printer.status().faults
    return next((each.detail for each in faults if fault.same_as(each)), "")


def stages(state: Path) -> list[str]:
    """Return the stages of the command's jobs from its journal; empty before there is one."""
    for path in (state / "journal").glob("*.db"):
        with (
            contextlib.suppress(sqlite3.OperationalError),
            contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as journal,
        ):
            return [str(stage) for (stage,) in journal.execute("SELECT stage FROM jobs")]
    return []


def test_a_station_waits_for_a_job_of_the_command(command: Start, print_rig: PrintRig) -> None:
    heard = Heard()
    station = print_rig.printer(timing=OFTEN)
    station.start(heard)
    print_rig.hold()
    printing = command()
    wait_until(lambda: len(print_rig.received()) == 1, 30.0, "the document is at the device")
    heard.wait(PrinterChanged, lambda e: e.status.jobs_waiting == 1)
    # At the end of a visit the station must not cancel this job, and serves no one until it ends.
    assert not cleared(station)
    assert detail(station, f.LEFTOVER_JOB) == "another program's job"
    assert not station.status().can_print
    print_rig.unhold()
    code, answer = printing.ended()
    assert (code, answer["outcome"], answer["pages_done"]) == (0, "printed", 2)
    wait_until(lambda: station.status().can_print, 10.0, "the station back in service")
    assert cleared(station)
    assert print_rig.pages_out() == 2


def test_the_command_does_not_cancel_the_stations_job(command: Start, print_rig: PrintRig) -> None:
    heard, job = Heard(), name()
    station = print_rig.printer(timing=OFTEN)
    station.start(heard)
    print_rig.hold()
    station.submit(job, pdf(2), 2)
    wait_until(lambda: len(print_rig.received()) == 1, 30.0, "the station's document")
    heard.wait(PrintProgress, lambda e: e.outcome is Outcome.PRINTING)
    wait_until(lambda: print_rig.documents_left() == [], 10.0, "the device has all of it")
    printing = command()
    # The device accepts one job at a time, so the command's job waits in cupsd.
    wait_until(lambda: len(print_rig.documents_left()) > 0, 30.0, "the command's document")
    print_rig.unhold()
    ended = heard.ended(job)
    assert (ended.outcome, ended.pages_done) == (Outcome.PRINTED, 2)
    code, answer = printing.ended()
    assert (code, answer["outcome"], answer["pages_done"]) == (0, "printed", 2)
    assert print_rig.pages_out(job) == 2
    assert print_rig.pages_out() == 4
    assert cleared(station)


def test_a_held_job_of_a_killed_command_does_not_block_the_station(
    command: Start, print_rig: PrintRig
) -> None:
    """The command is killed before it releases its job. cupsd keeps the job held and does not print
    it."""
    print_rig.kill_device()
    printing = command()
    wait_until(lambda: stages(printing.state) == ["loaded"], 30.0, "held with its document")
    printing.process.kill()
    printing.process.communicate()
    print_rig.start_device()
    station = print_rig.printer(timing=OFTEN)
    station.start(Heard())
    wait_until(lambda: station.status().can_print, 20.0, "the station in service")
    assert cleared(station)
    assert len(print_rig.documents_left()) == 1
    # The command's next run finds it in its own journal, and cancels it.
    code, answer = command().ended()
    assert (code, answer["outcome"]) == (0, "printed")
    wait_until(lambda: print_rig.documents_left() == [], 10.0, "cupsd empty")
    assert len(print_rig.received()) == 1
