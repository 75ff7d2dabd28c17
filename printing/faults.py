"""Every fault of the printer, of a print job and of a document, each declared once.

The faults of the printer's state come first, in order of precedence: if there are several, the
screen shows the first. A declaration names the keywords with which a printer reports the fault.
"""

from __future__ import annotations

from devices.health import Cause, Device, Fault, FaultRegister, Who

from .printer import PaperState, TonerState


class PrintingFaults(FaultRegister):
    """The faults, and the keywords of printer-state-reasons (RFC 8011 §5.4.12) that report them."""

    def __init__(self) -> None:
        super().__init__({"PRN": Device.PRINTER, "DOC": Device.DOCUMENT})
        self.by_keyword: dict[str, Fault] = {}
        self.paper_by_keyword: dict[str, PaperState] = {}
        self.toner_by_keyword: dict[str, TonerState] = {}
        self.hardware_errors: set[str] = set()
        """Codes of the faults with which the device's state is ``HARDWARE_ERROR``."""

    def declare(
        self,
        code: str,
        cause: Cause,
        who: Who,
        *,
        keywords: tuple[str, ...] = (),
        hardware_error: bool = False,
        paper: PaperState | None = None,
        toner: TonerState | None = None,
    ) -> Fault:
        """Declare a fault as ``FaultRegister`` does. Each keyword reports one fault.

        ``paper`` and ``toner`` are the states that the keywords report with it, if any.
        """
        fault = super().declare(code, cause, who)
        if known := self.by_keyword.keys() & keywords:
            raise ValueError(f"{', '.join(known)}: keyword of two faults")
        self.by_keyword |= dict.fromkeys(keywords, fault)
        if paper is not None:
            self.paper_by_keyword |= dict.fromkeys(keywords, paper)
        if toner is not None:
            self.toner_by_keyword |= dict.fromkeys(keywords, toner)
        if hardware_error:
            self.hardware_errors.add(code)
        return fault


FAULTS = PrintingFaults()

PRINTER_UNREACHABLE = FAULTS.declare(
    "PRN-101", Cause.NETWORK, Who.STAFF, keywords=("connecting-to-device", "timed-out")
)
"""The device does not answer at its address, so its state is unknown."""
QUEUE_DOWN = FAULTS.declare("PRN-102", Cause.SOFTWARE, Who.MAINTAINER)
"""The print service (cupsd) does not answer, or the queue is stopped."""
QUEUE_MISSING = FAULTS.declare("PRN-103", Cause.SOFTWARE, Who.MAINTAINER)
"""The print service does not know the configured queue."""
LEFTOVER_JOB = FAULTS.declare("PRN-205", Cause.HARDWARE, Who.STAFF)
"""The device still holds a job of an earlier visit and does not cancel it, or pages of one may be
in the output tray."""
PRINTER_ERROR = FAULTS.declare(
    "PRN-109", Cause.HARDWARE, Who.MAINTAINER, hardware_error=True,
    keywords=(
        "marker-waste-full", "fuser-over-temp", "opc-life-over", "moving-to-paused", "paused",
        "stopping", "shutdown",
        # Not a standard keyword: it represents printer-is-accepting-jobs=false.
        "not-accepting-jobs",
    ),
)  # fmt: skip
"""The device reports an error of another kind."""
PAPER_JAM = FAULTS.declare(
    "PRN-105",
    Cause.HARDWARE,
    Who.STAFF,
    keywords=("media-jam",),
    hardware_error=True,
    paper=PaperState.JAMMED,
)
"""The device reports a paper jam."""
COVER_OPEN = FAULTS.declare(
    "PRN-106",
    Cause.PERSON,
    Who.STAFF,
    keywords=("cover-open", "door-open", "interlock-open"),
    hardware_error=True,
)
"""The device reports an open cover or door."""
TRAY_MISSING = FAULTS.declare(
    "PRN-110",
    Cause.PERSON,
    Who.STAFF,
    keywords=("input-tray-missing", "output-tray-missing"),
    hardware_error=True,
)
"""The device reports that a paper tray is missing."""
PAPER_OUT = FAULTS.declare(
    "PRN-104",
    Cause.HARDWARE,
    Who.STAFF,
    keywords=("media-needed", "media-empty"),
    paper=PaperState.OUT,
)
"""The device reports that a paper tray is empty."""
TONER_OUT = FAULTS.declare(
    "PRN-107",
    Cause.HARDWARE,
    Who.STAFF,
    keywords=("toner-empty", "marker-supply-empty", "developer-empty"),
    toner=TonerState.OUT,
)
"""The device reports that the toner or ink is used up."""
OUTPUT_FULL = FAULTS.declare(
    "PRN-108", Cause.PERSON, Who.RESIDENT, keywords=("output-area-full",), hardware_error=True
)
"""The output tray is full. The resident can empty it."""
SPOOL_FULL = FAULTS.declare(
    "PRN-111", Cause.SOFTWARE, Who.MAINTAINER, keywords=("spool-area-full",)
)
"""cupsd has no space for the job in its spool."""

QUEUE_UNSAFE = FAULTS.declare("PRN-112", Cause.SOFTWARE, Who.MAINTAINER)
"""The queue is set so that cupsd may keep a document and print it again after a crash."""
NO_QUEUE_FOR_SIZE = FAULTS.declare("PRN-113", Cause.SOFTWARE, Who.MAINTAINER)
"""No printer of this terminal has paper of the document's size. Nothing is printed."""
JOB_ABORTED = FAULTS.declare("PRN-201", Cause.HARDWARE, Who.STAFF)
"""The job ended before every page was counted."""
JOB_CANCELLED = FAULTS.declare("PRN-202", Cause.PERSON, Who.NOBODY)
"""The job was cancelled."""
JOB_UNPROVED = FAULTS.declare("PRN-203", Cause.SOFTWARE, Who.STAFF)
"""The job ended, and nothing proves that the pages came out."""
JOB_TIMED_OUT = FAULTS.declare("PRN-204", Cause.HARDWARE, Who.STAFF)
"""The job made no progress for too long."""

NOT_A_PDF = FAULTS.declare("DOC-101", Cause.SOFTWARE, Who.MAINTAINER)
"""The file is not a PDF that can be parsed, is encrypted, or exceeds a limit."""
UNSIGNED = FAULTS.declare("DOC-102", Cause.SOFTWARE, Who.MAINTAINER)
"""The document has no signature."""
SEAL_BROKEN = FAULTS.declare("DOC-103", Cause.SOFTWARE, Who.MAINTAINER)
"""The signature does not match the bytes."""
SIGNER_UNTRUSTED = FAULTS.declare("DOC-104", Cause.SOFTWARE, Who.MAINTAINER)
"""The signer's certificate does not chain to a configured anchor."""
CHANGED_AFTER_SIGNING = FAULTS.declare("DOC-105", Cause.SOFTWARE, Who.MAINTAINER)
"""Bytes were added after the signature, or the byte range does not cover the whole file."""
WRONG_PERSON = FAULTS.declare("DOC-106", Cause.SOFTWARE, Who.MAINTAINER)
"""The document is for another person than the one who asked for it."""
ACTIVE_CONTENT = FAULTS.declare("DOC-107", Cause.SOFTWARE, Who.MAINTAINER)
"""The document contains scripts or other content that can change, or that the screen and the paper
show differently."""
WRONG_DOCUMENT = FAULTS.declare("DOC-108", Cause.SOFTWARE, Who.MAINTAINER)
"""The document is not the one that was asked for."""
SEAL_EXPIRED = FAULTS.declare("DOC-109", Cause.SOFTWARE, Who.MAINTAINER)
"""The signer's certificate is expired, not yet valid, or revoked."""
GLYPH_MISSING = FAULTS.declare("DOC-110", Cause.SOFTWARE, Who.STAFF)
"""No font has a glyph for a character of the text. The print stops and goes to staff."""
FONT_MISSING = FAULTS.declare("DOC-111", Cause.SOFTWARE, Who.MAINTAINER)
"""A font file that documents need is not installed or cannot be read."""
DOCUMENT_TOO_HEAVY = FAULTS.declare("DOC-112", Cause.SOFTWARE, Who.MAINTAINER)
"""The document exceeded the limits of time or memory while it was checked or drawn, or crashed the
document process."""
CHECKER_DOWN = FAULTS.declare("DOC-113", Cause.SOFTWARE, Who.MAINTAINER)
"""The document process does not start, so no sealed document can be printed."""
CANNOT_BE_SHOWN = FAULTS.declare("DOC-114", Cause.SOFTWARE, Who.MAINTAINER)
"""The seal is valid, but a page cannot be drawn on the screen."""
