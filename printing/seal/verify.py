"""Decide whether a sealed document may be printed: complete, trusted, valid, and as requested.

For the terminal, before a page is shown or printed, and for ``station verify``. Nothing is ever
fetched. The checks are made in this order: bytes, signature, signer, content, person. So if the
signer is not trusted, only the signature is parsed. Importing this module is cheap; the first call
loads pyHanko.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from devices.health import Fault

from ..faults import WRONG_DOCUMENT, WRONG_PERSON
from ..media import PageSize
from ..pdf.offline import no_http_client
from ..statement import Statement, holder_digest
from .envelope import expansion_fault, find_seal

MAX_STATED = 256
"""Greatest length of the document type and of the verification code in a file; codes have 12 to 64
characters. The document process sends them to the terminal with this limit."""
_TYPE_CODE = re.compile(r"[a-z][a-z0-9_]{0,63}")


class Trust(StrEnum):
    """The kind of anchor that the signer chains to."""

    TRUSTED = "trusted"
    DEMONSTRATION = "demonstration"
    """An authority of the sandbox: accepted for samples, refused in real operation."""


@dataclass(frozen=True, slots=True)
class Expectation:
    """The requested document. ``verification_code``: the one that the platform sent, if any."""

    document_type: str
    name: str = field(repr=False)
    id_number: str = field(repr=False)
    verification_code: str | None = None


@dataclass(frozen=True, slots=True)
class SealReport:
    """The result for a valid seal."""

    trust: Trust
    signer: str
    """Common name in the signer's certificate."""
    signed_at: datetime | None
    """The time that the signer claims; no time stamp authority confirms it."""
    pages: tuple[PageSize, ...]
    document_type: str | None
    verification_code: str | None


def warm_up() -> None:
    """Load pyHanko now (about 0.3 s), so that the first document of a worker is not slower."""
    with no_http_client():
        from . import content, signature  # noqa: F401 - loads them


def verify(
    pdf: bytes,
    *,
    anchors: Sequence[bytes],
    at: datetime,
    expect: Expectation | None = None,
) -> SealReport | Fault:
    """Verify the seal of ``pdf`` at the time ``at`` (with a time zone), offline.

    ``anchors``: certificates (PEM or DER) to which the signer must chain; a PEM may contain
    several. Time and memory are bounded. Blocks for about 10 ms. Any thread without a running event
    loop may call it.

    :returns: the report, or ``NOT_A_PDF``, ``UNSIGNED``, ``SEAL_BROKEN``,
        ``CHANGED_AFTER_SIGNING``, ``SIGNER_UNTRUSTED``, ``SEAL_EXPIRED``, ``ACTIVE_CONTENT``, and
        with ``expect`` also ``WRONG_DOCUMENT`` and ``WRONG_PERSON``.
    :raises ValueError: an anchor is not a certificate.
    """
    found = find_seal(pdf)
    if isinstance(found, Fault):
        return found
    warm_up()
    from . import content, signature

    signed = signature.validate(found, signature.load_anchors(anchors), at)
    if isinstance(signed, Fault):
        return signed
    fault = expansion_fault(pdf)
    if fault is not None:
        return fault
    inspected = content.inspect(pdf, found.byte_range)
    if isinstance(inspected, Fault):
        return inspected
    fault = signature.revocation_fault(signed, inspected)
    if fault is not None:
        return fault
    statement = inspected.statement
    if statement is not None and not _is_short(statement):
        return WRONG_DOCUMENT.with_detail(f"the file states more than {MAX_STATED} characters")
    if expect is not None:
        fault = _unexpected(statement, expect)
        if fault is not None:
            return fault
    return SealReport(
        Trust.DEMONSTRATION if signed.demonstration else Trust.TRUSTED,
        signed.signer,
        signed.signed_at or signature.pdf_time(inspected.signed_at),
        inspected.pages,
        None if statement is None else statement.document_type,
        None if statement is None else statement.verification_code,
    )


def _is_short(statement: Statement) -> bool:
    stated = (statement.document_type, statement.verification_code or "")
    return max(map(len, stated)) <= MAX_STATED


def _unexpected(statement: Statement | None, expect: Expectation) -> Fault | None:
    """Return the fault if the document is not the requested one, else ``None``."""
    if statement is None:
        return WRONG_DOCUMENT.with_detail("the file states no document type")
    if statement.document_type != expect.document_type:
        # Write only a type code into the log: other text could be personal data.
        stated = statement.document_type
        shown = repr(stated) if _TYPE_CODE.fullmatch(stated) else "text that is not a type code"
        return WRONG_DOCUMENT.with_detail(f"{shown} instead of {expect.document_type!r}")
    code = statement.verification_code
    if code is None:
        return WRONG_DOCUMENT.with_detail("the file states no verification code")
    if expect.verification_code is not None and code != expect.verification_code:
        return WRONG_DOCUMENT.with_detail("another verification code than the platform named")
    wanted = holder_digest(expect.document_type, code, expect.name, expect.id_number)
    if statement.holder is None:
        return WRONG_PERSON.with_detail("the file states no holder")
    if statement.holder.lower() != wanted:
        return WRONG_PERSON.with_detail("the holder's digest differs")
    return None
