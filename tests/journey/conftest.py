"""Fixtures for journeys: the card rigs, the print rig, the sandbox, and a station on them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from devices.readers.pcsc.reader import PcscReader
from devices.readers.protocol import Reader
from devices.readers.samv.serial_reader import SamvSerialReader
from printing.cups.printer import CupsPrinter
from terminal.platform.client import PlatformClient, Timeouts
from terminal.runtime.assembly import Plan, Terminal
from terminal.runtime.loop import Runtime
from terminal.sandbox.process import SandboxProcess
from terminal.session.model import Limits, Mode, Patience, Station
from terminal.staff.pin import PinKeeper, hash_pin
from tests.rig.fixtures import (
    pcscd,
    pcscd_daemon,
    present_card,
    present_resident_card,
    samv,
    second_slot,
    slot,
)
from tests.rig.print_fixtures import PrintRig, print_rig, print_stack
from tests.rig.samv_emulator import SamvEmulator
from tests.sandbox_fixture import sandbox, sandbox_process
from ui.documents.process import COMMAND

from .station import RigStation

__all__ = [
    "pcscd",
    "pcscd_daemon",
    "present_card",
    "present_resident_card",
    "print_rig",
    "print_stack",
    "samv",
    "sandbox",
    "sandbox_process",
    "second_slot",
    "slot",
]  # fmt: skip

PIN = "135790"
PATIENCE = {mode: Patience(90.0, 0.5) for mode in Mode}
LIMITS = Limits(PATIENCE, ending_s=0.2, collect_s=5.0, card_away_s=8.0)
MakeStation = Callable[..., RigStation]


@pytest.fixture
def make_station(
    print_rig: PrintRig, sandbox: SandboxProcess, tmp_path: Path
) -> Iterator[MakeStation]:
    """A function that makes a station on the rigs: ``make_station(PcscReader())``. The station is
    stopped at the end of the test."""
    made: list[RigStation] = []

    def make(*readers: Reader, timeouts: Timeouts | None = None, start: bool = True) -> RigStation:
        state = tmp_path / "state"
        client = PlatformClient(
            sandbox.address,
            ca_file=sandbox.ca_file,
            app_id=sandbox.app_id,
            request_key=sandbox.request_key,
            terminal_id="T-0001",
            catalogue_key=sandbox.catalogue_key,
            timeouts=timeouts or Timeouts(),
        )
        plan = Plan(
            state_directory=state,
            token_key=bytes(range(32)),
            pins=lambda journal: PinKeeper(hash_pin(PIN), journal),
            readers=lambda: readers,
            printer=lambda journal: CupsPrinter(
                print_rig.queue, print_rig.device_uri, journal, cups_server=print_rig.cups_server
            ),
            client=lambda: client,
            anchors=lambda: (sandbox.anchors.read_bytes(),),
            catalogue_key=lambda: sandbox.catalogue_key,
            demonstration=True,
            region="100101",
            station_name="样例站",
        )
        runtime = Runtime(Station(readers=(), printers=(), platform=None, limits=LIMITS))
        station = RigStation(runtime, Terminal(runtime, plan, COMMAND), state)
        made.append(station)
        if start:
            station.start()
        return station

    yield make
    for station in made:
        station.stop()


@pytest.fixture
def pcsc_station(make_station: MakeStation, slot: object) -> RigStation:
    """A station with a PC/SC reader, ready to serve."""
    station = make_station(PcscReader("pcsc"))
    station.ready()
    return station


@pytest.fixture
def samv_station(make_station: MakeStation, samv: SamvEmulator) -> RigStation:
    """A station with a SAM_V reader on a pty, ready to serve."""
    station = make_station(SamvSerialReader("samv", str(samv.port)))
    station.ready()
    return station
