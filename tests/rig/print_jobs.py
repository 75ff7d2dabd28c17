"""Helpers for tests of print jobs: a document whose pages differ, and functions that wait."""

from __future__ import annotations

import io
import secrets
import threading

from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from devices.health import Fault
from printing.outcome import PrintProgress
from printing.printer import Printer

from .print_fixtures import Heard

REPORT_S = 3.0
"""Requirement: the printer reports a change of its device within this time."""


def pdf(pages: int, size: tuple[float, float] = A4) -> bytes:
    """Return a document whose pages differ, with marks near all edges. ``size`` is in points."""
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=size, invariant=1)
    width, height = size
    for page in range(1, pages + 1):
        canvas.rect(20, 20, width - 40, height - 40)
        canvas.setFont("Helvetica", 60 * width / A4[0])
        canvas.drawString(width / 6, height * 0.6, f"page {page} of {pages}")
        canvas.rect(width / 6, height / 8, width / 20 * page, height / 17, fill=1)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def name() -> str:
    """Return a new random name for a job."""
    return secrets.token_hex(16)


def cleared(printer: Printer, timeout_s: float = 30.0) -> bool:
    """Clear the printer, wait for its answer and return it."""
    answer: list[bool] = []
    answered = threading.Event()

    def done(empty: bool) -> None:
        answer.append(empty)
        answered.set()

    printer.clear(done)
    assert answered.wait(timeout_s)
    return answer[0]


def counts(heard: Heard, job: str) -> list[int]:
    """Return the page counts that were reported for a job, without repeats."""
    reported = [each.pages_done for each in heard.events if isinstance(each, PrintProgress)]
    return sorted(set(reported))


def kinds(faults: tuple[Fault, ...]) -> list[Fault]:
    """Return the faults without their details, which differ from case to case."""
    return [fault.with_detail("") for fault in faults]
