"""What the printed guides say, for the demo's catalogue and for others."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import msgspec
import pytest

from devices.health import Who
from printing.documents.guides import Passage, Picture
from terminal.faults import AREAS
from terminal.operations.printed_guides import FromPages, Guides, StepName, Subject
from terminal.platform import wire
from terminal.sandbox.items import ITEMS
from terminal.session.model import CardSide
from terminal.session.states import FILES
from terminal.words import words

NOW = datetime(2026, 11, 21, 6, 26, tzinfo=UTC)
PICTURE = Picture(b"", "")
SEEN = FromPages(
    steps=dict.fromkeys(StepName, PICTURE),
    pages=dict.fromkeys(FILES.values(), (PICTURE,)),
    cards="身份证",
)
ZH = words("zh")


def guides(items: tuple[wire.Item, ...] = ITEMS, *, trial: bool = False) -> Guides:
    catalogue = wire.Catalogue(1, 0, 2_000_000_000, items)
    subject = Subject("站", "地", "100101", CardSide.LEFT, catalogue, trial)
    return Guides(subject, SEEN, NOW)


def changed(change: Callable[[int, wire.Guide], wire.Guide]) -> tuple[wire.Item, ...]:
    """Return the items of the sandbox with other guides."""
    return tuple(
        msgspec.structs.replace(item, guide=change(number, item.guide))
        for number, item in enumerate(ITEMS)
    )


def texts(passages: list[Passage]) -> str:
    return "\n".join(part for each in passages for part in (each.heading, *each.paragraphs))


def test_every_state_with_a_page_has_an_entry_for_staff() -> None:
    made = guides().staff()
    assert [page.name for page in made.pages] == [
        ZH.text(f"guide.page.{file}") for file in FILES.values()
    ]
    for page in made.pages:
        assert page.pictures
        assert [label for label, _ in page.facts] == [
            ZH.text(f"guide.{form}") for form in ("what", "say", "do")
        ]
        assert all(text for _, text in page.facts), page.name


@pytest.mark.parametrize("who", Who)
def test_every_declared_fault_is_in_the_table_of_who_must_act(who: Who) -> None:
    (table,) = (
        each for each in guides().staff().faults if each.heading == ZH.text(f"guide.faults.{who}")
    )
    declared = {fault.code for area in AREAS.values() for fault in area if fault.who is who}
    assert {row[0] for row in table.rows} == declared
    for code, text, cause, *fix in table.rows:
        assert text == ZH.form(code, "text")
        assert cause == ZH.form(code, "cause")
        assert fix == ([] if who is Who.MAINTAINER else [ZH.form(code, "fix")])


def test_the_faults_that_staff_end_come_first() -> None:
    assert guides().staff().faults[0].heading == ZH.text("guide.faults.staff")


def test_residents_see_every_service_of_the_catalogue_by_category() -> None:
    for made in (guides().poster(), guides().leaflet()):
        listed = [(group.name, each.name) for group in made.groups for each in group.services]
        assert sorted(listed) == sorted((item.category.zh, item.title.zh) for item in ITEMS)


def test_services_of_another_region_are_left_out() -> None:
    here, *others = ITEMS
    elsewhere = tuple(msgspec.structs.replace(each, regions=("999999",)) for each in others)
    made = guides((here, *elsewhere)).poster()
    assert [each.name for group in made.groups for each in group.services] == [here.title.zh]


def test_closed_hours_do_not_remove_a_service() -> None:
    never = wire.Hours(days=(1,), opens="00:00", closes="00:01")
    items = tuple(msgspec.structs.replace(each, hours=(never,)) for each in ITEMS)
    assert sum(len(group.services) for group in guides(items).poster().groups) == len(ITEMS)


def test_steps_name_the_cards_the_side_and_the_buttons() -> None:
    card, agree, choose, _ = guides().poster().steps
    assert "身份证" in card.text
    assert ZH.text("side.left") in card.text
    assert ZH.text("consent.agree") in agree.text
    assert ZH.text("preview.print") in choose.text


def test_help_names_the_button_and_each_department_once() -> None:
    phones = {item.guide.phone for item in ITEMS}
    for made in (guides().poster(), guides().leaflet()):
        (passage,) = (note for note in made.notes if note.help)
        said = texts([passage])
        assert ZH.text("foot.help") in said
        assert all(said.count(phone) == 1 for phone in phones)


def test_the_fee_is_printed_if_it_is_the_same_for_all() -> None:
    def costs(number: int, guide: wire.Guide) -> wire.Guide:
        return msgspec.structs.replace(guide, fee=wire.Text(f"{number} 元", f"{number} yuan"))

    def free(_number: int, guide: wire.Guide) -> wire.Guide:
        return msgspec.structs.replace(guide, fee=wire.Text("全都免费", "free"))

    assert "全都免费" in texts(list(guides(changed(free)).leaflet().first))
    differ = texts(list(guides(changed(costs)).leaflet().first))
    assert "元" not in differ
    assert ZH.text("guide.bring_fee") not in differ


def test_a_trial_says_that_its_documents_are_not_valid() -> None:
    notice = ZH.spoken("trial.notice")
    assert notice not in texts(list(guides().poster().notes))
    assert notice in texts(list(guides(trial=True).poster().notes))
    assert notice in texts(list(guides(trial=True).leaflet().first))


def test_what_happens_to_the_data_is_in_the_leaflet() -> None:
    assert ZH.text("welcome.privacy") in texts(list(guides().leaflet().notes))


def test_a_page_without_pictures_is_an_error_and_not_a_gap() -> None:
    missing = replace(SEEN, pages={})
    subject = Subject(
        "站", "地", "100101", CardSide.LEFT, wire.Catalogue(1, 0, 2_000_000_000, ITEMS)
    )
    with pytest.raises(KeyError):
        Guides(subject, missing, NOW).staff()
