"""A clock for tests: time that passes, and a wall clock that can be set beside it."""

from __future__ import annotations

from terminal.journal.plausible_time import PlausibleClock

START = 1_800_000_000.0
"""2027-01-15, in Unix seconds."""
DAY_S = 86_400.0


class Clock:
    """Called as a function it gives the wall clock in Unix seconds; ``running`` never jumps."""

    def __init__(self, now: float = START) -> None:
        self.now = now
        self.up = 1000.0

    def __call__(self) -> float:
        return self.now

    def running(self) -> float:
        """Seconds since the machine started."""
        return self.up

    def elapse(self, seconds: float) -> None:
        """Let time pass, for both."""
        self.now += seconds
        self.up += seconds

    def set_to(self, now: float) -> None:
        """Set the wall clock; no time passes."""
        self.now = now

    def reboot(self) -> None:
        """The machine starts again at this instant."""
        self.up = 0.0

    def plausible(self, newest: float | None = None) -> PlausibleClock:
        """What the terminal makes of it."""
        return PlausibleClock(newest, wall=self, running=self.running)
