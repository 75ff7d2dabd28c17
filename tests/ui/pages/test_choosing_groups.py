"""Eight services are shown in their groups: each is one or two touches away, on every screen."""

from __future__ import annotations

from dataclasses import replace

import pytest

from terminal.session import events as ev
from terminal.session.model import Language, Look, Mode
from terminal.session.model.look import in_language
from ui.gallery.sample_items import EIGHT, many
from ui.gallery.scenes import SCENES
from ui.pages.choosing import subpages
from ui.widgets.button import Button

from ..pages_rig import Shown

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")

LOOKS = tuple(Look(mode, language) for mode in Mode for language in Language)
FUND = [item.id for item in EIGHT if item.category[Language.ZH] == "住房公积金"]
INSURED = [item.id for item in EIGHT if item.id not in FUND]


def offered(shown: Shown) -> list[str]:
    """Return the visible services, from top to bottom."""
    found = [
        button for button in shown.window.findChildren(Button)
        if button.isVisible() and button.objectName().startswith("choose.item.")
    ]  # fmt: skip
    found.sort(key=lambda b: (shown.place(b).top(), shown.place(b).left()))
    return [button.objectName().removeprefix("choose.item.") for button in found]


def turned_through(shown: Shown, count: int) -> list[str]:
    """Return the services of the open group, with those on further sub-pages."""
    found = offered(shown)
    while len(found) < count:
        shown.touch("choose.next")
        found += offered(shown)
    return found


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: f"{look.mode}-{look.language}")
def test_each_group_shows_its_four_services_and_a_button_to_the_other(
    shown: Shown, look: Look
) -> None:
    """If type leaves space for two of them only, they are on two sub-pages."""
    shown.scene("choosing-eight", look)
    names = [shown.control(f"choose.group.{n}").text() for n in (0, 1)]
    assert names == [in_language(item.category, look.language) for item in (EIGHT[0], EIGHT[4])]
    assert turned_through(shown, len(INSURED)) == INSURED
    assert shown.touch("choose.group.1") == []
    assert turned_through(shown, len(FUND)) == FUND
    assert shown.touch(f"choose.item.{FUND[3]}") == [ev.ServiceChosen(FUND[3])]
    assert shown.has("choose.next") is (len(offered(shown)) < len(FUND))
    shown.touch("choose.group.0")
    assert turned_through(shown, len(INSURED)) == INSURED


def test_the_open_group_stays_open_when_the_language_changes(shown: Shown) -> None:
    state = SCENES["choosing-eight"](Look())
    shown.window.show_state(state)
    shown.touch("choose.group.1")
    shown.window.show_state(replace(state, look=Look(Mode.ELDER, Language.EN)))
    assert offered(shown) == FUND


def test_the_open_group_is_marked_by_more_than_colour(shown: Shown) -> None:
    shown.scene("choosing-eight")
    here, there = shown.control("choose.group.0"), shown.control("choose.group.1")
    assert (here._icon, there._icon) == ("check", "")
    assert here.tone.edge is None
    assert there.tone.edge is not None


def test_few_services_need_no_groups(shown: Shown) -> None:
    shown.scene("choosing")
    assert not shown.has("choose.group.0")
    assert len(offered(shown)) == 2


def test_services_without_groups_are_split_into_subpages() -> None:
    made = subpages(many(), 4, Language.ZH)
    assert [subpage.group for subpage in made] == ["", "", ""]
    assert [item for subpage in made for item in subpage.items] == list(many())
    # An item without a group must not disappear behind the groups.
    stray = (*EIGHT, replace(EIGHT[0], id="stray", category={}))
    assert [item.id for subpage in subpages(stray, 4, Language.ZH) for item in subpage.items] == [
        item.id for item in stray
    ]


def test_a_large_group_gets_several_subpages() -> None:
    large = tuple(replace(EIGHT[i % 4], id=f"si_{i}") for i in range(6)) + EIGHT[4:]
    made = subpages(large, 4, Language.ZH)
    assert [(subpage.group, len(subpage.items)) for subpage in made] == [
        ("社会保险", 4), ("社会保险", 2), ("住房公积金", 4),
    ]  # fmt: skip
