"""Paper through a real cupsd to an IPP printer that counts its pages, and what can go wrong."""

from __future__ import annotations

import io
import os
import secrets
import signal
import subprocess
import threading
from pathlib import Path

import pytest
from PIL import Image, ImageChops
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from devices.health import DeviceStatus, Fault
from printing import faults as f
from printing.cups_device import JobNames
from printing.job import PrinterTiming
from printing.outcome import Evidence, Outcome, PrintEnded, PrintProgress
from printing.printer import JobStage, PaperState, Printer, PrinterChanged
from tests.rig.print_fixtures import Heard, PrintHouse, PrintRig, wait_until
from tests.rig.pwg_raster import pages as raster_pages

pytestmark = [pytest.mark.rig, pytest.mark.xdist_group("cups"), pytest.mark.timeout(120)]

TOLD_S = 3.0
"""The bar: what the device knows is told within this time."""


def pdf(pages: int) -> bytes:
    """An A4 document whose pages differ, with marks near all four edges."""
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4, invariant=1)
    width, height = A4
    for page in range(1, pages + 1):
        canvas.rect(20, 20, width - 40, height - 40)
        canvas.setFont("Helvetica", 60)
        canvas.drawString(100, 500, f"page {page} of {pages}")
        canvas.rect(100, 100, 30 * page, 50, fill=1)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def name() -> str:
    return secrets.token_hex(16)


def cleared(printer: Printer, timeout_s: float = 30.0) -> bool:
    answer: list[bool] = []
    told = threading.Event()

    def done(empty: bool) -> None:
        answer.append(empty)
        told.set()

    printer.clear(done)
    assert told.wait(timeout_s)
    return answer[0]


def counts(heard: Heard, job: str) -> list[int]:
    """The page counts that were told of a job, without repeats."""
    told = [each.pages_done for each in heard.events if isinstance(each, PrintProgress)]
    return sorted(set(told))


def test_printed_only_on_the_devices_own_count(print_rig: PrintRig) -> None:
    heard, journal, job = Heard(), print_rig.journal(), name()
    printer = print_rig.printer(journal)
    printer.start(heard)
    print_rig.hold()
    printer.submit(job, pdf(3), 3, "insurance_certificate")
    wait_until(lambda: len(print_rig.received()) == 1, 20, "the document at the device")
    # The printer holds the first page. cupsd's own count runs ahead here; ours may not.
    heard.wait(PrintProgress, lambda e: e.outcome is Outcome.PRINTING)
    for page in range(3):
        assert max(counts(heard, job)) == page
        assert not any(isinstance(each, PrintEnded) for each in heard.events)
        print_rig.release_page()
        wait_until(lambda page=page: print_rig.pages_out(job) == page + 1, 5, "a page out")
        if page < 2:
            heard.wait(PrintProgress, lambda e, page=page: e.pages_done == page + 1, TOLD_S)
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
    assert journal.all()[job].outcome == "printed"
    assert cleared(printer)
    wait_until(lambda: print_rig.documents_left() == [], 10, "spools empty")
    assert [each.job for each in print_rig.received()] == [job]


def test_paper_out_in_mid_job_is_told_and_survived(print_rig: PrintRig) -> None:
    heard, job = Heard(), name()
    printer = print_rig.printer()
    printer.start(heard)
    print_rig.paper_out(after=1)
    printer.submit(job, pdf(3), 3)
    wait_until(lambda: print_rig.pages_out() == 1, 20, "the first page")
    heard.wait(PrintProgress, lambda e: f.PAPER_OUT.same_as(e.waiting), TOLD_S)
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


def test_a_cover_opened_after_the_last_page_is_told_and_waited_for(print_rig: PrintRig) -> None:
    heard, job = Heard(), name()
    printer = print_rig.printer()
    printer.start(heard)
    heard.wait(PrinterChanged, lambda e: e.status.can_print)
    print_rig.device.fault("cover-open", 1)
    printer.submit(job, pdf(1), 1)
    told = heard.wait(PrinterChanged, lambda e: f.COVER_OPEN in _kinds(e.status.faults), 20)
    assert isinstance(told, PrinterChanged)
    assert told.status.status is DeviceStatus.HARDWARE_ERROR
    assert not any(isinstance(each, PrintEnded) for each in heard.events)
    print_rig.device.mend("cover-open")
    assert heard.ended(job).outcome is Outcome.PRINTED


def _kinds(faults: tuple[Fault, ...]) -> list[Fault]:
    return [fault.with_detail("") for fault in faults]


def test_a_job_cancelled_while_paper_is_out_keeps_the_printer_from_the_next_person(
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
    # The device keeps the job until paper is back: it may still print, so this is not clear.
    assert not cleared(printer)
    assert f.LEFTOVER_JOB in _kinds(printer.status().faults)
    assert not printer.status().can_print
    print_rig.refill()
    wait_until(lambda: printer.status().jobs_waiting == 0, 20, "the device lets go")
    if print_rig.pages_out(job) > 1:
        # The old job did print on: staff must look before the next person comes.
        assert not cleared(printer)
        printer.tray_checked()
    heard.wait(PrinterChanged, lambda e: e.status.can_print and e.status.jobs_waiting == 0)
    wait_until(lambda: printer.status().can_print, 10, "back in service")
    assert cleared(printer)
    # And the next person's pages are the next person's only.
    print_rig.device.pages_out()
    other = name()
    printer.submit(other, pdf(2), 2)
    assert heard.ended(other).outcome is Outcome.PRINTED
    assert print_rig.pages_out(other) == 2


def test_a_device_that_vanishes_in_mid_job_is_unknown_and_never_success(
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
    heard.wait(PrintProgress, lambda e: f.PRINTER_UNREACHABLE.same_as(e.waiting), TOLD_S)
    assert printer.status().status is DeviceStatus.UNKNOWN
    assert printer.status().paper is PaperState.UNKNOWN
    ended = heard.ended(job)
    assert (ended.outcome, ended.evidence) == (Outcome.UNKNOWN, Evidence.DEVICE_PARTLY)
    assert f.PRINTER_UNREACHABLE.same_as(ended.fault)
    assert not cleared(printer)
    # Switched on again, it must not be sent the old document once more.
    print_rig.unhold()
    print_rig.start_device()
    wait_until(lambda: printer.status().can_print, 20, "back in service")
    assert cleared(printer)
    assert print_rig.pages_out() == 1
    assert len(print_rig.received()) == 1


@pytest.mark.parametrize("how", ["SIGTERM", "SIGKILL"])
def test_cupsd_restarted_in_mid_job_prints_nothing_twice(print_rig: PrintRig, how: str) -> None:
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
                                for kind in _kinds(e.status.faults)]  # fmt: skip
    other = name()
    printer.submit(other, pdf(1), 1)
    assert heard.ended(other).outcome is Outcome.PRINTED
    assert print_rig.pages_out() == 4


def test_cupsd_away_while_a_job_is_submitted_is_no_fault(print_rig: PrintRig) -> None:
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


def test_cupsd_away_for_good_ends_the_job_with_nothing_printed(print_rig: PrintRig) -> None:
    heard, job = Heard(), name()
    printer = print_rig.printer(timing=PrinterTiming(queue_retry_s=1.0))
    printer.start(heard)
    print_rig.stop_cupsd()
    printer.submit(job, pdf(1), 1)
    heard.wait(PrinterChanged, lambda e: f.QUEUE_DOWN in _kinds(e.status.faults))
    assert not printer.status().can_print
    ended = heard.ended(job)
    assert (ended.outcome, ended.evidence) == (Outcome.QUEUED, Evidence.CANCELLED)
    assert f.QUEUE_DOWN.same_as(ended.fault)
    print_rig.start_cupsd()
    wait_until(lambda: printer.status().can_print, 20, "back in service")
    assert cleared(printer)
    assert print_rig.pages_out() == 0


def test_a_missing_queue_is_named(print_rig: PrintRig) -> None:
    print_rig.queue = "nosuchqueue"
    heard, job = Heard(), name()
    printer = print_rig.printer()
    printer.start(heard)
    heard.wait(PrinterChanged, lambda e: f.QUEUE_MISSING in _kinds(e.status.faults))
    printer.submit(job, pdf(1), 1)
    ended = heard.ended(job)
    assert ended.outcome is Outcome.QUEUED
    assert f.QUEUE_MISSING.same_as(ended.fault)


def test_aborted_by_the_device_is_never_success(print_rig: PrintRig) -> None:
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


def test_jobs_print_one_after_another_and_a_waiting_one_can_be_cancelled(
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


def grey(path: Path, page: int, dpi: int = 300) -> tuple[int, int, bytes]:
    """A page as poppler draws it: width, height and grey values."""
    drawn = subprocess.run(
        ["pdftoppm", "-gray", "-r", str(dpi), "-f", str(page), "-l", str(page), str(path)],
        capture_output=True,
        check=True,
    ).stdout
    magic, width, height, _most = drawn.split(maxsplit=4)[:4]
    assert magic == b"P5"
    return int(width), int(height), drawn[-int(width) * int(height) :]


def test_the_page_arrives_at_full_a4_size(print_rig: PrintRig, tmp_path: Path) -> None:
    heard, job = Heard(), name()
    printer = print_rig.printer()
    printer.start(heard)
    sent = tmp_path / "sent.pdf"
    sent.write_bytes(pdf(2))
    printer.submit(job, sent.read_bytes(), 2)
    assert heard.ended(job).outcome is Outcome.PRINTED
    (got,) = print_rig.received()
    for page in (1, 2):
        width, height, original = grey(sent, page)
        got_width, got_height, arrived = grey(got.path, page)
        # A4 at 300 dpi, give or take the pixel that rounding half a point makes.
        assert abs(width - 2480) <= 1
        assert abs(height - 3508) <= 1
        assert abs(got_width - width) <= 1
        assert abs(got_height - height) <= 1
        same_picture(
            Image.frombytes("L", (width, height), original),
            Image.frombytes("L", (got_width, got_height), arrived),
        )


def same_picture(sent: Image.Image, arrived: Image.Image) -> None:
    """Both drawn to one small size: ink lies where it lay, give or take a dot of the original."""
    size = (420, 594)
    small = [each.resize(size, Image.Resampling.BOX) for each in (sent, arrived)]
    ink = sum(small[0].point(lambda value: 255 - value).histogram()[128:])
    difference = ImageChops.difference(*small)
    wrong = sum(difference.histogram()[96:])
    assert ink > 1000
    assert wrong < ink * 0.01, (wrong, ink)


def test_the_raster_that_the_engine_gets_is_the_page_at_full_a4_size(
    print_house: PrintHouse, tmp_path: Path
) -> None:
    """A printer that takes no PDF: what cupsd's filters draw is what would lie on the paper."""
    rig = print_house.rig(formats="image/pwg-raster")
    try:
        heard, job = Heard(), name()
        printer = rig.printer()
        printer.start(heard)
        sent = tmp_path / "sent.pdf"
        sent.write_bytes(pdf(2))
        printer.submit(job, sent.read_bytes(), 2)
        ended = heard.ended(job, 60)
        assert (ended.outcome, ended.pages_done) == (Outcome.PRINTED, 2)
        (got,) = rig.received()
        assert (got.format, got.pages) == ("pwg", 2)
        for number, page in enumerate(raster_pages(got.path), 1):
            dpi = page.dpi[0]
            assert page.dpi == (dpi, dpi)
            # 210 mm by 297 mm, to the dot that rounding makes.
            assert abs(page.width - 210 / 25.4 * dpi) <= 2
            assert abs(page.height - 297 / 25.4 * dpi) <= 2
            arrived = Image.frombytes("L", (page.width, page.height), b"".join(page.rows))
            width, height, original = grey(sent, number, dpi)
            same_picture(Image.frombytes("L", (width, height), original), arrived)
    finally:
        rig.close()


def test_a_device_that_cannot_be_asked_ends_unknown(print_house: PrintHouse) -> None:
    """Plain USB stood in for by a raw queue whose backend only sends: completed proves nothing."""
    rig = print_house.rig()
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


def test_a_cupsd_that_answers_nothing_costs_a_thread_and_no_page(print_rig: PrintRig) -> None:
    """Stopped in mid-air it keeps libcups waiting for ever; only the worker may hang on it."""
    heard, job, other = Heard(), name(), name()
    printer = print_rig.printer(timing=PrinterTiming(queue_call_s=1.0, queue_retry_s=3.0))
    printer.start(heard)
    heard.wait(PrinterChanged, lambda e: e.status.can_print)
    os.kill(print_rig.house.cupsd.pid, signal.SIGSTOP)
    try:
        printer.submit(job, pdf(1), 1)
        ended = heard.ended(job, 10)
        assert (ended.outcome, ended.evidence) == (Outcome.QUEUED, Evidence.CANCELLED)
        assert f.QUEUE_DOWN.same_as(ended.fault)
        heard.wait(PrinterChanged, lambda e: f.QUEUE_DOWN in _kinds(e.status.faults))
        # The device is still looked at meanwhile.
        print_rig.kill_device()
        heard.wait(PrinterChanged, lambda e: f.PRINTER_UNREACHABLE in _kinds(e.status.faults))
    finally:
        os.kill(print_rig.house.cupsd.pid, signal.SIGCONT)
    print_rig.start_device()
    again = print_rig.printer(print_rig.journal("another"))
    printer.close()
    again.start(heard)
    again.submit(other, pdf(1), 1)
    assert heard.ended(other).outcome is Outcome.PRINTED
    assert [each.job for each in print_rig.received()] == [other]


def test_long_lists_take_both_sides_and_short_ones_one(print_house: PrintHouse) -> None:
    rig = print_house.rig(duplex=True)
    try:
        heard, short, long = Heard(), name(), name()
        printer = rig.printer(duplex=True, supply_file=rig.folder / "paper.json")
        printer.start(heard)
        heard.wait(PrinterChanged, lambda e: e.status.can_print)
        rig.paper_out()
        printer.submit(short, pdf(2), 2)
        heard.wait(PrintProgress, lambda e: f.PAPER_OUT.same_as(e.waiting))
        rig.refill()
        assert heard.ended(short).outcome is Outcome.PRINTED
        printer.submit(long, pdf(5), 5)
        assert heard.ended(long).outcome is Outcome.PRINTED
        assert [(each.job, each.sides) for each in rig.received()] == [
            (short, "one-sided"),
            (long, "two-sided-long-edge"),
        ]
        # Two sheets for two pages, three for five: counted since the refill.
        heard.wait(PrinterChanged, lambda e: e.status.sheets_since_refill == 5)
    finally:
        rig.close()


def test_a_sleeping_device_is_woken_and_waited_for(print_rig: PrintRig) -> None:
    heard, job = Heard(), name()
    printer = print_rig.printer()
    printer.start(heard)
    heard.wait(PrinterChanged, lambda e: e.status.can_print)
    print_rig.kill_device()
    printer.submit(job, pdf(1), 1)
    heard.wait(PrinterChanged, lambda e: f.PRINTER_UNREACHABLE in _kinds(e.status.faults))
    assert not any(isinstance(each, PrintEnded) for each in heard.events)
    print_rig.start_device()
    assert heard.ended(job).outcome is Outcome.PRINTED


def test_nothing_is_released_to_a_device_that_is_not_there(print_rig: PrintRig) -> None:
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


def test_two_queues_of_one_device_leave_each_others_jobs_alone(print_rig: PrintRig) -> None:
    second = print_rig.queue + "-long"
    print_rig.house.cupsd.add_queue(second, print_rig.device_uri)
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
        print_rig.house.cupsd.remove_queue(second)
