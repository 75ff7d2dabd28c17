"""The calls of the contract, each declared once.

The client, the sandbox, its OpenAPI document and docs/reference/platform-calls.md use this table.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from msgspec import Struct

from .catalogue import CatalogueEnvelope
from .clock import ServerTime
from .codes import CheckCode, CodeSent, SendCode
from .copies import AskCopy, CopyOffered
from .errors import ErrorCode
from .heartbeat import Heartbeat, HeartbeatAnswer
from .help import AskHelpAnswer, CallHelp, HelpAnswer, HelpCalled
from .identity import Identified, Identify, Proved
from .information import SignedInformation
from .issuing import Issue, Issued
from .outcomes import ConfirmPrinted, Done
from .staff import CheckStaff

Request = TypeVar("Request", bound=Struct | None)
Answer = TypeVar("Answer", bound=Struct)

SHARED_REFUSALS = (
    ErrorCode.BAD_REQUEST, ErrorCode.SIGNATURE_REFUSED, ErrorCode.NONCE_REPLAYED,
    ErrorCode.CLOCK_SKEW,
)  # fmt: skip
"""The refusals that every signed call can meet; an unsigned call can meet only the first."""


@dataclass(frozen=True, slots=True)
class Call(Generic[Request, Answer]):
    """One call of the contract.

    ``name`` is the operation id of the OpenAPI document and the name of the sandbox's ``Service``
    method. ``request`` is ``None`` for a call without a body. ``repeated``: the client repeats the
    call after a lost connection; ``reason`` says why it does or does not. ``refusals`` are those
    of this call only; ``ErrorCode.fault`` gives the fault of each. ``signed``: the platform
    requires a signature.
    """

    name: str
    path: str
    request: type[Request] | None
    answer: type[Answer]
    summary: str
    repeated: bool
    reason: str
    refusals: tuple[ErrorCode, ...] = ()
    signed: bool = True

    @property
    def method(self) -> str:
        """The HTTP method: GET for a call without a body."""
        return "GET" if self.request is None else "POST"

    @property
    def possible_refusals(self) -> tuple[ErrorCode, ...]:
        """Every refusal that the contract allows for this call."""
        shared = SHARED_REFUSALS if self.signed else SHARED_REFUSALS[:1]
        return (*shared, *self.refusals)


IDENTIFY = Call(
    "identify", "/v1/identify", Identify, Identified,
    summary="Who is this card's holder?",
    repeated=True, reason="it changes nothing",
    refusals=(ErrorCode.PERSON_UNKNOWN,),
)  # fmt: skip
CATALOGUE: Call[None, CatalogueEnvelope] = Call(
    "catalogue", "/v1/catalogue", None, CatalogueEnvelope,
    summary="The items offered, signed",
    repeated=True, reason="it changes nothing",
)  # fmt: skip
SEND_CODE = Call(
    "send_code", "/v1/code/send", SendCode, CodeSent,
    summary="Send six digits to the phone on record",
    repeated=False, reason="the user can ask for another code",
    refusals=(ErrorCode.PERSON_LAPSED, ErrorCode.NO_PHONE, ErrorCode.CODE_LOCKED),
)  # fmt: skip
CHECK_CODE = Call(
    "check_code", "/v1/code/check", CheckCode, Proved,
    summary="Check the six digits",
    repeated=False, reason="every call uses up a try",
    refusals=(
        ErrorCode.PERSON_LAPSED,
        ErrorCode.CODE_WRONG,
        ErrorCode.CODE_EXPIRED,
        ErrorCode.CODE_LOCKED,
    ),
)  # fmt: skip
CHECK_STAFF = Call(
    "check_staff", "/v1/staff/check", CheckStaff, Proved,
    summary="Check a member of staff who has verified the person",
    repeated=False, reason="every call uses up a try",
    refusals=(
        ErrorCode.PERSON_LAPSED,
        ErrorCode.ITEM_UNKNOWN,
        ErrorCode.STAFF_REFUSED,
        ErrorCode.STAFF_LOCKED,
    ),
)  # fmt: skip
ISSUE = Call(
    "issue", "/v1/documents/issue", Issue, Issued,
    summary="Issue the sealed document",
    repeated=True, reason="it has an idempotency key",
    refusals=(
        ErrorCode.PERSON_LAPSED,
        ErrorCode.ITEM_UNKNOWN,
        ErrorCode.ASSURANCE_TOO_LOW,
        ErrorCode.KEY_REUSED,
        ErrorCode.ITEM_CLOSED,
        ErrorCode.QUOTA_SPENT,
        ErrorCode.NO_RECORD,
    ),
)  # fmt: skip
COPY = Call(
    "copy", "/v1/documents/copy", AskCopy, CopyOffered,
    summary="Offer the document for a phone to fetch",
    repeated=True, reason="it offers the document again",
    refusals=(ErrorCode.PERSON_LAPSED, ErrorCode.NOT_FOUND),
)  # fmt: skip
CONFIRM_PRINTED = Call(
    "confirm_printed", "/v1/documents/printed", ConfirmPrinted, Done,
    summary="Report the print outcome of a document",
    repeated=True, reason="it has an idempotency key",
    refusals=(ErrorCode.NOT_FOUND, ErrorCode.KEY_REUSED),
)  # fmt: skip
CALL_HELP = Call(
    "call_help", "/v1/help", CallHelp, HelpCalled,
    summary="Call staff to the terminal",
    repeated=True, reason="it has an idempotency key",
    refusals=(ErrorCode.KEY_REUSED,),
)  # fmt: skip
HELP_ANSWER = Call(
    "help_answer", "/v1/help/answer", AskHelpAnswer, HelpAnswer,
    summary="Ask whether staff come, who and when",
    repeated=False, reason="it is asked again while a resident waits",
    refusals=(ErrorCode.NOT_FOUND,),
)  # fmt: skip
NOTICES: Call[None, SignedInformation] = Call(
    "notices", "/v1/notices", None, SignedInformation,
    summary="Notices for this terminal's welcome page, signed",
    repeated=True, reason="it changes nothing",
)  # fmt: skip
NEARBY: Call[None, SignedInformation] = Call(
    "nearby", "/v1/nearby", None, SignedInformation,
    summary="The stations near this terminal, signed",
    repeated=True, reason="it changes nothing",
)  # fmt: skip
HEARTBEAT = Call(
    "heartbeat", "/v1/heartbeat", Heartbeat, HeartbeatAnswer,
    summary="Report that the terminal is running",
    repeated=False, reason="the next one is sent in 60 s",
)  # fmt: skip
TIME: Call[None, ServerTime] = Call(
    "time", "/v1/time", None, ServerTime,
    summary="The platform's clock",
    repeated=True, reason="it changes nothing",
    signed=False,
)  # fmt: skip

CALLS: tuple[Call[Any, Any], ...] = (
    IDENTIFY, CATALOGUE, SEND_CODE, CHECK_CODE, CHECK_STAFF, ISSUE, COPY, CONFIRM_PRINTED,
    CALL_HELP, HELP_ANSWER, NOTICES, NEARBY, HEARTBEAT, TIME,
)  # fmt: skip
"""Every call of the contract."""
