"""Turns the platform's notices, nearby stations and help answers into what the pages show.

Used by `workers.enquiries`. Pure: the time is an argument.
"""

from __future__ import annotations

import math
from datetime import datetime

from ..platform import wire
from ..session.model import HelpAnswer, Language, NearbyStation, Notice, Opening
from ..session.model.around import by_use


def current(notices: wire.Notices, at: datetime) -> tuple[Notice, ...]:
    """Return the notices that are valid at ``at`` (local time), in the platform's order."""
    now = at.timestamp()
    if now >= notices.expires_at:
        return ()
    return tuple(
        Notice(_texts(each.title), _texts(each.body), each.kind)
        for each in notices.notices
        if each.valid_from <= now < each.valid_until
    )


def reachable(nearby: wire.Nearby, at: datetime) -> tuple[NearbyStation, ...]:
    """Return the stations to go to at ``at`` (local time): open ones first, then the nearest."""
    if at.timestamp() >= nearby.expires_at:
        return ()
    stations = (_station(each, at) for each in nearby.stations)
    return tuple(sorted(stations, key=by_use))


def help_answer(answer: wire.HelpAnswer, waited_s: float = 0.0) -> HelpAnswer:
    """Return the answer as it is ``waited_s`` seconds after the request for it."""
    minutes = None
    if answer.expected_s is not None:
        minutes = math.ceil(max(0.0, answer.expected_s - waited_s) / 60)
    role = _texts(answer.role) if answer.role else {}
    return HelpAnswer(answer.progress, role, answer.staff_number or "", minutes)


def _station(station: wire.NearbyStation, at: datetime) -> NearbyStation:
    return NearbyStation(
        id=station.station,
        name=_texts(station.name),
        address=_texts(station.address),
        distance_m=station.distance_m,
        items=frozenset(station.items),
        open_now=station.open_at(at.isoweekday(), f"{at:%H:%M}"),
        hours=tuple(Opening(each.days, each.opens, each.closes) for each in station.hours),
        walk=_texts(station.walk) if station.walk else {},
    )


def _texts(text: wire.Heading | wire.Sentence) -> dict[Language, str]:
    return {Language.ZH: text.zh, Language.EN: text.en}
