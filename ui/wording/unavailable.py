"""Explains why a service is not available now, for the page and for the voice.

Used by the welcome, choosing and preview pages. A service that cannot be provided is greyed, with
the reason, so that it is never offered and then fails. A service that only cannot be printed is
offered for the phone, with the reason.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from devices.health import Fault
from printing.faults import PRINTER_UNREACHABLE
from terminal.words import Words

if TYPE_CHECKING:
    from terminal.session.model import Item, Station


def why_not(station: Station, item: Item, words: Words) -> str | None:
    """Return why ``item`` is not available at all now; ``None`` if it is available."""
    return _reason(station, item, station.unavailable(item), words)


def why_no_paper(station: Station, item: Item, words: Words) -> str | None:
    """Return why ``item`` cannot be printed now; ``None`` if it can."""
    return _reason(station, item, station.unprintable(item), words)


def only_phone(station: Station, item: Item, words: Words) -> str | None:
    """Return why ``item`` is available only on the phone now; ``None`` if that is not the case."""
    if station.unavailable(item) is not None:
        return None
    reason = why_no_paper(station, item, words)
    return None if reason is None else words.text("reason.to_phone", reason=reason)


def _reason(station: Station, item: Item, fault: Fault | None, words: Words) -> str | None:
    if fault is None:
        return None
    if fault == PRINTER_UNREACHABLE and not station.printer_for(item).faults:
        # The printer has not reported yet; it may still be ready.
        return words.text("printer.unasked")
    return words.text(fault.code)


def no_print_reason(station: Station, words: Words) -> str | None:
    """Return why nothing can be printed now, and whether the phone can be used; ``None`` if
    printing is possible."""
    if station.printer.can_print:
        return None
    faults = station.printer.faults
    reason = words.text(faults[0].code if faults else "printer.unasked")
    if any(item.copy and station.unavailable(item) is None for item in station.items):
        return words.text("reason.to_phone", reason=reason)
    return reason
