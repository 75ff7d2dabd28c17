"""Fixtures for the whole print stack: D-Bus, avahi, cupsd, and a printer that a test controls.

``print_rig`` gives each test its own printer and queue; it uses the daemons of ``print_stack``,
which run once for each test worker. Import both into a ``conftest.py``, and mark the tests ``rig``
and ``xdist_group("cups")``.
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
    """Return a free loopback port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Heard:
    """A sink that keeps the events of a printer, and with which a test can wait for one."""

    def __init__(self) -> None:
        self._events: list[Event] = []
        self._changed = threading.Condition()

    def __call__(self, event: Event) -> None:
        with self._changed:
            self._events.append(event)
            self._changed.notify_all()

    @property
    def events(self) -> list[Event]:
        """All events so far."""
        with self._changed:
            return list(self._events)

    def wait(self, kind: type, wanted: object = None, timeout_s: float = 20.0) -> Event:
        """Wait for an event of ``kind`` that ``wanted(event)`` accepts; return the first one."""

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
        """Wait until a job has ended; return that event."""
        event = self.wait(PrintEnded, lambda each: each.job == job, timeout_s)
        assert isinstance(event, PrintEnded)
        return event


class PrintRig:
    """One printer with its queue, and the functions with which a test controls both."""

    def __init__(self, stack: PrintStack, folder: Path, queue: str, **device: Any) -> None:
        self.stack = stack
        self.folder = folder
        self.queue = queue
        self.device = IppEvePrinter(folder / "device", free_port(), **device)
        self.device_uri = self.device.device_uri
        self.cups_server = stack.cupsd.server
        self.spool = stack.cupsd.spool
        self.hold = self.device.hold
        self.release_page = self.device.release_page
        self.unhold = self.device.unhold
        self.kill_device = self.device.kill
        self.start_device = self.device.start
        self._printers: list[CupsPrinter] = []

    def paper_out(self, after: int = 0) -> None:
        """Let the paper run out when ``after`` pages of a job are printed."""
        self.device.fault("media-empty", after)

    def refill(self) -> None:
        """Add paper."""
        self.device.clear_fault("media-empty")

    def received(self) -> list[Received]:
        """Return the documents that the printer received."""
        return self.device.received()

    def pages_out(self, job: str | None = None) -> int:
        """Return the number of printed pages."""
        return self.device.pages_out(job)

    def stop_cupsd(self, how: signal.Signals = signal.SIGTERM) -> None:
        """Stop cupsd."""
        self.stack.cupsd.stop(how)

    def start_cupsd(self) -> None:
        """Start cupsd again."""
        self.stack.cupsd.start()

    def documents_left(self) -> list[Path]:
        """Return the files in cupsd's spool, except its control files (c00001) and PPDs."""
        left = []
        for path in self.stack.cupsd.documents():
            # cupsd may delete a file at this moment; that one is not left.
            with contextlib.suppress(FileNotFoundError):
                if not (path.name.startswith("c0") or path.read_bytes().startswith(b"*PPD")):
                    left.append(path)
        return left

    def journal(self, name: str = "journal") -> FileJournal:
        """Return a journal of this rig. The same name gives the same file."""
        return FileJournal(self.folder / name)

    def printer(
        self,
        journal: FileJournal | None = None,
        timing: PrinterTiming | None = None,
        queue: str | None = None,
        **options: Any,
    ) -> CupsPrinter:
        """Return a printer on this rig, not started. The fixture closes it."""
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
        """Stop everything of this rig; the daemons of the stack keep running."""
        for printer in self._printers:
            printer.close()
        self.stack.cupsd.empty_spool()
        if not self.stack.cupsd.answers():
            self.stack.cupsd.stop()
            self.stack.cupsd.start()
        self.device.stop()
        self.stack.cupsd.remove_queue(self.queue)


class PrintStack:
    """The daemons that all print rigs of one test worker share."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.bus = SystemBus(folder)
        self.cupsd = Cupsd(folder / "cups")
        self._rigs = 0

    def start(self) -> None:
        """Start the daemons."""
        self.bus.start()
        self.cupsd.start()

    def stop(self) -> None:
        """Stop the daemons. Copy their logs to the folder STATION_RIG_LOGS, if that is set."""
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
        """Return a new printer with its queue, both ready. ``waits``: see ``Cupsd.add_queue``."""
        self._rigs += 1
        queue = f"station{self._rigs}"
        rig = PrintRig(self, self.folder / queue, queue, **device)
        rig.start_device()
        self.cupsd.add_queue(queue, rig.device_uri, waits=waits)
        return rig


_stacks: list[PrintStack] = []
"""At most one for each process, although several conftest.py files import the fixture."""


@pytest.fixture(scope="session")
def print_stack() -> Iterator[PrintStack]:
    """D-Bus, avahi and cupsd, with their files on the rig's tmpfs."""
    if _stacks:
        yield _stacks[0]
        return
    folder = Path(tempfile.mkdtemp(prefix="printing-", dir="/run"))
    folder.chmod(0o755)
    stack = PrintStack(folder)
    try:
        stack.start()
        _stacks.append(stack)
        yield stack
    finally:
        _stacks.clear()
        stack.stop()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def print_rig(print_stack: PrintStack) -> Iterator[PrintRig]:
    """A printer that accepts PDF, on a normal ``-m everywhere`` queue."""
    rig = print_stack.rig()
    try:
        yield rig
    finally:
        rig.close()


__all__ = ["Heard", "PrintRig", "PrintStack", "print_rig", "print_stack", "wait_until"]
