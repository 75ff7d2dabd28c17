"""Faults within a page, at each step of submission, and while nothing prints."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable

import pytest

from devices.health import DeviceStatus, Fault
from printing import faults as f
from printing.job import PrinterTiming
from printing.outcome import Evidence, Outcome, PrintProgress
from printing.printer import JobRecord, JobStage, PrinterChanged
from tests.rig.print_fixtures import PrintRig, wait_until
from tests.rig.print_jobs import REPORT_S, pdf
from tests.rig.print_journal import FileJournal
from tests.rig.print_story import PAGES, Story, device_says

pytestmark = [pytest.mark.rig, pytest.mark.xdist_group("cups"), pytest.mark.timeout(120)]

BEFORE_RELEASE = (JobStage.PLANNED, JobStage.HELD, JobStage.LOADED)
STEPS = (*BEFORE_RELEASE, JobStage.RELEASED)


@pytest.mark.parametrize("page", range(PAGES))
@pytest.mark.parametrize(
    ("keyword", "fault"),
    [
        ("media-empty", f.PAPER_OUT),
        ("media-jam", f.PAPER_JAM),
        ("cover-open", f.COVER_OPEN),
        ("toner-empty", f.TONER_OUT),
        ("spool-area-full", f.SPOOL_FULL),
    ],
)
def test_page_interrupted_by_a_fault_is_counted_and_printed_once(
    print_rig: PrintRig, keyword: str, fault: Fault, page: int
) -> None:
    """The page has started and has not come out: it is not counted, and it comes out once."""
    story = Story(print_rig)
    print_rig.hold()
    story.printer.submit(story.job, pdf(PAGES), PAGES)
    wait_until(lambda: len(print_rig.received()) == 1, 20, "the document at the device")
    for _ in range(page):
        print_rig.release_page()
    wait_until(lambda: print_rig.pages_out(story.job) == page, 10, "the pages before it")
    print_rig.device.fault(keyword, page)
    print_rig.release_page()
    device_says(print_rig, keyword)
    story.reported(fault)
    story.not_ended()
    assert print_rig.pages_out() == page
    assert all(e.pages_done <= page for e in story.heard.events if isinstance(e, PrintProgress))
    print_rig.unhold()
    print_rig.device.clear_fault(keyword)
    story.printed_once()


class At:
    """A journal that calls ``act`` once, as soon as a stage is written."""

    def __init__(self, rig: PrintRig, stage: JobStage, act: Callable[[], None]) -> None:
        self.done = threading.Event()

        def recorded(record: JobRecord) -> None:
            if record.stage is stage and not self.done.is_set():
                self.done.set()
                act()

        self.journal = FileJournal(rig.folder / "journal", recorded)


@pytest.mark.parametrize("stage", STEPS)
@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_cupsd_restarted_during_submission_prints_once_or_not_at_all(
    print_rig: PrintRig, how: signal.Signals, stage: JobStage
) -> None:
    """cupsd restarts at midnight or after a crash: the job is printed once or not at all."""

    def restart() -> None:
        print_rig.stop_cupsd(how)
        print_rig.start_cupsd()

    at = At(print_rig, stage, restart)
    story = Story(print_rig, journal=at.journal)
    story.printer.submit(story.job, pdf(PAGES), PAGES)
    ended = story.heard.ended(story.job, 60)
    assert at.done.is_set()
    print(f"{how.name} at {stage}: {ended.outcome}/{ended.evidence}, {print_rig.pages_out()} out")
    if ended.outcome is Outcome.QUEUED:
        story.nothing_twice()
        assert print_rig.pages_out() == 0
    else:
        story.printed_once()


@pytest.mark.parametrize("stage", BEFORE_RELEASE)
@pytest.mark.parametrize("gone", ["switched off", "network gone"])
def test_job_is_not_released_to_a_missing_device(
    print_rig: PrintRig, gone: str, stage: JobStage
) -> None:
    """No job is released to it. When it is back, the document must not be printed then."""
    frozen = gone == "network gone"
    remove = print_rig.device.freeze if frozen else print_rig.kill_device
    at = At(print_rig, stage, remove)
    story = Story(print_rig, PrinterTiming(wake_s=1.0), at.journal)
    try:
        story.printer.submit(story.job, pdf(PAGES), PAGES)
        # Each look at a device that does not answer takes 4 s, and several come before the end.
        ended = story.heard.ended(story.job, 60)
        assert (ended.outcome, ended.evidence) == (Outcome.QUEUED, Evidence.CANCELLED)
        assert f.PRINTER_UNREACHABLE.same_as(ended.fault)
        story.heard.wait(PrinterChanged, lambda e: e.status.status is DeviceStatus.UNKNOWN)
    finally:
        if frozen:
            print_rig.device.thaw()
        else:
            print_rig.start_device()
    story.nothing_twice()
    assert print_rig.received() == []


@pytest.mark.parametrize("stage", [JobStage.PLANNED, JobStage.HELD])
def test_spool_that_fills_up_during_submission_ends_the_job_unprinted(
    print_rig: PrintRig, stage: JobStage
) -> None:
    at = At(print_rig, stage, print_rig.stack.cupsd.fill_spool)
    story = Story(print_rig, PrinterTiming(queue_retry_s=1.0), at.journal)
    story.printer.submit(story.job, pdf(PAGES), PAGES)
    ended = story.heard.ended(story.job)
    assert (ended.outcome, ended.evidence) == (Outcome.QUEUED, Evidence.CANCELLED)
    assert f.SPOOL_FULL.same_as(ended.fault)
    print_rig.stack.cupsd.empty_spool()
    story.nothing_twice()
    assert print_rig.received() == []


@pytest.mark.parametrize("gone", ["switched off", "network gone"])
def test_missing_device_is_reported_in_time_while_nothing_prints(
    print_rig: PrintRig, gone: str
) -> None:
    frozen = gone == "network gone"
    story = Story(print_rig)
    if frozen:
        print_rig.device.freeze()
    else:
        print_rig.kill_device()
    try:
        within_s = REPORT_S + 1.3 if frozen else REPORT_S
        story.heard.wait(
            PrinterChanged,
            lambda e: any(f.PRINTER_UNREACHABLE.same_as(each) for each in e.status.faults),
            within_s,
        )
    finally:
        if frozen:
            print_rig.device.thaw()
        else:
            print_rig.start_device()
    wait_until(lambda: story.printer.status().can_print, 10, "back in service")
