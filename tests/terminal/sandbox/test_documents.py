"""Documents issued by the sandbox: really sealed and for the right person, and all hostile ones."""

from __future__ import annotations

import re
import subprocess
from datetime import UTC, datetime
from decimal import Decimal
from io import BytesIO

import pikepdf
import pytest

from devices.health import Fault
from printing.faults import (
    ACTIVE_CONTENT,
    CHANGED_AFTER_SIGNING,
    NOT_A_PDF,
    SEAL_BROKEN,
    SIGNER_UNTRUSTED,
    UNSIGNED,
    WRONG_DOCUMENT,
    WRONG_PERSON,
)
from printing.media import Edition
from printing.seal import verify as seal
from terminal.platform import faults, wire
from terminal.platform.client import PlatformClient
from terminal.sandbox.items import ITEMS
from terminal.sandbox.process import SandboxProcess
from terminal.sandbox.residents import RESIDENTS, Resident
from tests.sandbox_fixture import sample_identity

from .expected import EXPECTED

INSURANCE, DEPOSIT, STATEMENT = "100101-SI-0101", "100101-HF-0201", "100101-HF-0202"
BY_KEY = {resident.key: resident for resident in RESIDENTS}
KINDS = {each.code: kind for kind, each in EXPECTED.items()}
HOLDERS = {kind: BY_KEY[each.holders.split()[0]] for kind, each in EXPECTED.items()}
"""A resident who has the certificate; none has every one."""
BOTH = (Edition.STANDARD, Edition.LARGE)


def issued(
    client: PlatformClient,
    sandbox: SandboxProcess,
    item: str,
    resident: Resident = RESIDENTS[0],
    edition: Edition = Edition.STANDARD,
) -> wire.Issued:
    who = client.identify(sample_identity(resident.name, resident.id_number))
    assert isinstance(who, wire.Identified)
    proof = client.check_staff(who.person, item, "1001", "2468")
    assert isinstance(proof, wire.Proved)
    answer = client.issue(who.person, item, f"key-{item}-{resident.key}-{edition}", edition)
    assert isinstance(answer, wire.Issued), answer
    return answer


def verified(
    answer: wire.Issued, sandbox: SandboxProcess, kind: str, resident: Resident = RESIDENTS[0]
) -> seal.SealReport | Fault:
    return seal.verify(
        answer.document,
        anchors=[sandbox.anchors.read_bytes()],
        at=datetime.now(UTC),
        expect=seal.Expectation(kind, resident.name, resident.id_number, answer.verification_code),
    )


def text_of(pdf: bytes) -> str:
    done = subprocess.run(
        ["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True
    )
    return done.stdout.decode()


@pytest.mark.parametrize(
    ("item", "resident", "edition"),
    [
        *((item, HOLDERS[kind], each) for item, kind in KINDS.items() for each in BOTH),
        *((INSURANCE, resident, BOTH[0]) for resident in RESIDENTS[1:]),
        (STATEMENT, BY_KEY["long"], BOTH[0]),
        (STATEMENT, BY_KEY["long"], BOTH[1]),
    ],
    ids=lambda each: getattr(each, "key", each),
)
def test_certificate_is_sealed_and_names_the_person(
    client: PlatformClient,
    sandbox: SandboxProcess,
    item: str,
    resident: Resident,
    edition: Edition,
) -> None:
    kind = KINDS[item]
    answer = issued(client, sandbox, item, resident, edition)
    assert answer.document_type == kind
    assert answer.document_number.startswith(item.split("-")[1])
    report = verified(answer, sandbox, kind, resident)
    assert isinstance(report, seal.SealReport), report
    assert report.trust is seal.Trust.DEMONSTRATION
    assert len(report.pages) == answer.pages
    with pikepdf.open(BytesIO(answer.document)) as pdf:
        assert len(pdf.pages) == answer.pages
        _, _, width, height = (float(each) for each in pdf.pages[0].mediabox)
        assert (width > height) == (edition is Edition.LARGE)
    text = text_of(answer.document)
    # A long name may be broken into lines, so compare without white space.
    flat = "".join(text.split())
    titles = {offered.code: offered.title.zh for offered in ITEMS}
    for expected in (
        titles[item], resident.name, resident.id_number, answer.document_number,
        answer.verification_code, "样张", f"{sandbox.address}/v/{answer.verification_code}",
    ):  # fmt: skip
        assert expected in flat


def test_certificate_contains_the_departments_figures(
    client: PlatformClient, sandbox: SandboxProcess
) -> None:
    text = text_of(issued(client, sandbox, DEPOSIT).document)
    for figure in ("8,600.00", "2,064.00", "12%", "样例制造有限公司", "正常", "150 个月"):
        assert figure in text, figure
    assert "销户" in text_of(issued(client, sandbox, DEPOSIT, BY_KEY["li"]).document)


def test_balance_equals_the_sum_of_movements(
    client: PlatformClient, sandbox: SandboxProcess
) -> None:
    """Read from the documents themselves: two documents, one account."""
    certificate = text_of(issued(client, sandbox, DEPOSIT).document)
    balance = Decimal(re.findall(r"账户余额\s+([\d,.]+) 元", certificate)[0].replace(",", ""))
    statement = text_of(issued(client, sandbox, STATEMENT).document)
    rows = re.findall(r"(-?[\d,]+\.\d\d)\s+([\d,]+\.\d\d)\s.*\d{4}-\d\d-\d\d\n", statement)
    amounts = [Decimal(amount.replace(",", "")) for amount, _ in rows]
    assert len(rows) > 160
    assert any(amount < 0 for amount in amounts)
    assert f"共 {len(rows)} 笔" in statement
    assert sum(amounts) == balance > 0


@pytest.mark.parametrize(
    ("key", "item"),
    [
        ("wang", "100101-SI-0104"), ("li", "100101-SI-0103"), ("li", "100101-HF-0203"),
        ("long", "100101-HF-0203"), ("long", "100101-HF-0204"), ("rare", "100101-HF-0204"),
        ("noaccount", DEPOSIT), ("noaccount", STATEMENT),
    ],
)  # fmt: skip
def test_nothing_to_certify_is_reported(client: PlatformClient, key: str, item: str) -> None:
    resident = BY_KEY[key]
    who = client.identify(sample_identity(resident.name, resident.id_number))
    assert isinstance(who, wire.Identified)
    assert isinstance(client.check_staff(who.person, item, "1001", "2468"), wire.Proved)
    answer = client.issue(who.person, item, "key")
    assert isinstance(answer, Fault)
    assert answer.same_as(faults.NO_RECORD)


@pytest.mark.parametrize(
    ("switch", "fault"),
    [
        ("unsigned", UNSIGNED),
        ("stranger", SIGNER_UNTRUSTED),
        ("broken", SEAL_BROKEN),
        ("changed", CHANGED_AFTER_SIGNING),
        ("wrong_person", WRONG_PERSON),
        ("scripts", ACTIVE_CONTENT),
        ("wrong_document", WRONG_DOCUMENT),
        ("not_a_pdf", NOT_A_PDF),
    ],
)
@pytest.mark.parametrize("item", KINDS, ids=KINDS.get)
def test_every_hostile_document_has_its_own_fault(
    client: PlatformClient, sandbox: SandboxProcess, switch: str, fault: Fault, item: str
) -> None:
    kind = KINDS[item]
    resident = HOLDERS[kind]
    sandbox.control(document=switch)
    report = verified(issued(client, sandbox, item, resident), sandbox, kind, resident)
    assert isinstance(report, Fault), report
    assert report.same_as(fault), report
    # A hostile document is not kept under the key: the next answer is genuine.
    sandbox.control()
    genuine = issued(client, sandbox, item, resident)
    assert isinstance(verified(genuine, sandbox, kind, resident), seal.SealReport)
