"""The effects: what the session asks the workers to do. Data only.

``request`` is the number of a request. Its answer has the same number (see `events.Answer`).
"""

from __future__ import annotations

from dataclasses import dataclass, field

from devices.health import Fault
from devices.identity import Identity
from devices.operator import Role
from printing.outcome import Evidence, Outcome, PrintEnded

from .model import Document, Edition, EndReason, Item, Reprint, Visit


@dataclass(frozen=True, slots=True)
class AskIdentify:
    """Ask the platform who this is."""

    request: int
    visit: Visit


@dataclass(frozen=True, slots=True)
class AskCode:
    """Have a code sent to the phone on record."""

    request: int
    visit: Visit


@dataclass(frozen=True, slots=True)
class AskCheckCode:
    """Have the code checked."""

    request: int
    visit: Visit
    code: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class AskCheckStaff:
    """Have a member of staff's number and PIN checked for this item."""

    request: int
    visit: Visit
    item: Item
    staff_number: str
    pin: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class AskIssue:
    """Have the certificate issued. Verify its seal, and that it belongs to this person."""

    request: int
    visit: Visit
    item: Item
    edition: Edition = Edition.STANDARD


@dataclass(frozen=True, slots=True)
class AskCopy:
    """Have a copy of the document held ready for the person's phone."""

    request: int
    visit: Visit
    document: Document


Ask = AskIdentify | AskCode | AskCheckCode | AskCheckStaff | AskIssue | AskCopy
"""A request to the platform. An answer with the same ``request`` follows."""


@dataclass(frozen=True, slots=True)
class Print:
    """Print the document once, as the job of this opaque name.

    ``reprint`` says why a document may be printed again that was given to the printer before.
    """

    job: str
    visit: str
    item: Item
    document: Document
    reprint: Reprint | None = None


@dataclass(frozen=True, slots=True)
class PrintTestPage:
    """Typeset and print the maintenance test page."""

    job: str


@dataclass(frozen=True, slots=True)
class PrintReport:
    """Typeset and print the diagnostic report."""

    job: str


@dataclass(frozen=True, slots=True)
class CancelPrint:
    """Cancel the job; a ``PrintEnded`` follows."""

    job: str


@dataclass(frozen=True, slots=True)
class ConfirmPrinted:
    """Record the outcome in the journal, and report it to the platform."""

    job: str
    item: str
    outcome: Outcome
    pages: int
    evidence: Evidence

    @classmethod
    def of(cls, item: str, ended: PrintEnded) -> ConfirmPrinted:
        """Record the end of a job; ``item`` is empty if its visit has ended."""
        return cls(ended.job, item, ended.outcome, ended.pages_done, ended.evidence)


@dataclass(frozen=True, slots=True)
class ClearPrinter:
    """Cancel the terminal's own jobs, and wait until the printer's own list is empty.

    ``tray_checked``: staff have checked the output tray first.
    """

    tray_checked: bool = False


@dataclass(frozen=True, slots=True)
class Wipe:
    """Wipe identity and document, also the pages that are drawn of it."""

    identity: Identity | None
    document: Document | None = None


@dataclass(frozen=True, slots=True)
class EndVisit:
    """Record that the visit ended (no personal data: the opaque id and the reason)."""

    visit: str
    reason: EndReason


@dataclass(frozen=True, slots=True)
class CallHelp:
    """Record that staff were called from this page, and report it to the platform.

    ``call`` numbers the call of a help page; 0 if the terminal calls by itself.
    """

    page: str
    fault: str = ""
    call: int = 0


@dataclass(frozen=True, slots=True)
class RecordCopy:
    """Record that a copy was offered to the person's phone."""

    visit: str
    item: str


@dataclass(frozen=True, slots=True)
class RecordOpening:
    """Record that the maintenance page was opened: by the card of this serial, or by the PIN."""

    role: Role
    card: str = ""


@dataclass(frozen=True, slots=True)
class RecordFault:
    """Write the fault into the journal."""

    fault: Fault
    page: str


@dataclass(frozen=True, slots=True)
class CheckPin:
    """Check the maintenance PIN (salted hash, lock-out)."""

    request: int
    pin: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class LoadFaults:
    """Read the journal's last faults and totals."""

    request: int


Effect = (
    Ask | Print | PrintTestPage | PrintReport | CancelPrint | ConfirmPrinted | ClearPrinter | Wipe
    | EndVisit
    | CallHelp | RecordCopy | RecordOpening | RecordFault | CheckPin | LoadFaults
)  # fmt: skip
