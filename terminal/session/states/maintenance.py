"""Maintenance: device states, test pages and the last faults, for maintainers and staff."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from devices.operator import Role
from printing.faults import LEFTOVER_JOB
from printing.outcome import Outcome, PrintEnded, PrintProgress

from .. import events as ev
from ..effects import ClearPrinter, Effect, PrintReport, PrintTestPage, RecordFault
from ..facts import MAINTENANCE, OperatorCards, late_job
from ..model import NO_TOTALS, PastFault, Totals
from ..presses import BASE
from ..row import Row
from ..state import State, Step, Waits

if TYPE_CHECKING:
    from ..flows import Go


@dataclass(frozen=True, kw_only=True)
class Maintenance(State):
    """The live state of each device, a test page, and for maintainers the last faults.

    Staff see the devices and the paper, print a test page, and let the terminal serve again.
    ``clearing``: the printer has not answered yet whether the last visit left it empty.
    """

    faults: tuple[PastFault, ...] = ()
    test: PrintProgress | PrintEnded | None = None
    tests: int = 0
    key: str = ""
    """Random; names the test jobs that are printed while this page is open."""
    role: Role = Role.MAINTAINER
    totals: Totals = NO_TOTALS
    clearing: bool = False
    reader: str = ""
    """The reader with the card that opened the page; empty if it was opened with the PIN."""
    request: int = 0
    """The query for the last faults; 0 if none is under way."""

    @property
    def awaits(self) -> int | None:
        return self.request or None

    @property
    def waits_for(self) -> Waits:
        return Waits.MAINTAINER

    @property
    def patience_s(self) -> None:
        # The page closes without a warning (see `tick`): no work of a resident is lost.
        return None


def faults_loaded(state: Maintenance, event: ev.FaultsLoaded, _go: Go) -> Step:
    """Show the journal's last faults and totals. (They are loaded for maintainers only.)"""
    return replace(state, faults=event.faults, totals=event.totals, request=0), ()


# -- test pages -----------------------------------------------------------------------------------


def print_test_page(state: Maintenance, _press: ev.TestPagePressed, go: Go) -> Step:
    """Print a test page, one at a time."""
    return _start_test(state, PrintTestPage, go)


def report(state: Maintenance, _press: ev.ReportPressed, go: Go) -> Step:
    """Print the diagnostic report for a maintainer."""
    if state.role is not Role.MAINTAINER:
        return replace(state, quiet_since=go.now), ()
    return _start_test(state, PrintReport, go)


def _start_test(state: Maintenance, effect: Callable[[str], Effect], go: Go) -> Step:
    if isinstance(state.test, PrintProgress):
        return replace(state, quiet_since=go.now), ()
    tests = state.tests + 1
    job = f"{state.key}-{tests}"
    started = PrintProgress(job, Outcome.QUEUED, 0, 1)
    return replace(state, tests=tests, test=started, quiet_since=go.now), (effect(job),)


def job_progressed(state: Maintenance, event: PrintProgress, go: Go) -> Step:
    """Show the progress of the test page."""
    if state.test is None or event.job != state.test.job:
        return state, ()
    return replace(state, test=event, quiet_since=go.now), ()


def job_ended(state: Maintenance, event: PrintEnded, go: Go) -> Step:
    """Show the end of the test page; record the end of another job."""
    if state.test is None or event.job != state.test.job:
        return late_job(state, event, go)
    return replace(state, test=event, quiet_since=go.now), ()


# -- paper, cards, the end ------------------------------------------------------------------------


def unblock(state: Maintenance, _press: ev.UnblockPressed, go: Go) -> Step:
    """Ask the printer whether its list is empty: staff have removed the pages left in the tray."""
    station = replace(state.station, unblocking=True)
    return replace(state, station=station, quiet_since=go.now), (ClearPrinter(tray_checked=True),)


def paper_cleared(state: Maintenance, event: ev.PaperCleared, _go: Go) -> Step:
    """Store that the printer has answered whether its list is empty."""
    if not event.empty and state.clearing:
        record = RecordFault(LEFTOVER_JOB, state.name)
        return replace(state, clearing=False), (record,)
    return replace(state, clearing=False), ()


def another_card(state: Maintenance, event: ev.OperatorCardRead, go: Go) -> Step:
    """Show more if the holder of this card may see more. Never show less."""
    state = replace(state, reader=event.reader, quiet_since=go.now)
    if event.card.role is state.role or state.role is Role.MAINTAINER:
        return state, ()
    return go.open_for(state, event)


def close(state: Maintenance, _press: object, go: Go) -> Step:
    """Close maintenance."""
    test = isinstance(state.test, PrintProgress)
    return go.close_maintenance(state, state.reader, clearing=state.clearing, test=test)


def tick(state: Maintenance, event: ev.Tick, go: Go) -> Step:
    """Close the page if it was left open."""
    limits = state.station.limits
    quiet = go.now - state.quiet_since >= limits.maintenance_s
    if not quiet and go.now - state.entered < limits.longest_maintenance_s:
        return state, ()
    return close(state, event, go)


ROW = Row(
    state=Maintenance,
    presses={
        **BASE,
        ev.TestPagePressed: print_test_page,
        ev.ReportPressed: report,
        ev.UnblockPressed: unblock,
        ev.MaintenanceClosed: close,
    },
    facts={
        **MAINTENANCE,
        PrintProgress: job_progressed,
        PrintEnded: job_ended,
        ev.PaperCleared: paper_cleared,
        ev.Tick: tick,
        ev.OperatorCardRead: OperatorCards(staff=another_card, maintainer=another_card),
    },
    answers={ev.FaultsLoaded: faults_loaded},
)
