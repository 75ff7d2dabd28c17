"""Report that the terminal is running, with the states of its devices."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

from devices.health import DeviceStatus

from .values import Opaque, UnixTime, Version


class DeviceState(Struct, frozen=True, forbid_unknown_fields=True):
    """A device's state; ``fault`` is a fault code."""

    device: Opaque
    status: DeviceStatus
    fault: Opaque | None = None


class Heartbeat(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Sent every 60 s: the terminal is running, with its devices' states.

    ``trial`` is set by a trial installation. A real installation omits the field, so that a
    platform without support for trials refuses only trial installations.
    """

    in_service: bool
    catalogue_version: Version
    devices: Annotated[tuple[DeviceState, ...], Meta(max_length=32)]
    trial: bool = False


class HeartbeatAnswer(Struct, frozen=True):
    """The platform's clock, its catalogue version, and items that it cannot serve now."""

    server_time: UnixTime
    catalogue_version: int
    closed_items: tuple[Opaque, ...] = ()
