"""If the printer waits or cannot print, pages and voice offer the phone if the item allows it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from printing.faults import LEFTOVER_JOB
from terminal.session import events as ev
from terminal.session import states as st
from terminal.session.model import Language, Look, Mode, Theme
from terminal.words import words
from tests.ui.pages_rig import scene
from ui.gallery.sample_items import EIGHT, many
from ui.gallery.scenes import SCENES
from ui.look.theme import PALETTES
from ui.voice.sentences import InSight

from ..pages_rig import LOOKS, Shown
from ..voice.heard import spoken

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")

ZH, EN = words("zh"), words("en")


# -- the printer waits -----------------------------------------------------------------------------


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: f"{look.mode}-{look.language}")
def test_the_phone_is_the_main_button_and_stopping_the_second(shown: Shown, look: Look) -> None:
    shown.scene("printing-paper-out", look)
    phone, stop = shown.control("printing.copy"), shown.control("printing.stop")
    theme = PALETTES[Theme.STANDARD]
    assert (phone.tone, stop.tone) == (theme.primary, theme.secondary)
    first, second = shown.place(phone), shown.place(stop)
    assert (first.top(), first.left()) < (second.top(), second.left())
    assert shown.touch("printing.copy") == [ev.CopyPressed()]


@pytest.mark.parametrize(
    "scene", ["printing-only-paper", "printing", "printing-to-phone", "printing-cancelling"]
)
def test_the_phone_is_not_offered_without_a_copy_or_a_waiting_printer(
    shown: Shown, scene: str
) -> None:
    shown.scene(scene)
    assert not shown.has("printing.copy")


def test_after_choosing_the_phone_the_page_says_what_happens_and_has_no_buttons(
    shown: Shown,
) -> None:
    shown.scene("printing-paper-out")
    waiting = scene("printing-paper-out", st.Printing)
    shown.window.show_state(waiting)
    shown.window.show_state(replace(waiting, copying=True))
    assert "正在换成存到手机" in shown.words()
    assert not shown.has("printing.copy")
    assert not shown.has("printing.stop")
    # If the person then leaves after all, the page says that, and no longer mentions the phone.
    both = replace(scene("printing-cancelling", st.Printing), copying=True)
    shown.window.show_state(both)
    assert "正在停止打印" in shown.words()
    assert "正在换成存到手机" not in shown.words()


def test_the_copy_page_mentions_printed_pages(shown: Shown) -> None:
    shown.scene("copying-after-paper")
    assert "已经打出来的纸，请您拿走" in shown.words()
    shown.scene("copying")
    assert "已经打出来的纸" not in shown.words()


def test_the_voice_offers_the_phone_only_if_possible() -> None:
    said = spoken(SCENES["printing-paper-out"](Look()), ZH)
    assert said.endswith("不想等，也可以存到手机。")
    assert "手机" not in spoken(SCENES["printing-only-paper"](Look()), ZH)
    assert "phone" in spoken(SCENES["printing-to-phone"](Look(Mode.ELDER, Language.EN)), EN)
    assert "存到手机" in spoken(SCENES["previewing-printer-down"](Look(Mode.ELDER)), ZH)


# -- the printer cannot print ---------------------------------------------------------------------


@pytest.mark.parametrize("mode", list(Mode))
def test_a_service_for_the_phone_shows_the_reason_and_can_be_chosen(
    shown: Shown, mode: Mode
) -> None:
    shown.scene("choosing-printer-down", Look(mode))
    assert shown.words().count("打印机没纸了，可以存到手机") == 2
    assert shown.touch("choose.item.deposit_certificate") == [
        ev.ServiceChosen("deposit_certificate")
    ]


def test_a_leftover_job_disables_the_phone_too(shown: Shown) -> None:
    state = SCENES["choosing-printer-down"](Look())
    blocked = replace(state, station=replace(state.station, blocked=LEFTOVER_JOB))
    shown.window.show_state(blocked)
    assert not shown.control("choose.item.deposit_certificate").isEnabled()
    assert "手机" not in shown.words()


def test_welcome_says_that_the_phone_can_be_used(shown: Shown) -> None:
    shown.scene("welcome-printer-down")
    assert "打印机没纸了，可以存到手机" in shown.words()


# -- the voice reads what is visible ---------------------------------------------------------------


def sight(shown: Shown) -> InSight:
    seen = shown.window.current_page.in_sight()
    assert seen is not None
    return seen


def test_the_voice_reads_the_question_and_the_open_group(shown: Shown) -> None:
    look = Look(Mode.ELDER)
    shown.scene("choosing-eight", look)
    state = SCENES["choosing-eight"](look)
    assert spoken(state, ZH, sight(shown), privately=True) == (
        "王某明，您要办什么？这里是社会保险。打印社保参保证明。打印社保缴费记录。打印社保对账单。"
        "打印养老金证明。"
    )
    heard: list[object] = []
    shown.window.turned.connect(heard.append)
    shown.touch("choose.group.1")
    assert heard == [shown.window.state]
    assert spoken(state, ZH, sight(shown)) == (
        "这里是住房公积金。打印公积金证明。打印公积金明细。打印异地贷款证明。打印贷款还清证明。"
    )


def test_the_english_voice_reads_the_open_group_too(shown: Shown) -> None:
    look = Look(Mode.STANDARD, Language.EN)
    shown.scene("choosing-eight", look)
    state = SCENES["choosing-eight"](look)
    said = spoken(state, EN, sight(shown))
    assert said.startswith("Please choose. Social insurance. Social insurance certificate.")
    shown.touch("choose.group.1")
    said = spoken(state, EN, sight(shown))
    assert said.startswith("Housing fund. Housing fund certificate.")
    for item in EIGHT[:4]:
        assert item.title[Language.EN] not in said
    for item in EIGHT[4:]:
        assert item.title[Language.EN] in said


def test_the_voice_reads_the_open_subpage(shown: Shown) -> None:
    shown.scene("choosing-many")
    seen = sight(shown)
    assert len(seen.items) < len(many())
    shown.touch("choose.next")
    later = sight(shown)
    assert not set(map(id, later.items)) & set(map(id, seen.items))
    assert later.turned


def test_a_note_common_to_all_visible_services_is_said_once(shown: Shown) -> None:
    shown.scene("choosing-eight-printer-down")
    said = spoken(SCENES["choosing-eight-printer-down"](Look()), ZH, sight(shown))
    assert said.count("打印机没纸了") == 1
    assert said.endswith("打印机没纸了，可以存到手机。")
    mixed = spoken(SCENES["choosing-no-paper-no-phone"](Look()), ZH)
    assert mixed.count("打印机没纸了") == 2
    assert mixed.count("可以存到手机") == 1
