"""What the session knows: the station, the look that a resident chose, the visit, its document.

The states hold these, and the pages show them. Data only. Each file is imported when one of its
classes is first used: the first page needs no visit.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from printing.media import Edition

    from .around import HelpAnswer, NearbyStation, Notice, Opening, nearest_with
    from .history import NO_TOTALS, PastFault, Total, Totals
    from .item import Item
    from .look import (
        CardSide,
        Language,
        Limits,
        Look,
        Mode,
        Patience,
        Speed,
        Theme,
        TraySide,
        Volume,
    )  # fmt: skip
    from .station import PRINTER_UNASKED, HelpCall, Processors, Station
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
else:
    FILES = {
        ".around": ("HelpAnswer", "NearbyStation", "Notice", "Opening", "nearest_with"),
        ".history": ("NO_TOTALS", "PastFault", "Total", "Totals"),
        ".item": ("Edition", "Item"),
        ".look": (
            "CardSide",
            "Language",
            "Limits",
            "Look",
            "Mode",
            "Patience",
            "Speed",
            "Theme",
            "TraySide",
            "Volume",
        ),
        ".station": ("PRINTER_UNASKED", "HelpCall", "Processors", "Station"),
    }
    """Which file has which names; all others are in `visit`."""

    def __getattr__(name: str) -> object:
        """Import the file that has this name."""
        if name not in __all__:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        file = next((file for file, names in FILES.items() if name in names), ".visit")
        return globals().setdefault(name, getattr(import_module(file, __name__), name))


__all__ = [
    "NO_TOTALS",
    "PRINTER_UNASKED",
    "CardSide",
    "CopyLink",
    "Document",
    "Edition",
    "EndReason",
    "HelpAnswer",
    "HelpCall",
    "Item",
    "Language",
    "Limits",
    "Look",
    "Mode",
    "NearbyStation",
    "Notice",
    "Opening",
    "PastFault",
    "Patience",
    "Person",
    "Presence",
    "Processors",
    "Reprint",
    "ReprintReason",
    "Retry",
    "Speed",
    "Station",
    "Theme",
    "Total",
    "Totals",
    "TraySide",
    "Visit",
    "Volume",
    "nearest_with",
]
