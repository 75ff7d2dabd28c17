"""Measures the terminal's own share of the time from a presented card to the identity.

Run it inside the rig as ``tests/rig/enter .venv/bin/python -m benchmarks.cards [--count N]
[--json]``. A separate thread waits in SCardGetStatusChange and records when the service reports a
card. The reader and its peer, pyscard's CardMonitor, are both timed from that moment, on the same
cards, in one run.
"""

from __future__ import annotations

import argparse
import json
import queue
import sys
import tempfile
import threading
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

from benchmarks.figures import Figure, percentile, table

COUNT = 60
OWN_BAR_MS = 20.0
"""Bar for the terminal's own share, 95th percentile (DESIGN, budgets)."""
_WAIT_S = 15.0


class _Probe:
    """Records when the service reports that a card was presented or removed."""

    def __init__(self, reader: str) -> None:
        self.instants: queue.Queue[tuple[bool, float]] = queue.Queue()
        self._reader = reader
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        from smartcard import scard

        _, context = scard.SCardEstablishContext(scard.SCARD_SCOPE_SYSTEM)
        known = [(self._reader, scard.SCARD_STATE_UNAWARE)]
        present = False
        while not self._stopping.is_set():
            code, states = scard.SCardGetStatusChange(context, 200, known)
            instant = time.monotonic()
            if code != scard.SCARD_S_SUCCESS:
                continue
            state = states[0][1]
            known = [(self._reader, state & ~scard.SCARD_STATE_CHANGED)]
            now = bool(state & scard.SCARD_STATE_PRESENT)
            if now != present:
                present = now
                self.instants.put((present, instant))
        scard.SCardReleaseContext(context)

    def stop(self) -> None:
        self._stopping.set()
        self._thread.join()


def _monitor() -> tuple[Any, Any, queue.Queue[tuple[bool, float]]]:
    """Start pyscard's CardMonitor with an observer that records when it is called."""
    from smartcard.CardMonitoring import CardMonitor, CardObserver

    observed: queue.Queue[tuple[bool, float]] = queue.Queue()

    class Observer(CardObserver):  # type: ignore[misc]  # pyscard has no types
        def update(self, _observable: object, handlers: tuple[list[object], list[object]]) -> None:
            added, removed = handlers
            instant = time.monotonic()
            if added:
                observed.put((True, instant))
            if removed:
                observed.put((False, instant))

    monitor, observer = CardMonitor(), Observer()
    monitor.addObserver(observer)
    return monitor, observer, observed


def measure(count: int = COUNT) -> list[Figure]:
    """Present and remove ``count`` cards; return the figures. Needs the rig's namespaces."""
    from devices.readers.pcsc import PcscReader
    from devices.readers.protocol import CardRead, CardRemoved, ReaderChanged, ReaderEvent
    from tests.rig.pcscd import READERS, Pcscd
    from tests.rig.people import social_security_card
    from tests.rig.vcard import VirtualSlot

    events: queue.Queue[tuple[float, ReaderEvent]] = queue.Queue()

    def until(kind: type) -> tuple[float, ReaderEvent]:
        while True:
            at, event = events.get(timeout=_WAIT_S)
            if isinstance(event, kind):
                return at, event

    own, reported, removal, peer, peer_removal = [], [], [], [], []
    with tempfile.TemporaryDirectory() as folder:
        pcscd = Pcscd(Path(folder) / "log")
        pcscd.start()
        slot = VirtualSlot()
        probe = _Probe(READERS[0])
        monitor, observer, observed = _monitor()
        reader = PcscReader()
        reader.start(lambda event: events.put((time.monotonic(), event)))
        try:
            until(ReaderChanged)
            for _ in range(count):
                slot.present(social_security_card("wang"))
                _, noticed = probe.instants.get(timeout=_WAIT_S)
                at, event = until(CardRead)
                assert isinstance(event, CardRead)
                own.append((at - noticed) * 1000 - event.card_ms)
                reported.append(event.own_ms)
                event.identity.wipe()
                peer.append((observed.get(timeout=_WAIT_S)[1] - noticed) * 1000)
                slot.remove()
                _, noticed = probe.instants.get(timeout=_WAIT_S)
                removal.append((until(CardRemoved)[0] - noticed) * 1000)
                peer_removal.append((observed.get(timeout=_WAIT_S)[1] - noticed) * 1000)
        finally:
            reader.stop()
            probe.stop()
            monitor.deleteObserver(observer)
            # Its thread ends only at the next card, and must end before the service does.
            thread = monitor.instance.rmthread
            thread.stop()
            slot.present(social_security_card("wang"))
            thread.join(_WAIT_S)
            thread.cardrequest = None
            slot.remove()
            pcscd.stop()
    notice = "pyscard CardMonitor's notice alone"
    return [
        _p95("card: own share to identity, p95", own, peer, notice, OWN_BAR_MS),
        _p95("card: own share as reported, p95", reported, [], "", OWN_BAR_MS),
        _p95(
            "card: removal reported, p95", removal, peer_removal, "pyscard CardMonitor", OWN_BAR_MS
        ),
    ]


def _p95(name: str, samples: list[float], peer: list[float], what: str, bar: float) -> Figure:
    return Figure(
        name, percentile(samples, 0.95), "ms", bar, what,
        percentile(peer, 0.95) if peer else None, (min(samples), max(samples)), len(samples),
    )  # fmt: skip


def main() -> int:
    """Print the figures; the exit code is 1 if one misses its bar."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--count", type=int, default=COUNT, help="cards read (default: %(default)s)"
    )
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    options = parser.parse_args()
    figures = measure(options.count)
    if options.json:
        print(json.dumps({each.name: asdict(each) for each in figures}, ensure_ascii=False))
    else:
        print(table(figures))
    return int(any(each.met is False for each in figures))


if __name__ == "__main__":
    sys.exit(main())
