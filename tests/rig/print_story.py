"""One print job that a test stops at a chosen moment, and the checks for it afterwards."""

from __future__ import annotations

import secrets
import time

from devices.health import Fault
from printing import faults as f
from printing.ipp.client import IppClient
from printing.ipp.codec import Group
from printing.job import PrinterTiming
from printing.outcome import Evidence, Outcome, PrintEnded, PrintProgress
from printing.printer import PrinterChanged

from .print_fixtures import Heard, PrintRig, wait_until
from .print_jobs import REPORT_S, cleared, pdf
from .print_journal import FileJournal

PAGES = 2


class Story:
    """A job of two pages on the print rig, which a test can hold after any page."""

    def __init__(
        self,
        rig: PrintRig,
        timing: PrinterTiming | None = None,
        journal: FileJournal | None = None,
    ) -> None:
        self.rig = rig
        self.heard = Heard()
        self.job = secrets.token_hex(16)
        self.printer = rig.printer(journal, timing)
        self.printer.start(self.heard)
        self.heard.wait(PrinterChanged, lambda e: e.status.can_print)

    def held_after(self, pages: int) -> None:
        """Print, and hold the device when this many pages are printed and reported."""
        # "other-report" keeps the engine from ending after the last page. It is no fault for us.
        self.rig.device.fault("other-report", PAGES)
        self.rig.hold()
        self.printer.submit(self.job, pdf(PAGES), PAGES)
        wait_until(lambda: len(self.rig.received()) == 1, 20, "the document at the device")
        for _ in range(pages):
            self.rig.release_page()
        wait_until(lambda: self.rig.pages_out(self.job) == pages, 10, "pages out")
        self.heard.wait(PrintProgress, lambda e: e.outcome is Outcome.PRINTING)
        if pages:
            self.heard.wait(PrintProgress, lambda e: e.pages_done == pages)

    def release(self) -> None:
        """Let the device print the rest."""
        self.rig.unhold()
        self.rig.device.clear_fault("other-report")

    def reported(self, fault: Fault, within_s: float = REPORT_S) -> None:
        """Fail unless, within this time, the job waits for the fault and the printer has it."""
        began = time.monotonic()
        self.heard.wait(PrintProgress, lambda e: fault.same_as(e.waiting), within_s)
        left = within_s - (time.monotonic() - began)
        self.heard.wait(
            PrinterChanged, lambda e: any(fault.same_as(each) for each in e.status.faults), left
        )
        assert not self.printer.status().can_print
        print(f"{fault.code} reported after {time.monotonic() - began:.2f} s")

    def not_ended(self) -> None:
        """Fail if the end of a job was reported."""
        assert not any(isinstance(event, PrintEnded) for event in self.heard.events)

    def printed_once(self) -> None:
        """Fail unless every page was printed once, with evidence."""
        ended = self.heard.ended(self.job)
        assert (ended.outcome, ended.evidence) == (Outcome.PRINTED, Evidence.DEVICE_IMPRESSIONS)
        assert ended.pages_done == PAGES
        self.nothing_twice()
        assert self.rig.pages_out() == PAGES

    def nothing_twice(self) -> None:
        """Fail if the device received more than one document, or a file is left in the spool."""
        wait_until(lambda: self.printer.status().can_print, 20, "back in service")
        assert cleared(self.printer)
        assert len(self.rig.received()) <= 1
        wait_until(lambda: self.rig.documents_left() == [], 10, "spools empty")


def cautions(story: Story) -> list[str]:
    """Return the warnings for maintainers about the settings of the queue."""
    found = story.printer.status().cautions
    assert all(f.QUEUE_UNSAFE.same_as(each) for each in found)
    return [word for each in found for word in each.detail.split()]


def device_says(rig: PrintRig, keyword: str) -> None:
    """Wait until the device itself has this reason. From then on, ``REPORT_S`` counts."""
    client = IppClient(rig.device_uri)

    def says() -> bool:
        answer = client.printer_attributes()
        reasons = answer.texts("printer-state-reasons") if isinstance(answer, Group) else ()
        return any(reason.startswith(keyword) for reason in reasons)

    wait_until(says, 20, f"{keyword} at the device")
    client.close()
