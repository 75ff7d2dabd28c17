"""`station print FILE --queue NAME`: prints one PDF through the print journal and its outcome."""

from __future__ import annotations

import queue
import re
import secrets
import signal
from pathlib import Path

import platformdirs

from devices.health import Fault
from printing.cups.printer import CupsPrinter
from printing.cups.queue import CupsQueue, QueueFailure
from printing.faults import LEFTOVER_JOB, PRINTER_UNREACHABLE
from printing.ipp.client import speaks_ipp, wrong_address
from printing.job import QUEUE_NAME
from printing.media import A4, media_of
from printing.outcome import Evidence, Outcome, PrintEnded, PrintProgress
from printing.pdf.limits import MAX_BYTES
from printing.pdf.pages import page_count, page_sizes
from printing.printer import PrinterChanged, PrinterStatus, PrintEvent

from ..journal.ids import opaque_id
from ..journal.journal import Journal
from ..operations.lock import Program, StationLock
from ..process.exit_codes import PrintExit, SharedExit
from ..process.signals import ENDING_SIGNALS, handling
from ..words import words
from .output import answer, say

EXIT_CODES = {
    Outcome.PRINTED: PrintExit.PRINTED,
    Outcome.UNKNOWN: PrintExit.UNKNOWN,
    Outcome.QUEUED: PrintExit.QUEUED,
    Outcome.SENT: PrintExit.SENT,
    Outcome.PRINTING: PrintExit.PRINTING,
}
"""A finished job is printed, unknown, or queued (nothing came out). An interrupted job (Ctrl-C,
SIGTERM, SIGHUP) is cancelled; *sent* and *printing* give its last state, and how much came out
is not known."""
QUEUE_S = 5.0
"""Time limit for cupsd to name the queue's device; without it the outcome cannot be proved."""
NO_COUNT = (
    "the device reports the job as completed and counts no pages (IPP job-impressions-completed),"
    " so nothing proves that they came out. Any ippeveprinter is such a device unless its command"
    " counts them: deploy/trial/printer starts one that does"
)
NOT_ASKED = (
    "only CUPS reports the job as completed; the device itself was not asked: name its IPP address"
    " with --device-uri"
)
CANCEL_S = 15.0
"""After an interruption: time limit for the printer's answer."""
Events = queue.SimpleQueue[PrintEvent | PrinterChanged | signal.Signals]


def print_file(
    file: Path,
    *,
    queue_name: str,
    device_uri: str | None,
    server: str | None,
    state_directory: Path | None,
    as_json: bool,
) -> int:
    """Print, with progress on standard error. Return a code of ``EXIT_CODES``, or
    ``SharedExit.USAGE`` if file, queue or address cannot be used.

    ``state_directory`` holds the print journal (default: this user's state directory).
    """
    try:
        with file.open("rb") as opened:
            pdf = opened.read(MAX_BYTES + 1)  # longer files are refused; a device never ends
    except OSError as error:
        say(f"station print: {file}: {error.strerror}")
        return SharedExit.USAGE
    if not re.match(QUEUE_NAME, queue_name):
        say(f"station print: --queue {queue_name}: letters, digits, and . _ - are accepted")
        return SharedExit.USAGE
    if speaks_ipp(device_uri) and (why := wrong_address(device_uri or "")):
        say(f"station print: --device-uri {device_uri}: {why}")
        return SharedExit.USAGE
    pages = page_count(pdf)
    if isinstance(pages, Fault):
        return _ended(PrintEnded("", Outcome.QUEUED, 0, 0, Evidence.NONE, pages), as_json)
    directory = state_directory or platformdirs.user_state_path("station-terminal")
    # One at a time: at start, the journal's open jobs are cancelled as those of an earlier run.
    lock = StationLock.take(directory, Program.PRINT)
    if isinstance(lock, Fault):
        return _ended(PrintEnded("", Outcome.QUEUED, 0, pages, Evidence.NONE, lock), as_json)
    try:
        return _print(pdf, pages, directory, queue_name, device_uri, server=server, as_json=as_json)
    finally:
        lock.release()


def _print(
    pdf: bytes,
    pages: int,
    directory: Path,
    queue_name: str,
    device_uri: str | None,
    *,
    server: str | None,
    as_json: bool,
) -> int:
    # No person's token is made here, so a temporary key is enough.
    journal = Journal.open(directory / "journal", secrets.token_bytes(32))
    if isinstance(journal, Fault):
        return _ended(PrintEnded("", Outcome.QUEUED, 0, pages, Evidence.NONE, journal), as_json)
    uri = device_uri or _device_of(queue_name, server)
    sizes = page_sizes(pdf)
    media = A4 if isinstance(sizes, Fault) else media_of(sizes[0])
    printer = CupsPrinter(
        queue_name, uri, journal, cups_server=server, media=media, queues=(queue_name,)
    )
    events: Events = queue.SimpleQueue()
    job = opaque_id()
    try:
        # Queue the signal as an event, so that the job is watched at all times.
        # A signal handler may put into a ``SimpleQueue``.
        with handling(ENDING_SIGNALS, lambda number, _: events.put(signal.Signals(number))):
            printer.start(events.put)
            printer.submit(job, pdf, pages, "command-line")
            ended = _follow(printer, events, job, pages)
            may = _may_still_print(ended, printer.status())
            return _ended(ended, as_json, may_still_print=may)
    finally:
        printer.close()
        journal.close()


def _device_of(queue_name: str, server: str | None) -> str | None:
    """Return the queue's device according to CUPS; ``None`` if it does not use IPP."""
    queue_ = CupsQueue(queue_name, server=server)
    try:
        asked = queue_.worker.call(
            lambda cups: cups.getPrinterAttributes(
                queue_name, requested_attributes=["device-uri"]
            ).get("device-uri")
        )
        found = asked.result(QUEUE_S)
    except TimeoutError:
        return None
    finally:
        queue_.worker.close()
    if isinstance(found, QueueFailure) or not speaks_ipp(str(found)) or wrong_address(str(found)):
        return None
    return str(found)


def _follow(printer: CupsPrinter, events: Events, job: str, pages: int) -> PrintEnded:
    last = PrintProgress(job, Outcome.QUEUED, 0, pages)
    interrupted = False
    while True:
        try:
            event = events.get(timeout=CANCEL_S if interrupted else None)
        except queue.Empty:
            return PrintEnded(job, last.outcome, last.pages_done, pages, Evidence.NONE)
        if isinstance(event, signal.Signals):
            interrupted = True
            printer.cancel(job)
            say("cancelling ...")
            continue
        if isinstance(event, PrintEnded) and event.job == job:
            return event
        if isinstance(event, PrintProgress) and event.job == job:
            last = event
        _show(event, job)


def _may_still_print(ended: PrintEnded, status: PrinterStatus) -> bool:
    """Whether a page may still come out: the device keeps the job (paper is out), or it is not
    known that it does not."""
    match ended.outcome:
        case Outcome.PRINTED | Outcome.QUEUED:
            return False
        case Outcome.SENT | Outcome.PRINTING:
            return True  # interrupted, and the printer did not answer
        case Outcome.UNKNOWN:
            keeps = (LEFTOVER_JOB, PRINTER_UNREACHABLE)
            kept = any(fault.same_as(each) for fault in keeps for each in status.faults)
            return kept or ended.evidence in (
                Evidence.NONE,
                Evidence.CUPS_COMPLETED,
                Evidence.DEVICE_CONTRADICTS,
            )


def _show(event: PrintEvent | PrinterChanged, job: str) -> None:
    match event:
        case PrintProgress() if event.job == job:
            waits = f", waiting: {event.waiting.code}" if event.waiting else ""
            say(f"{event.outcome.value}: {event.pages_done} of {event.pages} pages{waits}")
        case PrinterChanged(status):
            codes = " ".join(fault.code for fault in status.faults)
            say(f"printer: {status.status.value}, paper {status.paper.value} {codes}".rstrip())
        case _:
            pass  # a job of an earlier run, resolved at start


def explanation(ended: PrintEnded) -> str:
    """Return why a finished job is not proved to be printed; empty in all other cases."""
    if ended.outcome is not Outcome.UNKNOWN:
        return ""
    match ended.evidence:
        case Evidence.DEVICE_COMPLETED if ended.pages_done == 0:
            return NO_COUNT
        case Evidence.CUPS_COMPLETED:
            return NOT_ASKED
        case _:
            return ""


def _ended(ended: PrintEnded, as_json: bool, *, may_still_print: bool = False) -> int:
    result = {
        "outcome": ended.outcome.value,
        "pages_done": ended.pages_done,
        "pages": ended.pages,
        "evidence": ended.evidence.value,
        "fault": ended.fault.code if ended.fault else None,
        "detail": ended.fault.detail if ended.fault else "",
        "may_still_print": may_still_print,
        "explanation": explanation(ended),
    }
    why = ""
    if ended.fault is not None:
        why = f" ({ended.fault.code} {words('en').form(ended.fault.code, 'cause')})"
    text = (
        f"{ended.outcome.value}: {ended.pages_done} of {ended.pages} pages, {ended.evidence}{why}"
    )
    if may_still_print:
        text += "; a page of it may still come out of the printer"
    if result["explanation"]:
        text += f"\n{result['explanation']}"
    answer(result, as_json=as_json, text=text)
    return EXIT_CODES[ended.outcome]
