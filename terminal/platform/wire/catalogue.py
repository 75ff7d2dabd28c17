"""The signed catalogue and its items."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

from devices.identity import Assurance
from printing.media import A4, Edition

from ..items import ItemKind, NeededDevice
from .values import Clock, Line, Media, Opaque, Paragraph, Region, UnixTime, Weekday, whole


class Text(Struct, frozen=True):
    """The same text in both languages."""

    zh: Paragraph
    en: Paragraph


class Guide(Struct, frozen=True):
    """办事指南 (service guide): who may apply, documents needed, duration, fee, contact."""

    who: Text
    materials: Text
    time_limit: Text
    fee: Text
    department: Text
    phone: Line


class Hours(Struct, frozen=True):
    """Open on ``days`` from ``opens`` until (not at) ``closes``, within one civil day."""

    days: Annotated[tuple[Weekday, ...], Meta(min_length=1, max_length=7)]
    opens: Clock
    closes: Clock

    def cover(self, weekday: int, clock: str) -> bool:
        """Whether ``clock`` ("HH:MM") on ISO ``weekday`` (Monday is 1) is within these hours."""
        return weekday in self.days and self.opens <= clock < self.closes


class Item(Struct, frozen=True):
    """One service as data. Empty ``hours`` mean day and night.

    ``regions`` are GB/T 2260 codes where the item is offered (empty: all). ``quota_per_day`` is per
    person. ``assurance_needed`` is the lowest sufficient level. ``media`` is the paper.
    ``editions`` are the available layouts; elder mode starts with the first. ``copy``: the item is
    also offered on a phone instead of on paper.
    """

    code: Opaque
    kind: ItemKind
    title: Text
    subtitle: Text
    elder_title: Text
    """The title in everyday words ("打印社保参保证明")."""
    elder_subtitle: Text
    """The purpose in everyday words ("证明您在交社保")."""
    icon: Annotated[str, Meta(pattern=whole("[a-z][a-z0-9-]{0,31}"))]
    category: Text
    guide: Guide
    assurance_needed: Assurance
    quota_per_day: Annotated[int, Meta(ge=1, le=1000)]
    document_type: Opaque | None = None
    devices: tuple[NeededDevice, ...] = ()
    hours: Annotated[tuple[Hours, ...], Meta(max_length=28)] = ()
    regions: Annotated[tuple[Region, ...], Meta(max_length=4000)] = ()
    media: Media = A4
    editions: Annotated[tuple[Edition, ...], Meta(min_length=1, max_length=8)] = (Edition.STANDARD,)
    copy: bool = False

    def open_at(self, weekday: int, clock: str) -> bool:
        """Whether the item is served at ``clock`` ("HH:MM") on ISO ``weekday`` (Monday is 1)."""
        return not self.hours or any(hours.cover(weekday, clock) for hours in self.hours)


class Catalogue(Struct, frozen=True):
    """All offered items. ``version`` never decreases; after ``expires_at`` it is not used."""

    version: Annotated[int, Meta(ge=1)]
    issued_at: UnixTime
    expires_at: UnixTime
    items: Annotated[tuple[Item, ...], Meta(max_length=2000)]

    def item(self, code: str) -> Item | None:
        """Return the item with this code; ``None`` if it is not offered."""
        return next((item for item in self.items if item.code == code), None)


class CatalogueEnvelope(Struct, frozen=True):
    """A catalogue and its detached signature.

    ``catalogue`` holds the exact signed bytes: ``Catalogue`` as JSON with sorted keys and no
    spaces. ``signature`` is the Ed25519 signature (RFC 8032) of these bytes, 64 bytes.
    """

    catalogue: bytes
    signature: bytes
