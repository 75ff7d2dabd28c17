"""Requests of a visit to the platform, answered by the real sandbox, and the resulting events."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from devices.health import Fault
from devices.identity import Assurance, CardKind, Identity
from printing import faults as prn
from printing.document_worker.client import DocumentWorker, Verified
from terminal import faults as own
from terminal.journal.journal import Journal
from terminal.platform import faults as net
from terminal.platform.client import PlatformClient
from terminal.sandbox.items import DEPOSIT, INSURANCE
from terminal.sandbox.process import SandboxProcess
from terminal.session import effects as ef
from terminal.session import events as ev
from terminal.session.model import Person, Presence, Visit
from terminal.workers.visit_requests import Asks, issue_key
from tests.sandbox_fixture import sample_identity
from tests.terminal.session_world import DESK, item

CERTIFICATE = replace(item(INSURANCE, Assurance.CARD_SECURE), document_type="insurance_certificate")
FUND = replace(item(DEPOSIT, Assurance.SECOND_FACTOR), document_type="deposit_certificate")


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    opened = Journal.open(tmp_path / "journal", bytes(32))
    assert isinstance(opened, Journal)
    yield opened
    opened.close()


@pytest.fixture
def asks(
    client: PlatformClient, journal: Journal, sandbox: SandboxProcess, documents: DocumentWorker
) -> Asks:
    return Asks(
        lambda: client,
        journal,
        lambda: (sandbox.anchors.read_bytes(),),
        documents,
        demonstration=True,
    )


def secure() -> Identity:
    """王建明's resident identity card, read through a security module."""
    return sample_identity(assurance=Assurance.CARD_SECURE)


def closed_card() -> Identity:
    """赵国芳's card, which gives only its own number."""
    return sample_identity(
        None, None, "A10010055", kind=CardKind.SOCIAL_SECURITY, assurance=Assurance.CARD_FREE
    )


NUMBER = 5
"""The number of each request in these tests. The answer repeats it."""


def known(asks: Asks, identity: Identity, name: str = "a1") -> Visit:
    """A visit whose person the platform knows."""
    visit = Visit(name, identity, DESK, Presence.PRESENT, began=0.0)
    fact = asks.answer(ef.AskIdentify(NUMBER, visit))
    assert isinstance(fact, ev.PersonKnown)
    assert fact.request == NUMBER
    return replace(visit, person=fact.person)


def prove_by_code(asks: Asks, visit: Visit, sandbox: SandboxProcess) -> Visit:
    sent = asks.answer(ef.AskCode(NUMBER, visit))
    assert isinstance(sent, ev.CodeSent)
    assert sent.masked_phone == (visit.person.masked_phone if visit.person else None)
    checked = asks.answer(ef.AskCheckCode(NUMBER, visit, sandbox.codes()[-1].code))
    assert checked == ev.CodeChecked(NUMBER, True, 0)
    return visit.with_code()


def test_certificate_is_requested_verified_and_recorded(asks: Asks, journal: Journal) -> None:
    visit = known(asks, secure())
    fact = asks.answer(ef.AskIssue(NUMBER, visit, CERTIFICATE))
    assert isinstance(fact, ev.DocumentReady)
    assert fact.request == NUMBER
    assert fact.document.pdf.startswith(b"%PDF-")
    journal.print_planned("a1-1", issue_key("a1", INSURANCE))
    kept = journal.document_of("a1-1")
    assert kept is not None
    assert kept.number == fact.document.number


def test_repeated_request_in_a_visit_gives_the_same_document(asks: Asks) -> None:
    visit = known(asks, secure())
    first, second = (asks.answer(ef.AskIssue(NUMBER, visit, CERTIFICATE)) for _ in range(2))
    assert isinstance(first, ev.DocumentReady)
    assert isinstance(second, ev.DocumentReady)
    assert first.document.pdf == second.document.pdf


def test_issue_keys_differ_by_visit_and_item() -> None:
    keys = {issue_key(visit, code) for visit in ("a1", "a2") for code in (INSURANCE, DEPOSIT)}
    assert len(keys) == 4


def test_request_that_cannot_be_recorded_is_not_sent(
    asks: Asks, journal: Journal, sandbox: SandboxProcess
) -> None:
    visit = known(asks, secure())
    journal.store.read("PRAGMA query_only = 1")
    fact = asks.answer(ef.AskIssue(NUMBER, visit, CERTIFICATE))
    assert fact == ev.PlatformFailed(NUMBER, own.JOURNAL_FAILED)
    assert "issue" not in sandbox.counts()


@pytest.mark.parametrize(
    ("switch", "fault"),
    [
        ("unsigned", prn.UNSIGNED),
        ("stranger", prn.SIGNER_UNTRUSTED),
        ("broken", prn.SEAL_BROKEN),
        ("changed", prn.CHANGED_AFTER_SIGNING),
        ("wrong_person", prn.WRONG_PERSON),
        ("scripts", prn.ACTIVE_CONTENT),
        ("wrong_document", prn.WRONG_DOCUMENT),
    ],
)
def test_unsuitable_document_is_refused(
    asks: Asks, sandbox: SandboxProcess, switch: str, fault: Fault
) -> None:
    visit = known(asks, secure())
    sandbox.control(document=switch)
    assert asks.answer(ef.AskIssue(NUMBER, visit, CERTIFICATE)) == ev.DocumentRefused(NUMBER, fault)


class Noted:
    """The real checker, which keeps its last result."""

    def __init__(self, documents: DocumentWorker) -> None:
        self._documents = documents
        self.found: Verified | None = None

    def check(self, pdf: bytes, **more: Any) -> Verified | Fault:
        found = self._documents.check(pdf, **more)
        self.found = found if isinstance(found, Verified) else None
        return found

    def wait_until_ready(self) -> bool:
        return self._documents.wait_until_ready()


def test_a_real_station_refuses_a_demonstration_seal(
    client: PlatformClient, journal: Journal, sandbox: SandboxProcess, documents: DocumentWorker
) -> None:
    noted = Noted(documents)
    real = Asks(
        lambda: client,
        journal,
        lambda: (sandbox.anchors.read_bytes(),),
        noted,
        demonstration=False,
    )
    fact = real.answer(ef.AskIssue(NUMBER, known(real, secure()), CERTIFICATE))
    assert fact == ev.DocumentRefused(NUMBER, prn.SIGNER_UNTRUSTED)
    assert noted.found is not None
    answer: Future[object] = Future()
    noted.found.pages.ask(0, 60, 80, answer.set_result)
    assert answer.result(60) == prn.CANNOT_BE_SHOWN  # the document is not kept


def test_right_code_from_the_phone_is_accepted_after_a_wrong_one(
    asks: Asks, sandbox: SandboxProcess
) -> None:
    visit = known(asks, secure())
    refused = asks.answer(ef.AskIssue(NUMBER, visit, FUND))
    assert refused == ev.PlatformFailed(NUMBER, net.ASSURANCE_TOO_LOW)
    asks.answer(ef.AskCode(NUMBER, visit))
    right = sandbox.codes()[-1].code
    wrong = f"{(int(right) + 1) % 1_000_000:06d}"
    assert asks.answer(ef.AskCheckCode(NUMBER, visit, wrong)) == ev.CodeChecked(
        NUMBER, False, 2, net.CODE_WRONG
    )
    assert asks.answer(ef.AskCheckCode(NUMBER, visit, right)) == ev.CodeChecked(NUMBER, True, 0)
    assert isinstance(asks.answer(ef.AskIssue(NUMBER, visit, FUND)), ev.DocumentReady)


def test_person_without_a_phone_gets_no_code(asks: Asks) -> None:
    visit = known(asks, sample_identity("孙桂兰", "100101195108150288"))
    assert visit.person is not None
    assert visit.person.masked_phone is None
    fact = asks.answer(ef.AskCode(NUMBER, visit))
    assert fact == ev.PlatformFailed(NUMBER, net.NO_PHONE)


def test_staff_check_is_accepted_for_an_item(asks: Asks) -> None:
    visit = known(asks, secure())
    for pin, fact in (
        ("0000", ev.PlatformFailed(NUMBER, net.STAFF_REFUSED)),
        ("2468", ev.StaffChecked(NUMBER, True)),
    ):
        assert asks.answer(ef.AskCheckStaff(NUMBER, visit, FUND, "1001", pin)) == fact
    assert isinstance(asks.answer(ef.AskIssue(NUMBER, visit, FUND)), ev.DocumentReady)


def test_card_without_a_name_is_completed_by_the_second_factor(
    asks: Asks, sandbox: SandboxProcess
) -> None:
    visit = known(asks, closed_card())
    assert visit.identity.record.name is None
    early = asks.answer(ef.AskIssue(NUMBER, visit, CERTIFICATE))
    assert early == ev.PlatformFailed(NUMBER, net.ASSURANCE_TOO_LOW)
    proved = prove_by_code(asks, visit, sandbox)
    assert (proved.identity.record.name, proved.identity.record.id_number) == (
        "赵国芳", "100101198802290161",
    )  # fmt: skip
    assert isinstance(asks.answer(ef.AskIssue(NUMBER, proved, CERTIFICATE)), ev.DocumentReady)


def test_unknown_person_is_a_fault(asks: Asks) -> None:
    visit = Visit("a1", sample_identity("李四", "100101196901100379"), DESK, Presence.PRESENT, 0.0)
    fact = asks.answer(ef.AskIdentify(NUMBER, visit))
    assert fact == ev.PlatformFailed(NUMBER, net.PERSON_UNKNOWN)


def test_ended_visit_is_neither_completed_nor_given_a_document(
    asks: Asks, sandbox: SandboxProcess
) -> None:
    visit = known(asks, closed_card())
    asks.answer(ef.AskCode(NUMBER, visit))
    visit.identity.wipe()
    asks.answer(ef.AskCheckCode(NUMBER, visit, sandbox.codes()[-1].code))
    assert visit.identity._record.name is None
    other = known(asks, secure(), "a2")
    other.identity.wipe()
    assert not isinstance(asks.answer(ef.AskIssue(NUMBER, other, CERTIFICATE)), ev.DocumentReady)
    assert asks.answer(ef.AskIdentify(NUMBER, other)) == ev.PlatformFailed(
        NUMBER, net.PERSON_LAPSED
    )


def test_expired_identification_is_reported(asks: Asks) -> None:
    visit = replace(known(asks, secure()), person=Person("no-such-token", None))
    fact = asks.answer(ef.AskIssue(NUMBER, visit, CERTIFICATE))
    assert fact == ev.PlatformFailed(NUMBER, net.PERSON_LAPSED)


@pytest.mark.parametrize("fault", ["garbage", "error_500", "absent"])
def test_faulty_platform_answer_is_a_fault_and_no_document(
    asks: Asks, sandbox: SandboxProcess, fault: str
) -> None:
    visit = known(asks, secure())
    sandbox.control(fault=fault)
    expected = {
        "garbage": net.GARBAGE, "error_500": net.SERVER_ERROR, "absent": net.UNREACHABLE,
    }  # fmt: skip
    assert asks.answer(ef.AskIssue(NUMBER, visit, CERTIFICATE)) == ev.PlatformFailed(
        NUMBER, expected[fault]
    )
