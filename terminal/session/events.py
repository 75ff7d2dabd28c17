"""The events, in three families: presses of a person, facts, and answers to requests.

The unions `Press`, `Fact` and `Answer` at the end say which is which, and the rule of each family.
What a person enters (a code, a PIN) lives in the event only, and its ``repr`` is masked.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from devices.health import Fault
from devices.identity import Identity
from devices.operator import OperatorCard
from devices.readers.protocol import CardFailed, CardPresented, CardRemoved, ReaderChanged
from devices.signals.protocol import HeadsetChanged, SomeoneChanged
from printing.outcome import PrintEnded, PrintProgress
from printing.printer import PrinterChanged

from .model import (
    NO_TOTALS,
    CopyLink,
    Document,
    Edition,
    HelpAnswer,
    Item,
    Language,
    Mode,
    NearbyStation,
    Notice,
    PastFault,
    Person,
    Speed,
    Totals,
    Volume,
)

# -- a person -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Touched:
    """The screen was touched or scrolled, or a pointer moved: a person is there."""


@dataclass(frozen=True, slots=True)
class ModeChosen:
    """Show larger or standard type."""

    mode: Mode


@dataclass(frozen=True, slots=True)
class LanguageChosen:
    """Show another language."""

    language: Language


@dataclass(frozen=True, slots=True)
class VoiceChosen:
    """Switch the voice on or off."""

    on: bool


@dataclass(frozen=True, slots=True)
class VolumeChosen:
    """Speak louder or more quietly."""

    volume: Volume


@dataclass(frozen=True, slots=True)
class SpeedChosen:
    """Speak faster or more slowly."""

    speed: Speed


@dataclass(frozen=True, slots=True)
class PrivateListeningChosen:
    """Let the voice say personal data, because only the resident hears it, or no longer."""

    on: bool


@dataclass(frozen=True, slots=True)
class HelpPressed:
    """Call staff."""


@dataclass(frozen=True, slots=True)
class HelpDismissed:
    """Go back to the page from which staff were called."""


@dataclass(frozen=True, slots=True)
class EndPressed:
    """End the visit. The resident is asked first if something would be lost."""


@dataclass(frozen=True, slots=True)
class LeavePressed:
    """End the visit without asking: the resident refuses, or has confirmed it."""


@dataclass(frozen=True, slots=True)
class StopPressed:
    """Stop the print job. The visit goes on."""


@dataclass(frozen=True, slots=True)
class BackPressed:
    """Go back to the previous page."""


@dataclass(frozen=True, slots=True)
class RetryPressed:
    """Try again what failed."""


@dataclass(frozen=True, slots=True)
class Consented:
    """The resident agrees that the terminal uses the data of the card."""


@dataclass(frozen=True, slots=True)
class ServiceChosen:
    """Choose this item of the catalogue."""

    item: str


@dataclass(frozen=True, slots=True)
class CodeEntered:
    """The six digits from the phone."""

    code: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class CodeAgainPressed:
    """Send another code."""


@dataclass(frozen=True, slots=True)
class StaffPressed:
    """Let a member of staff check instead of the code."""


@dataclass(frozen=True, slots=True)
class StaffEntered:
    """A member of staff compared card and person, and confirms it with staff number and PIN."""

    staff_number: str
    pin: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class EditionChosen:
    """Issue the document in another edition."""

    edition: Edition


@dataclass(frozen=True, slots=True)
class CopyPressed:
    """Fetch the document with a phone instead of printing it."""


@dataclass(frozen=True, slots=True)
class PrintPressed:
    """Print the previewed pages."""


@dataclass(frozen=True, slots=True)
class PagesConfirmed:
    """The person says whether all the pages came out."""

    came_out: bool


@dataclass(frozen=True, slots=True)
class MorePressed:
    """Choose another service in the same visit."""


@dataclass(frozen=True, slots=True)
class DonePressed:
    """End the visit: everything is done."""


@dataclass(frozen=True, slots=True)
class MaintenancePressed:
    """Ask for the maintenance PIN page (the long press in the corner)."""


@dataclass(frozen=True, slots=True)
class PinEntered:
    """Check this maintenance PIN."""

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
    """Let the terminal serve again: the paper that was left has been removed."""


@dataclass(frozen=True, slots=True)
class MaintenanceClosed:
    """Close maintenance and go back to residents."""


# -- cards (with CardPresented, CardFailed and CardRemoved of devices.readers.protocol) -----------


@dataclass(frozen=True, slots=True)
class CardRead:
    """A card was read. ``visit`` is a new opaque id, used if this begins a visit."""

    visit: str
    reader: str
    identity: Identity
    presence_known: bool


@dataclass(frozen=True, slots=True)
class OperatorCardRead:
    """An operator card was read. ``key`` is a new opaque id, used if this opens maintenance.

    ``again``: the card was reported before and is still present. It was not presented again.
    """

    key: str
    reader: str
    card: OperatorCard
    again: bool = False


# -- the platform ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PlatformChanged:
    """The platform can be reached (``None``), or cannot (``fault`` says why)."""

    fault: Fault | None


@dataclass(frozen=True, slots=True)
class StationBlocked:
    """The terminal itself must not serve (its journal cannot be written), or may again."""

    fault: Fault | None


@dataclass(frozen=True, slots=True)
class CatalogueArrived:
    """The items of the catalogue. Its signature was verified."""

    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class NoticesArrived:
    """The notices that are valid now. Their signature was verified."""

    notices: tuple[Notice, ...]


@dataclass(frozen=True, slots=True)
class NearbyArrived:
    """The other stations to go to, open ones first. Their signature was verified."""

    stations: tuple[NearbyStation, ...]


# -- answers: ``request`` is the number of the request that they answer -----------------------


@dataclass(frozen=True, slots=True)
class PersonKnown:
    """The platform knows the person."""

    request: int
    person: Person


@dataclass(frozen=True, slots=True)
class PlatformFailed:
    """The request failed."""

    request: int
    fault: Fault


@dataclass(frozen=True, slots=True)
class CodeSent:
    """A code is on its way to the phone on record."""

    request: int
    masked_phone: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class CodeChecked:
    """The code was right, or wrong with ``tries_left`` (0: no more tries)."""

    request: int
    ok: bool
    tries_left: int
    fault: Fault | None = None


@dataclass(frozen=True, slots=True)
class StaffChecked:
    """The member of staff was accepted for the item, or not."""

    request: int
    ok: bool
    fault: Fault | None = None


@dataclass(frozen=True, slots=True)
class DocumentReady:
    """The item was issued, and its seal verified for this person."""

    request: int
    document: Document


@dataclass(frozen=True, slots=True)
class DocumentRefused:
    """The item was issued, but the document must not be printed."""

    request: int
    fault: Fault


@dataclass(frozen=True, slots=True)
class PageNotShown:
    """A page of the document could not be drawn. ``request`` is that of the preview."""

    request: int
    fault: Fault


@dataclass(frozen=True, slots=True)
class CopyReady:
    """The platform holds a copy of the document ready for the person's phone."""

    request: int
    link: CopyLink


@dataclass(frozen=True, slots=True)
class PinChecked:
    """The PIN was right (``key``: a new opaque id), or wrong. Entry is locked for ``locked_s``."""

    request: int
    ok: bool
    locked_s: int = 0
    key: str = ""


@dataclass(frozen=True, slots=True)
class FaultsLoaded:
    """The last faults of the journal, and the totals of what was printed and copied."""

    request: int
    faults: tuple[PastFault, ...]
    totals: Totals = NO_TOTALS


# -- staff ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class HelpRecorded:
    """The result of a call for staff: whether the platform has it.

    ``call`` is the number of the help button's call; 0 if the terminal called by itself.
    ``made``: the call is in the journal, so it will be sent. If it is not, the next press of the
    help button must call again.
    """

    reached: bool
    reference: str = ""
    call: int = 0
    made: bool = True


@dataclass(frozen=True, slots=True)
class HelpAnswered:
    """What became of a call for staff: whether they come, who and when.

    ``call`` is the number of the help button's call. The answer may change until staff are here.
    """

    call: int
    answer: HelpAnswer


# -- the printer (with printing's PrintProgress, PrintEnded, PrinterChanged) ----------------------


@dataclass(frozen=True, slots=True)
class PaperCleared:
    """The printer was asked whether its own list of jobs is empty. ``empty``: it is."""

    empty: bool


# -- the voice, headset and presence (with devices' HeadsetChanged, SomeoneChanged) ----------------


@dataclass(frozen=True, slots=True)
class VoicesChanged:
    """The languages that the voice can speak now. Without a speech engine there are none."""

    languages: frozenset[Language]


# -- the clock -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Tick:
    """Time has passed."""


Press = (
    Touched | ModeChosen | LanguageChosen | VoiceChosen | VolumeChosen | SpeedChosen
    | PrivateListeningChosen | HelpPressed | HelpDismissed
    | EndPressed | LeavePressed | StopPressed | BackPressed | RetryPressed | Consented
    | ServiceChosen | CodeEntered
    | CodeAgainPressed | StaffPressed | StaffEntered | EditionChosen | CopyPressed | PrintPressed
    | PagesConfirmed | MorePressed | DonePressed | MaintenancePressed | PinEntered
    | TestPagePressed | ReportPressed | UnblockPressed | MaintenanceClosed
)  # fmt: skip
"""What a person does on a page. A state drops a press that it does not list: it is a late touch
of the previous page."""

Fact = (
    CardPresented | CardRead | OperatorCardRead | CardFailed | CardRemoved | ReaderChanged
    | PrinterChanged | PlatformChanged | StationBlocked | CatalogueArrived | NoticesArrived
    | NearbyArrived | HelpRecorded | HelpAnswered
    | PrintProgress | PrintEnded | PaperCleared | VoicesChanged | HeadsetChanged
    | SomeoneChanged | Tick
)  # fmt: skip
"""News that does not depend on the page. Each state handles each fact or says why it ignores it."""

Answer = (
    PersonKnown | PlatformFailed | CodeSent | CodeChecked | StaffChecked | DocumentReady
    | DocumentRefused | PageNotShown | CopyReady | PinChecked | FaultsLoaded
)  # fmt: skip
"""The answer to a request: an ``Ask…`` effect, a PIN check, a journal query or a preview. A state
that does not wait for it (`State.awaits`) drops it, and its personal data is wiped."""

Event = Press | Fact | Answer
