"""Faults of the service and its surroundings, provoked with the real pcscd and its library.

No part of the reader is replaced. Each test says what it uses in place of hardware.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest

from devices.faults import (
    ACCESS_DENIED,
    NO_READER,
    READER_BUSY,
    READER_NO_DRIVER,
    READER_UNPLUGGED,
    SERVICE_DOWN,
    SERVICE_MISMATCH,
)
from devices.health import DeviceStatus
from devices.readers.pcsc import PcscReader, Timing
from devices.readers.protocol import CardFailed, CardPresented, CardRead, CardRemoved, ReaderChanged
from tests.devices.events import Events
from tests.devices.reader_process import reader_process
from tests.rig.fake_pcscd import SOCKET, FakePcscd
from tests.rig.fixtures import PresentCard
from tests.rig.pcscd import READERS, Pcscd
from tests.rig.processes import wait_until
from tests.rig.samv_emulator import SamvEmulator
from tests.rig.vcard import VirtualSlot

pytestmark = [pytest.mark.rig, pytest.mark.xdist_group("pcsc")]

HOLDER = """
import sys
from smartcard import scard
_, context = scard.SCardEstablishContext(scard.SCARD_SCOPE_SYSTEM)
code = 1
while code:
    code, handle, _ = scard.SCardConnect(
        context, sys.argv[1], scard.SCARD_SHARE_EXCLUSIVE, scard.SCARD_PROTOCOL_T0)
print("held", flush=True)
sys.stdin.read()
scard.SCardDisconnect(handle, scard.SCARD_LEAVE_CARD)
scard.SCardReleaseContext(context)
"""
"""Another program, which connects to the card exclusively until its standard input ends."""

Watch = Callable[..., PcscReader]


@pytest.fixture
def watch(events: Events) -> Iterator[Watch]:
    """Start a PC/SC reader, and stop it at the end of the test."""
    started: list[PcscReader] = []

    def start(timing: Timing | None = None) -> PcscReader:
        reader = PcscReader(today=lambda: date(2026, 6, 1), timing=timing)
        reader.start(events)
        started.append(reader)
        return reader

    yield start
    for reader in started:
        reader.stop()


@pytest.mark.provokes(
    "CRD-102", "rig", "Real library; a small daemon answers like another version of pcscd."
)
def test_a_daemon_of_another_version(watch: Watch, events: Events, pcscd_daemon: Pcscd) -> None:
    """The real libpcsclite, with a small daemon that answers as a pcscd of another version does."""
    pcscd_daemon.stop()
    with FakePcscd(version=(3, 0)) as other:
        reader = watch()
        events.expect_state(DeviceStatus.OFFLINE, SERVICE_MISMATCH)
        assert "8010001E" in reader.status().detail
        assert other.asked
    events.expect_state(DeviceStatus.OFFLINE, SERVICE_DOWN)
    pcscd_daemon.start()
    events.expect_state(DeviceStatus.ONLINE)


@pytest.mark.provokes(
    "CRD-103", "rig", "Real library; a small daemon closes every connection at once."
)
def test_a_daemon_that_closes_every_connection_refuses(
    watch: Watch, events: Events, pcscd_daemon: Pcscd
) -> None:
    """The real libpcsclite returns "security violation" or "no service", depending on whether it
    sends its request before or after the daemon closes the connection."""
    pcscd_daemon.stop()
    with FakePcscd(refuses=True) as daemon:
        watch(Timing(retry=0.01))
        change = events.next()
        assert isinstance(change, ReaderChanged)
        assert ACCESS_DENIED.same_as(change.status.fault), change
        enough = daemon.refused + 50
        wait_until(lambda: daemon.refused >= enough, 20, "the daemon to be asked again")
        assert events.empty
    events.expect_state(DeviceStatus.OFFLINE, SERVICE_DOWN)
    pcscd_daemon.start()
    events.expect_state(DeviceStatus.ONLINE)


@pytest.mark.provokes(
    "CRD-105",
    "rig",
    "Real library; a small daemon removes its reader (the virtual reader cannot be removed).",
)
def test_a_reader_unplugged_from_a_running_service(
    watch: Watch, events: Events, pcscd_daemon: Pcscd
) -> None:
    """The real libpcsclite, with a small daemon, because the virtual reader cannot be unplugged."""
    pcscd_daemon.stop()
    with FakePcscd("Desk 00") as daemon:
        watch()
        events.expect_state(DeviceStatus.ONLINE)
        for _ in range(3):
            gone = time.monotonic()
            daemon.unplug("Desk 00")
            events.expect_state(DeviceStatus.NO_DEVICE, READER_UNPLUGGED)
            assert events.at - gone <= Timing().grace + 0.5
            daemon.plug("Desk 00")
            events.expect_state(DeviceStatus.ONLINE)
    events.expect_state(DeviceStatus.OFFLINE, SERVICE_DOWN)


@pytest.mark.provokes(
    "CRD-103", "rig", "The reader's process has no permission for pcscd's socket."
)
def test_a_service_whose_socket_may_not_be_opened(pcscd: Pcscd) -> None:
    """The real pcscd; the reader runs in a process without permission to open its socket."""
    SOCKET.chmod(0o000)
    try:
        with reader_process("pcsc") as states:
            assert states.next() == f"offline {ACCESS_DENIED.code}"
            SOCKET.chmod(0o666)
            assert states.next() == "online -"
            pcscd.stop()
            assert states.next() == f"offline {SERVICE_DOWN.code}"
    finally:
        if SOCKET.exists():
            SOCKET.chmod(0o666)


@pytest.mark.provokes("CRD-103", "pty", "The reader's process has no permission for the port.")
def test_a_serial_port_that_may_not_be_opened(samv: SamvEmulator) -> None:
    """A pty that the reader's process has no permission to open, and the real serial library."""
    port = samv.port.resolve()
    mode = port.stat().st_mode
    port.chmod(0o000)
    with reader_process("samv", str(samv.port)) as states:
        assert states.next() == f"offline {ACCESS_DENIED.code}"
        port.chmod(mode)
        assert states.next() == "online -"


@pytest.fixture
def usb_device() -> Iterator[Path]:
    """A USB device with an interface of the smart card class and without a driver. It is made of
    files in a /sys/bus of the rig's own mount namespace."""
    subprocess.run(["mount", "-t", "tmpfs", "tmpfs", "/sys/bus"], check=True)
    device = Path("/sys/bus/usb/devices/1-1")
    interface = device / "1-1:1.0"
    interface.mkdir(parents=True)
    (device / "idVendor").write_text("072f\n")
    (device / "idProduct").write_text("2200\n")
    (interface / "bInterfaceClass").write_text("0b\n")
    yield device
    subprocess.run(["umount", "/sys/bus"], check=True)


@pytest.mark.provokes(
    "CRD-106", "rig", "pcscd has no readers; the rig's own /sys/bus shows a USB device."
)
def test_a_reader_on_usb_without_a_driver(
    watch: Watch, events: Events, pcscd_daemon: Pcscd, tmp_path: Path, usb_device: Path
) -> None:
    """pcscd has no reader, but the kernel lists a smart card reader on USB."""
    pcscd_daemon.stop()
    pcscd_daemon.launch(config=tmp_path)
    reader = watch()
    events.expect_state(DeviceStatus.NO_DEVICE, READER_NO_DRIVER)
    assert reader.status().detail == "072f:2200"
    pcscd_daemon.stop()
    events.expect_state(DeviceStatus.OFFLINE, SERVICE_DOWN)
    (usb_device / "idVendor").unlink()
    pcscd_daemon.launch(config=tmp_path)
    events.expect_state(DeviceStatus.NO_DEVICE, NO_READER)
    pcscd_daemon.stop()


@pytest.mark.provokes("CRD-107", "rig", "Another process is connected to the card.")
def test_a_card_held_by_another_program(
    watch: Watch, events: Events, present_card: PresentCard, slot: VirtualSlot
) -> None:
    """Another process has connected to the card exclusively."""
    present_card("wang")
    command = [sys.executable, "-c", HOLDER, READERS[0]]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        watch(Timing(busy=0.5))
        events.expect(CardPresented)
        assert events.expect(CardFailed).fault.same_as(READER_BUSY)
        holder.communicate()
    slot.remove()
    events.expect(CardRemoved)
    present_card("li")
    events.expect(CardPresented)
    assert events.expect(CardRead).identity.record.name == "李秀英"
