"""The home state: no resident is served. The terminal starts in it; each visit ends in it."""

from __future__ import annotations

from . import states as st
from .model import Station
from .state import State


def home(station: Station, now: float) -> State:
    """Return welcome, or out of service with its reason, in the station's default look."""
    fault = station.out_of_service()
    if fault is not None:
        return st.OutOfService(
            station=station, look=station.home, entered=now, quiet_since=now, fault=fault
        )
    return st.Welcome(station=station, look=station.home, entered=now, quiet_since=now)
