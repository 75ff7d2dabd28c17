"""Printing through a real cupsd to an IPP printer that counts its pages, with common faults."""

from __future__ import annotations

from functools import partial

import pytest

from devices.health import DeviceStatus
from printing import faults as f
from printing.cups.device import JobNames
from printing.job import PrinterTiming
from printing.outcome import Evidence, Outcome, PrintEnded, PrintProgress
from printing.printer import JobStage, PaperState, PrinterChanged
from tests.rig.print_fixtures import Heard, PrintRig, PrintStack, wait_until
from tests.rig.print_jobs import REPORT_S, cleared, counts, kinds, name, pdf

pytestmark = [pytest.mark.rig, pytest.mark.xdist_group("cups"), pytest.mark.timeout(120)]


def test_job_is_printed_only_by_the_devices_own_count(print_rig: PrintRig) -> None:
    heard, journal, job = Heard(), print_rig.journal(), name()
    printer = print_rig.printer(journal)
    printer.start(heard)
    print_rig.hold()
    printer.submit(job, pdf(3), 3, "insurance_certificate")
    wait_until(lambda: len(print_rig.received()) == 1, 20, "the document at the device")

    def are_out(pages: int) -> bool:
        return print_rig.pages_out(job) == pages

    # The device holds the first page. cupsd's own count is too high here; ours must not be.
    heard.wait(PrintProgress, lambda e: e.outcome is Outcome.PRINTING)
    for page in range(3):
        assert max(counts(heard, job)) == page
        assert not any(isinstance(each, PrintEnded) for each in heard.events)
        print_rig.release_page()
        wait_until(partial(are_out, page + 1), 5, "a page out")
        if page < 2:
            heard.wait(PrintProgress, lambda e, page=page: e.pages_done == page + 1, REPORT_S)
    ended = heard.ended(job)
    assert (ended.outcome, ended.pages_done, ended.pages) == (Outcome.PRINTED, 3, 3)
    assert ended.evidence == Evidence.DEVICE_IMPRESSIONS
    assert ended.fault is None
    outcomes = [e.outcome for e in heard.events if isinstance(e, PrintProgress) and e.job == job]
    assert outcomes == sorted(outcomes, key=list(Outcome).index)
    assert journal.history(job)[:4] == [
        JobStage.PLANNED,
        JobStage.HELD,
        JobStage.LOADED,
        JobStage.RELEASED,
    ]
    assert journal.all()[job].stage is JobStage.CLOSED
    assert journal.all()[job].outcome is Outcome.PRINTED
    assert cleared(printer)
    wait_until(lambda: print_rig.documents_left() == [], 10, "spools empty")
    assert [each.job for each in print_rig.received()] == [job]


def test_job_waits_for_paper_and_prints_after_the_refill(print_rig: PrintRig) -> None:
    heard, job = Heard(), name()
    printer = print_rig.printer()
    printer.start(heard)
    print_rig.paper_out(after=1)
    printer.submit(job, pdf(3), 3)
    wait_until(lambda: print_rig.pages_out() == 1, 20, "the first page")
    heard.wait(PrintProgress, lambda e: f.PAPER_OUT.same_as(e.waiting), REPORT_S)
    waiting = heard.wait(PrintProgress, lambda e: e.waiting is not None and e.pages_done == 1)
    assert isinstance(waiting, PrintProgress)
    assert waiting.outcome is Outcome.PRINTING
    assert printer.status().paper is PaperState.OUT
    assert not printer.status().can_print
    print_rig.refill()
    ended = heard.ended(job)
    assert (ended.outcome, ended.pages_done) == (Outcome.PRINTED, 3)
    assert print_rig.pages_out() == 3
    heard.wait(PrinterChanged, lambda e: e.status.can_print and e.status.paper is PaperState.FULL)


def test_job_waits_for_a_cover_that_is_open_after_the_last_page(print_rig: PrintRig) -> None:
    heard, job = Heard(), name()
    printer = print_rig.printer()
    printer.start(heard)
    heard.wait(PrinterChanged, lambda e: e.status.can_print)
    print_rig.device.fault("cover-open", 1)
    printer.submit(job, pdf(1), 1)
    changed = heard.wait(PrinterChanged, lambda e: f.COVER_OPEN in kinds(e.status.faults), 20)
    assert isinstance(changed, PrinterChanged)
    assert changed.status.status is DeviceStatus.HARDWARE_ERROR
    assert not any(isinstance(each, PrintEnded) for each in heard.events)
    print_rig.device.clear_fault("cover-open")
    assert heard.ended(job).outcome is Outcome.PRINTED


def test_job_cancelled_while_paper_is_out_is_a_leftover(
    print_rig: PrintRig,
) -> None:
    heard, job = Heard(), name()
    printer = print_rig.printer(timing=PrinterTiming(cancel_s=1.0, clear_s=2.0))
    printer.start(heard)
    print_rig.paper_out(after=1)
    printer.submit(job, pdf(3), 3)
    heard.wait(PrintProgress, lambda e: f.PAPER_OUT.same_as(e.waiting))
    printer.cancel(job)
    ended = heard.ended(job)
    assert ended.outcome is Outcome.UNKNOWN
    assert f.JOB_CANCELLED.same_as(ended.fault)
    # The device keeps the job until the paper is refilled. It may still print, so it is not clear.
    assert not cleared(printer)
    assert f.LEFTOVER_JOB in kinds(printer.status().faults)
    assert not printer.status().can_print
    print_rig.refill()
    wait_until(lambda: printer.status().jobs_waiting == 0, 20, "the device drops the job")
    if print_rig.pages_out(job) > 1:
        # The old job has printed more pages: staff must check the tray before the next resident.
        assert not cleared(printer)
        printer.tray_checked()
    wait_until(lambda: printer.status().can_print, 10, "back in service")
    assert cleared(printer)
    # The next resident gets only their own pages.
    other = name()
    printer.submit(other, pdf(2), 2)
    assert heard.ended(other).outcome is Outcome.PRINTED
    assert print_rig.pages_out(other) == 2


def test_device_missing_during_a_job_ends_unknown_and_the_job_is_not_sent_again(
    print_rig: PrintRig,
) -> None:
    heard, job = Heard(), name()
    printer = print_rig.printer(timing=PrinterTiming(gone_s=2.0, clear_s=2.0))
    printer.start(heard)
    print_rig.hold()
    printer.submit(job, pdf(2), 2)
    wait_until(lambda: len(print_rig.received()) == 1, 20, "the document at the device")
    print_rig.release_page()
    heard.wait(PrintProgress, lambda e: e.pages_done == 1)
    print_rig.kill_device()
    heard.wait(PrintProgress, lambda e: f.PRINTER_UNREACHABLE.same_as(e.waiting), REPORT_S)
    assert printer.status().status is DeviceStatus.UNKNOWN
    assert printer.status().paper is PaperState.UNKNOWN
    ended = heard.ended(job)
    assert (ended.outcome, ended.evidence) == (Outcome.UNKNOWN, Evidence.DEVICE_PARTLY)
    assert f.PRINTER_UNREACHABLE.same_as(ended.fault)
    assert not cleared(printer)
    # When the device is back, the old document must not be sent to it again.
    print_rig.unhold()
    print_rig.start_device()
    wait_until(lambda: printer.status().can_print, 20, "back in service")
    assert cleared(printer)
    assert print_rig.pages_out() == 1
    assert len(print_rig.received()) == 1


def test_job_aborted_by_the_device_ends_unknown(print_rig: PrintRig) -> None:
    heard, job, other = Heard(), name(), name()
    printer = print_rig.printer()
    printer.start(heard)
    print_rig.device.abort_after(1)
    printer.submit(job, pdf(2), 2)
    ended = heard.ended(job)
    assert (ended.outcome, ended.pages_done) == (Outcome.UNKNOWN, 1)
    assert ended.evidence == Evidence.DEVICE_PARTLY
    assert f.JOB_ABORTED.same_as(ended.fault)
    print_rig.device.abort_after(0)
    printer.submit(other, pdf(2), 2)
    ended = heard.ended(other)
    assert (ended.outcome, ended.evidence) == (Outcome.UNKNOWN, Evidence.DEVICE_NONE)
    assert cleared(printer)
    assert print_rig.pages_out() == 1


def test_jobs_print_in_order_and_a_waiting_job_can_be_cancelled(
    print_rig: PrintRig,
) -> None:
    heard, jobs = Heard(), [name() for _ in range(3)]
    printer = print_rig.printer()
    printer.start(heard)
    print_rig.hold()
    for job in jobs:
        printer.submit(job, pdf(1), 1)
    printer.cancel(jobs[1])
    ended = heard.ended(jobs[1])
    assert (ended.outcome, ended.evidence) == (Outcome.QUEUED, Evidence.CANCELLED)
    print_rig.unhold()
    assert heard.ended(jobs[0]).outcome is Outcome.PRINTED
    assert heard.ended(jobs[2]).outcome is Outcome.PRINTED
    assert [each.job for each in print_rig.received()] == [jobs[0], jobs[2]]


def test_job_on_a_one_way_device_ends_unknown(print_stack: PrintStack) -> None:
    """The queue's backend only sends data, as with plain USB: "completed" proves nothing."""
    rig = print_stack.rig()
    try:
        heard, job = Heard(), name()
        rig.device_uri = "usb://Example/Printer"
        printer = rig.printer()
        printer.start(heard)
        heard.wait(PrinterChanged, lambda e: e.status.status is DeviceStatus.ONLINE)
        printer.submit(job, pdf(1), 1)
        ended = heard.ended(job)
        assert rig.pages_out() == 1
        assert (ended.outcome, ended.evidence) == (Outcome.UNKNOWN, Evidence.CUPS_COMPLETED)
        assert f.JOB_UNPROVED.same_as(ended.fault)
    finally:
        rig.close()


def test_job_waits_until_a_sleeping_device_answers(print_rig: PrintRig) -> None:
    heard, job = Heard(), name()
    printer = print_rig.printer()
    printer.start(heard)
    heard.wait(PrinterChanged, lambda e: e.status.can_print)
    print_rig.kill_device()
    printer.submit(job, pdf(1), 1)
    heard.wait(PrinterChanged, lambda e: f.PRINTER_UNREACHABLE in kinds(e.status.faults))
    assert not any(isinstance(each, PrintEnded) for each in heard.events)
    print_rig.start_device()
    assert heard.ended(job).outcome is Outcome.PRINTED


def test_job_for_a_missing_device_ends_unreleased(print_rig: PrintRig) -> None:
    heard, job = Heard(), name()
    printer = print_rig.printer(timing=PrinterTiming(wake_s=0.5))
    print_rig.kill_device()
    printer.start(heard)
    printer.submit(job, pdf(1), 1)
    ended = heard.ended(job)
    assert (ended.outcome, ended.evidence) == (Outcome.QUEUED, Evidence.CANCELLED)
    assert f.PRINTER_UNREACHABLE.same_as(ended.fault)
    print_rig.start_device()
    wait_until(lambda: printer.status().can_print, 20, "back in service")
    assert cleared(printer)
    assert print_rig.received() == []


def test_two_queues_of_one_device_do_not_cancel_each_others_jobs(print_rig: PrintRig) -> None:
    second = print_rig.queue + "-long"
    print_rig.stack.cupsd.add_queue(second, print_rig.device_uri)
    try:
        names, journal = JobNames(), print_rig.journal()
        one, two = Heard(), Heard()
        first = print_rig.printer(journal, names=names)
        other = print_rig.printer(journal, queue=second, names=names)
        first.start(one)
        other.start(two)
        jobs = [name() for _ in range(2)]
        print_rig.device.page_seconds(0.3)
        for at, job in enumerate(jobs):
            (first, other)[at % 2].submit(job, pdf(2), 2)
        ends = [(one, two)[at % 2].ended(job) for at, job in enumerate(jobs)]
        assert [each.outcome for each in ends] == [Outcome.PRINTED] * 2, ends
        assert [print_rig.pages_out(job) for job in jobs] == [2] * 2
        assert first.status().can_print
        assert other.status().can_print
    finally:
        print_rig.stack.cupsd.remove_queue(second)
