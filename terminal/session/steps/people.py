"""Help from staff, and the maintainer's page."""

from __future__ import annotations

from dataclasses import replace

from printing.outcome import Outcome, PrintEnded, PrintProgress

from .. import events as ev
from ..effects import CallHelp, CheckPin, ClearPrinter, LoadFaults, PrintTestPage
from ..home import home
from ..model import EndReason
from ..states import (
    Assisted,
    InVisit,
    Maintenance,
    Printing,
    State,
    Unlocking,
)
from .common import Step, end, quiet_too_long, to
from .paper import late_job


def call_help(state: State, _event: object, now: float) -> Step:
    """Staff are called; the page waits beside it."""
    fault = getattr(state, "fault", None)
    page = to(Assisted, state, now, before=state)
    return page, (CallHelp(type(state).__name__, fault.code if fault else ""),)


def help_recorded(state: Assisted, event: ev.HelpRecorded, _now: float) -> Step:
    """Whether the call reached anybody."""
    return replace(state, reached=event.reached, reference=event.reference), ()


def help_dismissed(state: Assisted, _event: object, now: float) -> Step:
    """Back to the page, with its full time."""
    return replace(state.before, quiet_since=now), ()


def tick_assisted(state: Assisted, _event: object, now: float) -> Step:
    """Staff have had their time to arrive."""
    if isinstance(state.before, Printing):
        # The clock stands still while it prints or waits for paper: only the help page closes.
        over = now - state.quiet_since >= state.station.limits.assisted_s
        return (state.before if over else state), ()
    if not quiet_too_long(state, now):
        return state, ()
    if isinstance(state.before, InVisit):
        return end(state.before, now, EndReason.TIMEOUT)
    return home(state.station, now), ()


def unlock(state: State, _event: object, now: float) -> Step:
    """Ask for the PIN."""
    return to(Unlocking, state, now), ()


def pin_entered(state: Unlocking, event: ev.PinEntered, now: float) -> Step:
    """Have it checked."""
    if state.checking:
        return state, ()
    return replace(state, checking=True, refused=False, quiet_since=now), (CheckPin(event.pin),)


def pin_checked(state: Unlocking, event: ev.PinChecked, now: float) -> Step:
    """Right: the maintenance page, with the last faults. Wrong: again, or locked for a while."""
    if not state.checking:
        return state, ()  # of an earlier opening of this page: it lets nobody in now
    if not event.ok:
        refused = replace(
            state, checking=False, refused=True, locked_s=event.locked_s, quiet_since=now
        )
        return refused, ()
    return to(Maintenance, state, now, key=event.key), (LoadFaults(),)


def tick_unlocking(state: Unlocking, _event: object, now: float) -> Step:
    """Nobody enters a PIN."""
    return (home(state.station, now), ()) if quiet_too_long(state, now) else (state, ())


def tick_maintenance(state: Maintenance, event: object, now: float) -> Step:
    """A page that its maintainer left open."""
    if now - state.quiet_since < state.station.limits.maintenance_s:
        return state, ()
    return close_maintenance(state, event, now)


def faults_loaded(state: Maintenance, event: ev.FaultsLoaded, _now: float) -> Step:
    """The journal's last faults."""
    return replace(state, faults=event.faults), ()


def trial_page(state: Maintenance, _event: object, now: float) -> Step:
    """One test page at a time."""
    if isinstance(state.test, PrintProgress):
        return replace(state, quiet_since=now), ()
    tests = state.tests + 1
    job = f"{state.key}-{tests}"
    started = PrintProgress(job, Outcome.QUEUED, 0, 1)
    return replace(state, tests=tests, test=started, quiet_since=now), (PrintTestPage(job),)


def trial_progressed(state: Maintenance, event: PrintProgress | PrintEnded, now: float) -> Step:
    """How the test page is doing."""
    if state.test is None or event.job != state.test.job:
        return late_job(state, event, now) if isinstance(event, PrintEnded) else (state, ())
    return replace(state, test=event, quiet_since=now), ()


def unblock(state: Maintenance, _event: object, now: float) -> Step:
    """The leftover paper was taken out: the printer is asked once more whether it is empty."""
    station = replace(state.station, unblocking=True)
    return replace(state, station=station, quiet_since=now), (ClearPrinter(tray_checked=True),)


def close_maintenance(state: Maintenance, _event: object, now: float) -> Step:
    """Back to residents; a test page under way must not meet them."""
    effects = (ClearPrinter(),) if isinstance(state.test, PrintProgress) else ()
    return home(state.station, now), effects
