"""Carries out the effects that the session's table returns: each goes to the part that does it.

Used by the runtime, on the session's thread. It never waits for a device, the network or the disk.
The result of an effect is posted as an event.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import assert_never

from devices.health import Fault, code_of
from devices.readers.protocol import ReaderChanged
from devices.system.memory import give_back_memory
from printing.printer import PrinterChanged

from ..faults import WORKER_FAILED
from ..journal.ids import opaque_id
from ..session import effects as ef
from ..session import events as ev
from ..session.model import Station
from ..workers.pool import Workers
from ..workers.print_gate import Handover
from .parts import Parts

log = logging.getLogger(__name__)

NO_PARTS_LOCK_S = 5
"""Lock time reported for a PIN entered before the journal can count wrong tries."""


class EffectRunner:
    """Carries out effects. ``post`` takes the results; ``station`` returns the current station."""

    def __init__(
        self, network: Workers, post: Callable[[object], None], station: Callable[[], Station]
    ) -> None:
        self._network = network
        self._post = post
        self._station = station
        self._handover = Handover(network, post)

    def run(self, effect: ef.Effect, parts: Parts | None) -> None:
        """Carry out ``effect`` with ``parts``; ``None`` if the terminal has no parts yet."""
        if isinstance(effect, ef.Wipe):
            _wipe(effect)
        elif parts is None:
            self._run_without_parts(effect)
        else:
            self._run_with_parts(effect, parts)

    def _run_without_parts(self, effect: ef.Effect) -> None:
        """Answer negatively: without the parts, staff cannot be called and no one can log in."""
        log.warning("%s: the terminal is not equipped", type(effect).__name__)
        match effect:
            case ef.CallHelp(call=call):
                self._post(ev.HelpRecorded(False, call=call, made=False))
            case ef.CheckPin(request=request):
                self._post(ev.PinChecked(request, False, NO_PARTS_LOCK_S))

    def _run_with_parts(self, effect: ef.Effect, parts: Parts) -> None:
        if isinstance(effect, ef.Ask):
            if isinstance(effect, ef.AskIdentify):
                parts.records.visit_began(effect.visit)
            self._ask(parts, effect)
            return
        match effect:
            case ef.Print():
                self._handover.document(effect, parts.printer, parts.records)
            case ef.PrintTestPage(job):
                self._print_own(parts, job, "test-page", parts.test_page)
            case ef.PrintReport(job):
                self._print_own(parts, job, "report", parts.report)
            case ef.CancelPrint(job):
                if not self._handover.cancel(job):
                    parts.printer.cancel(job)
            case ef.ClearPrinter(tray_checked):
                if tray_checked:
                    parts.printer.tray_checked()
                self._handover.cancel(None)
                parts.printer.clear(lambda empty: self._post(ev.PaperCleared(empty)))
            case ef.ConfirmPrinted():
                parts.records.printed(effect)
            case ef.Wipe():
                _wipe(effect)
            case ef.EndVisit(visit, reason):
                parts.records.visit_ended(visit, reason)
                self._network.submit(give_back_memory)  # free the visit's pages and documents
            case ef.CallHelp():
                call = effect.call
                parts.records.help_called(
                    effect,
                    lambda reached, ref, made=True: self._post(
                        ev.HelpRecorded(reached, ref, call, made)
                    ),
                )
            case ef.RecordCopy(visit_id, item_id):
                parts.records.copied(visit_id, item_id)
            case ef.RecordOpening(role, card):
                parts.records.opened(role, card)
            case ef.RecordFault(fault, page):
                parts.records.fault(fault, page)
            case ef.CheckPin(request, pin):
                parts.records.check_pin(
                    pin,
                    lambda ok, locked_s: self._post(
                        ev.PinChecked(request, ok, locked_s, opaque_id())
                    ),
                )
            case ef.LoadFaults(request):
                parts.records.history(
                    lambda faults, totals: self._post(ev.FaultsLoaded(request, faults, totals))
                )
            case _:
                assert_never(effect)

    def _ask(self, parts: Parts, ask: ef.Ask) -> None:
        self._network.submit(
            lambda: self._post(parts.asks.answer(ask)),
            lambda error: self._post(ev.PlatformFailed(ask.request, _bug(error))),
        )

    def _print_own(
        self, parts: Parts, job: str, service: str, make: Callable[[Station], bytes | Fault]
    ) -> None:
        self._handover.own(job, service, lambda: make(self._station()), parts.printer)


def record_device(event: object, parts: Parts) -> None:
    """Record a device's new state for programs that must not open devices in use."""
    match event:
        case ReaderChanged(name, status):
            code = code_of(status.fault)
            parts.records.device_changed(name, status.status, code)
        case PrinterChanged(status=printer, name=name):
            code = printer.faults[0].code if printer.faults else ""
            parts.records.device_changed(name, printer.status, code)


def _wipe(effect: ef.Wipe) -> None:
    if effect.identity is not None:
        effect.identity.wipe()
    if effect.document is not None:
        effect.document.wipe()


def _bug(error: Exception) -> Fault:
    return WORKER_FAILED.with_detail(type(error).__name__)
