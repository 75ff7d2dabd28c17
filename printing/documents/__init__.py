"""Documents: what they state, and how they are set.

For the terminal (lists, receipts, test pages) and the platform stand-in (certificates to be
sealed). ``render`` gives bytes in memory; nothing here writes a file, reads a clock, or draws a
seal. Importing this is cheap: ReportLab is loaded with the first document, or by ``warm_up``.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import assert_never

from devices.health import Fault
from printing import fonts

from .data import (
    AccountState,
    Certificate,
    Contribution,
    ContributionMonth,
    DepositCertificate,
    Document,
    DocumentType,
    Insurance,
    InsuranceCertificate,
    InsuranceState,
    Issue,
    Month,
    TestPage,
)

__all__ = [
    "AccountState",
    "Certificate",
    "Contribution",
    "ContributionMonth",
    "DepositCertificate",
    "Document",
    "DocumentType",
    "Insurance",
    "InsuranceCertificate",
    "InsuranceState",
    "Issue",
    "Month",
    "TestPage",
    "render",
    "warm_up",
]


def render(
    document: Document, *, sample: bool, directories: Sequence[Path] = fonts.DIRECTORIES
) -> bytes | Fault:
    """Set ``document`` as a PDF 1.7 file.

    ``sample`` marks every page 样张. ``directories``: where the fonts are. Safe on any thread;
    blocks for some milliseconds, the first time for the loading of ReportLab and the fonts too.

    :returns: the file, unsigned, or a fault: ``FONT_MISSING``, ``GLYPH_MISSING``.
    """
    chain = fonts.chain(directories)
    if isinstance(chain, Fault):
        return chain
    from .deposit import render_deposit
    from .insurance import render_insurance
    from .testpage import render_test_page

    match document:
        case InsuranceCertificate():
            return render_insurance(document, chain, sample=sample)
        case DepositCertificate():
            return render_deposit(document, chain, sample=sample)
        case TestPage():
            return render_test_page(document, chain, sample=sample)
        case _:
            assert_never(document)


def warm_up(directories: Sequence[Path] = fonts.DIRECTORIES) -> Fault | None:
    """Load ReportLab and the fonts now; for a worker, before the first document is asked for."""
    from . import deposit, insurance, testpage  # noqa: F401

    chain = fonts.chain(directories)
    return chain if isinstance(chain, Fault) else None
