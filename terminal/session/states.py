"""The states: each one a situation that a person could name.

For the table, which moves between them, and the pages, one for each. Times are monotonic
seconds as given to ``advance``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from devices.health import Cause, Fault
from devices.operator import Role
from printing.outcome import PrintEnded, PrintProgress

from ..platform.faults import ITEM_CLOSED, PERSON_LAPSED
from .model import (
    NO_TOTALS,
    CopyLink,
    Document,
    Edition,
    EndReason,
    Item,
    Look,
    PastFault,
    Retry,
    Station,
    Totals,
    Visit,
)


@dataclass(frozen=True, kw_only=True)
class State:
    """What every situation shares.

    ``entered`` is when it began, ``quiet_since`` when a person last did something.
    """

    station: Station
    look: Look
    entered: float
    quiet_since: float


@dataclass(frozen=True, kw_only=True)
class Welcome(State):
    """Nobody is served: "please lay your card"."""


@dataclass(frozen=True, kw_only=True)
class OutOfService(State):
    """Nobody can be served, and the page says why and that it is known."""

    fault: Fault


@dataclass(frozen=True, kw_only=True)
class Identifying(State):
    """A card lies on ``reader`` and is being read."""

    reader: str


@dataclass(frozen=True, kw_only=True)
class CardTrouble(State):
    """The card could not be read: what it was, and what to do with the card."""

    reader: str
    fault: Fault


@dataclass(frozen=True, kw_only=True)
class InVisit(State):
    """What every situation within a visit shares: the one who is served."""

    visit: Visit


@dataclass(frozen=True, kw_only=True)
class Consenting(InVisit):
    """Asked once, in plain words, before anything personal leaves the terminal (PIPL 28-29)."""


@dataclass(frozen=True, kw_only=True)
class Recognising(InVisit):
    """The platform is asked who this is."""


@dataclass(frozen=True, kw_only=True)
class Choosing(InVisit):
    """What do you need?"""


class Proof(StrEnum):
    """Where the second factor stands."""

    SENDING = "sending"
    ENTERING = "entering"
    CHECKING = "checking"
    STAFF = "staff"
    """A member of staff is to look, and to enter number and PIN."""
    STAFF_CHECKING = "staff_checking"


@dataclass(frozen=True, kw_only=True)
class Proving(InVisit):
    """A second factor is asked for: a code sent to the phone on record, or staff.

    ``fault`` is why the last try failed, or why only staff can go on. ``helper`` is the number
    on the card that a member of staff laid on: then only the PIN is asked for.
    """

    item: Item
    proof: Proof
    masked_phone: str = field(default="", repr=False)
    tries_left: int = 3
    fault: Fault | None = None
    helper: str = ""


@dataclass(frozen=True, kw_only=True)
class Preparing(InVisit):
    """The platform issues the certificate; its seal is verified."""

    item: Item
    edition: Edition = Edition.STANDARD


@dataclass(frozen=True, kw_only=True)
class Previewing(InVisit):
    """The pages of the verified bytes are shown; nothing is printed yet."""

    item: Item
    document: Document


@dataclass(frozen=True, kw_only=True)
class Copying(InVisit):
    """A phone fetches the document instead of paper.

    ``link`` is ``None`` while it is asked for, once it has ``expired``, and where it cannot be
    had (``fault``).
    """

    item: Item
    document: Document
    link: CopyLink | None = None
    fault: Fault | None = None
    expired: bool = False

    @property
    def asking(self) -> bool:
        """Whether the platform has not answered yet."""
        return self.link is None and self.fault is None and not self.expired


@dataclass(frozen=True, kw_only=True)
class Printing(InVisit):
    """The job is with the printer.

    ``copying``: it is being stopped because the phone is to fetch the document instead.
    ``cancelling``: it is being stopped and the visit ends with it, whatever was wanted before.
    """

    item: Item
    document: Document
    progress: PrintProgress
    cancelling: EndReason | None = None
    copying: bool = False

    @property
    def stopping(self) -> bool:
        """Whether the printer was asked to stop."""
        return self.copying or self.cancelling is not None

    @property
    def may_copy(self) -> bool:
        """Whether the phone is offered instead of waiting."""
        return self.item.copy and self.progress.waiting is not None and not self.stopping


@dataclass(frozen=True, kw_only=True)
class CheckingPaper(InVisit):
    """Nothing proves that the pages came out: the person is asked."""

    item: Item
    document: Document
    ended: PrintEnded


@dataclass(frozen=True, kw_only=True)
class Collecting(InVisit):
    """Printed: take the card first, then the paper."""

    item: Item
    pages: int


@dataclass(frozen=True, kw_only=True)
class Trouble(InVisit):
    """Something failed within the visit: what happened, what is done, which ways on.

    ``edition`` is what was to be issued; ``pages_done`` came out of a ``document`` that only an
    operator's card prints again (``Retry.STAFF``).
    """

    fault: Fault
    retry: Retry
    item: Item | None = None
    document: Document | None = None
    pages_done: int = 0
    edition: Edition = Edition.STANDARD

    @property
    def others(self) -> bool:
        """Whether another service may be chosen: it is this one that the person cannot have."""
        known = self.fault.code != PERSON_LAPSED.code
        refused = self.fault.cause is Cause.PERSON or self.fault.code == ITEM_CLOSED.code
        return self.item is not None and self.document is None and known and refused


@dataclass(frozen=True, kw_only=True)
class CardAway(InVisit):
    """The card was lifted too early: "please lay your card back". ``before`` waits meanwhile."""

    before: InVisit


@dataclass(frozen=True, kw_only=True)
class Ending(State):
    """Farewell. Nothing personal is held any more; the printer's list is being cleared.

    ``reader`` is where a card may still lie. ``clearing``: the printer has not answered yet.
    """

    reason: EndReason
    reader: str
    clearing: bool


@dataclass(frozen=True, kw_only=True)
class Assisted(State):
    """Staff were called from the page ``before``, which waits.

    ``reached`` is ``None`` while the call is on its way, then whether the platform has it.
    ``reference`` is the platform's number of the call, ``call`` the terminal's own.
    """

    before: State
    reached: bool | None = None
    reference: str = ""
    call: int = 0


@dataclass(frozen=True, kw_only=True)
class Unlocking(State):
    """The maintenance page's PIN is asked for. ``locked_s``: seconds until the next try."""

    checking: bool = False
    refused: bool = False
    locked_s: int = 0


@dataclass(frozen=True, kw_only=True)
class Maintenance(State):
    """For maintainers: the live state of each device, a test page, the last faults.

    Staff see the devices and the paper, print a test page, and let the terminal serve again.
    ``clearing``: the printer has not answered yet whether the last visit left it empty.
    """

    faults: tuple[PastFault, ...] = ()
    test: PrintProgress | PrintEnded | None = None
    tests: int = 0
    key: str = ""
    """Opaque, random, of this opening: names its test jobs."""
    role: Role = Role.MAINTAINER
    totals: Totals = NO_TOTALS
    clearing: bool = False
    reader: str = ""
    """Where the card was laid on that opened it; empty: the PIN did."""


STATES: tuple[type[State], ...] = (
    Welcome, OutOfService, Identifying, CardTrouble, Consenting, Recognising, Choosing, Proving,
    Preparing, Previewing, Copying, Printing, CheckingPaper, Collecting, Trouble, CardAway, Ending,
    Assisted, Unlocking, Maintenance,
)  # fmt: skip
"""Every situation there is; the table's test enumerates them."""
