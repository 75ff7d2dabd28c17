"""Writes the session's records on a separate worker, so that a slow disk never stops the screen.

Used by the runtime. A write to the journal blocks until the disk has it, so it must not run on the
session's thread. The order of the writes is kept. The connection to the platform is woken when a
message is waiting. An unexpected error ends only the write in which it occurs. It is logged by its
type and recorded as a fault. A caller that waits for an answer gets a negative one: "not printed",
"staff not reached", "PIN not accepted".
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Protocol

from devices.health import DeviceStatus, Fault
from devices.operator import Role
from printing.faults import LEFTOVER_JOB

from ..faults import WORKER_FAILED
from ..journal.ids import opaque_id
from ..journal.journal import Journal
from ..platform.wire import HelpReason
from ..session import effects as ef
from ..session.model import NO_TOTALS, EndReason, PastFault, Totals, Visit
from ..staff.pin import PinKeeper
from .pool import Workers

log = logging.getLogger(__name__)

LAST_FAULTS = 12
"""Number of faults that fit on the maintenance page."""
CLOSE_S = 2.0
"""How long to write pending records when the terminal stops; a hanging disk must not delay more."""
TERMINAL = "terminal"
"""The name under which the journal records the terminal itself, among the devices."""


class HelpAnswer(Protocol):
    """Takes the result of a call for staff; called on any thread."""

    def __call__(self, reached: bool, reference: str, made: bool = True) -> None:
        """Report whether the platform has the call, its number, and whether it was recorded."""
        ...


class Records:
    """The journal, written in order on one worker. Every method returns at once.

    ``pins`` returns the keeper of the maintenance PIN. ``wake`` notifies the connection to the
    platform that a message is waiting. ``expect_help`` registers a callback for the result of the
    call with this key. ``watch_help`` gets the key and the number of a help button's call once it
    is recorded, to ask for its answer. ``blocked`` gets the fault that keeps the journal from being
    written, and ``None`` once it can be written again (see ``probe``).
    """

    def __init__(
        self,
        journal: Journal,
        pins: Callable[[], PinKeeper],
        *,
        wake: Callable[[], None],
        expect_help: Callable[[str, Callable[[bool, str], None]], None],
        blocked: Callable[[Fault | None], None],
        watch_help: Callable[[str, int], None] = lambda _key, _number: None,
    ) -> None:
        self._journal = journal
        self._pins = pins
        self._wake = wake
        self._expect_help = expect_help
        self._blocked = blocked
        self._watch_help = watch_help
        self._reported: Fault | None = None
        self._devices: dict[str, tuple[DeviceStatus, str]] = {}
        self._unwritten: list[ef.ConfirmPrinted] = []
        """Outcomes that could not be written yet. Used on the worker only."""
        self._worker = Workers(1, "journal")

    def recover(self) -> None:
        """At start: queue the outcomes that a power failure kept from being queued."""
        self._do(self._journal.recover_outcomes, wake=True)

    def visit_began(self, visit: Visit) -> None:
        """Record that a resident consented, with a keyed token. May be called again."""
        if visit.identity.wiped:
            return
        record = visit.identity.record
        if not record.id_number and not record.card_number:
            log.error("a card without a number: the visit is not recorded")
            return
        token = self._journal.token(visit.identity)
        self._do(lambda: self._journal.visit_began(visit.id, token))

    def visit_ended(self, visit: str, reason: EndReason) -> None:
        """Record the end of the visit."""
        self._do(lambda: self._journal.visit_ended(visit, reason))

    def print_planned(self, effect: ef.Print, then: Callable[[Fault | None], None]) -> None:
        """Record which document the job prints, then call ``then``.

        If ``then`` raises, it is called again with a fault.
        """
        key, again = effect.document.key, effect.reprint

        def run() -> None:
            fault = self._journal.print_planned(effect.job, key, again)
            self._report_health()
            then(fault)

        self._worker.submit(run, lambda error: then(_bug(error)))

    def printed(self, confirm: ef.ConfirmPrinted) -> None:
        """Record the outcome of a job; the connection to the platform sends it.

        The journal knows which document the job printed: a late job no longer names its item.
        """

        def run() -> Fault | None:
            document = self._journal.document_of(confirm.job)
            if document is None or document.number is None:
                # A test page is not a document of the platform. If the journal could not be
                # read, ``recover`` finds the job at the next start.
                return None
            fault = self._journal.outcome_known(
                confirm.job,
                document.number,
                confirm.outcome,
                confirm.pages,
                confirm.evidence,
            )
            if fault is not None:
                self._unwritten.append(confirm)
            return fault

        self._do(run, wake=True)

    def help_called(self, call: ef.CallHelp, done: HelpAnswer) -> None:
        """Call staff and report the result to ``done``.

        ``done(reached, reference)`` reports whether the platform has the call.
        ``done(False, "", False)`` means that the call could not be recorded and is not sent.
        """
        key = opaque_id()
        reason = HelpReason.FAULT if call.fault else HelpReason.RESIDENT_ASKS
        if call.fault == LEFTOVER_JOB.code:
            reason = HelpReason.LEFT_PAPER
        self._expect_help(key, done)

        def run() -> Fault | None:
            fault = self._journal.help_called(key, reason, call.page, call.fault)
            if fault is not None:
                done(False, "", False)
            elif call.call:
                self._watch_help(key, call.call)
            return fault

        self._do(run, wake=True, failed=lambda: done(False, "", False))

    def fault(self, fault: Fault, page: str) -> None:
        """Record a fault and the page on which it occurred."""
        log.warning("%s on %s (%s)", fault.code, page, fault.detail or "no detail")
        self._do(lambda: self._journal.fault(fault, page))

    def device_changed(self, name: str, status: DeviceStatus, fault_code: str) -> None:
        """Record a device's state for `station diagnose`; only a change is written."""
        if self._devices.get(name) != (status, fault_code):
            self._devices[name] = (status, fault_code)
            self._do(lambda: self._journal.device_changed(name, status, fault_code))

    def copied(self, visit: str, item: str) -> None:
        """Record that a copy was offered to a phone instead of paper."""
        self._do(lambda: self._journal.copied(visit, item))

    def opened(self, role: Role, card: str) -> None:
        """Record that maintenance was opened by the card of this serial or (empty) by the PIN."""
        log.info("maintenance opened as %s by %s", role.value, f"card {card}" if card else "PIN")
        self._do(lambda: self._journal.opened(role, card))

    def history(self, done: Callable[[tuple[PastFault, ...], Totals], None]) -> None:
        """Pass the last faults (newest first) and the totals to ``done``."""

        def run() -> None:
            done(self._journal.last_faults(LAST_FAULTS), self._journal.totals_by_item())

        self._worker.submit(run, lambda _error: done((), NO_TOTALS))

    def check_pin(self, pin: str, done: Callable[[bool, int], None]) -> None:
        """Call ``done(ok, locked_s)``. Takes a fifth of a second on purpose (scrypt)."""

        def run() -> None:
            result = self._pins().check(pin)
            done(result.ok, result.locked_s)

        self._worker.submit(run, lambda _error: done(False, 0))

    def probe(self) -> None:
        """Retry if the journal could not be used the last time."""
        if self._journal.health() is not None:
            self._do(lambda: self._journal.device_changed(TERMINAL, DeviceStatus.ONLINE))

    def close(self) -> None:
        """Write what is pending, then stop; wait at most ``CLOSE_S``."""
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
            self._report_health()
            if wake:
                self._wake()

        def broke(error: Exception) -> None:
            if failed is not None:
                failed()
            self._journal.fault(_bug(error))

        self._worker.submit(run, broke)

    def _report_health(self) -> None:
        """Report a change of the journal's health: a faulty journal stops service. Worker only."""
        fault = self._journal.health()
        if fault is None and self._reported is None:
            return
        if fault is None or not fault.same_as(self._reported):
            if fault is not None:
                log.error("journal: %s (%s)", fault.code, fault.detail)
            self._reported = fault
            self._blocked(fault)
            if fault is None:
                self._catch_up()

    def _catch_up(self) -> None:
        """Write what could not be written before.

        `station diagnose` relies on the devices' rows, and the platform expects the outcomes.
        (After a
        restart the devices report again, and ``recover`` finds the jobs.)
        """
        confirms, self._unwritten = self._unwritten, []
        for confirm in confirms:
            self.printed(confirm)
        for name, (status, code) in list(self._devices.items()):
            self._journal.device_changed(name, status, code)


def _bug(error: Exception) -> Fault:
    return WORKER_FAILED.with_detail(type(error).__name__)
