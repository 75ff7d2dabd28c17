"""Whom to call and where to go instead, for the page and for the voice.

Used by the page "out of service". It says only what is configured or what the platform has sent.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from terminal.session.model.look import in_language

if TYPE_CHECKING:
    from terminal.session.model import Language, NearbyStation, Station


def nearest_open(station: Station) -> NearbyStation | None:
    """Return the nearest other station that is open now and has a service; else ``None``."""
    serving = (each for each in station.nearby if each.open_now and each.items)
    return min(serving, key=lambda each: (each.distance_m, each.id), default=None)


def place(nearby: NearbyStation, language: Language) -> dict[str, object]:
    """Return the values of the words ``elsewhere.*``."""
    return {
        "name": in_language(nearby.name, language),
        "address": in_language(nearby.address, language),
        "metres": nearby.distance_m,
    }
