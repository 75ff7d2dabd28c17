"""What every printer is to the rest of the terminal: jobs in, truth out.

A printer owns its threads. It turns every exception into an event or a fault; nothing here but
``close`` may block the caller. Bytes of a document are never written to a lasting file.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from devices.health import DeviceStatus, Fault

from .media import A4 as A4
from .outcome import PrintEnded, PrintProgress


class PaperState(StrEnum):
    """XFS4IoT paper status; jammed stands with paper, as there."""

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
    """The printer as the *device* tells it; ``UNKNOWN`` where it cannot be asked.

    ``faults`` are in order of weight. ``reasons`` are the IPP keywords, and
    words on how the queue is set, for maintainers.
    ``can_print`` is the one question the screens ask: false for anything but a known good state.
    ``sheets_since_refill`` is counted, ``sheets_left`` estimated; ``None`` where not known.
    ``media``: the paper that it is set for (PWG 5101.1 name); ``two_sided``: long documents take
    both sides. ``cautions`` are for maintainers and keep nobody from printing.
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
        """Whether a job given now can be expected to come out."""
        return (
            not self.faults
            and self.status in (DeviceStatus.ONLINE, DeviceStatus.BUSY)
            and self.paper not in (PaperState.OUT, PaperState.JAMMED)
            and self.toner is not TonerState.OUT
        )


class JobStage(StrEnum):
    """How far a job has got, as journalled *before* the next act."""

    PLANNED = "planned"
    """Named and counted; CUPS knows nothing of it."""
    HELD = "held"
    """CUPS holds a job of this name without a document; ``cups_job`` is its id."""
    LOADED = "loaded"
    """The document is in the held job."""
    RELEASED = "released"
    """Released: from here on paper may come out."""
    CLOSED = "closed"
    """Ended, with its outcome."""


@dataclass(frozen=True, slots=True)
class JobRecord:
    """One print job in the journal: no personal data, an opaque ``job`` that is also its name.

    ``sheets`` of paper that the device has used for it, by its own count of sides.
    """

    job: str
    stage: JobStage
    pages: int
    queue: str
    service: str = ""
    cups_job: int | None = None
    pages_done: int = 0
    outcome: str = ""
    evidence: str = ""
    sheets: int = 0


class JobJournal(Protocol):
    """Where print jobs are written, durably, before the act they announce."""

    def record(self, job: JobRecord) -> None:
        """Write or replace the job; on return it survives a power cut.

        ``OSError`` where it cannot: then the act is not done.
        """
        ...

    def open_jobs(self) -> tuple[JobRecord, ...]:
        """Every job that is not ``CLOSED``, oldest first."""
        ...

    def knows(self, job: str) -> bool:
        """Whether a job of this name was ever written here (and is still kept).

        It tells this terminal's jobs from another program's on the same printer.
        """
        ...


PrintEvent = PrintProgress | PrintEnded


@dataclass(frozen=True, slots=True)
class PrinterChanged:
    """The printer's own state changed; ``name`` tells the printers of one terminal apart."""

    status: PrinterStatus
    name: str = "printer"


Sink = Callable[[PrintEvent | PrinterChanged], None]


class Printer(Protocol):
    """A printer of any kind (CUPS queue with an IPP device, a folder)."""

    def start(self, sink: Sink) -> None:
        """Reconcile what an earlier run left (``JobJournal.open_jobs``) without printing
        anything, then watch the device; events come to ``sink`` on the printer's own thread."""
        ...

    def status(self) -> PrinterStatus:
        """The state as last known; never blocks."""
        ...

    def submit(self, job: str, document: bytes, pages: int, service: str = "") -> None:
        """Print ``document`` (a PDF) once, as the job of this opaque name."""
        ...

    def cancel(self, job: str) -> None:
        """Cancel it; a ``PrintEnded`` follows, with what is known to have come out."""
        ...

    def clear(self, done: Callable[[bool], None]) -> None:
        """Cancel every job of ours and wait until the *device's own* list is empty.

        ``done(True)`` once it is; ``done(False)`` when it cannot be shown to be empty.
        """
        ...

    def tray_checked(self) -> None:
        """Staff have looked into the output tray: lift a ``LEFTOVER_JOB`` that waits for it."""
        ...

    def close(self, timeout_s: float = 2.0) -> None:
        """Stop the threads; waits ``timeout_s`` at most. Never cancels or prints anything."""
        ...
