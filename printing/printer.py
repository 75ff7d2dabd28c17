"""The interface of every printer: it takes jobs and reports progress, outcomes and its status.

A printer owns its threads. It turns every exception into an event or a fault. Only ``close`` may
block the caller. The bytes of a document are never written to a permanent file.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from devices.health import DeviceStatus, Fault

from .media import A4 as A4
from .outcome import Evidence, Outcome, PrintEnded, PrintProgress


class PaperState(StrEnum):
    """XFS4IoT paper status, of which *jammed* is one value."""

    FULL = "full"
    LOW = "low"
    OUT = "out"
    JAMMED = "jammed"
    UNKNOWN = "unknown"
    NOT_SUPPORTED = "not_supported"


class TonerState(StrEnum):
    """XFS4IoT toner status."""

    FULL = "full"
    LOW = "low"
    OUT = "out"
    UNKNOWN = "unknown"
    NOT_SUPPORTED = "not_supported"


@dataclass(frozen=True, slots=True)
class PrinterStatus:
    """The printer's status as the *device* reports it; ``UNKNOWN`` if it cannot be asked.

    ``faults`` are in order of priority. ``reasons`` are the IPP keywords, for maintainers.
    ``can_print`` is what pages ask: it is false unless the state is known to be good.
    ``sheets_since_refill`` is counted and ``sheets_left`` is estimated; ``None`` if not known.
    ``media`` is the paper that the printer is set for (PWG 5101.1 name). ``two_sided``: documents
    of two or more pages are printed on both sides. ``cautions`` are faults for maintainers that do
    not stop printing.
    """

    status: DeviceStatus
    paper: PaperState = PaperState.UNKNOWN
    toner: TonerState = TonerState.UNKNOWN
    faults: tuple[Fault, ...] = ()
    reasons: tuple[str, ...] = ()
    jobs_waiting: int | None = None
    sheets_since_refill: int | None = None
    sheets_left: int | None = None
    media: str = A4
    two_sided: bool = False
    cautions: tuple[Fault, ...] = ()

    @property
    def can_print(self) -> bool:
        """Whether a job submitted now can be expected to print."""
        return (
            not self.faults
            and self.status in (DeviceStatus.ONLINE, DeviceStatus.BUSY)
            and self.paper not in (PaperState.OUT, PaperState.JAMMED)
            and self.toner is not TonerState.OUT
        )


class JobStage(StrEnum):
    """How far a job has got. Each stage is journalled *before* the next step is taken."""

    PLANNED = "planned"
    """The job has a name and a number of pages; CUPS does not know it yet."""
    HELD = "held"
    """CUPS holds a job of this name without a document; ``cups_job`` is its id."""
    LOADED = "loaded"
    """The document is in the held job."""
    RELEASED = "released"
    """Released: from now on pages may come out."""
    CLOSED = "closed"
    """Ended, with its outcome."""


@dataclass(frozen=True, slots=True)
class JobRecord:
    """One print job in the journal, without personal data.

    ``job`` is an opaque id and also the job's name in CUPS and at the device. ``sheets`` is the
    paper that the job has used, computed from the device's count of printed sides. ``outcome`` and
    ``evidence`` are ``None`` until the job is ``CLOSED``.
    """

    job: str
    stage: JobStage
    pages: int
    queue: str
    service: str = ""
    cups_job: int | None = None
    pages_done: int = 0
    outcome: Outcome | None = None
    evidence: Evidence | None = None
    sheets: int = 0


class JobJournal(Protocol):
    """The durable journal of print jobs. Each step is written here before it is taken."""

    def record(self, job: JobRecord) -> None:
        """Write or replace the job. On return, the record survives a power cut.

        :raises OSError: it cannot be written; the caller must not take the step.
        """
        ...

    def open_jobs(self) -> tuple[JobRecord, ...]:
        """Return every job that is not ``CLOSED``, oldest first."""
        ...

    def knows(self, job: str) -> bool:
        """Whether the journal has a job of this name.

        This distinguishes the terminal's jobs from another program's on the same printer.
        """
        ...


PrintEvent = PrintProgress | PrintEnded


ONLY_PRINTER = "printer"
"""The name of a printer that is not in a group."""


@dataclass(frozen=True, slots=True)
class PrinterChanged:
    """The printer's status has changed. ``name`` identifies the printer in its terminal."""

    status: PrinterStatus
    name: str = ONLY_PRINTER


Sink = Callable[[PrintEvent | PrinterChanged], None]


class Printer(Protocol):
    """A printer of any kind (CUPS queue with an IPP device, a folder, a group of printers)."""

    @property
    def needs_restart(self) -> bool:
        """Whether the printer can print only in a new process."""
        ...

    def start(self, sink: Sink) -> None:
        """Resolve the jobs of an earlier run (``JobJournal.open_jobs``) without printing anything,
        then watch the device. ``sink`` is called with events on the printer's own thread."""
        ...

    def status(self) -> PrinterStatus:
        """Return the last known status; never blocks. A group returns its first printer's."""
        ...

    def statuses(self) -> tuple[tuple[str, PrinterStatus], ...]:
        """Return the name and the last known status of each printer; never blocks.

        The printer for ordinary pages is the first. A printer that is not a group returns only
        itself, as ``ONLY_PRINTER``.
        """
        ...

    def submit(self, job: str, document: bytes, pages: int, service: str = "") -> None:
        """Print ``document`` (a PDF) once, as a job with this opaque name."""
        ...

    def cancel(self, job: str) -> None:
        """Cancel the job. A ``PrintEnded`` with the pages known to have come out follows."""
        ...

    def clear(self, done: Callable[[bool], None]) -> None:
        """Cancel every job of ours and wait until the *device's own* list is empty.

        Then ``done(True)`` is called, or ``done(False)`` if the list was not shown to be empty.
        """
        ...

    def tray_checked(self) -> None:
        """Note that staff have checked the output tray; end a ``LEFTOVER_JOB`` fault that waits
        for that."""
        ...

    def close(self, timeout_s: float = 2.0) -> None:
        """Stop the threads; wait at most ``timeout_s``. Never cancels or prints anything."""
        ...
