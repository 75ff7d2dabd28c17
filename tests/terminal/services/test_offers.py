"""From the catalogue to the offered items: region, kind, opening hours, closed items."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from terminal.platform.faults import ITEM_CLOSED
from terminal.platform.wire import Catalogue, Hours, Item, ItemKind
from terminal.sandbox.items import DEPOSIT, INSURANCE, ITEMS
from terminal.services.offers import offered
from terminal.session.model import Language

MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
WORKDAYS = (1, 2, 3, 4, 5)


def catalogue(*items: Item) -> Catalogue:
    return Catalogue(1, 0, 1, items or ITEMS)


def changed(**fields: Any) -> Item:
    return msgspec.structs.replace(ITEMS[0], **fields)


def test_items_keep_the_catalogues_order_and_texts() -> None:
    found = offered(catalogue(), region="100101", closed=(), at=MONDAY)
    assert [item.id for item in found] == [item.code for item in ITEMS]
    first = found[0]
    second = next(item for item in found if item.id == DEPOSIT)
    assert first.id == INSURANCE
    assert first.title == {
        Language.ZH: "社会保险个人参保证明", Language.EN: "Social insurance certificate",
    }  # fmt: skip
    assert first.elder_title[Language.ZH] == "打印社保参保证明"
    assert first.document_type == "insurance_certificate"
    assert first.assurance_needed < second.assurance_needed
    assert "printer" in first.devices
    assert first.closed is None


@pytest.mark.parametrize(
    ("regions", "there"), [((), True), (("100101",), True), (("100102",), False)]
)
def test_item_is_offered_only_in_its_regions(regions: tuple[str, ...], there: bool) -> None:
    found = offered(catalogue(changed(regions=regions)), region="100101", closed=(), at=MONDAY)
    assert bool(found) is there


@pytest.mark.parametrize("kind", [kind for kind in ItemKind if kind is not ItemKind.CERTIFICATE])
def test_unsupported_kind_is_not_offered(kind: ItemKind) -> None:
    assert offered(catalogue(changed(kind=kind)), region="100101", closed=(), at=MONDAY) == ()


@pytest.mark.parametrize(
    ("at", "open_now"),
    [
        (MONDAY.replace(hour=8, minute=59, second=59), False),
        (MONDAY, True),
        (MONDAY.replace(hour=16, minute=59), True),
        (MONDAY.replace(hour=17), False),
        (MONDAY.replace(day=28), False),  # a Saturday
    ],
)
def test_item_is_closed_outside_its_hours(at: datetime, open_now: bool) -> None:
    item = changed(hours=(Hours(WORKDAYS, "09:00", "17:00"),))
    (found,) = offered(catalogue(item), region="100101", closed=(), at=at)
    assert found.closed == (None if open_now else ITEM_CLOSED)


def test_item_reported_as_closed_is_closed() -> None:
    found = offered(catalogue(), region="100101", closed={DEPOSIT, "no-such"}, at=MONDAY)
    assert {item.id: item.closed for item in found if item.closed} == {DEPOSIT: ITEM_CLOSED}
