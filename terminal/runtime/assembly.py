"""Assembles the terminal from its parts, for a real station and for the demo alike.

Used by the composition root. This module does not know which of the two it builds: devices and
platform come in through the same protocols. Slow imports and openings happen on a worker after the
first page is painted. An unexpected error there puts the terminal out of service with a fault and
is retried; the session keeps running.
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
from devices.signals.protocol import Signals
from devices.system.memory import give_back_memory
from printing.document_worker.client import DocumentWorker
from printing.printer import JobJournal, Printer

from ..faults import WORKER_FAILED
from ..journal.journal import Journal
from ..platform.catalogue import CACHE_FILE
from ..platform.client import PlatformClient
from ..session import events as ev
from ..session.model import Station
from ..session.states.assisted import call_waited_for
from ..staff.pin import PinKeeper
from ..workers.enquiries import Enquiries
from ..workers.journal_writer import Records
from ..workers.uplink import Line
from ..workers.visit_requests import Asks
from .loop import Runtime
from .parts import Parts

log = logging.getLogger(__name__)

RETRY_S = 5.0
"""Wait before the next try if the journal cannot be opened or written (disk full, held by a process
that is ending), or a part cannot be created."""
STOP_S = 2.0
"""How long stopping waits for the assembly, which may hang in a driver or on the platform."""


@dataclass(frozen=True)
class Plan:
    """The settings that differ between stations.

    The callables run on the worker that assembles the terminal and may block there.
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
    signals: Signals | None = None
    """The station's sensors, if it has any."""
    warm_up: Callable[[], object] = lambda: None
    """Runs anything else of this plan that is slow the first time."""


class Terminal:
    """One terminal: its runtime and its parts.

    ``document_process`` is the command line of the process that verifies and renders documents
    (`printing.document_worker`); it runs from ``start`` to ``stop``.
    """

    def __init__(self, runtime: Runtime, plan: Plan, document_process: Sequence[str]) -> None:
        self.runtime = runtime
        self.documents = DocumentWorker(document_process, on_fault=self._on_documents_fault)
        self._plan = plan
        self.warmed = threading.Event()
        """Set once everything that is slow the first time was done."""
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="equip", daemon=True)
        self._asks: Asks | None = None
        self._line: Line | None = None
        self._enquiries: Enquiries | None = None
        self._records: Records | None = None
        self._journal: Journal | None = None
        self._reported: Fault | None = None
        self._documents_lock = threading.Lock()
        self._documents_fault: Fault | None = None

    def start(self) -> None:
        """Start the session now, and create its parts on a worker."""
        self.runtime.start()
        if self._plan.signals is not None:
            self._plan.signals.start(self.runtime.post)
        self._thread.start()

    def stop(self) -> None:
        """Stop everything. Records are kept; nothing is printed or cancelled.

        May be called at any time: parts that are still being created are never started.
        """
        self._stopped.set()
        if self._plan.signals is not None:
            self._plan.signals.stop()
        self.documents.close()  # first, because the runtime's workers may wait for it
        self.runtime.stop()
        if self._thread.is_alive():
            self._thread.join(STOP_S)
        if self._line is not None:
            self._line.stop()
        if self._enquiries is not None:
            self._enquiries.stop()
        if self._records is not None:
            self._records.close()
        if self._journal is not None:
            self._journal.close()

    def _run(self) -> None:
        self.documents.start()  # it loads its libraries while we continue
        parts = self._make_parts()
        while parts is None and not self._stopped.wait(RETRY_S):
            parts = self._make_parts()
        if parts is None:
            return
        try:
            if not self.runtime.equip(parts):
                return
        except Exception as error:  # only some devices are running: restart the process
            self.runtime.crash(error)
            return
        assert self._line is not None
        assert self._enquiries is not None
        assert self._records is not None
        self._line.start()
        self._enquiries.start()
        self._report(None)
        self._warm_up(self._records)
        while not self._stopped.wait(RETRY_S):
            self._records.probe()
            if self._journal is not None and self._journal.mark_if_damaged():
                self.runtime.restart("the journal is damaged")
            if parts.printer.needs_restart:
                self.runtime.restart(_hanging_in(parts.printer))
            for reader in parts.readers:
                if isinstance(reader, MayNeedRestart) and reader.needs_restart:
                    self.runtime.restart(_hanging_in(reader))

    def _make_parts(self) -> Parts | None:
        """Create the parts without starting them; on a fault, report it and return ``None``."""
        try:
            journal = Journal.open(self._plan.state_directory / "journal", self._plan.token_key)
            if isinstance(journal, Fault):
                self._report(journal)
                return None
            try:
                return self._parts_on(journal)
            except BaseException:
                journal.close()
                raise
        except Exception as error:  # last resort: an unexpected error becomes a fault
            self._report(WORKER_FAILED.with_detail(type(error).__name__))
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
            cache=plan.state_directory / CACHE_FILE,
            now=journal.clock.local,
            on_platform_time=journal.platform_time,
        )
        enquiries = Enquiries(
            plan.client,
            journal,
            runtime.post,
            lambda: call_waited_for(runtime.state),
            folder=plan.state_directory,
            now=journal.clock.local,
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
            watch_help=enquiries.watch,
        )
        # This must come before the printer resolves the jobs of an earlier run and reports them.
        records.recover()
        self._asks, self._journal = asks, journal
        self._line, self._enquiries = line, enquiries
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
        except Exception as error:  # the first request will report the cause
            records.fault(WORKER_FAILED.with_detail(f"warm-up: {type(error).__name__}"), "")
        # What is loaded now stays loaded: freeze it so that later collections skip it (up to 50
        # ms).
        gc.collect()
        gc.freeze()
        give_back_memory()
        self.warmed.set()

    def _on_documents_fault(self, fault: Fault | None) -> None:
        """Record that the document process does not start; ``None`` means that it works again.

        Called on the thread that owns the process, also before the journal is open. In that case
        the fault is recorded later.
        """
        if fault is None:
            log.info("the document process works again")
        with self._documents_lock:
            records = self._records
            self._documents_fault = fault if records is None else None
        if records is not None and fault is not None:
            records.fault(fault, "")

    def _record_waiting_fault(self, records: Records) -> None:
        """Record a document process fault that occurred before the journal was open."""
        with self._documents_lock:
            self._records = records
            fault, self._documents_fault = self._documents_fault, None
        if fault is not None:
            records.fault(fault, "")

    def _report(self, fault: Fault | None) -> None:
        """Report why the terminal cannot serve yet; ``None`` once it can."""
        if fault is None and self._reported is None:
            return
        if fault is None or not fault.same_as(self._reported):
            if fault is not None:
                log.error("not equipped: %s (%s)", fault.code, fault.detail)
            self.runtime.post(ev.StationBlocked(fault))
        self._reported = fault


def _hanging_in(device: Reader | Printer) -> str:
    return f"too many hanging calls in {type(device).__name__}"


def _test_page(station_name: str, station: Station) -> bytes | Fault:
    from ..operations.printed_reports import (
        set_test_page,  # slow to import (fonts), so only on the worker
    )

    return set_test_page(station_name, station)


def _report(station_name: str, station: Station, journal: Journal) -> bytes | Fault:
    from ..operations.printed_reports import set_report

    return set_report(station_name, station, journal.last_faults(), journal.totals_by_item())
