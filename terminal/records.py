"""What the session has written down: on a worker of its own, so that no disk stops the screen.

For the runtime. The journal is the truth; this only moves its (blocking, fsynced) writes off the
session's thread, in order, and wakes the line to the platform when there is something to send.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from devices.health import Fault
from printing.faults import LEFTOVER_JOB
from printing.outcome import Outcome
from terminal.asks import issue_key
from terminal.ids import opaque_id
from terminal.journal import Journal
from terminal.operations.pin import PinKeeper
from terminal.platform.wire import HelpReason
from terminal.session import effects as ef
from terminal.session.model import EndReason, PastFault, Visit

log = logging.getLogger(__name__)

LAST_FAULTS = 12
"""As many as the maintenance page has room for."""


class Records:
    """The journal, written in order on one worker. Every method returns at once.

    ``pins`` gives the keeper of the maintenance PIN. ``wake`` tells the line to the platform that
    something waits to be sent; ``expect_help`` leaves word with it whom to tell when the platform
    has taken the call of this key.
    """

    def __init__(
        self,
        journal: Journal,
        pins: Callable[[], PinKeeper],
        *,
        wake: Callable[[], None],
        expect_help: Callable[[str, Callable[[bool, str], None]], None],
    ) -> None:
        self._journal = journal
        self._pins = pins
        self._wake = wake
        self._expect_help = expect_help
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="journal")

    def visit_began(self, visit: Visit) -> None:
        """A resident consented: the visit, with a keyed token for the person."""
        if visit.identity.wiped:
            return
        token = self._journal.token(visit.identity)
        self._do(lambda: self._journal.visit_began(visit.id, token))

    def visit_ended(self, visit: str, reason: EndReason) -> None:
        """The visit is over."""
        self._do(lambda: self._journal.visit_ended(visit, reason))

    def print_planned(self, effect: ef.Print, then: Callable[[Fault | None], None]) -> None:
        """Write which document the job prints, and only then go on."""
        key = issue_key(effect.visit, effect.item.id)

        def run() -> None:
            then(self._journal.print_planned(effect.job, key))

        self._worker.submit(run)

    def printed(self, confirm: ef.ConfirmPrinted) -> None:
        """The outcome of a job; the platform is told by the line."""

        def run() -> Fault | None:
            document = self._journal.document_of(confirm.job)
            if document is None or document.number is None:
                return None  # a test page: no document of the platform's
            return self._journal.outcome_known(
                confirm.job,
                document.number,
                Outcome(confirm.outcome),
                confirm.pages,
                confirm.evidence,
            )

        self._do(run, wake=True)

    def help_called(self, call: ef.CallHelp, done: Callable[[bool, str], None]) -> None:
        """Staff are called; ``done(reached, reference)`` once the platform has it, or has not."""
        key = opaque_id()
        reason = HelpReason.FAULT if call.fault else HelpReason.RESIDENT_ASKS
        if call.fault == LEFTOVER_JOB.code:
            reason = HelpReason.LEFT_PAPER
        self._expect_help(key, done)
        self._do(lambda: self._journal.help_called(key, reason, call.page, call.fault), wake=True)

    def fault(self, fault: Fault, page: str) -> None:
        """A fault, with the page it was met on."""
        log.warning("%s on %s (%s)", fault.code, page, fault.detail or "no detail")
        self._do(lambda: self._journal.fault(fault, page))

    def last_faults(self, done: Callable[[tuple[PastFault, ...]], None]) -> None:
        """The last faults, newest first."""
        self._worker.submit(lambda: done(self._journal.last_faults(LAST_FAULTS)))

    def check_pin(self, pin: str, done: Callable[[bool, int], None]) -> None:
        """``done(ok, locked_s)``; takes a fifth of a second by design (scrypt)."""

        def run() -> None:
            result = self._pins().check(pin)
            done(result.ok, result.locked_s)

        self._worker.submit(run)

    def close(self) -> None:
        """Write what is waiting, then stop."""
        self._worker.shutdown(wait=True)

    def _do(self, write: Callable[[], Fault | None], *, wake: bool = False) -> None:
        def run() -> None:
            fault = write()
            if fault is not None:
                log.error("journal: %s (%s)", fault.code, fault.detail)
            if wake:
                self._wake()

        self._worker.submit(run)
