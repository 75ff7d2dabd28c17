"""cupsd restarts, is down, lacks the queue, or hangs: no page is printed twice or lost."""

from __future__ import annotations

import os
import signal

import pytest

from printing import faults as f
from printing.job import PrinterTiming
from printing.outcome import Evidence, Outcome, PrintProgress
from printing.printer import PrinterChanged
from tests.rig.print_fixtures import Heard, PrintRig, wait_until
from tests.rig.print_jobs import cleared, kinds, name, pdf

pytestmark = [pytest.mark.rig, pytest.mark.xdist_group("cups"), pytest.mark.timeout(120)]


@pytest.mark.parametrize("how", ["SIGTERM", "SIGKILL"])
def test_cupsd_restart_during_a_job_prints_nothing_twice(print_rig: PrintRig, how: str) -> None:
    heard, job = Heard(), name()
    printer = print_rig.printer()
    printer.start(heard)
    print_rig.hold()
    printer.submit(job, pdf(3), 3)
    wait_until(lambda: len(print_rig.received()) == 1, 20, "the document at the device")
    print_rig.release_page()
    heard.wait(PrintProgress, lambda e: e.pages_done == 1)
    print_rig.stop_cupsd(signal.Signals[how])
    print_rig.start_cupsd()
    print_rig.release_page()
    heard.wait(PrintProgress, lambda e: e.pages_done == 2)
    print_rig.unhold()
    ended = heard.ended(job)
    assert (ended.outcome, ended.pages_done) == (Outcome.PRINTED, 3)
    assert cleared(printer)
    assert print_rig.pages_out() == 3
    assert f.QUEUE_DOWN not in [kind for e in heard.events if isinstance(e, PrinterChanged)
                                for kind in kinds(e.status.faults)]  # fmt: skip
    other = name()
    printer.submit(other, pdf(1), 1)
    assert heard.ended(other).outcome is Outcome.PRINTED
    assert print_rig.pages_out() == 4


def test_cupsd_that_is_down_for_a_moment_is_not_a_fault(print_rig: PrintRig) -> None:
    heard, job = Heard(), name()
    printer = print_rig.printer()
    printer.start(heard)
    heard.wait(PrinterChanged, lambda e: e.status.can_print)
    print_rig.stop_cupsd()
    printer.submit(job, pdf(1), 1)
    heard.wait(PrintProgress, lambda e: e.outcome is Outcome.QUEUED)
    print_rig.start_cupsd()
    assert heard.ended(job).outcome is Outcome.PRINTED
    assert print_rig.pages_out() == 1


def test_job_ends_unprinted_if_cupsd_stays_down(print_rig: PrintRig) -> None:
    heard, job = Heard(), name()
    printer = print_rig.printer(timing=PrinterTiming(queue_retry_s=1.0))
    printer.start(heard)
    print_rig.stop_cupsd()
    printer.submit(job, pdf(1), 1)
    heard.wait(PrinterChanged, lambda e: f.QUEUE_DOWN in kinds(e.status.faults))
    assert not printer.status().can_print
    ended = heard.ended(job)
    assert (ended.outcome, ended.evidence) == (Outcome.QUEUED, Evidence.CANCELLED)
    assert f.QUEUE_DOWN.same_as(ended.fault)
    print_rig.start_cupsd()
    wait_until(lambda: printer.status().can_print, 20, "back in service")
    assert cleared(printer)
    assert print_rig.pages_out() == 0


def test_missing_queue_is_reported(print_rig: PrintRig) -> None:
    print_rig.queue = "nosuchqueue"
    heard, job = Heard(), name()
    printer = print_rig.printer()
    printer.start(heard)
    heard.wait(PrinterChanged, lambda e: f.QUEUE_MISSING in kinds(e.status.faults))
    printer.submit(job, pdf(1), 1)
    ended = heard.ended(job)
    assert ended.outcome is Outcome.QUEUED
    assert f.QUEUE_MISSING.same_as(ended.fault)


def test_hanging_cupsd_ends_the_job_unprinted_and_the_device_is_still_polled(
    print_rig: PrintRig,
) -> None:
    """A stopped cupsd blocks libcups forever. Only the worker thread may hang with it."""
    heard, job, other = Heard(), name(), name()
    printer = print_rig.printer(timing=PrinterTiming(queue_call_s=1.0, queue_retry_s=3.0))
    printer.start(heard)
    heard.wait(PrinterChanged, lambda e: e.status.can_print)
    os.kill(print_rig.stack.cupsd.pid, signal.SIGSTOP)
    try:
        printer.submit(job, pdf(1), 1)
        ended = heard.ended(job, 10)
        assert (ended.outcome, ended.evidence) == (Outcome.QUEUED, Evidence.CANCELLED)
        assert f.QUEUE_DOWN.same_as(ended.fault)
        heard.wait(PrinterChanged, lambda e: f.QUEUE_DOWN in kinds(e.status.faults))
        # The device is still polled in the meantime.
        print_rig.kill_device()
        heard.wait(PrinterChanged, lambda e: f.PRINTER_UNREACHABLE in kinds(e.status.faults))
    finally:
        os.kill(print_rig.stack.cupsd.pid, signal.SIGCONT)
    print_rig.start_device()
    again = print_rig.printer(print_rig.journal("another"))
    printer.close()
    again.start(heard)
    again.submit(other, pdf(1), 1)
    assert heard.ended(other).outcome is Outcome.PRINTED
    assert [each.job for each in print_rig.received()] == [other]
