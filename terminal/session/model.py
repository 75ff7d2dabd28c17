"""What the session knows: the station, the look a resident chose, the visit, its document.

For the states, which hold these, and the pages, which show them. Nothing here does anything.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum

from devices.faults import precedence
from devices.health import DeviceStatus, Fault
from devices.identity import Assurance, CardKind, Identity
from devices.reader import ReaderStatus
from printing.faults import PRINTER_UNREACHABLE
from printing.media import A4
from printing.outcome import PrintEnded
from printing.printer import PaperState, PrinterStatus, TonerState


class Mode(StrEnum):
    """How large and how plain the pages are."""

    STANDARD = "standard"
    ELDER = "elder"


class Language(StrEnum):
    """The language of the screen and the voice (BCP 47)."""

    ZH = "zh"
    EN = "en"


@dataclass(frozen=True, slots=True)
class Look:
    """What the resident chose for the screen; back to the station's own after each visit."""

    mode: Mode = Mode.STANDARD
    language: Language = Language.ZH
    voice: bool = False


@dataclass(frozen=True, slots=True)
class Limits:
    """How long the terminal waits, in seconds; by mode where people are waited for.

    The warning is part of the time before the end: 90 s quiet + 20 s warning in standard,
    180 s + 30 s in elder mode (accessibility reference; WCAG 2.2.1 asks for 20 s at least).
    """

    quiet_s: float = 90.0
    warning_s: float = 20.0
    elder_quiet_s: float = 180.0
    elder_warning_s: float = 30.0
    card_away_s: float = 30.0
    """To lay a card back that was lifted too early; then the warning."""
    card_read_s: float = 15.0
    """A card that is not read by then will not be: the slowest serial read takes 3 s."""
    answer_s: float = 60.0
    """Beyond every time-out and retry of the platform client: a worker was lost."""
    paper_wait_s: float = 900.0
    """For paper to be refilled in the middle of a job; then the rest is cancelled."""
    collect_s: float = 30.0
    """To take paper and card before the warning; then the terminal goes home."""
    assisted_s: float = 300.0
    """For staff to arrive while the page waits for them; then the warning."""
    ending_s: float = 4.0
    """The farewell stays at least this long, so that it can be read."""
    clear_s: float = 30.0
    """For the printer's own list to become empty; then it is out of service."""
    left_card_s: float = 60.0
    """A card that still lies there after the end: the terminal asks for this long."""
    maintenance_s: float = 600.0
    """A maintenance page that nobody touches closes itself."""

    def quiet(self, mode: Mode) -> float:
        """Seconds of quiet before the warning."""
        return self.elder_quiet_s if mode is Mode.ELDER else self.quiet_s

    def warning(self, mode: Mode) -> float:
        """Seconds of warning before the end."""
        return self.elder_warning_s if mode is Mode.ELDER else self.warning_s


class Edition(StrEnum):
    """Which setting of the same content; the values are those of ``printing.documents.Edition``,
    whose house is too slow to import before the first page."""

    STANDARD = "standard"
    LARGE = "large"


@dataclass(frozen=True, slots=True)
class Item:
    """One service of the catalogue, as the pages and the session need it.

    Texts are by language; ``elder`` texts are what people say ("打印社保证明"). ``devices`` are
    the parts of the station that it needs. ``closed`` is the reason why it cannot be served now
    whatever the station's devices say (opening hours, back end down); a fault with its words.
    ``editions``: those that it can be had in; the first is the one that elders begin with.
    ``copy``: it can be had on a phone instead of on paper. ``media``: its paper (PWG 5101.1 name).
    ``category``: what it stands under where there are many.
    """

    id: str
    kind: str
    title: dict[Language, str]
    subtitle: dict[Language, str]
    elder_title: dict[Language, str]
    elder_subtitle: dict[Language, str]
    icon: str
    document_type: str
    assurance_needed: Assurance
    devices: tuple[str, ...] = ("printer",)
    closed: Fault | None = None
    editions: tuple[Edition, ...] = (Edition.STANDARD,)
    copy: bool = False
    media: str = A4
    category: dict[Language, str] = field(default_factory=dict)

    def edition_for(self, mode: Mode) -> Edition:
        """The edition to begin with: for elders the first (a long list in large print would be
        much paper, so that the catalogue says which), else the standard one, where there is one."""
        if mode is Mode.ELDER or Edition.STANDARD not in self.editions:
            return self.editions[0]
        return Edition.STANDARD


PRINTER_UNASKED = PrinterStatus(DeviceStatus.UNKNOWN, PaperState.UNKNOWN, TonerState.UNKNOWN)
"""Before the device has answered for the first time."""


@dataclass(frozen=True, slots=True)
class Station:
    """What is true of the terminal whoever stands before it."""

    readers: tuple[tuple[str, ReaderStatus], ...]
    printers: tuple[tuple[str, PrinterStatus], ...]
    """By name, the page printer first."""
    platform: Fault | None
    """``None``: it answered the last time it was asked."""
    items: tuple[Item, ...] = ()
    limits: Limits = Limits()
    home: Look = Look()
    """The look that every visit starts with."""
    lying: tuple[str, ...] = ()
    """Readers on which a card lies, so far as they can tell."""
    blocked: Fault | None = None
    """Why the terminal must not serve until staff have been there (a leftover job)."""
    leftover: Fault | None = None
    """Pages of an earlier visit that a printer tells of and that may still come out, or lie in the
    tray (also after a restart, when ``blocked`` is forgotten)."""
    unblocking: bool = False
    """Staff have been there; the printer is asked whether its list is empty."""
    own: Fault | None = None
    """Why the terminal itself must not serve (its journal cannot be written)."""
    accepts: tuple[CardKind, ...] = ()
    """The kinds of card that the station's readers can read."""
    operators: bool = True
    """Whether it knows an issuer of staff cards; without one no page asks for such a card."""
    calls: int = 0
    """How often help pages have called staff since the start: numbers the calls."""

    @property
    def printer(self) -> PrinterStatus:
        """The page printer's state."""
        return self.printers[0][1] if self.printers else PRINTER_UNASKED

    def printer_for(self, item: Item) -> PrinterStatus:
        """The state of the printer that holds the item's paper; the page printer's where none
        says that it does."""
        fit = (status for _, status in self.printers if status.media == item.media)
        return next(fit, self.printer)

    def reader(self, name: str) -> ReaderStatus | None:
        """The state of the reader of this name."""
        return dict(self.readers).get(name)

    def out_of_service(self) -> Fault | None:
        """Why nobody can be served at all; ``None`` while somebody can.

        Paper out is not among these: items that print are greyed with the reason instead.
        """
        if self.blocked or self.leftover or self.own:
            return self.blocked or self.leftover or self.own
        if not any(status.status is DeviceStatus.ONLINE for _, status in self.readers):
            faults = [status.fault for _, status in self.readers if status.fault]
            if faults:
                return min(faults, key=precedence)
        return self.platform

    def unavailable(self, item: Item) -> Fault | None:
        """Why this item cannot be had now, on paper or on a phone; ``None`` when it can.

        A printer that cannot print closes no item that a phone can fetch. A leftover job does,
        although the phone needs no paper: the last resident's pages may come out while this one
        stands there, and until staff have looked into the tray nobody is to stand there at all.
        """
        if item.closed is not None:
            return item.closed
        if "printer" not in item.devices:
            return None
        kept = self.blocked or self.own or self.leftover
        if kept is not None or item.copy:
            return kept
        return self.unprintable(item)

    def unprintable(self, item: Item) -> Fault | None:
        """Why this item cannot be printed now; ``None`` when it can."""
        if item.closed is not None:
            return item.closed
        if "printer" not in item.devices:
            return None
        if self.blocked is not None or self.own is not None:
            return self.blocked or self.own
        printer = self.printer_for(item)
        if not printer.can_print:
            return printer.faults[0] if printer.faults else PRINTER_UNREACHABLE
        return None


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

    ``pdf`` are the very bytes that were verified and are printed; ``preview`` the same with the
    seal drawn into the page, for a screen that draws no form fields (`printing.preview`; empty:
    ``pdf`` is shown). ``trust`` is the seal's ("trusted", "demonstration"). ``key`` is the
    idempotency key that it was issued under. ``last_job``: it was given to the printer as this job
    in an earlier visit, and surely nothing came out.
    """

    pdf: bytes
    pages: int
    number: str
    verification_code: str
    trust: str
    preview: bytes = b""
    wiped: bool = field(default=False)
    edition: Edition = Edition.STANDARD
    key: str = ""
    last_job: str = ""

    def wipe(self) -> None:
        """Let go of the bytes."""
        self.pdf = self.preview = b""
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


@dataclass(frozen=True, slots=True)
class PastFault:
    """A fault as the journal has it, for the maintenance page. ``at`` is ISO 8601 local time."""

    at: str
    code: str
    detail: str


@dataclass(frozen=True, slots=True)
class Total:
    """What was given out of one item in a time: print jobs that may have left paper, the sheets
    they took, copies for phones, and how many of the jobs were reprints."""

    item: str
    jobs: int
    sheets: int
    copies: int
    reprints: int


@dataclass(frozen=True, slots=True)
class Totals:
    """The totals by item since midnight and of the last 30 days, the busiest item first."""

    today: tuple[Total, ...] = ()
    month: tuple[Total, ...] = ()


NO_TOTALS = Totals()
"""Before they are loaded."""
