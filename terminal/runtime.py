"""The loop of the terminal: facts in, the table asked, effects handed to workers.

For the composition, which gives it its parts, and the screen, which subscribes. One thread runs
the session; nothing on it waits for a device, the network or the disk. Workers post facts back.
"""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Protocol, assert_never

from devices.health import Fault
from devices.reader import CardRead as ReaderCardRead
from devices.reader import Reader, ReaderChanged, ReaderEvent
from printing.outcome import Evidence, Outcome, PrintEnded
from printing.printer import Printer, PrinterChanged
from terminal.asks import Ask
from terminal.faults import WORKER_FAILED
from terminal.ids import opaque_id
from terminal.records import Records
from terminal.session import advance
from terminal.session import effects as ef
from terminal.session import events as ev
from terminal.session.model import Request, Station
from terminal.session.states import State
from terminal.session.steps.common import home

log = logging.getLogger(__name__)

TICK_S = 0.5
"""How often time is a fact. The shortest limit of the session is 4 s."""
STOP_S = 2.0
"""How long each worker may take to stop; after that the process goes without it."""
NETWORK_WORKERS = 2
"""One visit asks one thing at a time; the second serves an answer that a visit left behind."""

Subscriber = Callable[[State], None]


class Asker(Protocol):
    """Answers what a visit asks of the platform (`terminal.asks.Asks`)."""

    def answer(self, ask: Ask) -> object:
        """Block until it is answered; the answer is an event."""
        ...


@dataclass(frozen=True)
class Parts:
    """What the composition hands to the runtime.

    ``test_page`` sets the maintenance test page (PDF bytes) from the station's state, or says
    why it cannot; it runs on a worker.
    """

    readers: tuple[Reader, ...]
    printer: Printer
    asks: Asker
    records: Records
    test_page: Callable[[Station], bytes | Fault]


class Runtime:
    """Runs the session. ``post`` and ``subscribe`` may be called from any thread."""

    def __init__(self, station: Station, clock: Callable[[], float] = time.monotonic) -> None:
        self._parts: Parts | None = None
        self._clock = clock
        self._events: queue.SimpleQueue[object] = queue.SimpleQueue()
        self._subscribers: list[Subscriber] = []
        self._state = home(station, clock())
        self._network = ThreadPoolExecutor(NETWORK_WORKERS, thread_name_prefix="network")
        self._thread = threading.Thread(target=self._run, name="session", daemon=True)
        self._started = False

    @property
    def state(self) -> State:
        """The situation now."""
        return self._state

    def subscribe(self, subscriber: Subscriber) -> None:
        """Call ``subscriber`` with each new situation, on the session's thread, and now."""
        self._subscribers.append(subscriber)
        subscriber(self._state)

    def post(self, event: object) -> None:
        """Take in a fact."""
        self._events.put(event)

    def start(self) -> None:
        """Begin; the first page stands already."""
        self._started = True
        self._thread.start()

    def equip(self, parts: Parts) -> None:
        """Give it its parts; devices are started here, so that nothing is heard before."""
        self._parts = parts
        # What is known before the first change; later facts then follow in their order.
        self.post(PrinterChanged(parts.printer.status()))
        for reader in parts.readers:
            self.post(ReaderChanged(reader.name, reader.status()))
        parts.printer.start(self.post)
        for reader in parts.readers:
            reader.start(self._from_reader)

    def stop(self) -> None:
        """Stop the loop and the devices; nothing is printed or cancelled by stopping."""
        if not self._started:
            return
        self._started = False
        if self._parts is not None:
            for reader in self._parts.readers:
                reader.stop(STOP_S)
            self._parts.printer.close(STOP_S)
        self._events.put(None)
        self._thread.join(STOP_S)
        self._network.shutdown(wait=False, cancel_futures=True)

    def _from_reader(self, event: ReaderEvent) -> None:
        if isinstance(event, ReaderCardRead):
            self.post(ev.CardRead(opaque_id(), event.reader, event.identity, event.presence_known))
        else:
            self.post(event)

    def _run(self) -> None:
        while True:
            try:
                event = self._events.get(timeout=TICK_S)
            except queue.Empty:
                event = ev.Tick()
            if event is None:
                return
            self._take_in(event)

    def _take_in(self, event: object) -> None:
        state, effects = advance(self._state, event, self._clock())
        # Compared before it is replaced: a fact that changes nothing wakes nobody.
        changed = state is not self._state and state != self._state
        if type(state) is not type(self._state):
            log.info("%s -> %s", type(self._state).__name__, type(state).__name__)
        self._state = state
        for effect in effects:
            if self._parts is None:
                # Before its parts are there nothing can be served, so nothing personal waits.
                log.warning("%s dropped: the terminal is not equipped yet", type(effect).__name__)
            else:
                self._carry_out(effect, self._parts)
        if changed:
            for subscriber in self._subscribers:
                subscriber(state)

    def _carry_out(self, effect: ef.Effect, parts: Parts) -> None:
        match effect:
            case ef.AskIdentify(visit):
                parts.records.visit_began(visit)
                self._ask(parts, effect, Request.IDENTIFY)
            case ef.AskCode():
                self._ask(parts, effect, Request.SEND_CODE)
            case ef.AskCheckCode():
                self._ask(parts, effect, Request.CHECK_CODE)
            case ef.AskCheckStaff():
                self._ask(parts, effect, Request.CHECK_STAFF)
            case ef.AskIssue():
                self._ask(parts, effect, Request.ISSUE)
            case ef.Print():
                parts.records.print_planned(effect, lambda fault: self._print(parts, effect, fault))
            case ef.PrintTestPage(job):
                self._network.submit(self._test_page, parts, job)
            case ef.CancelPrint(job):
                parts.printer.cancel(job)
            case ef.ClearPrinter(tray_checked):
                if tray_checked:
                    parts.printer.tray_checked()
                parts.printer.clear(lambda empty: self.post(ev.PaperCleared(empty)))
            case ef.ConfirmPrinted():
                parts.records.printed(effect)
            case ef.Wipe(identity, document):
                if identity is not None:
                    identity.wipe()
                if document is not None:
                    document.wipe()
            case ef.EndVisit(visit, reason):
                parts.records.visit_ended(visit, reason)
            case ef.CallHelp():
                parts.records.help_called(
                    effect, lambda reached, ref: self.post(ev.HelpRecorded(reached, ref))
                )
            case ef.RecordFault(fault, page):
                parts.records.fault(fault, page)
            case ef.CheckPin(pin):
                parts.records.check_pin(
                    pin, lambda ok, locked_s: self.post(ev.PinChecked(ok, locked_s, opaque_id()))
                )
            case ef.LoadFaults():
                parts.records.last_faults(lambda faults: self.post(ev.FaultsLoaded(faults)))
            case _:
                assert_never(effect)

    def _ask(self, parts: Parts, ask: Ask, request: Request) -> None:
        def run() -> None:
            try:
                self.post(parts.asks.answer(ask))
            except Exception as error:  # the outermost edge of a worker: a bug becomes a fault
                log.error("%s failed: %s", request.value, type(error).__name__)
                self.post(
                    ev.PlatformFailed(
                        ask.visit.id, request, WORKER_FAILED.with_detail(type(error).__name__)
                    )
                )

        self._network.submit(run)

    def _print(self, parts: Parts, effect: ef.Print, unwritten: Fault | None) -> None:
        document = effect.document
        if unwritten is not None:
            # What is not in the journal is not printed.
            self._not_printed(effect.job, document.pages, unwritten)
        elif not document.wiped:
            parts.printer.submit(effect.job, document.pdf, document.pages, effect.item.id)

    def _not_printed(self, job: str, pages: int, fault: Fault) -> None:
        self.post(PrintEnded(job, Outcome.QUEUED, 0, pages, Evidence.NONE, fault))

    def _test_page(self, parts: Parts, job: str) -> None:
        page = parts.test_page(self._state.station)
        if isinstance(page, Fault):
            self._not_printed(job, 1, page)
        else:
            parts.printer.submit(job, page, 1, "test-page")
