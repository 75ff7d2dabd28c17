"""Long runs of the readers: thousands of cards, restarts and truncated frames, without any leak.

Run inside the rig: ``tests/rig/enter .venv/bin/python -m tests.devices.soak [--cards 2000]
[--restarts 50] [--simulated 100000] [--cuts 500]``. ``make test`` runs a short form of each part.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from devices.faults import CARD_PULLED, SERVICE_DOWN
from devices.health import DeviceStatus
from devices.identity import Assurance, CardKind, Identity, PersonalRecord
from devices.readers.pcsc import PcscReader
from devices.readers.protocol import CardFailed, CardPresented, CardRead, CardRemoved, ReaderChanged
from devices.readers.samv import SamvSerialReader
from devices.readers.samv.timing import Timing
from devices.readers.simulated import SampleCard, SimulatedReader
from tests.devices.events import Events
from tests.rig.pcscd import Pcscd
from tests.rig.people import PEOPLE, PHOTO, resident_text, social_security_card
from tests.rig.samv_emulator import Orders, ResidentCard, SamvEmulator
from tests.rig.vcard import Faults, VirtualSlot

NOTICED_S = 1.0
READY_S = 2.0
EXIT_S = 2.0
_TODAY = date(2026, 6, 1)
_KEYS = [key for key in PEOPLE if key != "three"]
Say = Callable[[str], None]


@dataclass(frozen=True)
class _Held:
    """The resources that this process uses."""

    threads: int
    descriptors: int

    @staticmethod
    def now() -> _Held:
        return _Held(threading.active_count(), len(os.listdir("/proc/self/fd")))


def _stop(reader: PcscReader | SamvSerialReader | SimulatedReader) -> float:
    """Stop the reader; return how long that took, in seconds."""
    started = time.monotonic()
    reader.stop()
    took = time.monotonic() - started
    assert took <= EXIT_S
    return took


def _read(events: Events, name: str) -> None:
    events.expect(CardPresented)
    identity = events.expect(CardRead).identity
    assert identity.record.name == name
    identity.wipe()


def cards(count: int, pcscd: Pcscd, say: Say) -> str:
    """Read cards through the real pcscd; remove one in ten before a random command."""
    rng = random.Random(count)
    before = _Held.now()
    reader, events, slot = PcscReader(today=lambda: _TODAY), Events(), VirtualSlot()
    reader.start(events)
    events.expect_state(DeviceStatus.ONLINE)
    held: _Held | None = None
    daemon = pulled = 0
    for number in range(count):
        key = _KEYS[number % len(_KEYS)]
        if rng.random() < 0.1:
            pulled += 1
            slot.present(social_security_card(key), Faults(pull_before=rng.randrange(15)))
            events.expect(CardPresented)
            assert events.expect(CardFailed).fault.same_as(CARD_PULLED)
        else:
            slot.present(social_security_card(key))
            _read(events, PEOPLE[key].name)
        slot.remove()
        events.expect(CardRemoved)
        if held is None:
            held, daemon = _Held.now(), pcscd.descriptors
        if number % 50 == 0:
            say(f"{number} cards")
    after, contexts = _Held.now(), pcscd.descriptors
    assert after == held
    assert contexts <= daemon, "contexts were left in the service"
    took = _stop(reader)
    assert _Held.now() == before
    return (
        f"{count} cards through pcscd, {pulled} of them pulled: {held.threads} threads before and "
        f"{after.threads} after, {held.descriptors} descriptors and {after.descriptors}, "
        f"{daemon} in the service and {contexts}; stopped in {took:.2f} s"
    )


def restarts(count: int, pcscd: Pcscd, say: Say) -> str:
    """Kill and stop the service in turn, and start it again each time."""
    before = _Held.now()
    reader, events = PcscReader(today=lambda: _TODAY), Events()
    reader.start(events)
    events.expect_state(DeviceStatus.ONLINE)
    worst_notice = worst_ready = 0.0
    for number in range(count):
        signalled = time.monotonic()  # the time that the service needs to end counts, too
        (pcscd.kill if number % 2 else pcscd.stop)()
        change = events.next()
        assert isinstance(change, ReaderChanged)
        assert SERVICE_DOWN.same_as(change.status.fault), change
        worst_notice = max(worst_notice, events.at - signalled)
        pcscd.start()
        returned = time.monotonic()
        events.expect_state(DeviceStatus.ONLINE)
        worst_ready = max(worst_ready, events.at - returned)
        say(f"{number} restarts, noticed in {worst_notice:.2f} s, ready in {worst_ready:.2f} s")
    assert worst_notice <= NOTICED_S
    assert worst_ready <= READY_S
    took = _stop(reader)
    assert _Held.now() == before
    return (
        f"{count} restarts of pcscd: noticed within {worst_notice * 1000:.0f} ms of the signal, "
        f"ready within {worst_ready:.2f} s of its return; stopped in {took:.2f} s"
    )


def simulated(count: int, say: Say) -> str:
    """Present cards to the simulated reader."""

    def make() -> Identity:
        return Identity(PersonalRecord(CardKind.RESIDENT_ID, name="王建明"), Assurance.CARD_SECURE)

    before = _Held.now()
    reader, events = (
        SimulatedReader("tray", [SampleCard("wang", CardKind.RESIDENT_ID, "", make)]),
        Events(),
    )
    reader.start(events)
    held = _Held.now()
    for number in range(count):
        reader.present("wang")
        _read(events, "王建明")
        reader.remove()
        events.expect(CardRemoved)
        if number % 5000 == 0:
            say(f"{number} simulated cards")
    after = _Held.now()
    assert after == held
    took = _stop(reader)
    assert _Held.now() == before
    return (
        f"{count} simulated cards: {held.threads} threads before and {after.threads} after, "
        f"{held.descriptors} descriptors and {after.descriptors}; stopped in {took:.2f} s"
    )


def cuts(count: int, say: Say) -> str:
    """Remove resident ID cards at random bytes of the serial frame."""
    rng = random.Random(count)
    timing = Timing(find=0.01, answer=0.3, read=0.5, gap=0.05, probe=0.1, retry=0.05, slice=0.02)
    with tempfile.TemporaryDirectory() as folder:
        samv = SamvEmulator(Path(folder))
        before = _Held.now()
        reader = SamvSerialReader("idcard", str(samv.port), today=lambda: _TODAY, timing=timing)
        events = Events()
        reader.start(events)
        events.expect_state(DeviceStatus.ONLINE)
        for number in range(count):
            samv.orders = Orders(cut_read_at=rng.randrange(1295))
            samv.present(ResidentCard(resident_text("wang"), PHOTO))
            events.expect(CardPresented)
            assert events.expect(CardFailed).fault.same_as(CARD_PULLED)
            samv.orders = Orders()
            asked = len(samv.requests)
            until = time.monotonic() + 10
            while samv.requests[asked:].count("find") < 2:
                assert time.monotonic() < until
                time.sleep(0.005)
            samv.present(ResidentCard(resident_text("li"), PHOTO))
            _read(events, "李秀英")
            say(f"{number} frames cut")
        took = _stop(reader)
        assert _Held.now() == before
        samv.unplug()
    return (
        f"{count} frames cut at random bytes: each time the card failed and the next one was read; "
        f"stopped in {took:.2f} s"
    )


def boundaries(pcscd: Pcscd, say: Say) -> str:
    """Remove a card before each of its commands, and read the next card each time."""
    reader, events, slot = PcscReader(today=lambda: _TODAY), Events(), VirtualSlot()
    reader.start(events)
    events.expect_state(DeviceStatus.ONLINE)
    slot.present(social_security_card("wang"))
    _read(events, PEOPLE["wang"].name)
    commands = len(slot.commands)
    slot.remove()
    events.expect(CardRemoved)
    for at in range(commands):
        slot.present(social_security_card("wang"), Faults(pull_before=at))
        events.expect(CardPresented)
        assert events.expect(CardFailed).fault.same_as(CARD_PULLED)
        events.expect(CardRemoved)
        slot.present(social_security_card("li"))
        _read(events, PEOPLE["li"].name)
        slot.remove()
        events.expect(CardRemoved)
        say(f"{at} boundaries")
    _stop(reader)
    return f"removed before each of {commands} commands: fault and next card correct"


def main() -> int:
    """Run every part; return exit code 0 if all passed."""
    parser = argparse.ArgumentParser(prog="python -m tests.devices.soak", description=__doc__)
    parser.add_argument("--cards", type=int, default=2000, help="cards read (default: %(default)s)")
    parser.add_argument(
        "--restarts", type=int, default=50, help="restarts of pcscd (default: %(default)s)"
    )
    parser.add_argument(
        "--simulated", type=int, default=100_000, help="simulated cards (default: %(default)s)"
    )
    parser.add_argument(
        "--cuts", type=int, default=500, help="cut SAM_V frames (default: %(default)s)"
    )
    options = parser.parse_args()

    def say(line: str) -> None:
        print(f"\r{line}", end=" " * 20, file=sys.stderr, flush=True)

    def report(line: str) -> None:
        say("")
        print(f"\r{line}", flush=True)

    report(simulated(options.simulated, say))
    report(cuts(options.cuts, say))
    with tempfile.TemporaryDirectory() as folder:
        pcscd = Pcscd(Path(folder) / "log")
        pcscd.start()
        try:
            report(restarts(options.restarts, pcscd, say))
            report(boundaries(pcscd, say))
            report(cards(options.cards, pcscd, say))
        finally:
            pcscd.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
