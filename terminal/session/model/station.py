"""What is true of the terminal whoever stands before it, and what it can serve now.

For every situation, which holds it, and the pages, which say why something cannot be had.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from devices.faults import precedence
from devices.health import DeviceStatus, Fault
from devices.identity import CardKind
from devices.readers.protocol import ReaderStatus
from printing.faults import PRINTER_UNREACHABLE
from printing.printer import PaperState, PrinterStatus, TonerState

from .item import Item
from .look import Limits, Look

PRINTER_UNASKED = PrinterStatus(DeviceStatus.UNKNOWN, PaperState.UNKNOWN, TonerState.UNKNOWN)
"""Before the device has answered for the first time."""


@dataclass(frozen=True, slots=True)
class HelpCall:
    """One call for staff, made with the help button.

    ``called_at`` is in monotonic seconds. ``reached`` is ``None`` until the platform has answered
    or failed to, ``reference`` the platform's number of the call.
    """

    number: int
    called_at: float
    reached: bool | None = None
    reference: str = ""


@dataclass(frozen=True, slots=True)
class Station:
    """What is true of the terminal whoever stands before it."""

    readers: tuple[tuple[str, ReaderStatus], ...]
    printers: tuple[tuple[str, PrinterStatus], ...]
    """By name, the page printer first."""
    platform: Fault | None
    """``None``: it answered the last time it was asked."""
    items: tuple[Item, ...] = ()
    limits: Limits = field(default_factory=Limits)
    home: Look = field(default_factory=Look)
    """The look that every visit starts with."""
    lying: tuple[str, ...] = ()
    """Readers on which a card lies, so far as they can tell."""
    blocked: Fault | None = None
    """Why the terminal must not serve until staff have been there (a leftover job)."""
    leftover: Fault | None = None
    """Pages of an earlier visit that a printer tells of and that may still come out, or lie in the
    tray (also after a restart, when ``blocked`` is forgotten)."""
    unblocking: bool = False
    """Staff have been there; the printer is asked whether its list is empty."""
    own: Fault | None = None
    """Why the terminal itself must not serve (its journal cannot be written)."""
    accepts: tuple[CardKind, ...] = ()
    """The kinds of card that the station's readers can read."""
    operators: bool = True
    """Whether it knows an issuer of staff cards; without one no page asks for such a card."""
    calls: int = 0
    """How often the help button has called staff since the start: numbers the calls."""
    help: HelpCall | None = None
    """The last call; cleared when staff present their card, or if it could not be made."""

    def open_call(self, now: float) -> HelpCall | None:
        """Return the call for which staff are on their way at ``now`` (monotonic s), if any."""
        call = self.help
        if call is None or now - call.called_at >= self.limits.help_call_s:
            return None
        return call

    @property
    def printer(self) -> PrinterStatus:
        """The page printer's state."""
        return self.printers[0][1] if self.printers else PRINTER_UNASKED

    def printer_for(self, item: Item) -> PrinterStatus:
        """The state of the printer that holds the item's paper; the page printer's where none
        says that it does."""
        fit = (status for _, status in self.printers if status.media == item.media)
        return next(fit, self.printer)

    def reader(self, name: str) -> ReaderStatus | None:
        """The state of the reader of this name."""
        return dict(self.readers).get(name)

    def out_of_service(self) -> Fault | None:
        """Why nobody can be served at all; ``None`` while somebody can.

        Paper out is not among these: items that print are greyed with the reason instead.
        """
        if self.blocked or self.leftover or self.own:
            return self.blocked or self.leftover or self.own
        if not any(status.status is DeviceStatus.ONLINE for _, status in self.readers):
            faults = [status.fault for _, status in self.readers if status.fault]
            if faults:
                return min(faults, key=precedence)
        return self.platform

    def unavailable(self, item: Item) -> Fault | None:
        """Why this item cannot be had now, on paper or on a phone; ``None`` when it can.

        A printer that cannot print closes no item that a phone can fetch. A leftover job does,
        although the phone needs no paper: the last resident's pages may come out while this one
        stands there, and until staff have looked into the tray nobody is to stand there at all.
        """
        if item.closed is not None:
            return item.closed
        if "printer" not in item.devices:
            return None
        kept = self.blocked or self.own or self.leftover
        if kept is not None or item.copy:
            return kept
        return self.unprintable(item)

    def unprintable(self, item: Item) -> Fault | None:
        """Why this item cannot be printed now; ``None`` when it can."""
        if item.closed is not None:
            return item.closed
        if "printer" not in item.devices:
            return None
        if self.blocked is not None or self.own is not None:
            return self.blocked or self.own
        printer = self.printer_for(item)
        if not printer.can_print:
            return printer.faults[0] if printer.faults else PRINTER_UNREACHABLE
        return None
