"""Gives print jobs to the printer: only after they are in the journal, never after a cancellation.

Used by the runtime, on its workers. A job that is cancelled before the printer has it ends as one
that was never released, and the session is notified as for any other job.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from devices.health import Fault
from printing.faults import JOB_CANCELLED
from printing.outcome import Evidence, Outcome, PrintEnded
from printing.printer import Printer

from ..faults import WORKER_FAILED
from ..session import effects as ef
from .pool import Workers

if TYPE_CHECKING:
    from .journal_writer import Records


class Handover:
    """The jobs that the printer does not have yet. ``post`` takes a job's end as an event."""

    def __init__(self, workers: Workers, post: Callable[[object], None]) -> None:
        self._workers = workers
        self._post = post
        self._cancelled: dict[str, bool] = {}
        """Jobs that the printer does not have yet, and whether each was cancelled."""
        self._lock = threading.Lock()

    def document(self, effect: ef.Print, printer: Printer, records: Records) -> None:
        """Print a resident's document: record it in the journal, then give it to the printer."""
        document = effect.document
        self._begin(effect.job)

        def planned(unwritten: Fault | None) -> None:
            """Called on the records' worker once the job is recorded, or could not be."""
            pdf, wiped = document.pdf, document.wiped
            self._give(
                effect.job, pdf, document.pages, effect.item.id, printer,
                unwritten or (JOB_CANCELLED if wiped else None),
            )  # fmt: skip

        records.print_planned(effect, planned)

    def own(
        self, job: str, service: str, make: Callable[[], bytes | Fault], printer: Printer
    ) -> None:
        """Print a page that the terminal typesets itself on a worker; it has no document number."""
        self._begin(job)

        def run() -> None:
            from printing.pdf.pages import page_count  # slow to import

            paper = make()
            if isinstance(paper, Fault):
                failed(paper)
                return
            pages = page_count(paper)
            if isinstance(pages, Fault):
                failed(pages)
            else:
                self._give(job, paper, pages, service, printer, None)

        def failed(fault: Fault) -> None:
            self._give(job, b"", 1, service, printer, fault)

        self._workers.submit(
            run, lambda error: failed(WORKER_FAILED.with_detail(type(error).__name__))
        )

    def cancel(self, job: str | None) -> bool:
        """Cancel this job (``None``: all) unless the printer has it; return whether any was."""
        with self._lock:
            mine = [each for each in self._cancelled if job in (None, each)]
            self._cancelled.update(dict.fromkeys(mine, True))
            return bool(mine)

    def _begin(self, job: str) -> None:
        with self._lock:
            self._cancelled[job] = False

    def _give(
        self,
        job: str,
        pdf: bytes,
        pages: int,
        service: str,
        printer: Printer,
        why_not: Fault | None,
    ) -> None:
        with self._lock:
            cancelled = self._cancelled.pop(job, False)
            if why_not is None and not cancelled:
                # Within the lock, so that a cancellation comes either before or after this.
                printer.submit(job, pdf, pages, service)
                return
        # Do not print what is not in the journal or was cancelled in the meantime.
        fault = why_not or JOB_CANCELLED
        self._post(PrintEnded(job, Outcome.QUEUED, 0, pages, Evidence.NONE, fault))
