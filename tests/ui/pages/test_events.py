"""Every control posts its event when it is pressed."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from terminal.session import events as ev
from terminal.session.model import Language, Look, Mode
from ui.gallery.scenes import SCENES
from ui.look.metrics import Screen
from ui.widgets.button import Button

from ..pages_rig import PORTRAIT, Shown

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")

ELDER = Look(Mode.ELDER)
STANDARD = Look()

TOUCHES: tuple[tuple[str, str, ev.Event], ...] = (
    ("welcome", "foot.size", ev.ModeChosen(Mode.ELDER)),
    ("welcome", "foot.voice", ev.VoiceChosen(True)),
    ("welcome", "foot.language", ev.LanguageChosen(Language.EN)),
    ("welcome", "foot.help", ev.HelpPressed()),
    ("choosing", "foot.end", ev.EndPressed()),
    ("card-away", "foot.end", ev.EndPressed()),
    ("copying-warning", "banner.stay", ev.Touched()),
    ("leaving-document", "leaving.stay", ev.BackPressed()),
    ("leaving-document", "leaving.end", ev.LeavePressed()),
    ("printing-long", "printing.stop", ev.StopPressed()),
    ("preparing-long", "working.leave", ev.EndPressed()),
    ("card-mute", "card.leave", ev.LeavePressed()),
    ("consenting", "consent.agree", ev.Consented()),
    ("consenting", "consent.leave", ev.LeavePressed()),
    ("recognising-long", "working.leave", ev.EndPressed()),
    ("choosing", "choose.item.deposit_certificate", ev.ServiceChosen("deposit_certificate")),
    ("proving-entering", "code.again", ev.CodeAgainPressed()),
    ("proving-entering", "code.staff", ev.StaffPressed()),
    ("proving-entering", "code.back", ev.BackPressed()),
    ("proving-staff", "staff.back", ev.BackPressed()),
    ("previewing", "preview.print", ev.PrintPressed()),
    ("previewing", "preview.back", ev.BackPressed()),
    ("previewing", "preview.copy", ev.CopyPressed()),
    ("previewing-printer-down", "preview.copy", ev.CopyPressed()),
    ("copying", "copy.done", ev.DonePressed()),
    ("copying", "copy.more", ev.MorePressed()),
    ("copying", "copy.back", ev.BackPressed()),
    ("copying-asking", "copy.back", ev.BackPressed()),
    ("copying-failed", "copy.retry", ev.RetryPressed()),
    ("copying-failed", "copy.back", ev.BackPressed()),
    ("copying-expired", "copy.retry", ev.RetryPressed()),
    ("failure-nothing", "failure.retry", ev.RetryPressed()),
    ("printing-paper-out", "printing.stop", ev.StopPressed()),
    ("printing-paper-out", "printing.copy", ev.CopyPressed()),
    ("checking-paper", "paper.yes", ev.PagesConfirmed(True)),
    ("checking-paper", "paper.no", ev.PagesConfirmed(False)),
    ("collecting", "collect.done", ev.DonePressed()),
    ("collecting", "collect.more", ev.MorePressed()),
    ("failure-platform", "failure.retry", ev.RetryPressed()),
    ("failure-unknown-person", "failure.leave", ev.EndPressed()),
    ("failure-no-record", "failure.more", ev.MorePressed()),
    ("assisted", "help.dismiss", ev.HelpDismissed()),
    ("unlocking", "pin.leave", ev.LeavePressed()),
    ("maintenance", "maintenance.test", ev.TestPagePressed()),
    ("maintenance", "maintenance.report", ev.ReportPressed()),
    ("maintenance-staff", "maintenance.test", ev.TestPagePressed()),
    ("maintenance-staff", "maintenance.unblock", ev.UnblockPressed()),
    ("maintenance", "maintenance.unblock", ev.UnblockPressed()),
    ("maintenance", "maintenance.close", ev.MaintenanceClosed()),
    ("choosing-warning", "overlay.stay", ev.Touched()),
    ("choosing-longest", "overlay.end", ev.LeavePressed()),
)
LOCAL = {
    "choose.previous", "choose.next", "preview.previous", "preview.next", "preview.zoom",
    "staff.next", "pin.confirm", "maintenance.previous", "maintenance.next", "foot.back",
    "choose.group.0", "choose.group.1", "preview.edition",
    "banner.stay", "banner.end", "consent.more",
}  # fmt: skip
"""Controls that turn a page or need an entry first; other tests cover them."""


@pytest.fixture
def screen() -> Screen:
    """One screen is enough for these tests."""
    return PORTRAIT


@pytest.mark.parametrize(("scene", "name", "expected"), TOUCHES, ids=lambda value: str(value)[:40])
@pytest.mark.parametrize("look", [STANDARD, ELDER], ids=["standard", "elder"])
def test_a_press_posts_its_event(
    shown: Shown, scene: str, name: str, expected: ev.Event, look: Look
) -> None:
    if name == "foot.size" and look is ELDER:
        expected = ev.ModeChosen(Mode.EXTRA_LARGE)
    shown.scene(scene, look)
    posted = shown.touch(name)
    assert (posted or shown.posted[:1]) == [expected]


def test_every_control_of_every_page_is_in_this_list(shown: Shown) -> None:
    named = {name for _, name, _ in TOUCHES} | LOCAL
    for look in (STANDARD, ELDER):
        for scene in SCENES:
            shown.scene(scene, look)
            for button in shown.window.findChildren(Button):
                name = button.objectName()
                if ".key." in name or name.startswith("choose.item.") or name in named:
                    continue
                pytest.fail(f"{scene}: no test presses {name}")


def test_the_code_is_posted_when_complete_and_then_deleted(shown: Shown) -> None:
    shown.scene("proving-entering")
    for key in ("1", "2", "9", "delete", "3", "4", "5"):
        assert shown.touch(f"code.key.{key}") == []
    assert shown.touch("code.key.6") == [ev.CodeEntered("123456")]
    assert shown.touch("code.key.7") == []
    assert "1" not in shown.words_of("code.boxes")


def test_staff_enter_number_then_pin_and_the_pin_is_never_shown(shown: Shown) -> None:
    shown.scene("proving-staff")
    assert not shown.control("staff.next").isEnabled()
    for digit in "0042":
        shown.touch(f"staff.key.{digit}")
    assert shown.touch("staff.next") == []
    for digit in "8361":
        shown.touch(f"staff.key.{digit}")
    assert shown.words_of("staff.boxes") == ""
    assert shown.touch("staff.next") == [ev.StaffEntered("0042", "8361")]


def test_the_maintenance_pin_needs_four_digits(shown: Shown) -> None:
    shown.scene("unlocking")
    for digit in "739":
        shown.touch(f"pin.key.{digit}")
    assert not shown.control("pin.confirm").isEnabled()
    shown.touch("pin.key.1")
    assert shown.touch("pin.confirm") == [ev.PinEntered("7391")]


def test_forget_deletes_what_was_typed(shown: Shown) -> None:
    """The boxes on the page are emptied as well, not only the stored code."""
    shown.scene("proving-entering")
    for digit in "4711":
        shown.touch(f"code.key.{digit}")
    assert shown.words_of("code.boxes") == "4711"
    shown.window.current_page.forget()
    assert shown.words_of("code.boxes") == ""


def test_keys_are_disabled_while_the_code_is_checked(shown: Shown) -> None:
    shown.scene("proving-checking")
    assert not shown.control("code.key.1").isEnabled()
    shown.scene("unlocking-locked")
    assert not shown.control("pin.key.1").isEnabled()
    assert "60" in shown.words()


def test_all_services_can_be_reached_by_turning_the_subpages(shown: Shown) -> None:
    shown.scene("choosing-many")
    seen = set()
    assert not shown.control("choose.previous").isEnabled()
    while True:
        seen |= {
            b.objectName() for b in shown.window.findChildren(Button)
            if b.objectName().startswith("choose.item.") and b.isVisible()
        }  # fmt: skip
        if not shown.control("choose.next").isEnabled():
            break
        shown.touch("choose.next")
    assert len(seen) == 10


def test_the_preview_turns_enlarges_and_moves(shown: Shown) -> None:
    shown.scene("previewing")
    assert "第1页，共2页" in shown.words()
    shown.touch("preview.next")
    assert "第2页，共2页" in shown.words()
    assert not shown.control("preview.next").isEnabled()
    shown.touch("preview.previous")
    shown.touch("preview.zoom")
    assert shown.window.current_page.carry()[:2] == (0, True)
    shown.touch("preview.next")
    assert "第1页，共2页" in shown.words(), "in the reading view it moves within the page first"
    shown.touch("preview.zoom")
    assert shown.window.current_page.carry()[:2] == (0, False)


def test_the_elder_foot_has_back_only_if_the_page_has_it(shown: Shown) -> None:
    shown.scene("previewing", ELDER)
    assert shown.touch("preview.back") == [ev.BackPressed()]
    shown.scene("choosing", ELDER)
    assert not shown.has("foot.back"), "it is the first page of the visit"
    shown.scene("assisted", ELDER)
    assert shown.touch("foot.back") == [ev.HelpDismissed()]
    shown.scene("printing", ELDER)
    assert not shown.has("foot.back")


def test_the_voice_button_repeats_on_elder_pages_and_turns_off_on_standard_ones(
    shown: Shown,
) -> None:
    shown.scene("welcome", Look(Mode.ELDER, voice=True))
    assert "再说一遍" in shown.words()
    assert shown.touch("foot.voice") == [ev.VoiceChosen(True)]
    shown.scene("welcome", Look(voice=True))
    assert shown.touch("foot.voice") == [ev.VoiceChosen(False)]


@pytest.mark.parametrize("look", [Look(), ELDER, Look(voice=True)], ids=["off", "elder", "on"])
def test_the_voice_button_says_that_no_voice_speaks_this_language(shown: Shown, look: Look) -> None:
    state = SCENES["welcome"](look)
    english = frozenset({Language.EN})
    silent = replace(state, station=replace(state.station, voices=english))
    shown.window.show_state(silent)
    assert not shown.control("foot.voice").isEnabled()
    assert "没有语音" in shown.words()
    shown.window.show_state(replace(silent, look=replace(look, language=Language.EN)))
    assert shown.control("foot.voice").isEnabled()
    shown.window.show_state(silent)
    shown.window.show_state(state)
    assert shown.control("foot.voice").isEnabled()
    assert "没有语音" not in shown.words()


def test_keys_reach_every_control_in_order(shown: Shown) -> None:
    """With a tactile keypad, Tab goes from the first control of the page to help; Enter presses."""
    shown.scene("consenting")
    visited = []
    for _ in range(7):
        QTest.keyClick(shown.window.focusWidget() or shown.window, Qt.Key.Key_Tab)
        visited.append(shown.window.focusWidget().objectName())
    assert visited == [
        "consent.agree", "consent.leave", "foot.end", "foot.size", "foot.voice", "foot.language",
        "foot.help",
    ]  # fmt: skip
    shown.posted.clear()
    QTest.keyClick(shown.window.focusWidget(), Qt.Key.Key_Return)
    assert ev.HelpPressed() in shown.posted
