"""The home state, in which nobody is served: the terminal starts in it, each visit ends in it."""

from __future__ import annotations

from .model import Station
from .state import State
from .states.out_of_service import OutOfService
from .states.welcome import Welcome


def home(station: Station, now: float) -> State:
    """Return welcome, or out of service with its reason, in the station's default look."""
    fault = station.out_of_service()
    if fault is not None:
        return OutOfService(
            station=station, look=station.home, entered=now, quiet_since=now, fault=fault
        )
    return Welcome(station=station, look=station.home, entered=now, quiet_since=now)
