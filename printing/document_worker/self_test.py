"""A sealed test page that the process verifies and draws before it reports that it is ready.

This proves that the seal check and the renderer work on this machine. It also loads everything
that they load with their first document, which takes 7 ms, so that no resident waits for it.
``python -m tests.printing.document_worker.make_self_test`` creates the two files and discards the
key.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from devices.health import Fault

from ..seal import verify as seal
from ..seal.preview import SealNotDrawnError, preview_copy
from .serving import Renderer, undrawable

PAGE = Path(__file__).with_name("self_test.pdf")
ANCHOR = Path(__file__).with_name("self_test.pem")
SEALED_AT = datetime(2026, 11, 30, 12, 0, tzinfo=UTC)
"""The certificate is valid at this time. The test does not depend on the clock."""
FAILED = 3
"""Exit code of a process that did not pass the test."""


def passes(renderer: Renderer, page: bytes | None = None) -> bool:
    """Whether the test page (or ``page`` instead of it) can be verified and drawn."""
    pdf = PAGE.read_bytes() if page is None else page
    report = seal.verify(pdf, anchors=[ANCHOR.read_bytes()], at=SEALED_AT)
    if isinstance(report, Fault):
        return False
    try:
        pages = renderer(preview_copy(pdf))
    except SealNotDrawnError:
        return False
    if pages is None:
        return False
    try:
        return undrawable(pages, len(report.pages), first=0) is None
    finally:
        pages.close()
