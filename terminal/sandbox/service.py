"""The decisions of the sandbox's platform: identification, proofs and issued documents.

The server calls it under one lock. Everything is kept in memory only and ends with the process.
Refusal messages never contain personal data.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from devices.identity import Assurance
from printing.outcome import Outcome

from ..platform import wire
from ..platform.wire import ErrorCode, Factor
from . import information, items
from .copies import COPY_LIFE_S, Copies, misaddressed
from .issuing import IssuedDocument, Issuer
from .refusal import Refusal
from .residents import RESIDENTS, Resident
from .switches import CatalogueSwitch, DocumentSwitch, HelpSwitch, SwitchBoard

PERSON_LIFE_S = 900
"""An identification expires after a quarter of an hour: longer than any visit should take."""
CODE_LIFE_S = 300
RESEND_AFTER_S = 60
"""A second request within a minute sends nothing: the first message may still arrive."""
CODE_LOCK_S = 600
STAFF_TRIES = 5
STAFF_LOCK_S = 900
STAFF_COME_S = 300
"""How long after a call staff arrive, as the sandbox announces it."""
MOST_OF_A_CARD = Assurance.CARD_SECURE
"""The highest level that a card alone can prove."""


@dataclass(frozen=True, slots=True)
class StaffMember:
    """A member of staff; ``None`` means every terminal or every item."""

    pin: str = field(repr=False)
    terminals: frozenset[str] | None = None
    items: frozenset[str] | None = None


STAFF: dict[str, StaffMember] = {
    "1001": StaffMember("2468"),
    "1002": StaffMember("1357", items=frozenset({items.INSURANCE})),
    "1003": StaffMember("9753", terminals=frozenset({"ANOTHER-STATION"})),
}
"""Invented, and listed in docs/platform.md: they are valid only in the sandbox."""


@dataclass(slots=True)
class Person:
    """One identification, and what was proved since."""

    resident: Resident
    assurance: Assurance
    lapses_at: float
    shown_name: bool
    shown_number: bool
    staff_items: set[str] = field(default_factory=set)
    documents: set[str] = field(default_factory=set)
    """Numbers of the documents that were issued or fetched again with this identification."""

    def assurance_for(self, item: str) -> Assurance:
        """Return what is proved for this item; a staff check is valid for one item only."""
        return Assurance.STAFF if item in self.staff_items else self.assurance


@dataclass(slots=True)
class Code:
    """The last code sent to a resident, and the wrong tries since the last success."""

    digits: str | None = field(default=None, repr=False)
    sent_at: float = 0.0
    wrong: int = 0
    locked_until: float = 0.0


@dataclass(frozen=True, slots=True)
class HelpCall:
    """A call for staff, with its answer."""

    asked: wire.CallHelp
    terminal: str
    called_at: float
    answer: wire.HelpCalled


@dataclass(slots=True)
class StaffTries:
    """The wrong PINs of one member of staff."""

    wrong: int = 0
    locked_until: float = 0.0


@dataclass(frozen=True, slots=True)
class SentCode:
    """A message shown on the invented phone."""

    masked_phone: str
    code: str


class Service:
    """The platform behind the calls; not thread-safe (the server holds the lock).

    ``clock`` gives Unix seconds. ``local`` converts them to civil time for opening hours and
    dates. ``copy_url`` returns the URL at which a phone finds the copy of this token.
    """

    def __init__(
        self,
        *,
        issuer: Issuer,
        catalogue_key: Ed25519PrivateKey,
        board: SwitchBoard,
        clock: Callable[[], float],
        local: Callable[[float], datetime],
        copy_url: Callable[[str], str],
    ) -> None:
        self._issuer = issuer
        self._catalogue_key = catalogue_key
        self._board = board
        self._clock = clock
        self._local = local
        self._copy_url = copy_url
        self.forget()

    def forget(self) -> None:
        """Delete every identification, code, lock, quota and document."""
        self._persons: dict[str, Person] = {}
        self._codes: dict[str, Code] = {}
        self._staff: dict[str, StaffTries] = {}
        self._issued: dict[str, tuple[wire.Issue, str, wire.Issued]] = {}
        self._documents: dict[str, IssuedDocument] = {}
        self.copies = Copies()
        self._quota: dict[tuple[str, str, date], int] = {}
        self._confirmed: dict[str, wire.ConfirmPrinted] = {}
        self._calls: dict[str, HelpCall] = {}
        self.sent: list[SentCode] = []

    def now(self) -> float:
        """Return the platform's time in Unix seconds."""
        return self._clock() + self._board.now.clock_offset_s

    # --- the person ---------------------------------------------------------------------

    def identify(self, asked: wire.Identify, terminal: str) -> wire.Identified | Refusal:
        """Find the resident; all data from the card must belong to the same person."""
        if asked.card_assurance > MOST_OF_A_CARD:
            return Refusal(ErrorCode.BAD_REQUEST, "a card alone proves no more than card_secure")
        if asked.id_number is None and asked.card_number is None:
            return Refusal(ErrorCode.BAD_REQUEST, "neither id number nor card number")
        resident = next((each for each in RESIDENTS if _fits(asked, each)), None)
        if resident is None:
            return Refusal(ErrorCode.PERSON_UNKNOWN, "no such person")
        token = secrets.token_urlsafe(24)
        # Without the ID number a card proves only that someone holds it.
        level = asked.card_assurance if asked.id_number else Assurance.CARD_FREE
        self._persons = {key: each for key, each in self._persons.items() if self._is_valid(each)}
        self._persons[token] = Person(
            resident=resident,
            assurance=level,
            lapses_at=self.now() + PERSON_LIFE_S,
            shown_name=asked.name is not None,
            shown_number=asked.id_number is not None,
        )
        factors = (Factor.PHONE_CODE, Factor.STAFF) if resident.phone else (Factor.STAFF,)
        return wire.Identified(token, level, factors, PERSON_LIFE_S, resident.masked_phone)

    def send_code(self, asked: wire.SendCode, terminal: str) -> wire.CodeSent | Refusal:
        """Send a six-digit code, unless one was sent within the last minute."""
        person = self._person(asked.person)
        if isinstance(person, Refusal):
            return person
        phone = person.resident.masked_phone
        if phone is None:
            return Refusal(ErrorCode.NO_PHONE, "no phone on record")
        code = self._codes.setdefault(person.resident.id_number, Code())
        now = self.now()
        if now < code.locked_until:
            return self._locked(code.locked_until)
        if code.digits is None or now >= code.sent_at + RESEND_AFTER_S:
            code.digits = f"{secrets.randbelow(1_000_000):06d}"
            code.sent_at = now
            self.sent = [*self.sent[-19:], SentCode(phone, code.digits)]
        return wire.CodeSent(
            masked_phone=phone,
            expires_in_s=max(0, round(code.sent_at + CODE_LIFE_S - now)),
            resend_after_s=max(0, round(code.sent_at + RESEND_AFTER_S - now)),
            tries_left=wire.CODE_TRIES - code.wrong,
        )

    def check_code(self, asked: wire.CheckCode, terminal: str) -> wire.Proved | Refusal:
        """Check the code; a new code does not give new tries."""
        person = self._person(asked.person)
        if isinstance(person, Refusal):
            return person
        code = self._codes.setdefault(person.resident.id_number, Code())
        now = self.now()
        if now < code.locked_until:
            return self._locked(code.locked_until)
        left = wire.CODE_TRIES - code.wrong
        if code.digits is None or now >= code.sent_at + CODE_LIFE_S:
            code.digits = None
            return Refusal(ErrorCode.CODE_EXPIRED, "no code is valid", tries_left=left)
        if not hmac.compare_digest(code.digits, asked.code):
            code.wrong += 1
            if code.wrong >= wire.CODE_TRIES:
                self._codes[person.resident.id_number] = Code(locked_until=now + CODE_LOCK_S)
                return self._locked(now + CODE_LOCK_S)
            return Refusal(ErrorCode.CODE_WRONG, "wrong code", tries_left=left - 1)
        self._codes.pop(person.resident.id_number)  # a code is valid only once
        person.assurance = max(person.assurance, Assurance.SECOND_FACTOR)
        return self._proved(person, person.assurance)

    def check_staff(self, asked: wire.CheckStaff, terminal: str) -> wire.Proved | Refusal:
        """Check staff number, PIN, terminal and item; a refusal does not say which was wrong."""
        person = self._person(asked.person)
        if isinstance(person, Refusal):
            return person
        if items.item_of(asked.item) is None:
            return Refusal(ErrorCode.ITEM_UNKNOWN, "no such item")
        tries = self._staff.setdefault(asked.staff_number, StaffTries())
        now = self.now()
        if now < tries.locked_until:
            wait = round(tries.locked_until - now)
            return Refusal(ErrorCode.STAFF_LOCKED, "too many wrong PINs", wait_s=wait)
        member = STAFF.get(asked.staff_number)
        if member is None or not hmac.compare_digest(member.pin.encode(), asked.pin.encode()):
            tries.wrong += 1
            if tries.wrong >= STAFF_TRIES:
                self._staff[asked.staff_number] = StaffTries(locked_until=now + STAFF_LOCK_S)
            return Refusal(ErrorCode.STAFF_REFUSED, "staff check refused")
        tries.wrong = 0
        elsewhere = member.terminals is not None and terminal not in member.terminals
        if elsewhere or (member.items is not None and asked.item not in member.items):
            return Refusal(ErrorCode.STAFF_REFUSED, "staff check refused")
        person.staff_items.add(asked.item)
        return self._proved(person, Assurance.STAFF, asked.item)

    # --- catalogue and documents --------------------------------------------------------

    def catalogue(self, terminal: str) -> wire.CatalogueEnvelope:
        """Return the signed catalogue, changed as the switch says."""
        now = int(self.now())
        match self._board.now.catalogue:
            case CatalogueSwitch.GENUINE:
                return items.sign_catalogue(self._catalogue_key, now=now)
            case CatalogueSwitch.BAD_SIGNATURE:
                return items.sign_catalogue(Ed25519PrivateKey.generate(), now=now)
            case CatalogueSwitch.EXPIRED:
                return items.sign_catalogue(self._catalogue_key, now=now, life_s=-1)
            case CatalogueSwitch.OLDER:
                return items.sign_catalogue(self._catalogue_key, now=now, version=1)

    def issue(self, asked: wire.Issue, terminal: str) -> wire.Issued | Refusal:
        """Issue and sign; the same key gives the same person the same bytes again."""
        person = self._person(asked.person)
        if isinstance(person, Refusal):
            return person
        item = items.item_of(asked.item)
        if item is None:
            return Refusal(ErrorCode.ITEM_UNKNOWN, "no such item")
        if person.assurance_for(item.code) < item.assurance_needed:
            needed = item.assurance_needed.name.lower()
            return Refusal(ErrorCode.ASSURANCE_TOO_LOW, f"needs {needed}")
        number = person.resident.id_number
        if (before := self._issued.get(asked.idempotency_key)) is not None:
            first = before[0]
            if (first.item, first.edition, before[1]) != (asked.item, asked.edition, number):
                return Refusal(ErrorCode.KEY_REUSED, "the key belongs to another request")
            person.documents.add(before[2].document_number)
            return before[2]
        local = self._local(self.now())
        if item.code in self._board.now.closed_items or not item.open_at(
            local.isoweekday(), f"{local:%H:%M}"
        ):
            return Refusal(ErrorCode.ITEM_CLOSED, "the item is closed at present")
        spent = (number, item.code, local.date())
        quota = self._board.now.quota
        if self._quota.get(spent, 0) >= (item.quota_per_day if quota is None else quota):
            return Refusal(ErrorCode.QUOTA_SPENT, "quota of the day is spent")
        if asked.edition not in item.editions:
            return Refusal(ErrorCode.BAD_REQUEST, "the item is not had in this edition")
        hostile = self._board.now.document
        document = self._issuer.issue(
            item, asked.edition, person.resident, terminal, local.date(), hostile
        )
        if document is None:
            return Refusal(ErrorCode.NO_RECORD, "no record of this person")
        if hostile is DocumentSwitch.GENUINE:
            self._issued[asked.idempotency_key] = (asked, number, document.answer)
            self._documents[document.answer.verification_code] = document
            self._quota[spent] = self._quota.get(spent, 0) + 1
            person.documents.add(document.answer.document_number)
        return document.answer

    def copy(self, asked: wire.AskCopy, terminal: str) -> wire.CopyOffered | Refusal:
        """Offer the issued bytes to a phone; only for documents of this identification."""
        person = self._person(asked.person)
        if isinstance(person, Refusal):
            return person
        number = asked.document_number
        document = next(
            (each for each in self._documents.values() if each.answer.document_number == number),
            None,
        )
        if document is None or number not in person.documents:
            return Refusal(ErrorCode.NOT_FOUND, "no such document of this person's visit")
        token = self.copies.offer(document, self.now())
        url = misaddressed(self._copy_url(token), self._board.now.copy)
        return wire.CopyOffered(url, COPY_LIFE_S)

    def confirm_printed(self, asked: wire.ConfirmPrinted, terminal: str) -> wire.Done | Refusal:
        """Record the print outcome of a document; more than one job may print it."""
        numbers = (answer.document_number for _, _, answer in self._issued.values())
        if asked.document_number not in numbers:
            return Refusal(ErrorCode.NOT_FOUND, "no such document")
        before = self._confirmed.setdefault(asked.idempotency_key, asked)
        if before != asked:
            return Refusal(ErrorCode.KEY_REUSED, "another outcome was noted under this key")
        return wire.Done(int(self.now()))

    def document(self, verification_code: str) -> IssuedDocument | None:
        """Return the document with this code, for the public verification page."""
        return self._documents.get(verification_code)

    def outcome(self, verification_code: str) -> wire.ConfirmPrinted | None:
        """Return the print outcome: printed if any job reported it, else the last report."""
        issued = self._documents.get(verification_code)
        if issued is None:
            return None
        number = issued.answer.document_number
        reports = [each for each in self._confirmed.values() if each.document_number == number]
        return max(
            reversed(reports), key=lambda each: each.outcome is Outcome.PRINTED, default=None
        )

    # --- staff and operation ------------------------------------------------------------

    def call_help(self, asked: wire.CallHelp, terminal: str) -> wire.HelpCalled | Refusal:
        """Record the call under a number that can be shown."""
        before = self._calls.get(asked.idempotency_key)
        if before is None:
            called = wire.HelpCalled(f"{len(self._calls) + 1:04d}")
            call = HelpCall(asked, terminal, self.now(), called)
            self._calls[asked.idempotency_key] = call
            return called
        if (before.asked, before.terminal) != (asked, terminal):
            return Refusal(ErrorCode.KEY_REUSED, "the key belongs to another call")
        return before.answer

    def help_answer(self, asked: wire.AskHelpAnswer, terminal: str) -> wire.HelpAnswer | Refusal:
        """Say whether staff come to this terminal; the answer counts down from the call."""
        call = self._calls.get(asked.idempotency_key)
        if call is None or call.terminal != terminal:
            return Refusal(ErrorCode.NOT_FOUND, "no such call of this terminal")
        role = wire.Heading("大厅工作人员", "Lobby staff")
        left_s = max(0, round(call.called_at + STAFF_COME_S - self.now()))
        match self._board.now.help:
            case HelpSwitch.WAITING:
                return wire.HelpAnswer(wire.HelpProgress.WAITING)
            case HelpSwitch.COMING:
                return wire.HelpAnswer(wire.HelpProgress.COMING, role, "1001", left_s)
            case HelpSwitch.NOT_COMING:
                return wire.HelpAnswer(wire.HelpProgress.NOT_COMING)
            case HelpSwitch.ARRIVED:
                return wire.HelpAnswer(wire.HelpProgress.ARRIVED, role, "1001")
            case HelpSwitch.HOSTILE:
                return _hostile_answer()

    def notices(self, terminal: str) -> wire.SignedInformation:
        """Return the signed notices for this terminal, changed as the switch says."""
        now = int(self.now())
        genuine, switch = information.notices(terminal, now), self._board.now.notices
        return information.signed(self._catalogue_key, genuine, switch, now)

    def nearby(self, terminal: str) -> wire.SignedInformation:
        """Return the signed stations near this terminal, changed as the switch says."""
        now = int(self.now())
        genuine, switch = information.nearby(terminal, now), self._board.now.nearby
        return information.signed(self._catalogue_key, genuine, switch, now)

    def heartbeat(self, asked: wire.Heartbeat, terminal: str) -> wire.HeartbeatAnswer:
        """Return the clock, the catalogue's version and the closed items."""
        closed = self._board.now.closed_items
        return wire.HeartbeatAnswer(int(self.now()), items.VERSION, closed)

    def time(self) -> wire.ServerTime:
        """Return the platform's clock."""
        return wire.ServerTime(int(self.now()))

    # --- internal -----------------------------------------------------------------------

    def _is_valid(self, person: Person) -> bool:
        return self.now() < person.lapses_at

    def _person(self, token: str) -> Person | Refusal:
        person = self._persons.get(token)
        if person is None or not self._is_valid(person):
            return Refusal(ErrorCode.PERSON_LAPSED, "identification unknown or lapsed")
        return person

    def _locked(self, until: float) -> Refusal:
        wait = max(1, round(until - self.now()))
        return Refusal(ErrorCode.CODE_LOCKED, "too many wrong codes", tries_left=0, wait_s=wait)

    @staticmethod
    def _proved(person: Person, level: Assurance, item: str | None = None) -> wire.Proved:
        return wire.Proved(
            assurance=level,
            name=None if person.shown_name else person.resident.name,
            id_number=None if person.shown_number else person.resident.id_number,
            item=item,
        )


def _hostile_answer() -> wire.HelpAnswer:
    """Return an answer with markup as role, as a hostile platform would send it."""
    role = wire.Heading("staff", "staff")
    msgspec.structs.force_setattr(role, "zh", "<b>\u202e</b>")
    return wire.HelpAnswer(wire.HelpProgress.COMING, role, "1001", 60)


def _fits(asked: wire.Identify, resident: Resident) -> bool:
    """Whether all data from the card belongs to this resident."""
    return (
        asked.id_number in (None, resident.id_number)
        and asked.card_number in (None, resident.card_number)
        and asked.name in (None, resident.name)
    )
