"""From "print this" to the printer: not before it is in the journal, not after it was cancelled.

For the runtime, on its workers. A job that is cancelled on its way ends as one that was never
released, and the session hears of it like of any other.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from devices.health import Fault
from printing.faults import JOB_CANCELLED
from printing.outcome import Evidence, Outcome, PrintEnded
from printing.printer import Printer
from terminal.faults import WORKER_FAILED
from terminal.session import effects as ef
from terminal.workers.pool import Workers

if TYPE_CHECKING:
    from terminal.workers.journal_writer import Records


class Handover:
    """The jobs that are on their way to the printer. ``post`` takes a job's end as a fact."""

    def __init__(self, workers: Workers, post: Callable[[object], None]) -> None:
        self._workers = workers
        self._post = post
        self._cancelled: dict[str, bool] = {}
        """Jobs that are not the printer's yet; whether they are not to become its."""
        self._lock = threading.Lock()

    def document(self, effect: ef.Print, printer: Printer, records: Records) -> None:
        """A resident's document: journalled, then given to the printer."""
        document = effect.document
        self._begin(effect.job)

        def planned(unwritten: Fault | None) -> None:
            """On the records' worker, once the job is in the journal or cannot be."""
            pdf, wiped = document.pdf, document.wiped
            self._give(
                effect.job, pdf, document.pages, effect.item.id, printer,
                unwritten or (JOB_CANCELLED if wiped else None),
            )  # fmt: skip

        records.print_planned(effect, planned)

    def own(
        self, job: str, service: str, make: Callable[[], bytes | Fault], printer: Printer
    ) -> None:
        """A paper of the terminal's own, set on a worker; it is no document of the platform's."""
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
        """Whether this job (``None``: any) was not the printer's yet; it never will be."""
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
                # Within the lock: a cancelling comes before or after it, never past it.
                printer.submit(job, pdf, pages, service)
                return
        # What is not in the journal is not printed; nor what was cancelled meanwhile.
        fault = why_not or JOB_CANCELLED
        self._post(PrintEnded(job, Outcome.QUEUED, 0, pages, Evidence.NONE, fault))
