"""Copies for a phone through the client: the link has limits and is on the platform's own host."""

from __future__ import annotations

import msgspec
import pytest

from devices.health import Fault
from printing.media import Edition
from terminal.platform import faults, wire
from terminal.platform.client import PlatformClient
from terminal.sandbox.process import SandboxProcess
from tests.sandbox_fixture import ClientMaker, sample_identity

INSURANCE = "100101-SI-0101"


def issued(client: PlatformClient, key: str = "key-1") -> tuple[str, wire.Issued]:
    who = client.identify(sample_identity())
    assert isinstance(who, wire.Identified)
    answer = client.issue(who.person, INSURANCE, key, Edition.STANDARD)
    assert isinstance(answer, wire.Issued), answer
    return who.person, answer


def test_item_defaults_are_a4_in_one_edition() -> None:
    text = {"zh": "一", "en": "one"}
    names = ("who", "materials", "time_limit", "fee", "department")
    body = {
        "code": "X-1", "kind": "certificate", "title": text, "subtitle": text, "elder_title": text,
        "elder_subtitle": text, "icon": "shield", "category": text, "assurance_needed": 2,
        "guide": dict.fromkeys(names, text) | {"phone": "12333"}, "quota_per_day": 1,
    }  # fmt: skip
    item = msgspec.json.decode(msgspec.json.encode(body), type=wire.Item)
    assert (item.media, item.editions, item.copy) == ("iso_a4_210x297mm", ("standard",), False)


@pytest.mark.parametrize(
    ("name", "holds"),
    [
        ("iso_a4_210x297mm", True), ("na_letter_8.5x11in", True), ("om_card_54x85.6mm", True),
        ("custom_receipt-80_80x200mm", True), ("a4", False), ("iso_a4_210x297", False),
        ("iso_a4_210x297mm\n", False), ("ISO_A4_210x297mm", False), ("iso_../x_1x1mm", False),
    ],
)  # fmt: skip
def test_media_must_be_pwg_names(name: str, holds: bool) -> None:
    try:
        assert msgspec.convert(name, wire.Media) == name
    except msgspec.ValidationError:
        assert not holds
    else:
        assert holds


def test_copy_link_is_on_the_platforms_host(
    client: PlatformClient, sandbox: SandboxProcess
) -> None:
    person, document = issued(client)
    offered = client.copy(person, document.document_number)
    assert isinstance(offered, wire.CopyOffered), offered
    assert offered.url.startswith(f"{sandbox.address}/copy/")
    assert offered.expires_in_s == 600
    assert offered.url not in repr(offered)
    for personal in ("wang", "100101195803120216", document.document_number):
        assert personal not in offered.url


@pytest.mark.parametrize("switch", ["plain_http", "other_host", "user_info", "endless"])
def test_copy_link_to_another_host_is_refused(
    client: PlatformClient, sandbox: SandboxProcess, switch: str
) -> None:
    person, document = issued(client)
    sandbox.control(copy=switch)
    answer = client.copy(person, document.document_number)
    assert isinstance(answer, Fault)
    assert answer.same_as(faults.GARBAGE)
    assert "elsewhere" not in answer.detail
    sandbox.control()
    assert isinstance(client.copy(person, document.document_number), wire.CopyOffered)


def test_other_name_of_the_same_machine_is_another_host(
    new_client: ClientMaker, sandbox: SandboxProcess
) -> None:
    client = new_client(sandbox.address.replace("127.0.0.1", "localhost"))
    person, document = issued(client)
    answer = client.copy(person, document.document_number)
    assert isinstance(answer, Fault)
    assert answer.same_as(faults.GARBAGE)


@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1:1/copy/a?person=wang", "https://127.0.0.1:1/copy/a#wang",
        "https://127.0.0.1:1", "https://127.0.0.1:1/copy/a\n", "https://127.0.0.1:1/" + "a" * 200,
        "https://127.0.0.1\\@elsewhere.invalid/a", "HTTPS://127.0.0.1/a", "javascript:alert(1)",
        "https://平台.invalid/a",
    ],
)  # fmt: skip
def test_copy_link_may_contain_only_a_token(url: str) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"url": url, "expires_in_s": 1}, wire.CopyOffered)


def test_only_documents_of_the_visit_can_be_copied(client: PlatformClient) -> None:
    person, document = issued(client)
    later, _ = issued(client, "key-2")
    number = document.document_number
    for answer in (client.copy(later, number), client.copy(person, "SI00000000NONE")):
        assert isinstance(answer, Fault)
        assert answer.same_as(faults.REQUEST_REFUSED)
    lapsed = client.copy("no-such-person", number)
    assert isinstance(lapsed, Fault)
    assert lapsed.same_as(faults.PERSON_LAPSED)
    # A later visit that fetches the document with its key may also copy it.
    again = client.issue(later, INSURANCE, "key-1")
    assert isinstance(again, wire.Issued)
    assert again.document == document.document
    assert isinstance(client.copy(later, number), wire.CopyOffered)


def test_issue_key_belongs_to_one_edition(client: PlatformClient) -> None:
    person, _ = issued(client)
    answer = client.issue(person, INSURANCE, "key-1", Edition.LARGE)
    assert isinstance(answer, Fault)
    assert answer.same_as(faults.KEY_REUSED)
