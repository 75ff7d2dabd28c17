"""Why something cannot be had now, in the words of the page and of the voice.

For welcome, choice and preview: what cannot be served is greyed with its reason, never offered
and failed; what only cannot be printed is offered for the phone, and says so.
"""

from __future__ import annotations

from devices.health import Fault
from printing.faults import PRINTER_UNREACHABLE
from terminal.session.model import Item, Station
from terminal.words import Words


def why_not(station: Station, item: Item, words: Words) -> str | None:
    """The sentence why ``item`` cannot be had now in any way; ``None`` when it can."""
    return _reason(station, item, station.unavailable(item), words)


def why_no_paper(station: Station, item: Item, words: Words) -> str | None:
    """The sentence why ``item`` cannot be printed now; ``None`` when it can."""
    return _reason(station, item, station.unprintable(item), words)


def only_phone(station: Station, item: Item, words: Words) -> str | None:
    """Why a phone is the only way to ``item`` now, and that it is one; ``None`` where it is not."""
    if station.unavailable(item) is not None:
        return None
    reason = why_no_paper(station, item, words)
    return None if reason is None else words.text("reason.to_phone", reason=reason)


def _reason(station: Station, item: Item, fault: Fault | None, words: Words) -> str | None:
    if fault is None:
        return None
    if fault == PRINTER_UNREACHABLE and not station.printer_for(item).faults:
        # It has not said anything yet: it may well be there.
        return words.text("printer.unasked")
    return words.text(fault.code)


def no_print_reason(station: Station, words: Words) -> str | None:
    """The sentence why nothing can be printed now, and whether the phone is a way; ``None`` when
    it can."""
    if station.printer.can_print:
        return None
    faults = station.printer.faults
    reason = words.text(faults[0].code if faults else "printer.unasked")
    if any(item.copy and station.unavailable(item) is None for item in station.items):
        return words.text("reason.to_phone", reason=reason)
    return reason
