"""The client and the sandbox over real HTTPS: every call, and every refusal by the platform."""

from __future__ import annotations

import time
from io import BytesIO
from typing import Any

import pikepdf
import pytest

from devices.health import DeviceStatus, Fault
from devices.identity import Assurance, CardKind
from printing.outcome import Outcome
from terminal.platform import faults, wire
from terminal.platform.catalogue import open_catalogue
from terminal.platform.client import ClockReading, CodeRefused, PlatformClient, SignedCatalogue
from terminal.sandbox.process import SandboxProcess
from tests.sandbox_fixture import ClientMaker, sample_identity

INSURANCE, DEPOSIT = "100101-SI-0101", "100101-HF-0201"


def identified(client: PlatformClient, **shown: Any) -> wire.Identified:
    answer = client.identify(sample_identity(**shown))
    assert isinstance(answer, wire.Identified), answer
    return answer


def proved(client: PlatformClient, sandbox: SandboxProcess, person: str) -> wire.Proved:
    assert isinstance(client.send_code(person), wire.CodeSent)
    answer = client.check_code(person, sandbox.codes()[-1].code)
    assert isinstance(answer, wire.Proved), answer
    return answer


def refused(answer: object, fault: Fault) -> Fault:
    assert isinstance(answer, Fault), answer
    assert answer.same_as(fault), answer
    return answer


def another(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06d}"


# --- identify ------------------------------------------------------------------------------


def test_securely_read_card_is_identified_with_a_masked_phone(client: PlatformClient) -> None:
    answer = identified(client)
    assert answer.assurance is Assurance.CARD_SECURE
    assert answer.factors == (wire.Factor.PHONE_CODE, wire.Factor.STAFF)
    assert answer.masked_phone == "130****0001"
    assert identified(client).person != answer.person


def test_rare_name_is_compared_by_character(client: PlatformClient) -> None:
    assert identified(client, name="𠮷㛃䶮𬀩", id_number="100101196207180321").masked_phone
    other = client.identify(sample_identity("吉㛃䶮𬀩", "100101196207180321"))
    refused(other, faults.PERSON_UNKNOWN)


@pytest.mark.parametrize(
    "shown",
    [
        {"id_number": "11010519491231002X"},
        {"name": "李秀英"},
        {"card_number": "A10010022"},
    ],
    ids=["unknown person", "another's name", "another's card"],
)
def test_data_of_different_people_identify_no_one(
    client: PlatformClient, shown: dict[str, Any]
) -> None:
    refused(client.identify(sample_identity(**shown)), faults.PERSON_UNKNOWN)


def test_identity_claims_no_more_than_its_card_proves(client: PlatformClient) -> None:
    answer = client.identify(sample_identity(assurance=Assurance.STAFF))
    assert isinstance(answer, wire.Identified)
    assert answer.assurance is Assurance.CARD_SECURE


def test_wiped_identity_is_not_sent(client: PlatformClient, sandbox: SandboxProcess) -> None:
    identity = sample_identity()
    identity.wipe()
    refused(client.identify(identity), faults.PERSON_LAPSED)
    assert "identify" not in sandbox.counts()


# --- the code on the phone -------------------------------------------------------------------


def test_code_completes_a_card_without_name_and_number(
    client: PlatformClient, sandbox: SandboxProcess
) -> None:
    answer = identified(
        client,
        name=None,
        id_number=None,
        card_number="A10010055",
        kind=CardKind.SOCIAL_SECURITY,
    )
    assert answer.assurance is Assurance.CARD_FREE
    assert answer.masked_phone == "130****0005"
    proof = proved(client, sandbox, answer.person)
    assert (proof.name, proof.id_number) == ("赵国芳", "100101198802290161")
    assert proof.assurance is Assurance.SECOND_FACTOR


def test_answer_omits_data_that_the_card_showed(
    client: PlatformClient, sandbox: SandboxProcess
) -> None:
    proof = proved(client, sandbox, identified(client).person)
    assert (proof.name, proof.id_number, proof.item) == (None, None, None)


def test_right_code_is_accepted_after_a_wrong_one(
    client: PlatformClient, sandbox: SandboxProcess
) -> None:
    person = identified(client).person
    client.send_code(person)
    right = sandbox.codes()[-1].code
    for left in (2, 1):
        answer = client.check_code(person, another(right))
        assert isinstance(answer, CodeRefused)
        assert (answer.fault.code, answer.tries_left) == (faults.CODE_WRONG.code, left)
    assert isinstance(client.check_code(person, right), wire.Proved)


def test_third_wrong_code_locks_the_person_across_visits(
    client: PlatformClient, sandbox: SandboxProcess
) -> None:
    person = identified(client).person
    client.send_code(person)
    right = sandbox.codes()[-1].code
    answers = [client.check_code(person, another(right)) for _ in range(3)]
    locked = answers[-1]
    assert isinstance(locked, CodeRefused)
    assert locked.fault.same_as(faults.CODE_LOCKED)
    assert (locked.tries_left, locked.wait_s) == (0, 600)
    again = identified(client).person  # presenting the card again does not help
    for answer in (client.check_code(again, right), client.send_code(again)):
        assert isinstance(answer, CodeRefused)
        assert answer.fault.same_as(faults.CODE_LOCKED)
    # Another person is not affected by the lock.
    other = identified(client, name="李秀英", id_number="10010119430905014X").person
    assert isinstance(client.send_code(other), wire.CodeSent)


def test_second_request_within_a_minute_sends_no_new_code(
    client: PlatformClient, sandbox: SandboxProcess
) -> None:
    person = identified(client).person
    first = client.send_code(person)
    second = client.send_code(person)
    assert isinstance(first, wire.CodeSent)
    assert isinstance(second, wire.CodeSent)
    assert second.tries_left == 3
    assert len(sandbox.codes()) == 1


def test_code_is_valid_only_once(client: PlatformClient, sandbox: SandboxProcess) -> None:
    person = identified(client).person
    proved(client, sandbox, person)
    again = client.check_code(person, sandbox.codes()[-1].code)
    assert isinstance(again, CodeRefused)
    assert again.fault.same_as(faults.CODE_EXPIRED)


def test_no_code_is_sent_without_a_phone(client: PlatformClient, sandbox: SandboxProcess) -> None:
    answer = identified(client, name="孙桂兰", id_number="100101195108150288")
    assert (answer.masked_phone, answer.factors) == (None, (wire.Factor.STAFF,))
    refused(client.send_code(answer.person), faults.NO_PHONE)
    assert sandbox.codes() == ()


def test_unknown_token_is_an_expired_identification(client: PlatformClient) -> None:
    refused(client.send_code("no-such-person"), faults.PERSON_LAPSED)
    refused(client.issue("no-such-person", INSURANCE, "key"), faults.PERSON_LAPSED)


# --- staff -----------------------------------------------------------------------------------


def test_staff_check_is_valid_for_one_item_only(client: PlatformClient) -> None:
    person = identified(
        client, name="孙桂兰", id_number="100101195108150288", assurance=Assurance.CARD_FREE
    ).person
    refused(client.issue(person, DEPOSIT, "before"), faults.ASSURANCE_TOO_LOW)
    proof = client.check_staff(person, DEPOSIT, "1001", "2468")
    assert isinstance(proof, wire.Proved)
    assert (proof.assurance, proof.item) == (Assurance.STAFF, DEPOSIT)
    assert isinstance(client.issue(person, DEPOSIT, "after"), wire.Issued)
    refused(client.issue(person, INSURANCE, "other"), faults.ASSURANCE_TOO_LOW)


@pytest.mark.parametrize(
    ("staff_number", "pin"),
    [("1001", "2469"), ("1999", "2468"), ("1002", "1357"), ("1003", "9753"), ("员工", "")],
    ids=["pin", "staff_number", "item", "terminal", "nonsense"],
)
def test_invalid_staff_checks_get_the_same_refusal(
    client: PlatformClient, staff_number: str, pin: str
) -> None:
    person = identified(client).person
    refused(client.check_staff(person, DEPOSIT, staff_number, pin), faults.STAFF_REFUSED)
    refused(client.issue(person, DEPOSIT, "key"), faults.ASSURANCE_TOO_LOW)


def test_staff_are_accepted_at_their_own_terminal(new_client: ClientMaker) -> None:
    client = new_client(terminal_id="ANOTHER-STATION")
    person = identified(client).person
    assert isinstance(client.check_staff(person, DEPOSIT, "1003", "9753"), wire.Proved)


def test_wrong_staff_pins_lock_the_staff_number(client: PlatformClient) -> None:
    person = identified(client).person
    for n in range(5):
        refused(client.check_staff(person, DEPOSIT, "1001", f"000{n}"), faults.STAFF_REFUSED)
    refused(client.check_staff(person, DEPOSIT, "1001", "2468"), faults.STAFF_LOCKED)


# --- issuing -----------------------------------------------------------------------------------


def test_issued_certificate_is_a_pdf_with_its_page_count(client: PlatformClient) -> None:
    issued = client.issue(identified(client).person, INSURANCE, "key-1")
    assert isinstance(issued, wire.Issued)
    assert issued.document_type == "insurance_certificate"
    with pikepdf.open(BytesIO(issued.document)) as pdf:
        assert len(pdf.pages) == issued.pages


def test_same_key_gives_the_same_bytes_in_a_later_visit(client: PlatformClient) -> None:
    first = client.issue(identified(client).person, INSURANCE, "key-1")
    again = client.issue(identified(client).person, INSURANCE, "key-1")
    other = client.issue(identified(client).person, INSURANCE, "key-2")
    assert isinstance(first, wire.Issued)
    assert isinstance(other, wire.Issued)
    assert again == first
    assert other.document_number != first.document_number
    assert other.document != first.document


def test_issue_key_belongs_to_one_person_and_item(
    client: PlatformClient, sandbox: SandboxProcess
) -> None:
    person = identified(client).person
    proved(client, sandbox, person)
    client.issue(person, INSURANCE, "key-1")
    refused(client.issue(person, DEPOSIT, "key-1"), faults.KEY_REUSED)
    other = identified(client, name="𠮷㛃䶮𬀩", id_number="100101196207180321").person
    refused(client.issue(other, INSURANCE, "key-1"), faults.KEY_REUSED)


def test_each_item_requires_its_own_assurance(
    client: PlatformClient, sandbox: SandboxProcess
) -> None:
    free = identified(client, assurance=Assurance.CARD_FREE).person
    refused(client.issue(free, INSURANCE, "a"), faults.ASSURANCE_TOO_LOW)
    secure = identified(client).person
    refused(client.issue(secure, DEPOSIT, "b"), faults.ASSURANCE_TOO_LOW)
    proved(client, sandbox, free)
    assert isinstance(client.issue(free, INSURANCE, "c"), wire.Issued)
    assert isinstance(client.issue(free, DEPOSIT, "d"), wire.Issued)


def test_reasons_for_not_issuing_are_distinguished(
    client: PlatformClient, sandbox: SandboxProcess
) -> None:
    person = identified(client).person
    refused(client.issue(person, "no-such-item", "a"), faults.ITEM_UNKNOWN)
    sandbox.control(closed_items=[INSURANCE])
    refused(client.issue(person, INSURANCE, "b"), faults.ITEM_CLOSED)
    sandbox.control(quota=1)
    assert isinstance(client.issue(person, INSURANCE, "c"), wire.Issued)
    refused(client.issue(person, INSURANCE, "d"), faults.QUOTA_SPENT)
    assert isinstance(client.issue(person, INSURANCE, "c"), wire.Issued)  # issued before
    without = identified(client, name="郑海波", id_number="100101196901100379").person
    proved(client, sandbox, without)
    refused(client.issue(without, DEPOSIT, "e"), faults.NO_RECORD)


# --- afterwards ----------------------------------------------------------------------------------


def test_outcome_is_recorded_once(client: PlatformClient) -> None:
    issued = client.issue(identified(client).person, INSURANCE, "key-1")
    assert isinstance(issued, wire.Issued)
    number = issued.document_number
    noted = client.confirm_printed("key-1", number, Outcome.PRINTED, issued.pages)
    assert isinstance(noted, wire.Done)
    assert abs(noted.server_time - time.time()) < 5
    again = client.confirm_printed("key-1", number, Outcome.PRINTED, issued.pages)
    assert isinstance(again, wire.Done)
    other = client.confirm_printed("key-1", number, Outcome.UNKNOWN, 0)
    refused(other, faults.KEY_REUSED)
    missing = client.confirm_printed("key-1", "SI0", Outcome.PRINTED, 1)
    refused(missing, faults.REQUEST_REFUSED)


def test_second_job_may_print_a_document(client: PlatformClient) -> None:
    issued = client.issue(identified(client).person, INSURANCE, "issue-1")
    assert isinstance(issued, wire.Issued)
    number = issued.document_number
    nothing = client.confirm_printed("job-1", number, Outcome.QUEUED, 0)
    assert isinstance(nothing, wire.Done), nothing
    printed = client.confirm_printed("job-2", number, Outcome.PRINTED, issued.pages)
    assert isinstance(printed, wire.Done), printed


def test_calls_for_staff_are_numbered_and_not_duplicated(client: PlatformClient) -> None:
    asks = wire.HelpReason.RESIDENT_ASKS
    first = client.call_help("call-1", asks, "choosing")
    again = client.call_help("call-1", asks, "choosing")
    second = client.call_help("call-2", wire.HelpReason.FAULT, "printing", "PRN-104")
    assert isinstance(first, wire.HelpCalled)
    assert isinstance(second, wire.HelpCalled)
    assert again == first
    assert second.reference != first.reference
    refused(client.call_help("call-1", asks, "welcome"), faults.KEY_REUSED)


def test_heartbeat_returns_the_clock_and_closed_items(
    client: PlatformClient, sandbox: SandboxProcess
) -> None:
    sandbox.control(closed_items=[DEPOSIT])
    states = [wire.DeviceState("printer", DeviceStatus.HARDWARE_ERROR, "PRN-104")]
    answer = client.heartbeat(True, 3, states)
    assert isinstance(answer, wire.HeartbeatAnswer)
    assert answer.closed_items == (DEPOSIT,)
    assert abs(answer.server_time - time.time()) < 5


# --- the catalogue -------------------------------------------------------------------------------


def test_catalogue_states_the_needs_of_each_item(
    client: PlatformClient, sandbox: SandboxProcess
) -> None:
    signed = client.catalogue()
    assert isinstance(signed, SignedCatalogue)
    items = {item.code: item for item in signed.catalogue.items}
    assert items[INSURANCE].assurance_needed is Assurance.CARD_SECURE
    assert items[INSURANCE].elder_title.zh == "打印社保参保证明"
    assert items[DEPOSIT].assurance_needed is Assurance.SECOND_FACTOR
    assert all(item.kind is wire.ItemKind.CERTIFICATE for item in items.values())
    cached = open_catalogue(signed.envelope, sandbox.catalogue_key, now=time.time())
    assert cached == signed.catalogue


@pytest.mark.parametrize(
    ("switch", "fault"),
    [
        ("bad_signature", faults.CATALOGUE_UNSIGNED),
        ("expired", faults.CATALOGUE_EXPIRED),
        ("older", faults.CATALOGUE_OLDER),
    ],
)
def test_invalid_catalogue_is_refused(
    client: PlatformClient, sandbox: SandboxProcess, switch: str, fault: Fault
) -> None:
    held = client.catalogue()
    assert isinstance(held, SignedCatalogue)
    sandbox.control(catalogue=switch)
    refused(client.catalogue(newer_than=held.catalogue.version), fault)


# --- who asks, and when --------------------------------------------------------------------------


@pytest.mark.parametrize(("seconds", "side"), [(400, "ahead of"), (-400, "behind")])
def test_clock_skew_is_reported_in_seconds(
    new_client: ClientMaker, seconds: int, side: str
) -> None:
    client = new_client(clock=lambda: time.time() + seconds)
    fault = refused(client.identify(sample_identity()), faults.CLOCK_SKEW)
    assert any(f"{abs(seconds) + off} s {side}" in fault.detail for off in (-1, 0, 1)), fault


def test_skew_of_the_platforms_clock_is_reported(
    client: PlatformClient, sandbox: SandboxProcess
) -> None:
    sandbox.control(clock_offset_s=600)
    fault = refused(client.identify(sample_identity()), faults.CLOCK_SKEW)
    assert any(f"{seconds} s behind" in fault.detail for seconds in (599, 600, 601)), fault


def test_clock_within_the_window_is_accepted(new_client: ClientMaker) -> None:
    for seconds in (280, -280):
        client = new_client(clock=lambda seconds=seconds: time.time() + seconds)
        assert isinstance(client.identify(sample_identity()), wire.Identified)


def test_platform_clock_can_be_read_with_a_wrong_clock(new_client: ClientMaker) -> None:
    reading = new_client(clock=lambda: time.time() - 86_400).time()
    assert isinstance(reading, ClockReading)
    assert abs(reading.skew_s + 86_400) < 3


@pytest.mark.parametrize("wrong", [{"request_key": bytes(32)}, {"app_id": "another-app"}])
def test_wrong_request_key_is_refused(new_client: ClientMaker, wrong: dict[str, object]) -> None:
    refused(new_client(**wrong).identify(sample_identity()), faults.SIGNATURE_REFUSED)


def test_invalid_settings_are_refused_at_once(new_client: ClientMaker) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        new_client(request_key=b"short")
    with pytest.raises(ValueError, match="32 bytes"):
        new_client(catalogue_key=b"short")
    with pytest.raises(ValueError, match="https"):
        new_client("http://127.0.0.1:1")
