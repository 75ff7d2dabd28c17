"""The terminal's side of the contract: each call returns the platform's answer or a fault.

Used by the workers. Every method blocks for at most ``Timeouts.total_s``, except for the system's
name look-up. Personal data goes into request bodies only: never into an address, a log, an
exception or a fault's detail.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, TypeVar
from urllib.parse import urlsplit

import msgspec

from devices.health import Fault
from devices.identity import Assurance, Identity
from printing.media import Edition
from printing.outcome import Outcome

from . import faults, wire
from .catalogue import decode, describe, open_catalogue
from .information import open_information
from .limits import RETRY_STATUSES, Answer, Timeouts
from .signer import HmacSha256Signer, RequestSigner, Unsigned
from .wire import Call, ErrorCode, calls

if TYPE_CHECKING:
    from .transport import Transport

__all__ = [
    "ClockReading",
    "CodeRefused",
    "PlatformClient",
    "SignedCatalogue",
    "SignedCopy",
    "Timeouts",
]

T = TypeVar("T")
Reply = TypeVar("Reply", bound=msgspec.Struct)
Request = TypeVar("Request", bound=msgspec.Struct | None)
Kind = TypeVar("Kind", bound=wire.Information)


@dataclass(frozen=True, slots=True)
class CodeRefused:
    """A refused code: wrong, expired, or code entry is locked for ``wait_s`` seconds."""

    fault: Fault
    tries_left: int
    wait_s: int


@dataclass(frozen=True, slots=True)
class SignedCatalogue:
    """A verified catalogue; ``envelope`` is the form to cache (``open_catalogue``)."""

    catalogue: wire.Catalogue
    envelope: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class SignedCopy(Generic[Kind]):
    """Verified information; ``envelope`` is the form to cache (``open_information``)."""

    information: Kind
    envelope: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class ClockReading:
    """The platform's clock (Unix seconds) and how far this terminal is ahead of it (seconds).

    Accurate to a second, because the platform reports whole seconds.
    """

    server_time: int
    skew_s: float


_CODE_FAULTS = frozenset({ErrorCode.CODE_WRONG, ErrorCode.CODE_EXPIRED, ErrorCode.CODE_LOCKED})


@dataclass(frozen=True, slots=True)
class _Refusal:
    """A refusal by the platform, in the form that the contract defines."""

    fault: Fault
    answer: wire.ErrorAnswer


class PlatformClient:
    """The client of one platform; thread-safe. ``ValueError`` for settings that can never work.

    ``catalogue_key`` is the raw Ed25519 public key (32 bytes). ``clock`` gives Unix seconds.
    ``trial``: this is a trial installation, and the heartbeats say so.
    """

    def __init__(
        self,
        address: str,
        *,
        ca_file: Path,
        app_id: str,
        request_key: bytes,
        terminal_id: str,
        catalogue_key: bytes,
        timeouts: Timeouts = Timeouts(),
        clock: Callable[[], float] = time.time,
        signer: RequestSigner | None = None,
        trial: bool = False,
    ) -> None:
        if len(catalogue_key) != 32:
            raise ValueError("the catalogue key must be 32 bytes (raw Ed25519)")
        if not address.startswith("https://"):
            raise ValueError("the platform's address must begin with https://")
        self._address = address
        self._prefix = urlsplit(address).path.rstrip("/")
        self._ca_file = ca_file
        self._timeouts = timeouts
        self._making = threading.Lock()
        self._made: Transport | None = None
        self._signer = signer or HmacSha256Signer(app_id, terminal_id, request_key)
        self._terminal_id = terminal_id
        self._catalogue_key = catalogue_key
        self._clock = clock
        self._trial = trial

    def warm_up(self) -> None:
        """Import in advance what the first call needs (about 0.1 s); call it on a worker."""
        from cryptography.hazmat.primitives.asymmetric import ed25519  # noqa: F401 - loads it

        self._transport()

    def close(self) -> None:
        """Close every connection."""
        if self._made is not None:
            self._made.close()

    def _transport(self) -> Transport:
        """Return the transport; the first call creates it and imports its libraries."""
        with self._making:
            if self._made is None:
                from .transport import Transport

                self._made = Transport(self._address, self._ca_file, self._timeouts)
            return self._made

    def identify(self, identity: Identity) -> wire.Identified | Fault:
        """Identify the person: send the card's name and numbers, get an opaque token."""
        if identity.wiped:  # the visit ended while the call waited for a worker
            return faults.PERSON_LAPSED
        record = identity.record
        asked = wire.Identify(
            kind=record.kind,
            card_assurance=min(identity.assurance, Assurance.CARD_SECURE),
            id_number=record.id_number,
            card_number=record.card_number,
            name=record.name,
        )
        return self.ask(calls.IDENTIFY, asked)

    def send_code(self, person: str) -> wire.CodeSent | CodeRefused | Fault:
        """Have a six-digit code sent to the phone on record. Not repeated automatically."""
        return _code(self._answer(calls.SEND_CODE, wire.SendCode(person)))

    def check_code(self, person: str, code: str) -> wire.Proved | CodeRefused | Fault:
        """Check the entered code. Never repeated automatically, because each call costs a try."""
        asked = wire.CheckCode(person, code)
        return _code(self._answer(calls.CHECK_CODE, asked))

    def check_staff(
        self, person: str, item: str, staff_number: str, pin: str
    ) -> wire.Proved | Fault:
        """Let the platform check staff number, PIN, terminal and item. Never repeated."""
        asked = wire.CheckStaff(person, item, staff_number, pin)
        return self.ask(calls.CHECK_STAFF, asked)

    def issue(
        self,
        person: str,
        item: str,
        idempotency_key: str,
        edition: Edition = Edition.STANDARD,
    ) -> wire.Issued | Fault:
        """Request the document. The same key (for the same edition) gives the same bytes."""
        asked = wire.Issue(idempotency_key, person, item, edition)
        return self.ask(calls.ISSUE, asked)

    def copy(self, person: str, document_number: str) -> wire.CopyOffered | Fault:
        """Request a link for the person's phone; each call creates a new link.

        A link outside the platform's own host is refused as ``GARBAGE``, because the screen would
        present it as the platform's.
        """
        asked = wire.AskCopy(person, document_number)
        got = self.ask(calls.COPY, asked)
        if isinstance(got, wire.CopyOffered) and _host(got.url) != _host(self._address):
            return faults.GARBAGE.with_detail("the copy's address is not under the platform's host")
        return got

    def confirm_printed(
        self, idempotency_key: str, document_number: str, outcome: Outcome, pages: int
    ) -> wire.Done | Fault:
        """Report the document's print outcome; ``pages`` is the number of printed pages."""
        asked = wire.ConfirmPrinted(idempotency_key, document_number, outcome, pages)
        return self.ask(calls.CONFIRM_PRINTED, asked)

    def call_help(
        self, idempotency_key: str, reason: wire.HelpReason, page: str, fault: str | None = None
    ) -> wire.HelpCalled | Fault:
        """Call staff to this terminal; ``page`` is the screen's name, ``fault`` a code."""
        asked = wire.CallHelp(idempotency_key, reason, page, fault)
        return self.ask(calls.CALL_HELP, asked)

    def help_answer(self, idempotency_key: str) -> wire.HelpAnswer | Fault:
        """Ask whether staff come; ``idempotency_key`` is that of the call. Not repeated."""
        return self.ask(calls.HELP_ANSWER, wire.AskHelpAnswer(idempotency_key))

    def notices(self, newer_than: int = 0) -> SignedCopy[wire.Notices] | Fault:
        """Fetch and verify the notices; refuse a version below ``newer_than``."""
        return self._information(calls.NOTICES, wire.Notices, newer_than)

    def nearby(self, newer_than: int = 0) -> SignedCopy[wire.Nearby] | Fault:
        """Fetch and verify the nearby stations; refuse a version below ``newer_than``."""
        return self._information(calls.NEARBY, wire.Nearby, newer_than)

    def reopen(self, envelope: bytes, kind: type[Kind]) -> Kind | Fault:
        """Verify cached information, also if it has expired; makes no call."""
        key, terminal = self._catalogue_key, self._terminal_id
        return open_information(envelope, key, kind, terminal=terminal, now=0.0)

    def heartbeat(
        self, in_service: bool, catalogue_version: int, devices: Sequence[wire.DeviceState]
    ) -> wire.HeartbeatAnswer | Fault:
        """Report that the terminal is running, with its devices' states. Sent again in 60 s."""
        asked = wire.Heartbeat(in_service, catalogue_version, tuple(devices), self._trial)
        return self.ask(calls.HEARTBEAT, asked)

    def catalogue(self, newer_than: int = 0) -> SignedCatalogue | Fault:
        """Fetch and verify the catalogue; refuse a version below ``newer_than``."""
        got = self._call(calls.CATALOGUE, b"")
        if isinstance(got, _Refusal):
            return got.fault
        if isinstance(got, Fault):
            return got
        now = self._clock()
        opened = open_catalogue(got, self._catalogue_key, now=now, newer_than=newer_than)
        return opened if isinstance(opened, Fault) else SignedCatalogue(opened, got)

    def _information(
        self, call: Call[None, wire.SignedInformation], kind: type[Kind], newer_than: int
    ) -> SignedCopy[Kind] | Fault:
        got = self._call(call, b"")
        if isinstance(got, _Refusal):
            return got.fault
        if isinstance(got, Fault):
            return got
        opened = open_information(
            got, self._catalogue_key, kind, terminal=self._terminal_id, now=self._clock(),
            newer_than=newer_than,
        )  # fmt: skip
        return opened if isinstance(opened, Fault) else SignedCopy(opened, got)

    def time(self) -> ClockReading | Fault:
        """Read the platform's clock; works even if this clock is wrong."""
        asked_at = self._clock()
        got = self.ask(calls.TIME, None)
        answered_at = self._clock()
        if isinstance(got, Fault):
            return got
        # The platform cuts off the fraction, so on average its clock is half a second later.
        middle = (asked_at + answered_at) / 2
        return ClockReading(got.server_time, middle - (got.server_time + 0.5))

    def ask(self, call: Call[Request, Reply], request: Request) -> Reply | Fault:
        """Make a call as declared; ``request`` is ``None`` for a call without a body."""
        got = self._answer(call, request)
        return got.fault if isinstance(got, _Refusal) else got

    def _answer(self, call: Call[Request, Reply], request: Request) -> Reply | _Refusal | Fault:
        body = b"" if request is None else msgspec.json.encode(request)
        return _decoded(self._call(call, body), call.answer)

    def _call(self, call: Call[Any, Any], body: bytes) -> bytes | _Refusal | Fault:
        """Make one call; retry a repeated one after a lost connection or a gateway failure."""
        deadline = time.monotonic() + self._timeouts.total_s
        got = self._once(call, body, deadline)
        for pause in self._timeouts.retry_after_s if call.repeated else ():
            if not _lost(got) or time.monotonic() + pause >= deadline:
                break
            time.sleep(pause)
            got = self._once(call, body, deadline)
        return self._meaning(got) if isinstance(got, Answer) else got

    def _once(self, call: Call[Any, Any], body: bytes, deadline: float) -> Answer | Fault:
        """Make one exchange with a new signature, because a repeated nonce would be refused."""
        path = self._prefix + call.path
        request = Unsigned(call.method, path, body, int(self._clock()), os.urandom(16).hex())
        headers = self._signer.headers(request)
        if body:
            headers["Content-Type"] = wire.MEDIA_TYPE
        return self._transport().exchange(call.method, call.path, body, headers, deadline)

    def _meaning(self, answer: Answer) -> bytes | _Refusal | Fault:
        """Return the body of a success, a refusal in the contract's form, or a fault."""
        if answer.status == 200:
            return answer.body
        try:
            error = decode(answer.body, wire.ErrorAnswer)
        except msgspec.DecodeError:
            if answer.status >= 500:
                return faults.SERVER_ERROR.with_detail(f"status {answer.status}")
            return faults.GARBAGE.with_detail(f"status {answer.status} without a refusal")
        detail = f"status {answer.status}: {error.code}"
        if error.code is ErrorCode.CLOCK_SKEW:
            skew = round(self._clock() - error.server_time)
            side = "ahead of" if skew > 0 else "behind"
            detail = f"this clock is {abs(skew)} s {side} the platform's"
        return _Refusal(error.code.fault.with_detail(detail), error)


def _lost(got: Answer | Fault) -> bool:
    """Whether the platform may not have got the request, or a gateway answered instead of it."""
    if isinstance(got, Answer):
        return got.status in RETRY_STATUSES
    return got.same_as(faults.UNREACHABLE)


def _decoded(got: bytes | _Refusal | Fault, answer: type[T]) -> T | _Refusal | Fault:
    if not isinstance(got, bytes):
        return got
    try:
        return decode(got, answer)
    except msgspec.DecodeError as error:
        return faults.GARBAGE.with_detail(f"{answer.__name__}: {describe(error)}")


def _host(address: str) -> str | None:
    """Return the host of an address in lower case; ``None`` if the address is not valid."""
    try:
        parts = urlsplit(address)
        _ = parts.port  # raises if the port is not a number or too large
    except ValueError:
        return None
    return parts.hostname


def _code(got: T | _Refusal | Fault) -> T | CodeRefused | Fault:
    if not isinstance(got, _Refusal):
        return got
    if got.answer.code not in _CODE_FAULTS:
        return got.fault
    return CodeRefused(got.fault, got.answer.tries_left or 0, got.answer.wait_s or 0)
