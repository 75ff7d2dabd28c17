"""Turns the platform's catalogue into the items that the pages offer, with reasons for closed ones.

Used by the session and its pages. A new item of a known kind needs no new code here. An item of an
unknown kind is left out, so that it is never offered and then fails.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from ..platform import wire
from ..platform.faults import ITEM_CLOSED
from ..platform.items import ItemKind
from ..session.model import Item, Language

SERVED_KINDS = frozenset({ItemKind.CERTIFICATE})
"""The kinds of items that this version of the terminal can serve."""


def offered(
    catalogue: wire.Catalogue, *, region: str, closed: Collection[str], at: datetime
) -> tuple[Item, ...]:
    """Return the items that this terminal offers at ``at`` (local time), in catalogue order.

    ``region`` is the station's (GB/T 2260); an item with regions is offered only there.
    ``closed`` are the codes that the last heartbeat's answer reported as closed.
    """
    now = f"{at:%H:%M}"
    return tuple(
        _item(item, closed=item.code in closed or not item.open_at(at.isoweekday(), now))
        for item in catalogue.items
        if item.kind in SERVED_KINDS and (not item.regions or region in item.regions)
    )


def _item(item: wire.Item, *, closed: bool) -> Item:
    return Item(
        id=item.code,
        kind=item.kind,
        title=_text(item.title),
        subtitle=_text(item.subtitle),
        elder_title=_text(item.elder_title),
        elder_subtitle=_text(item.elder_subtitle),
        icon=item.icon,
        document_type=item.document_type or "",
        assurance_needed=item.assurance_needed,
        devices=item.devices,
        closed=ITEM_CLOSED if closed else None,
        editions=item.editions,
        copy=item.copy,
        media=item.media,
        category=_text(item.category),
    )


def _text(text: wire.Text) -> dict[Language, str]:
    return {Language.ZH: text.zh, Language.EN: text.en}
