"""The state of the terminal itself: its devices, its services, and what it can serve now.

Every state holds it, and the pages show from it why a service is not available.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from devices.faults import precedence
from devices.health import DeviceStatus, Fault
from devices.signals.protocol import Headset, Someone
from printing.faults import PRINTER_UNREACHABLE
from printing.printer import PaperState, PrinterStatus, TonerState

from ...platform.items import NeededDevice
from .look import Language, Limits, Look

if TYPE_CHECKING:
    from devices.identity import CardKind
    from devices.readers.protocol import ReaderStatus

    from .around import HelpAnswer, NearbyStation, Notice
    from .item import Item

PRINTER_UNASKED = PrinterStatus(DeviceStatus.UNKNOWN, PaperState.UNKNOWN, TonerState.UNKNOWN)
"""The status before the printer has answered for the first time."""


@dataclass(frozen=True, slots=True)
class HelpCall:
    """One call for staff, made with the help button.

    ``called_at`` is in monotonic seconds. ``reached`` is ``None`` until the platform has answered
    or failed to, ``reference`` the platform's number of the call. ``answer`` is whether staff
    come; ``None`` until the platform says it.
    """

    number: int
    called_at: float
    reached: bool | None = None
    reference: str = ""
    answer: HelpAnswer | None = None


@dataclass(frozen=True, slots=True)
class Processors:
    """Who processes a resident's data, and how to reach them: the consent page tells it (PIPL 17).

    ``operator`` runs the station, ``handler`` the platform.
    """

    operator: str = ""
    handler: str = ""
    telephone: str = ""


@dataclass(frozen=True, slots=True)
class Station:
    """The state of the terminal itself, whether a resident is served or not."""

    readers: tuple[tuple[str, ReaderStatus], ...]
    printers: tuple[tuple[str, PrinterStatus], ...]
    """Pairs of name and status, the page printer first."""
    platform: Fault | None
    """Why the platform cannot be reached; ``None`` if the last request was answered."""
    items: tuple[Item, ...] = ()
    notices: tuple[Notice, ...] = ()
    """The platform's notices that are valid now, the most important one first."""
    nearby: tuple[NearbyStation, ...] = ()
    """The other stations to go to, open ones first, then the nearest. Known without a network."""
    limits: Limits = field(default_factory=Limits)
    home: Look = field(default_factory=Look)
    """The look that every visit starts with."""
    cards_present: tuple[str, ...] = ()
    """Readers on which a card is present, as far as they can report it."""
    blocked: Fault | None = None
    """Why the terminal must not serve until staff have checked the output tray (a leftover job)."""
    leftover: Fault | None = None
    """Pages of an earlier visit that a printer reports: they may still come out, or be in the tray.
    It is known after a restart too, when ``blocked`` is not."""
    tray_called: bool = False
    """Staff have been called to the pages of an earlier visit, which are still there."""
    unblocking: bool = False
    """Staff have checked the tray, and the printer is being asked whether its list is empty."""
    own: Fault | None = None
    """Why the terminal itself must not serve (its journal cannot be written)."""
    accepts: tuple[CardKind, ...] = ()
    """The kinds of card that the station's readers can read."""
    operators: bool = True
    """Whether an issuer of operator cards is configured. If not, no page asks for such a card."""
    processors: Processors = Processors()
    """Who processes the data, as configured."""
    requests: int = 0
    """The number of the last request since the start (see `state.ask`)."""
    calls: int = 0
    """The number of the help button's last call since the start."""
    voices: frozenset[Language] | None = None
    """The languages that the voice speaks now; ``None`` until the speech process has reported."""
    elder_voice: bool = False
    """Whether choosing the elder mode switches the voice on."""
    headset: Headset = Headset.NOT_SUPPORTED
    someone: Someone = Someone.NOT_SUPPORTED
    help: HelpCall | None = None
    """The last call. Cleared when staff present their card, or if it could not be recorded."""

    def speaks(self, language: Language) -> bool:
        """Whether the voice can be offered in this language. Until it is known, it is offered."""
        return self.voices is None or language in self.voices

    def open_call(self, now: float) -> HelpCall | None:
        """Return the last call if it is recent enough that staff may still come; else ``None``."""
        call = self.help
        if call is None or now - call.called_at >= self.limits.help_call_s:
            return None
        return call

    @property
    def printer(self) -> PrinterStatus:
        """The status of the page printer."""
        return self.printers[0][1] if self.printers else PRINTER_UNASKED

    def printer_for(self, item: Item) -> PrinterStatus:
        """Return the status of the printer that holds the item's paper, else the page printer's."""
        fit = (status for _, status in self.printers if status.media == item.media)
        return next(fit, self.printer)

    def reader(self, name: str) -> ReaderStatus | None:
        """Return the status of the reader of this name."""
        return dict(self.readers).get(name)

    def out_of_service(self) -> Fault | None:
        """Return why no resident can be served at all; ``None`` if one can.

        A printer without paper is no such reason: the items that need it are shown in grey, with
        the reason.
        """
        if self.blocked or self.leftover or self.own:
            return self.blocked or self.leftover or self.own
        if not any(status.status is DeviceStatus.ONLINE for _, status in self.readers):
            faults = [status.fault for _, status in self.readers if status.fault]
            if faults:
                return min(faults, key=precedence)
        return self.platform

    def unavailable(self, item: Item) -> Fault | None:
        """Return why this item is not available now, on paper or on a phone; ``None`` if it is.

        If the printer cannot print, an item that a phone can fetch is still available. If a
        leftover job is reported, it is not: the pages of an earlier resident may come out in front
        of this one. Until staff have checked the output tray, no resident is served.
        """
        if item.closed is not None:
            return item.closed
        if NeededDevice.PRINTER not in item.devices:
            return None
        kept = self.blocked or self.own or self.leftover
        if kept is not None or item.copy:
            return kept
        return self.unprintable(item)

    def unprintable(self, item: Item) -> Fault | None:
        """Return why this item cannot be printed now; ``None`` if it can be."""
        if item.closed is not None:
            return item.closed
        if NeededDevice.PRINTER not in item.devices:
            return None
        if self.blocked is not None or self.own is not None:
            return self.blocked or self.own
        printer = self.printer_for(item)
        if not printer.can_print:
            return printer.faults[0] if printer.faults else PRINTER_UNREACHABLE
        return None
