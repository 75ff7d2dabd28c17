"""The connection to the platform: heartbeat, catalogue, and the messages waiting in the journal.

One thread serves the whole terminal. It notifies the session when the platform is unreachable
and when it is back. Messages recorded in the meantime are not lost. An unexpected error in a turn
is logged by its type and reported as an unreachable platform; the next turn tries again.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Protocol

from devices.health import Fault

from ..faults import WORKER_FAILED
from ..journal.journal import OutgoingHelp, OutgoingOutcome
from ..platform import faults
from ..platform.catalogue import open_catalogue
from ..platform.client import PlatformClient
from ..platform.wire import Catalogue, DeviceState
from ..services.offers import offered
from ..session import events as ev
from ..session.model import Item, Station
from .cache_file import CacheFile

log = logging.getLogger(__name__)

HEARTBEAT_S = 60.0
"""The platform's convention (reference: every 60 s)."""
RETRY_S = 5.0
"""While the platform is unreachable: short enough that a resident sees it come back."""
STOP_S = 2.0
HELP_ANSWER_S = 15.0
"""Longer than the client's own time-out (10 s). Then the page says that staff were not reached."""
RENEW_S = 3600.0
"""How long before its expiry a catalogue is fetched again."""
REFUSED = frozenset(
    fault.code for fault in (faults.REQUEST_REFUSED, faults.KEY_REUSED, faults.ITEM_UNKNOWN)
)
"""Faults after which a message is not resent: the platform has refused it. Others are resent."""
AFFECT_ALL_MESSAGES = frozenset(
    fault.code
    for fault in (
        faults.UNREACHABLE, faults.TIMED_OUT, faults.TLS_REFUSED, faults.CLOCK_SKEW,
        faults.SIGNATURE_REFUSED,
    )
)  # fmt: skip
"""Faults that would affect every message: sending stops until the next turn."""
MAX_FAILURES = 3
"""How many messages may fail in one turn before sending pauses. One failing message must not hold
up the others, and a platform that fails every message must not be flooded."""


class Outbox(Protocol):
    """The part of the journal that the connection uses."""

    def unsettled(self) -> Sequence[OutgoingOutcome | OutgoingHelp]:
        """Return the messages that the platform has not accepted yet, oldest first."""
        ...

    def acknowledged(self, key: str, reference: str = "") -> Fault | None:
        """Record that the platform accepted the message."""
        ...

    def refused(self, key: str, fault: Fault) -> Fault | None:
        """Record that the platform refused the message finally."""
        ...

    def fault(self, fault: Fault, page: str = "") -> Fault | None:
        """Record a fault."""
        ...


class Line:
    """The connection. Start it after the first page is painted; ``stop`` waits at most ``STOP_S``.

    ``client`` returns the client and may block until there is one. ``station`` returns the station
    as the session knows it. ``cache`` is a file for the signed catalogue; its content is verified
    like a newly received one. ``on_platform_time`` gets the platform's time (Unix seconds) with
    each heartbeat, also if the heartbeat is refused because the clocks differ.
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
        on_platform_time: Callable[[float], None] = lambda _at: None,
    ) -> None:
        self._client = client
        self._outbox = outbox
        self._post = post
        self._station = station
        self._region = region
        self._catalogue_key = catalogue_key
        self._cache = CacheFile(cache, "catalogue")
        self._now = now
        self._on_platform_time = on_platform_time
        self._catalogue: Catalogue | None = None
        self._closed: frozenset[str] = frozenset()
        self._items: tuple[Item, ...] | None = None
        self._fault: Fault | None = None
        self._catalogue_fault: Fault | None = None
        self._cache_read = False
        self._due = 0.0
        self._waiting: dict[str, Callable[[bool, str], None]] = {}
        self._failures: dict[str, int] = {}
        """Per unsent message: how often the platform failed to accept it."""
        self._lock = threading.Lock()
        self._wake = threading.Event()
        self._stopped = False
        self._thread = threading.Thread(target=self._run, name="line", daemon=True)

    def start(self) -> None:
        """Start the thread, unless ``stop`` was called before."""
        if not self._stopped:
            self._thread.start()

    def stop(self) -> None:
        """Stop after the current call, if it ends in time."""
        self._stopped = True
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join(STOP_S)

    def wake(self) -> None:
        """Notify the thread that a message is waiting."""
        self._wake.set()

    def expect_help(self, key: str, done: Callable[[bool, str], None]) -> None:
        """Call ``done(reached, reference)`` once with the result of this call for staff.

        That is when the platform accepted it, when it could not be sent, or after
        ``HELP_ANSWER_S`` without an answer (it is still sent later).
        """
        with self._lock:
            self._waiting[key] = done
        late = threading.Timer(HELP_ANSWER_S, self._answer_waiting, (key, False, ""))
        late.daemon = True
        late.start()

    def _run(self) -> None:
        while not self._stopped:
            try:
                self._turn()
            except Exception as error:  # last resort: an unexpected error becomes a fault
                log.error("line: %s", type(error).__name__)
                self._due = time.monotonic() + RETRY_S
                self._platform(WORKER_FAILED.with_detail(type(error).__name__))
                self._report_not_reached()
            self._wake.wait(max(0.0, self._due - time.monotonic()))
            self._wake.clear()

    def _turn(self) -> None:
        if not self._cache_read:
            self._cache_read = True
            self._from_cache()
        if time.monotonic() >= self._due:
            self._heartbeat()
            self._due = time.monotonic() + (RETRY_S if self._fault else HEARTBEAT_S)
            # Needed even if the platform is unreachable: opening hours depend on the clock.
            self._offer()
        self._send()

    def _heartbeat(self) -> None:
        client = self._client()
        station = self._station()
        version = self._catalogue.version if self._catalogue else 0
        # Report whether this terminal could serve: a lost connection is over when this arrives.
        able = replace(station, platform=None).out_of_service() is None
        answer = client.heartbeat(able, version, _devices(station))
        if isinstance(answer, Fault):
            if answer.same_as(faults.CLOCK_SKEW):
                reading = client.time()
                if not isinstance(reading, Fault):
                    self._on_platform_time(reading.server_time)
            self._platform(answer)
            return
        self._on_platform_time(answer.server_time)
        self._closed = frozenset(answer.closed_items)
        self._platform(self._renew(client, version, answer.catalogue_version))

    def _renew(self, client: PlatformClient, version: int, offered_version: int) -> Fault | None:
        """Fetch a new catalogue, or renew ours before it expires; return a fault if none is usable.

        If the platform sends an unusable catalogue (unsigned, older), the current one is used until
        it expires, but the fault is recorded for maintainers.
        """
        if offered_version == version and self._still_valid(RENEW_S):
            self._catalogue_fault = None
            return None
        signed = client.catalogue(newer_than=version)
        if not isinstance(signed, Fault):
            self._catalogue, self._catalogue_fault = signed.catalogue, None
            self._cache.write(signed.envelope)
            return None
        if not signed.same_as(self._catalogue_fault):
            log.warning("catalogue: %s (%s)", signed.code, signed.detail)
            self._outbox.fault(signed)
        self._catalogue_fault = signed
        return None if self._still_valid() else signed

    def _still_valid(self, seconds: float = 0.0) -> bool:
        """Whether the current catalogue is still valid after so many seconds."""
        at = self._now().timestamp() + seconds
        return self._catalogue is not None and at < self._catalogue.expires_at

    def _platform(self, fault: Fault | None) -> None:
        changed = fault is not self._fault and not (fault and fault.same_as(self._fault))
        self._fault = fault
        if changed:
            if fault is not None:
                log.warning("platform: %s (%s)", fault.code, fault.detail)
            self._post(ev.PlatformChanged(fault))

    def _offer(self) -> None:
        catalogue = self._catalogue
        if catalogue is None:
            return
        items: tuple[Item, ...] = ()
        if self._still_valid():
            items = offered(catalogue, region=self._region, closed=self._closed, at=self._now())
        if items != self._items:
            self._items = items
            self._post(ev.CatalogueArrived(items))

    def _from_cache(self) -> None:
        envelope = self._cache.read()
        if envelope is None:
            return
        # Keep an expired one too: it is not offered, but it prevents a return to an older one.
        opened = open_catalogue(envelope, self._catalogue_key(), now=0.0)
        if isinstance(opened, Fault):
            log.warning("cached catalogue: %s (%s)", opened.code, opened.detail)
            return
        self._catalogue = opened
        self._offer()

    def _send(self) -> None:
        failed = 0
        for message in self._in_turn():
            if self._stopped or time.monotonic() >= self._due:
                return  # the rest is sent after the next heartbeat
            try:
                answer = self._send_one(message)
            except Exception as error:  # one bad message must not hold up the others
                log.error("line: %s in sending", type(error).__name__)
                self._answer_waiting(message.key, False, "")
                continue
            if isinstance(answer, Fault) and answer.code not in REFUSED:
                # It stays in the journal and is sent again with the same key.
                self._due = min(self._due, time.monotonic() + RETRY_S)
                self._failures[message.key] = self._failures.get(message.key, 0) + 1
                failed += 1
                if answer.code in AFFECT_ALL_MESSAGES:
                    self._report_not_reached()
                    return
                self._answer_waiting(message.key, False, "")
                if failed == MAX_FAILURES:
                    return
                continue
            if isinstance(answer, Fault):
                log.error("platform refused a message: %s (%s)", answer.code, answer.detail)
                self._outbox.refused(message.key, answer)
            else:
                self._outbox.acknowledged(message.key, answer)
            self._failures.pop(message.key, None)
            self._answer_waiting(message.key, not isinstance(answer, Fault), str(answer))
            if self._wake.is_set():
                return  # a new message arrived, and a user may be waiting for it

    def _in_turn(self) -> list[OutgoingOutcome | OutgoingHelp]:
        """Return the messages to send in order: first those with a waiting user, then those that
        failed least often, then by age."""
        with self._lock:
            waited = set(self._waiting)
        return sorted(
            self._outbox.unsettled(),
            key=lambda message: (message.key not in waited, self._failures.get(message.key, 0)),
        )

    def _report_not_reached(self) -> None:
        with self._lock:
            waiting = list(self._waiting)
        for key in waiting:
            self._answer_waiting(key, False, "")

    def _send_one(self, message: OutgoingOutcome | OutgoingHelp) -> str | Fault:
        client = self._client()
        if isinstance(message, OutgoingHelp):
            called = client.call_help(
                message.key, message.reason, message.page, message.fault or None
            )
            return called if isinstance(called, Fault) else called.reference
        done = client.confirm_printed(
            message.key, message.document_number, message.outcome, message.pages
        )
        return done if isinstance(done, Fault) else ""

    def _answer_waiting(self, key: str, reached: bool, reference: str) -> None:
        with self._lock:
            done = self._waiting.pop(key, None)
        if done is not None:
            done(reached, reference if reached else "")


def _devices(station: Station) -> tuple[DeviceState, ...]:
    readers = tuple(
        DeviceState(name, status.status, status.fault.code if status.fault else None)
        for name, status in station.readers
    )
    printers = tuple(
        DeviceState(name, status.status, status.faults[0].code if status.faults else None)
        for name, status in station.printers
    )
    return (*readers, *printers)
