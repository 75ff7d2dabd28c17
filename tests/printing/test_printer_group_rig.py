"""Two printers with two paper sizes on one terminal, through a real cupsd."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial

import pytest
from reportlab.lib.pagesizes import A4, A5

from printing import faults as f
from printing.cups.device import JobNames
from printing.cups.printer import CupsPrinter
from printing.outcome import Outcome, PrintProgress, nothing_came_out
from printing.printer import PaperState, Printer, PrinterChanged
from printing.printer_group import PrinterGroup
from tests.rig.print_fixtures import Heard, PrintRig, PrintStack, wait_until
from tests.rig.print_jobs import REPORT_S, cleared, name, pdf
from tests.rig.print_journal import FileJournal

pytestmark = [pytest.mark.rig, pytest.mark.xdist_group("cups"), pytest.mark.timeout(120)]

SLIP = (80 / 25.4 * 72, 200 / 25.4 * 72)
"""A receipt of 80 mm by 200 mm, in points."""


@dataclass
class TwoPrinters:
    """A terminal's printers for pages and for slips, and the rigs behind them."""

    pages: PrintRig
    slips: PrintRig
    journal: FileJournal
    heard: Heard = field(default_factory=Heard)

    def __post_init__(self) -> None:
        names = JobNames()
        self.printers: list[tuple[str, CupsPrinter]] = [
            (called, rig.printer(self.journal, media=media, names=names))
            for called, rig, media in (
                ("pages", self.pages, "iso_a4_210x297mm"),
                ("slips", self.slips, "custom_80x200mm_80x200mm"),
            )
        ]
        self.group = PrinterGroup(self.printers)
        self.group.start(self.heard)
        for called, _ in self.printers:
            self.wait_for(called, lambda status: status.can_print)

    def wait_for(self, called: str, wanted: object, within_s: float = 20.0) -> None:
        """Wait for a state of the printer of this name."""
        assert callable(wanted)
        self.heard.wait(PrinterChanged, lambda e: e.name == called and wanted(e.status), within_s)


def got_one(rig: PrintRig) -> bool:
    return len(rig.received()) == 1


def is_empty(printer: Printer) -> bool:
    return printer.status().jobs_waiting == 0


@pytest.fixture
def two(print_stack: PrintStack) -> Iterator[TwoPrinters]:
    """A printer with A4 and one with receipts, on a queue each."""
    pages = print_stack.rig()
    slips = print_stack.rig(paper_mm=(80, 200))
    two = TwoPrinters(pages, slips, pages.journal())
    try:
        yield two
    finally:
        two.group.close()
        pages.close()
        slips.close()


def test_each_document_is_printed_on_its_paper(two: TwoPrinters) -> None:
    letter, receipt = name(), name()
    two.group.submit(letter, pdf(2), 2, "list")
    two.group.submit(receipt, pdf(1, SLIP), 1, "receipt")
    assert two.heard.ended(letter).outcome is Outcome.PRINTED
    assert two.heard.ended(receipt).outcome is Outcome.PRINTED
    assert [each.job for each in two.pages.received()] == [letter]
    assert [each.job for each in two.slips.received()] == [receipt]
    # The paper size that each device got, in hundredths of a millimetre.
    assert "{x-dimension=21000 y-dimension=29700}" in two.pages.received()[0].media
    assert "{x-dimension=8000 y-dimension=20000}" in two.slips.received()[0].media
    assert cleared(two.group)
    records = two.journal.all()
    assert records[letter].queue == two.pages.queue
    assert records[receipt].queue == two.slips.queue


def test_paper_out_of_one_printer_does_not_stop_the_other(two: TwoPrinters) -> None:
    letter, receipt = name(), name()
    two.pages.paper_out()
    two.group.submit(letter, pdf(1), 1)
    two.heard.wait(PrintProgress, lambda e: e.job == letter and f.PAPER_OUT.same_as(e.waiting))
    two.wait_for("pages", lambda status: status.paper is PaperState.OUT, REPORT_S)
    two.group.submit(receipt, pdf(1, SLIP), 1)
    assert two.heard.ended(receipt).outcome is Outcome.PRINTED
    assert two.printers[1][1].status().can_print
    assert not two.group.status().can_print
    two.pages.refill()
    assert two.heard.ended(letter).outcome is Outcome.PRINTED


def test_unavailable_size_is_a_fault_and_nothing_is_printed(two: TwoPrinters) -> None:
    job = name()
    two.group.submit(job, pdf(1, A5), 1)
    ended = two.heard.ended(job)
    assert (ended.outcome, ended.pages_done) == (Outcome.QUEUED, 0)
    assert f.NO_QUEUE_FOR_SIZE.same_as(ended.fault)
    assert ended.fault is not None
    assert ended.fault.detail == "148x210 mm"
    assert nothing_came_out(ended)
    assert cleared(two.group)
    assert two.pages.received() == two.slips.received() == []


def test_clear_empties_both_printers(two: TwoPrinters) -> None:
    letter, receipt = name(), name()
    two.pages.hold()
    two.slips.hold()
    two.group.submit(letter, pdf(2, A4), 2)
    two.group.submit(receipt, pdf(2, SLIP), 2)
    for rig in (two.pages, two.slips):
        wait_until(partial(got_one, rig), 20, "the document at the device")
    # The device still prints the held page of a cancelled job, as printers do with a started page.
    two.pages.unhold()
    two.slips.unhold()
    cleared(two.group)
    for job in (letter, receipt):
        two.heard.ended(job)
    for _, printer in two.printers:
        wait_until(partial(is_empty, printer), 20, "device empty")
    two.group.tray_checked()
    assert cleared(two.group)
    wait_until(lambda: two.pages.documents_left() == [], 10, "spools empty")
