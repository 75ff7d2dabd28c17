"""Documents fetched again in a later visit, in another edition, and as a copy for a phone."""

from __future__ import annotations

import ssl
import urllib.request
from collections.abc import Callable
from dataclasses import replace
from typing import Any, cast

import pytest

from devices.health import Fault
from devices.identity import Assurance
from printing.document_worker.client import DocumentWorker
from printing.media import Edition
from printing.outcome import Evidence, Outcome
from printing.printer import JobRecord, JobStage
from terminal.journal.journal import Journal
from terminal.platform import faults as net
from terminal.platform import wire
from terminal.platform.client import PlatformClient
from terminal.sandbox.app import COPY_FILE
from terminal.sandbox.items import INSURANCE
from terminal.sandbox.process import SandboxProcess
from terminal.session import effects as ef
from terminal.session import events as ev
from terminal.session.model import Document, Visit
from terminal.workers.visit_requests import LINK_CHARACTERS, Asks, checked_link, issue_key
from tests.sandbox_fixture import sample_identity
from tests.terminal.workers.test_visit_requests import (
    CERTIFICATE,
    NUMBER,
    asks,
    journal,
    known,
    secure,
)

__all__ = ["asks", "journal"]
BOTH = replace(CERTIFICATE, editions=(Edition.LARGE, Edition.STANDARD), copy=True)


class Relay:
    """The client, with some methods answered by the test."""

    def __init__(self, client: PlatformClient, **instead: Callable[..., object]) -> None:
        self._client = client
        self._instead = instead
        self.keys: list[str] = []

    def client(self) -> PlatformClient:
        """Return itself, as the client that a worker asks for."""
        return cast(PlatformClient, self)

    def __getattr__(self, name: str) -> Any:
        real = getattr(self._client, name)
        if name == "issue":

            def issue(person: str, item: str, key: str, edition: Edition) -> object:
                self.keys.append(key)
                answer = self._instead.get("issue", real)
                return answer(person, item, key, edition)

            return issue
        return self._instead.get(name, real)


def given(asks: Asks, visit: Visit, edition: Edition = Edition.STANDARD) -> Document:
    """Return the document that the platform issues in this visit."""
    fact = asks.answer(ef.AskIssue(NUMBER, visit, BOTH, edition))
    assert isinstance(fact, ev.DocumentReady), fact
    return fact.document


def began(asks: Asks, journal: Journal, name: str) -> Visit:
    """Begin a visit and record it in the journal, always of the same person."""
    visit = known(asks, secure(), name)
    journal.visit_began(name, journal.token(visit.identity))
    return visit


def ended(journal: Journal, job: str, key: str, outcome: Outcome, evidence: Evidence) -> None:
    """Print the document of ``key``; the job ends with this outcome."""
    journal.print_planned(job, key)
    journal.record(JobRecord(job, JobStage.CLOSED, 1, "pages", INSURANCE, 1, 0, outcome, evidence))


def test_later_visit_gets_the_same_bytes_if_nothing_came_out(
    asks: Asks, journal: Journal, sandbox: SandboxProcess
) -> None:
    first = given(asks, began(asks, journal, "a1"))
    ended(journal, "a1-1", first.key, Outcome.UNKNOWN, Evidence.DEVICE_NONE)
    again = given(asks, began(asks, journal, "a2"))
    assert again.pdf == first.pdf
    assert (again.number, again.key, again.last_job) == (first.number, first.key, "a1-1")


@pytest.mark.parametrize(
    ("outcome", "evidence"),
    [
        (Outcome.PRINTED, Evidence.DEVICE_IMPRESSIONS),
        (Outcome.UNKNOWN, Evidence.NONE),
        (Outcome.UNKNOWN, Evidence.DEVICE_PARTLY),
    ],
)
def test_later_visit_gets_a_new_document_if_pages_may_have_come_out(
    asks: Asks, journal: Journal, outcome: Outcome, evidence: Evidence
) -> None:
    first = given(asks, began(asks, journal, "a1"))
    ended(journal, "a1-1", first.key, outcome, evidence)
    second = given(asks, began(asks, journal, "a2"))
    assert second.number != first.number
    assert second.last_job == ""


def test_item_requested_again_after_printing_is_a_new_document(
    asks: Asks, journal: Journal
) -> None:
    visit = began(asks, journal, "a1")
    first = given(asks, visit)
    assert given(asks, visit).number == first.number
    ended(journal, "a1-1", first.key, Outcome.PRINTED, Evidence.DEVICE_IMPRESSIONS)
    assert given(asks, replace(visit, jobs=1)).number != first.number


def test_new_key_is_used_if_the_platform_refuses_the_old_one(
    asks: Asks,
    journal: Journal,
    client: PlatformClient,
    sandbox: SandboxProcess,
    documents: DocumentWorker,
) -> None:
    first = given(asks, began(asks, journal, "a1"))

    def issue(person: str, item: str, key: str, edition: Edition) -> object:
        return net.KEY_REUSED if key == first.key else client.issue(person, item, key, edition)

    relay = Relay(client, issue=issue)
    anchors = (sandbox.anchors.read_bytes(),)
    fresh = Asks(relay.client, journal, lambda: anchors, documents, demonstration=True)
    second = given(fresh, began(asks, journal, "a2"))
    assert relay.keys == [first.key, issue_key("a2", INSURANCE)]
    assert (second.key, second.last_job) == (relay.keys[1], "")


def test_unreadable_journal_causes_a_new_request_with_the_same_key(
    asks: Asks, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    visit = began(asks, journal, "a1")
    first = given(asks, visit)
    monkeypatch.setattr(journal, "reusable", lambda *_: None)
    assert given(asks, visit).number == first.number  # the same request has the same answer


def test_each_edition_is_a_separate_document(asks: Asks, journal: Journal) -> None:
    visit = began(asks, journal, "a1")
    standard, large = given(asks, visit), given(asks, visit, Edition.LARGE)
    assert (standard.edition, large.edition) == (Edition.STANDARD, Edition.LARGE)
    assert standard.number != large.number
    assert standard.pdf != large.pdf
    assert issue_key("a1", INSURANCE) != issue_key("a1", INSURANCE, Edition.LARGE)


# -- the copy for the phone ----------------------------------------------------------------------


def test_phone_fetches_the_sealed_bytes_with_the_link(
    asks: Asks, journal: Journal, sandbox: SandboxProcess
) -> None:
    visit = began(asks, journal, "a1")
    paper = given(asks, visit)
    asks._clock = lambda: 5000.0
    fact = asks.answer(ef.AskCopy(NUMBER, visit, paper))
    assert isinstance(fact, ev.CopyReady), fact
    assert fact.request == NUMBER
    assert 5000.0 < fact.link.expires_at <= 5000.0 + 3600
    assert fact.link.url not in repr(fact)
    trust = ssl.create_default_context(cafile=str(sandbox.ca_file))
    with urllib.request.urlopen(
        f"{fact.link.url}/{COPY_FILE}", context=trust, timeout=20
    ) as answer:
        assert answer.read() == paper.pdf


def test_each_copy_has_a_new_link(asks: Asks, journal: Journal) -> None:
    visit = began(asks, journal, "a1")
    paper = given(asks, visit)
    facts = [asks.answer(ef.AskCopy(NUMBER, visit, paper)) for _ in range(2)]
    links = [fact.link.url for fact in facts if isinstance(fact, ev.CopyReady)]
    assert len(links) == 2
    assert links[0] != links[1]


@pytest.mark.parametrize("fault", [net.UNREACHABLE, net.SERVER_ERROR])
def test_copy_refused_by_the_platform_is_a_fault(
    asks: Asks, journal: Journal, client: PlatformClient, fault: Fault, documents: DocumentWorker
) -> None:
    relay = Relay(client, copy=lambda *_: fault)
    other = Asks(relay.client, journal, tuple, documents, demonstration=True)
    visit = known(asks, sample_identity(assurance=Assurance.CARD_SECURE))
    fact = other.answer(ef.AskCopy(NUMBER, visit, Document(b"", 1, "N-1", "V-1")))
    assert fact == ev.PlatformFailed(NUMBER, fault)


GOOD = "https://platform.example/copy/0123456789abcdef"


@pytest.mark.parametrize(
    "url",
    ["http://platform.example/copy/1", "https://", "https:///copy", "javascript:alert(1)",
     "https://platform.example@elsewhere.example/copy", "https://a:b@platform.example/",
     "https://platform.example/a copy", "https://platform.example/\n", "https://平台.example/1",
     "https://platform.example:99999/", "https://[::1/", "HTTPS://platform.example/1",
     "https://platform.example/\u202e1", "https://" + "a" * LINK_CHARACTERS, "", " " + GOOD],
)  # fmt: skip
def test_misleading_link_is_not_shown(
    asks: Asks, journal: Journal, client: PlatformClient, url: str, documents: DocumentWorker
) -> None:
    assert not checked_link(url)
    offered = wire.CopyOffered(url, 600)
    relay = Relay(client, copy=lambda *_: offered)
    other = Asks(relay.client, journal, tuple, documents, demonstration=True)
    visit = known(asks, sample_identity(assurance=Assurance.CARD_SECURE))
    fact = other.answer(ef.AskCopy(NUMBER, visit, Document(b"", 1, "N-1", "V-1")))
    assert fact == ev.PlatformFailed(NUMBER, net.GARBAGE)
    assert url not in repr(fact) or url == ""


@pytest.mark.parametrize("url", [GOOD, "https://127.0.0.1:8443/copy/ab", GOOD.ljust(200, "a")])
def test_link_of_the_platform_is_accepted(url: str) -> None:
    assert checked_link(url)
