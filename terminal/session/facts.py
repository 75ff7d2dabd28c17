"""Facts: how they update the station in every state, and the handlers that states share.

A state's row starts from one of the mappings below (`EVERYWHERE`, `HOME`, `BEFORE_VISIT`,
`IN_VISIT`, `MAINTENANCE`) and replaces what it handles differently.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TypeVar

from devices.operator import Role
from devices.readers.protocol import CardFailed, CardPresented, CardRemoved, ReaderChanged
from devices.signals.protocol import HeadsetChanged, SomeoneChanged
from printing.faults import LEFTOVER_JOB
from printing.outcome import Outcome, PrintEnded, PrintProgress, nothing_came_out
from printing.printer import PrinterChanged

from ..faults import WORKER_FAILED
from ..platform.kinds import HelpProgress
from . import events as ev
from .deadline import waited_too_long
from .effects import CallHelp, ConfirmPrinted, Effect, RecordFault, Wipe
from .model import EndReason, Mode, Presence, Station
from .row import Handler, Ignored
from .state import InVisit, State, Step, Wrapping

if TYPE_CHECKING:
    from .flows import Go

S = TypeVar("S", bound=State)


# -- what is updated in every state ---------------------------------------------------------------


def updated(state: S, event: object) -> S:
    """Return the state with its station and look updated from the event.

    `advance` calls this before the state's own handler. A wrapped state is updated too.
    """
    station, look = _station(state.station, event), state.look
    match event:
        case PrinterChanged():
            station = _with_leftover(station, state)
        case ev.ModeChosen(mode):
            look = replace(look, mode=mode)
            if mode is Mode.ELDER and station.elder_voice:
                look = replace(look, voice=True)
        case ev.LanguageChosen(language):
            look = replace(look, language=language)
        case ev.VoiceChosen(on):
            look = replace(look, voice=on)
        case ev.VolumeChosen(volume):
            look = replace(look, volume=volume)
        case ev.SpeedChosen(speed):
            look = replace(look, speed=speed)
        case ev.PrivateListeningChosen(on):
            look = replace(look, private=on)
    if station.tray_called and station.blocked is None and station.leftover is None:
        station = replace(station, tray_called=False)
    if station is state.station and look is state.look:
        return state
    fresh = replace(state, station=station, look=look)
    if isinstance(fresh, Wrapping):
        return replace(fresh, before=updated(fresh.before, event))
    return fresh


def staff_called(state: S, effects: tuple[Effect, ...]) -> S:
    """Return the state with the call to the output tray recorded, if these effects make one."""
    called = any(isinstance(one, CallHelp) and one.fault == LEFTOVER_JOB.code for one in effects)
    station = state.station
    kept = station.blocked is not None or station.leftover is not None
    if not called or station.tray_called or not kept:
        return state
    return replace(state, station=replace(station, tray_called=True))


def _with_leftover(station: Station, state: State) -> Station:
    """Return the station with the pages of earlier visits that the printers report.

    Pages that are first reported after this visit has printed belong to this visit. They are
    cleared at its end, and do not stop the resident from fetching a copy with the phone.
    """
    reported = (fault for _, status in station.printers for fault in status.faults)
    kept = next((fault for fault in reported if fault.same_as(LEFTOVER_JOB)), None)
    visit = state.served
    if kept is not None and visit is not None and visit.jobs:
        kept = station.leftover
    return station if kept == station.leftover else replace(station, leftover=kept)


def _station(station: Station, event: object) -> Station:
    match event:
        case ReaderChanged(name, status):
            if station.reader(name) == status:
                return station
            readers = {**dict(station.readers), name: status}
            return replace(station, readers=tuple(readers.items()))
        case PrinterChanged(status=printer, name=name):
            printers = {**dict(station.printers), name: printer}
            return replace(station, printers=tuple(printers.items()))
        case ev.PlatformChanged(fault):
            return replace(station, platform=fault)
        case ev.StationBlocked(fault):
            # Separate from ``blocked``: when the disk works again, pages may still be in the tray.
            return replace(station, own=fault)
        case ev.CatalogueArrived(items):
            return replace(station, items=items)
        case ev.NoticesArrived(notices):
            return replace(station, notices=notices)
        case ev.NearbyArrived(stations):
            return replace(station, nearby=stations)
        case ev.VoicesChanged(languages):
            return replace(station, voices=languages)
        case HeadsetChanged(headset):
            return replace(station, headset=headset)
        case SomeoneChanged(someone):
            return replace(station, someone=someone)
        case ev.PaperCleared(empty=False):
            return replace(station, blocked=LEFTOVER_JOB, unblocking=False)
        case ev.PaperCleared() if station.unblocking:
            # Pages can be in the tray although the list is empty: unblock only after staff checked.
            return replace(station, blocked=None, unblocking=False)
        case ev.HelpRecorded(reached, reference, number, made) if station.help is not None:
            if number != station.help.number:
                return station
            if not made:
                # The call is not in the journal, so it is never sent: the next press calls again.
                return replace(station, help=None)
            # An answer that came first proves that the platform has the call.
            reached = reached or station.help.answer is not None
            call = replace(station.help, reached=reached, reference=reference)
            return replace(station, help=call)
        case ev.HelpAnswered(number, answer) if station.help is not None:
            if number != station.help.number:
                return station
            if answer.progress is HelpProgress.ARRIVED:
                # Staff are here: the next press of the help button is a new call.
                return replace(station, help=None)
            # An answer proves that the platform has the call, even if it was reported late.
            return replace(station, help=replace(station.help, reached=True, answer=answer))
        case ev.OperatorCardRead(again=False) if station.help is not None:
            # Staff are here: the next press of the help button is a new call.
            return replace(station, help=None)
        case CardPresented(reader):
            return replace(
                station, cards_present=(*_without(station.cards_present, reader), reader)
            )
        case (
            CardRemoved(reader)
            | ev.CardRead(reader=reader, presence_known=False)
            | CardFailed(reader=reader, presence_known=False)
        ):
            # A reader that cannot report presence never reports that the card was removed.
            return replace(station, cards_present=_without(station.cards_present, reader))
        case _:
            return station


def _without(names: tuple[str, ...], name: str) -> tuple[str, ...]:
    return tuple(other for other in names if other != name)


# -- operator cards -------------------------------------------------------------------------------


def maintain(state: State, event: ev.OperatorCardRead, go: Go) -> Step:
    """Open maintenance."""
    return go.maintain(state, event)


def unchanged(state: State, _event: object, _go: Go) -> Step:
    """Change nothing more: `updated` has already updated the station."""
    return state, ()


@dataclass(frozen=True, kw_only=True)
class OperatorCards:
    """The handlers of a state for operator cards.

    ``staff`` and ``maintainer`` are chosen by the card's role. ``again`` is for a card that was
    reported before and is still present: it permits nothing a second time.
    """

    staff: Handler | Ignored
    maintainer: Handler = maintain
    again: Handler = unchanged

    def __call__(self, state: State, event: ev.OperatorCardRead, go: Go) -> Step:
        """Handle the card by its role."""
        if event.again:
            return self.again(state, event, go)
        handler = self.maintainer if event.card.role is Role.MAINTAINER else self.staff
        return (state, ()) if isinstance(handler, Ignored) else handler(state, event, go)


# -- every state except the wrapping states -------------------------------------------------------


def late_job(state: State, event: PrintEnded, _go: Go) -> Step:
    """Record a job that ended after its visit, and show nothing."""
    return state, (ConfirmPrinted.of("", event),)


def refused(state: State, event: ev.CardRead, _go: Go) -> Step:
    """Wipe the data of a card that was read while no resident can be served."""
    return state, (Wipe(event.identity),)


Facts = Mapping[type[Any], Handler | Ignored]

EVERYWHERE: Facts = {
    CardRemoved: unchanged,
    ReaderChanged: unchanged,
    PrinterChanged: unchanged,
    ev.PlatformChanged: unchanged,
    ev.StationBlocked: unchanged,
    ev.CatalogueArrived: unchanged,
    ev.NoticesArrived: unchanged,
    ev.NearbyArrived: unchanged,
    ev.HelpRecorded: unchanged,
    ev.HelpAnswered: unchanged,
    ev.VoicesChanged: unchanged,
    HeadsetChanged: unchanged,
    SomeoneChanged: unchanged,
    PrintProgress: Ignored("the job belongs to a visit that has ended"),
    PrintEnded: late_job,
}
"""Does not contain cards and `Tick`: each kind of state handles these in its own way."""


# -- welcome, and out of service ------------------------------------------------------------------


def reassess(state: State, _event: object, go: Go) -> Step:
    """Show welcome or out of service, depending on the station. Keep the chosen look."""
    return go.reassess(state)


def printer_changed(state: State, _event: object, go: Go) -> Step:
    """As `reassess`, and call staff if a printer reports pages of an earlier visit."""
    return go.reassess_printer(state)


def unattended_job(state: State, event: PrintEnded, _go: Go) -> Step:
    """Record a job that ended after its visit, or that belongs to an earlier run of the program.

    No resident is there to be asked, so staff must check the output tray if it is not known what
    came out.
    """
    recorded = ConfirmPrinted.of("", event)
    if event.outcome is not Outcome.UNKNOWN or nothing_came_out(event):
        return state, (recorded,)
    return state, (recorded, CallHelp(state.name, LEFTOVER_JOB.code))


def tick_home(state: State, _event: object, go: Go) -> Step:
    """Return to the station's default look if the page has not been touched for the quiet time."""
    limits = state.station.limits
    quiet_s = limits.quiet(state.look.mode) + limits.warning(state.look.mode)
    if state.look == state.station.home or go.now - state.quiet_since < quiet_s:
        return state, ()
    return replace(state, look=state.station.home), ()


HOME: Facts = {
    **EVERYWHERE,
    ReaderChanged: reassess,
    PrinterChanged: printer_changed,
    ev.PlatformChanged: reassess,
    ev.StationBlocked: reassess,
    ev.PaperCleared: reassess,
    PrintEnded: unattended_job,
    ev.Tick: tick_home,
}


# -- a card, before the visit ---------------------------------------------------------------------


def card_presented(state: State, event: CardPresented, go: Go) -> Step:
    """Read the card that is present."""
    return go.read_card(state, event.reader), ()


def card_read(state: State, event: ev.CardRead, go: Go) -> Step:
    """Begin a visit."""
    return go.begin(state, event)


def card_failed(state: State, event: CardFailed, go: Go) -> Step:
    """Show why the card could not be read."""
    return go.card_failed(state, event.reader, event.fault)


BEFORE_VISIT: Facts = {
    **EVERYWHERE,
    ev.CardRead: card_read,
    CardFailed: card_failed,
    ev.PaperCleared: Ignored("it is about the last visit; `updated` blocks service if it failed"),
}


# -- within a visit -------------------------------------------------------------------------------


def read_in_visit(state: InVisit, event: ev.CardRead, go: Go) -> Step:
    """Go on if it is the same person's card; end the visit if it is another's."""
    if not event.identity.same_person(state.visit.identity):
        return other_card(state, event, go)
    presence = Presence.PRESENT if event.presence_known else Presence.UNKNOWN
    visit = replace(state.visit, presence=presence, reader=event.reader)
    return replace(state, visit=visit, quiet_since=go.now), (Wipe(event.identity),)


def other_card(state: InVisit, event: ev.CardRead, go: Go) -> Step:
    """End the visit because another person's card was read."""
    ending, effects = go.end(state, EndReason.OTHER_CARD)
    return ending, (Wipe(event.identity), *effects)


def removed_before_print(state: InVisit, event: CardRemoved, go: Go) -> Step:
    """Ask for the card again: between consent and printing it must be present."""
    if event.reader != state.visit.reader:
        return state, ()
    return go.ask_for_card(state), ()


def removed_and_not_needed(state: InVisit, event: CardRemoved, go: Go) -> Step:
    """Go on without the card."""
    if event.reader != state.visit.reader:
        return state, ()
    visit = state.visit.with_presence(Presence.ABSENT)
    return replace(state, visit=visit, quiet_since=go.now), ()


def tick_waiting(state: InVisit, _event: object, go: Go) -> Step:
    """End the visit if its page has waited too long for a person."""
    return go.end(state, EndReason.TIMEOUT) if waited_too_long(state, go.now) else (state, ())


def tick_working(state: InVisit, _event: object, go: Go) -> Step:
    """End the visit if the answer does not arrive in time."""
    if go.now - state.entered < state.station.limits.answer_s:
        return state, ()
    return worker_lost(state, go)


def worker_lost(state: InVisit, go: Go) -> Step:
    """End the visit: an answer that exceeds all time-outs and retries is a bug of a worker."""
    ending, effects = go.end(state, EndReason.FAULT)
    fault = WORKER_FAILED.with_detail("no answer")
    return ending, (*effects, RecordFault(fault, state.name))


IN_VISIT: Facts = {
    **EVERYWHERE,
    CardPresented: Ignored("the owner of the card is not known until it has been read"),
    CardFailed: Ignored("a second card that cannot be read changes nothing"),
    ev.CardRead: read_in_visit,
    CardRemoved: removed_before_print,
    ev.PaperCleared: Ignored("the printer is cleared after a visit, and this visit has not ended"),
    ev.Tick: tick_waiting,
}


# -- maintenance ----------------------------------------------------------------------------------

MAINTENANCE: Facts = {
    **EVERYWHERE,
    ev.CardRead: refused,
    CardPresented: Ignored("no resident is served while maintenance is open"),
    CardFailed: Ignored("the maintenance page shows the state of the reader"),
}
