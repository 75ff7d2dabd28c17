"""The interface of the station's sensors: a headset jack and a presence sensor.

A sensor that the station does not have is *not supported*; one that does not answer is *unknown*.
Neither counts as a headset, so personal data then stays off the loudspeaker.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class Headset(StrEnum):
    """What the headset jack reports."""

    PLUGGED_IN = "plugged_in"
    UNPLUGGED = "unplugged"
    UNKNOWN = "unknown"
    NOT_SUPPORTED = "not_supported"


class Someone(StrEnum):
    """Whether someone stands in front of the station."""

    NEAR = "near"
    AWAY = "away"
    UNKNOWN = "unknown"
    NOT_SUPPORTED = "not_supported"


@dataclass(frozen=True, slots=True)
class HeadsetChanged:
    """A headset was plugged in or unplugged, or the jack stopped answering."""

    headset: Headset


@dataclass(frozen=True, slots=True)
class SomeoneChanged:
    """Someone came to the station or left it, or the sensor stopped answering."""

    someone: Someone


SignalEvent = HeadsetChanged | SomeoneChanged
Sink = Callable[[SignalEvent], None]


class Signals(Protocol):
    """The sensors of one station."""

    @property
    def headset(self) -> Headset:
        """The last known state of the jack; never blocks."""
        ...

    @property
    def someone(self) -> Someone:
        """The last known state of the presence sensor; never blocks."""
        ...

    def start(self, sink: Sink) -> None:
        """Begin to watch. ``sink`` gets the present states, then each change, on any thread."""
        ...

    def stop(self) -> None:
        """Stop watching. ``sink`` gets nothing more after this has returned."""
        ...
