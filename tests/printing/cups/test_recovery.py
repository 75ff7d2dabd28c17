"""Recovery of jobs at a device that answers: they are cancelled, followed and cleared.

cupsd and the device are models. The printer between them is the real one, with its thread.
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from printing import faults as f
from printing.cups import printer as cups_printer
from printing.cups.printer import CupsPrinter
from printing.cups.queue import CupsQueue
from printing.cups.verdict import QueueJob
from printing.ipp.client import DeviceJob, JobState
from printing.ipp.codec import Attribute, Group, Tag, Value
from printing.job import PrinterTiming
from printing.outcome import Evidence, Outcome
from printing.printer import JobRecord, JobStage, PrinterChanged
from tests.rig.print_fixtures import Heard, wait_until
from tests.rig.print_jobs import cleared
from tests.rig.print_journal import FileJournal

from .test_clearing import TIMING, Cupsd
from .test_queue_watch import done

PAGES = 3
PATIENT = replace(TIMING, cancel_s=60.0, clear_s=60.0)
"""Limits that are reached only by a defect."""
ENDED_S = 10.0
"""Limit for the end of a job, which takes some hundredths of a second."""


class Device:
    """An IPP device with jobs that the test sets. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._jobs: dict[int, DeviceJob] = {}
        self.obeys = True
        self.cancels = 0
        self.between_lists: Callable[[], None] | None = None
        """Called once: after a list of active jobs, before the list of ended jobs."""

    def has(self, number: int, name: str, state: JobState, impressions: int) -> None:
        """Set a job and its state."""
        with self._lock:
            self._jobs[number] = DeviceJob(number, name, "another-user", state, (), impressions)

    def printer_attributes(self) -> Group:
        """Return an idle state without faults."""
        state = Attribute("printer-state", (Value(Tag.ENUM, 3),))
        reasons = Attribute("printer-state-reasons", (Value(Tag.KEYWORD, "none"),))
        return Group(Tag.PRINTER, (state, reasons))

    def jobs(self, *, completed: bool = False) -> tuple[DeviceJob, ...]:
        """Return the ended jobs, or those that have not ended."""
        if completed and self.between_lists is not None:
            then, self.between_lists = self.between_lists, None
            then()
        with self._lock:
            return tuple(each for each in self._jobs.values() if each.state.ended is completed)

    def job(self, number: int) -> DeviceJob | None:
        """Return one job."""
        with self._lock:
            return self._jobs.get(number)

    def cancel(self, number: int) -> None:
        """Count a Cancel-Job request, and cancel the job if the device obeys."""
        with self._lock:
            self.cancels += 1
            if self.obeys:
                self._jobs[number] = replace(self._jobs[number], state=JobState.CANCELED)

    def close(self) -> None:
        """Do nothing: there is no connection."""


@pytest.fixture
def device(monkeypatch: pytest.MonkeyPatch) -> Device:
    device = Device()
    monkeypatch.setattr(cups_printer, "IppClient", lambda *_args, **_options: device)
    return device


@pytest.fixture
def cupsd(monkeypatch: pytest.MonkeyPatch) -> Cupsd:
    return Cupsd(monkeypatch)


Start = Callable[..., tuple[CupsPrinter, Heard]]


@pytest.fixture
def start(cupsd: Cupsd, device: Device, tmp_path: Path) -> Iterator[Start]:
    """Start a printer with a journal that has one open job of an earlier run at this stage."""
    made: list[CupsPrinter] = []

    def start(
        name: str, stage: JobStage = JobStage.RELEASED, timing: PrinterTiming = PATIENT
    ) -> tuple[CupsPrinter, Heard]:
        journal, heard = FileJournal(tmp_path / "journal"), Heard()
        journal.record(JobRecord(name, stage, PAGES, "q", cups_job=1))
        made.append(CupsPrinter("q", "ipp://printer.example/", journal, timing=timing))
        made[-1].start(heard)
        return made[-1], heard

    yield start
    for printer in made:
        printer.close()


def leftover(printer: CupsPrinter) -> str:
    """Return the detail of PRN-205; empty if the printer does not have that fault."""
    found = [each for each in printer.status().faults if f.LEFTOVER_JOB.same_as(each)]
    return found[0].detail if found else ""


def test_recovery_cancels_an_old_job_at_the_device_and_follows_it(
    start: Start, device: Device
) -> None:
    name = secrets.token_hex(16)
    device.has(4, name, JobState.PROCESSING, 1)
    printer, heard = start(name)
    ended = heard.ended(name, ENDED_S)
    assert (ended.outcome, ended.evidence) == (Outcome.UNKNOWN, Evidence.DEVICE_PARTLY)
    assert ended.pages_done == 1
    assert device.cancels == 1
    assert cleared(printer)
    states = [each.status for each in heard.events if isinstance(each, PrinterChanged)]
    assert not any(f.LEFTOVER_JOB.same_as(fault) for each in states for fault in each.faults)


def test_old_job_that_ends_during_the_first_look_is_not_a_leftover(
    start: Start, device: Device
) -> None:
    """Between two requests of one look, the job moves from the list of active jobs to the list of
    ended ones, so it is in both answers. This was once the cause of "not clear after restart" in
    the kill tests."""
    name = secrets.token_hex(16)
    device.has(4, name, JobState.PROCESSING, 2)
    device.between_lists = lambda: device.has(4, name, JobState.COMPLETED, PAGES)
    printer, heard = start(name)
    ended = heard.ended(name, ENDED_S)
    assert (ended.outcome, ended.evidence) == (Outcome.PRINTED, Evidence.DEVICE_IMPRESSIONS)
    assert cleared(printer)
    assert leftover(printer) == ""


def test_old_job_that_the_device_completed_ends_printed(start: Start, device: Device) -> None:
    name = secrets.token_hex(16)
    device.has(4, name, JobState.COMPLETED, PAGES)
    _printer, heard = start(name)
    ended = heard.ended(name, ENDED_S)
    assert (ended.outcome, ended.evidence) == (Outcome.PRINTED, Evidence.DEVICE_IMPRESSIONS)


@pytest.mark.parametrize("stage", [JobStage.HELD, JobStage.LOADED])
def test_old_job_that_was_not_released_is_cancelled_in_cupsd_by_name(
    start: Start, cupsd: Cupsd, monkeypatch: pytest.MonkeyPatch, stage: JobStage
) -> None:
    """The job may be in a queue that no printer of the terminal watches."""
    name = secrets.token_hex(16)
    cupsd.jobs[1] = QueueJob(1, name, JobState.HELD, started=False)
    monkeypatch.setattr(CupsQueue, "open_jobs", lambda _queue: done(()))
    _printer, heard = start(name, stage)
    ended = heard.ended(name, ENDED_S)
    assert (ended.outcome, ended.evidence) == (Outcome.QUEUED, Evidence.CANCELLED)
    assert cupsd.requests == [("CANCELED", name)]


def test_page_printed_after_recovery_is_a_leftover(start: Start, device: Device) -> None:
    """The device takes longer to stop than the limit. The page is real, so the fault is right."""
    name = secrets.token_hex(16)
    device.obeys = False
    device.has(4, name, JobState.PROCESSING, 1)
    impatient = replace(TIMING, cancel_s=0.2, clear_s=60.0)
    printer, heard = start(name, timing=impatient)
    ended = heard.ended(name, ENDED_S)
    assert (ended.outcome, ended.pages_done) == (Outcome.UNKNOWN, 1)
    wait_until(lambda: leftover(printer) == "the device keeps a job", 10, "the leftover")
    device.has(4, name, JobState.CANCELED, 2)
    wait_until(lambda: leftover(printer) == "pages may lie in the tray", 10, "the page")
    assert not cleared(printer)
    printer.tray_checked()
    wait_until(lambda: leftover(printer) == "", 10, "back in service")
    assert cleared(printer)


def test_page_printed_within_the_cancel_limit_is_not_a_leftover(
    start: Start, device: Device
) -> None:
    name = secrets.token_hex(16)
    device.obeys = False
    device.has(4, name, JobState.PROCESSING, 1)
    printer, heard = start(name)
    wait_until(lambda: device.cancels > 0, 10, "the cancel")
    device.has(4, name, JobState.CANCELED, 2)
    assert heard.ended(name, ENDED_S).pages_done == 2
    assert cleared(printer)


def test_printer_is_not_clear_while_it_has_another_programs_job(
    start: Start, device: Device
) -> None:
    name = secrets.token_hex(16)
    device.has(4, name, JobState.COMPLETED, PAGES)
    printer, heard = start(name, timing=replace(TIMING, clear_s=0.2))
    heard.ended(name, ENDED_S)
    device.has(5, "letter of another program", JobState.PROCESSING, 0)
    assert not cleared(printer)
    assert leftover(printer) == "another program's job"
    device.has(5, "letter of another program", JobState.COMPLETED, 1)
    wait_until(lambda: leftover(printer) == "", 10, "the list is empty")
    assert cleared(printer)
