"""Asks the platform for notices, nearby stations, and whether staff come after a call.

It has a thread of its own, so that a slow answer delays no heartbeat and no message. None of these
answers is needed to serve: a failure is logged, recorded if a maintainer can fix it, and tried
again. It never reports the platform as unreachable; `uplink` does.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Generic, Protocol, TypeVar

from devices.health import Fault

from ..faults import WORKER_FAILED
from ..platform import faults
from ..platform.client import PlatformClient, SignedCopy
from ..platform.wire import HelpAnswer, Information, Nearby, Notices
from ..services.around import current, help_answer, reachable
from ..session import events as ev
from ..session import model
from .cache_file import CacheFile

log = logging.getLogger(__name__)

FETCH_S = 900.0
"""A new notice is on the screen within a quarter of an hour; 12,000 stations ask 27 times a second
for both lists."""
FETCH_AGAIN_S = 60.0
"""After a failure; the interval of the heartbeat, which the platform must bear anyway."""
CLOCK_S = 30.0
"""How often notices and opening hours are compared with the clock; they change at whole minutes."""
HELP_FIRST_S = 2.0
"""Before the first question about a call: until then the call itself is usually sent."""
HELP_POLL_S = 10.0
"""A resident who waits for staff sees a new answer within this time."""
HELP_WATCH_S = 600.0
"""How long after a call its answer is asked for: at most 60 times. The help button makes a new call
after half of it (``Limits.help_call_s``)."""
STOP_S = 2.0
RECORDED = frozenset(
    fault.code for fault in (faults.INFORMATION_REFUSED, faults.GARBAGE, faults.REQUEST_REFUSED)
)
"""Faults that only concern these answers. All others also concern the heartbeat, which reports
them."""

Kind = TypeVar("Kind", bound=Information)


class FaultRecord(Protocol):
    """The part of the journal that the enquiries use."""

    def fault(self, fault: Fault, page: str = "") -> Fault | None:
        """Record a fault."""
        ...


class _Held(Generic[Kind]):
    """One kind of signed information: when to fetch it, what is held, and its cache."""

    def __init__(
        self,
        kind: type[Kind],
        fetch: Callable[[PlatformClient, int], SignedCopy[Kind] | Fault],
        cache: CacheFile,
    ) -> None:
        self.now: Kind | None = None
        """What is held; it may have expired, and then it only prevents a return to an older one."""
        self.due = 0.0
        self._kind = kind
        self._fetch = fetch
        self._cache = cache
        self._fault: Fault | None = None

    def load(self, client: PlatformClient) -> None:
        """Take what an earlier run has cached, if it is genuine."""
        envelope = self._cache.read()
        if envelope is None:
            return
        opened = client.reopen(envelope, self._kind)
        if isinstance(opened, Fault):
            log.warning("cache: %s (%s)", opened.code, opened.detail)
        else:
            self.now = opened

    def renew(self, client: PlatformClient) -> Fault | None:
        """Fetch it. Return a fault that was not returned before; the held one stays in use."""
        self.due = time.monotonic() + FETCH_AGAIN_S
        signed = self._fetch(client, self.now.version if self.now else 0)
        if isinstance(signed, Fault):
            new = not signed.same_as(self._fault)
            self._fault = signed
            return signed if new else None
        self.now, self._fault = signed.information, None
        self.due = time.monotonic() + FETCH_S
        self._cache.write(signed.envelope)
        return None


@dataclass(slots=True)
class _Call:
    """A call for staff whose answer is asked for. Times are monotonic seconds."""

    key: str
    number: int
    began: float
    due: float
    answer: HelpAnswer | None = None
    answered_at: float = 0.0
    posted: model.HelpAnswer | None = None
    fault: Fault | None = None


class Enquiries:
    """The enquiries. Start them after the first page is painted.

    ``client`` returns the client and may block until there is one. ``waiting`` returns the number
    of the call whose answer a resident waits for, 0 if none does. ``folder`` is for the cached
    answers; they are verified like newly received ones. ``now`` is the station's local time.
    """

    def __init__(
        self,
        client: Callable[[], PlatformClient],
        record: FaultRecord,
        post: Callable[[object], None],
        waiting: Callable[[], int],
        *,
        folder: Path | None,
        now: Callable[[], datetime] = lambda: datetime.now().astimezone(),
    ) -> None:
        self._client = client
        self._record = record
        self._post = post
        self._waiting = waiting
        self._now = now
        self._notices = _Held(
            Notices, lambda client, newer: client.notices(newer),
            CacheFile(folder / "notices.json" if folder else None, "notices"),
        )  # fmt: skip
        self._nearby = _Held(
            Nearby, lambda client, newer: client.nearby(newer),
            CacheFile(folder / "nearby.json" if folder else None, "nearby stations"),
        )  # fmt: skip
        self._loaded = False
        self._failed = False
        """The last turn ended with an unexpected error."""
        self._shown: tuple[model.Notice, ...] = ()
        self._stations: tuple[model.NearbyStation, ...] = ()
        self._call: _Call | None = None
        self._lock = threading.Lock()
        """Guards ``_call``, which `watch` replaces on another thread."""
        self._wake = threading.Event()
        self._stopped = False
        self._thread = threading.Thread(target=self._run, name="enquiries", daemon=True)

    def start(self) -> None:
        """Start the thread, unless ``stop`` was called before."""
        if not self._stopped:
            self._thread.start()

    def stop(self) -> None:
        """Stop after the current call, if it ends within ``STOP_S``."""
        self._stopped = True
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join(STOP_S)

    def watch(self, key: str, number: int) -> None:
        """Ask from now on for the answer to the help button's call of this number.

        ``key`` is the call's idempotency key. The previous call is no longer asked for.
        """
        now = time.monotonic()
        with self._lock:
            self._call = _Call(key, number, began=now, due=now + HELP_FIRST_S)
        self._wake.set()

    def _run(self) -> None:
        while not self._stopped:
            try:
                wait_s = self._turn()
                self._failed = False
            except Exception as error:  # last resort: an unexpected error becomes a fault
                log.error("enquiries: %s", type(error).__name__)
                if not self._failed:  # once: the next turn may fail in the same way
                    self._record.fault(WORKER_FAILED.with_detail(type(error).__name__))
                self._failed = True
                wait_s = FETCH_AGAIN_S
            self._wake.wait(wait_s)
            self._wake.clear()

    def _turn(self) -> float:
        """Do what is due, a waiting resident's question first; return the seconds to the next."""
        client = self._client()
        if not self._loaded:
            self._loaded = True
            self._notices.load(client)
            self._nearby.load(client)
        self._show()
        self._ask_for_staff(client)
        for held in (self._notices, self._nearby):
            if time.monotonic() >= held.due and not self._stopped:
                self._report(held.renew(client))
                self._show()
                return 0.0  # a resident may be waiting: look again before the other list
        now = time.monotonic()
        call = self._call
        help_due = call.due if call else now + CLOCK_S
        due = min(self._notices.due, self._nearby.due, help_due, now + CLOCK_S)
        return max(0.0, due - now)

    def _show(self) -> None:
        """Post what is valid by the clock now, if it is not what was posted last."""
        at = self._now()
        shown = current(self._notices.now, at) if self._notices.now else ()
        if shown != self._shown:
            self._shown = shown
            self._post(ev.NoticesArrived(shown))
        stations = reachable(self._nearby.now, at) if self._nearby.now else ()
        if stations != self._stations:
            self._stations = stations
            self._post(ev.NearbyArrived(stations))

    def _ask_for_staff(self, client: PlatformClient) -> None:
        """Ask whether staff come, if a resident waits for them and it is time."""
        with self._lock:
            call = self._call
            if call is not None and time.monotonic() - call.began >= HELP_WATCH_S:
                self._call = call = None
        if call is None or time.monotonic() < call.due:
            return
        call.due = time.monotonic() + HELP_POLL_S
        if self._waiting() != call.number:
            return
        answer = client.help_answer(call.key)
        if not isinstance(answer, Fault):
            call.answer, call.answered_at, call.fault = answer, time.monotonic(), None
        else:
            # "Not found" is no error here: the call may still wait in the journal.
            if not answer.same_as(faults.REQUEST_REFUSED) and not answer.same_as(call.fault):
                self._report(answer)
            call.fault = answer
        if call.answer is None:
            return
        # Without a new answer the minutes count down by themselves.
        known = help_answer(call.answer, time.monotonic() - call.answered_at)
        if known != call.posted:
            call.posted = known
            self._post(ev.HelpAnswered(call.number, known))
        if known.progress.final:
            with self._lock:
                if self._call is call:
                    self._call = None

    def _report(self, fault: Fault | None) -> None:
        if fault is None:
            return
        log.warning("enquiries: %s (%s)", fault.code, fault.detail)
        if fault.code in RECORDED:
            self._record.fault(fault)
