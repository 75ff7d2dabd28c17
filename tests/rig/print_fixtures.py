"""The whole print stack as fixtures: D-Bus, avahi, cupsd, and a printer that obeys the test.

``print_rig`` (function-scoped: its own printer and queue) on ``print_house`` (the daemons, once
for a worker). Import them into a ``conftest.py``; use with ``rig`` and ``xdist_group("cups")``.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from printing.cups.printer import CupsPrinter
from printing.job import PrinterTiming
from printing.outcome import PrintEnded, PrintProgress
from printing.printer import PrinterChanged

from .cupsd import Cupsd
from .dbus import SystemBus
from .ippeveprinter import IppEvePrinter, Received
from .print_journal import FileJournal
from .processes import wait_until

Event = PrintProgress | PrintEnded | PrinterChanged


def free_port() -> int:
    """A loopback port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Heard:
    """A sink that remembers, and can be waited on."""

    def __init__(self) -> None:
        self._events: list[Event] = []
        self._changed = threading.Condition()

    def __call__(self, event: Event) -> None:
        with self._changed:
            self._events.append(event)
            self._changed.notify_all()

    @property
    def events(self) -> list[Event]:
        """All so far."""
        with self._changed:
            return list(self._events)

    def wait(self, kind: type, wanted: object = None, timeout_s: float = 20.0) -> Event:
        """The first event of ``kind`` that ``wanted(event)`` accepts."""

        def found() -> Event | None:
            for event in self._events:
                if isinstance(event, kind) and (not callable(wanted) or wanted(event)):
                    return event
            return None

        with self._changed:
            if not self._changed.wait_for(lambda: found() is not None, timeout_s):
                raise TimeoutError(f"no such {kind.__name__} among {self._events}")
            event = found()
            assert event is not None
            return event

    def ended(self, job: str, timeout_s: float = 30.0) -> PrintEnded:
        """The end of a job."""
        event = self.wait(PrintEnded, lambda each: each.job == job, timeout_s)
        assert isinstance(event, PrintEnded)
        return event


class PrintRig:
    """One printer, its queue, and the levers a test pulls."""

    def __init__(self, house: PrintHouse, folder: Path, queue: str, **device: Any) -> None:
        self.house = house
        self.folder = folder
        self.queue = queue
        self.device = IppEvePrinter(folder / "device", free_port(), **device)
        self.device_uri = self.device.device_uri
        self.cups_server = house.cupsd.server
        self.spool = house.cupsd.spool
        self.hold = self.device.hold
        self.release_page = self.device.release_page
        self.unhold = self.device.unhold
        self.kill_device = self.device.kill
        self.start_device = self.device.start
        self._printers: list[CupsPrinter] = []

    def paper_out(self, after: int = 0) -> None:
        """Paper runs out once ``after`` pages of a job are out."""
        self.device.fault("media-empty", after)

    def refill(self) -> None:
        """Paper is back."""
        self.device.mend("media-empty")

    def received(self) -> list[Received]:
        """The documents the printer was given."""
        return self.device.received()

    def pages_out(self, job: str | None = None) -> int:
        """The pages that came out."""
        return self.device.pages_out(job)

    def stop_cupsd(self, how: signal.Signals = signal.SIGTERM) -> None:
        """cupsd is gone."""
        self.house.cupsd.stop(how)

    def start_cupsd(self) -> None:
        """cupsd is back."""
        self.house.cupsd.start()

    def documents_left(self) -> list[Path]:
        """What stands in cupsd's spool: all but its control files (c00001) and printer
        descriptions."""
        left = []
        for path in self.house.cupsd.documents():
            # One that cupsd takes away at this very moment is not left.
            with contextlib.suppress(FileNotFoundError):
                if not (path.name.startswith("c0") or path.read_bytes().startswith(b"*PPD")):
                    left.append(path)
        return left

    def journal(self, name: str = "journal") -> FileJournal:
        """A journal of this rig; the same name is the same file."""
        return FileJournal(self.folder / name)

    def printer(
        self,
        journal: FileJournal | None = None,
        timing: PrinterTiming | None = None,
        queue: str | None = None,
        **options: Any,
    ) -> CupsPrinter:
        """A printer on this rig, not started; closed with the fixture."""
        made = CupsPrinter(
            queue or self.queue,
            self.device_uri,
            journal or self.journal(),
            timing=timing or PrinterTiming(),
            cups_server=self.cups_server,
            **options,
        )
        self._printers.append(made)
        return made

    def close(self) -> None:
        """Everything of this rig down; the house stands."""
        for printer in self._printers:
            printer.close()
        self.house.cupsd.empty_spool()
        if not self.house.cupsd.answers():
            self.house.cupsd.stop()
            self.house.cupsd.start()
        self.device.stop()
        self.house.cupsd.remove_queue(self.queue)


class PrintHouse:
    """The daemons that all rigs of one worker share."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.bus = SystemBus(folder)
        self.cupsd = Cupsd(folder / "cups")
        self._rigs = 0

    def start(self) -> None:
        """Up."""
        self.bus.start()
        self.cupsd.start()

    def stop(self) -> None:
        """Down. The daemons' logs are kept in the folder STATION_RIG_LOGS, if that is set."""
        if kept := os.environ.get("STATION_RIG_LOGS"):
            self._keep_logs(Path(kept))
        self.cupsd.stop()
        self.cupsd.close()
        self.bus.stop()

    def _keep_logs(self, to: Path) -> None:
        logs = (*self.folder.glob("*/device/log"), *(self.cupsd.logs.iterdir()))
        for log in (each for each in logs if each.is_file()):
            name = "-".join(log.relative_to(self.folder).parts)
            to.mkdir(parents=True, exist_ok=True)
            shutil.copy(log, to / name)

    def rig(self, *, waits: bool = False, **device: Any) -> PrintRig:
        """A new printer with its queue, both ready (``waits``: see ``Cupsd.add_queue``)."""
        self._rigs += 1
        queue = f"station{self._rigs}"
        rig = PrintRig(self, self.folder / queue, queue, **device)
        rig.start_device()
        self.cupsd.add_queue(queue, rig.device_uri, waits=waits)
        return rig


_houses: list[PrintHouse] = []
"""One for a process, though several conftest files make the fixture known."""


@pytest.fixture(scope="session")
def print_house() -> Iterator[PrintHouse]:
    """D-Bus, avahi and cupsd, on the rig's own tmpfs."""
    if _houses:
        yield _houses[0]
        return
    folder = Path(tempfile.mkdtemp(prefix="printing-", dir="/run"))
    folder.chmod(0o755)
    house = PrintHouse(folder)
    try:
        house.start()
        _houses.append(house)
        yield house
    finally:
        _houses.clear()
        house.stop()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def print_rig(print_house: PrintHouse) -> Iterator[PrintRig]:
    """A printer that takes PDF, on a plain ``-m everywhere`` queue."""
    rig = print_house.rig()
    try:
        yield rig
    finally:
        rig.close()


__all__ = ["Heard", "PrintHouse", "PrintRig", "print_house", "print_rig", "wait_until"]
