"""The messages between terminal and platform, typed and with limits.

Shared by the client and the sandbox, which share nothing else. Personal data is in bodies only,
and no type here shows it in its ``repr``. Unknown fields are refused in requests (the sender is
ours) and ignored in answers and in the catalogue (the platform may be newer than the terminal).
Encoding: JSON, UTF-8; ``bytes`` are base64; times are whole Unix seconds unless noted otherwise.
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
"""Wrong codes that a person may enter before code entry is locked for them."""


def _whole(pattern: str) -> str:
    """Match the whole text; unlike ``$`` alone, allow no line feed at the end."""
    return rf"^(?:{pattern})(?!\n)$"


Opaque = Annotated[str, Meta(min_length=1, max_length=64, pattern=_whole("[A-Za-z0-9._:-]+"))]
"""An identifier that only the platform understands: token, key, item code, document number."""
Name = Annotated[str, Meta(min_length=1, max_length=120, pattern=_whole(f"[^{REFUSED_CLASS}]+"))]
"""A person's name as on cards: no control, format or other invisible character."""
IdNumber = Annotated[str, Meta(pattern=_whole("[0-9]{17}[0-9X]|[0-9]{15}|[A-Z0-9]{15,18}"))]
CardNumber = Annotated[str, Meta(pattern=_whole("[A-Z0-9]{6,20}"))]
SixDigits = Annotated[str, Meta(pattern=_whole("[0-9]{6}"))]
Typed = Annotated[str, Meta(max_length=64)]
"""Text entered by staff, in any form; the platform decides whether it is correct."""
Line = Annotated[str, Meta(max_length=200)]
Paragraph = Annotated[str, Meta(max_length=2000)]
Seconds = Annotated[int, Meta(ge=0, le=31_536_000)]
UnixTime = Annotated[int, Meta(ge=0, le=253_402_300_799)]
Version = Annotated[int, Meta(ge=0, le=9_007_199_254_740_991)]
"""A catalogue version of at most 2**53 - 1, which every JSON library holds exactly (RFC 8259,
section 6)."""
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
"""A short address for a phone's camera; no user, query or fragment could name a person."""


class Operation(StrEnum):
    """All calls of the contract; the value is the path."""

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
    """A request that may hold personal data or a secret; its ``repr`` shows only the type."""

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"


class PrivateAnswer(Struct, frozen=True):
    """An answer that may hold personal data; its ``repr`` shows only the type."""

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"


# --- the person -----------------------------------------------------------------------------


class Factor(StrEnum):
    """A second factor that proves more than the card does."""

    PHONE_CODE = "phone_code"
    STAFF = "staff"


class Identify(Private, frozen=True):
    """The data read from the card; at least one of the two numbers is required.

    ``card_assurance`` is the level that the reader reached: ``CARD_FREE`` (1) or ``CARD_SECURE``
    (2). Only the platform itself grants higher levels.
    """

    kind: CardKind
    card_assurance: Assurance
    id_number: IdNumber | None = None
    card_number: CardNumber | None = None
    name: Name | None = None


class Identified(PrivateAnswer, frozen=True):
    """The platform knows this person. ``person`` is an opaque token for ``expires_in_s`` seconds.

    ``factors`` are the possible second factors; a code is sent to ``masked_phone``
    (``130****0001``). This answer never contains name and number.
    """

    person: Opaque
    assurance: Assurance
    factors: tuple[Factor, ...]
    expires_in_s: Seconds
    masked_phone: Line | None = None


class SendCode(Private, frozen=True):
    """Send a six-digit code to the phone on record."""

    person: Opaque


class CodeSent(PrivateAnswer, frozen=True):
    """A code was sent, or the one sent a moment ago is still valid."""

    masked_phone: Line
    expires_in_s: Seconds
    resend_after_s: Seconds
    tries_left: Annotated[int, Meta(ge=0, le=CODE_TRIES)]


class CheckCode(Private, frozen=True):
    """The six digits that the person entered."""

    person: Opaque
    code: SixDigits


class CheckStaff(Private, frozen=True):
    """A member of staff has checked the card and the person, for this one item."""

    person: Opaque
    item: Opaque
    staff_number: Typed = msgspec.field(name="helper")
    pin: Typed


class Proved(PrivateAnswer, frozen=True):
    """The identity is proved at a higher level. Name and number are set only if the card lacks
    them.

    ``item`` is set if the proof is valid for that item only (staff check).
    """

    assurance: Assurance
    name: Name | None = None
    id_number: IdNumber | None = None
    item: Opaque | None = None

    def __post_init__(self) -> None:
        # The part of the name rule that no pattern can express (unassigned code points).
        problem = None if self.name is None else problem_in(self.name)
        if problem is not None:
            raise ValueError(f"name: {problem.value}")


# --- the catalogue --------------------------------------------------------------------------


class Text(Struct, frozen=True):
    """The same text in both languages."""

    zh: Paragraph
    en: Paragraph


class ItemKind(StrEnum):
    """The kinds of items. A new item of a known kind needs no new code."""

    CERTIFICATE = "certificate"
    QUERY = "query"
    APPLICATION = "application"
    PAYMENT = "payment"
    BUNDLE = "bundle"
    GUIDE = "guide"


class NeededDevice(StrEnum):
    """A device that is required to serve the item."""

    CARD_READER = "card_reader"
    PRINTER = "printer"


class Guide(Struct, frozen=True):
    """办事指南 (service guide): who may apply, documents needed, duration, fee, contact."""

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
    """One service as data. Empty ``hours`` mean day and night.

    ``regions`` are GB/T 2260 codes where the item is offered (empty: all). ``quota_per_day`` is per
    person. ``assurance_needed`` is the lowest sufficient level. ``media`` is the paper.
    ``editions`` are the available layouts; elder mode starts with the first. ``copy``: the item is
    also offered on a phone instead of on paper.
    """

    code: Opaque
    kind: ItemKind
    title: Text
    subtitle: Text
    elder_title: Text
    """The title in everyday words ("打印社保证明")."""
    elder_subtitle: Text
    """The purpose in everyday words ("证明您在交社保")."""
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
    """All offered items. ``version`` never decreases; after ``expires_at`` it is not used."""

    version: Annotated[int, Meta(ge=1)]
    issued_at: UnixTime
    expires_at: UnixTime
    items: Annotated[tuple[Item, ...], Meta(max_length=2000)]

    def item(self, code: str) -> Item | None:
        """Return the item with this code; ``None`` if it is not offered."""
        return next((item for item in self.items if item.code == code), None)


class CatalogueEnvelope(Struct, frozen=True):
    """A catalogue and its detached signature.

    ``catalogue`` holds the exact signed bytes: ``Catalogue`` as JSON with sorted keys and no
    spaces. ``signature`` is the Ed25519 signature (RFC 8032) of these bytes, 64 bytes.
    """

    catalogue: bytes
    signature: bytes


# --- documents ------------------------------------------------------------------------------


class Issue(Private, frozen=True):
    """Issue the item's document. The same key and person give the same bytes again.

    Each edition is a separate document with its own key.
    """

    idempotency_key: Opaque
    person: Opaque
    item: Opaque
    edition: Edition = Edition.STANDARD


class Issued(PrivateAnswer, frozen=True):
    """The sealed PDF, its number, and the code with which anyone can verify it."""

    document: bytes
    document_number: Opaque
    document_type: Opaque
    verification_code: Opaque
    pages: Pages


class AskCopy(Private, frozen=True):
    """Offer a document that was issued for the same ``person`` token to a phone."""

    person: Opaque
    document_number: Opaque


class CopyOffered(PrivateAnswer, frozen=True):
    """The link with which a phone fetches the sealed file, and how long it is valid.

    ``url`` is on the platform's own host. Anyone who has it can fetch the file, so it is shown
    only to the person at the screen: never logged, never stored.
    """

    url: Link
    expires_in_s: Annotated[int, Meta(ge=1, le=3600)]


class ConfirmPrinted(Struct, frozen=True, forbid_unknown_fields=True):
    """The print outcome of a document; no personal data.

    ``idempotency_key`` belongs to the print job, not to the issue: a document whose first job
    printed nothing may be printed by a second job. ``outcome`` is the job's final one; ``QUEUED``
    means that nothing was released to the printer.
    """

    idempotency_key: Opaque
    document_number: Opaque
    outcome: Outcome
    pages: Annotated[int, Meta(ge=0, le=1000)]


class Done(Struct, frozen=True):
    """The request was recorded."""

    server_time: UnixTime


# --- staff and operation --------------------------------------------------------------------


class HelpReason(StrEnum):
    """Why staff are called."""

    RESIDENT_ASKS = "resident_asks"
    FAULT = "fault"
    LEFT_PAPER = "left_paper"


class CallHelp(Struct, frozen=True, forbid_unknown_fields=True):
    """A call for staff. ``page`` is the screen's name, ``fault`` a fault code; no personal data."""

    idempotency_key: Opaque
    reason: HelpReason
    page: Opaque
    fault: Opaque | None = None


class HelpCalled(Struct, frozen=True):
    """The platform accepted the call under this reference, which may be shown."""

    reference: Opaque


class DeviceState(Struct, frozen=True, forbid_unknown_fields=True):
    """A device's state; ``fault`` is a fault code."""

    device: Opaque
    status: DeviceStatus
    fault: Opaque | None = None


class Heartbeat(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Sent every 60 s: the terminal is running, with its devices' states.

    ``trial`` is set by a trial installation. A real installation omits the field, so that a
    platform without support for trials refuses only trial installations.
    """

    in_service: bool
    catalogue_version: Version
    devices: Annotated[tuple[DeviceState, ...], Meta(max_length=32)]
    trial: bool = False


class HeartbeatAnswer(Struct, frozen=True):
    """The platform's clock, its catalogue version, and items that it cannot serve now."""

    server_time: UnixTime
    catalogue_version: int
    closed_items: tuple[Opaque, ...] = ()


class ServerTime(Struct, frozen=True):
    """The platform's clock; requested without a signature, to correct a wrong clock."""

    server_time: UnixTime


# --- refusals -------------------------------------------------------------------------------


class ErrorCode(StrEnum):
    """Stable codes of the platform's refusals."""

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
    """Return the bytes that the catalogue signature covers: JSON, sorted keys, no spaces."""
    return msgspec.json.encode(value, order="sorted")
