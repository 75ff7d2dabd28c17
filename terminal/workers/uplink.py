"""The line to the platform: heartbeat, catalogue, and what waits in the journal to be sent.

For the whole terminal, on one thread. It tells the session when the platform is gone and when it
is back; it loses nothing that was written while it was away. A bug in a turn is logged by its
type and told as the platform's being away; the next turn tries again.
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
from terminal.faults import WORKER_FAILED
from terminal.journal.journal import OutgoingHelp, OutgoingOutcome
from terminal.platform import faults
from terminal.platform.catalogue import open_catalogue
from terminal.platform.client import PlatformClient
from terminal.platform.wire import Catalogue, DeviceState
from terminal.services.offers import offered
from terminal.session import events as ev
from terminal.session.model import Item, Station

log = logging.getLogger(__name__)

HEARTBEAT_S = 60.0
"""The platform's convention (reference: every 60 s)."""
RETRY_S = 5.0
"""While the platform is away: soon enough that a resident sees it come back."""
STOP_S = 2.0
HELP_ANSWER_S = 15.0
"""Beyond the client's own time-out (10 s): then the page says that nobody was reached."""
RENEW_S = 3600.0
"""So long before its end a catalogue is fetched anew."""
REFUSED = frozenset(
    fault.code for fault in (faults.REQUEST_REFUSED, faults.KEY_REUSED, faults.ITEM_UNKNOWN)
)
"""Answers by which the platform refuses a message for good. After all others it is sent again."""
EVERY_MESSAGES = frozenset(
    fault.code
    for fault in (
        faults.UNREACHABLE, faults.TIMED_OUT, faults.TLS_REFUSED, faults.CLOCK_SKEW,
        faults.SIGNATURE_REFUSED,
    )
)  # fmt: skip
"""Faults that the next message would meet as well: it is not tried now."""
FAILURES = 3
"""Messages that a platform may fail at before the line rests. Those that it does not fail at are
not held up; one that fails at all of them is not pressed."""


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

    def fault(self, fault: Fault, page: str = "") -> Fault | None:
        """A fault happened."""
        ...


class Line:
    """The line. ``start`` it when the first page is painted; ``stop`` waits ``STOP_S`` at most.

    ``client`` gives the client and may block until there is one. ``station`` gives the station
    as the session knows it. ``cache`` is a file for the signed catalogue; what is read from it
    is checked as if it had just come. ``heard_time`` gets the platform's time (Unix seconds) with
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
        heard_time: Callable[[float], None] = lambda _at: None,
    ) -> None:
        self._client = client
        self._outbox = outbox
        self._post = post
        self._station = station
        self._region = region
        self._catalogue_key = catalogue_key
        self._cache = cache
        self._now = now
        self._heard_time = heard_time
        self._catalogue: Catalogue | None = None
        self._closed: frozenset[str] = frozenset()
        self._items: tuple[Item, ...] | None = None
        self._fault: Fault | None = None
        self._catalogue_fault: Fault | None = None
        self._cache_read = False
        self._due = 0.0
        self._waiting: dict[str, Callable[[bool, str], None]] = {}
        self._failures: dict[str, int] = {}
        """How often the platform failed at a message that is still to be sent."""
        self._lock = threading.Lock()
        self._wake = threading.Event()
        self._stopped = False
        self._thread = threading.Thread(target=self._run, name="line", daemon=True)

    def start(self) -> None:
        """Begin; nothing happens where it was stopped already."""
        if not self._stopped:
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
        """Tell ``done(reached, reference)`` when this call was taken, or could not be, or has no
        answer after ``HELP_ANSWER_S`` (it is sent all the same)."""
        with self._lock:
            self._waiting[key] = done
        late = threading.Timer(HELP_ANSWER_S, self._tell, (key, False, ""))
        late.daemon = True
        late.start()

    def _run(self) -> None:
        while not self._stopped:
            try:
                self._turn()
            except Exception as error:  # the thread's outermost edge: a bug becomes a fault
                log.error("line: %s", type(error).__name__)
                self._due = time.monotonic() + RETRY_S
                self._platform(WORKER_FAILED.with_detail(type(error).__name__))
                self._nobody_reached()
            self._wake.wait(max(0.0, self._due - time.monotonic()))
            self._wake.clear()

    def _turn(self) -> None:
        if not self._cache_read:
            self._cache_read = True
            self._from_cache()
        if time.monotonic() >= self._due:
            self._beat()
            self._due = time.monotonic() + (RETRY_S if self._fault else HEARTBEAT_S)
            # Also while the platform is away: opening hours begin and end by the clock.
            self._offer()
        self._send()

    def _beat(self) -> None:
        client = self._client()
        station = self._station()
        version = self._catalogue.version if self._catalogue else 0
        # The platform asks whether *this* terminal could serve; that the line was down is past.
        able = replace(station, platform=None).out_of_service() is None
        answer = client.heartbeat(able, version, _devices(station))
        if isinstance(answer, Fault):
            if answer.same_as(faults.CLOCK_SKEW):
                reading = client.time()
                if not isinstance(reading, Fault):
                    self._heard_time(reading.server_time)
            self._platform(answer)
            return
        self._heard_time(answer.server_time)
        self._closed = frozenset(answer.closed_items)
        self._platform(self._renew(client, version, answer.catalogue_version))

    def _renew(self, client: PlatformClient, version: int, offered_version: int) -> Fault | None:
        """Fetch the catalogue where there is another or ours ends; why none can be used.

        What the platform gives in place of a good catalogue (unsigned, older) changes nothing
        while the one at hand lasts, but a maintainer must know.
        """
        if offered_version == version and self._lasts(RENEW_S):
            self._catalogue_fault = None
            return None
        signed = client.catalogue(newer_than=version)
        if not isinstance(signed, Fault):
            self._catalogue, self._catalogue_fault = signed.catalogue, None
            self._keep(signed.envelope)
            return None
        if not signed.same_as(self._catalogue_fault):
            log.warning("catalogue: %s (%s)", signed.code, signed.detail)
            self._outbox.fault(signed)
        self._catalogue_fault = signed
        return None if self._lasts() else signed

    def _lasts(self, seconds: float = 0.0) -> bool:
        """Whether the catalogue at hand is still good in so many seconds."""
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
        if self._lasts():
            items = offered(catalogue, region=self._region, closed=self._closed, at=self._now())
        if items != self._items:
            self._items = items
            self._post(ev.CatalogueArrived(items))

    def _from_cache(self) -> None:
        if self._cache is None:
            return
        try:
            envelope = self._cache.read_bytes()
        except FileNotFoundError:
            return
        except OSError as error:
            log.warning("cached catalogue: %s", type(error).__name__)
            return
        # Also one that has expired: it is not offered, but no older one will do any more.
        opened = open_catalogue(envelope, self._catalogue_key(), now=0.0)
        if isinstance(opened, Fault):
            log.warning("cached catalogue: %s (%s)", opened.code, opened.detail)
            return
        self._catalogue = opened
        self._offer()

    def _keep(self, envelope: bytes) -> None:
        if self._cache is None:
            return
        fresh = self._cache.with_suffix(".new")
        try:
            fresh.write_bytes(envelope)
            fresh.replace(self._cache)
        except OSError as error:  # it serves the next start only
            log.warning("catalogue not cached: %s", type(error).__name__)

    def _send(self) -> None:
        failed = 0
        for letter in self._in_turn():
            if self._stopped or time.monotonic() >= self._due:
                return  # the rest after the next heartbeat
            try:
                answer = self._send_one(letter)
            except Exception as error:  # one letter's edge: it must not hold up the others
                log.error("line: %s in sending", type(error).__name__)
                self._tell(letter.key, False, "")
                continue
            if isinstance(answer, Fault) and answer.code not in REFUSED:
                # Kept, to be sent again by the same key.
                self._due = min(self._due, time.monotonic() + RETRY_S)
                self._failures[letter.key] = self._failures.get(letter.key, 0) + 1
                failed += 1
                if answer.code in EVERY_MESSAGES:
                    self._nobody_reached()
                    return
                self._tell(letter.key, False, "")
                if failed == FAILURES:
                    return
                continue
            if isinstance(answer, Fault):
                log.error("platform refused a message: %s (%s)", answer.code, answer.detail)
                self._outbox.refused(letter.key, answer)
            else:
                self._outbox.acknowledged(letter.key, answer)
            self._failures.pop(letter.key, None)
            self._tell(letter.key, not isinstance(answer, Fault), str(answer))
            if self._wake.is_set():
                return  # there is something new, and somebody may be waiting for it

    def _in_turn(self) -> list[OutgoingOutcome | OutgoingHelp]:
        """What is to be sent: what somebody waits for, then what the platform failed at least,
        and else as it was written."""
        with self._lock:
            waited = set(self._waiting)
        return sorted(
            self._outbox.unsettled(),
            key=lambda letter: (letter.key not in waited, self._failures.get(letter.key, 0)),
        )

    def _nobody_reached(self) -> None:
        with self._lock:
            waiting = list(self._waiting)
        for key in waiting:
            self._tell(key, False, "")

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
    printers = tuple(
        DeviceState(name, status.status, status.faults[0].code if status.faults else None)
        for name, status in station.printers
    )
    return (*readers, *printers)
