"""`station verify FILE`: checks whether this PDF is sealed, complete, trusted and displayable.

It runs in the document process, with the same limits as in the terminal.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from devices.health import Fault
from printing.document_worker.client import DocumentWorker
from printing.pdf.limits import MAX_BYTES

from ..process.exit_codes import SharedExit, VerifyExit
from ..words import words
from .output import answer, say


def verify(
    file: Path, anchors: Sequence[bytes], document_process: Sequence[str], *, as_json: bool
) -> int:
    """Check the file, print the result, and return the exit code."""
    try:
        with file.open("rb") as opened:
            pdf = opened.read(MAX_BYTES + 1)  # one byte more shows that the file is too large
    except OSError as error:
        say(f"station verify: {file}: {error.strerror}")
        return SharedExit.USAGE
    documents = DocumentWorker(document_process)
    try:
        found = documents.check(pdf, anchors=anchors, at=datetime.now(UTC))
    finally:
        documents.close()
    if isinstance(found, Fault):
        refused = {"file": str(file), "sealed": False, "trusted": False, "trust": "none",
                   "fault": found.code, "detail": found.detail}  # fmt: skip
        reason = words("en").form(found.code, "cause")
        answer(refused, as_json=as_json, text=f"not trusted: {found.code} {reason}\n"
               f"  {found.detail}")  # fmt: skip
        return VerifyExit.REFUSED
    report = found.report
    result = {
        "file": str(file),
        "sealed": True,
        "trusted": True,
        "trust": report.trust.value,
        "signer": report.signer,
        "signed_at": report.signed_at.isoformat() if report.signed_at else None,
        "pages": [
            {"width_mm": page.width_mm, "height_mm": page.height_mm} for page in report.pages
        ],
        "document_type": report.document_type,
        "verification_code": report.verification_code,
    }
    text = (
        f"sealed and trusted ({report.trust.value})\n"
        f"  signer  {report.signer}\n  signed  {result['signed_at']}\n"
        f"  pages   {len(report.pages)}\n  code    {report.verification_code}"
    )
    answer(result, as_json=as_json, text=text)
    return VerifyExit.TRUSTED
