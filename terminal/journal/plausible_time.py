"""The time that the terminal may rely on: the machine's clock, as long as it can be right.

For the journal (retention, counts), the lock of the PIN, the catalogue and the seals. A machine
with a dead battery starts in 1970, and a wrong setting can be months ahead. Deleting, expiring or
unlocking anything by such a clock does harm that a later correction does not undo.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

RELEASED = 1_767_225_600.0
"""2026-01-01 in Unix seconds. This software is younger, so an earlier clock is wrong."""
LATEST = 4_102_444_800.0
"""2100-01-01 in Unix seconds. A later clock is wrong."""
SLACK_S = 86_400.0
"""How far the clock may be from the expected time. A hardware clock that was set to local time is
up to 14 hours off; a day leaves room for that."""
SWITCHED_OFF_S = 30 * 86_400.0
"""How long after the newest row of the journal the clock is believed at start. A terminal that was
switched off for longer waits until the platform confirms the time (with the first heartbeat)."""


def since_boot() -> float:
    """Seconds since the machine started, suspension included. Setting the clock changes nothing."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


@dataclass(frozen=True, slots=True)
class Reading:
    """One look at the clock.

    ``at`` is in Unix seconds: the clock's own time if it is plausible, else the best estimate.
    """

    at: float
    plausible: bool


class PlausibleClock:
    """The machine's clock, checked against what is known. Thread-safe.

    Known are the release date of this software, ``newest`` (Unix seconds of the newest row of the
    journal), the time that the machine has been running since, and what the platform says.
    A clock that contradicts them is not believed: time then goes on from the last known moment.
    """

    def __init__(
        self,
        newest: float | None = None,
        *,
        wall: Callable[[], float] = time.time,
        running: Callable[[], float] = since_boot,
    ) -> None:
        """``wall`` gives Unix seconds; ``running`` gives seconds that do not
        change when the clock is set."""
        self._wall = wall
        self._running = running
        self._lock = threading.Lock()
        known = newest is not None and RELEASED <= newest <= LATEST
        self._known = newest if known and newest is not None else RELEASED
        self._known_at = running()
        self._ahead_s = SWITCHED_OFF_S if known else LATEST
        """How far beyond the known time the clock may be."""

    def reading(self) -> Reading:
        """The time now, and whether it is the clock's own."""
        with self._lock:
            wall, running = self._wall(), self._running()
            expected = self._known + (running - self._known_at)
            earliest = max(RELEASED, expected - SLACK_S)
            if not earliest <= wall <= min(LATEST, expected + self._ahead_s):
                return Reading(expected, False)
            if self._ahead_s != SLACK_S:
                # The first believable look: from now on only elapsed time is expected.
                self._know(wall, running)
            return Reading(wall, True)

    def now(self) -> float:
        """The time now in Unix seconds: the clock's if it is plausible, else the estimate."""
        return self.reading().at

    def local(self) -> datetime:
        """The time now, in the station's own zone."""
        return datetime.fromtimestamp(self.now()).astimezone()

    def running(self) -> float:
        """Seconds for measuring a duration; setting the clock does not change them."""
        return self._running()

    def confirm(self, server_time: float) -> None:
        """Take over the platform's time (Unix seconds), from an answer over its own TLS."""
        if RELEASED <= server_time <= LATEST:
            with self._lock:
                self._know(server_time, self._running())

    def wrong_by(self) -> str:
        """How far the clock is from the expected time, in English, for a fault's detail."""
        off_s = self._wall() - self.now()
        size = abs(off_s)
        amount = f"{size / 86_400:.0f} days" if size >= 2 * 86_400 else f"{size:.0f} s"
        return f"{amount} {'ahead of' if off_s > 0 else 'behind'} the time that is known"

    def _know(self, at: float, running: float) -> None:
        self._known, self._known_at, self._ahead_s = at, running, SLACK_S
