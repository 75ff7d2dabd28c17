"""What a visit asks of the platform, and the answers as facts for the session.

Runs on the network workers; blocks there. Every failure is a fact with a fault code. A document
becomes a fact only after its seal was verified and it is this person's.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Protocol

from devices.health import Fault
from printing import seal
from printing.faults import SIGNER_UNTRUSTED
from printing.preview import preview_copy
from terminal.platform.client import CodeRefused, PlatformClient
from terminal.platform.faults import PERSON_UNKNOWN
from terminal.session import effects as ef
from terminal.session import events as ev
from terminal.session.model import Document, Person, Request, Visit

Ask = ef.AskIdentify | ef.AskCode | ef.AskCheckCode | ef.AskCheckStaff | ef.AskIssue


def issue_key(visit: str, item: str) -> str:
    """The idempotency key of one item in one visit: asking again gives the same document."""
    return hashlib.sha256(f"{visit}/{item}".encode()).hexdigest()[:40]


class IssueLedger(Protocol):
    """Where an issue is written before it is asked for, so that it can be fetched again."""

    def issue_asked(self, key: str, visit: str, item: str) -> Fault | None:
        """About to ask for a document under this idempotency key."""
        ...

    def issued(self, key: str, document_number: str) -> Fault | None:
        """The platform gave the document of this number."""
        ...


class Asks:
    """The platform, asked on behalf of a visit.

    ``client`` gives the client, and may block until there is one. ``anchors`` gives the
    certificates (PEM) at which a seal's chain must end. ``demonstration`` says whether a
    demonstration authority is good enough (the demo, and nothing else).
    """

    def __init__(
        self,
        client: Callable[[], PlatformClient],
        ledger: IssueLedger,
        anchors: Callable[[], Sequence[bytes]],
        *,
        demonstration: bool,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._client = client
        self._ledger = ledger
        self._anchors = anchors
        self._demonstration = demonstration
        self._now = now

    def warm_up(self) -> None:
        """Import what the first question would otherwise wait for."""
        self._client().warm_up()
        seal.warm_up()

    def answer(self, ask: Ask) -> object:
        """Ask, and give the fact that came of it (an ``Event``)."""
        match ask:
            case ef.AskIdentify(visit):
                return self._identify(visit)
            case ef.AskCode(visit):
                return self._send_code(visit)
            case ef.AskCheckCode(visit, code):
                return self._check_code(visit, code)
            case ef.AskCheckStaff():
                return self._check_staff(ask)
            case ef.AskIssue(visit, _):
                return self._issue(ask, visit)

    def _identify(self, visit: Visit) -> object:
        found = self._client().identify(visit.identity)
        if isinstance(found, Fault):
            return ev.PlatformFailed(visit.id, Request.IDENTIFY, found)
        return ev.PersonKnown(visit.id, Person(found.person, found.masked_phone))

    def _send_code(self, visit: Visit) -> object:
        sent = self._client().send_code(_token(visit))
        if isinstance(sent, CodeRefused):
            return ev.PlatformFailed(visit.id, Request.SEND_CODE, sent.fault)
        if isinstance(sent, Fault):
            return ev.PlatformFailed(visit.id, Request.SEND_CODE, sent)
        return ev.CodeSent(visit.id, sent.masked_phone)

    def _check_code(self, visit: Visit, code: str) -> object:
        proved = self._client().check_code(_token(visit), code)
        if isinstance(proved, CodeRefused):
            return ev.CodeChecked(visit.id, False, proved.tries_left, proved.fault)
        if isinstance(proved, Fault):
            return ev.PlatformFailed(visit.id, Request.CHECK_CODE, proved)
        _complete(visit, proved.name, proved.id_number)
        return ev.CodeChecked(visit.id, True, 0)

    def _check_staff(self, ask: ef.AskCheckStaff) -> object:
        visit = ask.visit
        proved = self._client().check_staff(_token(visit), ask.item.id, ask.helper, ask.pin)
        if isinstance(proved, Fault):
            return ev.PlatformFailed(visit.id, Request.CHECK_STAFF, proved)
        _complete(visit, proved.name, proved.id_number)
        return ev.StaffChecked(visit.id, True, ask.item.id)

    def _issue(self, ask: ef.AskIssue, visit: Visit) -> object:
        item = ask.item
        key = issue_key(visit.id, item.id)
        # Written first: what was issued and not printed can be fetched again under this key.
        unwritten = self._ledger.issue_asked(key, visit.id, item.id)
        if unwritten is not None:
            return ev.PlatformFailed(visit.id, Request.ISSUE, unwritten)
        issued = self._client().issue(_token(visit), item.id, key)
        if isinstance(issued, Fault):
            return ev.PlatformFailed(visit.id, Request.ISSUE, issued)
        unwritten = self._ledger.issued(key, issued.document_number)
        if unwritten is not None:
            return ev.PlatformFailed(visit.id, Request.ISSUE, unwritten)
        if visit.identity.wiped:
            return ev.PlatformFailed(visit.id, Request.ISSUE, PERSON_UNKNOWN)
        record = visit.identity.record
        if not record.name or not record.id_number:
            # A document cannot be matched with a person who is not known by name and number.
            return ev.PlatformFailed(visit.id, Request.ISSUE, PERSON_UNKNOWN)
        expected = seal.Expectation(
            document_type=item.document_type,
            name=record.name,
            id_number=record.id_number,
            verification_code=issued.verification_code,
        )
        report = seal.verify(
            issued.document, anchors=self._anchors(), at=self._now(), expect=expected
        )
        if isinstance(report, Fault):
            return ev.DocumentRefused(visit.id, report)
        if report.trust is seal.Trust.DEMONSTRATION and not self._demonstration:
            return ev.DocumentRefused(visit.id, SIGNER_UNTRUSTED.with_detail("demonstration"))
        document = Document(
            pdf=issued.document,
            preview=preview_copy(issued.document),
            pages=len(report.pages),
            number=issued.document_number,
            verification_code=issued.verification_code,
            trust=report.trust.value,
        )
        return ev.DocumentReady(visit.id, document, item.id)


def _token(visit: Visit) -> str:
    return visit.person.token if visit.person else ""


def _complete(visit: Visit, name: str | None, id_number: str | None) -> None:
    """What a 3.0 card did not say, and the platform did after the second factor."""
    if name and id_number and not visit.identity.wiped:
        visit.identity.complete(name=name, id_number=id_number)
