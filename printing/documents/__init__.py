"""Documents: the data that they state, and how they are typeset.

Used by the terminal (lists, receipts, test pages) and by the sandbox platform (certificates before
they are sealed). ``render`` returns bytes; nothing here writes a file, reads the clock or draws a
seal. This import is cheap: the first document, or ``warm_up``, loads ReportLab.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from devices.health import Fault

from ..media import Edition
from ..typesetting import font_chain
from ..typesetting.issue import Issue
from .certificates.certificate import Certificate
from .certificates.data import AccountState, Insurance, Month
from .kinds import Document, Paper
from .own_data import (
    ApplicationForm,
    FormField,
    Receipt,
    ReceiptPaper,
    Report,
    ReportColumn,
    ReportSection,
    TestPage,
)
from .reports import (
    DeviceState,
    Diagnosis,
    FaultLine,
    ItemTotal,
    PeriodTotals,
    PrinterState,
    diagnostic_report,
    station_report,
)

__all__ = [
    "AccountState",
    "ApplicationForm",
    "Certificate",
    "DeviceState",
    "Diagnosis",
    "Document",
    "Edition",
    "FaultLine",
    "FormField",
    "Insurance",
    "Issue",
    "ItemTotal",
    "Month",
    "Paper",
    "PeriodTotals",
    "PrinterState",
    "Receipt",
    "ReceiptPaper",
    "Report",
    "ReportColumn",
    "ReportSection",
    "TestPage",
    "diagnostic_report",
    "render",
    "station_report",
    "warm_up",
]


def render(
    document: Document,
    *,
    sample: bool,
    edition: Edition = Edition.STANDARD,
    directories: Sequence[Path] = font_chain.DIRECTORIES,
) -> bytes | Fault:
    """Typeset ``document`` as a PDF 1.7 file.

    ``sample`` marks every page with 样张. ``directories``: folders of the fonts. Any thread may
    call this. It blocks for some milliseconds; the first call also loads ReportLab and the fonts.

    :returns: the file, not sealed, or the fault ``FONT_MISSING`` or ``GLYPH_MISSING``.
    """
    chain = font_chain.chain(directories)
    if isinstance(chain, Fault):
        return chain
    from ..typesetting.layout import Setting
    from .catalogue import set_document

    return set_document(document, Setting(chain, edition, sample))


def warm_up(directories: Sequence[Path] = font_chain.DIRECTORIES) -> Fault | None:
    """Load ReportLab and the fonts now, so that the first document of a worker is not slower."""
    from ..typesetting import qr_code, writer  # noqa: F401 - they load ReportLab and segno
    from . import catalogue  # noqa: F401 - loads the layouts

    chain = font_chain.chain(directories)
    return chain if isinstance(chain, Fault) else None
