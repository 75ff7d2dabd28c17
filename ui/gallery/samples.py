"""Sample data for the scenes: a fictional resident, a sample document, a station without faults.

Used by the scenes and by tests of the pages. The persons do not exist (area code 100101 is not
assigned). The document is typeset as a sample and never signed.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any, TypeVar

from devices.health import DeviceStatus, Fault
from devices.identity import Assurance, CardKind, Identity, PersonalRecord, Sex
from devices.readers.protocol import ReaderStatus
from printing import faults as prn
from printing.documents import Insurance, Issue, Month, render
from printing.documents.certificates.insurance import (
    Contribution,
    ContributionMonth,
    InsuranceCertificate,
    InsuranceState,
)
from printing.printer import PaperState, PrinterStatus, TonerState
from terminal.session import states as st
from terminal.session.model import (
    CopyLink,
    Document,
    Edition,
    Look,
    Person,
    Presence,
    Processors,
    Station,
    Visit,
)

from ..documents.direct_pages import DirectPages
from .sample_items import DEPOSIT, INSURANCE

READER = "card"

FINE = PrinterStatus(DeviceStatus.ONLINE, PaperState.FULL, TonerState.FULL, jobs_waiting=0)
NO_PAPER = PrinterStatus(
    DeviceStatus.ONLINE, PaperState.OUT, TonerState.FULL, (prn.PAPER_OUT,), ("media-empty",), 1
)


def identity(name: str | None = "王建明", kind: CardKind = CardKind.RESIDENT_ID) -> Identity:
    """Return a fictional resident."""
    record = PersonalRecord(
        kind=kind, name=name, id_number="100101195803120216", card_number="A10010011",
        sex=Sex.MALE, birth=date(1958, 3, 12),
    )  # fmt: skip
    return Identity(record, Assurance.CARD_SECURE)


EMPLOYERS = (
    "样例市经济技术开发区东方精密机械设备制造股份有限公司",
    "样例市人民路街道便民综合服务有限责任公司第一分公司",
)
"""Two employers with long names, which make the sample two pages long."""


@cache
def sample_pdf() -> bytes:
    """Return the sample certificate, two pages long, unsigned."""
    months = tuple(
        ContributionMonth(
            Month(2024 + (10 + i) // 12, (10 + i) % 12 + 1),
            Contribution(Decimal(6500), Decimal(520)),
            Contribution(Decimal(6500), Decimal(130)),
            Contribution(Decimal(6500), Decimal("32.50")),
            "正常缴费",
            EMPLOYERS[i // 12],
        )
        for i in range(24)
    )
    document = InsuranceCertificate(
        issue=Issue(
            "SAMPLE-0001", "SAMPLE0001", "https://localhost/verify/SAMPLE0001",
            date(2026, 11, 21), "样例社会保险经办机构", "人民路药房站", date(2027, 2, 20),
        ),
        name="王建明",
        id_number="100101195803120216",
        sex="男",
        states=[InsuranceState(insurance, "参保缴费") for insurance in Insurance],
        months_with_employer=24,
        months=months,
    )  # fmt: skip
    made = render(document, sample=True)
    if isinstance(made, Fault):
        raise RuntimeError(f"the sample document cannot be set: {made.code}")
    return made


def document(pages: int = 2, edition: Edition = Edition.STANDARD) -> Document:
    """Return the sample document as the session holds it."""
    return Document(
        sample_pdf(), pages, "SAMPLE-0001", "SAMPLE0001",
        preview=DirectPages(sample_pdf()), edition=edition,
    )  # fmt: skip


def link(left_s: float = 590.0) -> CopyLink:
    """Return a link as long as the platform's longest."""
    path = "copy/" + "b3J0aGUtcGhvbmUtb2YtbmFtZWxlc3M".ljust(160, "A")
    return CopyLink(f"https://sample.invalid/{path}", time.monotonic() + left_s)


_S = TypeVar("_S", bound=st.State)


PROCESSORS = Processors("样例区政务服务中心", "样例市政务服务平台", "12345")
"""The fictional operator and handler that the consent page names."""


@dataclass
class Stage:
    """Makes states with the same look and station, timed relative to the current time."""

    look: Look
    station: Station = field(
        default_factory=lambda: Station(
            readers=((READER, ReaderStatus(DeviceStatus.ONLINE)),),
            printers=(("printer", FINE),),
            platform=None,
            items=(INSURANCE, DEPOSIT),
            cards_present=(READER,),
            accepts=(CardKind.RESIDENT_ID, CardKind.SOCIAL_SECURITY),
            processors=PROCESSORS,
        )
    )
    quiet_s: float = 0.0
    since_s: float = 0.5
    visit_s: float = 0.5

    def __call__(self, cls: type[_S], **fields: Any) -> _S:
        now = time.monotonic()
        return cls(
            station=self.station, look=self.look, entered=now - self.since_s,
            quiet_since=now - self.quiet_s, **fields,
        )  # fmt: skip

    def visit(self, presence: Presence = Presence.PRESENT, **who: Any) -> Visit:
        """Return a visit of the fictional resident, or of another one (``who`` as in
        ``identity``)."""
        return Visit(
            "sample",
            identity(**who),
            READER,
            presence,
            time.monotonic() - self.visit_s,
            Person("sample", "130****0001"),
            1,
        )


def on_station(look: Look, printer: PrinterStatus | None = None, **fields: Any) -> Stage:
    """Return a stage whose station differs from the usual one in ``printer`` or other
    ``fields``."""
    stage = Stage(look)
    if printer is not None:
        fields["printers"] = (("printer", printer),)
    stage.station = replace(stage.station, **fields)
    return stage
