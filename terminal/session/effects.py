"""The effects: what the table asks the workers to do. Data only; nothing here does anything."""

from __future__ import annotations

from dataclasses import dataclass, field

from devices.health import Fault
from devices.identity import Identity
from devices.operator import Role

from .model import Document, Edition, EndReason, Item, Reprint, Visit


@dataclass(frozen=True, slots=True)
class AskIdentify:
    """Ask the platform who this is."""

    visit: Visit


@dataclass(frozen=True, slots=True)
class AskCode:
    """Have a code sent to the phone on record; it is asked for on the way to this item."""

    visit: Visit
    item: Item


@dataclass(frozen=True, slots=True)
class AskCheckCode:
    """Have the code checked."""

    visit: Visit
    item: Item
    code: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class AskCheckStaff:
    """Have a member of staff's number and PIN checked for this item."""

    visit: Visit
    item: Item
    helper: str
    pin: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class AskIssue:
    """Have the certificate issued, verify its seal and that it is this person's."""

    visit: Visit
    item: Item
    edition: Edition = Edition.STANDARD


@dataclass(frozen=True, slots=True)
class AskCopy:
    """Have a copy of the document held ready for the person's phone."""

    visit: Visit
    item: Item
    document: Document


Ask = AskIdentify | AskCode | AskCheckCode | AskCheckStaff | AskIssue | AskCopy
"""What the platform is asked; an answer or ``session.failed`` follows."""


@dataclass(frozen=True, slots=True)
class Print:
    """Print the document once, as the job of this opaque name.

    ``reprint``: it was given to the printer before, and why it may be again.
    """

    job: str
    visit: str
    item: Item
    document: Document
    reprint: Reprint | None = None


@dataclass(frozen=True, slots=True)
class PrintTestPage:
    """Set and print the maintenance test page."""

    job: str


@dataclass(frozen=True, slots=True)
class PrintReport:
    """Set and print the diagnostic report."""

    job: str


@dataclass(frozen=True, slots=True)
class CancelPrint:
    """Cancel the job; a ``PrintEnded`` follows."""

    job: str


@dataclass(frozen=True, slots=True)
class ConfirmPrinted:
    """Record the outcome in the journal, and tell the platform."""

    job: str
    item: str
    outcome: str
    pages: int
    evidence: str


@dataclass(frozen=True, slots=True)
class ClearPrinter:
    """Cancel what is ours and wait until the device's own list is empty.

    ``tray_checked``: staff have looked into the output tray first.
    """

    tray_checked: bool = False


@dataclass(frozen=True, slots=True)
class Wipe:
    """Forget everything personal of the visit: identity and document, and the pages shown."""

    identity: Identity | None
    document: Document | None = None


@dataclass(frozen=True, slots=True)
class EndVisit:
    """Record that the visit ended (no personal data: the opaque id and the reason)."""

    visit: str
    reason: EndReason


@dataclass(frozen=True, slots=True)
class CallHelp:
    """Record that staff were called from this page, and tell the platform.

    ``call`` numbers the call of a help page; 0 where the terminal calls by itself.
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
    """Check the maintenance PIN (salted hash, lock-out); ``opening``: of which page it was."""

    pin: str = field(repr=False)
    opening: float


@dataclass(frozen=True, slots=True)
class LoadFaults:
    """Read the journal's last faults and totals."""


Effect = (
    Ask | Print | PrintTestPage | PrintReport | CancelPrint | ConfirmPrinted | ClearPrinter | Wipe
    | EndVisit
    | CallHelp | RecordCopy | RecordOpening | RecordFault | CheckPin | LoadFaults
)  # fmt: skip
