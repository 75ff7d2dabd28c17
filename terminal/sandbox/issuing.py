"""Makes the sandbox's certificates: typeset, sealed and numbered, or hostile if a switch says so.

Used by the service. It shares only the typesetting of ``printing.documents`` with the terminal.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from io import BytesIO
from pathlib import Path

from devices.health import Fault
from printing.documents import Certificate, Issue, render, warm_up
from printing.media import Edition

from ..platform import wire
from . import hostile_pdf, items
from .residents import RESIDENTS, Resident
from .signing import DemoAuthority
from .switches import DocumentSwitch

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Without 0, O, 1 and I, because people type verification codes from paper."""
CODE_GROUPS = 4
CODE_GROUP = 4
"""16 of 32 possible characters give 80 bits, which cannot be guessed."""
STATION = "样例银行二十四小时便民服务站"


@dataclass(frozen=True, slots=True)
class IssuedDocument:
    """An issued document, with what the verification page shows about it."""

    answer: wire.Issued = field(repr=False)
    item: str
    issued_on: date
    masked_name: str


class Issuer:
    """Typesets and signs. ``verify_url`` returns the URL that the QR code opens."""

    def __init__(
        self, authority: DemoAuthority, strangers: Path, verify_url: Callable[[str], str]
    ) -> None:
        self._authority = authority
        self._strangers = strangers
        self._stranger: DemoAuthority | None = None
        self._verify_url = verify_url

    def issue(
        self,
        item: wire.Item,
        edition: Edition,
        resident: Resident,
        terminal: str,
        today: date,
        hostile: DocumentSwitch,
    ) -> IssuedDocument | None:
        """Issue the item's document for this resident; ``None`` if there is nothing to certify."""
        holder, stated = resident, item
        if hostile is DocumentSwitch.WRONG_PERSON:
            other = RESIDENTS[0] if resident is not RESIDENTS[0] else RESIDENTS[1]
            holder = replace(resident, name=other.name, id_number=other.id_number, sex=other.sex)
        if hostile is DocumentSwitch.WRONG_DOCUMENT:
            others = (items.CONTRIBUTION, items.INSURANCE)  # every resident can get these two
            stated = items.offered(others[item.code == items.CONTRIBUTION]).item
        number = f"{items.prefix(stated)}{today:%Y%m%d}{_random(8)}"
        code = "-".join(_random(CODE_GROUP) for _ in range(CODE_GROUPS))
        certificate = self._certificate(holder, stated, number, code, terminal, today)
        if certificate is None:
            return None
        pdf = self._sealed(_typeset(certificate, edition), code, hostile)
        answer = wire.Issued(pdf, number, item.document_type or "", code, _pages(pdf))
        return IssuedDocument(answer, item.code, today, resident.masked_name)

    def _certificate(
        self, holder: Resident, item: wire.Item, number: str, code: str, terminal: str, today: date
    ) -> Certificate | None:
        offer = items.offered(item.code)
        months = offer.valid_months
        issue = Issue(
            document_number=number,
            verification_code=code,
            verify_url=self._verify_url(code),
            issued_on=today,
            authority=item.guide.department.zh,
            station=f"{STATION}（{terminal}）",
            valid_until=None if months is None else _months_after(today, months),
        )
        return offer.make(holder, issue)

    def _sealed(self, pdf: bytes, code: str, hostile: DocumentSwitch) -> bytes:
        def sign(unsigned: bytes) -> bytes:
            return self._authority.sign(unsigned, verification_code=code)

        match hostile:
            case (
                DocumentSwitch.GENUINE | DocumentSwitch.WRONG_PERSON | DocumentSwitch.WRONG_DOCUMENT
            ):
                return sign(pdf)
            case DocumentSwitch.UNSIGNED:
                return pdf
            case DocumentSwitch.STRANGER:
                if self._stranger is None:
                    self._stranger = DemoAuthority.create(self._strangers)
                return self._stranger.sign(pdf, verification_code=code)
            case DocumentSwitch.BROKEN:
                return hostile_pdf.broken(sign(pdf))
            case DocumentSwitch.CHANGED:
                return hostile_pdf.changed(sign(pdf))
            case DocumentSwitch.SCRIPTS:
                return sign(hostile_pdf.scripted(pdf))
            case DocumentSwitch.NOT_A_PDF:
                return hostile_pdf.NOT_A_PDF


def rehearse(authority: DemoAuthority, today: date) -> None:
    """Typeset and seal one certificate per department, to load imports, fonts and keys.

    One per department is enough, because the others share everything that is slow to load.
    """
    fault = warm_up()
    if fault is not None:
        raise RuntimeError(f"certificates cannot be typeset: {fault.code} {fault.detail}")
    issuer = Issuer(authority, Path(), lambda code: f"https://rehearsal.invalid/v/{code}")
    for code in items.REHEARSED:
        item = items.offered(code).item
        issuer.issue(
            item, Edition.STANDARD, RESIDENTS[0], "rehearsal", today, DocumentSwitch.GENUINE
        )


def _typeset(certificate: Certificate, edition: Edition) -> bytes:
    pdf = render(certificate, sample=True, edition=edition)
    if isinstance(pdf, Fault):
        raise RuntimeError(f"a sample certificate cannot be typeset: {pdf.code} {pdf.detail}")
    return pdf


def _pages(pdf: bytes) -> int:
    """Return the number of pages (1 if this is not a PDF)."""
    from pyhanko.pdf_utils.misc import PdfError
    from pyhanko.pdf_utils.reader import PdfFileReader

    try:
        return int(PdfFileReader(BytesIO(pdf)).root["/Pages"]["/Count"])
    except PdfError:
        return 1


def _months_after(day: date, months: int) -> date:
    """Return the same day ``months`` later, or the last day of that month."""
    count = day.year * 12 + day.month - 1 + months
    year, month = count // 12, count % 12 + 1
    for last in range(day.day, 27, -1):
        try:
            return date(year, month, last)
        except ValueError:
            continue
    return date(year, month, day.day)


def _random(length: int) -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(length))
