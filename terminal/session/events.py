"""The events: facts that came from a person, a card, the printer, the platform or the clock.

What a person enters (a code, a PIN) lives in the event only, and its ``repr`` is masked.
Answers carry the ``visit`` they belong to, so that a late one never reaches the next person.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from devices.health import Fault
from devices.identity import Identity
from devices.operator import OperatorCard
from devices.readers.protocol import CardFailed, CardLaid, CardLifted, ReaderChanged
from printing.outcome import PrintEnded, PrintProgress
from printing.printer import PrinterChanged

from .model import (
    NO_TOTALS,
    CopyLink,
    Document,
    Edition,
    Item,
    Language,
    Mode,
    PastFault,
    Person,
    Request,
    Totals,
)

# -- a person ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Touched:
    """The screen was touched, or moved, or scrolled: somebody is there."""


@dataclass(frozen=True, slots=True)
class ModeChosen:
    """Larger or standard type."""

    mode: Mode


@dataclass(frozen=True, slots=True)
class LanguageChosen:
    """Another language."""

    language: Language


@dataclass(frozen=True, slots=True)
class VoiceChosen:
    """The voice on or off."""

    on: bool


@dataclass(frozen=True, slots=True)
class HelpPressed:
    """Staff are wanted."""


@dataclass(frozen=True, slots=True)
class HelpDismissed:
    """Back to the page from which staff were called."""


@dataclass(frozen=True, slots=True)
class LeavePressed:
    """ "I do not want to go on": everything is given back."""


@dataclass(frozen=True, slots=True)
class BackPressed:
    """To the page before."""


@dataclass(frozen=True, slots=True)
class RetryPressed:
    """Try again what failed."""


@dataclass(frozen=True, slots=True)
class Consented:
    """The resident agrees that the card's data is used."""


@dataclass(frozen=True, slots=True)
class ServiceChosen:
    """One item of the catalogue."""

    item: str


@dataclass(frozen=True, slots=True)
class CodeEntered:
    """The six digits from the phone."""

    code: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class CodeAgainPressed:
    """Send the code once more."""


@dataclass(frozen=True, slots=True)
class StaffPressed:
    """Let a member of staff check instead of the code."""


@dataclass(frozen=True, slots=True)
class StaffEntered:
    """A member of staff looked at card and person, and signs with number and PIN."""

    helper: str
    pin: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class EditionChosen:
    """The document is wanted in another edition."""

    edition: Edition


@dataclass(frozen=True, slots=True)
class CopyPressed:
    """The document is wanted on a phone instead of on paper."""


@dataclass(frozen=True, slots=True)
class PrintPressed:
    """The previewed pages are to be printed."""


@dataclass(frozen=True, slots=True)
class PagesConfirmed:
    """The person says whether all the pages came out."""

    came_out: bool


@dataclass(frozen=True, slots=True)
class MorePressed:
    """Another service in the same visit."""


@dataclass(frozen=True, slots=True)
class DonePressed:
    """Finished."""


@dataclass(frozen=True, slots=True)
class MaintenancePressed:
    """The long press in the corner."""


@dataclass(frozen=True, slots=True)
class PinEntered:
    """The maintenance PIN."""

    pin: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class TestPagePressed:
    """Print a test page."""

    __test__ = False


@dataclass(frozen=True, slots=True)
class ReportPressed:
    """Print the diagnostic report."""


@dataclass(frozen=True, slots=True)
class UnblockPressed:
    """The maintainer has taken the leftover paper out and lets the terminal serve again."""


@dataclass(frozen=True, slots=True)
class MaintenanceClosed:
    """Back to residents."""


# -- cards (with devices.readers.protocol's CardLaid, CardFailed, CardLifted) ----------------------


@dataclass(frozen=True, slots=True)
class CardRead:
    """A card was read; ``visit`` is a fresh opaque id, used if this begins a visit."""

    visit: str
    reader: str
    identity: Identity
    presence_known: bool


@dataclass(frozen=True, slots=True)
class OperatorCardRead:
    """A card of the terminal's own; ``key``: a fresh opaque id, used if this opens maintenance.

    ``again``: it lies there since it was last told; nobody has laid it on.
    """

    key: str
    reader: str
    card: OperatorCard
    again: bool = False


# -- the platform --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PlatformChanged:
    """The platform answers (``None``) or does not."""

    fault: Fault | None


@dataclass(frozen=True, slots=True)
class StationBlocked:
    """The terminal itself must not serve (its journal cannot be written), or may again."""

    fault: Fault | None


@dataclass(frozen=True, slots=True)
class CatalogueArrived:
    """The signed catalogue, checked."""

    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class PersonKnown:
    """The platform knows the person."""

    visit: str
    person: Person


@dataclass(frozen=True, slots=True)
class PlatformFailed:
    """A request of this visit failed.

    ``item``, ``edition`` and ``number`` (of the document) are what was asked for, as far as the
    request named it: made by ``session.failed``.
    """

    visit: str
    request: Request
    fault: Fault
    item: str = ""
    edition: Edition | None = None
    number: str = ""


@dataclass(frozen=True, slots=True)
class CodeSent:
    """A code is on its way to the phone on record."""

    visit: str
    masked_phone: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class CodeChecked:
    """The code was right, or wrong with ``tries_left`` (0: stopped); ``item``: on the way to it."""

    visit: str
    ok: bool
    tries_left: int
    item: str
    fault: Fault | None = None


@dataclass(frozen=True, slots=True)
class StaffChecked:
    """The member of staff was accepted for the item, or not."""

    visit: str
    ok: bool
    item: str
    fault: Fault | None = None


@dataclass(frozen=True, slots=True)
class DocumentReady:
    """The item was issued, and its seal verified for this person."""

    visit: str
    document: Document
    item: str


@dataclass(frozen=True, slots=True)
class DocumentRefused:
    """Issued, and not fit to be printed."""

    visit: str
    fault: Fault
    item: str
    edition: Edition


@dataclass(frozen=True, slots=True)
class PageNotShown:
    """A page of the document of this ``number`` could not be drawn on the screen."""

    visit: str
    number: str
    fault: Fault


@dataclass(frozen=True, slots=True)
class CopyReady:
    """The platform holds a copy of the document of this ``number`` ready for the person's phone."""

    visit: str
    item: str
    link: CopyLink
    number: str


@dataclass(frozen=True, slots=True)
class HelpRecorded:
    """The result of a call for staff: whether the platform has it.

    ``call`` is the number of the help button's call; 0 if the terminal called by itself.
    ``made``: the call is in the journal, so it is sent sooner or later. If it is not, the help
    button must call again.
    """

    reached: bool
    reference: str = ""
    call: int = 0
    made: bool = True


# -- the printer (with printing's PrintProgress, PrintEnded, PrinterChanged) -----------------


@dataclass(frozen=True, slots=True)
class PaperCleared:
    """Whether the device's own list of jobs was shown to be empty."""

    empty: bool


# -- maintenance and the clock ---------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PinChecked:
    """The PIN was right (``key``: a fresh opaque id), or wrong and locked for ``locked_s``."""

    ok: bool
    locked_s: int = 0
    key: str = ""
    opening: float = -1.0
    """When the page was opened that asked for it: an answer lets nobody in at a later one."""


@dataclass(frozen=True, slots=True)
class FaultsLoaded:
    """The journal's last faults, and what was given out."""

    faults: tuple[PastFault, ...]
    totals: Totals = NO_TOTALS


@dataclass(frozen=True, slots=True)
class Tick:
    """Time has passed."""


Event = (
    Touched | ModeChosen | LanguageChosen | VoiceChosen | HelpPressed | HelpDismissed
    | LeavePressed | BackPressed | RetryPressed | Consented | ServiceChosen | CodeEntered
    | CodeAgainPressed | StaffPressed | StaffEntered | EditionChosen | CopyPressed | PrintPressed
    | PagesConfirmed | MorePressed | DonePressed | MaintenancePressed | PinEntered
    | TestPagePressed | ReportPressed | UnblockPressed | MaintenanceClosed | CardLaid | CardRead
    | OperatorCardRead | CardFailed | CardLifted
    | ReaderChanged | PrinterChanged | PlatformChanged | StationBlocked | CatalogueArrived
    | PersonKnown | PlatformFailed | CodeSent | CodeChecked | StaffChecked | DocumentReady
    | DocumentRefused | PageNotShown | CopyReady | HelpRecorded | PrintProgress | PrintEnded
    | PaperCleared | PinChecked | FaultsLoaded | Tick
)  # fmt: skip
"""Every fact there is; the table's test enumerates them."""
