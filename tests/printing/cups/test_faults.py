"""Each fault before, between and after pages: reported in time, right outcome, no page twice."""

from __future__ import annotations

import secrets
import signal
import threading
from concurrent.futures import Future

import pytest
import requests

from devices.health import DeviceStatus, Fault
from printing import faults as f
from printing.cups.queue import KEEPS_DOCUMENTS, RETRIES, CupsQueue, Problem, QueueFailure
from printing.job import PrinterTiming
from printing.outcome import Evidence, Outcome, nothing_came_out
from printing.printer import JobRecord, JobStage, PaperState, PrinterChanged
from tests.rig.print_fixtures import Heard, PrintRig, PrintStack, wait_until
from tests.rig.print_jobs import REPORT_S, cleared, pdf
from tests.rig.print_journal import FileJournal
from tests.rig.print_story import PAGES, Story, cautions, device_says

from .test_queue_watch import done

pytestmark = [pytest.mark.rig, pytest.mark.xdist_group("cups"), pytest.mark.timeout(120)]

MOMENTS = pytest.mark.parametrize(
    "after", range(PAGES + 1), ids=["before the first", "between them", "after the last"]
)
"""The number of pages that have come out when the fault occurs."""


@MOMENTS
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
def test_job_waits_for_a_device_fault_and_prints_once_after_the_fix(
    print_rig: PrintRig, keyword: str, fault: Fault, after: int
) -> None:
    story = Story(print_rig)
    print_rig.device.fault(keyword, after)
    story.printer.submit(story.job, pdf(PAGES), PAGES)
    device_says(print_rig, keyword)
    story.reported(fault)
    story.not_ended()
    assert print_rig.pages_out() == after
    print_rig.device.clear_fault(keyword)
    story.printed_once()


@MOMENTS
def test_device_switched_off_during_a_job_ends_unknown(print_rig: PrintRig, after: int) -> None:
    story = Story(print_rig, PrinterTiming(gone_s=2.0, settle_s=1.0))
    story.held_after(after)
    print_rig.kill_device()
    story.reported(f.PRINTER_UNREACHABLE)
    assert story.printer.status().status is DeviceStatus.UNKNOWN
    ended = story.heard.ended(story.job)
    assert ended.outcome is Outcome.UNKNOWN
    assert ended.pages_done == after
    assert f.PRINTER_UNREACHABLE.same_as(ended.fault)
    story.release()
    print_rig.start_device()
    story.nothing_twice()
    assert print_rig.pages_out() == after


@MOMENTS
def test_device_switched_off_and_on_within_its_limit_ends_unknown(
    print_rig: PrintRig, after: int
) -> None:
    """The device has lost the job. It must not be sent again, and it does not count as printed."""
    story = Story(print_rig, PrinterTiming(settle_s=1.0))
    story.held_after(after)
    print_rig.kill_device()
    story.release()
    print_rig.start_device()
    ended = story.heard.ended(story.job, 60)
    assert ended.outcome is Outcome.UNKNOWN
    story.nothing_twice()
    assert print_rig.pages_out() == after


@MOMENTS
def test_job_prints_once_when_the_network_comes_back(print_rig: PrintRig, after: int) -> None:
    story = Story(print_rig)
    story.held_after(after)
    print_rig.device.freeze()
    try:
        story.reported(f.PRINTER_UNREACHABLE, REPORT_S + 0.3)
        story.not_ended()
    finally:
        print_rig.device.thaw()
    story.release()
    story.printed_once()


@MOMENTS
@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_job_prints_once_when_cupsd_restarts(
    print_rig: PrintRig, how: signal.Signals, after: int
) -> None:
    story = Story(print_rig)
    story.held_after(after)
    print_rig.stop_cupsd(how)
    print_rig.start_cupsd()
    story.release()
    story.printed_once()


@MOMENTS
@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_job_ends_printed_without_cupsd(
    print_rig: PrintRig, how: signal.Signals, after: int
) -> None:
    """The device has the whole job, so its reports are enough without cupsd."""
    story = Story(print_rig, PrinterTiming(queue_retry_s=1.0))
    story.held_after(after)
    print_rig.stop_cupsd(how)
    story.heard.wait(
        PrinterChanged, lambda e: any(f.QUEUE_DOWN.same_as(each) for each in e.status.faults)
    )
    story.release()
    ended = story.heard.ended(story.job)
    assert ended.outcome is Outcome.PRINTED
    print_rig.start_cupsd()
    story.printed_once()


@MOMENTS
def test_job_prints_once_when_the_spool_fills_up(print_rig: PrintRig, after: int) -> None:
    story = Story(print_rig)
    story.held_after(after)
    print_rig.stack.cupsd.fill_spool()
    story.release()
    story.heard.ended(story.job)
    assert story.heard.ended(story.job).outcome is Outcome.PRINTED
    print_rig.stack.cupsd.empty_spool()
    story.printed_once()


def test_full_spool_ends_the_job_unprinted_and_the_next_one_prints(print_rig: PrintRig) -> None:
    story = Story(print_rig, PrinterTiming(queue_retry_s=2.0))
    print_rig.stack.cupsd.fill_spool()
    story.printer.submit(story.job, pdf(PAGES), PAGES)
    ended = story.heard.ended(story.job)
    assert (ended.outcome, ended.evidence) == (Outcome.QUEUED, Evidence.CANCELLED)
    assert f.SPOOL_FULL.same_as(ended.fault)
    print_rig.stack.cupsd.empty_spool()
    story.nothing_twice()
    assert print_rig.pages_out() == 0
    again = secrets.token_hex(16)
    story.printer.submit(again, pdf(1), 1)
    assert story.heard.ended(again).outcome is Outcome.PRINTED


def test_second_copy_after_a_cupsd_crash_is_a_leftover(
    print_stack: PrintStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a queue as `lpadmin -m everywhere` creates it, a crashed cupsd sends the document again.

    The second copy is cancelled at the device; if pages of it came out, staff must check the tray.
    On a slow machine the cancel in cupsd can come before the copy is sent. Here it comes too late.
    """
    sent, cancel = threading.Event(), CupsQueue.cancel

    def late(queue: CupsQueue, number: int) -> Future[QueueFailure | None]:
        return cancel(queue, number) if sent.is_set() else done(QueueFailure(Problem.DOWN))

    monkeypatch.setattr(CupsQueue, "cancel", late)
    rig = print_stack.rig(waits=True)
    try:
        story = Story(rig)
        # The unsafe setting is reported to maintainers before anything happens.
        wait_until(lambda: cautions(story) == [KEEPS_DOCUMENTS], 10, "the caution")
        rig.device.page_seconds(0.5)
        story.held_after(1)
        rig.stop_cupsd(signal.SIGKILL)
        story.release()
        assert story.heard.ended(story.job).outcome is Outcome.PRINTED
        rig.start_cupsd()
        wait_until(lambda: len(rig.received()) == 2, 60, "the document once more")
        sent.set()
        story.heard.wait(
            PrinterChanged, lambda e: any(f.LEFTOVER_JOB.same_as(each) for each in e.status.faults)
        )
        wait_until(lambda: story.printer.status().jobs_waiting == 0, 20, "the device lets go")
        if rig.pages_out() > PAGES:
            assert not cleared(story.printer)
            assert any(f.LEFTOVER_JOB.same_as(each) for each in story.printer.status().faults)
            story.printer.tray_checked()
        wait_until(lambda: story.printer.status().can_print, 20, "back in service")
        assert cleared(story.printer)
    finally:
        rig.close()


def test_paper_out_is_reported_while_nothing_prints(print_rig: PrintRig) -> None:
    """The trays are set empty with the printer's own web page. Only a restart refills them then."""
    story = Story(print_rig)
    trays = "&".join(f"size{tray}=0&type{tray}=stationery&level{tray}=0" for tray in range(6))
    requests.get(f"http://localhost:{print_rig.device.port}/media?{trays}", timeout=5).close()
    device_says(print_rig, "media-empty")
    story.heard.wait(
        PrinterChanged,
        lambda e: any(f.PAPER_OUT.same_as(each) for each in e.status.faults),
        REPORT_S,
    )
    assert story.printer.status().paper is PaperState.OUT
    assert not story.printer.status().can_print
    print_rig.kill_device()
    print_rig.start_device()
    wait_until(lambda: story.printer.status().can_print, 20, "back in service")


def test_job_without_a_paper_refill_times_out(print_rig: PrintRig) -> None:
    story = Story(print_rig, PrinterTiming(stall_s=2.0, cancel_s=1.0, clear_s=1.0))
    print_rig.paper_out(after=1)
    story.printer.submit(story.job, pdf(PAGES), PAGES)
    story.reported(f.PAPER_OUT, 10)
    ended = story.heard.ended(story.job)
    assert (ended.outcome, ended.evidence) == (Outcome.UNKNOWN, Evidence.DEVICE_PARTLY)
    assert f.JOB_TIMED_OUT.same_as(ended.fault)
    assert not cleared(story.printer)
    assert any(f.LEFTOVER_JOB.same_as(each) for each in story.printer.status().faults)


def test_loaded_job_lost_with_the_spool_ends_unprinted(print_rig: PrintRig) -> None:
    """The tmpfs of the spool is lost between the document and the release. No page came out, and
    the terminal knows that."""
    lost: list[int | None] = []

    def lose(record: JobRecord) -> None:
        if record.stage is JobStage.RELEASED and not lost:
            lost.append(record.cups_job)
            print_rig.stack.cupsd.stop(signal.SIGKILL)
            print_rig.stack.cupsd.forget_jobs()
            print_rig.stack.cupsd.start()

    heard, job = Heard(), secrets.token_hex(16)
    journal = FileJournal(print_rig.folder / "journal", lose)
    printer = print_rig.printer(journal)
    printer.start(heard)
    printer.submit(job, pdf(PAGES), PAGES)
    ended = heard.ended(job)
    assert lost
    assert (ended.outcome, ended.evidence) == (Outcome.QUEUED, Evidence.CANCELLED)
    assert nothing_came_out(ended)
    assert cleared(printer)
    assert print_rig.received() == []


def test_queue_that_keeps_jobs_is_a_caution_for_maintainers(print_rig: PrintRig) -> None:
    story = Story(print_rig)
    story.printer.submit(story.job, pdf(PAGES), PAGES)
    story.printed_once()
    assert cautions(story) == []
    print_rig.stack.cupsd.set_error_policy(print_rig.queue, "retry-job")
    wait_until(lambda: cautions(story) == [RETRIES], 10, "the caution")
    assert story.printer.status().can_print
