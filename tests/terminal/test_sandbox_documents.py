"""What the sandbox issues: sealed for real, about the right person; and every hostile document."""

from __future__ import annotations

import subprocess
from datetime import UTC, datetime
from io import BytesIO

import pikepdf
import pytest

from devices.health import Fault
from printing import seal
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
from terminal.platform import wire
from terminal.platform.client import PlatformClient
from terminal.sandbox.process import SandboxProcess
from terminal.sandbox.residents import RESIDENTS, Resident
from tests.sandbox_fixture import sample_identity

INSURANCE, DEPOSIT = "100101-SI-0101", "100101-HF-0201"


def issued(
    client: PlatformClient, sandbox: SandboxProcess, item: str, resident: Resident = RESIDENTS[0]
) -> wire.Issued:
    who = client.identify(sample_identity(resident.name, resident.id_number))
    assert isinstance(who, wire.Identified)
    if item == DEPOSIT:
        proof = client.check_staff(who.person, item, "H001", "2468")
        assert isinstance(proof, wire.Proved)
    answer = client.issue(who.person, item, f"key-{item}-{resident.key}")
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
    ("item", "kind", "resident"),
    [
        pytest.param(item, kind, resident, id=f"{resident.key}-{kind}")
        for item, kind in ((INSURANCE, "insurance_certificate"), (DEPOSIT, "deposit_certificate"))
        for resident in RESIDENTS
        if resident.deposit or item == INSURANCE
    ],
)
def test_a_certificate_is_sealed_and_says_whose_it_is(
    client: PlatformClient, sandbox: SandboxProcess, item: str, kind: str, resident: Resident
) -> None:
    answer = issued(client, sandbox, item, resident)
    report = verified(answer, sandbox, kind, resident)
    assert isinstance(report, seal.SealReport), report
    assert report.trust is seal.Trust.DEMONSTRATION
    assert len(report.pages) == answer.pages
    with pikepdf.open(BytesIO(answer.document)) as pdf:
        assert len(pdf.pages) == answer.pages
    text = text_of(answer.document)
    # A long name may be broken into lines: compare without white space.
    flat = "".join(text.split())
    for expected in (
        resident.name, resident.id_number, answer.document_number, answer.verification_code,
        "样张", f"{sandbox.address}/v/{answer.verification_code}",
    ):  # fmt: skip
        assert expected in flat


def test_the_figures_are_the_departments(client: PlatformClient, sandbox: SandboxProcess) -> None:
    text = text_of(issued(client, sandbox, DEPOSIT).document)
    for figure in ("8,600.00", "2,064.00", "183,642.57", "12%", "样例制造有限公司", "正常"):
        assert figure in text.replace("12.00%", "12%").replace("12 %", "12%"), figure
    closed = next(each for each in RESIDENTS if each.key == "li")
    assert "销户" in text_of(issued(client, sandbox, DEPOSIT, closed).document)


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
def test_every_hostile_document_is_told_apart(
    client: PlatformClient, sandbox: SandboxProcess, switch: str, fault: Fault
) -> None:
    sandbox.control(document=switch)
    answer = issued(client, sandbox, INSURANCE)
    report = verified(answer, sandbox, "insurance_certificate")
    assert isinstance(report, Fault), report
    assert report.same_as(fault), report
    # Nothing hostile is kept under the key: the next answer is a genuine one.
    sandbox.control()
    genuine = issued(client, sandbox, INSURANCE)
    assert isinstance(verified(genuine, sandbox, "insurance_certificate"), seal.SealReport)
