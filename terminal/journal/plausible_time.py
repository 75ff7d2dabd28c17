"""A time to rely on: the machine's clock, as long as it can be right.

Used by the journal (retention, counts), the PIN lock, the catalogue and the seals. A machine with a
dead battery starts in 1970, and a wrong setting can be months ahead. Deleting, expiring or
unlocking anything because of a wrong clock does harm that a later correction does not undo.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

RELEASED = 1_767_225_600.0
"""2026-01-01 in Unix seconds. This software was released later, so an earlier clock is wrong."""
LATEST = 4_102_444_800.0
"""2100-01-01 in Unix seconds. A later clock is wrong."""
SLACK_S = 86_400.0
"""How far the clock may be from the expected time. A hardware clock that is set to local time is
up to 14 hours off; a day covers that."""
SWITCHED_OFF_S = 30 * 86_400.0
"""How far after the journal's newest row the clock is trusted at start. A terminal that was off for
longer waits until the platform confirms the time (with the first heartbeat)."""


def since_boot() -> float:
    """Return seconds since the machine started, including suspension; independent of the clock."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


@dataclass(frozen=True, slots=True)
class Reading:
    """One reading of the clock.

    ``at`` is in Unix seconds: the clock's own time if it is plausible, else the best estimate.
    """

    at: float
    plausible: bool


class PlausibleClock:
    """The machine's clock, checked against known times. Thread-safe.

    Known are the release date of this software, ``newest`` (Unix seconds of the journal's newest
    row), the running time since then, and the platform's time. If the clock contradicts them, it is
    not trusted, and time is counted on from the last known moment.
    """

    def __init__(
        self,
        newest: float | None = None,
        *,
        wall: Callable[[], float] = time.time,
        running: Callable[[], float] = since_boot,
    ) -> None:
        """``wall`` gives Unix seconds; ``running`` gives seconds that setting the clock does
        not change."""
        self._wall = wall
        self._running = running
        self._lock = threading.Lock()
        known = newest is not None and RELEASED <= newest <= LATEST
        self._known = newest if known and newest is not None else RELEASED
        self._known_at = running()
        self._ahead_s = SWITCHED_OFF_S if known else LATEST
        """How far ahead of the known time the clock may be."""

    def reading(self) -> Reading:
        """Return the current time, and whether it is the clock's own."""
        with self._lock:
            wall, running = self._wall(), self._running()
            expected = self._known + (running - self._known_at)
            earliest = max(RELEASED, expected - SLACK_S)
            if not earliest <= wall <= min(LATEST, expected + self._ahead_s):
                return Reading(expected, False)
            if self._ahead_s != SLACK_S:
                # The first plausible reading: from now on, only elapsed time is expected.
                self._know(wall, running)
            return Reading(wall, True)

    def now(self) -> float:
        """Return the current time in Unix seconds: the clock's if plausible, else the estimate."""
        return self.reading().at

    def local(self) -> datetime:
        """Return the current time in the station's own zone."""
        return datetime.fromtimestamp(self.now()).astimezone()

    def running(self) -> float:
        """Return seconds for measuring a duration; setting the clock does not change them."""
        return self._running()

    def confirm(self, server_time: float) -> None:
        """Adopt the platform's time (Unix seconds), received over its own TLS connection."""
        if RELEASED <= server_time <= LATEST:
            with self._lock:
                self._know(server_time, self._running())

    def wrong_by(self) -> str:
        """Return how far the clock is from the expected time, in English, for a fault's detail."""
        off_s = self._wall() - self.now()
        size = abs(off_s)
        amount = f"{size / 86_400:.0f} days" if size >= 2 * 86_400 else f"{size:.0f} s"
        return f"{amount} {'ahead of' if off_s > 0 else 'behind'} the known time"

    def _know(self, at: float, running: float) -> None:
        self._known, self._known_at, self._ahead_s = at, running, SLACK_S
