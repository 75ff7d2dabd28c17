"""Help from staff, and the maintainer's page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from devices.operator import Role
from printing.faults import LEFTOVER_JOB
from printing.outcome import Outcome, PrintEnded, PrintProgress

from .. import events as ev
from ..effects import (
    CallHelp,
    CheckPin,
    ClearPrinter,
    Effect,
    LoadFaults,
    PrintReport,
    PrintTestPage,
    RecordFault,
    RecordOpening,
)
from ..home import home
from ..model import EndReason, HelpCall
from ..states import (
    Assisted,
    Ending,
    InVisit,
    Maintenance,
    Printing,
    State,
    Unlocking,
    Welcome,
)
from .common import Step, end, to, waited_too_long
from .paper import late_job


def call_help(state: State, _event: object, now: float) -> Step:
    """Call staff, unless an earlier call is still open; show the help page beside this one."""
    call = state.station.open_call(now)
    if call is not None:
        return _help_page(state, now, call), ()
    fault = getattr(state, "fault", None)
    call = HelpCall(state.station.calls + 1, now)
    station = replace(state.station, calls=call.number, help=call)
    page = _help_page(replace(state, station=station), now, call)
    return page, (CallHelp(type(state).__name__, fault.code if fault else "", call.number),)


def _help_page(state: State, now: float, call: HelpCall) -> Assisted:
    return to(
        Assisted, state, now, before=state, call=call.number, reached=call.reached,
        reference=call.reference,
    )  # fmt: skip


def help_recorded(state: Assisted, event: ev.HelpRecorded, _now: float) -> Step:
    """Show whether the call reached the platform; ignore the answer to another call."""
    if event.call != state.call:
        return state, ()
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
    if not waited_too_long(state, now):
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
    return replace(state, checking=True, refused=False, quiet_since=now), (
        CheckPin(event.pin, state.entered),
    )


def pin_checked(state: Unlocking, event: ev.PinChecked, now: float) -> Step:
    """Right: the maintenance page, with the last faults. Wrong: again, or locked for a while."""
    if not state.checking or event.opening != state.entered:
        return state, ()  # of an earlier opening of this page: it lets nobody in now
    if not event.ok:
        refused = replace(
            state, checking=False, refused=True, locked_s=event.locked_s, quiet_since=now
        )
        return refused, ()
    opened = to(Maintenance, state, now, key=event.key)
    return opened, (LoadFaults(), RecordOpening(opened.role))


def tick_unlocking(state: Unlocking, _event: object, now: float) -> Step:
    """Nobody enters a PIN."""
    return (home(state.station, now), ()) if waited_too_long(state, now) else (state, ())


def tick_maintenance(state: Maintenance, event: object, now: float) -> Step:
    """A page that its maintainer left open."""
    limits = state.station.limits
    quiet = now - state.quiet_since >= limits.maintenance_s
    if not quiet and now - state.entered < limits.longest_maintenance_s:
        return state, ()
    return close_maintenance(state, event, now)


def faults_loaded(state: Maintenance, event: ev.FaultsLoaded, _now: float) -> Step:
    """The journal's last faults and totals, for those who are to see them."""
    if state.role is not Role.MAINTAINER:
        return state, ()
    return replace(state, faults=event.faults, totals=event.totals), ()


def trial_page(state: Maintenance, _event: object, now: float) -> Step:
    """One test page at a time."""
    return _trial(state, now, PrintTestPage)


def report(state: Maintenance, _event: object, now: float) -> Step:
    """The diagnostic report, for maintainers; one paper of theirs at a time."""
    if state.role is not Role.MAINTAINER:
        return replace(state, quiet_since=now), ()
    return _trial(state, now, PrintReport)


def _trial(state: Maintenance, now: float, effect: Callable[[str], Effect]) -> Step:
    if isinstance(state.test, PrintProgress):
        return replace(state, quiet_since=now), ()
    tests = state.tests + 1
    job = f"{state.key}-{tests}"
    started = PrintProgress(job, Outcome.QUEUED, 0, 1)
    return replace(state, tests=tests, test=started, quiet_since=now), (effect(job),)


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
    """Back to residents; neither a test page under way nor the last visit's paper may meet them."""
    under_way = isinstance(state.test, PrintProgress)
    effects = (ClearPrinter(),) if under_way else ()
    clearing = state.clearing or under_way
    at_home = home(state.station, now)
    # The card that opened this page opens it to anybody: it is asked for as a resident's is. (The
    # page that is out of service does so by itself, and takes no resident's meanwhile.)
    left = state.reader in state.station.lying and isinstance(at_home, Welcome)
    if not clearing and not left:
        return at_home, effects
    ending = to(
        Ending, state, now, reason=EndReason.MAINTENANCE, reader=state.reader, clearing=clearing
    )
    return ending, effects


def cleared(state: Maintenance, event: ev.PaperCleared, _now: float) -> Step:
    """What the last visit left is gone from the printer; or it is not, and that is shown here."""
    if not event.empty and state.clearing:
        record = RecordFault(LEFTOVER_JOB, type(state).__name__)
        return replace(state, clearing=False), (record,)
    return replace(state, clearing=False), ()
