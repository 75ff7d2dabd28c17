"""The line to the platform: heartbeat, catalogue, and what waits in the journal to be sent.

For the whole terminal, on one thread. It tells the session when the platform is gone and when it
is back; it loses nothing that was written while it was away.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Protocol

from devices.health import Cause, Fault
from terminal.journal import OutgoingHelp, OutgoingOutcome
from terminal.platform.catalogue import open_catalogue
from terminal.platform.client import PlatformClient
from terminal.platform.wire import Catalogue, DeviceState
from terminal.services import offered
from terminal.session import events as ev
from terminal.session.model import Item, Station

log = logging.getLogger(__name__)

HEARTBEAT_S = 60.0
"""The platform's convention (reference: every 60 s)."""
RETRY_S = 5.0
"""While the platform is away: soon enough that a resident sees it come back."""
STOP_S = 2.0


class Outbox(Protocol):
    """The journal, as far as the line needs it."""

    def unsettled(self) -> Sequence[OutgoingOutcome | OutgoingHelp]:
        """What the platform has not taken yet, oldest first."""
        ...

    def acknowledged(self, key: str, reference: str = "") -> Fault | None:
        """The platform has it."""
        ...

    def refused(self, key: str, fault: Fault) -> Fault | None:
        """The platform refused it for good."""
        ...


class Line:
    """The line. ``start`` it when the first page is painted; ``stop`` waits ``STOP_S`` at most.

    ``client`` gives the client and may block until there is one. ``station`` gives the station
    as the session knows it. ``cache`` is a file for the signed catalogue; what is read from it
    is checked as if it had just come.
    """

    def __init__(
        self,
        client: Callable[[], PlatformClient],
        outbox: Outbox,
        post: Callable[[object], None],
        station: Callable[[], Station],
        *,
        region: str,
        catalogue_key: Callable[[], bytes],
        cache: Path | None,
        now: Callable[[], datetime] = lambda: datetime.now().astimezone(),
    ) -> None:
        self._client = client
        self._outbox = outbox
        self._post = post
        self._station = station
        self._region = region
        self._catalogue_key = catalogue_key
        self._cache = cache
        self._now = now
        self._catalogue: Catalogue | None = None
        self._closed: frozenset[str] = frozenset()
        self._items: tuple[Item, ...] | None = None
        self._fault: Fault | None = None
        self._waiting: dict[str, Callable[[bool, str], None]] = {}
        self._lock = threading.Lock()
        self._wake = threading.Event()
        self._stopped = False
        self._thread = threading.Thread(target=self._run, name="line", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """Stop after the call under way, if that ends in time."""
        self._stopped = True
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join(STOP_S)

    def wake(self) -> None:
        """There is something to send."""
        self._wake.set()

    def expect_help(self, key: str, done: Callable[[bool, str], None]) -> None:
        """Tell ``done(reached, reference)`` when this call was taken, or could not be."""
        with self._lock:
            self._waiting[key] = done

    def _run(self) -> None:
        due = 0.0
        self._from_cache()
        while not self._stopped:
            if time.monotonic() >= due:
                self._beat()
                due = time.monotonic() + (RETRY_S if self._fault else HEARTBEAT_S)
            self._send()
            self._wake.wait(max(0.0, due - time.monotonic()))
            self._wake.clear()

    def _beat(self) -> None:
        client = self._client()
        station = self._station()
        version = self._catalogue.version if self._catalogue else 0
        answer = client.heartbeat(station.out_of_service() is None, version, _devices(station))
        if isinstance(answer, Fault):
            self._platform(answer)
            return
        self._closed = frozenset(answer.closed_items)
        if answer.catalogue_version != version:
            signed = client.catalogue(newer_than=version)
            if isinstance(signed, Fault):
                self._platform(signed)
                return
            self._catalogue = signed.catalogue
            self._keep(signed.envelope)
        self._platform(None)
        self._offer()

    def _platform(self, fault: Fault | None) -> None:
        if fault is not None:
            log.warning("platform: %s (%s)", fault.code, fault.detail)
        if (fault is None) != (self._fault is None) or (fault and not fault.same_as(self._fault)):
            self._post(ev.PlatformChanged(fault))
        self._fault = fault

    def _offer(self) -> None:
        if self._catalogue is None:
            return
        items = offered(self._catalogue, region=self._region, closed=self._closed, at=self._now())
        if items != self._items:
            self._items = items
            self._post(ev.CatalogueArrived(items))

    def _from_cache(self) -> None:
        if self._cache is None or not self._cache.exists():
            return
        opened = open_catalogue(
            self._cache.read_bytes(), self._catalogue_key(), now=self._now().timestamp()
        )
        if isinstance(opened, Fault):
            log.warning("cached catalogue: %s (%s)", opened.code, opened.detail)
            return
        self._catalogue = opened
        self._offer()

    def _keep(self, envelope: bytes) -> None:
        if self._cache is None:
            return
        fresh = self._cache.with_suffix(".new")
        fresh.write_bytes(envelope)
        fresh.replace(self._cache)

    def _send(self) -> None:
        for letter in self._outbox.unsettled():
            if self._stopped:
                return
            answer = self._send_one(letter)
            if isinstance(answer, Fault) and answer.cause is Cause.NETWORK:
                break  # kept in order, for later
            if isinstance(answer, Fault):
                self._outbox.refused(letter.key, answer)
            else:
                self._outbox.acknowledged(letter.key, answer)
            self._tell(letter.key, not isinstance(answer, Fault), str(answer))
        with self._lock:
            unreached = list(self._waiting.values()) if self._fault else []
            if self._fault:
                self._waiting.clear()
        for done in unreached:
            done(False, "")

    def _send_one(self, letter: OutgoingOutcome | OutgoingHelp) -> str | Fault:
        client = self._client()
        if isinstance(letter, OutgoingHelp):
            called = client.call_help(letter.key, letter.reason, letter.page, letter.fault or None)
            return called if isinstance(called, Fault) else called.reference
        done = client.confirm_printed(
            letter.key, letter.document_number, letter.outcome, letter.pages
        )
        return done if isinstance(done, Fault) else ""

    def _tell(self, key: str, reached: bool, reference: str) -> None:
        with self._lock:
            done = self._waiting.pop(key, None)
        if done is not None:
            done(reached, reference if reached else "")


def _devices(station: Station) -> tuple[DeviceState, ...]:
    readers = tuple(
        DeviceState(name, status.status, status.fault.code if status.fault else None)
        for name, status in station.readers
    )
    printer = station.printer
    fault = printer.faults[0].code if printer.faults else None
    return (*readers, DeviceState("printer", printer.status, fault))
