"""Where nobody is served: the first situation of a terminal, and the last one of each visit."""

from __future__ import annotations

from .model import Station
from .states import OutOfService, State, Welcome


def home(station: Station, now: float) -> State:
    """Where nobody is served: welcome, or out of service with the reason; the station's look."""
    fault = station.out_of_service()
    if fault is not None:
        return OutOfService(
            station=station, look=station.home, entered=now, quiet_since=now, fault=fault
        )
    return Welcome(station=station, look=station.home, entered=now, quiet_since=now)
