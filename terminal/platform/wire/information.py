"""What the platform tells a station's passers-by: notices, and the stations nearby. Signed."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

from ..kinds import NoticeKind
from .catalogue import Hours
from .screen import Heading, Sentence
from .values import Opaque, UnixTime, Version

MAX_NOTICES = 8
"""More than this no passer-by reads: at ten seconds each, a round takes over a minute."""
MAX_NEARBY = 10
"""More than this does not fit on a page."""


class SignedInformation(Struct, frozen=True):
    """Information and its detached signature.

    ``payload`` holds the exact signed bytes: ``Notices`` or ``Nearby`` as JSON with sorted keys
    and no spaces. ``signature`` is the Ed25519 signature (RFC 8032) of these bytes, 64 bytes. The
    key is that of the catalogue. ``about`` in the payload says which of the two it is.
    """

    payload: bytes
    signature: bytes


class Information(Struct, frozen=True):
    """What all signed information has.

    It is for the terminal ``terminal`` only. ``version`` never decreases. After ``expires_at`` it
    is not shown.
    """

    terminal: Opaque
    version: Version
    expires_at: UnixTime


class Notice(Struct, frozen=True):
    """One notice for the welcome page, shown from ``valid_from`` until (not at) ``valid_until``.

    ``kind`` may be omitted.
    """

    title: Heading
    body: Sentence
    valid_from: UnixTime
    valid_until: UnixTime
    kind: NoticeKind | None = None

    def __post_init__(self) -> None:
        """Refuse a notice that could never be shown."""
        if self.valid_from >= self.valid_until:
            raise ValueError("the notice ends before it begins")


class Notices(Information, frozen=True, tag_field="about", tag="notices"):
    """The notices for the welcome page, the most important one first."""

    notices: Annotated[tuple[Notice, ...], Meta(max_length=MAX_NOTICES)]


class NearbyStation(Struct, frozen=True):
    """Another station.

    ``distance_m`` is the way on foot. Empty ``hours`` mean day and night. ``items`` are the codes
    of the catalogue's items that work there. ``walk`` says how to get there.
    """

    station: Opaque
    name: Heading
    address: Sentence
    distance_m: Annotated[int, Meta(ge=0, le=50_000)]
    items: Annotated[tuple[Opaque, ...], Meta(max_length=2000)]
    hours: Annotated[tuple[Hours, ...], Meta(max_length=28)] = ()
    walk: Sentence | None = None

    def open_at(self, weekday: int, clock: str) -> bool:
        """Whether it is open at ``clock`` ("HH:MM") on ISO ``weekday`` (Monday is 1)."""
        return not self.hours or any(hours.cover(weekday, clock) for hours in self.hours)


class Nearby(Information, frozen=True, tag_field="about", tag="nearby"):
    """The other stations near this one, in any order, each once."""

    stations: Annotated[tuple[NearbyStation, ...], Meta(max_length=MAX_NEARBY)]

    def __post_init__(self) -> None:
        """Refuse a list that names a station twice."""
        if len({each.station for each in self.stations}) < len(self.stations):
            raise ValueError("a station is listed twice")
