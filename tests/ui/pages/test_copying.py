"""The copy for the phone: a phone can read the code, the page says whose it is, and deletes it."""

from __future__ import annotations

from dataclasses import replace

import pytest
import segno
from PySide6.QtGui import QAccessible, QImage

from terminal.session import events as ev
from terminal.session.model import Edition, Language, Look, Mode, Theme
from terminal.words import words
from ui.gallery.samples import NO_PAPER, link
from ui.gallery.scenes import SCENES
from ui.headless.driver import snapshot
from ui.look.theme import PALETTES
from ui.widgets.qr import LEAST_MM, QUIET, QrCode

from ..pages_rig import LOOKS, Shown
from ..voice.heard import spoken

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


def code_of(shown: Shown) -> QrCode:
    found = [code for code in shown.window.findChildren(QrCode) if code.isVisible()]
    assert len(found) == 1
    return found[0]


def drawn(shown: Shown, modules: int) -> list[list[bool]]:
    """Read the code from the window's picture, margin included: true where a module is black."""
    picture = snapshot(shown.window).convertToFormat(QImage.Format.Format_RGB32)
    place = shown.place(code_of(shown))
    whole = modules + 2 * QUIET
    unit = place.width() // whole
    assert place.width() == place.height() == unit * whole
    read = []
    for y in range(whole):
        row = []
        for x in range(whole):
            at = (place.left() + x * unit, place.top() + y * unit)
            seen = {
                picture.pixelColor(at[0] + dx, at[1] + dy).name()
                for dx in (0, unit - 1) for dy in (0, unit - 1)
            }  # fmt: skip
            assert len(seen) == 1, "a module has more than one colour"
            assert seen <= {"#000000", "#ffffff"}
            row.append(seen == {"#000000"})
        read.append(row)
    return read


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: f"{look.mode}-{look.language}")
def test_the_qr_code_holds_the_link_in_black_on_white(shown: Shown, look: Look) -> None:
    shown.scene("copying", look)
    expected = segno.make(link().url, error="m", micro=False)
    modules = [[bool(dark) for dark in row] for row in expected.matrix]
    read = drawn(shown, len(modules))
    inner = [row[QUIET:-QUIET] for row in read[QUIET:-QUIET]]
    assert inner == modules
    margin = sum(row.count(True) for row in read) - sum(row.count(True) for row in inner)
    assert margin == 0


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: f"{look.mode}-{look.language}")
def test_the_qr_code_is_large_enough_to_scan_from_arms_length(shown: Shown, look: Look) -> None:
    shown.scene("copying", look)
    side = code_of(shown).side_px / shown.window._screen.px_per_mm
    assert side >= LEAST_MM
    unit = code_of(shown)._unit / shown.window._screen.px_per_mm
    assert unit >= 0.74


def test_the_link_is_in_no_name_and_no_text(shown: Shown) -> None:
    shown.scene("copying")
    address = "sample.invalid"
    assert address not in shown.words()
    said = QAccessible.queryAccessibleInterface(code_of(shown)).text(QAccessible.Text.Name)
    assert said.startswith("二维码")
    for language in Language:
        state = SCENES["copying"](Look(Mode.STANDARD, language))
        assert address not in repr(state)
        voice = spoken(state, words(language.value))
        assert address not in voice
        assert len(voice) < 160
    assert "只给您自己扫" in spoken(SCENES["copying"](Look()), words("zh"))


def test_a_page_shows_no_code_after_forget(shown: Shown) -> None:
    shown.scene("copying")
    code = code_of(shown)
    shown.window.current_page.forget()
    image = code.grab().toImage()
    colours = {
        image.pixelColor(x, y).name()
        for x in range(0, image.width(), 3) for y in range(0, image.height(), 3)
    }  # fmt: skip
    assert colours == {"#ffffff"}


def test_the_page_says_how_long_and_for_whom_the_code_is_valid(shown: Shown) -> None:
    shown.scene("copying")
    assert "还有9分钟可以扫" in shown.words()
    assert "只给您自己扫" in shown.words()
    shown.scene("copying-card-away")
    assert "不到1分钟" in shown.words()
    # Without the card no other service can be started.
    assert not shown.has("copy.more")


def test_there_is_no_done_button_before_the_code(shown: Shown) -> None:
    shown.scene("copying-asking")
    assert not shown.has("copy.done")
    assert not [code for code in shown.window.findChildren(QrCode) if code.isVisible()]


@pytest.mark.parametrize("mode", list(Mode))
def test_the_edition_button_requests_the_other_edition(shown: Shown, mode: Mode) -> None:
    """Each mode starts with its own edition, and offers the other."""
    shown.scene("previewing", Look(mode))
    wanted = Edition.STANDARD if mode.large else Edition.LARGE
    assert shown.touch("preview.edition") == [ev.EditionChosen(wanted)]


def test_buttons_for_edition_and_copy_are_absent_if_the_item_has_none(shown: Shown) -> None:
    shown.scene("previewing-only-paper")
    assert not shown.has("preview.edition")
    assert not shown.has("preview.copy")
    assert shown.touch("preview.print") == [ev.PrintPressed()]


def test_two_sided_printing_shows_the_number_of_sheets(shown: Shown) -> None:
    shown.scene("previewing-two-sided")
    assert "双面1张纸" in shown.words()
    shown.scene("previewing")
    assert "双面" not in shown.words()


def test_the_phone_is_the_main_button_if_nothing_can_be_printed(shown: Shown) -> None:
    theme = PALETTES[Theme.STANDARD]

    shown.scene("previewing")
    assert shown.control("preview.copy").tone is theme.secondary
    shown.scene("previewing-printer-down")
    assert shown.control("preview.copy").tone is theme.primary
    assert not shown.control("preview.print").isEnabled()
    assert not shown.has("preview.edition")


@pytest.mark.parametrize("scene", ["copying", "copying-failed", "copying-expired"])
def test_the_back_button_mentions_printing_only_while_it_is_possible(
    shown: Shown, scene: str
) -> None:
    state = SCENES[scene](Look())
    shown.window.show_state(state)
    assert shown.control("copy.back").text() == "还是要打印"
    empty = replace(state.station, printers=(("printer", NO_PAPER),))
    shown.window.show_state(replace(state, station=empty))
    assert shown.control("copy.back").text() == "返回"
    assert "打印" not in shown.words()
    assert shown.touch("copy.back") == [ev.BackPressed()]
