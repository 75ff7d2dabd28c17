"""One resident's visit: who is served, what was proved, the document, and what was printed of it.

For the states of a visit. Personal data in it is wiped with the visit and has no ``repr``.
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
    """What the platform knows of the person: an opaque token, and which second factors exist."""

    token: str
    masked_phone: str | None

    def __repr__(self) -> str:
        return "<Person>"


class Presence(StrEnum):
    """Whether the card is still present. A SAM_V reader cannot report that after a read."""

    PRESENT = "present"
    ABSENT = "absent"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Visit:
    """One resident's visit, from the card being read to the end.

    ``id`` is random and opaque: it names jobs and records, and says nothing of the person.
    ``jobs`` counts its print jobs. ``tried`` has the number of each document with its last job.
    ``stopped`` has the number of each document with the end of a job that was cancelled for the
    phone, if pages of it may have come out.
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
    """The only item that a member of staff has vouched for."""
    without_staff: Assurance | None = None
    """What was proved before staff vouched."""
    tried: tuple[tuple[str, str], ...] = ()
    stopped: tuple[tuple[str, PrintEnded], ...] = ()

    def cancelled_job(self, document: Document) -> PrintEnded | None:
        """Return the end of the cancelled job of which pages of this document may have come out."""
        return dict(self.stopped).get(document.number)

    def last_job(self, document: Document) -> str:
        """Return the last job of this document; empty if it was never given to the printer."""
        return dict(self.tried).get(document.number, document.last_job)

    def assurance_for(self, item: str) -> Assurance:
        """Return what is proved for this item: staff vouch for one item only."""
        if self.without_staff is None or item == self.staff_item:
            return self.identity.assurance
        return self.without_staff

    def with_code(self) -> Visit:
        """Return the visit after the code from the phone on record was right."""
        before = self.without_staff
        return replace(
            self,
            identity=self.identity.raised(Assurance.SECOND_FACTOR),
            without_staff=None if before is None else max(before, Assurance.SECOND_FACTOR),
        )

    def vouched(self, item: str) -> Visit:
        """Return the visit after staff have vouched for this item."""
        return replace(
            self,
            identity=self.identity.raised(Assurance.STAFF),
            staff_item=item,
            without_staff=self.without_staff or self.identity.assurance,
        )

    def with_presence(self, presence: Presence) -> Visit:
        """Return the visit with the card present or absent."""
        return replace(self, presence=presence)


@dataclass(slots=True, eq=False, repr=False)
class Document:
    """A verified sealed document, in memory only; wiped with the visit.

    ``pdf`` has the verified bytes, which are printed unchanged. ``preview`` draws its pages for the
    screen. ``trust`` is the seal's ("trusted", "demonstration"). ``key`` is the idempotency key
    that it was issued under. ``last_job`` is its job in an earlier visit, of which no page came
    out.
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
        """Wipe the bytes, and the pages that are drawn of them."""
        self.pdf = b""
        if self.preview is not None:
            self.preview.close()
            self.preview = None
        self.wiped = True

    def __repr__(self) -> str:
        return f"<Document pages={self.pages} wiped={self.wiped}>"


class ReprintReason(StrEnum):
    """Why a document may be printed again."""

    NOTHING_CAME_OUT = "nothing_came_out"
    """The printer counted no page, or was never given the job."""
    STAFF = "staff"
    """A member of staff presented their card."""


@dataclass(frozen=True, slots=True)
class Reprint:
    """The permission to print a document again, after the job ``of``.

    ``card`` is the serial of the operator card that permitted it; empty if none was needed.
    """

    of: str
    reason: ReprintReason
    card: str = ""


@dataclass(frozen=True, slots=True)
class CopyLink:
    """Where the person's phone fetches the electronic copy, until ``expires_at`` (monotonic s).

    A person who has the link has the document: it is shown on the screen and kept nowhere else.
    """

    url: str = field(repr=False)
    expires_at: float


class EndReason(StrEnum):
    """Why a visit ended, for the words of the farewell and for the record."""

    DONE = "done"
    LEFT = "left"
    TIMEOUT = "timeout"
    CARD_GONE = "card_gone"
    OTHER_CARD = "other_card"
    FAULT = "fault"
    MAINTENANCE = "maintenance"


class Retry(StrEnum):
    """What "try again" repeats."""

    IDENTIFY = "identify"
    SEND_CODE = "send_code"
    ISSUE = "issue"
    PREVIEW = "preview"
    STAFF = "staff"
    """The card of a member of staff prints the document again; the resident cannot."""
    NONE = "none"
