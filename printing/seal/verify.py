"""Decide whether a sealed document may be printed: whole, trusted, valid, and the right one.

For the terminal, before a page is shown or printed, and for ``station verify``. Nothing is ever
fetched. The order is: the bytes, the signature, its signer, the content, the person. So of a file
without a trusted signer only the signature is parsed. Importing this module is cheap; the first
call loads pyHanko.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from devices.health import Fault

from ..faults import WRONG_DOCUMENT, WRONG_PERSON
from ..media import PageSize
from ..pdf.offline import no_http_client
from .envelope import expansion_fault, find_seal

if TYPE_CHECKING:
    from ..documents.statement import Statement

MAX_STATED = 256
"""Characters of the document type and the verification code in a file: codes have 12 to 64. The
report of a document is sent from process to process, with this limit."""
_TYPE_CODE = re.compile(r"[a-z][a-z0-9_]{0,63}")


class Trust(StrEnum):
    """The kind of anchor that the signer chains to."""

    TRUSTED = "trusted"
    DEMONSTRATION = "demonstration"
    """An authority of the sandbox: good for samples, refused in service."""


@dataclass(frozen=True, slots=True)
class Expectation:
    """The document that was asked for. ``verification_code``: if the platform named one."""

    document_type: str
    name: str = field(repr=False)
    id_number: str = field(repr=False)
    verification_code: str | None = None


@dataclass(frozen=True, slots=True)
class SealReport:
    """A seal that holds."""

    trust: Trust
    signer: str
    """Common name in the signer's certificate."""
    signed_at: datetime | None
    """The time that the signer claims; no time stamp authority confirms it."""
    pages: tuple[PageSize, ...]
    document_type: str | None
    verification_code: str | None


def warm_up() -> None:
    """Load pyHanko now (some 0.3 s); for a worker, before the first document comes."""
    with no_http_client():
        from . import content as seal_content  # noqa: F401
        from . import signature as seal_signature  # noqa: F401


def verify(
    pdf: bytes,
    *,
    anchors: Sequence[bytes],
    at: datetime,
    expect: Expectation | None = None,
) -> SealReport | Fault:
    """Verify the seal of ``pdf`` as of ``at`` (with a zone), offline, in bounded time and memory.

    ``anchors``: certificates (PEM or DER) to which the signer must chain; a PEM may hold several.
    Faults: ``NOT_A_PDF``, ``UNSIGNED``, ``SEAL_BROKEN``, ``CHANGED_AFTER_SIGNING``,
    ``SIGNER_UNTRUSTED``, ``SEAL_EXPIRED``, ``ACTIVE_CONTENT``, and with ``expect``
    ``WRONG_DOCUMENT`` and ``WRONG_PERSON``. Blocks for some 10 ms; safe on any thread that runs no
    event loop.

    :raises ValueError: an anchor is not a certificate.
    """
    found = find_seal(pdf)
    if isinstance(found, Fault):
        return found
    warm_up()
    from . import content as seal_content
    from . import signature as seal_signature

    roots = seal_signature.load_anchors(anchors)
    signature = seal_signature.validate(found, roots, at)
    if isinstance(signature, Fault):
        return signature
    fault = expansion_fault(pdf)
    if fault is not None:
        return fault
    content = seal_content.inspect(pdf, found.byte_range)
    if isinstance(content, Fault):
        return content
    fault = seal_signature.revocation_fault(signature, content)
    if fault is not None:
        return fault
    statement = content.statement
    if statement is not None and not _is_short(statement):
        return WRONG_DOCUMENT.with_detail(f"the file states more than {MAX_STATED} characters")
    if expect is not None:
        fault = _unexpected(statement, expect)
        if fault is not None:
            return fault
    return SealReport(
        Trust.DEMONSTRATION if signature.demonstration else Trust.TRUSTED,
        signature.signer,
        signature.signed_at or seal_signature.pdf_time(content.signed_at),
        content.pages,
        None if statement is None else statement.document_type,
        None if statement is None else statement.verification_code,
    )


def _is_short(statement: Statement) -> bool:
    stated = (statement.document_type, statement.verification_code or "")
    return max(map(len, stated)) <= MAX_STATED


def _unexpected(statement: Statement | None, expect: Expectation) -> Fault | None:
    """How the document differs from what was asked for, if it does."""
    if statement is None:
        return WRONG_DOCUMENT.with_detail("the file states no document type")
    if statement.document_type != expect.document_type:
        # Only a code goes into the log: other words could be personal data.
        stated = statement.document_type
        shown = repr(stated) if _TYPE_CODE.fullmatch(stated) else "words that are no type"
        return WRONG_DOCUMENT.with_detail(f"{shown} instead of {expect.document_type!r}")
    code = statement.verification_code
    if code is None:
        return WRONG_DOCUMENT.with_detail("the file states no verification code")
    if expect.verification_code is not None and code != expect.verification_code:
        return WRONG_DOCUMENT.with_detail("another verification code than the platform named")
    from ..documents.statement import holder_digest  # slow to import: all of `documents` with it

    wanted = holder_digest(expect.document_type, code, expect.name, expect.id_number)
    if statement.holder is None:
        return WRONG_PERSON.with_detail("the file states no holder")
    if statement.holder.lower() != wanted:
        return WRONG_PERSON.with_detail("the holder's digest differs")
    return None
