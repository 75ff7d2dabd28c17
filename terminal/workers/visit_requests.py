"""What a visit asks of the platform, and the answers as facts for the session.

Runs on the network workers; blocks there. Every failure is a fact with a fault code. A document
becomes a fact only after its seal was verified and it is this person's.
"""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Protocol
from urllib.parse import urlsplit

from devices.health import Fault
from printing.document_worker.client import Verified
from printing.faults import SIGNER_UNTRUSTED
from printing.seal import verify as seal
from terminal.journal.reprints import Reusable
from terminal.platform import wire
from terminal.platform.client import CodeRefused, PlatformClient
from terminal.platform.faults import GARBAGE, KEY_REUSED, PERSON_UNKNOWN
from terminal.session import effects as ef
from terminal.session import events as ev
from terminal.session.model import CopyLink, Document, Edition, Person, Visit

LINK_CHARACTERS = 200
"""Longer ones make a QR code that a phone cannot read from a screen."""
LINK = re.compile(r"https://[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=%-]+", re.ASCII)
"""RFC 3986's characters and nothing else."""


def issue_key(visit: str, item: str, edition: Edition = Edition.STANDARD, jobs: int = 0) -> str:
    """The idempotency key of one edition of one item in one visit, until that has printed something
    more (``jobs``): asking again gives the same document, but never a second sheet of it."""
    named = f"{visit}/{item}/{edition.value}/{jobs}"
    return hashlib.sha256(named.encode()).hexdigest()[:40]


def checked_link(url: str) -> bool:
    """Whether a phone may be sent there: an https address of ``LINK_CHARACTERS`` at most, without
    anything that could show another host to the eye (user names, spaces, other scripts)."""
    if len(url) > LINK_CHARACTERS or not LINK.fullmatch(url):
        return False
    try:
        parts = urlsplit(url)
        host = parts.hostname
        parts.port  # noqa: B018 - raises for a port that is none
    except ValueError:
        return False
    return bool(host) and parts.username is None and parts.password is None


class IssueLedger(Protocol):
    """Where an issue is written before it is asked for, so that it can be fetched again."""

    def reusable(self, visit: str, item: str, edition: str) -> Reusable | None:
        """This person's last document of the item, where surely nothing of it came out."""
        ...

    def issue_asked(self, key: str, visit: str, item: str, edition: str) -> Fault | None:
        """About to ask for a document under this idempotency key."""
        ...

    def issued(self, key: str, document_number: str) -> Fault | None:
        """The platform gave the document of this number."""
        ...


class Checker(Protocol):
    """Verifies and draws documents (`printing.document_worker.client`)."""

    def check(
        self,
        pdf: bytes,
        *,
        anchors: Sequence[bytes],
        at: datetime,
        expect: seal.Expectation | None = None,
        first_page_follows: bool = False,
    ) -> Verified | Fault:
        """Verify the seal, and draw each page once; blocks within stated limits.

        With ``first_page_follows`` the first page is left for the preview to draw.
        """
        ...

    def wait_until_ready(self) -> bool:
        """Wait until the first document is checked as fast as any; whether it is so."""
        ...


class Asks:
    """The platform, asked on behalf of a visit.

    ``client`` gives the client, and may block until there is one. ``documents`` checks what it
    issued. ``anchors`` gives the certificates (PEM) at which a seal's chain must end.
    ``demonstration`` says whether a demonstration authority is good enough (the demo, and nothing
    else). ``clock`` is the session's (monotonic seconds).
    """

    def __init__(
        self,
        client: Callable[[], PlatformClient],
        ledger: IssueLedger,
        anchors: Callable[[], Sequence[bytes]],
        documents: Checker,
        *,
        demonstration: bool,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._clock = clock
        self._client = client
        self._ledger = ledger
        self._anchors = anchors
        self._documents = documents
        self._demonstration = demonstration
        self._now = now

    def warm_up(self) -> None:
        """Import what the first question would otherwise wait for."""
        self._client().warm_up()
        self._documents.wait_until_ready()

    def answer(self, ask: ef.Ask) -> ev.Answer:
        """Ask the platform, and return the answer."""
        match ask:
            case ef.AskIdentify():
                return self._identify(ask)
            case ef.AskCode():
                return self._send_code(ask)
            case ef.AskCheckCode():
                return self._check_code(ask)
            case ef.AskCheckStaff():
                return self._check_staff(ask)
            case ef.AskIssue():
                return self._issue(ask)
            case ef.AskCopy():
                return self._copy(ask)

    def _identify(self, ask: ef.AskIdentify) -> ev.Answer:
        found = self._client().identify(ask.visit.identity)
        if isinstance(found, Fault):
            return ev.PlatformFailed(ask.request, found)
        return ev.PersonKnown(ask.request, Person(found.person, found.masked_phone))

    def _send_code(self, ask: ef.AskCode) -> ev.Answer:
        sent = self._client().send_code(_token(ask.visit))
        if isinstance(sent, CodeRefused):
            return ev.PlatformFailed(ask.request, sent.fault)
        if isinstance(sent, Fault):
            return ev.PlatformFailed(ask.request, sent)
        return ev.CodeSent(ask.request, sent.masked_phone)

    def _check_code(self, ask: ef.AskCheckCode) -> ev.Answer:
        visit = ask.visit
        proved = self._client().check_code(_token(visit), ask.code)
        if isinstance(proved, CodeRefused):
            return ev.CodeChecked(ask.request, False, proved.tries_left, proved.fault)
        if isinstance(proved, Fault):
            return ev.PlatformFailed(ask.request, proved)
        _complete(visit, proved.name, proved.id_number)
        return ev.CodeChecked(ask.request, True, 0)

    def _check_staff(self, ask: ef.AskCheckStaff) -> ev.Answer:
        visit = ask.visit
        proved = self._client().check_staff(_token(visit), ask.item.id, ask.helper, ask.pin)
        if isinstance(proved, Fault):
            return ev.PlatformFailed(ask.request, proved)
        _complete(visit, proved.name, proved.id_number)
        return ev.StaffChecked(ask.request, True)

    def _issue(self, ask: ef.AskIssue) -> ev.Answer:
        visit, item, edition = ask.visit, ask.item, ask.edition
        fresh = issue_key(visit.id, item.id, edition, visit.jobs)
        earlier = self._ledger.reusable(visit.id, item.id, edition.value)
        key = earlier.key if earlier else fresh
        issued = self._issue_under(key, ask)
        if earlier and key != fresh and isinstance(issued, Fault) and issued.same_as(KEY_REUSED):
            # The platform does not give that one any more: a document of its own, then.
            earlier, key = None, fresh
            issued = self._issue_under(key, ask)
        if isinstance(issued, Fault):
            return ev.PlatformFailed(ask.request, issued)
        unwritten = self._ledger.issued(key, issued.document_number)
        if unwritten is not None:
            return ev.PlatformFailed(ask.request, unwritten)
        if visit.identity.wiped:
            return ev.PlatformFailed(ask.request, PERSON_UNKNOWN)
        record = visit.identity.record
        if not record.name or not record.id_number:
            # A document cannot be matched with a person who is not known by name and number.
            return ev.PlatformFailed(ask.request, PERSON_UNKNOWN)
        expected = seal.Expectation(
            document_type=item.document_type,
            name=record.name,
            id_number=record.id_number,
            verification_code=issued.verification_code,
        )
        found = self._documents.check(
            issued.document, anchors=self._anchors(), at=self._now(), expect=expected,
            first_page_follows=True,  # the preview shows it, and prints nothing before
        )  # fmt: skip
        if isinstance(found, Fault):
            return ev.DocumentRefused(ask.request, found)
        report = found.report
        if report.trust is seal.Trust.DEMONSTRATION and not self._demonstration:
            found.pages.close()
            untrusted = SIGNER_UNTRUSTED.with_detail("demonstration")
            return ev.DocumentRefused(ask.request, untrusted)
        document = Document(
            pdf=issued.document,
            preview=found.pages,
            pages=len(report.pages),
            number=issued.document_number,
            verification_code=issued.verification_code,
            trust=report.trust.value,
            edition=edition,
            key=key,
            last_job=earlier.job if earlier else "",
        )
        return ev.DocumentReady(ask.request, document)

    def _issue_under(self, key: str, ask: ef.AskIssue) -> wire.Issued | Fault:
        # Written first: what was issued and not printed can be fetched again under this key.
        unwritten = self._ledger.issue_asked(key, ask.visit.id, ask.item.id, ask.edition.value)
        if unwritten is not None:
            return unwritten
        return self._client().issue(_token(ask.visit), ask.item.id, key, ask.edition)

    def _copy(self, ask: ef.AskCopy) -> ev.Answer:
        visit = ask.visit
        asked_at = self._clock()
        offered = self._client().copy(_token(visit), ask.document.number)
        if isinstance(offered, Fault):
            return ev.PlatformFailed(ask.request, offered)
        if not checked_link(offered.url):
            fault = GARBAGE.with_detail("the copy's address is not one to send a phone to")
            return ev.PlatformFailed(ask.request, fault)
        # From the asking on: the phone must not come a moment too late.
        link = CopyLink(offered.url, asked_at + offered.expires_in_s)
        return ev.CopyReady(ask.request, link)


def _token(visit: Visit) -> str:
    return visit.person.token if visit.person else ""


def _complete(visit: Visit, name: str | None, id_number: str | None) -> None:
    """What a 3.0 card did not say, and the platform did after the second factor."""
    if name and id_number and not visit.identity.wiped:
        visit.identity.complete(name=name, id_number=id_number)
