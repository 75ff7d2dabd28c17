"""A clock for tests: elapsed time, and a wall clock that can be set independently."""

from __future__ import annotations

from terminal.journal.plausible_time import PlausibleClock

START = 1_800_000_000.0
"""2027-01-15, in Unix seconds."""
DAY_S = 86_400.0


class Clock:
    """Calling it returns the wall clock in Unix seconds; ``running`` never jumps."""

    def __init__(self, now: float = START) -> None:
        self.now = now
        self.up = 1000.0

    def __call__(self) -> float:
        return self.now

    def running(self) -> float:
        """Return the seconds since the machine started."""
        return self.up

    def elapse(self, seconds: float) -> None:
        """Advance both clocks."""
        self.now += seconds
        self.up += seconds

    def set_to(self, now: float) -> None:
        """Set the wall clock without advancing time."""
        self.now = now

    def reboot(self) -> None:
        """Restart the machine at this moment."""
        self.up = 0.0

    def plausible(self, newest: float | None = None) -> PlausibleClock:
        """Return the terminal's plausible clock based on this clock."""
        return PlausibleClock(newest, wall=self, running=self.running)
