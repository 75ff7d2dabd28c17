"""One resident's visit: who is served, what was proved, their document, and what became of it.

For the situations of a visit. What is personal here is wiped with the visit and has no ``repr``.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum

from devices.identity import Assurance, Identity
from printing.document_worker.pictures import Pages
from printing.media import Edition
from printing.outcome import PrintEnded


@dataclass(frozen=True, slots=True, repr=False)
class Person:
    """What the platform said of the person: an opaque token, and which second factors exist."""

    token: str
    masked_phone: str | None

    def __repr__(self) -> str:
        return "<Person>"


class Presence(StrEnum):
    """Whether the card still lies on the reader. A SAM_V reader cannot tell after a read."""

    PRESENT = "present"
    ABSENT = "absent"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Visit:
    """One resident's visit, from the card being read to the end.

    ``id`` is random and opaque (it names jobs and records; it says nothing of the person).
    ``jobs`` counts the print jobs made in it; ``tried`` has each document's number with the job
    that it was last given to the printer as; ``stopped`` those numbers with the end of that job
    where it was stopped for the phone's sake and something of it may have come out.
    """

    id: str
    identity: Identity
    reader: str
    presence: Presence
    began: float
    """When the visit began (monotonic s): no visit lasts longer than ``Limits.longest_visit_s``."""
    person: Person | None = None
    jobs: int = 0
    staff_item: str = ""
    """The one item that a member of staff has vouched for."""
    without_staff: Assurance | None = None
    """What was proved before staff vouched."""
    tried: tuple[tuple[str, str], ...] = ()
    stopped: tuple[tuple[str, PrintEnded], ...] = ()

    def may_be_out(self, document: Document) -> PrintEnded | None:
        """How the job ended that was stopped, and may have brought out some of this document."""
        return dict(self.stopped).get(document.number)

    def last_job(self, document: Document) -> str:
        """The job that this document was last given to the printer as; empty: none was."""
        return dict(self.tried).get(document.number, document.last_job)

    def assurance_for(self, item: str) -> Assurance:
        """What is proved for this item: staff vouch for one item only."""
        if self.without_staff is None or item == self.staff_item:
            return self.identity.assurance
        return self.without_staff

    def with_code(self) -> Visit:
        """The same visit, the code from the phone on record having been right."""
        before = self.without_staff
        return replace(
            self,
            identity=self.identity.raised(Assurance.SECOND_FACTOR),
            without_staff=None if before is None else max(before, Assurance.SECOND_FACTOR),
        )

    def vouched(self, item: str) -> Visit:
        """The same visit, staff having vouched for this item."""
        return replace(
            self,
            identity=self.identity.raised(Assurance.STAFF),
            staff_item=item,
            without_staff=self.without_staff or self.identity.assurance,
        )

    def with_presence(self, presence: Presence) -> Visit:
        """The same visit with the card there or away."""
        return replace(self, presence=presence)


@dataclass(slots=True, eq=False, repr=False)
class Document:
    """A verified sealed document, in memory only; wiped with the visit.

    ``pdf`` are the very bytes that were verified and are printed. ``preview`` draws its pages for
    the screen. ``trust`` is the seal's ("trusted", "demonstration"). ``key`` is the idempotency key
    that it was issued under. ``last_job``: it was given to the printer as this job in an earlier
    visit, and surely nothing came out.
    """

    pdf: bytes
    pages: int
    number: str
    verification_code: str
    trust: str
    preview: Pages | None = None
    wiped: bool = field(default=False)
    edition: Edition = Edition.STANDARD
    key: str = ""
    last_job: str = ""

    def wipe(self) -> None:
        """Let go of the bytes, and of the pages wherever they are drawn."""
        self.pdf = b""
        if self.preview is not None:
            self.preview.close()
            self.preview = None
        self.wiped = True

    def __repr__(self) -> str:
        return f"<Document pages={self.pages} wiped={self.wiped}>"


class ReprintReason(StrEnum):
    """What allows a document to be printed once more."""

    NOTHING_CAME_OUT = "nothing_came_out"
    """The device counted no page, or was never given the job."""
    STAFF = "staff"
    """A member of staff laid their card on."""


@dataclass(frozen=True, slots=True)
class Reprint:
    """That a job prints a document again: after which job, and by what right.

    ``card`` is the serial of the operator card that allowed it; empty where none was needed.
    """

    of: str
    reason: ReprintReason
    card: str = ""


@dataclass(frozen=True, slots=True)
class CopyLink:
    """Where the person's phone fetches the electronic copy, until ``expires_at`` (monotonic s).

    Whoever has the link has the document: it stands on the screen and nowhere else.
    """

    url: str = field(repr=False)
    expires_at: float


class EndReason(StrEnum):
    """Why a visit ended (for the farewell's words and the record)."""

    DONE = "done"
    LEFT = "left"
    TIMEOUT = "timeout"
    CARD_GONE = "card_gone"
    OTHER_CARD = "other_card"
    FAULT = "fault"
    MAINTENANCE = "maintenance"


class Request(StrEnum):
    """What the platform was asked, so that a failure can be tried again."""

    IDENTIFY = "identify"
    SEND_CODE = "send_code"
    CHECK_CODE = "check_code"
    CHECK_STAFF = "check_staff"
    ISSUE = "issue"
    COPY = "copy"


class Retry(StrEnum):
    """What "try again" does on a page of trouble."""

    IDENTIFY = "identify"
    SEND_CODE = "send_code"
    ISSUE = "issue"
    PREVIEW = "preview"
    STAFF = "staff"
    """Only a member of staff's card prints the document once more."""
    NONE = "none"
