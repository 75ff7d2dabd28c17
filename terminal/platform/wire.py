"""What the terminal and the platform say to each other: every message, bounded and typed.

For the client and for the sandbox, which share nothing else. Personal data stands in bodies
only; no type here shows it in its ``repr``. Unknown fields are refused in requests (the sender is
ours) and passed over in answers and in the catalogue (an older terminal meets a newer platform).
Encoding: JSON, UTF-8; ``bytes`` are base64; times are whole Unix seconds unless said otherwise.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from devices.cards.fields.text import REFUSED_CLASS, problem_in
from devices.health import DeviceStatus
from devices.identity import Assurance, CardKind
from printing.media import A4, Edition
from printing.outcome import Outcome

MEDIA_TYPE = "application/json"

HEADER_APP = "X-Station-App"
HEADER_TERMINAL = "X-Station-Terminal"
HEADER_TIMESTAMP = "X-Station-Timestamp"
HEADER_NONCE = "X-Station-Nonce"
HEADER_DIGEST = "X-Station-Digest"
HEADER_SIGNATURE = "X-Station-Signature"

WINDOW_S = 300
"""How far a request's timestamp may be from the platform's clock, either way (field: ±5 min)."""

CODE_TRIES = 3
"""Wrong codes a person may enter before the code entry is locked for them."""


def _whole(pattern: str) -> str:
    """The whole text, and no line feed after it (which ``$`` would let pass)."""
    return rf"^(?:{pattern})(?!\n)$"


Opaque = Annotated[str, Meta(min_length=1, max_length=64, pattern=_whole("[A-Za-z0-9._:-]+"))]
"""A name that means nothing outside the platform: token, key, item code, document number."""
Name = Annotated[str, Meta(min_length=1, max_length=120, pattern=_whole(f"[^{REFUSED_CLASS}]+"))]
"""A person's name as cards may hold it: no control, format or other character without a shape."""
IdNumber = Annotated[str, Meta(pattern=_whole("[0-9]{17}[0-9X]|[0-9]{15}|[A-Z0-9]{15,18}"))]
CardNumber = Annotated[str, Meta(pattern=_whole("[A-Z0-9]{6,20}"))]
SixDigits = Annotated[str, Meta(pattern=_whole("[0-9]{6}"))]
Typed = Annotated[str, Meta(max_length=64)]
"""What a member of staff typed: whatever it is, the platform says whether it fits."""
Line = Annotated[str, Meta(max_length=200)]
Paragraph = Annotated[str, Meta(max_length=2000)]
Seconds = Annotated[int, Meta(ge=0, le=31_536_000)]
UnixTime = Annotated[int, Meta(ge=0, le=253_402_300_799)]
Version = Annotated[int, Meta(ge=0, le=9_007_199_254_740_991)]
"""Of a catalogue. At most 2**53 - 1: every JSON library holds it exactly (RFC 8259, section 6)."""
Pages = Annotated[int, Meta(ge=1, le=100)]
Region = Annotated[str, Meta(pattern=_whole("[0-9]{6}"))]
"""GB/T 2260."""
Clock = Annotated[str, Meta(pattern=_whole("([01][0-9]|2[0-3]):[0-5][0-9]|24:00"))]
"""HH:MM in the station's own time zone; 24:00 is the end of the day."""
Weekday = Annotated[int, Meta(ge=1, le=7)]
"""ISO 8601: Monday is 1."""
_DIMENSIONS = r"[0-9]+(?:\.[0-9]+)?x[0-9]+(?:\.[0-9]+)?(?:mm|in)"
Media = Annotated[str, Meta(max_length=255, pattern=_whole(rf"[a-z]+_[a-z0-9.-]+_{_DIMENSIONS}"))]
"""A PWG self-describing media size name (PWG 5101.1): class, name, width x height and unit."""
Link = Annotated[
    str,
    Meta(max_length=200, pattern=_whole(r"https://[A-Za-z0-9.\[\]:-]+(/[A-Za-z0-9._~-]+)+")),
]
"""An address for a phone's camera: short, no user, query or fragment to name anybody."""


class Operation(StrEnum):
    """Every call of the contract; the value is its path."""

    IDENTIFY = "/v1/identify"
    CATALOGUE = "/v1/catalogue"
    SEND_CODE = "/v1/code/send"
    CHECK_CODE = "/v1/code/check"
    CHECK_STAFF = "/v1/staff/check"
    ISSUE = "/v1/documents/issue"
    COPY = "/v1/documents/copy"
    CONFIRM_PRINTED = "/v1/documents/printed"
    CALL_HELP = "/v1/help"
    HEARTBEAT = "/v1/heartbeat"
    TIME = "/v1/time"


class Private(Struct, frozen=True, forbid_unknown_fields=True):
    """A request that may hold personal data or a secret: its ``repr`` shows nothing of it."""

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"


class PrivateAnswer(Struct, frozen=True):
    """An answer that may hold personal data: its ``repr`` shows nothing of it."""

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"


# --- who stands there -----------------------------------------------------------------------


class Factor(StrEnum):
    """A way to prove more than the card does."""

    PHONE_CODE = "phone_code"
    STAFF = "staff"


class Identify(Private, frozen=True):
    """What the card said; at least one of the two numbers must be there.

    ``card_assurance`` is what the reader saw: ``CARD_FREE`` (1) or ``CARD_SECURE`` (2); higher
    levels are reached only through the platform itself.
    """

    kind: CardKind
    card_assurance: Assurance
    id_number: IdNumber | None = None
    card_number: CardNumber | None = None
    name: Name | None = None


class Identified(PrivateAnswer, frozen=True):
    """The platform knows this person. ``person`` is opaque and lapses after ``expires_in_s``.

    ``factors`` are the ways to prove more; ``masked_phone`` (``130****0001``) is where a code
    would go. Name and number are never told here.
    """

    person: Opaque
    assurance: Assurance
    factors: tuple[Factor, ...]
    expires_in_s: Seconds
    masked_phone: Line | None = None


class SendCode(Private, frozen=True):
    """Send six digits to the phone on record."""

    person: Opaque


class CodeSent(PrivateAnswer, frozen=True):
    """A code is on its way (or still valid from a moment ago)."""

    masked_phone: Line
    expires_in_s: Seconds
    resend_after_s: Seconds
    tries_left: Annotated[int, Meta(ge=0, le=CODE_TRIES)]


class CheckCode(Private, frozen=True):
    """The six digits that the person typed."""

    person: Opaque
    code: SixDigits


class CheckStaff(Private, frozen=True):
    """A member of staff has looked at the card and the person, for this one item."""

    person: Opaque
    item: Opaque
    helper: Typed
    pin: Typed


class Proved(PrivateAnswer, frozen=True):
    """More is proved now. Name and number are told only where the card did not show them.

    ``item`` is set where the proof holds for that item only (staff check).
    """

    assurance: Assurance
    name: Name | None = None
    id_number: IdNumber | None = None
    item: Opaque | None = None

    def __post_init__(self) -> None:
        # The rest of the rule for names, which no pattern can express (unassigned code points).
        problem = None if self.name is None else problem_in(self.name)
        if problem is not None:
            raise ValueError(f"name: {problem.value}")


# --- what can be had ------------------------------------------------------------------------


class Text(Struct, frozen=True):
    """The same words in both languages."""

    zh: Paragraph
    en: Paragraph


class ItemKind(StrEnum):
    """What kind of thing an item is; a new item of a known kind needs no new code."""

    CERTIFICATE = "certificate"
    QUERY = "query"
    APPLICATION = "application"
    PAYMENT = "payment"
    BUNDLE = "bundle"
    GUIDE = "guide"


class NeededDevice(StrEnum):
    """A part of the station without which the item cannot be served."""

    CARD_READER = "card_reader"
    PRINTER = "printer"


class Guide(Struct, frozen=True):
    """办事指南: who, with what, how long, how much, where to ask."""

    who: Text
    materials: Text
    time_limit: Text
    fee: Text
    department: Text
    phone: Line


class Hours(Struct, frozen=True):
    """Open on ``days`` from ``opens`` until (not at) ``closes``, within one civil day."""

    days: Annotated[tuple[Weekday, ...], Meta(min_length=1, max_length=7)]
    opens: Clock
    closes: Clock


class Item(Struct, frozen=True):
    """One service as data. ``hours`` empty means day and night.

    ``regions`` are GB/T 2260 codes for which the item answers (empty: all). ``quota_per_day`` is
    for one person. ``assurance_needed`` is the least level at which it is served. ``media`` is the
    paper that it is printed on, ``editions`` are those that it can be had in (the first is what an
    elder page begins with); ``copy``: it can be had on a phone instead of on paper.
    """

    code: Opaque
    kind: ItemKind
    title: Text
    subtitle: Text
    elder_title: Text
    """What people say ("打印社保证明")."""
    elder_subtitle: Text
    """What it is good for, as people say it ("证明您在交社保")."""
    icon: Annotated[str, Meta(pattern=_whole("[a-z][a-z0-9-]{0,31}"))]
    category: Text
    guide: Guide
    assurance_needed: Assurance
    quota_per_day: Annotated[int, Meta(ge=1, le=1000)]
    document_type: Opaque | None = None
    devices: tuple[NeededDevice, ...] = ()
    hours: Annotated[tuple[Hours, ...], Meta(max_length=28)] = ()
    regions: Annotated[tuple[Region, ...], Meta(max_length=4000)] = ()
    media: Media = A4
    editions: Annotated[tuple[Edition, ...], Meta(min_length=1, max_length=8)] = (Edition.STANDARD,)
    copy: bool = False

    def open_at(self, weekday: int, clock: str) -> bool:
        """Whether the item is served at ``clock`` ("HH:MM") on ISO ``weekday`` (Monday is 1)."""
        return not self.hours or any(
            weekday in hours.days and hours.opens <= clock < hours.closes for hours in self.hours
        )


class Catalogue(Struct, frozen=True):
    """Every item offered. ``version`` only ever rises; after ``expires_at`` it is not used."""

    version: Annotated[int, Meta(ge=1)]
    issued_at: UnixTime
    expires_at: UnixTime
    items: Annotated[tuple[Item, ...], Meta(max_length=2000)]

    def item(self, code: str) -> Item | None:
        """The item of this code, if it is offered."""
        return next((item for item in self.items if item.code == code), None)


class CatalogueEnvelope(Struct, frozen=True):
    """A catalogue and its detached signature.

    ``catalogue`` holds the exact bytes signed: ``Catalogue`` as JSON with sorted keys and no
    spaces. ``signature`` is Ed25519 (RFC 8032) over them, 64 bytes.
    """

    catalogue: bytes
    signature: bytes


# --- a document -----------------------------------------------------------------------------


class Issue(Private, frozen=True):
    """Issue the item's document. The same key gives the same bytes again, to the same person.

    Each edition is a document of its own, with a key of its own.
    """

    idempotency_key: Opaque
    person: Opaque
    item: Opaque
    edition: Edition = Edition.STANDARD


class Issued(PrivateAnswer, frozen=True):
    """The sealed PDF, its number, and the code by which anyone can check it."""

    document: bytes
    document_number: Opaque
    document_type: Opaque
    verification_code: Opaque
    pages: Pages


class AskCopy(Private, frozen=True):
    """Offer a document, issued under this very ``person``, for a phone to fetch."""

    person: Opaque
    document_number: Opaque


class CopyOffered(PrivateAnswer, frozen=True):
    """Where a phone finds the sealed file, and for how long.

    ``url`` lies under the platform's own host. Whoever knows it can fetch the file, so it is
    shown to the person at the screen alone: never logged, never kept.
    """

    url: Link
    expires_in_s: Annotated[int, Meta(ge=1, le=3600)]


class ConfirmPrinted(Struct, frozen=True, forbid_unknown_fields=True):
    """What became of a document on paper; no personal data.

    ``idempotency_key`` is the print job's, not the issue's: a document whose first job printed
    nothing may be printed by a second. ``outcome`` is the job's last one: ``QUEUED`` says that
    nothing was released to the printer.
    """

    idempotency_key: Opaque
    document_number: Opaque
    outcome: Outcome
    pages: Annotated[int, Meta(ge=0, le=1000)]


class Done(Struct, frozen=True):
    """Noted."""

    server_time: UnixTime


# --- the people behind it -------------------------------------------------------------------


class HelpReason(StrEnum):
    """Why staff are called."""

    RESIDENT_ASKS = "resident_asks"
    FAULT = "fault"
    LEFT_PAPER = "left_paper"


class CallHelp(Struct, frozen=True, forbid_unknown_fields=True):
    """Staff are wanted. ``page`` is the screen's name and ``fault`` its code; no personal data."""

    idempotency_key: Opaque
    reason: HelpReason
    page: Opaque
    fault: Opaque | None = None


class HelpCalled(Struct, frozen=True):
    """The call is known under this reference, which can be shown."""

    reference: Opaque


class DeviceState(Struct, frozen=True, forbid_unknown_fields=True):
    """A device's state; ``fault`` is a code."""

    device: Opaque
    status: DeviceStatus
    fault: Opaque | None = None


class Heartbeat(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Sent every 60 s: the terminal lives, and how its devices are.

    ``trial``: a trial installation sends this. A real one leaves the field out, so that a platform
    that does not know trials refuses them and nothing else.
    """

    in_service: bool
    catalogue_version: Version
    devices: Annotated[tuple[DeviceState, ...], Meta(max_length=32)]
    trial: bool = False


class HeartbeatAnswer(Struct, frozen=True):
    """The platform's clock, its catalogue's version, and items it cannot serve at present."""

    server_time: UnixTime
    catalogue_version: int
    closed_items: tuple[Opaque, ...] = ()


class ServerTime(Struct, frozen=True):
    """The platform's clock; asked without a signature, so that a wrong clock can be mended."""

    server_time: UnixTime


# --- refusals -------------------------------------------------------------------------------


class ErrorCode(StrEnum):
    """Stable codes of refusals."""

    BAD_REQUEST = "bad_request"
    SIGNATURE_REFUSED = "signature_refused"
    NONCE_REPLAYED = "nonce_replayed"
    CLOCK_SKEW = "clock_skew"
    NOT_FOUND = "not_found"
    PERSON_UNKNOWN = "person_unknown"
    PERSON_LAPSED = "person_lapsed"
    NO_PHONE = "no_phone"
    CODE_WRONG = "code_wrong"
    CODE_EXPIRED = "code_expired"
    CODE_LOCKED = "code_locked"
    STAFF_REFUSED = "staff_refused"
    STAFF_LOCKED = "staff_locked"
    ASSURANCE_TOO_LOW = "assurance_too_low"
    ITEM_UNKNOWN = "item_unknown"
    ITEM_CLOSED = "item_closed"
    QUOTA_SPENT = "quota_spent"
    NO_RECORD = "no_record"
    KEY_REUSED = "key_reused"
    SERVER_ERROR = "server_error"


class ErrorAnswer(Struct, frozen=True):
    """A refusal. ``message`` is for logs: English, never personal data."""

    code: ErrorCode
    message: Line
    server_time: UnixTime
    tries_left: Annotated[int, Meta(ge=0, le=CODE_TRIES)] | None = None
    wait_s: Seconds | None = None


def canonical(value: Struct) -> bytes:
    """JSON with sorted keys and no spaces, UTF-8: what the catalogue's signature is made over."""
    return msgspec.json.encode(value, order="sorted")
