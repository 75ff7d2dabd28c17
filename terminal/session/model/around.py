"""What the platform tells passers-by and waiting residents: notices, nearby stations, staff.

For the welcome page, "out of service", the farewell and the help page. It holds no personal data.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from ...platform.kinds import HelpProgress, NoticeKind
from .look import Language


@dataclass(frozen=True, slots=True)
class Notice:
    """One notice that is valid now. The texts are by language and are shown as plain text."""

    title: dict[Language, str]
    body: dict[Language, str]
    kind: NoticeKind | None = None


@dataclass(frozen=True, slots=True)
class Opening:
    """Open on ``days`` (ISO: Monday is 1) from ``opens`` until ``closes`` ("HH:MM")."""

    days: tuple[int, ...]
    opens: str
    closes: str


@dataclass(frozen=True, slots=True)
class NearbyStation:
    """Another station. ``items`` are the ids of the services that work there.

    ``open_now`` was computed from ``hours`` by the station's clock; empty ``hours`` mean day and
    night. ``walk`` says how to get there; empty if the platform does not say. ``distance_m`` is
    the way on foot.
    """

    id: str
    name: dict[Language, str]
    address: dict[Language, str]
    distance_m: int
    items: frozenset[str]
    open_now: bool
    hours: tuple[Opening, ...] = ()
    walk: dict[Language, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class HelpAnswer:
    """Whether staff come after a call, who, and in how many minutes.

    ``role`` is by language ("Lobby staff") and may be empty, ``staff_number`` too: neither names a
    person. ``minutes`` is ``None`` if it is not known, and 0 if they should be here already.
    """

    progress: HelpProgress
    role: dict[Language, str] = field(default_factory=dict)
    staff_number: str = ""
    minutes: int | None = None


def nearest_with(stations: Iterable[NearbyStation], item: str) -> NearbyStation | None:
    """Return the station to send a resident to who needs this item; ``None`` if none has it.

    A station that is open now comes before one that is closed, then the nearer one.
    """
    serving = (each for each in stations if item in each.items)
    return min(serving, key=by_use, default=None)


def by_use(station: NearbyStation) -> tuple[bool, int, str]:
    """Return the sort key that puts open stations first, then near ones."""
    return not station.open_now, station.distance_m, station.id
