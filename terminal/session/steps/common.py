"""What every step is made of: staying, going home, ending a visit, and noting plain facts."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, TypeVar

from devices.readers.protocol import CardFailed, CardLaid, CardLifted, ReaderChanged
from printing.faults import LEFTOVER_JOB
from printing.outcome import PrintEnded
from printing.printer import PrinterChanged

from .. import events as ev
from ..deadline import deadline, patience_s
from ..effects import (
    CallHelp,
    ClearPrinter,
    ConfirmPrinted,
    Effect,
    EndVisit,
    RecordFault,
    Wipe,
)
from ..home import home
from ..model import EndReason, Station
from ..states import (
    Assisted,
    CardAway,
    CheckingPaper,
    Ending,
    InVisit,
    State,
)

Step = tuple[State, tuple[Effect, ...]]
S = TypeVar("S", bound=State)


def to(cls: type[S], state: State, now: float, **fields: Any) -> S:
    """A new situation that begins now, at the same station and with the same look."""
    return cls(station=state.station, look=state.look, entered=now, quiet_since=now, **fields)


def in_visit(cls: type[S], state: InVisit, now: float, **fields: Any) -> S:
    """A new situation of the same visit."""
    return to(cls, state, now, visit=fields.pop("visit", state.visit), **fields)


def stay(state: State, _event: object, _now: float) -> Step:
    """Nothing more to do: the fact itself was noted (see ``noted``)."""
    return state, ()


def touched(state: State, _event: object, now: float) -> Step:
    """Somebody is there: the quiet time starts anew."""
    return replace(state, quiet_since=now), ()


def go_home(state: State, _event: object, now: float) -> Step:
    """Home, from a situation in which nothing personal is held."""
    return home(state.station, now), ()


def reassess(state: State, _event: object, now: float) -> Step:
    """Welcome or out of service, as the station's parts now are; the look stays."""
    fresh = home(state.station, now)
    if type(fresh) is type(state) and getattr(fresh, "fault", None) == getattr(
        state, "fault", None
    ):
        return state, ()
    return replace(fresh, look=state.look, quiet_since=state.quiet_since), ()


def tick_home(state: State, _event: object, now: float) -> Step:
    """Home may stay for ever; the look that somebody chose and walked away from may not."""
    quiet_s = patience_s(state) + state.station.limits.warning(state.look.mode)
    if state.look == state.station.home or now - state.quiet_since < quiet_s:
        return state, ()
    return replace(state, look=state.station.home), ()


def end(state: InVisit, now: float, reason: EndReason) -> Step:
    """End the visit: everything personal is wiped, the printer's list cleared, farewell shown."""
    visit = state.visit
    held = state.before if isinstance(state, CardAway) else state
    effects: tuple[Effect, ...] = (
        Wipe(visit.identity, getattr(held, "document", None)),
        EndVisit(visit.id, reason),
    )
    if isinstance(held, CheckingPaper):
        # Nobody said whether the pages came out: unknown, and never success.
        effects = (confirm(held.item.id, held.ended), *effects)
    if visit.jobs:
        effects += (ClearPrinter(),)
    effects += found_meanwhile(state)
    ending = to(Ending, state, now, reason=reason, reader=visit.reader, clearing=bool(visit.jobs))
    return ending, effects


def found_meanwhile(state: InVisit) -> tuple[Effect, ...]:
    """Staff are called to paper of an earlier visit that a printer has told of during this one:
    nobody is let in any more when it is over."""
    left = state.station.leftover
    if left is None:
        return ()
    name = type(state).__name__
    return RecordFault(left, name), CallHelp(name, left.code)


def confirm(item: str, event: PrintEnded) -> ConfirmPrinted:
    """The record of an ended job."""
    return ConfirmPrinted(event.job, item, event.outcome.value, event.pages_done, event.evidence)


def leave(state: InVisit, _event: object, now: float) -> Step:
    """The resident does not want to go on."""
    return end(state, now, EndReason.LEFT)


def waited_too_long(state: State, now: float) -> bool:
    """Return whether a page that waits for a person has reached its deadline."""
    limit = deadline(state)
    return limit is not None and now >= limit.end_at


def tick_waiting(state: InVisit, _event: object, now: float) -> Step:
    """A page that waits for a person, within a visit: ends by itself."""
    return end(state, now, EndReason.TIMEOUT) if waited_too_long(state, now) else (state, ())


def noted(state: S, event: object) -> S:
    """The same situation with the plain facts of the event written into station and look.

    Facts hold whatever the situation is, so this happens before the table is asked, and reaches
    the situations that wait inside others.
    """
    station, look = _station(state.station, event), state.look
    match event:
        case PrinterChanged():
            station = _with_leftover(station, state)
        case ev.ModeChosen(mode):
            look = replace(look, mode=mode)
        case ev.LanguageChosen(language):
            look = replace(look, language=language)
        case ev.VoiceChosen(on):
            look = replace(look, voice=on)
    if station is state.station and look is state.look:
        return state
    fresh = replace(state, station=station, look=look)
    if isinstance(fresh, Assisted):
        return replace(fresh, before=noted(fresh.before, event))
    if isinstance(fresh, CardAway):
        return replace(fresh, before=noted(fresh.before, event))
    return fresh


def _with_leftover(station: Station, state: State) -> Station:
    """What the printers tell of earlier visits' pages. What is told first after this visit has
    printed is its own: that is cleared away at its end, and keeps nobody from their phone."""
    told = (fault for _, status in station.printers for fault in status.faults)
    kept = next((fault for fault in told if fault.same_as(LEFTOVER_JOB)), None)
    while isinstance(state, Assisted):
        state = state.before
    if kept is not None and isinstance(state, InVisit) and state.visit.jobs:
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
            # Beside ``blocked``: that the disk is well again takes no paper out of the tray.
            return replace(station, own=fault)
        case ev.CatalogueArrived(items):
            return replace(station, items=items)
        case ev.PaperCleared(empty=False):
            return replace(station, blocked=LEFTOVER_JOB, unblocking=False)
        case ev.PaperCleared() if station.unblocking:
            # An empty list is not an empty tray: only after staff have looked does it unblock.
            return replace(station, blocked=None, unblocking=False)
        case ev.HelpRecorded(reached, reference, number, made) if station.help is not None:
            if number != station.help.number:
                return station
            if not made:
                return replace(station, help=None)
            call = replace(station.help, reached=reached, reference=reference)
            return replace(station, help=call)
        case ev.OperatorCardRead(again=False) if station.help is not None:
            # Staff are here: a later press of the help button is a new call.
            return replace(station, help=None)
        case CardLaid(reader):
            return replace(station, lying=(*_without(station.lying, reader), reader))
        case (
            CardLifted(reader)
            | ev.CardRead(reader=reader, presence_known=False)
            | CardFailed(reader=reader, presence_known=False)
        ):
            # Of a reader that cannot tell, nobody will ever hear that the card was taken.
            return replace(station, lying=_without(station.lying, reader))
        case _:
            return station


def _without(names: tuple[str, ...], name: str) -> tuple[str, ...]:
    return tuple(other for other in names if other != name)
