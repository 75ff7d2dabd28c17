"""Sends a visit's requests to the platform and returns the answers as events for the session.

Runs on the network workers and blocks there. Every failure becomes an event with a fault code. A
document is passed on only after its seal was verified and it was matched with the person.
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

from ..journal.reprints import Reusable
from ..platform import wire
from ..platform.client import CodeRefused, PlatformClient
from ..platform.faults import GARBAGE, KEY_REUSED, PERSON_UNKNOWN
from ..session import effects as ef
from ..session import events as ev
from ..session.model import CopyLink, Document, Edition, Person, Visit

LINK_CHARACTERS = 200
"""A phone cannot read the QR code of a longer link from a screen."""
LINK = re.compile(r"https://[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=%-]+", re.ASCII)
"""Only the characters that RFC 3986 allows."""


def issue_key(visit: str, item: str, edition: Edition = Edition.STANDARD, jobs: int = 0) -> str:
    """Return the idempotency key for one edition of one item in one visit.

    ``jobs`` is the number of print jobs so far. Until another job is printed, asking again gives
    the same document, so no second sheet of it is issued.
    """
    named = f"{visit}/{item}/{edition.value}/{jobs}"
    return hashlib.sha256(named.encode()).hexdigest()[:40]


def checked_link(url: str) -> bool:
    """Whether the link may be shown to a phone: an https address of at most ``LINK_CHARACTERS``.

    It must not contain anything that could disguise the host (user names, spaces, other scripts).
    """
    if len(url) > LINK_CHARACTERS or not LINK.fullmatch(url):
        return False
    try:
        parts = urlsplit(url)
        host = parts.hostname
        parts.port  # noqa: B018 - raises if the port is invalid
    except ValueError:
        return False
    return bool(host) and parts.username is None and parts.password is None


class IssueLedger(Protocol):
    """Records a request for a document before it is sent, so that it can be fetched again."""

    def reusable(self, visit: str, item: str, edition: Edition) -> Reusable | None:
        """Return this person's last document of the item, if certainly nothing of it came out."""
        ...

    def issue_asked(self, key: str, visit: str, item: str, edition: Edition) -> Fault | None:
        """Record that a document is about to be requested under this idempotency key."""
        ...

    def issued(self, key: str, document_number: str) -> Fault | None:
        """Record that the platform issued the document of this number."""
        ...


class Checker(Protocol):
    """Verifies and renders documents (`printing.document_worker.client`)."""

    def check(
        self,
        pdf: bytes,
        *,
        anchors: Sequence[bytes],
        at: datetime,
        expect: seal.Expectation | None = None,
        first_page_follows: bool = False,
    ) -> Verified | Fault:
        """Verify the seal and render each page once. Blocks within the documented limits.

        With ``first_page_follows`` the first page is not rendered here but by the preview.
        """
        ...

    def wait_until_ready(self) -> bool:
        """Wait until the first check would be as fast as later ones; return whether it is."""
        ...


class Asks:
    """Sends requests to the platform on behalf of a visit.

    ``client`` returns the client and may block until there is one. ``documents`` checks issued
    documents. ``anchors`` returns the certificates (PEM) at which a seal's chain must end.
    ``demonstration`` says whether a demonstration authority is accepted (only in the demo).
    ``clock`` is the session's clock (monotonic seconds).
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
        """Import in advance what would slow down the first request."""
        self._client().warm_up()
        self._documents.wait_until_ready()

    def answer(self, ask: ef.Ask) -> ev.Answer:
        """Send the request and return the answer."""
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
        proved = self._client().check_staff(_token(visit), ask.item.id, ask.staff_number, ask.pin)
        if isinstance(proved, Fault):
            return ev.PlatformFailed(ask.request, proved)
        _complete(visit, proved.name, proved.id_number)
        return ev.StaffChecked(ask.request, True)

    def _issue(self, ask: ef.AskIssue) -> ev.Answer:
        visit, item, edition = ask.visit, ask.item, ask.edition
        fresh = issue_key(visit.id, item.id, edition, visit.jobs)
        earlier = self._ledger.reusable(visit.id, item.id, edition)
        key = earlier.key if earlier else fresh
        issued = self._issue_under(key, ask)
        if earlier and key != fresh and isinstance(issued, Fault) and issued.same_as(KEY_REUSED):
            # The platform no longer gives the earlier document, so request a new one.
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
            # Without name and number the document cannot be matched with the person.
            return ev.PlatformFailed(ask.request, PERSON_UNKNOWN)
        expected = seal.Expectation(
            document_type=item.document_type,
            name=record.name,
            id_number=record.id_number,
            verification_code=issued.verification_code,
        )
        found = self._documents.check(
            issued.document, anchors=self._anchors(), at=self._now(), expect=expected,
            first_page_follows=True,  # the preview renders it; nothing is printed before
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
            edition=edition,
            key=key,
            last_job=earlier.job if earlier else "",
        )
        return ev.DocumentReady(ask.request, document)

    def _issue_under(self, key: str, ask: ef.AskIssue) -> wire.Issued | Fault:
        # Recorded first: a document that was issued but not printed can be fetched by this key.
        unwritten = self._ledger.issue_asked(key, ask.visit.id, ask.item.id, ask.edition)
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
        # Count from the request, so that the phone cannot come just after the link expired.
        link = CopyLink(offered.url, asked_at + offered.expires_in_s)
        return ev.CopyReady(ask.request, link)


def _token(visit: Visit) -> str:
    return visit.person.token if visit.person else ""


def _complete(visit: Visit, name: str | None, id_number: str | None) -> None:
    """Add the name and ID number, which a 3.0 card lacks, after the second factor."""
    if name and id_number and not visit.identity.wiped:
        visit.identity.complete(name=name, id_number=id_number)
