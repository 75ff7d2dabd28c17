"""How the terminal is put together from its parts, for a real station and for the demo alike.

For the composition root. Nothing here knows which of the two it is: devices and platform come in
through the same few protocols. What is slow to import or to open happens in ``equip``, which runs
on a worker after the first page was painted.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from devices.health import Fault
from devices.reader import Reader
from printing.printer import JobJournal, Printer
from terminal.asks import Asks
from terminal.journal import Journal
from terminal.line import Line
from terminal.operations.pin import PinKeeper
from terminal.platform.client import PlatformClient
from terminal.records import Records
from terminal.runtime import Parts, Runtime
from terminal.session import events as ev
from terminal.session.model import Station
from terminal.words import words

log = logging.getLogger(__name__)

JOURNAL_RETRY_S = 5.0
"""While the journal cannot be opened (disk full, held by a process that is going away)."""


@dataclass(frozen=True)
class Plan:
    """What differs between one station and another.

    The callables are called on the worker that equips the terminal, and may block there.
    """

    state_directory: Path
    token_key: bytes
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
    """One terminal: its runtime, and the parts it was equipped with."""

    def __init__(self, runtime: Runtime, plan: Plan) -> None:
        self.runtime = runtime
        self._plan = plan
        self.warmed = threading.Event()
        """Set once everything slow was imported: from then on each visit is as quick as any."""
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._equip, name="equip", daemon=True)
        self._line: Line | None = None
        self._records: Records | None = None
        self._journal: Journal | None = None

    def start(self) -> None:
        """Start the session now, and equip it on a worker."""
        self.runtime.start()
        self._thread.start()

    def stop(self) -> None:
        """Stop everything; what is written down stays, nothing is printed or cancelled."""
        self._stopped.set()
        self.runtime.stop()
        if self._line is not None:
            self._line.stop()
        if self._records is not None:
            self._records.close()
        if self._journal is not None:
            self._journal.close()

    def _equip(self) -> None:
        plan, runtime = self._plan, self.runtime
        journal = self._open_journal()
        if journal is None:
            return
        self._journal = journal
        asks = Asks(plan.client, journal, plan.anchors, demonstration=plan.demonstration)
        line = Line(
            plan.client,
            journal,
            runtime.post,
            lambda: runtime.state.station,
            region=plan.region,
            catalogue_key=plan.catalogue_key,
            cache=plan.state_directory / "catalogue.json",
        )
        keeper: list[PinKeeper] = []

        def pins() -> PinKeeper:
            if not keeper:
                keeper.append(plan.pins(journal))
            return keeper[0]

        records = Records(journal, pins, wake=line.wake, expect_help=line.expect_help)
        self._line, self._records = line, records
        runtime.equip(
            Parts(
                readers=tuple(plan.readers()),
                printer=plan.printer(journal),
                asks=asks,
                records=records,
                test_page=lambda station: set_test_page(plan.station_name, station),
            )
        )
        line.start()
        asks.warm_up()
        plan.warm_up()
        self.warmed.set()

    def _open_journal(self) -> Journal | None:
        told: Fault | None = None
        while not self._stopped.is_set():
            opened = Journal.open(self._plan.state_directory / "journal", self._plan.token_key)
            if isinstance(opened, Journal):
                if told is not None:
                    self.runtime.post(ev.StationBlocked(None))
                return opened
            if not opened.same_as(told):
                log.error("journal: %s (%s)", opened.code, opened.detail)
                self.runtime.post(ev.StationBlocked(opened))
                told = opened
            self._stopped.wait(JOURNAL_RETRY_S)
        return None


def set_test_page(station_name: str, station: Station) -> bytes | Fault:
    """The maintenance test page, with the printer's state as it is known now; blocks."""
    from printing.documents import TestPage, render

    table = words("zh")
    printer = station.printer
    lines = [
        (table.text("maintenance.printer"), table.text(f"status.{printer.status.value}")),
        (table.text("maintenance.paper"), table.text(f"paper.{printer.paper.value}")),
        (table.text("maintenance.toner"), table.text(f"toner.{printer.toner.value}")),
        *((fault.code, table.text(fault.code)) for fault in printer.faults),
    ]
    now = datetime.now().astimezone()
    return render(TestPage(station=station_name, printed_at=now, lines=lines), sample=False)
