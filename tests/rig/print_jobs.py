"""What every test of a print job needs: a document whose pages differ, and answers to wait for."""

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

TOLD_S = 3.0
"""The bar: what the device knows is told within this time."""


def pdf(pages: int, size: tuple[float, float] = A4) -> bytes:
    """A document whose pages differ, with marks near all four edges; ``size`` in points."""
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
    """A fresh opaque name of a job."""
    return secrets.token_hex(16)


def cleared(printer: Printer, timeout_s: float = 30.0) -> bool:
    """Clear the printer, and wait for its answer."""
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


def kinds(faults: tuple[Fault, ...]) -> list[Fault]:
    """Without their details, which say what is of this very case."""
    return [fault.with_detail("") for fault in faults]
