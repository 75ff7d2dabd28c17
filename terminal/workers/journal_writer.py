"""What the session has written down: on a worker of its own, so that no disk stops the screen.

For the runtime. The journal is the truth; this only moves its (blocking, fsynced) writes off the
session's thread, in order, and wakes the line to the platform when there is something to send.
A bug in one write ends that write: it is logged by its type, journalled as a fault, and whoever
waits for an answer gets the honest one ("not printed", "not reached", "not let in").
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Protocol

from devices.health import DeviceStatus, Fault
from devices.operator import Role
from printing.faults import LEFTOVER_JOB
from printing.outcome import Outcome
from terminal.faults import WORKER_FAILED
from terminal.journal.ids import opaque_id
from terminal.journal.journal import Journal
from terminal.platform.wire import HelpReason
from terminal.session import effects as ef
from terminal.session.model import NO_TOTALS, EndReason, PastFault, Totals, Visit
from terminal.staff.pin import PinKeeper
from terminal.workers.pool import Workers

log = logging.getLogger(__name__)

LAST_FAULTS = 12
"""As many as the maintenance page has room for."""
CLOSE_S = 2.0
"""To write what waits when the terminal stops; a disk that hangs keeps nobody longer."""
TERMINAL = "terminal"
"""The name under which the terminal itself stands among the journal's devices."""


class HelpAnswer(Protocol):
    """Takes the result of a call for staff; any thread."""

    def __call__(self, reached: bool, reference: str, made: bool = True) -> None:
        """Whether the platform has the call, under which number, and whether it was written."""
        ...


class Records:
    """The journal, written in order on one worker. Every method returns at once.

    ``pins`` gives the keeper of the maintenance PIN. ``wake`` tells the line to the platform that
    something waits to be sent; ``expect_help`` leaves word with it whom to tell when the platform
    has taken the call of this key. ``blocked`` is told why the journal cannot be written, and
    ``None`` once it can be again (see ``probe``).
    """

    def __init__(
        self,
        journal: Journal,
        pins: Callable[[], PinKeeper],
        *,
        wake: Callable[[], None],
        expect_help: Callable[[str, Callable[[bool, str], None]], None],
        blocked: Callable[[Fault | None], None],
    ) -> None:
        self._journal = journal
        self._pins = pins
        self._wake = wake
        self._expect_help = expect_help
        self._blocked = blocked
        self._told: Fault | None = None
        self._devices: dict[str, tuple[DeviceStatus, str]] = {}
        self._unwritten: list[ef.ConfirmPrinted] = []
        """Outcomes that wait for a journal that can be written; on the worker alone."""
        self._worker = Workers(1, "journal")

    def recover(self) -> None:
        """On start: what ended before the power went, and the platform was not told of."""
        self._do(self._journal.recover_outcomes, wake=True)

    def visit_began(self, visit: Visit) -> None:
        """A resident consented: the visit, with a keyed token for the person. May be said again."""
        if visit.identity.wiped:
            return
        record = visit.identity.record
        if not record.id_number and not record.card_number:
            log.error("a card without a number: the visit stands in the journal without a token")
            return
        token = self._journal.token(visit.identity)
        self._do(lambda: self._journal.visit_began(visit.id, token))

    def visit_ended(self, visit: str, reason: EndReason) -> None:
        """The visit is over."""
        self._do(lambda: self._journal.visit_ended(visit, reason))

    def print_planned(self, effect: ef.Print, then: Callable[[Fault | None], None]) -> None:
        """Write which document the job prints, and only then go on; ``then`` may be called again
        with a fault where it failed itself."""
        key, again = effect.document.key, effect.reprint

        def run() -> None:
            fault = self._journal.print_planned(effect.job, key, again)
            self._tell_health()
            then(fault)

        self._worker.submit(run, lambda error: then(_bug(error)))

    def printed(self, confirm: ef.ConfirmPrinted) -> None:
        """The outcome of a job; the platform is told by the line.

        Which document it was the journal knows itself: a late job names no item any more.
        """

        def run() -> Fault | None:
            document = self._journal.document_of(confirm.job)
            if document is None or document.number is None:
                # A test page: no document of the platform's. Where the journal could not be
                # read, ``recover`` finds the job at the next start.
                return None
            fault = self._journal.outcome_known(
                confirm.job,
                document.number,
                Outcome(confirm.outcome),
                confirm.pages,
                confirm.evidence,
            )
            if fault is not None:
                self._unwritten.append(confirm)
            return fault

        self._do(run, wake=True)

    def help_called(self, call: ef.CallHelp, done: HelpAnswer) -> None:
        """Call staff; ``done(reached, reference)`` when the platform has the call or was not
        reached, ``done(False, "", False)`` if the call could not be written and is not sent."""
        key = opaque_id()
        reason = HelpReason.FAULT if call.fault else HelpReason.RESIDENT_ASKS
        if call.fault == LEFTOVER_JOB.code:
            reason = HelpReason.LEFT_PAPER
        self._expect_help(key, done)

        def run() -> Fault | None:
            fault = self._journal.help_called(key, reason, call.page, call.fault)
            if fault is not None:
                done(False, "", False)
            return fault

        self._do(run, wake=True, failed=lambda: done(False, "", False))

    def fault(self, fault: Fault, page: str) -> None:
        """A fault, with the page it was met on."""
        log.warning("%s on %s (%s)", fault.code, page, fault.detail or "no detail")
        self._do(lambda: self._journal.fault(fault, page))

    def device_changed(self, name: str, status: DeviceStatus, fault_code: str) -> None:
        """A device's state, for `station diagnose`; only what is new is written."""
        if self._devices.get(name) != (status, fault_code):
            self._devices[name] = (status, fault_code)
            self._do(lambda: self._journal.device_changed(name, status, fault_code))

    def copied(self, visit: str, item: str) -> None:
        """A copy was offered to a phone instead of paper."""
        self._do(lambda: self._journal.copied(visit, item))

    def opened(self, role: Role, card: str) -> None:
        """The maintenance page was opened, by the card of this serial or (empty) by the PIN."""
        log.info("maintenance opened as %s by %s", role.value, f"card {card}" if card else "PIN")
        self._do(lambda: self._journal.opened(role, card))

    def history(self, done: Callable[[tuple[PastFault, ...], Totals], None]) -> None:
        """The last faults, newest first, and what was given out today and in 30 days."""

        def run() -> None:
            done(self._journal.last_faults(LAST_FAULTS), self._journal.totals_by_item())

        self._worker.submit(run, lambda _error: done((), NO_TOTALS))

    def check_pin(self, pin: str, done: Callable[[bool, int], None]) -> None:
        """``done(ok, locked_s)``; takes a fifth of a second by design (scrypt)."""

        def run() -> None:
            result = self._pins().check(pin)
            done(result.ok, result.locked_s)

        self._worker.submit(run, lambda _error: done(False, 0))

    def probe(self) -> None:
        """Where the journal could not be written the last time: try again."""
        if self._journal.health() is not None:
            self._do(lambda: self._journal.device_changed(TERMINAL, DeviceStatus.ONLINE))

    def close(self) -> None:
        """Write what is waiting, then stop; waits ``CLOSE_S`` at most."""
        if not self._worker.stop(CLOSE_S):
            log.error("journal: not everything was written within %s s", CLOSE_S)

    def _do(
        self,
        write: Callable[[], Fault | None],
        *,
        wake: bool = False,
        failed: Callable[[], None] | None = None,
    ) -> None:
        def run() -> None:
            write()
            self._tell_health()
            if wake:
                self._wake()

        def broke(error: Exception) -> None:
            if failed is not None:
                failed()
            self._journal.fault(_bug(error))

        self._worker.submit(run, broke)

    def _tell_health(self) -> None:
        """Nobody may be served while the journal cannot be written; on the worker."""
        fault = self._journal.health()
        if fault is None and self._told is None:
            return
        if fault is None or not fault.same_as(self._told):
            if fault is not None:
                log.error("journal: %s (%s)", fault.code, fault.detail)
            self._told = fault
            self._blocked(fault)
            if fault is None:
                self._catch_up()

    def _catch_up(self) -> None:
        """Write what could not be: `station diagnose` believes the devices' rows, and the platform
        waits for outcomes. (After a restart devices are new, and ``recover`` finds the jobs.)"""
        confirms, self._unwritten = self._unwritten, []
        for confirm in confirms:
            self.printed(confirm)
        for name, (status, code) in list(self._devices.items()):
            self._journal.device_changed(name, status, code)


def _bug(error: Exception) -> Fault:
    return WORKER_FAILED.with_detail(type(error).__name__)
