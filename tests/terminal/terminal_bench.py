"""A whole terminal without a rig: real session, journal and sandbox, simulated reader, and a
printer that writes to a folder.

For tests only. Terminals are started on one state directory, one after another.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from devices.identity import Assurance, CardKind
from devices.readers.protocol import Reader
from devices.readers.simulated import SampleCard, SimulatedReader
from printing.folder_printer import FolderPrinter
from printing.printer import JobJournal
from terminal.platform.client import PlatformClient
from terminal.runtime import assembly
from terminal.runtime.assembly import Plan, Terminal
from terminal.runtime.loop import Runtime
from terminal.sandbox.items import INSURANCE
from terminal.sandbox.process import SandboxProcess
from terminal.session import events as ev
from terminal.session import model as m
from terminal.session import states as st
from terminal.staff.pin import PinKeeper, hash_pin
from terminal.workers import enquiries
from terminal.workers import uplink as line_module
from tests.sandbox_fixture import ClientMaker, sample_identity
from tests.terminal.terminal_world import Watch
from ui.documents.process import COMMAND

PIN = "135790"
PIN_HASH = hash_pin(PIN)
CARD = SampleCard(
    "wang", CardKind.RESIDENT_ID, "样卡", lambda: sample_identity(assurance=Assurance.CARD_SECURE)
)


@dataclass
class TerminalBench:
    """One state directory, and the terminals that are started on it one after another."""

    folder: Path
    sandbox: SandboxProcess
    client: PlatformClient
    crashes: list[bool] = field(default_factory=list)
    made: list[Terminal] = field(default_factory=list)
    readers: list[SimulatedReader] = field(default_factory=list)
    printers: list[FolderPrinter] = field(default_factory=list)

    def plan(self, **other: Any) -> Plan:
        return replace(
            Plan(
                state_directory=self.folder / "state",
                token_key=bytes(range(32)),
                pins=lambda journal: PinKeeper(PIN_HASH, journal, journal.clock),
                readers=self.new_readers,
                printer=self.new_printer,
                client=lambda: self.client,
                anchors=lambda: (self.sandbox.anchors.read_bytes(),),
                catalogue_key=lambda: self.sandbox.catalogue_key,
                demonstration=True,
                region="100101",
                station_name="样例站",
            ),
            **other,
        )

    def new_readers(self) -> tuple[Reader, ...]:
        self.readers.append(SimulatedReader("tray", (CARD,)))
        return (self.readers[-1],)

    def new_printer(self, journal: JobJournal) -> FolderPrinter:
        self.printers.append(FolderPrinter(self.folder / "paper", journal, seconds_per_page=0.0))
        return self.printers[-1]

    def terminal(
        self, *, start: bool = True, documents: Sequence[str] = COMMAND, **other: Any
    ) -> tuple[Terminal, Watch]:
        limits = m.Limits(ending_s=0.05)
        station = m.Station((), (), None, limits=limits)
        loop = Runtime(station, crashed=lambda: self.crashes.append(True))
        made = Terminal(loop, self.plan(**other), documents)
        self.made.append(made)
        watch = Watch(loop)
        if start:
            made.start()
        return made, watch

    def rows(self, statement: str) -> list[tuple[Any, ...]]:
        """Read the journal as another program does."""
        other = sqlite3.connect(self.folder / "state" / "journal" / "journal.db")
        try:
            return other.execute(statement).fetchall()
        finally:
            other.close()

    @property
    def paper(self) -> list[Path]:
        return sorted((self.folder / "paper").glob("*.pdf"))


@pytest.fixture
def bench(
    new_client: ClientMaker,
    sandbox: SandboxProcess,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[TerminalBench]:
    """A terminal without a rig; retries happen at once, so that tests are fast."""
    monkeypatch.setattr(line_module, "RETRY_S", 0.05)
    monkeypatch.setattr(assembly, "RETRY_S", 0.05)
    monkeypatch.setattr(enquiries, "HELP_FIRST_S", 0.05)
    monkeypatch.setattr(enquiries, "HELP_POLL_S", 0.05)
    made = TerminalBench(tmp_path, sandbox, new_client())
    yield made
    for terminal in made.made:
        terminal.stop()
    assert made.crashes == []


def ready(watch: Watch) -> st.Welcome:
    """Wait until the terminal can serve."""
    return watch.wait(
        st.Welcome,
        lambda page: page.station.items and page.station.printer.can_print and page.station.readers,
    )


def preview(bench: TerminalBench, terminal: Terminal, watch: Watch) -> st.Previewing:
    """Bring a resident's visit to the preview."""
    bench.readers[-1].present("wang")
    watch.wait(st.Consenting)
    terminal.runtime.post(ev.Consented())
    watch.wait(st.Choosing)
    terminal.runtime.post(ev.ServiceChosen(INSURANCE))
    return watch.wait(st.Previewing)
