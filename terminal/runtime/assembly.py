"""How the terminal is put together from its parts, for a real station and for the demo alike.

For the composition root. Nothing here knows which of the two it is: devices and platform come in
through the same few protocols. What is slow to import or to open happens in ``equip``, which runs
on a worker after the first page was painted; a bug there puts the terminal out of service with a
fault, and is tried again: the session goes on meanwhile.
"""

from __future__ import annotations

import gc
import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from devices.health import Fault
from devices.readers.protocol import MayNeedRestart, Reader
from printing.document_worker.client import DocumentWorker
from printing.printer import JobJournal, Printer
from terminal.faults import WORKER_FAILED
from terminal.journal.journal import Journal
from terminal.platform.client import PlatformClient
from terminal.runtime.loop import Runtime
from terminal.runtime.parts import Parts
from terminal.runtime.process import give_back_memory
from terminal.session import events as ev
from terminal.session.model import Station
from terminal.staff.pin import PinKeeper
from terminal.workers.journal_writer import Records
from terminal.workers.uplink import Line
from terminal.workers.visit_requests import Asks

log = logging.getLogger(__name__)

RETRY_S = 5.0
"""While the journal cannot be opened or written (disk full, held by a process that is going away),
or a part cannot be made."""
STOP_S = 2.0
"""How long the stopping waits for the equipping: that may hang in a driver or on a platform."""


@dataclass(frozen=True)
class Plan:
    """What differs between one station and another.

    The callables are called on the worker that equips the terminal, and may block there.
    """

    state_directory: Path
    token_key: bytes = field(repr=False)
    pins: Callable[[Journal], PinKeeper]
    readers: Callable[[], Sequence[Reader]]
    printer: Callable[[JobJournal], Printer]
    client: Callable[[], PlatformClient]
    anchors: Callable[[], Sequence[bytes]]
    catalogue_key: Callable[[], bytes]
    demonstration: bool
    region: str
    station_name: str
    warm_up: Callable[[], object] = lambda: None
    """What else is slow the first time, of this plan's own."""


class Terminal:
    """One terminal: its runtime, and the parts it was equipped with.

    ``document_process`` is the command that verifies and draws documents
    (`printing.document_worker`); it runs from ``start`` to ``stop``.
    """

    def __init__(self, runtime: Runtime, plan: Plan, document_process: Sequence[str]) -> None:
        self.runtime = runtime
        self.documents = DocumentWorker(document_process, on_fault=self._on_documents_fault)
        self._plan = plan
        self.warmed = threading.Event()
        """Set once what is slow the first time was done: each visit is then as quick as any."""
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="equip", daemon=True)
        self._asks: Asks | None = None
        self._line: Line | None = None
        self._records: Records | None = None
        self._journal: Journal | None = None
        self._told: Fault | None = None
        self._documents_lock = threading.Lock()
        self._documents_fault: Fault | None = None

    def start(self) -> None:
        """Start the session now, and equip it on a worker."""
        self.runtime.start()
        self._thread.start()

    def stop(self) -> None:
        """Stop everything; what is written down stays, nothing is printed or cancelled.

        May be called at any time: what is still being made is never started.
        """
        self._stopped.set()
        self.documents.close()  # first: the runtime's workers may wait for it
        self.runtime.stop()
        if self._thread.is_alive():
            self._thread.join(STOP_S)
        if self._line is not None:
            self._line.stop()
        if self._records is not None:
            self._records.close()
        if self._journal is not None:
            self._journal.close()

    def _run(self) -> None:
        self.documents.start()  # it loads its libraries beside what follows
        parts = self._make_parts()
        while parts is None and not self._stopped.wait(RETRY_S):
            parts = self._make_parts()
        if parts is None:
            return
        try:
            if not self.runtime.equip(parts):
                return
        except Exception as error:  # half of the devices run: begin anew as a whole
            self.runtime.crash(error)
            return
        assert self._line is not None
        assert self._records is not None
        self._line.start()
        self._tell(None)
        self._warm_up(self._records)
        while not self._stopped.wait(RETRY_S):
            self._records.probe()
            if self._journal is not None and self._journal.condemned():
                self.runtime.renew("the journal is damaged")
            for device in (*parts.readers, parts.printer):
                if isinstance(device, MayNeedRestart) and device.needs_restart:
                    self.runtime.renew(f"hanging calls have used up {type(device).__name__}")

    def _make_parts(self) -> Parts | None:
        """The parts, none of them started; ``None``, and the fault told, where one fails."""
        try:
            journal = Journal.open(self._plan.state_directory / "journal", self._plan.token_key)
            if isinstance(journal, Fault):
                self._tell(journal)
                return None
            try:
                return self._parts_on(journal)
            except BaseException:
                journal.close()
                raise
        except Exception as error:  # the worker's outermost edge: a bug becomes a fault
            self._tell(WORKER_FAILED.with_detail(type(error).__name__))
            return None

    def _parts_on(self, journal: Journal) -> Parts:
        plan, runtime = self._plan, self.runtime
        readers, printer = tuple(plan.readers()), plan.printer(journal)
        asks = Asks(
            plan.client,
            journal,
            plan.anchors,
            self.documents,
            demonstration=plan.demonstration,
            now=journal.clock.local,
        )
        line = Line(
            plan.client,
            journal,
            runtime.post,
            lambda: runtime.state.station,
            region=plan.region,
            catalogue_key=plan.catalogue_key,
            cache=plan.state_directory / "catalogue.json",
            now=journal.clock.local,
            heard_time=journal.platform_time,
        )
        keeper: list[PinKeeper] = []

        def pins() -> PinKeeper:
            if not keeper:
                keeper.append(plan.pins(journal))
            return keeper[0]

        records = Records(
            journal,
            pins,
            wake=line.wake,
            expect_help=line.expect_help,
            blocked=lambda fault: runtime.post(ev.StationBlocked(fault)),
        )
        # Before the printer looks at what an earlier run left open: that comes as new facts.
        records.recover()
        self._asks, self._journal = asks, journal
        self._line = line
        self._record_waiting_fault(records)
        return Parts(
            readers=readers,
            printer=printer,
            asks=asks,
            records=records,
            test_page=lambda station: _test_page(plan.station_name, station),
            report=lambda station: _report(plan.station_name, station, journal),
        )

    def _warm_up(self, records: Records) -> None:
        try:
            if self._asks is not None:
                self._asks.warm_up()
            self._plan.warm_up()
        except Exception as error:  # the first question will say so itself
            records.fault(WORKER_FAILED.with_detail(f"warm-up: {type(error).__name__}"), "")
        # What is loaded now stays: later collections need not look at it (up to 50 ms each).
        gc.collect()
        gc.freeze()
        give_back_memory()
        self.warmed.set()

    def _on_documents_fault(self, fault: Fault | None) -> None:
        """Record that the document process does not start; ``None``: it works again.

        Called on the thread that owns the process, also before there is a journal: then the fault
        waits for it.
        """
        if fault is None:
            log.info("the document process works again")
        with self._documents_lock:
            records = self._records
            self._documents_fault = fault if records is None else None
        if records is not None and fault is not None:
            records.fault(fault, "")

    def _record_waiting_fault(self, records: Records) -> None:
        """Record the document process's fault that came before there was a journal."""
        with self._documents_lock:
            self._records = records
            fault, self._documents_fault = self._documents_fault, None
        if fault is not None:
            records.fault(fault, "")

    def _tell(self, fault: Fault | None) -> None:
        """Why nobody can be served yet; ``None`` once they can."""
        if fault is None and self._told is None:
            return
        if fault is None or not fault.same_as(self._told):
            if fault is not None:
                log.error("not equipped: %s (%s)", fault.code, fault.detail)
            self.runtime.post(ev.StationBlocked(fault))
        self._told = fault


def _test_page(station_name: str, station: Station) -> bytes | Fault:
    from terminal.operations.printed_reports import (
        set_test_page,  # with the fonts' house, on the worker that needs it
    )

    return set_test_page(station_name, station)


def _report(station_name: str, station: Station, journal: Journal) -> bytes | Fault:
    from terminal.operations.printed_reports import set_report

    return set_report(station_name, station, journal.last_faults(), journal.totals_by_item())
