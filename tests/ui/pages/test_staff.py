"""Pages for staff: what they ask of staff, and what they tell the resident in the meantime."""

from __future__ import annotations

from dataclasses import replace

import pytest

from devices.identity import CardKind
from terminal.session import events as ev
from terminal.session import states as st
from terminal.session.model import Language, Look, Mode, Presence
from terminal.words import words
from tests.ui.pages_rig import scene
from ui.gallery.scenes import SCENES
from ui.widgets.card_picture import Card, CardPicture
from ui.wording.cards import accepted, families

from ..pages_rig import Shown
from ..voice.heard import spoken

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


def test_with_a_staff_card_only_the_pin_is_asked_for(shown: Shown) -> None:
    shown.scene("proving-staff-card")
    assert "请输入密码" in shown.words()
    assert "工号0042" in shown.words()
    for digit in "8361":
        assert shown.touch(f"staff.key.{digit}") == []
    assert shown.words_of("staff.boxes") == ""
    assert shown.touch("staff.next") == [ev.StaffEntered("0042", "8361")]


def test_a_staff_card_replaces_a_number_being_typed(shown: Shown) -> None:
    state = scene("proving-staff", st.Proving)
    shown.window.show_state(state)
    shown.touch("staff.key.9")
    shown.window.show_state(replace(state, staff_number="1001"))
    for digit in "2468":
        shown.touch(f"staff.key.{digit}")
    assert shown.touch("staff.next") == [ev.StaffEntered("1001", "2468")]


def test_with_one_reader_the_residents_card_is_removed_first(shown: Shown) -> None:
    state = scene("proving-staff", st.Proving)
    shown.window.show_state(state)
    assert "先拿起居民的卡" in shown.words()
    two = (*state.station.readers, ("second", state.station.readers[0][1]))
    shown.window.show_state(
        replace(state, station=replace(state.station, readers=two), tries_left=1)
    )
    assert "先拿起居民的卡" not in shown.words()
    assert "放在读卡区，就不用输工号" in shown.words()


@pytest.mark.parametrize("scene", ["proving-staff", "failure-partly"])
def test_a_station_without_staff_cards_does_not_ask_for_one(shown: Shown, scene: str) -> None:
    state = SCENES[scene](Look())
    shown.window.show_state(state)
    assert "工作证" in shown.words()
    shown.window.show_state(
        replace(state, station=replace(state.station, operators=False), entered=state.entered + 1)
    )
    assert "工作证" not in shown.words()


def test_the_page_says_whose_card_is_next(shown: Shown) -> None:
    shown.scene("card-away")
    assert "工作证" not in shown.words()
    shown.scene("card-away-staff")
    assert "工作人员：现在可以放工作证" in shown.words()
    shown.scene("card-away-staff-read")
    assert "再把身份证放回右边的读卡区" in shown.words()
    said = spoken(SCENES["card-away-staff-read"](Look()), words("zh"))
    assert "再把身份证放回读卡区" in said


def test_printed_and_missing_pages_are_listed(shown: Shown) -> None:
    shown.scene("failure-partly")
    assert "第1到2页出来了，第3到5页没有出来。" in shown.words()
    assert "把工作证放在右边的读卡区" in shown.words()
    # Only staff can print it again, so there is no such button for the resident.
    assert not shown.has("failure.retry")
    assert "可以重新打印" not in shown.words()
    said = spoken(SCENES["failure-partly"](Look()), words("zh"))
    assert "第 1 到 2 页出来了，第 3 到 5 页没有出来" in said
    assert "已经通知工作人员" in said


def test_the_resident_can_reprint_if_no_page_came_out(shown: Shown) -> None:
    shown.scene("failure-nothing")
    assert "一页也没有出来" in shown.words()
    assert shown.touch("failure.retry") == [ev.RetryPressed()]
    assert "工作证放" not in shown.words()


def test_a_card_left_behind_is_shown_and_spoken(shown: Shown) -> None:
    shown.scene("ending-card-present")
    assert "请拿走您的卡" in shown.words()
    assert "会通知工作人员" in shown.words()
    said = spoken(SCENES["ending-card-present"](Look()), words("zh"))
    assert said.startswith("请拿走您的卡。")
    assert "会通知工作人员" in said


@pytest.mark.parametrize(
    ("scene", "named", "not_named", "looks"),
    [
        ("welcome", ("身份证", "社保卡"), (), (Card.IDENTITY, Card.CHIP)),
        ("welcome-id-only", ("身份证",), ("社保卡",), (Card.IDENTITY,)),
        ("welcome-social-only", ("社保卡",), ("身份证",), (Card.CHIP,)),
    ],
)
@pytest.mark.parametrize("mode", list(Mode))
def test_the_station_asks_only_for_cards_that_it_can_read(
    shown: Shown, scene: str, named: tuple[str, ...], not_named: tuple[str, ...],
    looks: tuple[Card, ...], mode: Mode,
) -> None:  # fmt: skip
    shown.scene(scene, Look(mode))
    said = spoken(SCENES[scene](Look(mode)), words("zh"))
    for card in named:
        assert card in shown.words()
        assert card in said
    for card in not_named:
        assert card not in shown.words()
        assert card not in said
    pictures = [p for p in shown.window.findChildren(CardPicture) if p.isVisible()]
    assert [picture._cards for picture in pictures] == [looks]


def test_permits_of_foreigners_count_as_id_cards() -> None:
    station = SCENES["welcome"](Look()).station
    station = replace(
        station,
        accepts=(
            CardKind.FOREIGN_PERMANENT_2023, CardKind.RESIDENCE_PERMIT, CardKind.RESIDENT_ID,
            CardKind.MYKAD,
        ),
    )  # fmt: skip
    assert families(station) == (CardKind.RESIDENT_ID, CardKind.MYKAD)
    assert accepted(station, words(Language.EN)) == "ID card or MyKad"
    nothing_known = replace(station, accepts=())
    assert accepted(nothing_known, words("zh")) == "身份证或社保卡"


def test_the_page_for_an_unsupported_card_names_the_supported_ones(shown: Shown) -> None:
    shown.scene("card-unsupported")
    assert "请用身份证或社保卡" in shown.words()


def test_no_reminder_after_the_card_was_removed(shown: Shown) -> None:
    state = scene("printing", st.Printing)
    shown.window.show_state(state)
    assert "先拿身份证" in shown.words()
    away = replace(state, visit=state.visit.with_presence(Presence.ABSENT))
    shown.window.show_state(away)
    assert "先拿身份证" not in shown.words()
