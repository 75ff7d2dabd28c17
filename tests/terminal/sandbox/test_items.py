"""The sandbox's catalogue: certificates that a terminal can offer unchanged."""

from __future__ import annotations

import re
from collections import Counter
from itertools import groupby
from pathlib import Path

import pytest

from devices.identity import Assurance
from printing.documents.certificates.registry import CERTIFICATES
from printing.media import Edition
from terminal.platform import wire
from terminal.sandbox import items
from terminal.sandbox.residents import RESIDENTS

from .expected import EXPECTED

ROOT = Path(__file__).parents[3]
MOST_ELDER_CHARACTERS = 9
"""Limit for a title in large type, which must fit on one line of a button."""
every = pytest.mark.parametrize("item", items.ITEMS, ids=lambda each: each.document_type)


def test_every_certificate_type_is_offered_once() -> None:
    types = [certificate.TYPE for certificate in CERTIFICATES]
    assert Counter(item.document_type for item in items.ITEMS) == dict.fromkeys(types, 1)
    assert {item.document_type: item.code for item in items.ITEMS} == {
        kind: each.code for kind, each in EXPECTED.items()
    }
    assert len({(item.category.zh, item.icon) for item in items.ITEMS}) == len(EXPECTED)
    for titles in ("title", "elder_title", "subtitle", "elder_subtitle"):
        for language in ("zh", "en"):
            texts = {getattr(getattr(each, titles), language) for each in items.ITEMS}
            assert len(texts) == len(EXPECTED)


def test_items_are_grouped_by_department() -> None:
    groups = [
        (name, [item.code for item in group])
        for name, group in groupby(items.ITEMS, key=lambda item: item.category.zh)
    ]
    assert [(name, codes[0]) for name, codes in groups] == [
        ("社保", "100101-SI-0101"), ("公积金", "100101-HF-0201"),
    ]  # fmt: skip
    for _, codes in groups:
        assert codes == sorted(codes)
        assert all(re.fullmatch(r"100101-(SI-01|HF-02)0[1-9]", code) for code in codes)


@every
def test_every_item_is_offered_day_and_night_in_both_editions_and_on_a_phone(
    item: wire.Item,
) -> None:
    assert item.hours == ()
    large_first = (Edition.LARGE, Edition.STANDARD)
    assert item.editions == (
        large_first[::-1] if EXPECTED[item.document_type or ""].long else large_first
    )
    assert item.copy
    assert item.media == "iso_a4_210x297mm"


@every
def test_balances_and_loans_require_a_second_factor(item: wire.Item) -> None:
    sensitive = EXPECTED[item.document_type or ""].second_factor
    assert (item.assurance_needed >= Assurance.SECOND_FACTOR) == sensitive
    assert item.assurance_needed >= Assurance.CARD_SECURE
    # The code is sent to the phone on record, so the guide must tell people to bring it.
    assert ("手机" in item.guide.materials.zh) == sensitive
    assert ("phone" in item.guide.materials.en) == sensitive


@every
def test_every_item_has_a_complete_guide(item: wire.Item) -> None:
    guide = item.guide
    for text in (guide.who, guide.materials, guide.time_limit, guide.fee, guide.department):
        assert re.search("[一-鿿]", text.zh)
        assert re.fullmatch("[ -~’]+", text.en)
    assert guide.phone in ("12333", "12329")
    assert item.elder_title.zh.startswith("打印")
    assert len(item.elder_title.zh) <= MOST_ELDER_CHARACTERS


@every
def test_every_items_icon_exists(item: wire.Item) -> None:
    assert (ROOT / "ui" / "look" / "icons" / f"{item.icon}.svg").is_file()


def test_documentation_lists_every_item() -> None:
    page = (ROOT / "docs" / "reference" / "certificates.md").read_text("utf-8")
    for item in items.ITEMS:
        row = next(line for line in page.splitlines() if f"`{item.code}`" in line)
        assert item.title.zh in row
        assert f"level {int(item.assurance_needed)}" in row
        keys = EXPECTED[item.document_type or ""].holders.split()
        assert [each.key for each in RESIDENTS if each.name in row] == keys
