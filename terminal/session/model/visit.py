"""One resident's visit: who is served, what was proved, the document, and its print jobs.

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
    """The person as the platform knows them: an opaque token, and the masked phone, if any."""

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

    ``id`` is random: it names jobs and records, and reveals nothing about the person.
    ``jobs`` counts its print jobs. ``tried`` maps the number of each document to its last job.
    ``stopped`` maps the number of a document to the end of its job, if that job was cancelled
    because the phone fetches the document instead, and pages of it may have come out.
    """

    id: str
    identity: Identity
    reader: str
    presence: Presence
    began: float
    """When the visit began (monotonic s). It is limited to ``Limits.longest_visit_s``."""
    person: Person | None = None
    jobs: int = 0
    staff_item: str = ""
    """The only item that a member of staff has vouched for."""
    without_staff: Assurance | None = None
    """What was proved before staff vouched."""
    tried: tuple[tuple[str, str], ...] = ()
    stopped: tuple[tuple[str, PrintEnded], ...] = ()

    def cancelled_job(self, document: Document) -> PrintEnded | None:
        """Return the end of this document's cancelled job, if pages of it may have come out."""
        return dict(self.stopped).get(document.number)

    def last_job(self, document: Document) -> str:
        """Return the last print job of this document; empty if there was none."""
        return dict(self.tried).get(document.number, document.last_job)

    def assurance_for(self, item: str) -> Assurance:
        """Return the assurance for this item. What staff vouched for counts for one item only."""
        if self.without_staff is None or item == self.staff_item:
            return self.identity.assurance
        return self.without_staff

    def with_code(self) -> Visit:
        """Return the visit after the resident entered the right code from the phone on record."""
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
    screen. ``key`` is the idempotency key of the request that issued it. ``last_job`` is its job in
    an earlier visit, if no page of that job came out.
    """

    pdf: bytes
    pages: int
    number: str
    verification_code: str
    preview: Pages | None = None
    wiped: bool = field(default=False)
    edition: Edition = Edition.STANDARD
    key: str = ""
    last_job: str = ""

    def wipe(self) -> None:
        """Wipe the bytes and the drawn pages."""
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
    """The permission to print a document again. ``of`` is the earlier job.

    ``card`` is the serial of the operator card that permitted it; empty if none was needed.
    """

    of: str
    reason: ReprintReason
    card: str = ""


@dataclass(frozen=True, slots=True)
class CopyLink:
    """Where the person's phone fetches the electronic copy, until ``expires_at`` (monotonic s).

    Anyone who has the link can fetch the document, so it is only shown, and never stored or logged.
    """

    url: str = field(repr=False)
    expires_at: float


class EndReason(StrEnum):
    """Why a visit ended, for the text of the farewell page and for the journal."""

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
    """Printing the document again, which needs the card of a member of staff."""
    NONE = "none"
