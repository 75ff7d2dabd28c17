"""The state in which nobody is served: the first one of a terminal, and the last of each visit."""

from __future__ import annotations

from .model import Station
from .state import State
from .states.out_of_service import OutOfService
from .states.welcome import Welcome


def home(station: Station, now: float) -> State:
    """Return the welcome page, or out of service with the reason, in the station's own look."""
    fault = station.out_of_service()
    if fault is not None:
        return OutOfService(
            station=station, look=station.home, entered=now, quiet_since=now, fault=fault
        )
    return Welcome(station=station, look=station.home, entered=now, quiet_since=now)
