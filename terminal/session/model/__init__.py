"""What the session knows: the station, the look that a resident chose, the visit, its document.

The states hold these, and the pages show them. Data only.
"""

from __future__ import annotations

from printing.media import Edition

from .history import NO_TOTALS, PastFault, Total, Totals
from .item import Item
from .look import CardSide, Language, Limits, Look, Mode
from .station import PRINTER_UNASKED, HelpCall, Station
from .visit import (
    CopyLink,
    Document,
    EndReason,
    Person,
    Presence,
    Reprint,
    ReprintReason,
    Retry,
    Visit,
)

__all__ = [
    "NO_TOTALS",
    "PRINTER_UNASKED",
    "CardSide",
    "CopyLink",
    "Document",
    "Edition",
    "EndReason",
    "HelpCall",
    "Item",
    "Language",
    "Limits",
    "Look",
    "Mode",
    "PastFault",
    "Person",
    "Presence",
    "Reprint",
    "ReprintReason",
    "Retry",
    "Station",
    "Total",
    "Totals",
    "Visit",
]
