"""Why something cannot be had now, in the words of the page and of the voice.

For choice and preview: what cannot be served is greyed with its reason, never offered and failed.
"""

from __future__ import annotations

from printing.faults import PRINTER_UNREACHABLE
from terminal.session.model import Item, Station
from terminal.words import Words


def why_not(station: Station, item: Item, words: Words) -> str | None:
    """The sentence why ``item`` cannot be served now; ``None`` when it can."""
    fault = station.unavailable(item)
    if fault is None:
        return None
    if fault == PRINTER_UNREACHABLE and not station.printer_for(item).faults:
        # It has not said anything yet: it may well be there.
        return words.text("printer.unasked")
    return words.text(fault.code)


def no_print_reason(station: Station, words: Words) -> str | None:
    """The sentence why nothing can be printed now; ``None`` when it can."""
    if station.printer.can_print:
        return None
    if station.printer.faults:
        return words.text(station.printer.faults[0].code)
    return words.text("printer.unasked")
